"""What a run has made and used, from the manifests of its modules, and what it was to make: the two sides compared."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pydantic import BaseModel

from book_builder.book_request import BookRequest
from course_kit.artefact_keys import ProjectKeys
from course_kit.artefact_store import ArtefactStore
from course_kit.drafts import unfinished_usage
from course_kit.events import ContentType
from course_kit.manifest import LabManifest, ModuleManifest, StudyManifest
from course_kit.usage import Usage

_READERS = 16


@dataclass(frozen=True)
class RunRecords:
    """The manifests of a run: those that its book is made of, and those of modules that failed."""

    theory: tuple[ModuleManifest, ...]
    labs: tuple[LabManifest, ...]
    study: tuple[StudyManifest, ...]
    failed: frozenset[int]
    """Modules that the book goes without, or without a part of theirs."""
    in_book: frozenset[int]
    content_type: ContentType
    unfinished: Usage
    """What was paid for texts that were rejected or not finished."""

    @classmethod
    def read(cls, store: ArtefactStore, request: BookRequest) -> "RunRecords":
        """Read them; a failed module's only where they are of this run."""
        keys, failed = ProjectKeys(request.project_folder), [module.module_number for module in request.failed_modules]
        content_type = ContentType.THEORY if request.manifest_keys else ContentType.LABS
        if request.manifest_keys and request.lab_manifest_keys:
            content_type = ContentType.BOTH

        def found[T: BaseModel](kind: type[T], given: Iterable[str], others: Iterable[str]) -> Iterator[T]:
            known = tuple(given)
            wanted = dict.fromkeys((*known, *others))
            with ThreadPoolExecutor(_READERS) as readers:
                made = zip(wanted, readers.map(lambda key: store.read_model(key, kind), wanted), strict=True)
                for key, manifest in made:
                    if manifest and (key in known or getattr(manifest, "execution_name", "") == request.execution_name):
                        yield manifest

        theory = tuple(found(ModuleManifest, request.manifest_keys, map(keys.manifest, failed)))
        labs = tuple(found(LabManifest, request.lab_manifest_keys, map(keys.lab_manifest, failed)))
        in_book = {m.module_number for m in theory} | {m.module_number for m in labs}
        return cls(
            theory=theory,
            labs=labs,
            study=tuple(found(StudyManifest, request.study_manifest_keys, map(keys.study_manifest, failed))),
            failed=frozenset(failed),
            in_book=frozenset(in_book),
            content_type=content_type,
            unfinished=unfinished_usage(store, keys, request.execution_name),
        )
