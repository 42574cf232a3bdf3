"""The author's own pictures in a book: looked at before it is assembled, written beside it for every format."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path

from aws_lambda_powertools import Logger

from book_builder.book_model import BookPicture
from course_kit.errors import BookIncomplete
from course_kit.markdown.pictures import pictures_in
from course_kit.markdown.text import parse_markdown
from course_kit.pictures.own_picture import OwnPicture, own_picture
from course_kit.pictures.picture_files import hash_of
from course_kit.pictures.picture_names import FIGURES_FOLDER, own_picture_of
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore

logger = Logger(child=True)
_READERS = 8
_WIDTH_OF_A_LETTER = 9


@dataclass(frozen=True)
class PictureStore:
    """The own pictures of one project."""

    store: ArtefactStore
    keys: ProjectKeys

    def look_at(self, texts: Iterable[str]) -> dict[str, BookPicture]:
        """Return every own picture that the texts name, by file; one that cannot be shown has its fault."""
        named = (picture for text in texts if "![" in text for picture in pictures_in(parse_markdown(text)))
        files = sorted({file for picture in named if (file := own_picture_of(picture.target))})
        with ThreadPoolExecutor(_READERS) as readers:
            return dict(zip(files, readers.map(self._seen, files), strict=True))

    def _seen(self, file: str) -> BookPicture:
        body = self.store.read(self.keys.own_picture(file))
        if body is None:
            return BookPicture(is_missing=True, fault=f"found no file {FIGURES_FOLDER}/{file}: add it")
        try:
            picture = own_picture(file, body)
        except PictureRefused as refusal:
            return BookPicture(fault=str(refusal))
        return BookPicture(kind=picture.kind, width=picture.width, height=picture.height, sha256=hash_of(body))

    def write(self, pictures: dict[str, BookPicture], folder: Path) -> None:
        """Write the pictures that can be shown to a folder; an SVG also as PNG, for Word."""
        folder.mkdir()
        with ThreadPoolExecutor(_READERS) as readers:
            list(readers.map(lambda file: self._write(file, folder), (f for f, seen in pictures.items() if seen.kind)))

    def _write(self, file: str, folder: Path) -> None:
        try:
            picture = own_picture(file, self.store.read(self.keys.own_picture(file)) or b"")
        except PictureRefused as refusal:
            raise BookIncomplete(f"{FIGURES_FOLDER}/{file} was changed meanwhile: {refusal}") from refusal
        (folder / file).write_bytes(picture.body)
        if picture.kind == "svg":
            (folder / f"{file}.png").write_bytes(_png_of(file, picture))


def _png_of(file: str, picture: OwnPicture) -> bytes:
    """Return a drawing as PNG; of one that cannot be drawn, its name."""
    from course_kit.pictures.svg_png import scale_for_print, svg_as_png

    try:
        return svg_as_png(picture.body.decode(), scale_for_print(picture.width, picture.height))
    except ValueError as error:
        logger.warning("own picture not drawn", extra={"error": type(error).__name__})
        name = f'<text x="9" y="24" font-size="16">{escape(file)}</text>'
        width = _WIDTH_OF_A_LETTER * (len(file) + 2)
        return svg_as_png(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="36">{name}</svg>', 2.0)
