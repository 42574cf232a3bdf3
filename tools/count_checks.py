"""Run every check on the corpus; print how many good texts it accepts and how many bad ones it rejects.

`python -m tools.count_checks` prints the table of docs/architecture.md. With `--write`, it replaces the table between
the two markers.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from content_gen.lesson_checks import lesson_faults
from course_kit.mending.mended_text import mended
from course_kit.text.prose_language import language_to_expect
from study_writer.study_checks import check_study
from tests.support.corpus.check_cases import CHECKS, cases_of, lab_faults_of
from tests.support.corpus.near_miss_case import Case
from tests.support.corpus.real_text import LabSample, LessonSample, StudySample, labs, lessons, study_parts

DOCUMENT = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGINNING, END = "<!-- counted: checks -->", "<!-- end -->"
_WRITER = "a-model"

Trial = Callable[[], bool]
"""Runs a check on one text of the corpus, and says whether the check is right about it."""


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


@dataclass(frozen=True)
class CheckTrials:
    """What one row of the table counts."""

    check: str
    good: tuple[Trial, ...]
    bad: tuple[Trial, ...] = ()

    def counted(self) -> CheckCounts:
        """Run the check on each text, and count."""
        return CheckCounts(self.check, *(Share(sum(run() for run in runs), len(runs)) for runs in self._runs()))

    def without_a_mistake(self) -> CheckCounts:
        """Return what `counted` is for a check that is right about every text; runs nothing."""
        return CheckCounts(self.check, *(Share(len(runs), len(runs)) for runs in self._runs()))

    def _runs(self) -> tuple[tuple[Trial, ...], tuple[Trial, ...]]:
        return self.good, self.bad


def trials() -> Iterator[CheckTrials]:
    """Yield the near misses of each check and the real texts, in the order of the table."""
    for name, (check, _) in CHECKS.items():
        good, bad = cases_of(name, "good"), cases_of(name, "bad")
        yield CheckTrials(
            check, tuple(partial(_is_let_through, case) for case in good), tuple(c.is_caught for c in bad)
        )
    languages = len({lesson.facts.language for lesson in lessons()})
    yield CheckTrials(
        f"all checks: lessons of real text in {languages} languages",
        tuple(partial(_is_faultless_lesson, lesson) for lesson in lessons()),
    )
    yield CheckTrials("all checks: lab guides", tuple(partial(_is_faultless_lab, lab) for lab in labs()))
    questions = [(study, question.question) for study in study_parts() for question in study.answer.questions]
    yield CheckTrials("all checks: questions of a quiz", tuple(partial(_is_kept, *asked) for asked in questions))


def _is_let_through(case: Case) -> bool:
    return not case.faults()


def _is_faultless_lesson(lesson: LessonSample) -> bool:
    language = language_to_expect(lesson.facts.language, _WRITER)
    return not lesson_faults(mended(lesson.answer), lesson.specification, language)


def _is_faultless_lab(lab: LabSample) -> bool:
    return not lab_faults_of(lab.name, lab.answer)


def _is_kept(study: StudySample, question: str) -> bool:
    request = study.request(mended(study.lesson.answer))
    checked = check_study(study.answer, request, language_to_expect(request.language, _WRITER))
    return question in [kept.question for kept in checked.study.questions]


def table(counts: Iterable[CheckCounts]) -> str:
    """Return the table as Markdown."""
    rows = [f"| {row.check} | {row.let_through} | {row.caught} |" for row in counts]
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


def main(arguments: list[str]) -> int:
    """Print or write the table; return 1 when the document has no markers."""
    text = table(row.counted() for row in trials())
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
