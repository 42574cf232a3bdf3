"""The state of the running local AWS, kept in the state folder between commands."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import ValidationError, model_validator

from course_kit.data_models import OpenModel
from local_aws.private_files import check_own_folder, make_private_folder, write_private

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_DEFAULT_STATE_DIR = PROJECT_ROOT / ".coursewright"


def state_dir() -> Path:
    """Return the folder of everything that is kept, keys and logs: ``COURSEWRIGHT_STATE_DIR``, or one in the project.

    Symbolic links in the parent folders are resolved. The last part is not: `private_files` rejects a link there.
    """
    found = Path(os.environ.get("COURSEWRIGHT_STATE_DIR") or _DEFAULT_STATE_DIR).absolute()
    return found.parent.resolve() / found.name


@contextmanager
def only_one_command() -> Iterator[None]:
    """Hold a lock, so that only one command at a time starts or stops this local AWS.

    Raises `LocalAwsError` when the state folder belongs to another user.
    """
    make_private_folder(state_dir())
    lock = os.open(state_dir() / "command.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class LocalState(OpenModel):
    """The servers of the last start, and who writes.

    ``model_url`` is the offline author's: ministack asks it for every model, and it asks the servers of other models.
    ``deployed_version`` is empty until the stack is deployed.
    """

    emulator_port: int
    certificate: Path
    server_version: str
    model_url: str
    text_model_id: str
    own_model_url: str = ""
    """The address of the user's own model server; empty when the offline author writes."""
    deployed_version: str = ""
    fault_proxy_url: str = ""
    """The fault proxy's URL; empty without a proxy."""
    fault_proxy_control_url: str = ""
    """The URL of the fault proxy's control routes, a secret that only this file holds."""

    @model_validator(mode="before")
    @classmethod
    def _of_an_earlier_version(cls, found: object) -> object:
        """Read the names of versions 0.1 and 0.2 too: an update must stop the servers that it finds running."""
        if isinstance(found, dict) and "gateway_port" in found:
            found = {"emulator_port": found["gateway_port"], **found}
        if isinstance(found, dict) and found.get("is_offline") is False:
            found = {"own_model_url": found.get("model_url"), **found}
        return found

    @property
    def is_offline(self) -> bool:
        """Whether the offline author writes."""
        return not self.own_model_url

    @property
    def shown_model_url(self) -> str:
        """The address of who writes, without secrets: the offline author's path is its key."""
        return self.own_model_url or urlsplit(self.model_url)._replace(path="").geturl()

    @classmethod
    def load(cls) -> Self | None:
        """Return the last state; None when there is none, or another version of the project wrote it.

        Raises `LocalAwsError` when the state folder belongs to another user.
        """
        if not check_own_folder(state_dir()):
            return None
        try:
            return cls.model_validate_json(cls._path().read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None

    def save(self) -> None:
        """Write the state atomically, so that no reader sees a part of it."""
        write_private(self._path(), self.model_dump_json(indent=1).encode())

    @classmethod
    def forget(cls) -> None:
        """Remove the state."""
        cls._path().unlink(missing_ok=True)

    @staticmethod
    def _path() -> Path:
        return state_dir() / "local.json"
