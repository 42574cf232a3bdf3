"""The doctor on this machine: local AWS that does not run, and a model server that cannot write what is asked for."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from coursewright.doctor.examination import examine
from coursewright.doctor.finding import Verdict
from coursewright.doctor.local_checks import LOCAL_CHECKS
from coursewright.doctor.local_machine import LocalMachine
from coursewright.doctor.local_writer import check_context, check_writer
from coursewright.outline_file import OutlineFile
from local_aws.certificate import ensure_certificate
from local_aws.state import LocalState

SAMPLES = Path(__file__).parents[3] / "samples"
SERVER = "http://localhost:11434"
Answers = dict[str, object]


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LocalMachine]:
    """Local AWS as it was last started, writing with a model server of the user's own, unless said otherwise."""
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path))
    certificate, _ = ensure_certificate(tmp_path)

    def start(outline: OutlineFile | None = None, **changes: object) -> LocalMachine:
        state = {
            "emulator_port": 9,
            "certificate": certificate,
            "server_version": "it",
            "model_url": SERVER,
            "text_model_id": "qwen3:8b",
            "is_offline": False,
            **changes,
        }
        LocalState.model_validate(state).save()
        return LocalMachine(outline)

    return start


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], None]:
    """Have a model server that answers so; what it does not know is not found."""

    def use(answers: Answers) -> None:
        def get(url: str, **_: object) -> httpx.Response:
            path = url.removeprefix(SERVER)
            request = httpx.Request("GET", url)
            if path not in answers:
                return httpx.Response(404, request=request)
            return httpx.Response(200, json=answers[path], request=request)

        monkeypatch.setattr(httpx, "get", get)

    return use


def test_local_aws_that_does_not_run_is_one_wrong_line_and_what_depends_on_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path))
    # When
    findings = {finding.name: finding for finding in examine(LOCAL_CHECKS, LocalMachine())}
    # Then
    assert findings["running"].verdict is Verdict.WRONG
    assert findings["running"].fix == "coursewright local up"
    assert findings["certificate"].found == "not looked at: it needs running"
    assert [each.name for each in findings.values() if each.verdict is Verdict.WRONG] == ["running"]
    assert findings["alias"].found.startswith("not on local AWS")


def test_a_port_that_answers_no_more_is_wrong(started: Callable[..., LocalMachine]) -> None:
    # Given: the state of servers that have ended; port 9 has nobody.
    machine = started()
    # When
    findings = {finding.name: finding for finding in examine(LOCAL_CHECKS, machine)}
    # Then
    assert findings["running"].verdict is Verdict.WRONG
    assert "https://127.0.0.1:9" in findings["running"].found


def test_settings_that_cannot_be_read_are_wrong_in_their_own_words(
    started: Callable[..., LocalMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", "localhost")
    findings = {finding.name: finding for finding in examine(LOCAL_CHECKS, started())}
    assert findings["settings"].verdict is Verdict.WRONG
    assert "COURSEWRIGHT_MODEL_URL" in findings["settings"].found


def test_a_model_server_has_to_have_the_model(
    started: Callable[..., LocalMachine], serve: Callable[[Answers], None]
) -> None:
    # Given
    machine = started()
    serve({"/v1/models": {"data": [{"id": "llama3.1:latest"}]}})
    # When
    looked = check_writer(machine)
    # Then
    assert looked.verdict is Verdict.WRONG
    assert f"{SERVER} has no model qwen3:8b" in looked.found
    assert "llama3.1:latest" in looked.fix
    # And: by the name that Ollama lists it under, and with a server that lists nothing.
    assert check_writer(started(text_model_id="llama3.1")).verdict is Verdict.OK
    serve({})
    assert check_writer(machine).verdict is Verdict.OK


def test_a_model_server_that_is_not_there_is_wrong(started: Callable[..., LocalMachine]) -> None:
    looked = check_writer(started(model_url="http://127.0.0.1:9"))
    assert looked.verdict is Verdict.WRONG
    assert "http://127.0.0.1:9" in looked.found


TELLING: dict[str, Callable[[int], Answers]] = {
    "vLLM": lambda tokens: {"/v1/models": {"data": [{"id": "qwen3:8b", "max_model_len": tokens}]}},
    "llama.cpp": lambda tokens: {
        "/v1/models": {"data": [{"id": "qwen3:8b", "meta": {"n_ctx_train": 131_072}}]},
        "/props": {"default_generation_settings": {"n_ctx": tokens}},
    },
    "Ollama": lambda tokens: {
        "/v1/models": {"data": [{"id": "qwen3:8b"}]},
        "/api/ps": {
            "models": [{"name": "another", "context_length": 1}, {"name": "qwen3:8b", "context_length": tokens}]
        },
    },
}


@pytest.mark.parametrize("server", TELLING)
def test_a_context_that_is_too_short_is_wrong_whoever_tells_it(
    server: str, started: Callable[..., LocalMachine], serve: Callable[[Answers], None]
) -> None:
    # Given
    machine = started(OutlineFile.read(SAMPLES / "kubernetes-foundations.yaml"))
    serve(TELLING[server](4_096))
    # When
    short = check_context(machine)
    serve(TELLING[server](131_072))
    # Then
    assert short.verdict is Verdict.WRONG
    assert short.found.startswith("4,096 tokens, ")
    assert "OLLAMA_CONTEXT_LENGTH" in short.fix
    assert check_context(machine).verdict is Verdict.OK


def test_a_context_that_no_server_tells_is_unknown(
    started: Callable[..., LocalMachine], serve: Callable[[Answers], None]
) -> None:
    serve({})
    assert check_context(started()).verdict is Verdict.UNKNOWN
    assert check_context(started(is_offline=True)).verdict is Verdict.SKIPPED
