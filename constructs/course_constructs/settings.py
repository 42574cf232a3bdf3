"""The deployment's settings: read once from the CDK context, checked, and passed on as one frozen value."""

from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from typing import Annotated, Literal

from aws_cdk import Duration
from aws_cdk import aws_logs as logs
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from course_constructs.state_machine_release import Rollout, RolloutType

ContextReader = Callable[[str], object]

_KMS_KEY = r"^(create|arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f-]{36}))?$"
_MODEL_ID = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$"
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
    """The account's quota of requests a minute for the text model; 0: unknown."""
    text_model_id: Annotated[str, Field(pattern=_MODEL_ID)]
    """The Bedrock model, or inference profile, that writes."""
    image_model_id: Annotated[str, Field(pattern=_MODEL_ID)] | Literal[""]
    """The Bedrock model for illustrations; empty: illustrations become diagrams."""
    openai_secret_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_+=.@-]{0,512}$")]
    """The Secrets Manager secret with an OpenAI key; empty: ``model_provider: openai`` is refused."""
    openai_base_url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    """Any server that speaks OpenAI's API."""
    openai_text_model_id: str
    openai_image_model_id: str
    book_parts: Annotated[str, Field(pattern=_BOOK_PARTS)]
    """What a book has beside its text unless its outline says otherwise; names separated by commas, or nothing."""
    book_paper: Literal["a4", "letter"]
    """What books are printed on unless their outlines say otherwise."""
    log_retention_days: Literal[1, 7, 14, 30, 90, 180, 365, 731]
    removal_policy: Literal["retain", "destroy"]
    """What ``cdk destroy`` does with the bucket and its books."""
    kms_key: Annotated[str, Field(pattern=_KMS_KEY)]
    """Encrypts bucket, logs and topic: empty for AWS's own keys, ``create``, or a key's ARN."""
    alarm_email: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$")]
    """Who hears of alarms and ended runs; empty: the topic has no subscriber yet."""
    inbox_enabled: bool
    """Whether an outline put into the bucket under ``inbox/`` starts a run."""
    rollout: RolloutType
    """How new runs go over to a new version of the state machine; gradual ones are taken back on a failed run."""
    rollout_percentage: Annotated[int, Field(ge=1, le=99)]
    """Share of new runs in the first step (canary) or in each step (linear)."""
    rollout_interval_minutes: Annotated[int, Field(ge=1, le=2100)]
    """Minutes between steps; 2,100 is the most that CloudFormation waits for."""

    @classmethod
    def from_context(cls, read: ContextReader) -> "PipelineSettings":
        """Read every setting.

        Parameters
        ----------
        read
            Gives the value of a context key, or None (``app.node.try_get_context``). ``-c`` values are strings.

        Raises
        ------
        SettingsInvalid
            Naming every wrong key, with the fix.
        """
        values = {field.name: read(field.name) for field in fields(cls)}
        for name in ("log_retention_days",):
            # Literal compares without converting, and `-c` gives strings.
            if isinstance(values[name], str) and str(values[name]).isdigit():
                values[name] = int(str(values[name]))
        try:
            return TypeAdapter(cls).validate_python(
                {name: value for name, value in values.items() if value is not None}
            )
        except ValidationError as error:
            lines = {}
            for detail in error.errors(include_url=False):
                key = str(detail["loc"][0])
                found = "nothing" if detail["type"] == "missing" else repr(values[key])
                expected = detail["msg"].removeprefix("Input should be ").removeprefix("String should ")
                lines[key] = f"{key}: found {found}, expected {expected}; set it in cdk.json or with -c {key}=…"
            raise SettingsInvalid("\n".join(lines.values())) from None

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
