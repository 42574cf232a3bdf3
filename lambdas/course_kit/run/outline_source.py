"""The outline of a run, read from the bucket."""

from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.outline import Module, Outline, read_outline
from course_kit.run.events import BaseParams
from course_kit.store.artefact_store import ArtefactStore


def load_outline(store: ArtefactStore, params: BaseParams) -> Outline:
    """Read the outline of a run; raises ``OutlineInvalid`` when it is missing or has a fault."""
    source = store.read(params.outline_s3_key, params.outline_version)
    if source is None:
        raise OutlineInvalid(
            f"outline_s3_key: found no object {params.outline_s3_key!r} in bucket {store.bucket!r}, "
            "expected the uploaded outline"
        )
    return read_outline(source)


def module_of(outline: Outline, number: int) -> Module:
    """Return one module; raises ``RequestInvalid`` with the existing numbers."""
    try:
        return outline.module(number)
    except KeyError:
        known = ", ".join(map(str, outline.module_numbers))
        raise RequestInvalid(f"module {number}: not in the outline, expected one of {known}") from None
