"""Near misses of each check as cases that can be run: ``checks/<name>.yaml`` holds ``good`` and ``bad`` ones.

A case goes the way of a model's answer: mended, then checked. So what code mends counts as let through, and what
mending would hide counts as missed.
"""

from functools import cache
from pathlib import Path
from typing import ClassVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from content_gen.lesson_checks import lesson_faults
from course_kit.labels import Labels
from course_kit.markdown.formulas import formulas_in
from course_kit.markdown.text import paragraphs, parse_markdown
from course_kit.mending.mended_text import mended
from course_kit.outline.study import WantedParts
from course_kit.text.code_samples import check_code_samples
from course_kit.text.printed_text import PrintedText
from course_kit.text.talk_of_writing import talk_of_writing
from course_kit.text.text_faults import word_count
from course_kit.text.visual_tags import find_visual_tags
from lab_writer.lab_checks import lab_faults
from study_writer.study_answer import StudyParts, StudyRequest
from study_writer.study_checks import check_study
from tests.support.corpus.diagram_cases import DiagramCase
from tests.support.corpus.near_miss_case import Case
from tests.support.corpus.real_text import LessonFacts, LessonSample, labs, visible_text

_FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "checks"
_LAST_SENTENCE = "\n\nThis is the last sentence.\n"
_LONG = 1200


class ProseCase(Case):
    """Markdown within a lesson that ends; ``stands`` is what a reader has to find in it."""

    text: str
    stands: str = ""

    def faults(self) -> list[str]:
        """Return the lesson's faults, and what a reader would miss."""
        markdown = f"# Lesson\n\n{self.text}{_LAST_SENTENCE}"
        found = lesson_faults_of(markdown)
        if self.stands and self.stands not in visible_text(mended(markdown)):
            found.append(f"{self.stands!r} does not stand in {visible_text(mended(markdown))!r}")
        return found


class EndingCase(Case):
    """Markdown at the very end of a lesson."""

    text: str

    def faults(self) -> list[str]:
        """Return the lesson's faults."""
        return lesson_faults_of(f"# Lesson\n\nThis is the first sentence.\n\n{self.text}")


class TopicsCase(Case):
    """A lesson and the topics that it was asked for."""

    topics: tuple[str, ...]
    text: str
    title: str = "# Lesson"

    def faults(self) -> list[str]:
        """Return the lesson's faults."""
        return lesson_faults_of(f"{self.title}\n\n{self.text}{_LAST_SENTENCE}", topics=self.topics)


class LanguageCase(Case):
    """A text and the language of its course."""

    language: str
    text: str

    def faults(self) -> list[str]:
        """Return the lesson's faults."""
        return lesson_faults_of(f"# Lesson\n\n{self.text}", language=self.language)


class LengthCase(Case):
    """A text that stands so many times, and the words that were asked for."""

    text: str
    times: int
    target: int

    def faults(self) -> list[str]:
        """Return the lesson's faults."""
        return lesson_faults_of(f"# Lesson\n\n{self.text * self.times}", word_target=self.target)


class TagCase(Case):
    """A lesson's visual tags, or a lab guide's; ``tags`` is how many a lesson must be found to have."""

    text: str
    tags: int | None = None
    repeat: int = 1
    lab: bool = False

    def faults(self) -> list[str]:
        """Return the faults of lesson or guide, and a wrong count."""
        text = "\n\nText.\n\n".join([self.text.replace("{long}", "x" * _LONG)] * self.repeat)
        if self.lab:
            guide = labs()[0]
            opening = guide.answer.partition("\n\n")[0]
            return lab_faults_of(guide.name, guide.answer.replace(opening, f"{opening}\n\n{text}", 1))
        markdown = f"# Lesson\n\n{text}{_LAST_SENTENCE}"
        found = len(find_visual_tags(mended(markdown)))
        count = [] if self.tags in (None, found) else [f"{found} tags are read instead of {self.tags}"]
        return lesson_faults_of(markdown) + count


class FormulaCase(Case):
    """A text with formulas; ``formulas`` is how many a lesson must be found to have."""

    text: str
    formulas: int | None = None

    def faults(self) -> list[str]:
        """Return the lesson's faults, and a wrong count."""
        markdown = f"# Lesson\n\n{self.text}{_LAST_SENTENCE}"
        found = [tex for tex, _ in formulas_in(parse_markdown(mended(markdown)))]
        count = [] if self.formulas in (None, len(found)) else [f"read as formulas: {found}"]
        return lesson_faults_of(markdown) + count


class CodeCase(Case):
    """A code sample in its language."""

    language: str
    code: str

    def faults(self) -> list[str]:
        """Return why the sample cannot be read."""
        samples = check_code_samples(mended(f"# Lesson\n\n```{self.language}\n{self.code}```\n"))
        return [sample.fault for sample in samples if sample.fault]


