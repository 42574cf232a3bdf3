"""What the README and the docs say is so."""

import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from course_kit.outline import read_outline
from coursewright.main import app

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")])
SOURCES = ("benchmarks", "cli", "constructs", "docs", "lambdas", "local", "stacks", "tests", "tools")
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONFIGURATION = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")


def commands(page: Path) -> list[str]:
    return re.findall(r"^(?:\.venv/bin/)?coursewright [^#\n]+", page.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_setting_stands_in_the_configuration_page_with_its_default() -> None:
    context = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]
    # CDK's own feature flags are not settings of ours.
    context = {key: value for key, value in context.items() if not key.startswith("@aws-cdk")}
    # Keys are in lower case; variables of the environment are not.
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) ?\|", CONFIGURATION, re.MULTILINE)
    assert {key: default.strip("` ") for key, default in rows} == {
        key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in context.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_every_file_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)]
    files = [f"/{path}" for path in re.findall(r"\bsamples/[\w-]+\.yaml", text)]
    for path in (PROJECT / f".{link}" if link.startswith("/") else page.parent / link for link in [*links, *files]):
        assert path.exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_source_file_named_exists(page: Path) -> None:
    sources = {f"/{path.relative_to(PROJECT).as_posix()}" for root in SOURCES for path in (PROJECT / root).rglob("*.*")}
    named = re.findall(r"`([\w./-]+\.(?:py|lua|typ|css))`", page.read_text(encoding="utf-8"))
    missing = {name for name in named if not any(path.endswith(f"/{name}") for path in sources)}
    # The one that must not exist (docs/decisions.md).
    assert missing - {"constructs/__init__.py"} == set()


def test_architecture_lists_the_packages_of_the_shared_code_and_of_local() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = set(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)) - set(SOURCES) - {"layers", "samples"}
    shared = PROJECT / "lambdas" / "course_kit"
    assert packages == {path.name for path in shared.glob("[a-z]*") if any(path.glob("*.*"))}
    [local] = re.findall(r"^\| `local/` \| (.+) \|$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", local)) == {path.parent.name for path in PROJECT.glob("local/*/__init__.py")}


def anchors(page: Path) -> set[str]:
    """Where links into a page can lead, as GitHub names its titles."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_title_that_a_link_leads_to_exists(page: Path) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:)([^)\s#]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        assert anchor in anchors(page.parent / path if path else page), f"{path}#{anchor}"


def test_every_decision_has_its_date_and_its_line_in_the_index() -> None:
    text = (PROJECT / "docs" / "decisions.md").read_text(encoding="utf-8")
    decisions = re.findall(r"^### (.+)$", text, re.MULTILINE)
    areas = re.findall(r"^## (?!Index$)(.+)$", text, re.MULTILINE)
    listed = re.findall(r"^ *- \[(.+)\]\(#(\S+)\)$", text, re.MULTILINE)
    undated = [title for title in decisions if not re.match(r"20\d\d-[01]\d-[0-3]\d: \S", title)]
    assert undated == []
    assert sorted(title for title, _ in listed) == sorted([*areas, *decisions])
    assert len({anchor for _, anchor in listed}) == len(listed)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_has_the_options_that_a_page_gives_it(page: Path) -> None:
    for command in commands(page):
        words = command.split()
        names = [word for word in words[1:3] if re.fullmatch(r"[a-z]+", word)]
        shown = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert shown.exit_code == 0, command
        for option in re.findall(r"--[a-z-]+", command):
            assert option in shown.output, f"{command}: {option}"


def test_every_make_target_named_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name}: make {target}"


def test_the_outline_in_the_readme_is_one() -> None:
    [source] = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert read_outline(source).course.title == yaml.safe_load(source)["course"]["title"]


@pytest.mark.parametrize("sample", sorted((PROJECT / "samples").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_sample_is_a_valid_outline(sample: Path) -> None:
    assert read_outline(sample.read_bytes()).modules


def test_nothing_names_where_packages_come_from() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json", "Makefile", "pyproject.toml"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert "resolved" not in text, name
        assert not re.search(r"registry\.npmjs|pypi\.org/simple|files\.pythonhosted|--index-url|--find-links", text), (
            name
        )


@pytest.mark.parametrize("page", ["known-failures.md", "security.md"])
def test_every_test_that_a_table_of_protections_names_exists(page: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (PROJECT / "docs" / page).read_text(encoding="utf-8")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    assert len(named) > 10
    assert {name for name in named if f"def {name}(" not in tests} == set()
