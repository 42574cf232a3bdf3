"""Letters of ASCII for marks that a terminal does not know: dashes, arrows, ellipses and bars.

They are error handlers of a stream, so that all output gets them: lines, tables, live views and errors. An encoding
that knows a mark shows the mark.
"""

import codecs
from collections.abc import Callable
from typing import Literal

_STAND_INS = {
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "•": "*",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "←": "<-",
    "⟷": "<->",
    "✓": "ok",
    "✗": "x",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "\u00a0": " ",
    # Lines and bars of rich.
    "━": "-",
    "─": "-",
    "╸": "-",
    "╺": "-",
    "│": "|",
    "┃": "|",
}


def register_stand_ins(rest: Literal["replace", "backslashreplace"]) -> str:
    """Register the error handler of a stream, and return its name.

    Parameters
    ----------
    rest
        Python's handler for letters without a stand-in, such as those of an outline: a question mark, or their number.
    """
    name = f"coursewright-{rest}"
    codecs.register_error(name, _handler(codecs.lookup_error(rest)))
    return name


def _handler(
    rest: Callable[[UnicodeError], tuple[str | bytes, int]],
) -> Callable[[UnicodeError], tuple[str | bytes, int]]:
    def shown(error: UnicodeError) -> tuple[str | bytes, int]:
        if isinstance(error, UnicodeEncodeError) and (known := _STAND_INS.get(error.object[error.start])):
            return known, error.start + 1
        if isinstance(error, UnicodeEncodeError):
            # One letter at a time: the next one may have a stand-in.
            error.end = error.start + 1
        return rest(error)

    return shown
