"""Local AWS for its checks: the servers of the last start, and the current settings."""

from dataclasses import dataclass
from functools import cached_property

from coursewright.outline_file import OutlineFile
from local_aws.settings import LocalSettings
from local_aws.state import LocalState


@dataclass(frozen=True)
class LocalMachine:
    """The subject of the checks of local AWS; nothing is started."""

    outline: OutlineFile | None = None

    @cached_property
    def state(self) -> LocalState | None:
        """The servers of the last start; None when there are none."""
        return LocalState.load()

    @cached_property
    def settings(self) -> LocalSettings:
        """The settings from the environment; raises `LocalAwsError`."""
        return LocalSettings.from_environment()

    @property
    def started(self) -> LocalState:
        """The state, for checks that need running servers."""
        assert self.state is not None  # noqa: S101 - they are only made when something runs
        return self.state
