"""An outline on disk."""

from dataclasses import dataclass
from pathlib import Path

from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.outline import MAX_OUTLINE_BYTES, Outline, read_outline
from coursewright.errors import BadInput
from prepare_modules.module_selection import select_modules


@dataclass(frozen=True)
class OutlineFile:
    """An outline as text and as a model."""

    path: Path
    source: bytes
    outline: Outline

    @classmethod
    def read(cls, path: Path) -> "OutlineFile":
        """Read and check a file; raises `BadInput` with one line a fault."""
        try:
            size = path.stat().st_size
            source = path.read_bytes() if path.is_file() and size <= MAX_OUTLINE_BYTES else b""
        except OSError as error:
            raise BadInput(
                f"{path}: {(error.strerror or 'cannot be read').lower()}, expected an outline file"
            ) from None
        if not path.is_file():
            raise BadInput(f"{path}: found a directory, expected an outline file")
        if size > MAX_OUTLINE_BYTES:
            raise BadInput(f"{path}: found {size:,} bytes, expected at most {MAX_OUTLINE_BYTES:,}")
        try:
            return cls(path=path, source=source, outline=read_outline(source))
        except OutlineInvalid as error:
            raise BadInput(*(f"{path}: {line}" for line in str(error).split("\n"))) from None

    def select(self, modules: str) -> tuple[int, ...]:
        """Return the module numbers for a selector; raises `BadInput`."""
        try:
            return select_modules(modules, self.outline.module_numbers)
        except RequestInvalid as error:
            raise BadInput(str(error).replace("modules_to_generate", "--modules")) from None
