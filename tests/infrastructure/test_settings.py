"""Settings: strings of ``-c`` are read, ranges are checked, errors name the key and the fix."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from course_constructs.settings import PipelineSettings, SettingsInvalid, Target
from tests.support.stacks import CDK_JSON, settings_with

PROJECT = Path(__file__).resolve().parents[2]


def test_the_defaults_of_cdk_json_are_valid() -> None:
    settings = settings_with()
    assert settings.target is Target.AWS
    assert settings.module_max_concurrency == 3


def test_values_of_the_command_line_arrive_as_strings_and_are_read() -> None:
    settings = settings_with(module_max_concurrency="12", log_retention_days="7", target="local")
    assert (settings.module_max_concurrency, settings.log_retention_days, settings.target) == (12, 7, Target.LOCAL)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("module_max_concurrency", "0"),
        ("module_max_concurrency", "41"),
        ("module_max_concurrency", "many"),
        ("module_max_concurrency", None),
        ("lesson_max_concurrency", 51),
        ("image_max_concurrency", 17),
        ("functions_at_once", "2"),
        ("functions_at_once", "-1"),
        ("stage", "my stage"),
        ("target", "moon"),
        ("log_retention_days", "29"),
        ("removal_policy", "keep"),
        ("keep_versions_days", "29"),
        ("keep_versions_days", "-1"),
        ("keep_versions_days", "ever"),
        ("text_model_id", ""),
        ("openai_base_url", "ftp://x"),
        ("book_parts", "quiz,poster"),
        ("book_paper", "a5"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected_and_how_to_set_it(key: str, value: object) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        settings_with(**{key: value})
    [line] = str(refused.value).splitlines()
    assert line.startswith(f"{key}: found ")
    assert f"-c {key}=" in line


def test_all_wrong_settings_are_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        PipelineSettings.from_context({"target": "moon", "stage": "!"}.get)
    lines = str(refused.value).splitlines()
    assert len(lines) == len({line.split(":")[0] for line in lines}) == len(fields(PipelineSettings))


def run_app(context: dict[str, object], tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    """The app as the CDK command runs it, on a machine that knows no AWS account."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    environment |= {
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(tmp_path),
        "HOME": str(tmp_path),
        # The Node that set-up installed comes first: of an older one jsii would say so on standard error.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_the_app_ends_with_a_line_for_each_wrong_setting_and_without_a_traceback(tmp_path: Path) -> None:
    # Given: two wrong values on the command line.
    wrong = {"module_max_concurrency": "41", "target": "moon"}
    # When
    ended = run_app({**json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"], **wrong}, tmp_path)
    # Then
    assert ended.returncode == 2
    assert [line.split(", ")[0] for line in ended.stderr.splitlines()] == [
        "target: found 'moon'",
        "module_max_concurrency: found '41'",
    ]


def test_the_app_needs_no_aws_account(tmp_path: Path) -> None:
    context = {**json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"], "aws:cdk:bundling-stacks": []}
    assert run_app(context, tmp_path).returncode == 0
    [template] = tmp_path.glob("*.template.json")
    assert template.name == "Coursewright-dev.template.json"
    # And: it can go to any account, since nothing of one was looked up.
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")).get("missing", []) == []


def test_constructs_stays_a_source_root_so_that_the_library_of_that_name_is_found() -> None:
    import constructs

    assert not (PROJECT / "constructs" / "__init__.py").exists()
    assert hasattr(constructs, "Construct")
