"""The folder that ``--out`` names: what comes back from AWS is written there and nowhere else."""

from dataclasses import dataclass
from pathlib import Path

from course_kit.text.characters import unseen_characters
from coursewright.errors import CommandFailed

_NO_PART_OF_A_NAME = frozenset("/\\:\0\t\n\r")


@dataclass(frozen=True)
class OutFolder:
    """A folder of the user's. Whoever may write to the bucket chooses names, and must not choose places by them."""

    root: Path

    def place(self, *names: str) -> Path:
        """Return a place below the folder.

        Raises
        ------
        CommandFailed
            A name is none of a plain file, or a symbolic link stands on the way. The folder itself may be one.
        """
        place = self.root
        for name in names:
            if name[:1] in ("", ".") or _NO_PART_OF_A_NAME & set(name) or unseen_characters(name):
                raise CommandFailed(
                    f"{place}: found the name {name!r} in what AWS answered, expected a plain file name; nothing was "
                    "written there"
                )
            place /= name
            if place.is_symlink():
                raise CommandFailed(
                    f"{place}: found a symbolic link, expected a file or folder of its own; nothing is written through "
                    "a link: remove it, or name another folder with --out"
                )
        return place

    def write(self, body: bytes, *names: str) -> Path:
        """Write a whole file or none, and return its place; raises as `place`, and ``OSError``."""
        path, partial = self.place(*names), self.place(*names[:-1], f"{names[-1]}.partial")
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        try:
            # "x": made here, and no link that came in between.
            with partial.open("xb") as file:
                file.write(body)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path
