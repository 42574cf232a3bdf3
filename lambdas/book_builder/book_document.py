"""Parts to pandoc's document: every passage read on its own, cleaned, and put between what is ours."""

import json
import secrets
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import pypandoc
from pydantic import JsonValue

from book_builder.book_parts import Box, Heading, Lead, Only, Part, Passage

_FILTER = Path(__file__).parent / "templates" / "read.lua"
# CommonMark and what its readers expect of Markdown today. No attributes, TeX or metadata blocks are read at all; raw
# HTML is, so that the filter can show it as the text that it is.
_READER = (
    "commonmark+pipe_tables+strikeout+task_lists+footnotes+gfm_auto_identifiers+implicit_figures"
    "+alerts+autolink_bare_uris"
)


def read_document(parts: Iterable[Part], folder: Path) -> dict[str, JsonValue]:
    """Return pandoc's document of a book's parts, with nothing left in it that is not ours or plain text.

    Parameters
    ----------
    parts
        In the order of the book.
    folder
        A scratch folder.

    Raises
    ------
    RuntimeError
        pandoc's own message.
    """
    # Our markers carry a word that nobody could have written into a lesson before now.
    password = secrets.token_hex(16)
    sources = folder / "sources"
    sources.mkdir()
    names: dict[str, None] = {}
    for name, text in _sources(parts, password):
        # pandoc prefixes identifiers with the file's name.
        file_name = name if name and name not in names else f"{name or 'part'}-{len(names)}"
        (sources / file_name).write_text(text, encoding="utf-8")
        names[file_name] = None
    # A defaults file, since the names of a large book's passages are too many for a command line.
    defaults = {
        "from": _READER,
        "to": "json",
        "file-scope": True,
        "input-files": list(names),
        "filters": [str(_FILTER)],
        "metadata": {"password": password},
    }
    (folder / "reading.yaml").write_text(json.dumps(defaults), encoding="utf-8")
    document: dict[str, JsonValue] = json.loads(run_pandoc([f"--defaults={folder / 'reading.yaml'}"], sources))
    return document


def run_pandoc(arguments: list[str], folder: Path, document: bytes = b"") -> bytes:
    """Run pandoc in a folder and return what it prints; raises ``RuntimeError`` with its message."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=document, capture_output=True, cwd=folder, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _sources(parts: Iterable[Part], password: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of every file for pandoc: passages as they are, all else as markers for the filter."""
    for part in parts:
        match part:
            case Passage():
                if part.markdown.strip():
                    yield part.name, part.markdown
            case Heading():
                yield "", _marker(password, "heading", **asdict(part))
            case Lead():
                yield "", _marker(password, "lead", **asdict(part))
            case Box():
                yield "", _marker(password, "open", kind=part.kind, title=part.title)
                yield from _sources(part.parts, password)
                yield "", _marker(password, "close")
            case Only():
                yield "", _marker(password, "open", only=part.where)
                yield from _sources(part.parts, password)
                yield "", _marker(password, "close")


def _marker(password: str, does: str, **fields: str | int) -> str:
    return f"~~~~\n{password}{json.dumps({'does': does, **fields})}\n~~~~\n"
