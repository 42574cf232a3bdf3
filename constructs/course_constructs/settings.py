"""The deployment's settings: read once from the CDK context, checked, and passed on as one frozen value."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from aws_cdk import Duration
from aws_cdk import aws_logs as logs
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from course_constructs.model_settings import ModelSettings
from course_constructs.state_machine_release import Rollout, RolloutType
from course_kit.models import DeclaredModels, ModelTable, known_models
from course_kit.price_rows import DEFAULT_TIER

ContextReader = Callable[[str], object]

_KEY_ARN = r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})"
_KMS_KEY = rf"^(create|{_KEY_ARN})?$"
_MODEL_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$"
_MODEL_IDS = r"^([A-Za-z0-9][A-Za-z0-9._:/-]{0,255}(,[A-Za-z0-9][A-Za-z0-9._:/-]{0,255})*)?$"
_NOISE = re.compile(r"^(?:Input should be |String should |Value error, )")
# As the Bedrock runtime's own description of GuardrailIdentifier.
_GUARDRAIL = r"^([a-z0-9]+|arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+)?$"
_BOOK_PART = "(objectives|key_points|quiz|glossary|further_reading|coverage)"
_BOOK_PARTS = rf"^({_BOOK_PART}(,{_BOOK_PART})*)?$"
_RETENTION_BY_DAYS: dict[int, logs.RetentionDays] = {
    1: logs.RetentionDays.ONE_DAY,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    731: logs.RetentionDays.TWO_YEARS,
}


def _read_json(value: object) -> object:
    """Read what ``-c`` gives as text; cdk.json has it as it is."""
    try:
        return json.loads(value or "{}") if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError(f"JSON ({error})") from None


class SettingsInvalid(Exception):
    """One line for each wrong setting: key, what was found, what is expected, how to set it."""


class Target(StrEnum):
    """Where the app is deployed."""

    AWS = "aws"
    LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class PipelineSettings:
    """Everything that differs between deployments; context keys are named as the fields, ``cdk.json`` has defaults."""

    target: Target
    """``local`` deploys functions without dependency layers: local AWS runs them under this very Python."""
    stage: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")]
    """Names the stack, ``Coursewright-<stage>``: letters, digits and hyphens."""
    module_max_concurrency: Annotated[int, Field(ge=1, le=40)]
    """Modules worked on at once; 40 is the most that an inline Map does. An execution's input may override it."""
    lesson_max_concurrency: Annotated[int, Field(ge=1, le=50)]
    """Lessons of one module written, or planned for, at once."""
    image_max_concurrency: Annotated[int, Field(ge=1, le=16)]
    """Visuals of one module rendered at once."""
    tokens_per_minute: Annotated[int, Field(ge=0)]
    """The account's quota of tokens a minute for the text model; 0: unknown, the concurrency above rules."""
    requests_per_minute: Annotated[int, Field(ge=0)]
    """A limit of your own on calls of the text model a minute; 0: none. Amazon Bedrock has no such quota any more."""
    functions_at_once: Literal[0] | Annotated[int, Field(ge=3)]
    """What a run may use of Lambda's quota "Concurrent executions"; at least what one module with labs takes.

    0: what the concurrency above needs."""
    text_model_id: Annotated[str, Field(pattern=_MODEL_ID)]
    """The Bedrock model, or inference profile, that writes."""
    further_text_model_ids: Annotated[str, Field(pattern=_MODEL_IDS)]
    """Further Bedrock models that an execution may name as its ``text_model_id``; separated by commas, or nothing."""
    short_text_model_id: Annotated[str, Field(pattern=_MODEL_ID)] | Literal[""]
    """The Bedrock model for study parts, plans of visuals and labs, and edits; empty: the text model."""
    image_model_id: Annotated[str, Field(pattern=_MODEL_ID)] | Literal[""]
    """The Bedrock model for illustrations; empty: illustrations become diagrams."""
    openai_secret_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_+=.@-]{0,512}$")]
    """The Secrets Manager secret with an OpenAI key; empty: ``model_provider: openai`` is refused."""
    openai_base_url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    """Any server that speaks OpenAI's API."""
    openai_text_model_id: str
    openai_image_model_id: str
    openai_short_text_model_id: str
    """The other provider's model for the same; empty: its text model."""
    declared_models: Annotated[DeclaredModels, BeforeValidator(_read_json)]
    """Models that are not known to work (docs/models.md), and that this deployment vouches for."""
    guardrail_id: Annotated[str, Field(pattern=_GUARDRAIL)]
    """A guardrail of Amazon Bedrock, its id or ARN, that every text passes; empty: none."""
    guardrail_version: Annotated[str, Field(pattern=r"^(DRAFT|[1-9][0-9]{0,7})?$")]
    service_tier: Literal["default", "priority", "flex", "reserved"]
    """How Bedrock serves the text model, and at what price."""
    book_parts: Annotated[str, Field(pattern=_BOOK_PARTS)]
    """What a book has beside its text unless its outline says otherwise; names separated by commas, or nothing."""
    book_paper: Literal["a4", "letter"]
    """What books are printed on unless their outlines say otherwise."""
    editing: Literal["off", "report", "apply"]
    """What is done about passages of lessons that do not go together, unless an outline says otherwise."""
    edit_max_calls: Annotated[int, Field(ge=0, le=1000)]
    """The most calls of a run that replace such passages."""
    log_retention_days: Literal[1, 7, 14, 30, 90, 180, 365, 731]
    removal_policy: Literal["retain", "destroy"]
    """What ``cdk destroy`` does with the bucket and its books."""
    keep_versions_days: Literal[0] | Annotated[int, Field(ge=30, le=36500)]
    """For how long earlier versions of lessons, figures and books are kept; 0: as long as their project."""
    kms_key: Annotated[str, Field(pattern=_KMS_KEY)]
    """Encrypts bucket, logs and topic: empty for AWS's own keys, ``create``, or a key's ARN."""
    former_kms_keys: Annotated[str, Field(pattern=rf"^({_KEY_ARN}(,{_KEY_ARN})*)?$")]
    """ARNs of keys, separated by commas, that books were encrypted with before ``kms_key`` was changed."""
    alarm_email: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")]
    """Who hears of alarms and ended runs; empty: the topic has no subscriber yet."""
    inbox_enabled: bool
    """Whether an outline put into the bucket under ``inbox/`` starts a run."""
    rollout: RolloutType
    """How new runs go over to a new version of the state machine; gradual ones are taken back on a failed run."""
    rollout_percentage: Annotated[int, Field(ge=1, le=99)]
    """Share of new runs in the first step (canary) or in each step (linear)."""
    rollout_interval_minutes: Annotated[int, Field(ge=1, le=2100)]
    """Minutes between steps, longer than a run; 2,100 is the most that CloudFormation takes (`Rollout`)."""

    @classmethod
    def from_context(cls, read: ContextReader, today: date | None = None) -> "PipelineSettings":
        """Read every setting.

        Parameters
        ----------
        read
            Gives the value of a context key, or None (``app.node.try_get_context``). ``-c`` values are strings.
        today
            The day by which models have come to their end; by default this one.

        Raises
        ------
        SettingsInvalid
            Naming every wrong key, with the fix.
        """
        values = {field.name: read(field.name) for field in fields(cls)}
        for name in ("log_retention_days", "functions_at_once", "keep_versions_days"):
            # Literal compares without converting, and `-c` gives strings.
            if isinstance(values[name], str) and str(values[name]).isdigit():
                values[name] = int(str(values[name]))
        try:
            settings = TypeAdapter(cls).validate_python(
                {name: value for name, value in values.items() if value is not None}
            )
        except ValidationError as error:
            lines = {}
            for detail in error.errors(include_url=False):
                key, inside = str(detail["loc"][0]), isinstance(values[str(detail["loc"][0])], Mapping)
                found = "nothing" if detail["type"] == "missing" else repr(detail["input"] if inside else values[key])
                expected = _NOISE.sub("", detail["msg"])
                place = ".".join(map(str, detail["loc"])) if inside else key
                lines[place] = f"{place}: found {found}, expected {expected}; set it in cdk.json or with -c {key}=…"
            raise SettingsInvalid("\n".join(lines.values())) from None
        if faults := settings.faults(today or date.today()):
            raise SettingsInvalid("\n".join(faults))
        return settings

    def faults(self, today: date) -> list[str]:
        """Return one line for each fault that only several settings together show."""
        faults = [*self.rollout_plan.faults]
        if bool(self.guardrail_id) != bool(self.guardrail_version):
            name, other = ("guardrail_id", "guardrail_version")[:: 1 if self.guardrail_id else -1]
            faults.append(f"{other}: found nothing beside {name}, expected both or neither; set it with -c {other}=…")
        try:
            models = self.model_settings
        except KeyError as error:
            unknown = error.args[0]
            return [*faults, f"declared_models: found a base_model of {unknown} that is not known (docs/models.md)"]
        return faults if models is None else [*faults, *models.faults(today)]

    def warnings(self, today: date) -> list[str]:
        """Return one line for each setting that works now, but may stop."""
        return self.model_settings.warnings(today) if self.model_settings else []

    @property
    def known_models(self) -> ModelTable:
        """The models known to work, and those declared; raises ``KeyError`` for one whose base model is not known."""
        return known_models().with_declared(self.declared_models)

    @property
    def model_settings(self) -> ModelSettings | None:
        """What names models; None on local AWS, where a model is known by being there."""
        if self.target is Target.LOCAL:
            return None
        return ModelSettings(
            models=self.known_models,
            openai_base_url=self.openai_base_url,
            service_tier=self.service_tier,
            further_text_model_ids=self.further_text_models,
            **self._short_models,
            **self.models,
        )

    @property
    def further_text_models(self) -> tuple[str, ...]:
        """`further_text_model_ids`, one by one."""
        return tuple(filter(None, self.further_text_model_ids.split(",")))

    @property
    def models(self) -> dict[str, str]:
        """Who writes and draws, by the names of the settings."""
        return {
            "text_model_id": self.text_model_id,
            "image_model_id": self.image_model_id,
            "openai_text_model_id": self.openai_text_model_id,
            "openai_image_model_id": self.openai_image_model_id,
        }

    @property
    def of_runs(self) -> dict[str, str | int]:
        """What a run takes of the account and reads in it, by the names of the settings."""
        return {
            "module_max_concurrency": self.module_max_concurrency,
            "lesson_max_concurrency": self.lesson_max_concurrency,
            "image_max_concurrency": self.image_max_concurrency,
            "tokens_per_minute": self.tokens_per_minute,
            "functions_at_once": self.functions_at_once,
            "openai_secret_name": self.openai_secret_name,
        }

    @property
    def model_options(self) -> dict[str, str]:
        """How models are asked, by the names of the settings; defaults are left out."""
        return {name: value for name, value in self._options_of_models().items() if value}

    def environment(self, names: Iterable[str]) -> dict[str, str]:
        """Return some settings as a function's environment variables, which are named like them.

        Defaults of `model_options` are left out; raises ``KeyError`` for a name that is no setting.
        """
        options = self._options_of_models()
        values = {field.name: str(getattr(self, field.name)) for field in fields(self)} | options
        return {name.upper(): values[name] for name in names if values[name] or name not in options}

    def _options_of_models(self) -> dict[str, str]:
        return {
            "declared_models": self._declared_of_those_named().in_short(),
            "further_text_model_ids": self.further_text_model_ids,
            **self._short_models,
            "guardrail_id": self.guardrail_id,
            "guardrail_version": self.guardrail_version,
            "service_tier": "" if self.service_tier == DEFAULT_TIER else self.service_tier,
        }

    def _declared_of_those_named(self) -> DeclaredModels:
        named = (*self.models.values(), *self._short_models.values(), *self.further_text_models)
        return self.declared_models.only(*named)

    @property
    def _short_models(self) -> dict[str, str]:
        return {
            "short_text_model_id": self.short_text_model_id,
            "openai_short_text_model_id": self.openai_short_text_model_id,
        }

    @property
    def log_retention(self) -> logs.RetentionDays:
        """`log_retention_days` as the construct library wants it."""
        return _RETENTION_BY_DAYS[self.log_retention_days]

    @property
    def rollout_plan(self) -> Rollout:
        """The three settings of the rollout as one."""
        return Rollout(
            type=self.rollout,
            percentage=self.rollout_percentage,
            interval=Duration.minutes(self.rollout_interval_minutes),
        )

    @property
    def is_bucket_disposable(self) -> bool:
        """Whether the bucket goes with the stack."""
        return self.removal_policy == "destroy"
