"""Mermaid source as models write it, brought to what is drawn right: no looks of its own, text as it is meant.

How diagrams look is the book's choice, so styles go. Types keep their angle brackets, entities are the characters that
they stand for, and quotation marks are taken off where Mermaid would print them.
"""

import re
from collections.abc import Callable
from html import unescape

_KIND = re.compile(r"\A\s*(?P<kind>[A-Za-z][\w-]*)")
# What only says how something looks. `class A` declares in a class diagram, `class a,b big` styles in others.
_STYLES = re.compile(
    r"^[ \t]*(?:style[ \t]+[\w,*-]+[ \t]+[\w-]+[ \t]*:|classDef[ \t]+[\w,-]+[ \t]"
    r"|linkStyle[ \t]+(?:[\d, ]+|default)[ \t]+|cssClass[ \t]+\"|UpdateElementStyle|UpdateRelStyle).*$",
    re.MULTILINE,
)
_CLASS_OF_NODES = re.compile(r"^[ \t]*class[ \t]+[\w,]+[ \t]+[\w-]+[ \t]*;?[ \t]*$", re.MULTILINE)
_CLASS_MARK = re.compile(r":::[\w-]+")
_RECTANGLE = re.compile(r"^(?P<before>[ \t]*rect[ \t]+)(?:rgba?\([^)\n]*\)|#\w+|[a-z]+)[ \t]*$", re.MULTILINE)
_BOX = re.compile(
    r"^(?P<before>[ \t]*box[ \t]+)(?:rgba?\([^)\n]*\)|#[0-9a-fA-F]{3,8}|transparent|[Ll]ight\w+|[Aa]qua|[Pp]urple"
    r"|[Gg]r[ae]y|[Rr]ed|[Gg]reen|[Bb]lue|[Yy]ellow|[Oo]range|[Pp]ink)[ \t]+(?=\S)",
    re.MULTILINE,
)
_PANEL = "rgb(246, 248, 251)"
_FORMATTING = r"/?(?:br|b|i|u|em|strong|code|small|sub|sup|span|p|div)\b"
_MARKS = re.compile(r"</?(?:b|i|u|em|strong|code|small|span|p|div)(?:\s[^<>\n]*)?>", re.IGNORECASE)
# A type's parameters: behind a word, closed on its line; arrows and annotations (`<<interface>>`) are none.
_PARAMETERS = re.compile(
    rf"(?<=\w)<(?!{_FORMATTING}|[-|=<.*o]|/)(?P<inner>[^<>\n\"]*(?:<[^<>\n\"]*>[^<>\n\"]*)*)>", re.IGNORECASE
)
_TAG_NAME = re.compile(rf"(?<![<\w-])<(?!{_FORMATTING})(?P<name>/?[A-Za-z][\w-]*)>(?!>)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,6});")
_FOR_MERMAID = {"<": "#lt;", ">": "#gt;", "&": "&", '"': "#quot;", "'": "'", "\u00a0": " "}
_QUOTED = re.compile(r'^"(?P<text>[^"\n]*)"$')
_STATE_LINE = re.compile(
    r"^(?P<before>[ \t]*)(?P<first>\[\*\]|[^\W\d][^\n:\"{}\[\]<>]*?)[ \t]*-->[ \t]*"
    r"(?P<second>\[\*\]|[^\W\d][^\n:\"{}\[\]<>]*?)[ \t]*(?P<label>:[^\n]*)?$",
    re.MULTILINE,
)


def meant_source(source: str) -> str:
    """Return Mermaid source without styles, with text that is drawn as it is meant."""
    found = _KIND.match(source)
    kind = found["kind"] if found else ""
    text = _STYLES.sub("", source)
    if not kind.startswith("class"):
        text = _CLASS_OF_NODES.sub("", text)
    text = _CLASS_MARK.sub("", text)
    text = _RECTANGLE.sub(rf"\g<before>{_PANEL}", text)
    text = _BOX.sub(r"\g<before>", text)
    text = _ENTITY.sub(lambda entity: _FOR_MERMAID.get(unescape(entity[0]), unescape(entity[0])), text)
    text = _MARKS.sub("", text)
    text = _PARAMETERS.sub(_escaped, text)
    text = _TAG_NAME.sub(r"#lt;\g<name>#gt;", text)
    if kind.startswith("state"):
        text = _with_named_states(text)
    unquoted = _UNQUOTED.get(kind)
    return unquoted(text) if unquoted else text


_LYING = re.compile(r"\A(?P<kind>flowchart|graph)(?P<space>[ \t]+)(?:LR|RL)\b")


def upright_source(source: str) -> str | None:
    """Return a flowchart that runs across the page as one that runs down it; None for any other diagram."""
    return _LYING.sub(r"\g<kind>\g<space>TD", source) if _LYING.match(source) else None


def _escaped(parameters: re.Match[str]) -> str:
    return parameters[0].replace("<", "#lt;").replace(">", "#gt;")


def _with_named_states(source: str) -> str:
    """Declare states whose names have spaces, which Mermaid reads as several words."""
    names: dict[str, str] = {}

    def named(name: str) -> str:
        if " " not in name:
            return name
        return names.setdefault(name, f"named{len(names) + 1}")

    def line(match: re.Match[str]) -> str:
        first, second = named(match["first"]), named(match["second"])
        return f"{match['before']}{first} --> {second}{' ' + match['label'] if match['label'] else ''}"

    text = _STATE_LINE.sub(line, source)
    if not names:
        return source
    head, _, rest = text.partition("\n")
    declared = "\n".join(f'  state "{name}" as {short}' for name, short in names.items())
    return f"{head}\n{declared}\n{rest}"


def _without_quotes_behind(pattern: str) -> Callable[[str], str]:
    """Return a function that takes quotation marks off what follows a mark on its line."""
    marked = re.compile(rf'^(?P<before>{pattern})"(?P<text>[^"\n]*)"[ \t]*$', re.MULTILINE)
    return lambda source: marked.sub(r"\g<before>\g<text>", source)


def _without_any_quotes(source: str) -> str:
    return source.replace('"', "")


def _of_mind_map(source: str) -> str:
    return "\n".join(_QUOTED_NODE.sub(r"\g<open>\g<text>\g<close>", line) for line in source.split("\n"))


_QUOTED_NODE = re.compile(r'(?P<open>[\[({]+|^[ \t]*)"(?P<text>[^"\n]*)"(?P<close>[\])}]+|[ \t]*$)')
_UNQUOTED: dict[str, Callable[[str], str]] = {
    "sequenceDiagram": _without_quotes_behind(
        r"[ \t]*(?:[^\n:\"]+:[ \t]*|(?:participant|actor)[ \t]+\w+[ \t]+as[ \t]+"
        r"|(?:alt|else|opt|loop|par|and|critical|option|break|title|box)[ \t]+)"
    ),
    "stateDiagram-v2": _without_quotes_behind(r"[ \t]*[^\n:\"]+:[ \t]*"),
    "stateDiagram": _without_quotes_behind(r"[ \t]*[^\n:\"]+:[ \t]*"),
    "timeline": _without_any_quotes,
    "journey": _without_any_quotes,
    "gantt": _without_any_quotes,
    "mindmap": _of_mind_map,
}
