"""One interface to the language model: Amazon Bedrock or any OpenAI-compatible server.

Retries have two layers, so that they do not multiply. `ModelRetries` works inside the function; then the state machine
retries the step on the typed errors raised here. A retry reuses saved artefacts, so it pays only for missing ones.
botocore, the OpenAI client and strands try once.

There is no agent: one message gets one answer. A loop that runs tools would continue as long as a model calls some.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

import boto3
from botocore.config import Config
from pydantic import BaseModel
from strands.models.bedrock import BedrockModel
from strands.tools.structured_output import convert_pydantic_to_tool_spec
from strands.types.content import Messages
from strands.types.tools import ToolSpec

from course_kit.errors import CourseError, TextRejected
from course_kit.model.call_budget import CallBudget
from course_kit.model.chat_model import ChatModel
from course_kit.model.converse_model import ConverseModel
from course_kit.model.drafts import current_unit
from course_kit.model.model_answer import Ending, ModelAnswer
from course_kit.model.model_errors import typed_errors
from course_kit.model.model_limits import AnswerLimits, known_model
from course_kit.model.model_retries import ModelRetries
from course_kit.model.openai_key import openai_api_key
from course_kit.model.prompt_cache import PromptCache
from course_kit.model.structured_answers import Read, as_said, read_answer
from course_kit.models import KnownTextModel
from course_kit.price_rows import DEFAULT_TIER, ModelPrices
from course_kit.records.spending import Spending
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.step_metrics import count_usage
from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import SystemPrompt
from course_kit.usage import Usage

Decided = TypeVar("Decided", bound=BaseModel)

# The turns of a structured answer: the tool call, one more after an answer without a call, and one repair of invalid
# arguments. Without this limit, a model that never calls would be asked and paid without end.
_DECISION_TURNS = 3
# The answer to a call that only fills the cache is not read.
_READY, _TOKENS_OF_READY = "Answer with one word: ready.", 16
# A long lesson streams for minutes, but a connection that is silent for this long is dead. The limit cannot be lower:
# local AWS sends an answer only when complete, and a model on a laptop takes minutes.
_READ_TIMEOUT_SECONDS = 600
# The most parallel texts of a function (`lesson_max_concurrency`); with botocore's default of 10, others would wait.
_MAX_CONNECTIONS = 50


class AnsweringModel(Protocol):
    """One model of one provider."""

    async def answer(
        self, messages: Messages, *, system: str, max_tokens: int, tool: ToolSpec | None, must_call: bool
    ) -> ModelAnswer:
        """Send a conversation and return its next message."""
        ...


@dataclass(frozen=True)
class Reply:
    """One answer in text. ``is_cut_off`` means that the token limit ended the answer.

    ``called`` is the name of a tool that the model called, although none was offered.
    """

    text: str
    is_cut_off: bool
    usage: Usage
    called: str = ""


@dataclass(frozen=True)
class Decision(Generic[Decided]):
    """One validated answer in a given shape.

    ``left_out`` names invalid items that were left out, when that is allowed.
    """

    value: Decided
    usage: Usage
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Terms:
    """The settings of every call in a conversation."""

    model: AnsweringModel
    model_id: str
    system: str
    limits: AnswerLimits
    budget: CallBudget
    prices: ModelPrices | None
    is_short: bool
    """Whether the model is the short one, whose usage is counted apart."""
    tool: ToolSpec | None = None


class Conversation:
    """A conversation with the model about one piece of work, with its history."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._messages: Messages = []
        self.used = Usage()
        """The usage of all answers so far, also of unusable ones."""

    @property
    def continuations(self) -> int:
        """The allowed continuations of a text that was cut off."""
        return self._terms.limits.continuations

    async def say(self, text: str) -> Reply:
        """Send a message and return the answer; raises the typed errors of the module."""
        used_before = self.used
        answer = await self.ask(text)
        return Reply(
            text=answer.text,
            is_cut_off=answer.ending is Ending.CUT_OFF,
            usage=self.used - used_before,
            called=answer.calls[0].name if answer.calls else "",
        )

    async def ask(self, text: str, *, must_call: bool = False) -> ModelAnswer:
        """Send a message and return the unchecked answer; raises the typed errors of the module."""
        self._messages.append({"role": "user", "content": [{"text": text}]})
        answer = await self._remembered(must_call=must_call)
        self._messages.append({"role": "assistant", "content": [{"text": as_said(answer)}]})
        return answer

    async def _remembered(self, *, must_call: bool) -> ModelAnswer:
        """Return the saved answer of an earlier attempt to the same question, else ask the model."""
        terms, unit = self._terms, current_unit()
        if unit is None:
            return await self._answered(must_call=must_call)
        asked = fingerprint_of(terms.model_id, terms.system, self._messages, terms.tool and terms.tool["name"])
        place = unit.place_of(asked)
        known = unit.answer_to(place)
        if known is not None:
            return known
        answer = await self._answered(must_call=must_call)
        unit.remember(place, answer)
        return answer

    async def _answered(self, *, must_call: bool) -> ModelAnswer:
        unit = current_unit()
        retries = ModelRetries(unit.tell if unit else None)
        while True:
            try:
                return await self._asked_once(must_call=must_call)
            except CourseError as error:
                if not await retries.has_waited(error):
                    raise

    async def _asked_once(self, *, must_call: bool) -> ModelAnswer:
        terms, unit = self._terms, current_unit()
        if unit is not None:
            await unit.keep()
        sent = [self._messages, terms.system, terms.tool]
        max_tokens = terms.limits.for_call(sent)
        async with terms.budget.paid(sent) as bill:
            with typed_errors(terms.model_id):
                answer = await terms.model.answer(
                    self._messages,
                    system=terms.system,
                    max_tokens=max_tokens,
                    tool=terms.tool,
                    must_call=must_call,
                )
            if terms.is_short:
                answer = answer.model_copy(update={"usage": answer.usage.by_short_model()})
            bill.usage = answer.usage
        # The call is paid, even if its answer is not used.
        self.used += answer.usage
        count_usage(answer.usage, terms.prices)
        if unit is not None:
            unit.pay(answer.usage)
        if fault := answer.fault(may_call=terms.tool is not None):
            raise fault
        return answer


