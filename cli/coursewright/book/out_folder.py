"""The folder of ``--out``, the only place for files from AWS."""

from dataclasses import dataclass
from pathlib import Path

from course_kit.text.characters import unseen_characters
from coursewright.errors import CommandFailed

_NO_PART_OF_A_NAME = frozenset("/\\:\0\t\n\r")


@dataclass(frozen=True)
class OutFolder:
    """A folder of the user's. Names come from the bucket, and must not lead outside the folder."""

    root: Path
    named_with: str = " with --out"
    """How a command is told of another folder, for messages."""

    def place(self, *names: str) -> Path:
        """Return the path of a name below the folder.

        Raises
        ------
        CommandFailed
            A name is not a plain file name, or a part of the path is a symbolic link. The folder itself may be a link.
        """
        place = self.root
        for name in names:
            if name[:1] in ("", ".") or _NO_PART_OF_A_NAME & set(name) or unseen_characters(name):
                raise CommandFailed(
                    f"{place}: found the name {name!r} in AWS's answer, expected a plain file name; nothing was "
                    "written there"
                )
            place /= name
            if place.is_symlink():
                raise CommandFailed(
                    f"{place}: found a symbolic link, expected a real file or folder; remove the link, "
                    f"or name another folder{self.named_with}"
                )
        return place
