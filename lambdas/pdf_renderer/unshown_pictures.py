"""Search for pictures that typst cannot read, so that one file cannot fail a whole book."""

import re
from collections.abc import Callable

# The format in which book.lua writes pictures.
_PICTURE = re.compile(r'image\("(?P<path>[^"\\]+)", width: [\d.]+cm, alt: (?P<alt>"(?:[^"\\]|\\.)*")\)')


def without_refused_pictures(source: str, is_shown: Callable[[str], bool]) -> str:
    """Return typst source in which its alternative text, in a frame, replaces each picture that cannot be read.

    Parameters
    ----------
    is_shown
        Whether typst can show a picture, written as in the source.
    """
    known: dict[str, bool] = {}

    def settled(match: re.Match[str]) -> str:
        path = match["path"]
        if path not in known:
            known[path] = is_shown(match[0])
        return match[0] if known[path] else f"rect(inset: 8pt, raw({match['alt']}))"

    return _PICTURE.sub(settled, source)
