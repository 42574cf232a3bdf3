"""Which code blocks a replacement may have: those that stand there already, and those whose problem lines changed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from markdown_it.token import Token

from course_editor.checks.table_columns import listed_columns
from course_kit.records.editing import Finding, FindingKind

_CODE_BLOCKS = frozenset({"fence", "code_block"})
_MAY_CHANGE_CODE = frozenset({FindingKind.CHANGED_FACT, FindingKind.TWO_SPELLINGS, FindingKind.AVOIDED_WORD})


def codes(tokens: Sequence[Token]) -> list[str]:
    """Return the code blocks of a text, each with its language in its first line."""
    return [f"{token.info.strip()}\n{token.content}" for token in tokens if token.type in _CODE_BLOCKS]


def code_faults(
    found: Sequence[Token], put: Sequence[Token], problems: Sequence[Finding], known_texts: Sequence[str]
) -> Iterator[str]:
    """Yield what is wrong with the code blocks of a replacement."""
    before, after = Counter(codes(found)), Counter(codes(put))
    gone, new = before - after, after - before
    in_code = [problem for problem in problems if problem.kind in _MAY_CHANGE_CODE]
    names = [_name(problem) for problem in in_code]
    is_dropped = any(problem.kind is FindingKind.REPEATED_PASSAGE for problem in problems)
    if any(not is_dropped and not any(name in code.casefold() for name in names) for code in gone):
        yield "it changes or drops a code block that is not the problem"
    known = "\n".join(known_texts)
    if new.total() > gone.total() or any(
        code.partition("\n")[2].strip() not in known and not any(_is_mended(code, old, in_code) for old in gone)
        for code in new
    ):
        yield "it has a code block that was not there"


def _name(problem: Finding) -> str:
    """Return what code calls it: a fact is told as `orders: rows`, and its code names the thing."""
    return problem.about.partition(": ")[0].casefold()


def _is_mended(new: str, old: str, problems: Sequence[Finding]) -> bool:
    """Whether a block is another one but for the lines of a problem."""
    before, after = old.casefold().split("\n"), new.casefold().split("\n")
    # Lines with columns do not name their table.
    columns = {column for problem in problems for column in listed_columns(problem.expected)}
    said = {_name(problem) for problem in problems} | {problem.expected.strip().casefold() for problem in problems}
    marks = (said | columns) - {""}
    for kind, first, last, other_first, other_last in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        gone, put = before[first:last], after[other_first:other_last]
        if not columns and not all(any(mark in line for mark in marks) for line in gone):
            return False
        if not all(any(mark in line for mark in marks) for line in put):
            return False
        # A line more than before says something new, unless it is one more column.
        if len(put) > len(gone) and not columns:
            return False
    return True
