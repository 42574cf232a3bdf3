"""Names of an author's own pictures, as a lesson writes them: ``![A plug](plug.png)``."""

import re
import unicodedata
from urllib.parse import unquote

PICTURE_ENDINGS = ("png", "jpg", "jpeg", "gif", "svg")
"""The endings that every format of the book can show."""
FIGURES_FOLDER = "figures"
"""The folder of a project with the author's pictures."""
EXPECTED_NAME = f"the plain name of a file in {FIGURES_FOLDER}/, ending in .{', .'.join(PICTURE_ENDINGS)}"
_OWN_FOLDER = re.compile(rf"(?:\./)?(?:{FIGURES_FOLDER}/)?")
# Letters of any script; no separators, no marks of addresses, no leading dot.
_NAME = re.compile(rf"[^\W_][\w .()+,-]{{0,90}}\.(?:{'|'.join(PICTURE_ENDINGS)})", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def own_picture_of(source: str) -> str:
    """Return the file that a picture's target names; empty for any other target, such as an address or a path."""
    name = unicodedata.normalize("NFC", unquote(source)).strip()
    name = name[_match_length(name) :]
    return name if _NAME.fullmatch(name) else ""


def is_elsewhere(source: str) -> bool:
    """Whether a picture's target is an address, which no book loads."""
    return _ELSEWHERE.match(source) is not None


def _match_length(name: str) -> int:
    found = _OWN_FOLDER.match(name)
    return found.end() if found else 0
