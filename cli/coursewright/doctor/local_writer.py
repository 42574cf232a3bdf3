"""Checks of local AWS's text model: it answers, has the right name, and has a context for lessons.

Servers tell the context in vLLM's `/v1/models` (``max_model_len``), llama.cpp's `/props` (``n_ctx``) and Ollama's
`/api/ps` (``context_length`` of a loaded model).
"""

from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from course_kit.data_models import OpenModel
from course_kit.forecast.course_estimate import estimate_course
from course_kit.forecast.writers import MODEL
from coursewright.doctor.finding import Outcome
from coursewright.doctor.local_machine import LocalMachine
from coursewright.doctor.outline_work import content_type_of

_SECONDS = 5
USUAL_CONTEXT = 16_384
"""Tokens that the calls of usual lessons fit into; docs/local-aws.md recommends it."""
_LONGER = "give it a longer one (Ollama: OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len, llama.cpp: --ctx-size)"

_Form = TypeVar("_Form", bound=BaseModel)


class _Listed(OpenModel):
    id: str
    max_model_len: int | None = None


class _Models(BaseModel):
    data: tuple[_Listed, ...] = ()


class _Generation(BaseModel):
    n_ctx: int


class _Properties(BaseModel):
    default_generation_settings: _Generation


class _Loaded(BaseModel):
    name: str
    context_length: int


class _AllLoaded(BaseModel):
    models: tuple[_Loaded, ...] = ()


@dataclass(frozen=True)
class _ModelServer:
    url: str
    model: str

    def models(self) -> _Models:
        """Raise ``HTTPError`` when nothing answers; a server without a list has no models."""
        answer = httpx.get(f"{self.url}/v1/models", trust_env=False, timeout=_SECONDS)
        return _Models.model_validate_json(answer.content) if answer.is_success else _Models()

    def context(self) -> int | None:
        """Return the server's context in tokens; None when unknown."""
        listed = [each.max_model_len for each in self.models().data if each.id == self.model and each.max_model_len]
        if listed:
            return listed[0]
        if properties := self._read("/props", _Properties):
            return properties.default_generation_settings.n_ctx
        loaded = self._read("/api/ps", _AllLoaded)
        names = {self.model, f"{self.model}:latest"}
        return next((each.context_length for each in loaded.models if each.name in names), None) if loaded else None

    def _read(self, path: str, form: type[_Form]) -> _Form | None:
        try:
            answer = httpx.get(f"{self.url}{path}", trust_env=False, timeout=_SECONDS)
            return form.model_validate_json(answer.content) if answer.is_success else None
        except (httpx.HTTPError, ValidationError):
            return None


def check_writer(machine: LocalMachine) -> Outcome:
    """Whether the model server answers and has the requested model."""
    state = machine.started
    if state.is_offline:
        return Outcome.ok("the offline author: its text shows a book's form, not its content")
    try:
        listed = _ModelServer(state.own_model_url, state.text_model_id).models().data
    except httpx.HTTPError as error:
        return Outcome.wrong(
            f"nothing answers at {state.own_model_url} ({error})",
            "start the model server, or unset COURSEWRIGHT_MODEL_URL for the offline author",
        )
    except ValidationError:
        listed = ()
    names = [each.id for each in listed]
    if names and not {state.text_model_id, f"{state.text_model_id}:latest"} & set(names):
        return Outcome.wrong(
            f"{state.own_model_url} has no model {state.text_model_id}",
            f"set COURSEWRIGHT_MODEL_NAME to one of {', '.join(names[:5])}, or have the server load it",
        )
    return Outcome.ok(f"{state.text_model_id} at {state.own_model_url}")


def check_context(machine: LocalMachine) -> Outcome:
    """Whether the longest call fits into the model's context; otherwise answers are cut off and look complete."""
    state = machine.started
    if state.is_offline:
        return Outcome.skipped("the offline author has none")
    needed = _longest_call(machine)
    context = _ModelServer(state.own_model_url, state.text_model_id).context()
    if context is None:
        return Outcome.unknown(f"the server does not tell it; {needed:,} tokens are needed", _LONGER)
    found = f"{context:,} tokens, {needed:,} are needed"
    return Outcome.ok(found) if context >= needed else Outcome.wrong(found, _LONGER)


def _longest_call(machine: LocalMachine) -> int:
    if machine.outline is None:
        return USUAL_CONTEXT
    outline = machine.outline.outline
    course = estimate_course(outline, outline.module_numbers, content_type_of(machine.outline), MODEL)
    return max((call.input_tokens + call.max_tokens for call in course.calls), default=USUAL_CONTEXT)
