"""What is known of the running local AWS, kept between commands in the state folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

PROJECT_ROOT = Path(__file__).resolve().parents[3]
_DEFAULT_STATE_DIR = PROJECT_ROOT / ".coursewright"


def state_dir() -> Path:
    """Return the folder for process ids, certificate and logs (``COURSEWRIGHT_STATE_DIR``, or in the project)."""
    return Path(os.environ.get("COURSEWRIGHT_STATE_DIR") or _DEFAULT_STATE_DIR).resolve()


@contextmanager
def only_one_command() -> Iterator[None]:
    """Keep a second command that starts or stops the same local AWS waiting until the first is done."""
    state_dir().mkdir(parents=True, exist_ok=True)
    with (state_dir() / "command.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class LocalState(BaseModel):
    """The servers as last started. ``deployed_version`` is empty until the stack is deployed."""

    model_config = ConfigDict(frozen=True)

    gateway_port: int
    certificate: Path
    server_version: str
    model_url: str
    text_model_id: str
    is_offline: bool
    deployed_version: str = ""
    bedrock_gateway_url: str = ""
    """Where the gateway before Bedrock is controlled and called; empty without one."""

    @property
    def own_model_url(self) -> str | None:
        """The address of the user's own model server, if one writes."""
        return None if self.is_offline else self.model_url

    @classmethod
    def load(cls) -> Self | None:
        """Return the last state; None when there is none or another version of the project wrote it."""
        try:
            return cls.model_validate_json(cls._path().read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None

    def save(self) -> None:
        """Write the state in one step, so that no reader sees half of it."""
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(self.model_dump_json(indent=1), encoding="utf-8")
        partial.replace(path)

    @classmethod
    def forget(cls) -> None:
        """Remove the state."""
        cls._path().unlink(missing_ok=True)

    @staticmethod
    def _path() -> Path:
        return state_dir() / "local.json"
