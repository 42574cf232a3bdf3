"""The terminal: the only way to print. Texts of outlines, models and AWS are printed as plain text.

No other module of the command line prints, or makes a console or a styled text (a test checks this).
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import IO, NoReturn

from pydantic import BaseModel
from rich.console import Console, HighlighterType, JustifyMethod, OverflowMethod
from rich.style import Style
from rich.text import Text

from course_kit.text.characters import unseen_shown
from coursewright.errors import OutputClosed
from coursewright.stand_ins import register_stand_ins

_LINE_MARKS = re.compile(r"\r\n|[\t\n\r]")


def printable(text: str) -> str:
    r"""Return a text as one line without anything that a terminal would interpret.

    Escape sequences with their links and titles, other controls, bidi overrides and other invisible characters become
    Python escapes, ``\x1b[31m`` or ``\u202e``. Line ends and tabs become spaces. Characters that scripts and emoji need
    stay.
    """
    return unseen_shown(_LINE_MARKS.sub(" ", text), lambda mark: mark.encode("unicode_escape").decode("ascii"))


def styled(text: str, style: str) -> Text:
    """Return a text in a style of rich, for a cell or a line."""
    return Text(printable(text), style=style)


class Terminal(Console):
    """A rich console that makes every text printable, without markup, emoji codes or highlights."""

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

    def on_broken_pipe(self) -> NoReturn:
        """Raise `OutputClosed`; nothing more is printed here."""
        self.quiet = True
        _discard(self.file)
        raise OutputClosed

    def tell(self, text: str, style: str | None = None) -> None:
        """Print one line without wraps, because users copy paths and commands from it."""
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
        """Return a string for rich, the same in lines, titles and cells."""
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


def prepare_output() -> None:
    """Let both streams show what their encoding lacks: stand-ins for marks, then a replacement, never a traceback.

    On standard error, as in Python itself, a letter without a stand-in is shown as its number.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors=register_stand_ins("replace"))
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors=register_stand_ins("backslashreplace"))


def finish_output() -> None:
    """Write what is not yet written; raises `OutputClosed` when nobody reads it."""
    # A stream that was closed before the start is None.
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with _as_output_closed(stream):
            stream.flush()


def say(line: str) -> None:
    """Print one unchanged line on standard output, also for programs."""
    with _as_output_closed(sys.stdout):
        print(printable(line))


def say_object(model: BaseModel) -> None:
    """Print an object as one line of JSON in ASCII, complete and harmless on every terminal."""
    with _as_output_closed(sys.stdout):
        # JSON may leave this one of ASCII's control characters unescaped.
        print(json.dumps(model.model_dump(mode="json")).replace("\x7f", "\\u007f"))


def complain(lines: Iterable[str]) -> None:
    """Print lines on standard error; an exit code is all that is left when nobody reads them."""
    with suppress(OutputClosed), _as_output_closed(sys.stderr):
        for line in lines:
            print(printable(line), file=sys.stderr)


@contextmanager
def _as_output_closed(stream: IO[str]) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _discard(stream)
        raise OutputClosed from None


def _discard(stream: IO[str]) -> None:
    """Point a stream to nothing: Python flushes it once more at exit, and would complain."""
    with suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
