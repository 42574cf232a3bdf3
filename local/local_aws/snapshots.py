"""What ministack knows besides objects, on disk while it runs: stacks, functions, roles, buckets, executions.

ministack itself saves this only when it is stopped properly, a file a service. A killed one would come back without its
stack, and with files that do not belong together. Here one file is replaced as a whole, soon after every change.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from local_aws.private_files import write_private

Services = Mapping[str, Callable[[], object]]

_logger = logging.getLogger("coursewright")
_LOOK_SECONDS = 0.5
# A deployment is many calls; the state between them is of no use.
_QUIET_SECONDS = 0.3
_TRY_AGAIN_SECONDS = 2.0


class Snapshot:
    """One file with the state of every service."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loaded = self._read()

    def load(self, service: str) -> object | None:
        """Return the state of a service as it was when the file was read; None when there was none."""
        return self._loaded.get(service)

    def save(self, services: Services) -> None:
        """Replace the file.

        A service that returns None has nothing to say, and keeps what it had.

        Raises
        ------
        OSError
            The file cannot be written; it is as it was.
        RuntimeError
            A service has changed while it was read.
        """
        from ministack.core import persistence

        now = {name: found for name, state in services.items() if (found := state()) is not None}
        known = {**self._loaded, **now}
        versions = {name: persistence._state_format_version(name) for name in known}
        saved = json.dumps({"versions": versions, "services": known}, default=persistence._json_default)
        write_private(self._path, saved.encode())

    def _read(self) -> dict[str, object]:
        """Return what was saved; what cannot be read, or a later ministack has written, is set aside as a whole."""
        from ministack.core import persistence

        try:
            found = json.loads(self._path.read_bytes(), object_hook=persistence._json_object_hook)
            if all(version <= persistence._state_format_version(name) for name, version in found["versions"].items()):
                return dict(found["services"])
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError):
            _logger.exception("%s cannot be read", self._path)
        aside = self._path.with_suffix(".unreadable")
        self._path.replace(aside)
        _logger.error("the state of local AWS is not what this version reads; it was set aside as %s", aside)
        return {}


class Keeper:
    """Saves a snapshot soon after each change, in a thread of its own."""

    def __init__(
        self,
        snapshot: Snapshot,
        services: Callable[[], Services],
        is_settled: Callable[[], bool],
        when_saved: Callable[[], None],
    ) -> None:
        self._snapshot = snapshot
        self._services = services
        self._is_settled = is_settled
        self._when_saved = when_saved
        self._changed = threading.Event()
        self._saving = threading.Lock()

    def note_change(self) -> None:
        """Say that something has changed."""
        self._changed.set()

    def start(self, runs: Callable[[], object]) -> None:
        """Start the thread; ``runs`` returns what changes without a call: the states of executions."""
        threading.Thread(target=self._keep, args=(runs,), daemon=True, name="keeper").start()

    def save(self) -> bool:
        """Save now, and return whether it was possible: not while a stack is being deployed, or on a full disk."""
        with self._saving:
            if not self._is_settled():
                return False
            try:
                self._snapshot.save(self._services())
                self._when_saved()
            except RuntimeError:
                # A dictionary has grown while it was copied.
                return False
            except OSError:
                _logger.exception("the state of local AWS cannot be written to disk")
                return False
        return True

    def look(self, seen: object, runs: Callable[[], object]) -> object:
        """Wait a moment for a change, and save it; return the states of runs for the next look."""
        is_changed = self._changed.wait(_LOOK_SECONDS)
        if not is_changed and runs() == seen:
            return seen
        time.sleep(_QUIET_SECONDS)
        self._changed.clear()
        now = runs()
        if not self.save():
            self._changed.set()
            time.sleep(_TRY_AGAIN_SECONDS if self._is_settled() else _LOOK_SECONDS)
        return now

    def _keep(self, runs: Callable[[], object]) -> None:
        seen = runs()
        while True:
            seen = self.look(seen, runs)