class TextModel:
    """The text model of one provider. Cheap to create; one for each function environment.

    ``is_short`` asks for the model of short texts, which without one of its own is the same. ``caches`` is whether
    prompts get cache points where the model takes them.
    """

    def __init__(
        self,
        provider: ModelProvider,
        environment: FunctionEnvironment,
        *,
        spending: Spending | None,
        is_short: bool = False,
        caches: bool = True,
    ) -> None:
        models = environment.models
        self._provider = provider
        self._environment = environment
        self._spending = spending
        self._caches = caches and provider is not ModelProvider.OPENAI
        self._is_short = is_short and models.own_short_text(provider) is not None
        self.model_id = models.short_text(provider) if is_short else models.text(provider)
        """The provider's id of the model."""

    @property
    def longest_answer(self) -> int | None:
        """The most tokens that an answer of the model can have; None when that is not known."""
        return self._known.max_output_tokens if self._known else None

    @property
    def _prices(self) -> ModelPrices | None:
        """A run with a budget has its own prices; else the published ones, which may lack the model."""
        if self._spending:
            prices = self._spending.budget.prices
            return prices.of_short if self._is_short else prices
        return self._environment.models.prices_if_known(self._provider, self.model_id)

    @property
    def _known(self) -> KnownTextModel | None:
        return known_model(self._environment, self._provider, self.model_id)

    @property
    def _cache(self) -> PromptCache:
        return PromptCache.of(self._known if self._caches else None)

    def conversation(self, *, system: str, max_tokens: int, shape: type[BaseModel] | None = None) -> Conversation:
        """Start a conversation; ``max_tokens`` limits every answer, and ``shape`` is the tool's arguments, if any."""
        limits = AnswerLimits(self.model_id, max_tokens, self._known)
        tool = convert_pydantic_to_tool_spec(shape) if shape else None
        return Conversation(
            _Terms(
                model=self._model(shape),
                model_id=self.model_id,
                system=system,
                limits=limits,
                budget=CallBudget(
                    self._spending,
                    limits.max_tokens,
                    is_short=self._is_short,
                    may_cache=self._cache.has_point(system, tool),
                ),
                prices=self._prices,
                is_short=self._is_short,
                tool=tool,
            )
        )

    async def warm_cache(self, shared: str) -> bool:
        """Have the provider cache what many calls send first, by one call before them; False where it caches nothing.

        Calls that begin together would all write the cache, each at a higher price than without it. Raises as
        `Conversation.say`.
        """
        if not self._cache.has_point(shared, None):
            return False
        await self.conversation(system=SystemPrompt(shared, _READY), max_tokens=_TOKENS_OF_READY).say(_READY)
        return True

    async def decide(
        self, prompt: str, shape: type[Decided], *, system: str, max_tokens: int, keeps_valid_items: bool = False
    ) -> Decision[Decided]:
        """Ask for an answer in the shape of a pydantic model: a tool call, or unambiguous JSON in the text.

        Parameters
        ----------
        keeps_valid_items
            Whether invalid items of lists are left out and named, if other items are valid. Otherwise the whole answer
            is requested again.

        Raises
        ------
        TextRejected
            The model gave no valid answer, or refused.
        ModelThrottled, ModelUnavailable, RequestInvalid, BudgetExceeded
            As `Conversation.say`.
        """
        conversation = self.conversation(system=system, max_tokens=max_tokens, shape=shape)
        message, must_call = prompt, False
        read = Read[Decided](value=None, faults=())
        for _ in range(_DECISION_TURNS):
            try:
                answer = await conversation.ask(message, must_call=must_call)
            except TextRejected as error:
                raise TextRejected(f"{shape.__name__}: {error}") from error
            read = read_answer(answer, shape, keeps_valid_items=keeps_valid_items)
            if read.value is not None:
                return Decision(value=read.value, usage=conversation.used, left_out=read.faults)
            if answer.ending is Ending.CUT_OFF:
                raise TextRejected(f"{shape.__name__}: the answer was cut off by max_tokens ({answer.stop_reason})")
            message, must_call = read.asking_again(shape), not answer.calls
        raise TextRejected(f"{shape.__name__}: no valid answer in {_DECISION_TURNS} turns: {'; '.join(read.faults)}")

    def _model(self, shape: type[BaseModel] | None) -> AnsweringModel:
        if self._provider is not ModelProvider.OPENAI:
            environment = self._environment
            shared = _bedrock_model(
                self.model_id, environment.guardrail_id, environment.guardrail_version, environment.models.service_tier
            )
            return ConverseModel.of(shared, shape, self._known, self._cache)
        return ChatModel(
            {
                "api_key": openai_api_key(self._environment),
                "base_url": self._environment.openai_base_url,
                "max_retries": 0,
                "timeout": _READ_TIMEOUT_SECONDS,
            },
            self.model_id,
        )


