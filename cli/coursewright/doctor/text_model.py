"""The text model behind its profile, and the quotas that count its calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from course_kit.model_ids import GLOBAL, geography_of, without_geography
from coursewright.doctor.answers import CamelAnswer

_APPLICATION_PROFILE = "application-inference-profile/"


class Scope(StrEnum):
    """The routing of calls, in the words of Service Quotas."""

    ON_DEMAND = "on-demand"
    CROSS_REGION = "cross-region"
    GLOBAL = "global cross-region"


class _ProfilesModel(CamelAnswer):
    model_arn: str


class Profile(CamelAnswer):
    """An inference profile from Bedrock."""

    models: tuple[_ProfilesModel, ...]


@dataclass(frozen=True)
class TextModel:
    """``id`` is the value of `text_model_id`; ``foundation`` is the model's own id."""

    id: str
    foundation: str
    scope: Scope
    is_profile: bool

    @classmethod
    def named(cls, model_id: str) -> Self | None:
        """Return the model that an id names; None for an application's profile, which must be looked up."""
        if _APPLICATION_PROFILE in model_id:
            return None
        geography = geography_of(model_id)
        scope = Scope.GLOBAL if geography == GLOBAL else Scope.CROSS_REGION if geography else Scope.ON_DEMAND
        return cls(model_id, without_geography(model_id), scope, is_profile=bool(geography))

    @classmethod
    def behind(cls, model_id: str, profile: Profile) -> Self:
        """Return the model of an application's profile."""
        arns = [model.model_arn for model in profile.models]
        return cls(model_id, arns[0].rpartition("/")[2], _scope_of(arns), is_profile=True)


def _scope_of(model_arns: Iterable[str]) -> Scope:
    """Return a profile's routing: global profiles also name their model without a region."""
    regions = {arn.split(":")[3] for arn in model_arns}
    if "" in regions:
        return Scope.GLOBAL
    return Scope.CROSS_REGION if len(regions) > 1 else Scope.ON_DEMAND
