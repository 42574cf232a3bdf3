"""PDF from the book's typst source, images and bundled fonts, so that every machine makes the same file."""

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import typst
from aws_lambda_powertools import Logger

from course_kit.errors import BookIncomplete
from course_kit.fonts import font_folders
from course_kit.pictures.own_picture import own_picture
from course_kit.pictures.picture_names import FIGURES_FOLDER
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from course_kit.work.wanted import Derived
from pdf_renderer.unset_formulas import without_refused_formulas
from pdf_renderer.unshown_pictures import without_refused_pictures

logger = Logger(child=True)
_IMAGE = re.compile(r'image\("images/([0-9-]+)\.(png|svg)"')
_OWN_PICTURE = re.compile(rf'image\("{FIGURES_FOLDER}/([^"\\/]+)"')
_TRANSFERS = 16
# PDF/UA-1 (ISO 14289-1): tags, alternative texts, language, title; typst rejects what breaks the standard.
_ACCESSIBLE: Literal["ua-1"] = "ua-1"
PDF_CONTENT_TYPE = "application/pdf"


def render_pdf(store: ArtefactStore, keys: ProjectKeys, typst_key: str) -> str:
    """Render a book's PDF next to its source, unless a PDF of the same source exists; return its key.

    Raises
    ------
    BookIncomplete
        The source or one of its images is missing.
    RuntimeError
        typst's own message.
    """
    source = store.find(typst_key)
    text = store.read(typst_key)
    if source is None or text is None:
        raise BookIncomplete(f"typst_key: found no object {typst_key!r}, expected the book's source")
    pdf_key = typst_key.removesuffix(".typ") + ".pdf"
    wanted, known = Derived(key=pdf_key, fingerprint=source.fingerprint), store.find(pdf_key)
    if not wanted.is_current(known):
        pdf = _compile(store, keys, text.decode())
        store.write(pdf_key, pdf, content_type=PDF_CONTENT_TYPE, replacing=known, fingerprint=wanted.fingerprint)
    return pdf_key


def _compile(store: ArtefactStore, keys: ProjectKeys, text: str) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "images").mkdir()
        (folder / FIGURES_FOLDER).mkdir()
        (folder / "book.typ").write_text(text, encoding="utf-8")

        def download(image: tuple[str, str]) -> None:
            visual_id, suffix = image
            body = store.read(keys.image(visual_id, suffix))
            if body is None:
                raise BookIncomplete(f"found no image of figure {visual_id}")
            (folder / "images" / f"{visual_id}.{suffix}").write_bytes(body)

        def download_own(file: str) -> None:
            try:
                picture = own_picture(file, store.read(keys.own_picture(file)) or b"")
            except PictureRefused as refusal:
                raise BookIncomplete(f"{FIGURES_FOLDER}/{file} was changed meanwhile: {refusal}") from refusal
            (folder / FIGURES_FOLDER / file).write_bytes(picture.body)

        with ThreadPoolExecutor(_TRANSFERS) as transfers:
            list(transfers.map(download, set(_IMAGE.findall(text))))
            list(transfers.map(download_own, set(_OWN_PICTURE.findall(text))))
        return typeset(folder)


def typeset(folder: Path) -> bytes:
    """Return the PDF of ``book.typ`` in a folder with its pictures; raises typst's own ``TypstError``."""
    try:
        return _typeset_accessibly(folder)
    except typst.TypstError as refusal:
        book = folder / "book.typ"
        source = book.read_text(encoding="utf-8")
        settable = without_refused_formulas(source, _is_set)
        settable = without_refused_pictures(settable, lambda picture: _is_shown(picture, folder))
        if settable == source:
            raise
        logger.warning("formulas or pictures stand as words", extra={"error": str(refusal)})
        book.write_text(settable, encoding="utf-8")
        return _typeset_accessibly(folder)


def _typeset_accessibly(folder: Path) -> bytes:
    try:
        return _typeset(folder, _ACCESSIBLE)
    except typst.TypstError as refusal:
        # Some content has no valid tags. A book without the standard's claim is better than no book.
        if "PDF/UA" not in str(refusal):
            raise
        logger.warning("PDF without the claim of PDF/UA-1", extra={"error": str(refusal)})
        return _typeset(folder, None)


def _is_set(source: str) -> bool:
    try:
        typst.compile(source.encode(), ignore_system_fonts=True)
    except typst.TypstError:
        return False
    return True


def _is_shown(picture: str, folder: Path) -> bool:
    page = folder / "picture.typ"
    page.write_text(f"#{picture}", encoding="utf-8")
    try:
        typst.compile(str(page), root=str(folder), ignore_system_fonts=True)
    except typst.TypstError:
        return False
    return True


def _typeset(folder: Path, standard: Literal["ua-1"] | None) -> bytes:
    return bytes(
        typst.compile(
            str(folder / "book.typ"),
            root=str(folder),
            font_paths=[str(font) for font in font_folders()],
            ignore_system_fonts=True,
            pdf_standards=standard,
        )
    )
