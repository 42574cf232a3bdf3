"""A version as lines that people can compare: texts as they are, records as YAML, pictures by their facts."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from course_kit.store.artefact_kinds import ArtefactKind
from coursewright.history.changes import Change
from coursewright.history.versions import ArtefactVersions

_AS_YAML = (
    ArtefactKind.STUDY,
    ArtefactKind.VISUAL_PLAN,
    ArtefactKind.LAB_PLAN,
    ArtefactKind.BRIEF,
    ArtefactKind.EDITS,
)
_WIDTH = 100
_HASH_LETTERS = 16


class _Blocks(yaml.SafeDumper):
    """Texts of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _text)


def as_yaml(value: object) -> str:
    """Return a value as small YAML, its fields in their order."""
    return yaml.dump(value, Dumper=_Blocks, allow_unicode=True, sort_keys=False, width=_WIDTH)


@dataclass(frozen=True)
class Readable:
    """A version's lines; of a picture, what tells its files from others."""

    lines: tuple[str, ...]
    pictures: tuple[str, ...] = ()


def readable(versions: ArtefactVersions, change: Change) -> Readable:
    """Return a version as people can read it."""
    kind = versions.artefact.kind
    if kind in (ArtefactKind.FIGURE, ArtefactKind.PICTURE):
        pictures = tuple(_facts(versions, change))
        drawn = tuple(_drawing(versions, change)) if kind is ArtefactKind.FIGURE else ()
        return Readable((*drawn, *pictures), pictures)
    [(key, version)] = change.files.items()
    text = (versions.project.store.read(key, version) or b"").decode(errors="replace")
    return Readable(tuple((_of_record(text) if kind in _AS_YAML else text).splitlines()))


def _of_record(text: str) -> str:
    try:
        return as_yaml(json.loads(text))
    except ValueError:
        # An edit may have broken it.
        return text


def _facts(versions: ArtefactVersions, change: Change) -> Iterator[str]:
    for key, version in sorted(change.files.items()):
        body = versions.project.store.read(key, version) or b""
        name = key.rpartition("/")[2]
        yield f"{name}: {len(body):,} bytes, sha256 {hashlib.sha256(body).hexdigest()[:_HASH_LETTERS]}"


def _drawing(versions: ArtefactVersions, change: Change) -> Iterator[str]:
    """Yield the Mermaid source that a figure had at the time of its change."""
    project = versions.project
    plans = project.versions(project.names.named(f"{versions.artefact.name}/plan"))
    known = [plan for plan in plans.written if plan.at <= change.at]
    if not known:
        return
    yield "Mermaid:"
    [(key, version)] = known[-1].files.items()
    text = (project.store.read(key, version) or b"").decode(errors="replace")
    try:
        source = json.loads(text)["source"]
    except (ValueError, KeyError, TypeError):
        source = text
    yield from (f"  {line}" for line in str(source).splitlines())
