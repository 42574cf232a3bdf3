"""Diagrams that the writer wrote as source in a code block: each becomes a visual tag for the planner."""

import re

from course_kit.markdown.headings import headings_in
from course_kit.markdown.text import parse_markdown

_LANGUAGES = {
    "mermaid": "Mermaid",
    "plantuml": "PlantUML",
    "puml": "PlantUML",
    "uml": "PlantUML",
    "dot": "Graphviz",
    "graphviz": "Graphviz",
    "gv": "Graphviz",
    "d2": "D2",
}
DRAWN_SOURCE = re.compile(rf"the diagram of this (?:{'|'.join(dict.fromkeys(_LANGUAGES.values()))}) source: ")
"""How the description of such a tag begins."""
# Kinds of diagram whose indentation has a meaning.
_BY_INDENTATION = ("mindmap", "kanban", "treemap")
_FRONT_MATTER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"^\s*(?:%%|//|').*$", re.MULTILINE)


def with_drawings_as_tags(markdown: str) -> str:
    """Replace each diagram's source by a tag, except in a lesson whose headings name the diagram's language."""
    tokens = parse_markdown(markdown)
    headings = " ".join(title.casefold() for _, title in headings_in(tokens))
    lines = markdown.split("\n")
    for token in reversed(tokens):
        name = re.split(r"[\s,{:]", token.info.strip("{}. "))[0].lower() if token.type == "fence" else ""
        language = _LANGUAGES.get(name)
        if language is None or not token.map or language.casefold() in headings:
            continue
        source = _on_one_line(token.content)
        if not source:
            continue
        start, end = token.map
        before = lines[start][: len(lines[start]) - len(lines[start].lstrip("> \t"))]
        lines[start:end] = [f"{before}[VISUAL: the diagram of this {language} source: {source}]"]
    return "\n".join(lines)


def _on_one_line(source: str) -> str:
    text = _COMMENT.sub("", _FRONT_MATTER.sub("", source, count=1))
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and lines[0].strip().lower().startswith(_BY_INDENTATION):
        depths = sorted({_indentation(line) for line in lines})
        lines = ["- " * depths.index(_indentation(line)) + line.strip() for line in lines]
    return in_balance("; ".join(line.strip() for line in lines))


def in_balance(text: str) -> str:
    """Return a text with balanced square brackets; unbalanced ones become round."""
    depth = 0
    for letter in text:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if depth < 0:
            break
    return text if depth == 0 else text.translate(str.maketrans("[]", "()"))


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