@lru_cache
def _bedrock_model(
    model_id: str, guardrail_id: str = "", guardrail_version: str = "", service_tier: str = DEFAULT_TIER
) -> BedrockModel:
    """Return the model with a client that all calls of a function share: a new client takes 130 ms a step."""
    options = BedrockModel.BedrockConfig(model_id=model_id)
    if guardrail_id:
        # A guardrail's intervention is a stop reason, which is named in the lesson's error. The conversation must not
        # be logged.
        options["guardrail_id"], options["guardrail_version"] = guardrail_id, guardrail_version
        options["guardrail_trace"], options["guardrail_redact_input"] = "disabled", False
    if service_tier != DEFAULT_TIER:
        options["service_tier"] = service_tier
    return BedrockModel(
        boto_session=boto3.Session(),
        boto_client_config=Config(
            # One attempt, but paced: after a throttle this client calls more slowly for a while. With `ModelRetries` on
            # top, no lesson was lost under a tight quota. It took the same time as without pacing, with a third fewer
            # throttles (benchmarks/results/pacing.json). botocore's own three attempts lost three lessons of thirty.
            retries={"mode": "adaptive", "total_max_attempts": 1},
            read_timeout=_READ_TIMEOUT_SECONDS,
            max_pool_connections=_MAX_CONNECTIONS,
        ),
        **options,
    )
