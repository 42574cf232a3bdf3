"""The corpus: lessons, lab guides and study parts as language models write them, and near misses for each check.

Everything is read from files beside this one, so that another text is another file and no code.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from course_kit.markdown.text import parse_markdown
from course_kit.outline.lesson_specification import LessonSpecification, TopicSpecification
from course_kit.outline.study import WantedParts
from study_writer.study_answer import StudyParts, StudyRequest

FOLDER = Path(__file__).resolve().parents[2] / "corpus"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LessonFacts(_Record):
    """What is known of a lesson: the sidecar beside its text."""

    language: str
    title: str
    topics: tuple[str, ...]
    word_target: int
    visuals: int
    formulas: int
    habits: Literal["strong", "weak"]
    notes: str
    stands: tuple[str, ...] = ()
    """What a reader has to find in the prose, to the letter: sums of money, bold beside punctuation, escaped signs."""


class LabFacts(_Record):
    """What is known of a lab guide: the sidecar beside its text."""

    language: str
    title: str
    word_target: int
    habits: Literal["strong", "weak"]
    notes: str


class LessonSample(_Record):
    """One lesson as its writer answered."""

    name: str
    answer: str
    facts: LessonFacts

    @property
    def specification(self) -> LessonSpecification:
        """What the lesson was asked for."""
        return LessonSpecification(
            course_title="Course",
            language=self.facts.language,
            level="intermediate",
            audience=(),
            module_number=1,
            module_title="Module",
            module_summary="",
            lesson_number=1,
            lesson_title=self.facts.title,
            lesson_description="",
            objectives=(),
            bloom_levels=(),
            minutes=20,
            word_target=self.facts.word_target,
            topics=tuple(TopicSpecification(title=topic) for topic in self.facts.topics),
            previous_lesson=None,
            next_lesson=None,
        )


class LabSample(_Record):
    """One lab guide as its writer answered."""

    name: str
    answer: str
    facts: LabFacts


class StudySample(_Record):
    """The study parts of one lesson as their writer answered."""

    lesson: LessonSample
    answer: StudyParts

    def request(self, lesson_text: str) -> StudyRequest:
        """Return what was asked for, over a lesson's text as it was saved."""
        facts = self.lesson.facts
        return StudyRequest(
            language=facts.language,
            course_title="Course",
            module_number=1,
            lesson_number=1,
            lesson_title=facts.title,
            objectives=(),
            topics=facts.topics,
            parts=("glossary", "key_points", "quiz"),
            wanted=WantedParts(
                key_points=len(self.answer.key_points),
                questions=len(self.answer.questions),
                terms=len(self.answer.terms),
            ),
            lesson=lesson_text,
        )


@cache
def lessons() -> tuple[LessonSample, ...]:
    """Return every lesson."""
    return tuple(
        LessonSample(
            name=path.stem,
            answer=path.read_text(encoding="utf-8"),
            facts=LessonFacts.model_validate(_yaml(path.with_suffix(".yaml"))),
        )
        for path in sorted((FOLDER / "lessons").glob("*.md"))
    )


@cache
def labs() -> tuple[LabSample, ...]:
    """Return every lab guide."""
    return tuple(
        LabSample(
            name=path.stem,
            answer=path.read_text(encoding="utf-8"),
            facts=LabFacts.model_validate(_yaml(path.with_suffix(".yaml"))),
        )
        for path in sorted((FOLDER / "labs").glob("*.md"))
    )


@cache
def study_parts() -> tuple[StudySample, ...]:
    """Return the study parts of every lesson that has some; a file is named as its lesson."""
    by_name = {lesson.name: lesson for lesson in lessons()}
    return tuple(
        StudySample(lesson=by_name[path.stem], answer=StudyParts.model_validate(_yaml(path)))
        for path in sorted((FOLDER / "study").glob("*.yaml"))
    )


def visible_text(markdown: str) -> str:
    """Return the text of a lesson as a reader sees it: no marks, each run of spaces one."""
    parts: list[str] = []
    for token in parse_markdown(markdown):
        if token.type in ("fence", "code_block"):
            parts.append(token.content)
        children = token.children or []
        parts.extend(" " if child.type in ("softbreak", "hardbreak") else child.content for child in children)
        parts.append(" ")
    return " ".join(re.split(r"[ \t\n]+", "".join(parts))).strip()


def _yaml(path: Path) -> object:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
