"""The model that writes: which one it is behind its profile, and by which quotas its calls are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from course_kit.model_ids import GLOBAL, geography_of, without_geography
from coursewright.doctor.answers import CamelAnswer

_APPLICATION_PROFILE = "application-inference-profile/"


class Scope(StrEnum):
    """Where calls go; in the words of Service Quotas."""

    ON_DEMAND = "on-demand"
    CROSS_REGION = "cross-region"
    GLOBAL = "global cross-region"


class _ProfilesModel(CamelAnswer):
    model_arn: str


class Profile(CamelAnswer):
    """An inference profile, as Bedrock describes it."""

    models: tuple[_ProfilesModel, ...]


@dataclass(frozen=True)
class TextModel:
    """``id`` is what `text_model_id` says; ``foundation`` the model's own."""

    id: str
    foundation: str
    scope: Scope
    is_profile: bool

    @classmethod
    def named(cls, model_id: str) -> Self | None:
        """Return what an id tells of itself; None for an application's profile, which has to be looked up."""
        if _APPLICATION_PROFILE in model_id:
            return None
        geography = geography_of(model_id)
        scope = Scope.GLOBAL if geography == GLOBAL else Scope.CROSS_REGION if geography else Scope.ON_DEMAND
        return cls(model_id, without_geography(model_id), scope, is_profile=bool(geography))

    @classmethod
    def behind(cls, model_id: str, profile: Profile) -> Self:
        """Return what an application's profile leads to."""
        arns = [model.model_arn for model in profile.models]
        return cls(model_id, arns[0].rpartition("/")[2], _scope_of(arns), is_profile=True)


def _scope_of(model_arns: Iterable[str]) -> Scope:
    """Return where a profile routes to: the global ones name their model in no region, too."""
    regions = {arn.split(":")[3] for arn in model_arns}
    if "" in regions:
        return Scope.GLOBAL
    return Scope.CROSS_REGION if len(regions) > 1 else Scope.ON_DEMAND
