"""The account to check: its clients, its stack, and the settings of its runs."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel

from coursewright.deployment_settings import DeploymentSettings
from coursewright.doctor.answers import Answer
from coursewright.doctor.quota_names import ServiceQuota, ServiceQuotas
from coursewright.doctor.refusals import code_of
from coursewright.doctor.text_model import Profile, TextModel
from coursewright.errors import BadInput
from coursewright.outline_file import OutlineFile

# Short, so that without a network each check does not wait for a minute.
_SOON = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3, "mode": "standard"})
# STS and IAM answer in every region; the region has its own check.
_ANY_REGION = "us-east-1"
_LARGEST_PAGE = 100
"""Of Service Quotas (its API reference, ``MaxResults``)."""

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class Consent(StrEnum):
    """The user's answer to the question whether money may be spent."""

    GIVEN = "given"
    REFUSED = "refused"
    NOBODY_TO_ASK = "nobody to ask"


class _Output(Answer):
    output_key: str
    output_value: str


class DeployedStack(Answer):
    """The stack in CloudFormation's answer."""

    stack_name: str
    stack_status: str
    stack_status_reason: str = ""
    outputs: tuple[_Output, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """The stack's outputs by name."""
        return {output.output_key: output.output_value for output in self.outputs}


class _Stacks(Answer):
    stacks: tuple[DeployedStack, ...]


class Account:
    """One account and region, with or without a stage of Coursewright; calls are made only when a check needs them."""

    def __init__(
        self,
        *,
        stage: str,
        connect: Callable[[], boto3.Session],
        may_spend: Callable[[str], Consent],
        outline: OutlineFile | None = None,
    ) -> None:
        """Store the options; ``may_spend`` gets the question's text before the only call that costs money."""
        self.stage = stage
        self.outline = outline
        self.may_spend = may_spend
        self._connect = connect
        self._clients: dict[str, BaseClient] = {}

    @cached_property
    def session(self) -> boto3.Session:
        """boto3's session; raises ``ProfileNotFound``."""
        return self._connect()

    @property
    def region(self) -> str:
        """The current region; empty when none is set."""
        return self.session.region_name or ""

    @property
    def stack_name(self) -> str:
        """The stage's stack."""
        return f"Coursewright-{self.stage}"

    @property
    def deploy_command(self) -> str:
        """The command that deploys this stage."""
        return "npx cdk deploy" if self.stage == "dev" else f"npx cdk deploy -c stage={self.stage}"

    def deploy_with(self, setting: str, value: str | int) -> str:
        """Return the command that deploys this stage with one changed setting; earlier ``-c`` options are not kept."""
        setting_it = f"set {setting} to {value} in cdk.json"
        return f"{setting_it} (or with -c, each time), then {self.deploy_command}" if self._is_deployed else setting_it

    def ask(self, service: str, operation: str, form: type[AnswerT], **parameters: object) -> AnswerT:
        """Call an operation, named as boto3 names it, and read its answer; raises any of `REFUSALS`."""
        return form.model_validate(getattr(self._client(service), operation)(**parameters))

    def pages(self, service: str, operation: str, form: type[AnswerT], **parameters: object) -> Iterator[AnswerT]:
        """Call an operation that answers in pages; raises any of `REFUSALS`."""
        for page in self._client(service).get_paginator(operation).paginate(**parameters):
            yield form.model_validate(page)

    @cached_property
    def stack(self) -> DeployedStack | None:
        """The stage's stack; None when there is none. Raises any of `REFUSALS`."""
        try:
            stacks = self.ask("cloudformation", "describe_stacks", _Stacks, StackName=self.stack_name)
        except ClientError as error:
            if code_of(error) == "ValidationError":
                return None
            raise
        return stacks.stacks[0] if stacks.stacks else None

    @property
    def _is_deployed(self) -> bool:
        try:
            return self.stack is not None
        except ClientError:
            return False

    @cached_property
    def settings(self) -> DeploymentSettings:
        """Settings of runs: from the stack's outputs, or from ``cdk.json`` without a readable stack."""
        return DeploymentSettings.of(self.stack.values if self._is_deployed and self.stack else {})

    @cached_property
    def text_model(self) -> TextModel:
        """The text model. Raises any of `REFUSALS`, for an application's profile only."""
        model_id = self.settings.models.text_model_id
        return TextModel.named(model_id) or TextModel.behind(model_id, self.profile(model_id))

    def profile(self, profile_id: str) -> Profile:
        """Look an inference profile up; raises any of `REFUSALS`."""
        return self.ask("bedrock", "get_inference_profile", Profile, inferenceProfileIdentifier=profile_id)

    @cached_property
    def bedrock_quotas(self) -> tuple[ServiceQuota, ...]:
        """The applied value of every Bedrock quota, more than a thousand. Raises any of `REFUSALS`."""
        pages = self.pages(
            "service-quotas",
            "list_service_quotas",
            ServiceQuotas,
            ServiceCode="bedrock",
            PaginationConfig={"PageSize": _LARGEST_PAGE},
        )
        return tuple(quota for page in pages for quota in page.quotas)

    def output(self, name: str) -> str:
        """Return an output of the stack; empty when it has none of that name."""
        return self.stack.values.get(name, "") if self.stack else ""

    def _client(self, service: str) -> BaseClient:
        if service not in self._clients:
            try:
                self._clients[service] = self.session.client(  # type: ignore[call-overload] # overloads want a literal
                    service, region_name=self.region or _ANY_REGION, config=_SOON
                )
            except ValueError as error:
                # botocore's error for an endpoint that is no address.
                raise BadInput(f"AWS_ENDPOINT_URL: {error}; unset it, or set an address such as https://host") from None
        return self._clients[service]
