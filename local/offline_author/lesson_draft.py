"""The draft of one lesson from its specification. Equal specifications give equal texts."""

import hashlib
import re
from collections.abc import Iterable

from course_kit.brief.assignment import LessonAssignment
from course_kit.brief.course_context import CourseContext
from course_kit.mending.titles_as_code import heading_text
from course_kit.outline.lesson_specification import LessonSpecification
from offline_author.code_samples import CodeSample, code_samples
from offline_author.diagram_forms import DiagramForm, form_of
from offline_author.phrases import Phrases
from offline_author.shared_parts import SharedParts

_WORD = re.compile(r"\w+")
# The share of the word target that a draft aims at: more pattern sentences would add no content.
_SHARE_OF_TARGET = 0.85
_MAX_TABLES = 2
_MAX_VISUALS = 2


def draft_lesson(
    specification: LessonSpecification,
    *,
    with_visuals: bool = True,
    course: CourseContext | None = None,
    brief: LessonAssignment | None = None,
) -> str:
    """Return the Markdown of a lesson in the format of the prompt; no sentence occurs twice."""
    number = f"{specification.module_number}.{specification.lesson_number}"
    parts = SharedParts(Phrases.of(specification.language), number, course, brief)
    return _Draft(specification, parts, with_visuals=with_visuals).text()


