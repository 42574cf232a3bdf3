"""The terminal: the one way by which anything is printed. What an outline, a model or AWS says is text there.

No other module of the command line prints, makes a console or a styled text (a test sees to it).
"""

import json
import re
import sys
from collections.abc import Iterable
from typing import IO

from pydantic import BaseModel
from rich.console import Console, HighlighterType, JustifyMethod, OverflowMethod
from rich.style import Style
from rich.text import Text

from course_kit.text.characters import unseen_shown

_LINE_MARKS = re.compile(r"\r\n|[\t\n\r]")


def printable(text: str) -> str:
    r"""Return a text as one line that a terminal only shows: nothing of it is obeyed.

    Escape sequences with their links and titles, other controls, bidi overrides and what else nobody sees are written
    as Python writes them, ``\x1b[31m`` or ``\u202e``. Line ends and tabs become spaces. What scripts and emoji need
    stays.
    """
    return unseen_shown(_LINE_MARKS.sub(" ", text), lambda mark: mark.encode("unicode_escape").decode("ascii"))


def styled(text: str, style: str) -> Text:
    """Return a text in a style of rich's, for a cell or a line."""
    return Text(printable(text), style=style)


class Terminal(Console):
    """A console of rich's on which every text is printable, and none is markup, an emoji's code or highlighted."""

    def __init__(
        self,
        *,
        stderr: bool = False,
        file: IO[str] | None = None,
        width: int | None = None,
        force_terminal: bool | None = None,
    ) -> None:
        super().__init__(
            stderr=stderr,
            file=file,
            width=width,
            force_terminal=force_terminal,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def tell(self, text: str, style: str | None = None) -> None:
        """Print one line, which is not wrapped: people copy paths and commands from it."""
        self.print(text, style=style, soft_wrap=True)

    def render_str(
        self,
        text: str,
        *,
        style: str | Style = "",
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        emoji: bool | None = None,
        markup: bool | None = None,
        highlight: bool | None = None,
        highlighter: HighlighterType | None = None,
    ) -> Text:
        """Return a string as rich shows it, in lines, titles and cells alike."""
        return super().render_str(
            printable(text),
            style=style,
            justify=justify,
            overflow=overflow,
            emoji=emoji,
            markup=markup,
            highlight=highlight,
            highlighter=highlighter,
        )


def say(line: str) -> None:
    """Print one line on standard output as it is, for programs, too."""
    print(printable(line))


def say_object(model: BaseModel) -> None:
    """Print an object as one line of JSON in ASCII: whole on every terminal, and nothing that one would obey."""
    # Of ASCII's controls JSON may leave this one as it is.
    print(json.dumps(model.model_dump(mode="json")).replace("\x7f", "\\u007f"))


def complain(lines: Iterable[str]) -> None:
    """Print lines on standard error."""
    for line in lines:
        print(printable(line), file=sys.stderr)
