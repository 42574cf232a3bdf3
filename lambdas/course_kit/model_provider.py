"""The language model behind one small interface: Amazon Bedrock or any OpenAI-compatible server, through strands.

Retries are set in one place each so that they do not multiply: `ModelRetries` inside the function, then the state
machine, which retries the step on the typed errors raised here; what was already made is reused then, so a retry costs
only what is missing. botocore, the OpenAI client and strands try once.
"""

from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import boto3
from botocore.config import Config
from pydantic import BaseModel
from strands import Agent
from strands.models import Model
from strands.models.bedrock import BedrockModel
from strands.types.content import Message
from strands.types.exceptions import MaxTokensReachedException

from course_kit.call_budget import CallBudget
from course_kit.environment import FunctionEnvironment
from course_kit.errors import LessonRejected, ModelUnavailable
from course_kit.events import ModelProvider
from course_kit.model_errors import typed_errors
from course_kit.model_retries import ModelRetries
from course_kit.openai_key import openai_api_key
from course_kit.prices import ModelPrices, published_prices
from course_kit.spending import Spending
from course_kit.step_metrics import count_usage
from course_kit.usage import Usage

Decided = TypeVar("Decided", bound=BaseModel)

# A structured answer may take three turns: the tool call, one more when the model talked instead of calling, one
# repair of arguments that did not validate. Without the bound a stubborn model would be asked (and paid) for ever.
_DECISION_TURNS = 3
# A long lesson streams for minutes, but a silent connection for this long is dead. Not less: local AWS passes an answer
# on when it is whole, and a model on a laptop takes minutes for one.
_READ_TIMEOUT_SECONDS = 600
# As many as a function may write at once (`lesson_max_concurrency`); botocore's own 10 would make the others wait.
_MAX_CONNECTIONS = 50
# ministack answers with this text when the server behind it cannot be reached; a book must never hold it.
_EMULATOR_PLACEHOLDER = "[ministack mock"


@dataclass(frozen=True)
class Reply:
    """One answer in text. ``is_cut_off`` tells that ``max_tokens`` ended it, not the writer."""

    text: str
    is_cut_off: bool
    usage: Usage


@dataclass(frozen=True)
class Decision(Generic[Decided]):
    """One answer in a given shape, validated."""

    value: Decided
    usage: Usage


class Conversation:
    """A dialogue with the model about one piece of work; it remembers what was said."""

    def __init__(self, agent: Agent, prices: ModelPrices | None) -> None:
        self._agent = agent
        self._prices = prices
        self._used = Usage()

    async def say(self, text: str) -> Reply:
        """Send a message and return the answer; raises the typed errors of the module."""
        is_cut_off = False
        with typed_errors():
            try:
                await self._agent.invoke_async(text)
            except MaxTokensReachedException:
                is_cut_off = True
        _refuse_placeholder(self._agent)
        reply = _text_of(self._agent.messages[-1])
        total = _usage_of(self._agent)
        usage = Usage(
            model_calls=total.model_calls - self._used.model_calls,
            input_tokens=total.input_tokens - self._used.input_tokens,
            output_tokens=total.output_tokens - self._used.output_tokens,
        )
        self._used = total
        count_usage(usage, self._prices)
        return Reply(text=reply, is_cut_off=is_cut_off, usage=usage)


