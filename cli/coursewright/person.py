"""The person at the command line: whose an edit is, and why it was made."""

import getpass
import subprocess
from urllib.parse import quote

from course_kit.store.provenance import authors_provenance
from coursewright.errors import BadInput

_GIT_SECONDS = 5
# S3 keeps two kilobytes of an object's metadata, all of them together. Letters beyond ASCII take up to twelve bytes.
_MAX_NAME_BYTES = 240
_MAX_NOTE_BYTES = 900
UNNAMED = "somebody"


def person_name() -> str:
    """Return who works here: git's ``user.name``, else the login name."""
    return _shortened(_git_name() or _login_name() or UNNAMED)


def checked_note(note: str, where: str = "--note") -> str:
    """Return a note on one line; raises `BadInput` for one that an object's metadata cannot hold."""
    line = " ".join(note.split())
    if len(quote(line)) > _MAX_NOTE_BYTES:
        raise BadInput(f"{where}: found {len(line):,} characters, expected a note of at most {_MAX_NOTE_BYTES} letters")
    return line


def authors_metadata(note: str = "") -> dict[str, str]:
    """Return the metadata of an artefact that this person saves now; raises as `checked_note`."""
    return authors_provenance(person_name(), checked_note(note))


def _git_name() -> str:
    try:
        asked = subprocess.run(
            ["git", "config", "user.name"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        # No git here, or one that waits for something.
        return ""
    return " ".join(asked.stdout.decode(errors="replace").split())


def _login_name() -> str:
    try:
        return getpass.getuser().strip()
    except (OSError, KeyError):
        # A container's user may have a number only.
        return ""


def _shortened(name: str) -> str:
    while len(quote(name)) > _MAX_NAME_BYTES:
        name = name[:-1]
    return name
