"""A plan as data; ``plan --json`` is its dump."""

from typing import Literal

from pydantic import BaseModel, computed_field


class Share(BaseModel):
    """The plan for one kind of artefact in a module.

    Names are ``2.3`` for lessons and their study parts, ids for visuals and labs.
    """

    make: list[str] = []
    reuse: list[str] = []
    drop: list[str] = []
    """Keys in the bucket that are superseded."""
    unknown: list[str] = []
    """Unknown before earlier work: visuals and study parts need new lessons, labs need a new plan."""


class ModulePlan(BaseModel):
    """The plan of one module."""

    number: int
    title: str
    lessons: Share = Share()
    visuals: Share = Share()
    study: Share = Share()
    labs: Share = Share()
    visual_plan_calls: int = 0
    """Lessons whose visuals are planned again, with one call each."""
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
    """The plan of a run."""

    project: str
    content_type: str
    modules: list[ModulePlan]
    book: Literal["make", "reuse", "none"]
    lab_guide: Literal["make", "reuse", "none"]

    @computed_field  # type: ignore[prop-decorator] # mypy cannot decorate a property (pydantic's own advice)
    @property
    def model_calls(self) -> int:
        """The known calls, one an artefact, without continuations, repairs and unknown work."""
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
        """The kept lessons, visuals, study parts and labs, counted as in `generate`."""
        return sum(len(share.reuse) for module in self.modules for share in module.shares)

    @computed_field  # type: ignore[prop-decorator] # see above
    @property
    def is_exact(self) -> bool:
        """Whether nothing depends on new texts."""
        return not any(share.unknown for module in self.modules for share in module.shares)
