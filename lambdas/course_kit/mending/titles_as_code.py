"""Titles that Markdown would not show unchanged (``The <div> element``): requested and compared as code."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from course_kit.markdown.headings import folded_title
from course_kit.markdown.math import MATH_INLINE
from course_kit.markdown.prose import code_lines, code_span
from course_kit.markdown.text import parse_markdown
from course_kit.text.prompt_template import PromptTemplate, as_prompt_list

_NOTE = PromptTemplate.load(Path(__file__).parent / "titles_as_code.md")
# Tokens that show a title's own words; a link counts only when its text is the address.
_SHOWN_AS_WRITTEN = frozenset({"text", "text_special", "code_inline", MATH_INLINE})
_TAG = re.compile(r"\S*<(?:[^<>]|<[^<>]*>)*>\S*")
_MARKED = re.compile(r"\S*[<>*_~`\\\[\]&#!|^{}]\S*")
_AROUND = re.compile(r"(?P<before>[(\"'“„«]*)(?P<code>.+?)(?P<behind>[)\"'”“».,:;!?]*)")
_ENTITY = re.compile(r"&#?\w+;")
_HEADING = re.compile(
    r"^(?P<marks>[ ]{0,3}#{1,6}[ \t]+(?:\d+(?:\.\d+)*[.):]?[ \t]+)?)(?P<text>.*?)(?P<end>[ \t]*#*[ \t]*)$"
)
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


@lru_cache(maxsize=4096)
def heading_text(title: str) -> str:
    """Return the source of a heading after its ``#``, so that it shows a title exactly.

    Most titles need no change. Words that would be read as Markdown or HTML are put between backticks; if that is not
    enough, the whole title is.
    """
    if _is_shown(title, title):
        return title
    candidates = (pattern.sub(_as_code, title) for pattern in (_TAG, _MARKED))
    return next((text for text in candidates if _is_shown(text, title)), code_span(title))


def headings_note(titles: Collection[str]) -> str:
    """Return the prompt's note on titles whose headings differ from the titles; empty without such titles."""
    headings = [heading_text(title) for title in titles if heading_text(title) != title]
    if not headings:
        return ""
    listed = as_prompt_list(headings)
    return "\n" + _NOTE.fill(headings=listed)


def with_titles_as_code(markdown: str, titles: Collection[str]) -> str:
    """Return a text whose headings show these titles exactly, even if the model wrote Markdown or HTML."""
    wanted = {_written(title): heading_text(title) for title in titles if heading_text(title) != title}
    if not wanted:
        return markdown
    lines = markdown.split("\n")
    code = code_lines(markdown)
    for number, line in enumerate(lines):
        found = _HEADING.match(line) if number not in code else None
        if found is None:
            continue
        text = wanted.get(_written(found["text"] + found["end"])) or wanted.get(_written(found["text"]))
        if text:
            lines[number] = f"{found['marks']}{text}"
    return "\n".join(lines)


def _written(text: str) -> str:
    """Return a heading's source without escapes, case and spaces."""
    plain = _ESCAPE.sub("", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(plain.split()).casefold()


def _as_code(found: re.Match[str]) -> str:
    parts = _AROUND.fullmatch(found[0])
    if parts is None or not re.search(r"[^\W_]", parts["code"]):
        return code_span(found[0])
    before, code, behind = parts["before"], parts["code"], parts["behind"]
    if behind.startswith((";", ")")) and (_ENTITY.fullmatch(f"{code};") or code.count("(") > code.count(")")):
        # The end of an entity, or a bracket that the code opened.
        code, behind = code + behind[0], behind[1:]
    return f"{before}{code_span(code)}{behind}"


def _is_shown(text: str, title: str) -> bool:
    """Whether a heading's text shows a title; a heading with code or a formula is not checked."""
    tokens = parse_markdown(f"# {text}")
    children = (tokens[1].children or []) if len(tokens) == 3 and tokens[0].tag == "h1" else []  # noqa: PLR2004
    if not children or not all(token.type in _SHOWN_AS_WRITTEN or _is_address(token.markup) for token in children):
        return False
    shown = "".join(child.content for child in children)
    if text == title and any(token.type in ("code_inline", MATH_INLINE) for token in children):
        return folded_title(shown) == folded_title(title)
    return shown == " ".join(title.split())


def _is_address(markup: str) -> bool:
    return markup in ("linkify", "autolink")
