r"""Formulas in Markdown: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]``, LaTeX environments, fences marked ``math``.

Tokens are `MATH_INLINE` (an inline child) and `MATH_BLOCK` (a block). Their ``content`` is the TeX between the marks,
or an environment with its marks. ``markup`` is the mark; an inline formula between double marks is displayed.

Money stays text. The rules are common to pandoc, GitHub and Jupyter: no space inside the dollars, no letter or digit
outside them. Two more rules exclude prose: an amount with words after it is no formula, nor is a word in escaped
brackets. One rule accepts more: a letter may follow a formula that cannot be a shell variable (``$n$th``).
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MATH_INLINE, MATH_BLOCK = "math_inline", "math_block"
DISPLAYED = frozenset({"$$", r"\["})
"""Marks of formulas that stand by themselves."""
_CLOSING = {"$$": "$$", "$`": "`$", "$": "$", r"\(": r"\)", r"\[": r"\]"}
_MATH_LANGUAGES = frozenset({"math", "latex-math", "katex"})
_ENVIRONMENT = re.compile(
    r"\\begin\{(?P<name>(?:align|aligned|alignat|gather|gathered|equation|multline|split|cases|eqnarray|array"
    r"|[bpvBV]?matrix)\*?)\}"
)
# The longest formula: a mark that is never closed must not take in a whole lesson.
_MAX_LINES = 60
# Signs of formulas: a command, a subscript or superscript, a relation.
_FORMULA_SIGN = re.compile(r"[\\^_={}<>+∑∫√≤≥≈±×·→∈]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_AMOUNT_AND_WORD = re.compile(r"\d.*?(?:[^\W\d_]{2,}|[€£¥])", re.DOTALL)
# `$n$th`, `$x^2$s`, but not `$PATH:$HOME`.
_NO_VARIABLE = re.compile(r"[^\W\d_]|.*[\\^].*", re.DOTALL)


def math_plugin(reader: MarkdownIt) -> None:
    """Add formulas to a parser."""
    reader.inline.ruler.before("escape", MATH_INLINE, _inline_rule)
    reader.block.ruler.before(
        "fence", MATH_BLOCK, _block_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def is_math_fence(info: str) -> bool:
    """Whether a fence's info string marks a formula."""
    words = info.split()
    return bool(words) and words[0].casefold().strip("{}.") in _MATH_LANGUAGES


def _inline_rule(state: StateInline, silent: bool) -> bool:
    found = _inline_formula(state.src[: state.posMax], state.pos)
    if found is None:
        return False
    mark, end = found
    if not silent:
        token = state.push(MATH_INLINE, "math", 0)
        token.markup = mark
        token.content = state.src[state.pos + len(mark) : end].strip()
    state.pos = end + len(_CLOSING[mark])
    return True


def _inline_formula(text: str, start: int) -> tuple[str, int] | None:
    """Return the mark and the end of a formula at a place, without its closing mark; None without a formula."""
    mark = next((mark for mark in _CLOSING if text.startswith(mark, start)), None)
    before = text[start - 1 : start]
    if mark is None or before == "$":
        return None
    if _is_part_of_word(before) and mark != "$$":
        return None
    end = _closing(text, start + len(mark), _CLOSING[mark])
    if end is None:
        return None
    content = text[start + len(mark) : end]
    if mark == "$" and not _is_formula(content, text[end + 1 : end + 2]):
        return None
    if not content.strip() or (mark == r"\[" and _is_word(content)):
        return None
    return mark, end


def _is_formula(content: str, after: str) -> bool:
    """Whether the text between two dollars, before the given character, is a formula."""
    if content != content.strip() or content == "" or after == "$" or after.isdigit():
        return False
    return not _is_prose(content) and (not _is_part_of_word(after) or bool(_NO_VARIABLE.fullmatch(content)))


def _is_part_of_word(character: str) -> bool:
    """Whether a dollar next to a character is part of a name or an amount.

    Only Latin letters and digits form names and amounts. Arabic writes "and" as a letter before the next word, and
    scripts without spaces have letters on both sides of every formula.
    """
    return character.isalnum() and character.isascii()


def _closing(text: str, position: int, mark: str) -> int | None:
    """Return the place of a formula's closing mark: outside escapes, before an empty line."""
    if text.find(mark, position) < 0:
        # A fast check finds most unclosed marks, without a search from each of them.
        return None
    while position < len(text):
        if text.startswith(mark, position):
            return position
        if text.startswith("\n\n", position):
            return None
        position += 2 if text[position] == "\\" else 1
    return None


def _is_prose(content: str) -> bool:
    """Whether the text between two dollars is an amount with words, or words only."""
    if _FORMULA_SIGN.search(content):
        return False
    return bool(_AMOUNT_AND_WORD.match(content)) or (" " in content and bool(_WORD.search(content)))


def _is_word(content: str) -> bool:
    return len(content.strip()) > 1 and not _FORMULA_SIGN.search(content)


def _block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a formula on separate lines, which would otherwise be read as lists, headings or quotations."""
    if state.is_code_block(start_line):
        return False
    first = _line(state, start_line)
    mark = "$$" if first.startswith("$$") else r"\[" if first.startswith(r"\[") else ""
    environment = _ENVIRONMENT.match(first)
    if environment:
        closing, begins_at = f"\\end{{{environment['name']}}}", 0
    elif mark:
        closing, begins_at = _CLOSING[mark], len(mark)
    else:
        return False
    lines = [first[begins_at:]]
    line = start_line
    while True:
        found = lines[-1].find(closing)
        if found >= 0:
            rest = lines[-1][found + len(closing) :].strip()
            if rest.strip(".,;") and not environment:
                # The line continues as a sentence.
                return False
            lines[-1] = lines[-1][: found + len(closing) if environment else found] + rest
            break
        line += 1
        is_within = line < end_line and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent)
        if not is_within or line - start_line > _MAX_LINES:
            return False
        lines.append(_line(state, line))
    # TeX allows no empty lines in a formula, but writers put them there.
    content = "\n".join(filter(None, lines)).strip()
    if not content or (mark == r"\[" and _is_word(content)):
        return False
    if silent:
        return True
    token = state.push(MATH_BLOCK, "math", 0)
    token.block = True
    token.markup = mark or "$$"
    token.content = content
    token.map = [start_line, line + 1]
    state.line = line + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
