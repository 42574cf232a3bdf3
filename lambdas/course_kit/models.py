"""Models known to work: ``models.yaml`` beside this module, and those that a deployment declares in the same form."""

import difflib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Generic, Literal, Self, TypeVar

import yaml
from pydantic import Field, model_validator

from course_kit.data_models import ClosedModel
from course_kit.model_ids import family_of, geography_of, without_geography
from course_kit.price_rows import TextPrice, UnitPrice

_NEAR_ENOUGH = 0.6
_DECLARED = "declared by this deployment"

RowT = TypeVar("RowT")


class RowsByModel(Generic[RowT]):
    """A table's rows, each found by every form of its model's id."""

    def __init__(self, rows: Mapping[str, RowT]) -> None:
        self._rows = rows
        self._by_family = {family_of(model_id): row for model_id, row in rows.items()}

    def find(self, model_id: str) -> RowT | None:
        """Return the row of a model: under its very id, else under its family's name; None for one without a row."""
        return self._rows.get(model_id) or self._by_family.get(family_of(model_id))


class Streams(StrEnum):
    """What of a model's answers can be streamed."""

    EVERYTHING = "everything"
    TEXT = "text"
    """A call that offers a tool is answered whole, or refused."""
    NOTHING = "nothing"


class _KnownModel(ClosedModel):
    provider: Literal["bedrock", "openai"] = "bedrock"
    profiles: tuple[str, ...] = ()
    """Geographies with an inference profile."""
    end_of_life: date | None = None
    """The day from which calls fail."""
    instead: str = ""
    """What to use in its place."""
    source: str = Field(min_length=1)
    read_on: date | None = None
    """None: on its file's day."""
    is_verified: bool = True

    @property
    def is_declared(self) -> bool:
        """Whether the deployment itself vouches for it."""
        return self.source == _DECLARED

    def has_ended(self, today: date) -> bool:
        """Whether its calls fail."""
        return self.end_of_life is not None and self.end_of_life <= today


class Caching(ClosedModel):
    """How a model caches the beginning of its prompts."""

    min_tokens: int = Field(gt=0)
    """The least tokens before a cache point; with fewer, nothing is cached."""
    hour: bool = False
    """Whether a cache can last an hour after its last use, in place of 5 minutes."""
    tools: bool = True
    """Whether tools, which stand before the system prompt, are cached with it."""
    is_verified: bool = False
    source: str = ""
    """Where this was read; empty for what a deployment declares."""


class KnownTextModel(_KnownModel):
    """A model that writes."""

    streams: Streams = Streams.EVERYTHING
    can_be_forced: bool = True
    """Whether the call of a given tool can be demanded."""
    reasons: bool = False
    """Whether it thinks before it writes unless told otherwise; what it thinks counts as answer."""
    max_output_tokens: int = Field(gt=0)
    context_tokens: int = Field(gt=0)
    caching: Caching | None = None
    """None: no cache point is set, as it may be refused."""
    price: TextPrice | None = None


class KnownImageModel(_KnownModel):
    """A model that draws."""

    price: UnitPrice | None = None


class _DeclaredModel(ClosedModel):
    provider: Literal["bedrock", "openai"] = "bedrock"
    base_model: str = ""
    """A known model, or profile of one, that this stands for: an application inference profile's, a custom model's."""


class DeclaredTextModel(_DeclaredModel):
    """A text model that a deployment vouches for: on its own, or as another one by name."""

    streams: Streams | None = None
    can_be_forced: bool | None = None
    max_output_tokens: int | None = Field(default=None, gt=0)
    context_tokens: int | None = Field(default=None, gt=0)
    caching: Caching | None = None
    price: TextPrice | None = None

    @model_validator(mode="after")
    def _has_limits(self) -> Self:
        if not self.base_model and (self.max_output_tokens is None or self.context_tokens is None):
            raise ValueError("max_output_tokens and context_tokens, or a base_model that has them")
        return self


class DeclaredImageModel(_DeclaredModel):
    """An image model that a deployment vouches for."""

    price: UnitPrice | None = None


class DeclaredModels(ClosedModel):
    """What a deployment's ``declared_models`` holds."""

    geographies: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    text_models: dict[str, DeclaredTextModel] = Field(default_factory=dict)
    image_models: dict[str, DeclaredImageModel] = Field(default_factory=dict)

    def only(self, *model_ids: str) -> "DeclaredModels":
        """Return what is declared of some models: a function's environment has room for those that it asks."""
        families = {family_of(each) for each in model_ids if each}
        return DeclaredModels(
            text_models={id: row for id, row in self.text_models.items() if family_of(id) in families},
            image_models={id: row for id, row in self.image_models.items() if family_of(id) in families},
        )

    def in_short(self) -> str:
        """Return the declarations as JSON; empty for none."""
        return self.model_dump_json(exclude_defaults=True) if self.text_models or self.image_models else ""


