"""What a book's text is made of: headings and boxes of ours around Markdown that is read a passage at a time.

A passage cannot reach beyond itself: an unclosed code block, comment or quotation ends with it, its headings stay below
the section's, and nothing in it can make a box.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class BoxKind(StrEnum):
    """What a box is; its class in HTML, its look in every format. ``ANSWER`` is folded up where a format can fold."""

    OBJECTIVES = "objectives"
    KEY_POINTS = "key-points"
    QUIZ = "quiz"
    ANSWER = "answer"
    READING = "reading"
    LABS = "labs"
    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True)
class Heading:
    """A chapter (level 1), a section (2), or a part of one (3 and below), its text shown as it is.

    ``identifier`` is what links in the book name, and the file name of its page on the site; unique, ``[a-z0-9-]``.
    ``number`` stands before the text ("Chapter 2", "2.3"), apart from it where a format can do so.
    """

    level: int
    text: str
    identifier: str
    number: str = ""
    runs_on: bool = False
    """Whether it begins no page of its own in print, though it is of level 1."""


@dataclass(frozen=True)
class Passage:
    """Markdown, of ours or a model's; headings in it are level 3 and below, links may go to any identifier.

    ``name`` prefixes the identifiers of its headings (``section-2-3`` gives ``section-2-3__topic``).
    """

    markdown: str
    name: str = ""
    anchors: tuple[tuple[str, str], ...] = ()
    """Headings of it with identifiers of their own: text and identifier."""


@dataclass(frozen=True)
class Box:
    """Parts set apart under a title. Boxes may stand in boxes, such as the answers in a quiz."""

    kind: BoxKind
    title: str
    parts: "tuple[Part, ...]"


@dataclass(frozen=True)
class Only:
    """Parts for formats that fold answers up (``folded``: HTML, the site), or for all the others (``printed``)."""

    where: Literal["folded", "printed"]
    parts: "tuple[Part, ...]"


@dataclass(frozen=True)
class Lead:
    """A short line under a heading, such as a lesson's minutes or a chapter's summary, its text shown as it is."""

    text: str
    role: Literal["summary", "minutes"]


@dataclass(frozen=True)
class Together:
    """Parts that no page break separates, such as a question and its options."""

    parts: "tuple[Part, ...]"


Part = Heading | Passage | Box | Only | Lead | Together
