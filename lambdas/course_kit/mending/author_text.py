"""An author's Markdown as every function reads it: any encoding, the usual marks, a number for every visual tag.

Much less is changed than in a model's text (`mended_text`): an author's first paragraph is no greeting.
"""

import re
from collections.abc import Callable
from urllib.parse import quote

from course_kit.markdown.inline_html import without_html
from course_kit.markdown.prose import changed_prose
from course_kit.markdown.tables import tidy_tables
from course_kit.mending.admonitions import with_usual_boxes
from course_kit.mending.tag_spellings import with_usual_tags
from course_kit.pictures.picture_names import own_picture_of
from course_kit.text.visual_tags import numbered_for_author

_WIDE_SPACE = re.compile("^(#{1,6})[\u00a0\u3000][\u00a0\u3000 ]*", re.MULTILINE)
# A picture whose target has spaces, in angle brackets or not.
_PICTURE = re.compile(
    r"(?P<words>!\[[^\[\]\n]*\]\()<?(?P<target>[^<>()\n\"]* [^<>()\n\"]*?)>?(?P<title>\s+\"[^\"\n]*\")?\s*\)"
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"
# Fields with a colon between two lines of dashes, at the very beginning.
_FRONT_MATTER = re.compile(
    r"\A\s*---[ \t]*\n(?:[A-Za-z][\w-]*[ \t]*:.*\n|[ \t]+\S.*\n|-[ \t].*\n|#.*\n)+(?:---|\.\.\.)[ \t]*\n"
)


def encoding_of(body: bytes) -> str:
    """Return the encoding of a file: UTF-8, UTF-16 with its mark, or else Windows-1252, which reads every byte."""
    if body.startswith(_UTF_16):
        return "utf-16"
    try:
        body.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig" if body.startswith(_UTF_8_MARK) else "utf-8"


def decoded(body: bytes) -> str:
    """Return the text of a file in its `encoding_of`."""
    return body.decode(encoding_of(body), errors="replace")


def changed_text(body: bytes, change: Callable[[str], str]) -> bytes:
    """Return a file with its text changed, in the same encoding; one whose bytes are not all text stays as it is."""
    text, encoding = decoded(body), encoding_of(body)
    if text.encode(encoding, errors="replace") != body:
        return body
    return change(text).encode(encoding, errors="replace")


def plain_lines(text: str) -> str:
    """Return a text with line feeds only, and without byte order marks; its lines keep their numbers."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")


def front_matter_lines(text: str) -> int:
    """Return the number of lines that a block of fields at the beginning takes; 0 without one."""
    found = _FRONT_MATTER.match(text)
    return text.count("\n", 0, found.end()) if found else 0


def with_usual_pictures(markdown: str) -> str:
    """Return Markdown in which names of pictures may have spaces, as files of screenshots have; no line changes."""
    if "![" not in markdown:
        return markdown
    return changed_prose(markdown, lambda prose: _PICTURE.sub(_with_usual_target, prose))


def _with_usual_target(found: re.Match[str]) -> str:
    target = found["target"].strip()
    return f"{found['words']}{quote(target)}{found['title'] or ''})" if own_picture_of(target) else found[0]


def authors_markdown(text: str) -> str:
    """Return an author's Markdown in the usual form; the function is idempotent, and removes front matter only."""
    text = plain_lines(text)
    text = "\n".join(text.split("\n")[front_matter_lines(text) :])
    text = changed_prose(text, lambda prose: _WIDE_SPACE.sub(r"\1 ", prose))
    for mend in (with_usual_pictures, without_html, with_usual_tags, with_usual_boxes, tidy_tables):
        text = mend(text)
    return text.strip("\n") + "\n"


def authors_lesson(body: bytes, module_number: int, lesson_number: int) -> str:
    """Return the lesson that an author's file holds, with numbered visual tags.

    Every function that reads a lesson of an author reads it by this one, so that all see the same figures.
    """
    return numbered_for_author(authors_markdown(decoded(body)), module_number, lesson_number)
