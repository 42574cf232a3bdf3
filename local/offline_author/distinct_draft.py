"""A lesson in prose that it shares with no other lesson, and the faults of a writer who works beside others."""

import re
from collections.abc import Iterator, Sequence

from course_kit.brief.course_context import LessonOnMap
from course_kit.mending.titles_as_code import heading_text
from course_kit.outline.lesson_specification import LessonSpecification
from offline_author.diagram_forms import form_of
from offline_author.distinct_prose import Prose
from offline_author.parallel_faults import topic_paragraph
from offline_author.seeded_fault import SeededFault
from offline_author.shared_parts import SharedParts

_WORD = re.compile(r"\w+")
_SHARE_OF_TARGET = 0.85
_QUESTIONS = 3
# A neighbour repeats the first two paragraphs of a topic.
_MIN_PARAGRAPHS = 2


def draft_distinct_lesson(
    specification: LessonSpecification,
    parts: SharedParts,
    prose: Prose,
    *,
    faults: Sequence[SeededFault] = (),
    with_visuals: bool = True,
) -> str:
    """Return the Markdown of a lesson in the format of the prompt."""
    blocks = [f"# {heading_text(specification.lesson_title)}"]
    blocks += _opening(specification, parts, prose)
    topics = [topic.title for topic in specification.topics] or [specification.lesson_title]
    lesson = LessonOnMap(number=parts.number, title=specification.lesson_title, topics=tuple(topics))
    words = int(specification.word_target * _SHARE_OF_TARGET / len(topics))
    for position, topic in enumerate(topics):
        blocks.append(f"## {heading_text(topic)}")
        blocks += parts.definitions(topics, position)
        blocks += _paragraphs(prose, specification.course_title, lesson, position, words)
        if position == 0:
            if with_visuals:
                items = "; ".join(parts.phrases.diagram_items[form_of(topic)])
                visual = parts.phrases.visuals[form_of(topic)].format(topic=heading_text(topic), items=items)
                blocks.append(f"[VISUAL: {visual}]")
            blocks += [fault.text for fault in faults]
    if example := parts.example():
        place = specification.course_title, parts.number, "example"
        blocks.append(f"{prose.paragraph(*place, 1, sentences=2)} {example} {prose.paragraph(*place, 2, sentences=2)}")
    questions = [prose.question(specification.course_title, parts.number, n) for n in range(_QUESTIONS)]
    blocks.append(f"## {parts.phrases.questions_heading}")
    blocks.append("\n".join(f"{number}. {question}" for number, question in enumerate(questions, 1)))
    return "\n\n".join(blocks) + "\n"


def _opening(specification: LessonSpecification, parts: SharedParts, prose: Prose) -> Iterator[str]:
    opening = prose.paragraph(specification.course_title, parts.number, "opening", sentences=3)
    yield " ".join(filter(None, [opening, specification.lesson_description, parts.assumed()]))


def _paragraphs(prose: Prose, course_title: str, lesson: LessonOnMap, topic: int, words: int) -> Iterator[str]:
    written = position = 0
    while position < _MIN_PARAGRAPHS or written < words:
        text = topic_paragraph(prose, course_title, lesson, topic, position)
        yield text
        written += len(_WORD.findall(text))
        position += 1
