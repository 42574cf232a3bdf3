"""What a lesson's Markdown must be before it is saved. A model's text is never trusted."""

from collections.abc import Iterator

from course_kit.markdown.headings import headings_in, headings_of_topics
from course_kit.markdown.text import parse_markdown
from course_kit.mending.titles_as_code import heading_text
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.text.drawn_sources import DRAWN_SOURCE
from course_kit.text.text_faults import form_faults, length_faults
from course_kit.text.visual_tags import find_visual_tags

# A lesson is asked for three at most; each costs a plan and a picture, so that a writer's whim must not make fifty.
_MAX_VISUALS = 8
_MAX_DESCRIPTION_CHARACTERS = 1000
# The source of a diagram says more in the same number of words.
_MAX_SOURCE_CHARACTERS = 4000


def lesson_faults(markdown: str, specification: LessonSpecification, language: str | None) -> list[str]:
    """Return what is wrong with a lesson, in words that its writer can act on; empty when it may be saved.

    What is checked:

    - its form (`form_faults`, for the language that it has to be in)
    - a heading for every topic
    - a length near the target
    - visual tags: few, and each says what it wants
    """
    # A reference to a lesson that is not there is no fault here: that would cost another whole text, where a small call
    # after all lessons mends it, and the book shows it as words (`course_kit.text.lesson_references`).
    tokens = parse_markdown(markdown)
    faults = form_faults(markdown, tokens, heading_text(specification.lesson_title), language)
    sections = [title for level, title in headings_in(tokens) if level > 1]
    own = headings_of_topics([topic.title for topic in specification.topics], sections)
    faults += [
        f"the heading `## {heading_text(topic)}` is missing" for topic, heading in own.items() if heading is None
    ]
    return faults + length_faults(markdown, specification.word_target) + list(_visual_faults(markdown))


def _visual_faults(markdown: str) -> Iterator[str]:
    descriptions = [tag.description for tag in find_visual_tags(markdown)]
    if len(descriptions) > _MAX_VISUALS:
        yield f"the lesson has {len(descriptions)} visual tags, expected three at most"
    if not all(descriptions):
        yield "a visual tag is empty, expected `[VISUAL: what the picture shows]`"
    for description in descriptions:
        most = _MAX_SOURCE_CHARACTERS if DRAWN_SOURCE.match(description) else _MAX_DESCRIPTION_CHARACTERS
        if len(description) > most:
            yield f"a visual tag has {len(description)} characters, expected at most {most}"
            break
