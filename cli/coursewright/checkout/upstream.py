"""What has become of a checkout's objects in the bucket since they were checked out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_kit.store.artefact import Artefact
from coursewright.checkout.course_files import CourseFiles
from coursewright.checkout.state import Checkout
from coursewright.course_store import CourseStore

_READERS = 16


@dataclass(frozen=True)
class Upstream:
    """Paths of files whose objects are others now."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    """Files that the next checkout brings."""

    @classmethod
    def of(cls, store: CourseStore, state: Checkout) -> "Upstream":
        """Compare a project with the state of its checkout; raises as `CourseFiles.of`."""
        etags = store.etags(state.keys.everything())
        others = [path for path, known in state.files.items() if etags.get(known.key) != known.etag]
        now = objects_of(store, state, others)
        known_keys = {known.key for known in state.files.values()}
        course = CourseFiles.of(store, state.keys, frozenset(etags))
        return cls(
            changed=tuple(path for path in others if now[path] and not state.files[path].is_as_seen(now[path])),
            gone=tuple(path for path in others if now[path] is None),
            new=tuple(file.path for file in course.files if file.key not in known_keys),
        )


def objects_of(store: CourseStore, state: Checkout, paths: list[str]) -> dict[str, Artefact | None]:
    """Return the objects of files as they are now, by path."""
    with ThreadPoolExecutor(_READERS) as readers:
        found = readers.map(lambda path: store.find(state.files[path].key), paths)
        return dict(zip(paths, found, strict=True))
