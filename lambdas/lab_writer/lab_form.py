"""A lab guide's headings and markers, whatever words its writer took for them, as the book's labels have them."""

import re
from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from course_kit.labels import LANGUAGES, Labels, LabLabels
from course_kit.markdown.prose import code_lines

_SECTION = re.compile(r"^(?P<marks>##)[ \t]+(?P<text>.+?)[ \t]*#*$")
_STEP = re.compile(r"^(?P<marks>###)[ \t]+(?P<text>.+?)[ \t]*#*$")
_BOLD = re.compile(r"\*\*|__")
_NUMBER = re.compile(r"^\(?\d+(?:\.\d+)*[.):]?\s+")
_MARKER = re.compile(
    r"^(?P<before>[ \t]*(?:[-*+][ \t]+)?)(?P<mark>\*\*|__)(?P<text>[^*_\n]{1,60}?)\s*(?P<colon>[:：]?)\s*(?P=mark)"
    r"\s*(?P<colon2>[:：]?)[ \t]*(?P<rest>.*)$"
)
_SECTIONS = ("scenario", "objectives", "prerequisites", "steps", "troubleshooting", "clean_up", "reflection")


def brought_to_form(markdown: str, labels: LabLabels) -> str:
    """Return a guide whose sections, steps and markers are written as the labels have them; all else is as it was.

    ``## Cleanup`` becomes ``## Clean-up``, ``### Step 1: …`` becomes ``### 1. …``, and ``**Expected Result**:`` becomes
    ``**Expected result:**``.
    """
    known = _known(labels)
    code = code_lines(markdown)
    lines = markdown.split("\n")
    section = ""
    for number, line in enumerate(lines):
        if number in code:
            continue
        heading = _SECTION.match(line)
        if heading:
            section = known.get(("section", _plain(heading["text"])), "")
            lines[number] = f"## {getattr(labels, section)}" if section else line
        elif section == "steps":
            lines[number] = _step_or_marker(line, labels, known)
    return "\n".join(lines)


def _step_or_marker(line: str, labels: LabLabels, known: dict[tuple[str, str], str]) -> str:
    step = _STEP.match(line)
    if step:
        text = _BOLD.sub("", step["text"])
        found = _step_pattern(known).match(text)
        return f"### {found['number']}. {found['title']}" if found else line
    marker = _MARKER.match(line)
    name = known.get(("marker", _plain(marker["text"]))) if marker else None
    if marker is None or name is None or not (marker["colon"] or marker["colon2"]):
        return line
    return f"{marker['before']}**{getattr(labels, name)}:** {marker['rest']}".rstrip()


def _step_pattern(known: dict[tuple[str, str], str]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for kind, word in known if kind == "step")
    return re.compile(
        rf"(?:(?:{words})\s*)?(?P<number>\d+)\s*(?:步|\.|\)|:|：|-|–|—|、|．)?\s*[.:：\-–—]?\s*(?P<title>\S.*)",
        re.IGNORECASE,
    )


def _plain(text: str) -> str:
    plain = _NUMBER.sub("", _BOLD.sub("", text).strip())
    return " ".join(plain.strip(" .:：。").replace("'", "’").casefold().split())


@cache
def _known(labels: LabLabels) -> dict[tuple[str, str], str]:
    """Return what a word means, by its kind: a section, a marker of a step, or the word before a step's number."""
    language = next((tag for tag in LANGUAGES if Labels.of(tag).lab == labels), "en")
    known: dict[tuple[str, str], str] = {}
    for name, words in _synonyms()[language].items():
        kind = "step" if name == "step" else "section" if name in _SECTIONS else "marker"
        known |= {(kind, _plain(word)): name for word in words}
    for name in (*_SECTIONS, "expected", "check"):
        known["section" if name in _SECTIONS else "marker", _plain(getattr(labels, name))] = name
    return known


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    text = files(__package__).joinpath("synonyms.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, dict[str, list[str]]]).validate_python(yaml.safe_load(text))
