"""What a function imports before its first event: each heavy package that it can do without is a slower start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"
# Twenty milliseconds or more each, some with all that they bring along; boto3, pydantic and Powertools are everywhere.
HEAVY = {"strands", "openai", "markdown_it", "mermaidx", "typst", "pypandoc", "snowballstemmer", "tree_sitter"}
ASKS_A_MODEL = {"strands"}
EXPECTED = {
    "course_inbox": set(),
    "prepare_modules": set(),
    "course_planner": set(),
    "course_editor": {"markdown_it", "snowballstemmer"},
    "content_gen": ASKS_A_MODEL | {"markdown_it", "tree_sitter"},
    "visual_planner": ASKS_A_MODEL | {"markdown_it"},
    # Few diagrams need a repair by a model, and an image model has its client imported when there is one.
    "images_gen": {"mermaidx"},
    "study_writer": ASKS_A_MODEL | {"markdown_it"},
    "lab_planner": set(),
    "lab_writer": ASKS_A_MODEL | {"markdown_it"},
    "book_builder": {"markdown_it", "pypandoc", "snowballstemmer", "tree_sitter"},
    "pdf_renderer": {"typst"},
}


def imported_by(package: str) -> set[str]:
    """Return the packages that are there once a handler is imported, in a process of its own."""
    program = f"import sys, {package}.handler; print(*{{name.partition('.')[0] for name in sys.modules}})"
    environment = {**os.environ, "AWS_REGION": "us-east-1", "POWERTOOLS_TRACE_DISABLED": "true"}
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, encoding="utf-8"
    )
    return set(ran.stdout.split())


def test_every_function_is_listed() -> None:
    assert {path.parent.name for path in LAMBDAS.glob("*/handler.py")} == set(EXPECTED)


@pytest.mark.parametrize("package", EXPECTED)
def test_a_handler_imports_the_heavy_packages_that_every_event_needs_and_no_other(package: str) -> None:
    assert imported_by(package) & HEAVY == EXPECTED[package]