class Replacement(BaseModel):
    """Words of a lab guide, and what stands in their place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    old: str
    new: str


class LabFormCase(Case):
    """A lab guide of the corpus in which words were replaced."""

    lab: str
    old: str
    new: str
    also: Replacement | None = None

    def faults(self) -> list[str]:
        """Return the guide's faults."""
        text = next(guide for guide in labs() if guide.name == self.lab).answer
        # The last one first: it may name what the first one is about to make.
        for change in filter(None, (self.also, Replacement(old=self.old, new=self.new))):
            assert change.old in text, f"{change.old!r} is not in {self.lab}"
            text = text.replace(change.old, change.new)
        return lab_faults_of(self.lab, text)


class TalkCase(Case):
    """Markdown that speaks of its subject, or of its own writing."""

    text: str

    def faults(self) -> list[str]:
        """Return the words that speak of the writing."""
        return list(filter(None, [talk_of_writing(paragraphs(parse_markdown(self.text)))]))


class ShortTextCase(Case):
    """A caption, an option or a definition."""

    text: str

    def faults(self) -> list[str]:
        """Return why the text cannot be printed."""
        try:
            TypeAdapter(PrintedText).validate_python(self.text)
        except ValidationError as error:
            return [found["msg"] for found in error.errors()]
        return []


class OptionsCase(Case):
    """The options of a quiz question, the first of them right."""

    field_of_text: ClassVar[str] = "options"
    options: tuple[str, ...]

    def faults(self) -> list[str]:
        """Return the question's faults."""
        options = [{"text": option, "is_right": position == 0} for position, option in enumerate(self.options)]
        question = {"question": "Which one?", "options": options, "explanation": "Because.", "topic": ""}
        request = StudyRequest(
            language="en",
            course_title="Course",
            module_number=1,
            lesson_number=1,
            lesson_title="Lesson",
            objectives=(),
            topics=(),
            parts=("quiz",),
            wanted=WantedParts(key_points=0, questions=1, terms=0),
            lesson="Text.",
        )
        return list(check_study(StudyParts.model_validate({"questions": [question]}), request, None).faults)


CHECKS: dict[str, tuple[str, type[Case]]] = {
    "headings_and_topics": ("title and headings of topics", TopicsCase),
    "code_blocks_closed": ("closed code blocks", EndingCase),
    "last_sentence": ("complete last sentence", EndingCase),
    "length": ("length", LengthCase),
    "language_of_text": ("language", LanguageCase),
    "talk_of_writing": ("no talk of the writing", TalkCase),
    "html_and_links": ("no active markup", ProseCase),
    "control_characters": ("no invisible characters", ProseCase),
    "formulas": ("formulas that can be set", FormulaCase),
    "visual_tags": ("visual tags", TagCase),
    "code_samples": ("code samples that can be parsed", CodeCase),
    "lab_form": ("sections and steps of a lab guide", LabFormCase),
    "short_texts": ("captions, options and definitions", ShortTextCase),
    "quiz_options": ("options of a question", OptionsCase),
    "diagram_sources": ("safe and correct diagrams", DiagramCase),
}
"""By the name of its file: what a check is called in the documentation, and how its cases are run."""


@cache
def cases_of(check: str, kind: str) -> tuple[Case, ...]:
    """Return a check's cases of one kind, ``good`` or ``bad``."""
    _, model = CHECKS[check]
    written = yaml.safe_load((_FOLDER / f"{check}.yaml").read_text(encoding="utf-8"))
    entries = TypeAdapter(list[str | list[str] | dict[str, object]]).validate_python(written[kind])
    return tuple(
        model.model_validate(entry if isinstance(entry, dict) else {model.field_of_text: entry}) for entry in entries
    )


def lesson_faults_of(
    answer: str, *, topics: tuple[str, ...] = (), language: str | None = None, word_target: int | None = None
) -> list[str]:
    """Return the faults of a lesson of one's own, mended as a model's answer is; by default it has the right length."""
    markdown = mended(answer)
    facts = LessonFacts(
        language=language or "en",
        title="Lesson",
        topics=topics,
        word_target=word_target or max(word_count(markdown), 1),
        visuals=0,
        formulas=0,
        habits="strong",
        notes="",
    )
    specification = LessonSample(name="case", answer=answer, facts=facts).specification
    return lesson_faults(markdown, specification, language)


def lab_faults_of(lab: str, answer: str) -> list[str]:
    """Return the faults of a lab guide's text, asked for as a guide of the corpus was."""
    facts = next(guide for guide in labs() if guide.name == lab).facts
    labels = Labels.of(facts.language).lab
    return lab_faults(mended(answer), facts.title, labels, language=facts.language, word_target=facts.word_target)
