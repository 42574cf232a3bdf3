"""Labels of diagrams, with syntax characters escaped for Mermaid's parser.

Mermaid reads ``#``, ``;``, ``<``, ``_``, brackets and quotation marks in labels as syntax. The rules differ with the
kind of diagram. ``1. Install`` is a list, which Mermaid does not draw. So each such character is replaced by a
character for private use, and `undisguised` restores it in the drawing.
"""

import re
import unicodedata
from collections.abc import Callable
from html import unescape

Label = Callable[[str], str]
"""Returns a text as a label that the parser accepts."""

_DISGUISE = 0xE100
_DISGUISED = re.compile(f"[{chr(_DISGUISE)}-{chr(_DISGUISE + 127)}]")
# mermaidx measures text with DejaVu Sans. Wide characters (Chinese, Japanese, Korean) are missing in it and count as
# 0.6 of their width. During layout, each gets a second missing character after it, which makes 1.2: enough room.
_WIDENER = "\ue000"

_ENTITY = re.compile(
    r"(?:&#|&|#)(?:(?P<code>\d{1,7})|[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]{1,30}));"
)
LINE_BREAK = re.compile(r"<\s*/?\s*br\s*/?\s*>", re.IGNORECASE)
# A break in the form of a string escape; not in a path, a regular expression, or quotes.
_WRITTEN_BREAK = re.compile(r"(?<![\\:'\"`(])\\n(?!['\"`)])")
_OTHER_BACKSLASH = re.compile(r"\\(?!n)")
_SHAPING = r"(?:b|i|u|s|em|strong|small|big|sub|sup|code|tt|span|font|center|mark|kbd|del|ins)"
_SHAPED = re.compile(rf"<(?P<tag>{_SHAPING})(?:\s[^<>]*)?>(?P<inner>.*?)</(?P=tag)\s*>", re.IGNORECASE | re.DOTALL)
# HTML elements that a diagram is about, because as formatting they have no effect in a label.
_SPOKEN_OF = re.compile(
    r"</?(?:html|head|body|title|meta|link|script|style|div|p|a|img|[uo]l|li|table|t[rdh]|form|input|button|label|select"
    r"|option|h[1-6]|header|footer|main|nav|section|article|video|audio|canvas|svg|iframe|pre)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ICON = re.compile(r"\bfa[bklrsd]?:fa-[\w-]+[ \t]*")
_TILDE_GENERIC = re.compile(r"\b(?P<name>[A-Z]\w*)~(?P<inner>[A-Za-z?][\w,.? ]*(?:~[A-Za-z?][\w,.? ]*~)?)~")
# Characters that some kind of diagram reads as syntax, or Markdown as markup, in any place.
_SYNTAX = frozenset('<>&#;"%{}[]()|@~^*_`$\\')
_MARKDOWN_LEAD = re.compile(r"\A(?P<before>\s*)(?P<mark>[-+=>]|\d{1,9}(?=[.)]))(?P<after>[.)]?)")
_PAIRS = (('"', '"'), ("„", '“”"'), ("“", "”"))
_AUTOLINK = re.compile(r"(?<=[a-zA-Z]):(?=//)|(?<=\bwww)\.")


def disguised(text: str, signs: str | frozenset[str] = _SYNTAX) -> str:
    """Return a text with its syntax characters escaped."""
    return "".join(chr(_DISGUISE + ord(sign)) if sign in signs else sign for sign in text)


def undisguised(svg: str) -> str:
    """Return an SVG with the original characters of its labels; ASCII becomes character references."""
    return _DISGUISED.sub(lambda sign: f"&#{ord(sign[0]) - _DISGUISE};", svg.replace(_WIDENER, ""))


def widened(text: str) -> str:
    """Return a text with room for wide characters, which `undisguised` removes."""
    return "".join(
        character + _WIDENER if unicodedata.east_asian_width(character) in ("W", "F") else character
        for character in text
    )


def decoded(text: str) -> str:
    """Return a text with entities of HTML and Mermaid replaced by their characters."""
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    if entity["name"]:
        sign = unescape(f"&{entity['name']};")
        return sign if len(sign) == 1 else entity[0]
    number = int(entity["code"]) if entity["code"] else int(entity["hex"], 16)
    is_character = 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000  # noqa: PLR2004 - C0, surrogates
    sign = chr(number) if is_character else ""
    return sign if sign and unicodedata.category(sign) not in ("Cc", "Cf", "Cn", "Co") else entity[0]


def speaks_of_html(source: str) -> bool:
    """Whether a diagram's labels are about HTML elements, so that tags are words and not formatting."""
    return _SPOKEN_OF.search(decoded(source)) is not None


def plain_words(text: str, *, is_about_html: bool) -> str:
    """Return a label without formatting tags and icons."""
    text = _ICON.sub("", text)
    while not is_about_html:
        bare = _SHAPED.sub(r"\g<inner>", text)
        if bare == text:
            break
        text = bare
    return text


def label(text: str, *, is_about_html: bool = False, keeps: str = "") -> str:
    """Return a label for the parser: entities decoded, formatting removed, characters escaped, breaks kept.

    Parameters
    ----------
    is_about_html
        Whether tags are words in this diagram.
    keeps
        Characters that stay syntax in this place.
    """
    signs = _SYNTAX - frozenset(keeps)
    text = text.replace('\\"', '"')
    if not _OTHER_BACKSLASH.search(text):
        text = _WRITTEN_BREAK.sub("<br/>", text)
    is_markdown = len(text) > 2 and text.startswith("`") and text.endswith("`")  # noqa: PLR2004 - and something between
    if is_markdown:
        text, signs = text[1:-1], signs - frozenset("*_`")
    # Formatting first: `&lt;b&gt;` is a tag to show.
    lines = [decoded(plain_words(line, is_about_html=is_about_html)) for line in LINE_BREAK.split(text)]
    shown = "<br/>".join(_line(line, signs) for line in lines)
    return f"`{shown}`" if is_markdown else shown


def _line(text: str, signs: frozenset[str]) -> str:
    text = _TILDE_GENERIC.sub(_generic, text) if "~" in signs else text
    text = _AUTOLINK.sub(lambda sign: disguised(sign[0], ":."), text)
    text = _MARKDOWN_LEAD.sub(
        lambda lead: lead["before"] + disguised(lead["mark"], "-+=>") + disguised(lead["after"], ".)"), text
    )
    return widened(disguised(text, signs))


def _generic(found: re.Match[str]) -> str:
    inner = found["inner"]
    if "~" in inner:
        name, _, rest = inner.partition("~")
        inner = f"{name}<{rest.removesuffix('~')}>"
    return f"{found['name']}<{inner}>"


def indent_of(line: str) -> str:
    """Return the white space at the start of a line."""
    return line[: len(line) - len(line.lstrip())]


def unquoted(text: str) -> str:
    """Return a text without a pair of quotation marks around it, which many kinds of diagram would print."""
    text = text.strip()
    for opening, closings in _PAIRS:
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] in closings and len(text) > 1 and not set(inner) & {opening, *closings}:
            return inner
    return text
