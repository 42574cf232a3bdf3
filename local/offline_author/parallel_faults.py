"""Faults of a writer who does not know what others write at the same moment, chosen by lesson and seed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from course_kit.brief.course_context import CourseContext, KnownTerm, LessonOnMap
from course_kit.records.editing import FindingKind
from offline_author.behaviour import ParallelFaults
from offline_author.brief_terms import lessons_of
from offline_author.distinct_prose import Choices, Prose
from offline_author.phrases import Phrases
from offline_author.seeded_fault import SeededFault

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_LEAST_FACTOR, _FACTORS = 2, 5


@dataclass(frozen=True)
class FaultyWriter:
    """One lesson's writer: the faults of its lesson."""

    course: CourseContext
    number: str
    prose: Prose
    rates: ParallelFaults

    def faults(self) -> Iterator[SeededFault]:
        """Yield the faults of the lesson, at most one of a kind; what the course has no matter for is left out."""
        rates = self.rates
        for kind, rate, fault in (
            (FindingKind.REPEATED_PASSAGE, rates.repeats, self._repeat),
            (FindingKind.SECOND_DEFINITION, rates.definitions, self._definition),
            (FindingKind.EARLY_USE, rates.early_uses, self._early_use),
            (FindingKind.CHANGED_FACT, rates.changed_facts, self._changed_fact),
            (FindingKind.DEAD_REFERENCE, rates.dead_references, self._dead_reference),
        ):
            choices = Choices("fault", rates.seed, kind, self.course.title, self.number)
            found = fault(choices) if choices.share() < rate else None
            if found:
                yield found

    @property
    def _order(self) -> list[LessonOnMap]:
        return lessons_of(self.course)

    @property
    def _place(self) -> int:
        return [lesson.number for lesson in self._order].index(self.number)

    def _repeat(self, choices: Choices) -> SeededFault | None:
        """Return a paragraph of the lesson before, or of the one after: each of their first paragraphs once."""
        before, after = self._order[: self._place], self._order[self._place + 1 :]
        if not (before or after):
            return None
        is_before = bool(before) and (not after or choices.share() < 1 / 2)
        other = before[-1] if is_before else after[0]
        text = topic_paragraph(self.prose, self.course.title, other, 0, 0 if is_before else 1)
        is_reworded = choices.share() < 1 / 2
        if is_reworded:
            text = self.prose.reworded(text, "reworded", self.number)
        return self._seeded(FindingKind.REPEATED_PASSAGE, text, other=other.number, is_reworded=is_reworded)

    def _definition(self, choices: Choices) -> SeededFault | None:
        term = self._term_of(self._order[: self._place], choices)
        if term is None:
            return None
        phrases = Phrases.of(self.course.language)
        is_reworded = choices.share() < 1 / 2
        definition = term.definition.rstrip(".")
        if is_reworded:
            definition = self.prose.with_other_glue(definition)
        frame = self.prose.other_definition if is_reworded else phrases.term_sentence
        text = self._among_others(frame.format(term=term.term, definition=definition) + ".", "definition")
        return self._seeded(
            FindingKind.SECOND_DEFINITION, text, other=term.introduced_in, about=term.term, is_reworded=is_reworded
        )

    def _early_use(self, choices: Choices) -> SeededFault | None:
        term = self._term_of(self._order[self._place + 1 :], choices)
        if term is None:
            return None
        sentence = self.prose.filled(choices.one_of(self.prose.early_uses), choices, term=term.term)
        text = self._among_others(sentence, "early use")
        return self._seeded(FindingKind.EARLY_USE, text, other=term.introduced_in, about=term.term)

    def _changed_fact(self, choices: Choices) -> SeededFault | None:
        facts = [fact for fact in self.course.running_example.facts if _NUMBER.search(fact.value)]
        if not facts:
            return None
        fact = facts[choices.number() % len(facts)]
        frame = choices.one_of(self.prose.changed_facts)
        value = _other_number(fact.value, choices)
        sentence = frame.format(name=fact.name, attribute=fact.attribute, value=value)
        text = self._among_others(sentence, "fact")
        return self._seeded(FindingKind.CHANGED_FACT, text, about=fact.name)

    def _dead_reference(self, choices: Choices) -> SeededFault:
        sentence = self.prose.filled(choices.one_of(self.prose.dead_references), choices)
        return self._seeded(FindingKind.DEAD_REFERENCE, self._among_others(sentence, "reference"), about="99.9")

    def _term_of(self, lessons: list[LessonOnMap], choices: Choices) -> KnownTerm | None:
        numbers = {lesson.number for lesson in lessons}
        terms = [term for term in self.course.terms if term.introduced_in in numbers]
        return terms[choices.number() % len(terms)] if terms else None

    def _among_others(self, sentence: str, what: str) -> str:
        """Return a paragraph with a sentence in its middle."""
        place = self.course.title, self.number, what
        before, after = (self.prose.paragraph(*place, side, sentences=2) for side in ("before", "after"))
        return f"{before} {sentence} {after}"

    def _seeded(
        self, kind: FindingKind, text: str, *, other: str = "", about: str = "", is_reworded: bool = False
    ) -> SeededFault:
        return SeededFault(kind=kind, lesson=self.number, other=other, about=about, is_reworded=is_reworded, text=text)


def topic_paragraph(prose: Prose, course_title: str, lesson: LessonOnMap, topic: int, position: int) -> str:
    """Return a paragraph of a lesson: of a topic, or of the lesson itself where it has none."""
    title = lesson.topics[topic] if lesson.topics else lesson.title
    return prose.paragraph(course_title, lesson.number, title, position)


def _other_number(value: str, choices: Choices) -> str:
    """Return a value with another number in its first number's place: `96,400` for `48,200`."""

    def other(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found[0])
        changed = str(int(digits) * (_LEAST_FACTOR + choices.number() % _FACTORS) + 1)
        is_address = found[0].count(".") > 2  # noqa: PLR2004
        if is_address:
            return f"{found[0].rpartition('.')[0]}.{int(found[0].rpartition('.')[2]) + 1 + choices.number() % 9}"
        sign = re.search(r"\D", found[0])
        return f"{int(changed):,}".replace(",", sign[0]) if sign else changed

    return _NUMBER.sub(other, value, count=1)
