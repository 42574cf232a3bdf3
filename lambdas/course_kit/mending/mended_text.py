"""Corrections of a model's Markdown by code before the checks, which save the cost of a second text.

The wrapping of a text is removed: reasoning, greetings, fences, marks of a model's own format. Tags, boxes, tables and
HTML with a clear meaning get one form. Active content stays, for the checks to reject.
"""

import re
from collections.abc import Collection

from course_kit.markdown.inline_html import without_html
from course_kit.markdown.prose import changed_prose
from course_kit.markdown.tables import tidy_tables
from course_kit.mending.admonitions import with_usual_boxes
from course_kit.mending.answer_wrapping import unwrapped
from course_kit.mending.tag_spellings import with_usual_tags
from course_kit.mending.terminal_sequences import without_escape_sequences
from course_kit.mending.titles_as_code import with_titles_as_code

# A space after a heading's marks that Markdown does not count as one.
_WIDE_SPACE = re.compile("^(#{1,6})[\u00a0\u3000][\u00a0\u3000 ]*", re.MULTILINE)


def mended(text: str, titles: Collection[str] = ()) -> str:
    """Return a model's Markdown in the usual form; the function is idempotent.

    Headings with one of these titles show it exactly, even if it contains Markdown or HTML.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    text = without_escape_sequences(text)
    text = changed_prose(text, lambda prose: _WIDE_SPACE.sub(r"\1 ", prose))
    text = unwrapped(text)
    text = with_titles_as_code(text, titles)
    for mend in (without_html, with_usual_tags, with_usual_boxes, tidy_tables):
        text = mend(text)
    return text.strip() + "\n"
