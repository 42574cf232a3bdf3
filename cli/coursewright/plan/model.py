"""A plan as data; ``plan --json`` is its dump."""

from typing import Literal

from pydantic import BaseModel, computed_field


class Share(BaseModel):
    """What becomes of one kind of artefact in a module.

    Names are ``2.3`` for lessons and their study parts, ids for visuals and labs.
    """

    make: list[str] = []
    reuse: list[str] = []
    drop: list[str] = []
    """Keys in the bucket that are superseded."""
    unknown: list[str] = []
    """Decided by what is written before: visuals and study parts by lessons, labs by a plan that is made anew."""


class ModulePlan(BaseModel):
    """One module."""

    number: int
    title: str
    lessons: Share = Share()
    visuals: Share = Share()
    study: Share = Share()
    labs: Share = Share()
    visual_plan_calls: int = 0
    """Lessons whose visuals are planned anew; a call each."""
    lab_plan_calls: int = 0

    @property
    def shares(self) -> tuple[Share, Share, Share, Share]:
        """Lessons, visuals, study parts, labs."""
        return self.lessons, self.visuals, self.study, self.labs

    @property
    def is_untouched(self) -> bool:
        """Whether the module stays as it is."""
        return not any(share.make or share.drop or share.unknown for share in self.shares)


class CoursePlan(BaseModel):
    """What a run would do, before it is started."""

    project: str
    content_type: str
    modules: list[ModulePlan]
    book: Literal["make", "reuse", "none"]
    lab_guide: Literal["make", "reuse", "none"]

    @computed_field  # type: ignore[prop-decorator] # mypy cannot decorate a property (pydantic's own advice)
    @property
    def model_calls(self) -> int:
        """Calls that are known now, one an artefact. Continuations and repairs come on top, and what is unknown."""
        return sum(
            len(module.lessons.make)
            + module.visual_plan_calls
            + len(module.study.make)
            + module.lab_plan_calls
            + len(module.labs.make)
            for module in self.modules
        )

    @computed_field  # type: ignore[prop-decorator] # see above
    @property
    def reused(self) -> int:
        """Lessons, visuals, study parts and labs that are kept, as `generate` counts them."""
        return sum(len(share.reuse) for module in self.modules for share in module.shares)

    @computed_field  # type: ignore[prop-decorator] # see above
    @property
    def is_exact(self) -> bool:
        """Whether nothing depends on texts that are still to be written."""
        return not any(share.unknown for module in self.modules for share in module.shares)
