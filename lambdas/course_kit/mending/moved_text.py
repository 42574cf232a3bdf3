"""A lesson's file after the lesson has changed its module: its visual tags have the numbers of the new place."""

import re

from course_kit.markdown.prose import changed_prose
from course_kit.mending.author_text import changed_text
from course_kit.mending.tag_spellings import TAG_WORD
from course_kit.store.ids import LessonId, VisualId

# The word of a tag in any spelling, its colon or dash, and the number; text of its own is further away.
_NUMBER = re.compile(
    rf"(?P<before>{TAG_WORD}[^\n\[\]\w]{{1,6}})(?P<id>\d{{2,3}}-\d{{2,3}}-\d{{4}})(?=\s*-)", re.IGNORECASE
)


def moved_text(body: bytes, before: LessonId, after: LessonId) -> bytes:
    """Return a file with the numbers of its own tags changed, and nothing else; its encoding stays.

    Tags inside code, and numbers of other lessons, are text. A file whose bytes are not all text stays as it is.
    """

    def renumbered(found: re.Match[str]) -> str:
        visual = VisualId.parse(found["id"])
        if LessonId(visual.module, visual.lesson) != before:
            return found[0]
        return f"{found['before']}{VisualId(after.module, after.lesson, visual.position)}"

    return changed_text(body, lambda text: changed_prose(text, lambda prose: _NUMBER.sub(renumbered, prose)))
