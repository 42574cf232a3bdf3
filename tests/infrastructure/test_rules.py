"""Every template against the rules of others: cfn-lint, cdk-nag, checkov. Nothing is found unexplained."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Validations
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from stacks.course_stack import CourseStack
from tests.support.stacks import CONTEXT, VARIANTS, settings_with

PROJECT = Path(__file__).resolve().parents[2]
SECURITY_TOOLS = PROJECT / ".venv-audit" / "bin"


def write(templates: dict[str, Template], folder: Path) -> list[Path]:
    paths = []
    for name, template in templates.items():
        path = folder / f"{name.replace(' ', '-')}.template.json"
        path.write_text(json.dumps(template.to_json()), encoding="utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("variant", VARIANTS)
def test_cfn_lint_accepts_every_template(variant: str, variant_templates: dict[str, Template], tmp_path: Path) -> None:
    [path] = write({variant: variant_templates[variant]}, tmp_path)
    # W3005: a DependsOn beside a GetAtt says the same twice; CDK writes both. W3037: local AWS checks Converse under a
    # name that AWS has not.
    ignored = ["W3005", "W3037"] if variant == "local" else ["W3005"]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", *ignored, "--template", str(path)]
    linted = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert linted.returncode == 0, linted.stdout


def nag_findings(changes: dict[str, object], outdir: Path) -> list[str]:
    app = App(context={**CONTEXT, "aws:cdk:bundling-stacks": []}, analytics_reporting=False, outdir=str(outdir))
    CourseStack(app, "Coursewright-nag", settings=settings_with(**changes))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    # A finding makes synth raise; the report says all of them.
    report = outdir / "validation-report.json"
    try:
        app.synth()
    except RuntimeError as error:
        assert report.exists(), error
    return [
        f"{violation['ruleName']} at {construct['constructPath']}"
        for plugin in json.loads(report.read_text(encoding="utf-8"))["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_cdk_nag_finds_nothing_that_is_not_accepted_with_its_reason(variant: str, tmp_path: Path) -> None:
    assert nag_findings(VARIANTS[variant], tmp_path) == []


def test_cdk_nag_would_say_what_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: nothing is accepted.
    monkeypatch.setattr(Validations, "acknowledge", lambda *_: None)
    # When / Then
    assert "AwsSolutions-S1 at Coursewright-nag/CourseBucket/Bucket/Resource" in nag_findings({}, tmp_path)


def checkov(folder: Path) -> dict[str, list[dict[str, object]]]:
    program = SECURITY_TOOLS / "checkov"
    assert program.exists(), "checkov is not installed; run `make setup-audit`"
    ran = subprocess.run(
        [
            *(str(program), "--directory", str(folder), "--framework", "cloudformation"),
            *("--output", "json", "--compact", "--skip-download"),
        ],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    results: dict[str, list[dict[str, object]]] = json.loads(ran.stdout)["results"]
    return results


def test_checkov_finds_nothing_that_is_not_accepted_with_its_reason(
    variant_templates: dict[str, Template], tmp_path: Path
) -> None:
    # Given
    paths = write(variant_templates, tmp_path)
    # When
    results = checkov(tmp_path)
    # Then: it read every template, and what it skipped has a reason of more than a word.
    assert {Path(str(check["file_path"])).name for check in results["passed_checks"]} == {path.name for path in paths}
    assert [(check["check_id"], check["resource"]) for check in results["failed_checks"]] == []
    for check in results["skipped_checks"]:
        assert re.search(r"\w+ \w+", str(check["check_result"]["suppress_comment"])), check["check_id"]  # type: ignore[index]
