from pathlib import Path

import pytest

from course_kit.model_ids import OFFLINE_MODEL_ID
from local_aws import deployment, kept
from tests.support.local_state import state


def test_a_model_of_the_users_own_is_not_asked_for_everything_at_once() -> None:
    # When
    offline, own = (
        deployment.app_context(each)
        for each in (state(), state(own_model_url="http://localhost:11434", text_model_id="qwen3:8b"))
    )
    # Then
    assert {key for key in offline if "concurrency" in key} == set()
    assert int(own["module_max_concurrency"]) * int(own["lesson_max_concurrency"]) <= 4
    assert own["text_model_id"] == "qwen3:8b"


def test_runs_may_go_on_with_every_model_that_one_has_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_STATE_DIR", str(tmp_path))
    for model_id in ("qwen3:8b", "gemma3"):
        kept.remember_model(model_id, "http://localhost:11434")
    # When
    own = deployment.app_context(state(own_model_url="http://localhost:11434", text_model_id="gemma3"))
    # Then
    assert own["further_text_model_ids"] == f"{OFFLINE_MODEL_ID},qwen3:8b"
    # And: in the order of their names, so that nothing is deployed for another order.
    assert deployment.app_context(state())["further_text_model_ids"] == "gemma3,qwen3:8b"


def test_the_bucket_outlasts_its_stack() -> None:
    assert deployment.app_context(state())["removal_policy"] == "retain"


def test_what_the_app_is_made_from_decides_whether_it_is_deployed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a project.
    for file in ("app.py", "cdk.json", "lambdas/content_gen/prompt.md", "lambdas/__pycache__/x.pyc"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file, encoding="utf-8")
    monkeypatch.setattr(deployment, "PROJECT_ROOT", tmp_path)
    first = deployment.deployed_version({"text_model_id": "a"})
    # When / Then
    (tmp_path / "lambdas/__pycache__/x.pyc").write_text("compiled again", encoding="utf-8")
    assert deployment.deployed_version({"text_model_id": "a"}) == first
    assert deployment.deployed_version({"text_model_id": "b"}) != first
    (tmp_path / "lambdas/content_gen/prompt.md").write_text("edited", encoding="utf-8")
    assert deployment.deployed_version({"text_model_id": "a"}) != first
