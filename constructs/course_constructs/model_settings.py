"""The models that a deployment names, checked against those known to work before anything is deployed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from course_kit.model_ids import GLOBAL, geography_of, is_openais_own, without_geography
from course_kit.models import KnownImageModel, KnownTextModel, ModelTable, known_models
from course_kit.price_rows import DEFAULT_TIER
from course_kit.prices import prices_of

_END_IS_NEAR = timedelta(days=90)
_APPLICATION_PROFILE = ":application-inference-profile/"
_PROVIDERS = {"bedrock": "Amazon Bedrock", "openai": "OpenAI"}


@dataclass(frozen=True, kw_only=True)
class ModelSettings:
    """The settings that name models."""

    models: ModelTable
    """Those known to work, and those that the deployment declares."""
    text_model_id: str
    further_text_model_ids: tuple[str, ...]
    short_text_model_id: str
    image_model_id: str
    openai_text_model_id: str
    openai_short_text_model_id: str
    openai_image_model_id: str
    openai_base_url: str
    service_tier: str

    def faults(self, today: date) -> list[str]:
        """Return one line for each model that cannot be deployed: its setting, what was found, what to do."""
        return [fault for choice in self._choices() if (fault := choice.fault(self.models, today))]

    def warnings(self, today: date) -> list[str]:
        """Return one line for each model that will end soon or has no known price."""
        lines = [line for choice in self._choices() if (line := choice.end_is_near(self.models, today))]
        for model_id in filter(None, (self.text_model_id, self.short_text_model_id)):
            model = self.models.text_model(model_id)
            has_tier = bool(model and model.price and model.price.in_tier(self.service_tier))
            if self.service_tier != DEFAULT_TIER and not has_tier:
                lines.append(
                    f"service_tier: whether {model_id} has the tier {self.service_tier!r}, and at what price, is not "
                    "known: Bedrock refuses calls with a tier that their model does not have, and no budget can be kept"
                )
        return [*lines, *self._dear_short_models()]

    def _dear_short_models(self) -> Iterator[str]:
        pairs = (
            ("short_text_model_id", self.short_text_model_id, self.text_model_id),
            ("openai_short_text_model_id", self.openai_short_text_model_id, self.openai_text_model_id),
        )
        table = prices_of(self.models)
        for key, short_id, text_id in pairs:
            short, text = table.text_price(short_id), table.text_price(text_id)
            if short and text and short.output > text.output:
                yield f"{key}: {short_id} costs more than the text model, {text_id}, which short texts are to save"

    def _choices(self) -> "Iterator[_Choice]":
        yield _Choice("text_model_id", self.text_model_id, "bedrock", draws=False)
        for further in self.further_text_model_ids:
            yield _Choice("further_text_model_ids", further, "bedrock", draws=False)
        yield _Choice("short_text_model_id", self.short_text_model_id, "bedrock", draws=False)
        yield _Choice("image_model_id", self.image_model_id, "bedrock", draws=True)
        if is_openais_own(self.openai_base_url):
            # Another server's models are declared by being its own.
            yield _Choice("openai_text_model_id", self.openai_text_model_id, "openai", draws=False)
            yield _Choice("openai_short_text_model_id", self.openai_short_text_model_id, "openai", draws=False)
            yield _Choice("openai_image_model_id", self.openai_image_model_id, "openai", draws=True)


@dataclass(frozen=True)
class _Choice:
    key: str
    model_id: str
    provider: str
    draws: bool

    def known(self, models: ModelTable) -> KnownTextModel | KnownImageModel | None:
        return models.image_model(self.model_id) if self.draws else models.text_model(self.model_id)

    def fault(self, models: ModelTable, today: date) -> str:
        """Return what is wrong; empty for nothing."""
        if not self.model_id:
            return ""
        model, geography = self.known(models), geography_of(self.model_id)
        if _APPLICATION_PROFILE in self.model_id and not models.base_of(self.model_id):
            declaration = self._declaring('"base_model": "…"')
            problem = f"expected to be told the model or profile that this one was made from, {declaration}"
        elif model is None:
            problem = f"expected a model known to work (docs/models.md){self._nearest(models)}, or {self._own()}"
        elif model.provider != self.provider:
            problem = (
                f"expected a model of {_PROVIDERS[self.provider]}, and this is one of {_PROVIDERS[model.provider]}"
            )
        elif geography not in ("", GLOBAL, *models.geographies):
            known = ", ".join((GLOBAL, *models.geographies))
            problem = (
                f"expected a profile of a geography whose regions are known ({known}), or those regions as "
                f"""-c declared_models='{{"geographies": {{"{geography}": ["REGION", …]}}}}'"""
            )
        elif self._has_no_such_profile(model, geography):
            named = without_geography(self.model_id)
            profiles = ", ".join(f"{profile}.{named}" for profile in model.profiles) or f"{named} without a profile"
            problem = f"expected one of its profiles, {profiles}, or {self._own()}"
        elif model.has_ended(today):
            problem = f"which came to its end of life on {model.end_of_life}; use {model.instead or 'another one'}"
        else:
            return ""
        return f"{self.key}: found {self.model_id!r}, {problem}"

    def end_is_near(self, models: ModelTable, today: date) -> str:
        """Return a line when the model's end is near; empty when it is not."""
        model = self.known(models) if self.model_id else None
        if model is None or model.end_of_life is None or model.end_of_life - today > _END_IS_NEAR:
            return ""
        return (
            f"{self.key}: {self.model_id} comes to its end of life on {model.end_of_life}; "
            f"use {model.instead or 'another one'}"
        )

    @staticmethod
    def _has_no_such_profile(model: KnownTextModel | KnownImageModel, geography: str) -> bool:
        # Who declares a geography vouches for its profiles.
        is_known = geography in (GLOBAL, *known_models().geographies)
        return is_known and geography not in model.profiles and not model.is_declared

    def _nearest(self, models: ModelTable) -> str:
        nearest = models.nearest_to(self.model_id, draws=self.draws)
        return f", such as {nearest}" if nearest else ""

    def _own(self) -> str:
        limits = "" if self.draws else '"max_output_tokens": N, "context_tokens": N'
        return f"your word for it, {self._declaring(limits)}"

    def _declaring(self, row: str) -> str:
        kind = "image_models" if self.draws else "text_models"
        provider = '"provider": "openai", ' if self.provider == "openai" else ""
        fields = f"{provider}{row}".removesuffix(", ")
        return f"""-c declared_models='{{"{kind}": {{"{self.model_id}": {{{fields}}}}}}}'"""
