"""Mermaid source without fences, front matter, directives, comments, interaction and styles."""

import re

_FENCE = re.compile(
    r"^[ \t]*(?P<mark>```+|~~~+)[ \t]*(?:mermaid)?[ \t]*\n(?P<inner>.*?)\n[ \t]*(?P=mark)", re.DOTALL | re.MULTILINE
)
_OPEN_FENCE = re.compile(r"\A\s*(?:```+|~~~+)[ \t]*(?:mermaid)?[ \t]*\n")
_DIRECTIVE = re.compile(r"%%\{.*?\}%%", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n.*?\n[ \t]*---[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"^[ \t]*%%.*$", re.MULTILINE)
_KIND = re.compile(r"\A\s*(?P<kind>[A-Za-z][\w-]*)")
_DESCRIPTION = re.compile(r"^[ \t]*acc(?:Title|Descr)[ \t]*(?::.*|\{[^}]*\})[ \t]*$", re.MULTILINE)
# Interaction in flowcharts, state, class and sequence diagrams, which a book cannot have.
_INTERACTION = re.compile(
    r"""^[ \t]*(?:click[ \t]+\S+[ \t]+(?:href|call|callback|["'])|(?:link|callback)[ \t]+\S+[ \t]+["']|"""
    r"""(?:links?|properties|details)[ \t]+[^:\n]+:).*$""",
    re.MULTILINE,
)
# From left to right, four periods are 1,190 pixels wide, and their words are printed at 5 points.
_LYING_TIMELINE = re.compile(r"\Atimeline(?: +LR)?[ \t]*$", re.MULTILINE)

# Kinds with style statements. In a class diagram `class A` is a declaration; elsewhere `class a,b big` is a style.
_STYLED = ("flowchart", "graph", "stateDiagram", "classDiagram", "erDiagram", "block", "requirementDiagram", "treemap")
_MOVING = re.compile(r"^[ \t]*[\w-]+@\{[ \t]*(?:animate|animation|curve)\b[^}\n]*\}[ \t]*;?[ \t]*$", re.MULTILINE)
_NAMES = r"[\w.*-]+(?:[ \t]*,[ \t]*[\w.*-]+)*"
_STYLE = re.compile(
    rf"(?:^|(?<=;))[ \t]*(?:style[ \t]+{_NAMES}[ \t]+[a-z][\w-]*[ \t]*:(?!:)[^;\n]*"
    rf"|classDef[ \t]+{_NAMES}[ \t]+[a-z][\w-]*[ \t]*:[^;\n]*"
    rf"|linkStyle[ \t]+(?:default|\d[\d, \t]*)[ \t]+(?:interpolate[ \t]+\w+|[a-z][\w-]*[ \t]*:)[^;\n]*"
    rf'|cssClass[ \t]+"[^"\n]*"[ \t]+\w+)[ \t]*(?:;|$)',
    re.MULTILINE,
)
_CLASS = re.compile(rf"(?:^|(?<=;))[ \t]*class[ \t]+{_NAMES}[ \t]+[A-Za-z][\w-]*[ \t]*(?:;|$)", re.MULTILINE)
_CLASS_MARK = re.compile(r"[ \t]*:::[ \t]*[A-Za-z][\w-]*(?:[ \t]*,[ \t]*[A-Za-z][\w-]*)*")
_QUOTED = re.compile(r'("[^"\n]*"|\|[^|\n]*\|)')
_MIND_MAP_DRESS = re.compile(
    r"^[ \t]*(?:::icon\(.*\)|:::.*)[ \t]*$|(?<=[\])}\w]):::[ \t]*[A-Za-z][\w -]*$", re.MULTILINE
)
_POINT_STYLE = re.compile(
    r"(?P<point>:[ \t]*\[[^\]\n]*\])[ \t]*(?:radius|color|stroke-).*$|:::\w+(?=:[ \t]*\[)", re.MULTILINE
)
_C4_STYLE = re.compile(
    r"^[ \t]*(?:UpdateElementStyle|UpdateRelStyle|UpdateBoundaryStyle|Add\w+Tag)\(.*\)[ \t]*$", re.MULTILINE
)
_TODAY = re.compile(r"^[ \t]*todayMarker\b.*$", re.MULTILINE)


def plain_source(source: str) -> str:
    """Return the lines of the diagram itself, without fence, text around it, front matter, directives or comments."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    fenced = _FENCE.search(text)
    text = fenced["inner"] if fenced else _OPEN_FENCE.sub("", text)
    # Comments and directives may be before and after front matter.
    text = _FRONT_MATTER.sub("", _COMMENT.sub("", _DIRECTIVE.sub("", text)).lstrip("\n"))
    text = _INTERACTION.sub("", _DESCRIPTION.sub("", text)).strip()
    return _LYING_TIMELINE.sub("timeline TD", re.sub(r"\Aflowchart-elk\b", "flowchart", text))


def kind_of(source: str) -> str:
    """Return the keyword for the kind of a diagram, such as ``stateDiagram-v2``."""
    found = _KIND.match(source)
    return found["kind"] if found else ""


def without_looks(source: str, kind: str) -> str:
    """Return a source without colours, classes and icons: the book sets the style of diagrams.

    Text that only resembles a style stays: a node named ``style``, ``std::vector`` in a label.
    """
    if kind.startswith(_STYLED):
        source = _MOVING.sub("", _STYLE.sub("", source))
        if not kind.startswith("classDiagram"):
            source = _CLASS.sub("", source)
        pieces = _QUOTED.split(source)
        return "".join(piece if number % 2 else _CLASS_MARK.sub("", piece) for number, piece in enumerate(pieces))
    if kind in ("mindmap", "kanban"):
        return _MIND_MAP_DRESS.sub("", source)
    if kind == "quadrantChart":
        return _POINT_STYLE.sub(lambda found: found["point"] or "", _STYLE.sub("", source))
    if kind.startswith("C4"):
        return _C4_STYLE.sub("", source)
    if kind == "gantt":
        # A line at the day of drawing.
        return _TODAY.sub("", source) + "\n  todayMarker off"
    return source
