import pytest

from course_kit.model_ids import OFFLINE_MODEL_ID
from local_aws.errors import LocalAwsError
from local_aws.settings import LocalSettings


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "COURSEWRIGHT_LOCAL_PORT",
        "COURSEWRIGHT_MODEL_URL",
        "COURSEWRIGHT_MODEL_NAME",
        "COURSEWRIGHT_FAULT_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_the_offline_author_writes_on_any_port() -> None:
    # When
    settings = LocalSettings.from_environment()
    # Then
    assert (settings.forced_port, settings.model_url, settings.model_id) == (None, None, OFFLINE_MODEL_ID)


@pytest.mark.parametrize("url", ["http://localhost:11434", "http://localhost:11434/", "http://localhost:11434/v1/"])
def test_a_model_servers_address_is_taken_with_and_without_its_version(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_MODEL_URL", url)
    monkeypatch.setenv("COURSEWRIGHT_MODEL_NAME", "qwen3:8b")
    # When
    settings = LocalSettings.from_environment()
    # Then
    assert (settings.model_url, settings.model_id) == ("http://localhost:11434", "qwen3:8b")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"COURSEWRIGHT_LOCAL_PORT": "https"}, "COURSEWRIGHT_LOCAL_PORT: found 'https', expected a port number"),
        ({"COURSEWRIGHT_LOCAL_PORT": "0"}, "COURSEWRIGHT_LOCAL_PORT: found '0', expected a port number"),
        ({"COURSEWRIGHT_LOCAL_PORT": "65536"}, "COURSEWRIGHT_LOCAL_PORT: found '65536', expected a port number"),
        ({"COURSEWRIGHT_MODEL_URL": "localhost:11434"}, "COURSEWRIGHT_MODEL_URL: found 'localhost:11434', expected"),
        ({"COURSEWRIGHT_MODEL_URL": "http://localhost:11434"}, "COURSEWRIGHT_MODEL_NAME: found nothing, expected"),
        (
            {"COURSEWRIGHT_MODEL_URL": "http://localhost:11434", "COURSEWRIGHT_MODEL_NAME": OFFLINE_MODEL_ID},
            f"COURSEWRIGHT_MODEL_NAME: found {OFFLINE_MODEL_ID!r}, expected a name",
        ),
        (
            {"COURSEWRIGHT_MODEL_URL": "http://localhost:11434", "COURSEWRIGHT_MODEL_NAME": "a,b"},
            "COURSEWRIGHT_MODEL_NAME: found 'a,b', expected a name without commas",
        ),
        (
            {"COURSEWRIGHT_FAULT_PROXY": "bedrock,sqs"},
            "COURSEWRIGHT_FAULT_PROXY: found 'sqs', expected some of bedrock, s3",
        ),
    ],
)
def test_bad_settings_are_named(environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # When / Then
    with pytest.raises(LocalAwsError) as refused:
        LocalSettings.from_environment()
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_the_fault_proxy_is_for_the_services_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    monkeypatch.setenv("COURSEWRIGHT_FAULT_PROXY", "s3, bedrock")
    # When / Then
    assert LocalSettings.from_environment().proxied_services == ("s3", "bedrock")
    monkeypatch.delenv("COURSEWRIGHT_FAULT_PROXY")
    assert LocalSettings.from_environment().proxied_services == ()
