"""A lesson that is far too short: which of its sections are, and the lesson with them written out."""

from collections.abc import Iterator
from dataclasses import dataclass

from content_gen.lesson_prompts import extension_prompt
from course_kit.markdown.headings import headings_of_topics
from course_kit.markdown.text import parse_markdown
from course_kit.outline.call_sizes import LEAST_SHARE_OF_TARGET, is_far_too_short
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.text.text_faults import word_count


@dataclass(frozen=True)
class _Section:
    """A heading of the second level and what stands under it, as lines from 0."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class ShortLesson:
    """Asks for the short sections of a lesson once more."""

    specification: LessonSpecification
    most_words: int
    """What the lesson's writer can write (`Writer.max_lesson_words`): asking for more would be paid for nothing."""

    def prompt(self, text: str) -> str | None:
        """Return the message that asks for them; None for a lesson that is long enough."""
        words, target = word_count(text), min(self.specification.word_target, self.most_words)
        if not is_far_too_short(words, target):
            return None
        own = self._own_sections(text)
        share = target / max(len(own), 1) * LEAST_SHARE_OF_TARGET
        lines = text.split("\n")
        short = [section.title for section in own if word_count("\n".join(lines[section.start : section.end])) < share]
        return extension_prompt(self.specification, words, short) if short else None

    def joined(self, text: str, more: str) -> str:
        """Return the lesson with each section replaced that came again and is longer; the rest stays as it was."""
        lines, new_lines = text.split("\n"), more.split("\n")
        written = {section.title: section for section in _sections(more)}
        for section in reversed(self._own_sections(text)):
            again = headings_of_topics([section.title], written)[section.title]
            if again is None:
                continue
            body = new_lines[written[again].start + 1 : written[again].end]
            if word_count("\n".join(body)) > word_count("\n".join(lines[section.start + 1 : section.end])):
                lines[section.start + 1 : section.end] = body
        return "\n".join(lines)

    def _own_sections(self, text: str) -> list[_Section]:
        sections = list(_sections(text))
        topics = [topic.title for topic in self.specification.topics]
        own = set(headings_of_topics(topics, [section.title for section in sections]).values())
        return [section for section in sections if section.title in own or not topics]


def _sections(markdown: str) -> Iterator[_Section]:
    tokens = parse_markdown(markdown)
    starts = [
        (token.map[0], "".join(child.content for child in tokens[number + 1].children or []))
        for number, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag in ("h1", "h2") and token.map and token.level == 0
    ]
    ends = [start for start, _ in starts[1:]] + [len(markdown.split("\n"))]
    for number, ((start, title), end) in enumerate(zip(starts, ends, strict=True)):
        if number or not markdown.startswith("# "):
            yield _Section(title, start, end)
