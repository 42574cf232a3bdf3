"""Parts of a book's text: our own headings and boxes, and passages of Markdown.

Every passage is read separately, so it cannot change what follows. An unclosed code block, comment or quotation ends
with its passage. Headings of a passage stay below its section's level, and a passage cannot make a box.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class BoxKind(StrEnum):
    """Kinds of box, each with its HTML class and its style. ``ANSWER`` is collapsed in formats that can collapse."""

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
    """A chapter (level 1), a section (2), or a subsection (3 and below). The text is plain text.

    ``identifier`` is the target of links in the book, and the file name of its page on the site; unique, ``[a-z0-9-]``.
    ``number`` precedes the text ("Chapter 2", "2.3"), as a separate element where the format has one.
    """

    level: int
    text: str
    identifier: str
    number: str = ""
    runs_on: bool = False
    """Whether this heading of level 1 starts no new page in print."""


@dataclass(frozen=True)
class Passage:
    """Our own or a model's Markdown. Its headings are level 3 and below; its links may go to any identifier.

    ``name`` prefixes the identifiers of its headings (``section-2-3`` gives ``section-2-3__topic``).
    """

    markdown: str
    name: str = ""
    anchors: tuple[tuple[str, str], ...] = ()
    """Headings with their own identifiers: text and identifier."""


@dataclass(frozen=True)
class Box:
    """Parts in a box with a title. A box may hold boxes, such as the answers in a quiz."""

    kind: BoxKind
    title: str
    parts: "tuple[Part, ...]"


@dataclass(frozen=True)
class Only:
    """Parts for formats that collapse answers (``folded``: HTML, the site), or for all others (``printed``)."""

    where: Literal["folded", "printed"]
    parts: "tuple[Part, ...]"


@dataclass(frozen=True)
class Lead:
    """A short line under a heading, such as a lesson's minutes or a chapter's summary, as plain text."""

    text: str
    role: Literal["summary", "minutes"]


@dataclass(frozen=True)
class Together:
    """Parts that no page break separates, such as a question and its options."""

    parts: "tuple[Part, ...]"


Part = Heading | Passage | Box | Only | Lead | Together
