"""Runs a case against a real server, through the real clients, and says what became of it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from course_kit.errors import CourseError
from course_kit.model import model_provider
from course_kit.model.checked_text import write_checked
from course_kit.model.model_provider import TextModel
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ModelProvider
from course_kit.usage import Usage
from tests.support.serving import serving
from tests.support.wire.cases import PLAN, PLAN_WITH_A_MARK, WHOLE, Asked, Case
from tests.support.wire.servers import ScriptedServer
from visual_planner.visual_plan import VisualPlan

_MODEL_ID = "anthropic.claude-test"
_SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class Outcome:
    """What became of a case; ``error`` is the type of the error that left, and says what happens next."""

    words: str
    calls: int
    error: str
    usage: Usage

    def row(self, case: Case) -> str:
        """Return the case's line of the table."""
        cells = (
            case.server,
            case.asked,
            case.words,
            self.words,
            str(self.calls),
            f"`{self.error}`" if self.error else "",
        )
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def outcome_of(case: Case) -> Outcome:
    """Run one case."""
    server = ScriptedServer(case.answers)
    with serving(server.app) as url, text_model(case, url) as model:
        try:
            words, usage = asyncio.run(_made(case, model))
            error = ""
        except CourseError as failure:
            said = " ".join(str(failure).replace("`", "").split())
            words = said if len(said) <= _SHOWN_CHARACTERS else f"{said[:_SHOWN_CHARACTERS]}…"
            error, usage = type(failure).__name__, Usage()
    return Outcome(words, len(server.asked), error, usage)


async def _made(case: Case, model: TextModel) -> tuple[str, Usage]:
    if case.asked is Asked.PLAN:
        decision = await model.decide("Plan.", VisualPlan, system="You plan.", max_tokens=1000)
        plans = {"the whole plan": PLAN, "the whole plan, a replacement mark for the half": PLAN_WITH_A_MARK}
        made = [words for words, plan in plans.items() if decision.value == VisualPlan.model_validate(plan)]
        return (made[0] if made else "another plan"), decision.usage
    text, usage = await write_checked(
        model.conversation(system="You write.", max_tokens=1000),
        "Write.",
        faults_of=lambda _: [],
        repair_prompt=lambda _: "Once more.",
        subject="lesson",
    )
    replaced = WHOLE.replace("😀", "\N{REPLACEMENT CHARACTER}")
    words = {WHOLE: "the whole text", replaced: "the whole text, a replacement mark for the half"}
    return words.get(text, "another text"), usage


@contextmanager
def text_model(case: Case, url: str) -> Iterator[TextModel]:
    """Yield a model of the server at a URL, without pauses between its calls."""
    provider = ModelProvider.BEDROCK if case.is_bedrock else ModelProvider.OPENAI
    environment = FunctionEnvironment(
        COURSE_BUCKET="bucket", TEXT_MODEL_ID=_MODEL_ID, OPENAI_TEXT_MODEL_ID="test-model", OPENAI_BASE_URL=f"{url}/v1"
    )
    aws = {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    model_provider._bedrock_model.cache_clear()
    with (
        patch.dict(os.environ, aws),
        patch("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0),
        patch("course_kit.model.model_provider.openai_api_key", lambda _: "sk-test"),
    ):
        yield TextModel(provider, environment, spending=None)
    model_provider._bedrock_model.cache_clear()
