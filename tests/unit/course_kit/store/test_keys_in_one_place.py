"""Keys of S3 objects are made in `course_kit.store`, and nowhere else of what runs on AWS or on the command line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_kit.store.artefact_keys import ProjectKeys

PROJECT = Path(__file__).resolve().parents[4]
STORE = PROJECT / "lambdas" / "course_kit" / "store"
MODULES = [
    path
    for root in ("lambdas", "cli")
    for path in sorted((PROJECT / root).rglob("*.py"))
    if not path.is_relative_to(STORE)
]
FOLDERS = "lessons|prompts|images|labguide|study|manifests|runs|spending|drafts|book|outlines"
# What can only be put behind the name of a project's folder, or looked for behind one.
_PART_OF_A_KEY = re.compile(rf"/(?:(?:{FOLDERS})(?:/|$)|(?:outline\.ya?ml|lease\.json)\b)")


def keys_made_in(source: str) -> Iterator[str]:
    """Yield every text of a module that begins with a part of a key; docstrings and comments are none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _PART_OF_A_KEY.match(node.value):
            yield f"line {node.lineno}: {node.value}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_no_key_is_made_or_read_by_hand(module: Path) -> None:
    assert list(keys_made_in(module.read_text(encoding="utf-8"))) == [], "keys are made in course_kit.store"


@pytest.mark.parametrize(
    "source",
    [
        'f"{project_folder}/outline.yaml"',
        'folder + "/manifests/module-01.json"',
        "re.compile(r'/lessons/module-(\\d+)')",
        'key.partition("/prompts/")',
        'f"{folder}/lease.json"',
    ],
)
def test_a_key_made_by_hand_is_found(source: str) -> None:
    assert len(list(keys_made_in(source))) == 1


@pytest.mark.parametrize(
    "source",
    ['"""P/lessons/module-1: a lesson."""', "folder.glob('*/book/site*/index.html')", '"images/x.png"', '"/booklet"'],
)
def test_other_texts_are_none(source: str) -> None:
    assert list(keys_made_in(source)) == []


def test_every_folder_of_a_project_is_looked_for() -> None:
    keys = ProjectKeys("P")
    made = [
        *(keys.lesson(1, 1, "T"), keys.prompt("01-01-0001", "d"), keys.image("01-01-0001", "png"), keys.lab_plan(1)),
        *(keys.study(1, 1), keys.manifest(1), keys.run("r"), keys.spending("r"), keys.draft("P/x")),
        *(keys.book("T", ".md"), keys.lease()),
    ]
    assert [key for key in made if not _PART_OF_A_KEY.match(key.removeprefix("P"))] == []