class TextModel:
    """The text model of one provider. Cheap to make; one a function environment."""

    def __init__(self, provider: ModelProvider, environment: FunctionEnvironment, *, spending: Spending | None) -> None:
        self._provider = provider
        self._environment = environment
        self._spending = spending

    @property
    def model_id(self) -> str:
        """The provider's own name of the model."""
        if self._provider is ModelProvider.OPENAI:
            return self._environment.openai_text_model_id
        return self._environment.text_model_id

    @property
    def _prices(self) -> ModelPrices | None:
        """A run with a budget brings its own; else the published ones, which may not have the model."""
        return self._spending.budget.prices if self._spending else published_prices().prices_if_known(self.model_id)

    def conversation(self, *, system: str, max_tokens: int) -> Conversation:
        """Start a dialogue; every answer is bounded by ``max_tokens``."""
        return Conversation(self._agent(system, max_tokens), self._prices)

    async def decide(self, prompt: str, shape: type[Decided], *, system: str, max_tokens: int) -> Decision[Decided]:
        """Ask for an answer in the shape of a pydantic model (a tool call, never JSON in text).

        Raises ``LessonRejected`` when the model cannot be brought to the shape, else the typed errors of the module.
        """
        agent = self._agent(system, max_tokens)
        try:
            with typed_errors():
                result = await agent.invoke_async(
                    prompt, structured_output_model=shape, limits={"turns": _DECISION_TURNS}
                )
        except (MaxTokensReachedException, LessonRejected) as error:
            _refuse_placeholder(agent)
            raise LessonRejected(f"{shape.__name__}: {error}") from error
        finally:
            count_usage(_usage_of(agent), self._prices)
        if not isinstance(result.structured_output, shape):
            _refuse_placeholder(agent)
            raise LessonRejected(f"{shape.__name__}: no valid answer in {_DECISION_TURNS} turns")
        return Decision(value=result.structured_output, usage=_usage_of(agent))

    def _agent(self, system: str, max_tokens: int) -> Agent:
        return Agent(
            model=self._model(max_tokens),
            system_prompt=system,
            callback_handler=None,
            retry_strategy=None,
            # The budget last: after a call the last comes first, so a throttled call's money is free in the pause.
            hooks=[ModelRetries(), *([CallBudget(self._spending, max_tokens=max_tokens)] if self._spending else [])],
            load_tools_from_directory=False,
        )

    def _model(self, max_tokens: int) -> Model:
        if self._provider is ModelProvider.OPENAI:
            return self._openai_model(max_tokens)
        model = copy(_bedrock_model(self.model_id))
        model.config = BedrockModel.BedrockConfig(**{**model.config, "max_tokens": max_tokens})
        return model

    def _openai_model(self, max_tokens: int) -> Model:
        from strands.models.openai import OpenAIModel

        return OpenAIModel(
            client_args={
                "api_key": openai_api_key(self._environment),
                "base_url": self._environment.openai_base_url,
                "max_retries": 0,
                "timeout": _READ_TIMEOUT_SECONDS,
            },
            model_id=self.model_id,
            params={"max_completion_tokens": max_tokens},
        )


@lru_cache
def _bedrock_model(model_id: str) -> BedrockModel:
    """Return the model whose client all calls of a function share: new ones cost 130 ms a step."""
    return BedrockModel(
        boto_session=boto3.Session(),
        model_id=model_id,
        boto_client_config=Config(
            # One attempt, but paced: after a throttle this client asks more slowly for a while. `ModelRetries` on top
            # of it lost no lesson under a tight quota, in the same time as alone with a third fewer throttles
            # (benchmarks/results/pacing.json); botocore's own three attempts lost three lessons of thirty.
            retries={"mode": "adaptive", "total_max_attempts": 1},
            read_timeout=_READ_TIMEOUT_SECONDS,
            max_pool_connections=_MAX_CONNECTIONS,
        ),
    )


def _text_of(message: Message) -> str:
    return "".join(block.get("text", "") for block in message["content"])


def _refuse_placeholder(agent: Agent) -> None:
    if any(_text_of(message).startswith(_EMULATOR_PLACEHOLDER) for message in agent.messages):
        raise ModelUnavailable("the model server behind the local Bedrock endpoint did not answer")


def _usage_of(agent: Agent) -> Usage:
    metrics = agent.event_loop_metrics
    return Usage(
        model_calls=metrics.cycle_count,
        input_tokens=metrics.accumulated_usage["inputTokens"],
        output_tokens=metrics.accumulated_usage["outputTokens"],
    )
