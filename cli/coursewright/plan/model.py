"""A plan as data; ``plan --json`` is its dump."""

from typing import Literal

from pydantic import BaseModel, Field, computed_field

from course_kit.work.wanted import Verdict
from coursewright.plan.project_state import Judged


class Share(BaseModel):
    """The plan for one kind of artefact in a module.

    Names are ``2.3`` for lessons and their study parts, ids for visuals and labs.
    """

    make: list[str] = Field(default_factory=list)
    reuse: list[str] = Field(default_factory=list)
    """All that stays, with what the next three lists name."""
    stale: list[str] = Field(default_factory=list)
    """Of an earlier prompt, model or title; ``--regenerate stale`` makes them again."""
    yours: list[str] = Field(default_factory=list)
    """Made or changed by the author."""
    taken_back: list[str] = Field(default_factory=list)
    """Made before: an earlier version comes back."""
    drop: list[str] = Field(default_factory=list)
    """Keys in the bucket that are superseded."""
    left_behind: list[str] = Field(default_factory=list)
    """Keys of the author's that nothing in the outline uses any more; they stay in the bucket."""
    unknown: list[str] = Field(default_factory=list)
    """Unknown before earlier work: visuals and study parts need new lessons, labs need a new plan.

    Lessons and labs need the brief: they stay if it asks the same of them.
    """
    replaced: list[str] = Field(default_factory=list)
    """The author's that ``--regenerate`` names, so that the run makes them again."""
    why: dict[str, str] = Field(default_factory=dict)
    """The reason, by name, for what does not simply stay."""

    def add(self, name: str, judged: Judged, *, is_replaced: bool = False) -> None:
        """Enter what a run would do with an artefact."""
        (self.make if judged.is_made else self.reuse).append(name)
        if judged.found is Verdict.STALE:
            self.stale.append(name)
        if judged.found is Verdict.YOURS:
            self.yours.append(name)
        if judged.is_taken_back:
            self.taken_back.append(name)
        if is_replaced:
            self.replaced.append(name)
        if why := "yours, and named by --regenerate" if is_replaced else judged.why:
            self.why[name] = why

    def add_unknown(self, name: str) -> None:
        """Enter what stays only if its part of the brief comes out as it was."""
        self.unknown.append(name)
        self.why[name] = "its part of the brief is asked for again"


class ModulePlan(BaseModel):
    """The plan of one module."""

    number: int
    """The number that readers see."""
    slot: int = Field(exclude=True)
    """The number in keys and ids."""
    title: str
    lessons: Share = Field(default_factory=Share)
    visuals: Share = Field(default_factory=Share)
    study: Share = Field(default_factory=Share)
    labs: Share = Field(default_factory=Share)
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
        return not any(share.make or share.drop or share.unknown or share.taken_back for share in self.shares)


class BriefPlan(BaseModel):
    """The plan for the brief of the course. Lessons have the numbers that readers see."""

    state: Literal["make", "amend", "reuse", "yours", "none", "off"] = "off"
    """``none`` for a project that was made without a brief, ``off`` for an outline without one."""
    why: str = ""
    """Why it is made as a whole."""
    make: list[str] = Field(default_factory=list)
    """The lessons that are briefed."""
    why_lessons: dict[str, str] = Field(default_factory=dict)
    """The reason, by lesson, in a brief that is amended."""
    is_taken_back: bool = False
    """Whether an earlier version comes back."""
    calls: int = 0


class PlannedCost(BaseModel):
    """Dollars for model calls."""

    least: float
    """One answer of the usual length for each call."""
    most: float
    """Every answer at its limit of tokens."""


class CoursePlan(BaseModel):
    """The plan of a run."""

    project: str
    content_type: str
    brief: BriefPlan = BriefPlan()
    modules: list[ModulePlan]
    most_edits: int = 0
    """The most calls after the lessons for passages that do not go together."""
    book: Literal["make", "reuse", "none"]
    lab_guide: Literal["make", "reuse", "none"]
    usd: PlannedCost | None = None
    """What the run's model calls cost; None without a known price."""
    usd_of_stale: PlannedCost | None = None
    """What ``--regenerate stale`` would cost beside it."""
    usd_of_brief: PlannedCost | None = None
    """What ``--regenerate brief`` would cost: a brief, and every lesson that is not the author's."""
    usd_of_edit: float | None = None
    """What one of the edits costs."""
    dropped_lessons: list[str] = Field(default_factory=list)
    """Titles of the project's lessons that the outline lacks."""
    objections: list[str] = Field(default_factory=list)
    """Why the outline looks like another course than the project's; such a run needs ``--yes``."""
    left_out: str = ""
    """What the content type leaves out, in words."""

    @computed_field  # type: ignore[prop-decorator] # mypy cannot decorate a property (pydantic's own advice)
    @property
    def model_calls(self) -> int:
        """The known calls, one an artefact, without continuations, repairs and unknown work."""
        return self.brief.calls + sum(
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
