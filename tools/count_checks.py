"""Run every check on the corpus; print how many good texts it accepts and how many bad ones it rejects.

`python -m tools.count_checks` prints the table of docs/architecture.md. With `--write`, it replaces the table between
the two markers.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content_gen.lesson_checks import lesson_faults
from course_kit.mending.mended_text import mended
from course_kit.text.prose_language import language_to_expect
from study_writer.study_checks import check_study
from tests.support.corpus.check_cases import CHECKS, cases_of, lab_faults_of
from tests.support.corpus.real_text import labs, lessons, study_parts

DOCUMENT = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGINNING, END = "<!-- counted: checks -->", "<!-- end -->"
_WRITER = "a-model"


@dataclass(frozen=True)
class Share:
    """A number of a total; a total of 0 means that nothing was tried."""

    count: int
    of: int

    def __str__(self) -> str:
        return f"{self.count} of {self.of}" if self.of else "–"


@dataclass(frozen=True)
class CheckCounts:
    """One row of the table."""

    check: str
    let_through: Share
    caught: Share


@cache
def counts() -> tuple[CheckCounts, ...]:
    """Run the near misses and the real texts through each check."""
    return tuple(_counts())


def _counts() -> Iterator[CheckCounts]:
    for name in CHECKS:
        good, bad = cases_of(name, "good"), cases_of(name, "bad")
        yield CheckCounts(
            check=CHECKS[name][0],
            let_through=Share(sum(not case.faults() for case in good), len(good)),
            caught=Share(sum(case.is_caught() for case in bad), len(bad)),
        )
    languages = len({lesson.facts.language for lesson in lessons()})
    yield _of_real_text(
        f"all checks: lessons of real text in {languages} languages",
        [
            not lesson_faults(
                mended(lesson.answer), lesson.specification, language_to_expect(lesson.facts.language, _WRITER)
            )
            for lesson in lessons()
        ],
    )
    yield _of_real_text("all checks: lab guides", [not lab_faults_of(lab.name, lab.answer) for lab in labs()])
    kept = asked = 0
    for parts in study_parts():
        request = parts.request(mended(parts.lesson.answer))
        checked = check_study(parts.answer, request, language_to_expect(request.language, _WRITER))
        kept, asked = kept + len(checked.study.questions), asked + len(parts.answer.questions)
    yield CheckCounts("all checks: questions of a quiz", Share(kept, asked), Share(0, 0))


def table() -> str:
    """Return the table as Markdown."""
    rows = [f"| {row.check} | {row.let_through} | {row.caught} |" for row in counts()]
    return "\n".join(["| check | good texts accepted | bad texts rejected |", "|---|---:|---:|", *rows])


def table_in(document: str) -> str | None:
    """Return the table in a document; None for a document without markers."""
    _, beginning, rest = document.partition(BEGINNING)
    content, end, _ = rest.partition(END)
    return content.strip() if beginning and end else None


def with_table(document: str, text: str) -> str:
    """Return the document with the table between its markers."""
    before, _, rest = document.partition(BEGINNING)
    return f"{before}{BEGINNING}\n{text}\n{END}{rest.partition(END)[2]}"


def _of_real_text(check: str, passed: list[bool]) -> CheckCounts:
    return CheckCounts(check, Share(sum(passed), len(passed)), Share(0, 0))


def main(arguments: list[str]) -> int:
    """Print or write the table; return 1 when the document has no markers."""
    text = table()
    if "--write" not in arguments:
        print(text)
        return 0
    document = DOCUMENT.read_text(encoding="utf-8")
    if table_in(document) is None:
        print(f"{DOCUMENT} has no lines `{BEGINNING}` and `{END}`", file=sys.stderr)
        return 1
    DOCUMENT.write_text(with_table(document, text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
