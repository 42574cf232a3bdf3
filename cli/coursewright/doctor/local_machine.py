"""Local AWS as it is looked at: what was last started here, and what is asked for now."""

from dataclasses import dataclass
from functools import cached_property

from coursewright.outline_file import OutlineFile
from local_aws.settings import LocalSettings
from local_aws.state import LocalState


@dataclass(frozen=True)
class LocalMachine:
    """What the checks of local AWS look at; nothing is started."""

    outline: OutlineFile | None = None

    @cached_property
    def state(self) -> LocalState | None:
        """The servers as last started; None when there are none."""
        return LocalState.load()

    @cached_property
    def settings(self) -> LocalSettings:
        """What the environment asks for; raises `LocalAwsError`."""
        return LocalSettings.from_environment()

    @property
    def started(self) -> LocalState:
        """The state, for checks that need what runs."""
        assert self.state is not None  # noqa: S101 - they are only made when something runs
        return self.state
