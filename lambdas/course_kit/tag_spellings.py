"""Visual tags in the spellings of models, and diagrams that they draw themselves, brought to ``[VISUAL: …]``."""

import re

from course_kit.markdown_prose import changed_prose
from course_kit.markdown_text import parse_markdown

_OPENING = re.compile(r"!?\[\s*visual\s*(?:[:：]|[-–—](?=\s))[ \t]*", re.IGNORECASE)
_PICTURE = re.compile(r"(?P<tag>\[VISUAL: [^\[\]\n]*\])\([^()\n]*\)")
_ALONE = re.compile(
    r"^(?P<before>[ \t]*(?:[-*] )?)\[\s*(?:image|figure|diagram|illustration|picture)\s*[:：]\s*(?P<text>[^\[\]\n]+)\]"
    r"[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE = re.compile(
    r"^(?P<before>[ \t]*)(?P<mark>\*{0,2})VISUAL[:：][ \t]*(?P<text>[^\n\]]+?)(?P=mark)[ \t]*$", re.MULTILINE
)
_MARKED = re.compile(r"(?P<mark>\*{1,2}|_{1,2})(?P<tag>\[VISUAL: (?:[^\[\]\n]|\[[^\[\]\n]*\])*\])(?P=mark)")
_DRAWN = {"mermaid": "Mermaid", "plantuml": "PlantUML", "puml": "PlantUML", "dot": "Graphviz", "graphviz": "Graphviz"}
# As long as a tag may be (`lesson_checks`), with room for what leads the source in.
_LONGEST_SOURCE = 900


def with_usual_tags(markdown: str) -> str:
    """Return Markdown whose visual tags are all written ``[VISUAL: …]``; code that quotes one stays as it is."""
    return _with_drawings_as_tags(changed_prose(markdown, _respelt))


def _respelt(prose: str) -> str:
    if "visual" not in prose.lower() and "[" not in prose:
        return prose
    text = _OPENING.sub("[VISUAL: ", prose)
    text = _PICTURE.sub(r"\g<tag>", text)
    text = _ALONE.sub(r"\g<before>[VISUAL: \g<text>]", text)
    text = _BARE.sub(r"\g<before>[VISUAL: \g<text>]", text)
    return _MARKED.sub(r"\g<tag>", text)


def _with_drawings_as_tags(markdown: str) -> str:
    """Put a tag in the place of a diagram's source, for the planner to draw it; a lesson on the language keeps it."""
    lines = markdown.split("\n")
    title = lines[0].lower()
    for token in reversed(parse_markdown(markdown)):
        name = token.info.strip().strip("{}.").split(" ")[0].lower() if token.type == "fence" else ""
        if name not in _DRAWN or not token.map or name in title or _DRAWN[name].lower() in title:
            continue
        source = "; ".join(line.strip() for line in token.content.split("\n") if line.strip())
        if len(source) > _LONGEST_SOURCE:
            continue
        if not _is_balanced(source):
            source = source.translate(str.maketrans("[]", "()"))
        start, end = token.map
        before = lines[start][: len(lines[start]) - len(lines[start].lstrip("> \t"))]
        lines[start:end] = [f"{before}[VISUAL: the diagram of this {_DRAWN[name]} source: {source}]"]
    return "\n".join(lines)


def _is_balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0
