"""What is planned for one function: its size, its layers, its settings and its rights."""

from dataclasses import dataclass
from enum import Enum, auto

from aws_cdk import Duration, Size


class AskedModel(Enum):
    """A model of the deployment that a function may ask."""

    TEXT = auto()
    """The one that writes, its guardrail and the key of the other provider."""
    SHORT_TEXT = auto()
    """The one that writes study parts, plans and edits; the same where the deployment has none for them."""
    IMAGE = auto()
    """The one that draws illustrations, if the deployment has one."""


@dataclass(frozen=True, kw_only=True)
class FunctionSize:
    """What a function needs to run."""

    memory_mib: int
    timeout: Duration
    ephemeral_storage_mib: int = 512

    @property
    def ephemeral_storage(self) -> Size:
        """`ephemeral_storage_mib` as the construct library wants it."""
        return Size.mebibytes(self.ephemeral_storage_mib)


@dataclass(frozen=True, kw_only=True)
class FunctionPlan:
    """One function. Rights are on object key patterns; ``*`` in front stands for the project folder."""

    package: str
    """Folder under ``lambdas/``; the handler is ``<package>.handler.lambda_handler``."""
    size: FunctionSize
    layers: tuple[str, ...]
    """Requirements files of ``layers/``, by their stems."""
    settings: tuple[str, ...] = ()
    """Names of the deployment's settings that are passed on as environment variables."""
    asks: tuple[AskedModel, ...] = ()
    outlines: tuple[str, ...] = ()
    """What it reads in every version: a run goes on with the outline that it began with."""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    """Read, too: every conditional write looks at what is there first."""
    deletes: tuple[str, ...] = ()
    takes_back: tuple[str, ...] = ()
    """What it looks for in earlier versions before it asks a model for it."""
    carries_on: bool = False
    """Whether it stops by itself before its time is up (``WorkRemaining``), to be called again."""

    @property
    def id(self) -> str:
        """The construct's id: ``prepare_modules`` is ``PrepareModules``."""
        return "".join(word.capitalize() for word in self.package.split("_"))

    @property
    def rights(self) -> dict[str, tuple[str, ...]]:
        """Object key patterns by the action on them; an action on nothing is left out."""
        patterns = {
            "s3:GetObject": (*self.outlines, *self.reads, *self.writes),
            "s3:PutObject": self.writes,
            "s3:DeleteObject": self.deletes,
            "s3:GetObjectVersion": (*self.outlines, *self.takes_back),
        }
        return {action: on for action, on in patterns.items() if on}
