"""What a draft says because of the brief: terms, the running example, a reference to what it assumes."""

from dataclasses import dataclass

from course_kit.brief.assignment import LessonAssignment
from course_kit.brief.course_context import CourseContext
from offline_author.brief_terms import lessons_of
from offline_author.phrases import Phrases


@dataclass(frozen=True)
class SharedParts:
    """The sentences of one lesson that its brief asks for; none without a brief."""

    phrases: Phrases
    number: str
    """The lesson's, as readers see it."""
    course: CourseContext | None = None
    brief: LessonAssignment | None = None

    def assumed(self) -> str:
        """Return the sentence with the lesson's one reference to another lesson; empty for none."""
        if not self.brief or not self.brief.assumes:
            return ""
        other = self.brief.assumes[0]
        return self.phrases.assumes_sentence.format(reference=f"[[{other.lesson}]]", what=other.what.rstrip("."))

    def definitions(self, topics: list[str], position: int) -> list[str]:
        """Return the definitions of the terms that belong to one topic of the lesson: else to its first."""
        if not self.brief:
            return []
        return [
            self.phrases.term_sentence.format(term=term.term, definition=_as_sentence(term.definition))
            for term in self.brief.introduces
            if self._topic_of(term.term, topics) == position
        ]

    def example(self) -> str:
        """Return the lesson's paragraph on the running example, with one of its facts; empty without a step."""
        if not self.brief or not self.brief.step_of_running_example:
            return ""
        sentences = [self.phrases.example_sentence.format(step=_as_sentence(self.brief.step_of_running_example))]
        facts = self.course.running_example.facts if self.course else ()
        if facts and self.course:
            place = [lesson.number for lesson in lessons_of(self.course)].index(self.number)
            fact = facts[place % len(facts)]
            sentences.append(
                self.phrases.fact_sentence.format(name=fact.name, attribute=fact.attribute, value=fact.value)
            )
        return " ".join(sentences)

    @staticmethod
    def _topic_of(term: str, topics: list[str]) -> int:
        return next((place for place, topic in enumerate(topics) if term.casefold() in topic.casefold()), 0)


def _as_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."