class _Draft:
    def __init__(self, specification: LessonSpecification, parts: SharedParts, *, with_visuals: bool) -> None:
        self._specification = specification
        self._parts = parts
        self._phrases = Phrases.of(specification.language)
        self._topics = [topic.title for topic in specification.topics] or [specification.lesson_title]
        self._blocks: list[str] = []
        self._used: set[str] = set()
        self._samples = list(code_samples())
        self._tables = 0
        self._visuals_left = _MAX_VISUALS if with_visuals else 0

    def text(self) -> str:
        self._open()
        budget = self._specification.word_target * _SHARE_OF_TARGET / len(self._topics)
        for position, topic in enumerate(self._topics):
            self._topic(topic, position, budget)
        self._add(self._parts.example())
        self._close()
        return "\n\n".join(self._blocks) + "\n"

    def _open(self) -> None:
        specification, phrases = self._specification, self._phrases
        self._add(f"# {heading_text(specification.lesson_title)}")
        opening = self._sentences(phrases.opening, specification.lesson_title, 4)
        if specification.previous_lesson:
            opening.append(phrases.previous.format(other=heading_text(specification.previous_lesson)))
        self._add(" ".join([*opening, specification.lesson_description]).strip())
        self._add(self._parts.assumed())
        if len(self._topics) > 1:
            self._visual(DiagramForm.OVERVIEW, specification.lesson_title, self._topics)

    def _topic(self, topic: str, position: int, budget: float) -> None:
        self._add(f"## {heading_text(topic)}")
        begun = self._words()
        description = next((t.description for t in self._specification.topics if t.title == topic), "")
        explanation = self._sentences(self._phrases.explanation, topic, 5)
        self._add(" ".join([*([description] if description else []), *explanation]))
        for definition in self._parts.definitions(self._topics, position):
            self._add(definition)
        if position == 0 or position == len(self._topics) - 1:
            form = form_of(topic)
            self._visual(form, topic, self._phrases.diagram_items[form])
        sections = [self._how, self._example, self._table, self._steps, self._pitfalls, self._practice]
        for offset in range(len(sections)):
            if self._words() - begun >= budget:
                break
            sections[(position + offset) % len(sections)](topic)

    def _how(self, topic: str) -> None:
        self._section(self._phrases.how_heading, topic, self._sentences(self._phrases.how, topic, 6))

    def _example(self, topic: str) -> None:
        sentences = self._sentences(self._phrases.example, topic, 7)
        sample = self._take_sample(topic)
        if sample is None:
            self._section(self._phrases.example_heading, topic, sentences)
            return
        self._add("### " + self._one(self._phrases.example_heading, topic))
        if sentences:
            self._add(" ".join(sentences))
        self._add(self._one(self._phrases.code_lead, topic))
        self._add(f"```{sample.language}\n{sample.code.rstrip()}\n```")

    def _table(self, topic: str) -> None:
        if self._tables == _MAX_TABLES:
            return
        rows = self._phrases.table_rows[self._tables * 3 : self._tables * 3 + 3]
        self._tables += 1
        self._add(self._one(self._phrases.table_lead, topic))
        lines = [self._phrases.table_header, ["---"] * 3, *([self._fill(cell, topic) for cell in row] for row in rows)]
        self._add("\n".join("| " + " | ".join(line) + " |" for line in lines))

    def _steps(self, topic: str) -> None:
        steps = self._sentences(self._phrases.steps, topic, 6)
        if len(steps) > 2:  # noqa: PLR2004
            self._add("### " + self._one(self._phrases.steps_heading, topic))
            self._add("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))

    def _pitfalls(self, topic: str) -> None:
        pitfalls = self._sentences(self._phrases.pitfalls, topic, 5)
        if len(pitfalls) > 2:  # noqa: PLR2004
            self._add("### " + self._one(self._phrases.pitfalls_heading, topic))
            self._add("\n".join(f"- {pitfall}" for pitfall in pitfalls))

    def _practice(self, topic: str) -> None:
        self._section(self._phrases.practice_heading, topic, self._sentences(self._phrases.practice, topic, 4))

    def _close(self) -> None:
        phrases, specification = self._phrases, self._specification
        self._add(f"## {phrases.questions_heading}")
        questions = [self._one(phrases.questions, topic) for topic in self._topics[:5]]
        self._add("\n".join(f"{number}. {question}" for number, question in enumerate(questions, start=1)))
        if specification.next_lesson:
            self._add(phrases.next.format(other=heading_text(specification.next_lesson)))

    def _visual(self, form: DiagramForm, topic: str, items: Iterable[str]) -> None:
        if self._visuals_left:
            self._visuals_left -= 1
            listed = "; ".join(item.replace(";", ",").replace(" — ", ", ") for item in items)
            self._add("[VISUAL: " + self._phrases.visuals[form].format(topic=heading_text(topic), items=listed) + "]")

    def _section(self, headings: list[str], topic: str, sentences: list[str]) -> None:
        # A section of one sentence would look unfinished.
        if len(sentences) > 1:
            self._add("### " + self._one(headings, topic))
            self._add(" ".join(sentences))

    def _sentences(self, patterns: list[str], topic: str, most: int) -> list[str]:
        """Fill in patterns in order, up to the given number, without sentences that the lesson already has."""
        chosen: list[str] = []
        for pattern in patterns:
            sentence = self._fill(pattern, topic)
            if len(chosen) < most and sentence not in self._used:
                self._used.add(sentence)
                chosen.append(sentence)
        return chosen

    def _one(self, patterns: list[str], topic: str) -> str:
        return self._fill(patterns[self._number(topic) % len(patterns)], topic)

    def _fill(self, pattern: str, topic: str) -> str:
        specification = self._specification
        audience = " / ".join(specification.audience) or self._phrases.audience
        return pattern.format(
            topic=heading_text(topic),
            lesson=heading_text(specification.lesson_title),
            module=heading_text(specification.module_title),
            course=heading_text(specification.course_title),
            audience=audience,
        )

    def _take_sample(self, topic: str) -> CodeSample | None:
        specification = self._specification
        for text in (topic, f"{specification.lesson_title} {specification.module_title} {specification.course_title}"):
            words = set(_WORD.findall(text.casefold()))
            words |= {word.removesuffix("s") for word in words}
            for sample in self._samples:
                if sample.words & words:
                    self._samples.remove(sample)
                    return sample
        return None

    def _add(self, block: str) -> None:
        if block:
            self._blocks.append(block)

    def _words(self) -> int:
        return sum(len(_WORD.findall(block)) for block in self._blocks)

    @staticmethod
    def _number(text: str) -> int:
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