class ModelTable(ClosedModel):
    """Every model that a deployment may name."""

    as_of: date
    geographies: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The regions that a geography's profiles route to."""
    text_models: dict[str, KnownTextModel] = Field(default_factory=dict)
    image_models: dict[str, KnownImageModel] = Field(default_factory=dict)
    bases: dict[str, str] = Field(default_factory=dict)
    """What declared models stand for, by id."""
    output_burndown: dict[str, int] = Field(default_factory=dict)
    """Tokens of the quota that one output token takes, by the beginning of a model's name."""

    @cached_property
    def _texts(self) -> RowsByModel[KnownTextModel]:
        return RowsByModel(self.text_models)

    @cached_property
    def _images(self) -> RowsByModel[KnownImageModel]:
        return RowsByModel(self.image_models)

    def text_model(self, model_id: str) -> KnownTextModel | None:
        """Return a text model by its id, in any of its forms; None for one that is not known."""
        return self._texts.find(model_id)

    def image_model(self, model_id: str) -> KnownImageModel | None:
        """Return an image model by its id; None for one that is not known."""
        return self._images.find(model_id)

    def base_of(self, model_id: str) -> str:
        """Return what a declared model stands for; empty for one that stands for itself."""
        return self.bases.get(model_id, "")

    def caches_for_an_hour(self, model_id: str) -> bool:
        """Whether a model's caches last an hour: what decides the price of writing to them."""
        model = self.text_model(model_id)
        return bool(model and model.caching and model.caching.hour)

    def burndown_of(self, model_id: str) -> int:
        """Return how many tokens of the quota an output token of a model takes, known or not; 1 where nothing says."""
        name = without_geography(self.base_of(model_id) or model_id)
        beginnings = [beginning for beginning in self.output_burndown if name.startswith(beginning)]
        return self.output_burndown[max(beginnings, key=len)] if beginnings else 1

    def nearest_to(self, model_id: str, *, draws: bool) -> str:
        """Return the known id that is most like one that is not; empty when none is."""
        names = list(self.image_models if draws else self.text_models)
        return next(iter(difflib.get_close_matches(family_of(model_id), names, n=1, cutoff=_NEAR_ENOUGH)), "")

    def with_declared(self, declared: DeclaredModels) -> "ModelTable":
        """Return this table with a deployment's own models before it.

        Raises
        ------
        KeyError
            The declared id whose ``base_model`` is not known.
        """
        if declared == DeclaredModels():
            return self
        texts = {id: self._declared_text(id, row) for id, row in declared.text_models.items()}
        images = {id: self._declared_image(id, row) for id, row in declared.image_models.items()}
        bases = {
            id: row.base_model
            for id, row in {**declared.text_models, **declared.image_models}.items()
            if row.base_model
        }
        return ModelTable(
            as_of=self.as_of,
            geographies={**self.geographies, **declared.geographies},
            text_models={**self.text_models, **texts},
            image_models={**self.image_models, **images},
            bases={**self.bases, **bases},
            output_burndown=self.output_burndown,
        )

    def _declared_text(self, model_id: str, row: DeclaredTextModel) -> KnownTextModel:
        own = row.model_dump(exclude={"base_model"}, exclude_none=True)
        base = self.text_model(row.base_model) if row.base_model else None
        if row.base_model and base is None:
            raise KeyError(model_id)
        if base is None:
            # Every model answers whole; a stream of text is what all known ones that refuse tools in it can do.
            defaults = {"streams": Streams.TEXT, "can_be_forced": False}
            return KnownTextModel.model_validate({**defaults, **own, "source": _DECLARED})
        price = base.price.in_geography(geography_of(row.base_model)) if base.price else None
        inherited = base.model_dump(exclude={"price", "profiles", "source", "read_on"})
        return KnownTextModel.model_validate({**inherited, "price": price, **own, "source": _DECLARED})

    def _declared_image(self, model_id: str, row: DeclaredImageModel) -> KnownImageModel:
        base = self.image_model(row.base_model) if row.base_model else None
        if row.base_model and base is None:
            raise KeyError(model_id)
        inherited = base.model_dump(exclude={"profiles", "source", "read_on"}) if base else {}
        own = row.model_dump(exclude={"base_model"}, exclude_none=True)
        return KnownImageModel.model_validate({**inherited, **own, "source": _DECLARED})


@cache
def known_models() -> ModelTable:
    """Return the packaged table."""
    source = files("course_kit").joinpath("models.yaml").read_bytes()
    # In C it takes 3 ms of a function's start, in Python 29.
    return ModelTable.model_validate(yaml.load(source, yaml.CSafeLoader))


@cache
def models_with(declared_models: str) -> ModelTable:
    """Return the packaged table with what a function's environment declares, JSON or nothing, before it."""
    if not declared_models:
        return known_models()
    return known_models().with_declared(DeclaredModels.model_validate_json(declared_models))
