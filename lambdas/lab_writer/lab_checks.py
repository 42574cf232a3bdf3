"""What a lab guide must be before it is saved: its fixed sections, and steps that can be followed and checked."""

import re

from markdown_it.token import Token

from course_kit.labels import LabLabels
from course_kit.markdown.text import parse_markdown
from course_kit.mending.titles_as_code import heading_text
from course_kit.text.text_faults import form_faults, length_faults
from course_kit.text.visual_tags import find_visual_tags
from lab_writer.lab_form import brought_to_form

_STEP = re.compile(r"^(\d+)\.\s+\S")


def lab_faults(markdown: str, title: str, labels: LabLabels, *, language: str | None, word_target: int) -> list[str]:
    """Return what is wrong with a guide, in words that its writer can act on; empty when it may be saved.

    What is checked:

    - its form (`form_faults`, for the language that it has to be in)
    - a length near the target, and no visual tags
    - the seven sections in order
    - steps numbered from 1 without a gap, each with its expected result and its check
    """
    markdown = brought_to_form(markdown, labels)
    tokens = parse_markdown(markdown)
    faults = form_faults(markdown, tokens, heading_text(title), language) + length_faults(markdown, word_target)
    if find_visual_tags(markdown):
        faults.append("a lab guide has no visual tags: say in words what the picture would show")
    sections = [heading for level, heading, _ in _outline(tokens) if level == 2]  # noqa: PLR2004
    wanted = list(labels.sections)
    missing = [section for section in wanted if section not in sections]
    faults += [f"the section `## {section}` is missing" for section in missing]
    if not missing and [section for section in sections if section in wanted] != wanted:
        faults.append(f"the sections are not in the order {', '.join(wanted)}")
    return faults + _step_faults(_outline(tokens), labels)


def _step_faults(outline: list[tuple[int, str, str]], labels: LabLabels) -> list[str]:
    steps: list[tuple[str, str]] = []
    section = ""
    for level, heading, text in outline:
        if level == 2:  # noqa: PLR2004
            section = heading
        elif section == labels.steps and level == 3:  # noqa: PLR2004
            steps.append((heading, text))
    numbers = [int(match[1]) if (match := _STEP.match(heading)) else 0 for heading, _ in steps]
    if numbers != list(range(1, len(steps) + 1)) or not steps:
        return [f"the steps under `## {labels.steps}` are not subsections `### 1. …` numbered from 1 without a gap"]
    return [
        f"step {number} has no line that begins with `**{label}:**`"
        for number, (_, text) in zip(numbers, steps, strict=True)
        for label in (labels.expected, labels.check)
        if not re.search(rf"(?:^|\n){re.escape(label)}\s?:", text)
    ]


def _outline(tokens: list[Token]) -> list[tuple[int, str, str]]:
    """Return level, title and text of each heading's part."""
    parts: list[tuple[int, str, str]] = []
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            parts.append((int(token.tag[1:]), _plain(tokens[position + 1]), ""))
        elif token.type == "inline" and parts and tokens[position - 1].type != "heading_open":
            level, heading, text = parts[-1]
            parts[-1] = (level, heading, f"{text}\n{_plain(token)}")
    return parts


def _plain(inline: Token) -> str:
    return "".join("\n" if child.type == "softbreak" else child.content for child in inline.children or [])
