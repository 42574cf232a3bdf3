"""What a person changed in a folder since it was checked out, and the key of every new file."""

from dataclasses import dataclass

from course_kit.pictures.picture_names import own_picture_of
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.kinds import Kind, kind_of, visual_in
from coursewright.checkout.state import Checkout


@dataclass(frozen=True)
class LocalChanges:
    """Paths, each kind in order."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    """New pictures, which checkin brings into the bucket."""
    removed: tuple[str, ...]
    other: tuple[str, ...]
    """Files that are no part of the course; they stay where they are."""

    @classmethod
    def of(cls, folder: CheckoutFolder, state: Checkout) -> "LocalChanges":
        """Compare a folder with its state."""
        found = {path: folder.hash_of(path) for path in folder.files()}
        known = state.files
        new = [path for path in found if path not in known]
        added = [path for path in new if new_key(state, path)]
        return cls(
            changed=tuple(path for path in found if path in known and found[path] != known[path].sha256),
            added=tuple(added),
            removed=tuple(path for path in known if found.get(path) is None),
            other=tuple(path for path in new if path not in added),
        )

    @property
    def edited(self) -> tuple[str, ...]:
        """Files that are to go into the bucket."""
        return (*self.changed, *self.added)


def new_key(state: Checkout, path: str) -> str:
    """Return the key of a file that was not checked out; empty for one that is no part of the course."""
    kind, name = kind_of(path), path.rpartition("/")[2]
    if kind is Kind.PICTURE:
        return state.keys.own_picture(own_picture_of(name))
    visual = visual_in(path)
    if kind is Kind.REPLACED and f"figures/{visual}.mmd" in state.files:
        return state.keys.image(visual, name.rpartition(".")[2])
    return ""
