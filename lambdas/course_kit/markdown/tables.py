r"""Corrections of Markdown tables that would be printed as pipes, or would lose text.

GitHub's tables need a head with as many cells as the line of dashes under it. Rows are split at every pipe, also in
code. Writers put pipes between backticks, leave out the head, or count wrongly. Each of these faults has only one
meaning.
"""

import re

from course_kit.markdown.prose import CODE_BLOCKS, code_lines
from course_kit.markdown.text import parse_markdown

_DASHES = re.compile(r"(?P<before>[\s>]*)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_PIPE = re.compile(r"(?<!\\)\|")
# A code span that starts or ends at a pipe is two stray backticks in separate cells.
_CODE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?!\s+\|\s)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
_FORMULA = re.compile(r"(?<![\\$\w])\$(?! )(?P<tex>[^$]+?)(?<! )\$(?![\w$])|\\\((?P<tex2>.+?)\\\)")
# A reference to another lesson: `[[2.1|words]]`.
_REFERENCE = re.compile(r"\[\[\s*\??(?:[^\W\d]{1,20}\s*)?\d{1,3}\.\d{1,3}[^\[\]|]{0,200}\|[^\[\]]{0,1000}\]\]")
_OTHER_BLOCK = re.compile(r"[\s>]*(?:#{1,6}\s|```|~~~|[-*+]\s|\d{1,9}[.)]\s)")
_NO_TABLES = CODE_BLOCKS | {"html_block"}


def tidy_tables(markdown: str) -> str:
    """Return Markdown whose tables have a head and no extra cells; everything else stays unchanged, code too.

    A missing head becomes an empty one. The line of dashes gets as many cells as the head. Pipes in code,
    formulas and references to lessons are escaped. Cells without a column move into the last cell, with pipes escaped.
    """
    if "|" not in markdown:
        return markdown
    lines = markdown.split("\n")
    code = code_lines(markdown, _NO_TABLES)
    tidy: list[str] = []
    columns = 0
    for number, line in enumerate(lines):
        if number in code or not line.strip(" >"):
            columns = 0
        elif columns and not _OTHER_BLOCK.match(line):
            line = _row(line, columns)  # noqa: PLW2901 - the corrected line
        elif _is_dashes(line) and (
            (number + 1 < len(lines) and "|" in lines[number + 1]) or _has_head(tidy, number, code)
        ):
            columns = _cells(line)
            if _has_head(tidy, number, code):
                tidy[-1] = _with_code_escaped(tidy[-1])
                columns, line = _cells(tidy[-1]), _with_cells(line, _cells(tidy[-1]))  # noqa: PLW2901
            elif columns > 1:
                tidy.append(_before(line) + "|" + " |" * columns)
            else:
                columns = 0
        else:
            columns = 0
        tidy.append(line)
    return "\n".join(tidy)


def _is_dashes(line: str) -> bool:
    return "|" in line and "-" in line and _DASHES.fullmatch(line) is not None


def _before(line: str) -> str:
    found = _DASHES.match(line)
    return found["before"] if found else ""


def _has_head(earlier: list[str], number: int, code: set[int]) -> bool:
    if not earlier or number - 1 in code or _is_dashes(earlier[-1]):
        return False
    return bool(_PIPE.search(_with_code_escaped(earlier[-1])))


def _row(line: str, columns: int) -> str:
    line = _with_code_escaped(line)
    if _cells(line) > columns:
        line = _FORMULA.sub(lambda found: _PIPE.sub(r"\\|", found[0]), line)
    surplus = _cells(line) - columns
    if surplus <= 0:
        return line
    inner = list(_PIPE.finditer(line.rstrip()))
    # The closing pipe of the row stays a pipe.
    last = len(inner) - (1 if line.rstrip().endswith("|") else 0)
    escaped = {found.start() for found in inner[last - surplus : last]}
    return "".join(f"\\{letter}" if place in escaped else letter for place, letter in enumerate(line))


def _with_code_escaped(line: str) -> str:
    """Return a row with the pipes escaped that are in code and in references to lessons."""
    for pattern in (_CODE, _REFERENCE):
        line = pattern.sub(lambda found: _PIPE.sub(r"\\|", found[0]), line)
    return line


def _cells(line: str) -> int:
    row = line.strip().lstrip("> ").strip()
    pipes = len(_PIPE.findall(row))
    return pipes + 1 - row.startswith("|") - (row.endswith("|") and not row.endswith(r"\|") and len(row) > 1)


def _with_cells(dashes: str, columns: int) -> str:
    """Return a line of dashes with this number of cells."""
    if _cells(dashes) == columns:
        return dashes
    cells = [cell.strip() for cell in dashes.strip().lstrip("> ").strip("| ").split("|")]
    return _before(dashes) + "| " + " | ".join([*cells, *["---"] * columns][:columns]) + " |"


def overfull_rows(markdown: str) -> list[int]:
    """Return the lines, from 0, of table rows that have more cells than their table's head."""
    if "|" not in markdown:
        return []
    lines = markdown.split("\n")
    tables = (token.map for token in parse_markdown(markdown) if token.type == "table_open" and token.map)
    return [
        number
        for start, end in tables
        for number in range(start + 2, end)
        if _cells(_with_code_escaped(lines[number])) > _cells(_with_code_escaped(lines[start]))
    ]
