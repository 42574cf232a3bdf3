"""HTML in a model's prose: known tags become Markdown, what only looks like one becomes text, what acts is left alone.

What is left alone is refused by name (`markup_faults`): elements that load, run or ask for something, and handlers.
"""

import re

from course_kit.markdown_prose import changed_prose

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_TAG = re.compile(r"(?<!\\)<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*)>|(?<!\\)<(?=[!?][A-Za-z])")
# What has just become code is none any more.
_CODE_OR_TAG = re.compile(rf"`[^`\n]*`|{_TAG.pattern}")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"""<a\s+href=["'](?P<target>https?://[^"'\s<>]+)["']\s*>(?P<text>[^<>]*)</a>""", re.IGNORECASE)
_RAISED = re.compile(r"<(?P<name>sub|sup)>(?P<text>[^<>\n]{1,40})</(?P=name)>", re.IGNORECASE)
# An address with parts to fill in is none that can be followed.
_ADDRESS = re.compile(r"(?<![(\[`<\w])https?://[^\s()`]*<[\w.-]+>[^\s()`]*(?<![.,;:!?])")
_PAIR = re.compile(r"<(?P<name>kbd|code|tt|samp|var)>(?P<text>[^<>\n]+)</(?P=name)>", re.IGNORECASE)
_MARKS = {
    **dict.fromkeys(("b", "strong", "summary"), "**"),
    **dict.fromkeys(("i", "em", "cite", "dfn"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
    # What only says how text looks or where it stands.
    **dict.fromkeys(("u", "ins", "mark", "small", "big", "p", "div", "span", "center", "details", "section"), ""),
}
_ACTING = frozenset(
    "script iframe img svg style link meta form input button textarea select object embed applet base video audio "  # noqa: SIM905 - one a line says no more
    "source track frame frameset portal template dialog".split()
)
_ACTING_ATTRIBUTE = re.compile(
    r"(?:^|[\s\"'/])(?:on\w+|style|src|srcset|action|formaction|href|background)\s*=|javascript:|data:|vbscript:",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"(?:\s+(?:class|id|align|dir|lang|title|open)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))?)*\s*/?")
_BELOW = str.maketrans("0123456789+-=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ")
_ABOVE = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")


def without_html(markdown: str) -> str:
    """Return Markdown whose HTML is Markdown or text, as far as it does not act."""
    if "<" not in markdown:
        return markdown
    closed = {name.lower() for name in re.findall(r"</([A-Za-z][\w-]*)\s*>", markdown)}

    def changed(prose: str) -> str:
        if "<" not in prose:
            return prose
        text = _ADDRESS.sub(r"`\g<0>`", prose)
        text = _LINK.sub(r"[\g<text>](\g<target>)", text)
        text = _RAISED.sub(_raised, text)
        text = _PAIR.sub(r"`\g<text>`", text)
        return _CODE_OR_TAG.sub(
            lambda found: found[0] if found[0][0] == "`" else _as_markdown(found, text, closed), text
        )

    # Comments first: one may hold what looks like code.
    return changed_prose(changed_prose(markdown, lambda prose: _COMMENT.sub("", prose)), changed)


def _as_markdown(tag: re.Match[str], text: str, closed: set[str]) -> str:
    if _AUTOLINK.match(text, tag.start()) or _LINE_BREAK.fullmatch(tag[0]):
        return tag[0]
    if tag["name"] is None:
        return f"\\{tag[0]}"
    name, rest = tag["name"].lower(), tag["rest"]
    if _ACTING_ATTRIBUTE.search(rest) or (name in _ACTING and (name in closed or rest.strip(" /\n"))):
        return tag[0]
    if name in _MARKS and _HARMLESS.fullmatch(rest) and (name in closed or not _MARKS[name]):
        return _MARKS[name]
    # A type, a placeholder, a comparison, an element that the text speaks of.
    return f"\\{tag[0]}"


def _raised(found: re.Match[str]) -> str:
    letters, table = found["text"], _BELOW if found["name"].lower() == "sub" else _ABOVE
    if all(ord(letter) in table for letter in letters):
        return letters.translate(table)
    return f"_{letters}" if table is _BELOW else f"^{letters}"
