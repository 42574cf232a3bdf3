"""HTML tags in a text's prose: their places, their pairs, and the active ones."""

import re
from dataclasses import dataclass

from course_kit.markdown.prose import prose_stretches

_TAG = re.compile(r"(?<!\\)<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*)>|(?<!\\)<(?=[!?][A-Za-z])")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>")
_ACTING = frozenset(
    "script iframe img svg style link meta form input button textarea select object embed applet base video audio "  # noqa: SIM905 - one a line is no clearer
    "source track frame frameset portal template dialog".split()
)
_ACTING_ATTRIBUTE = re.compile(
    r"(?:^|[\s\"'/])(?:on\w+|src|srcset|action|formaction|href|background)\s*=|javascript:|data:|vbscript:"
    r"|\bstyle\s*=(?!\s*(?:\"[^\"():@\\]*(?::[^\"():@\\]*)*\"|'[^'():@\\]*(?::[^'():@\\]*)*'))",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"(?:\s+(?:class|id|align|valign|dir|lang|title|open|style|color|size|face|width|height|role|start|type|value|border"
    r"|cellpadding|cellspacing|data-[\w-]+|aria-[\w-]+|markdown)(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w#%-]+))?)*\s*/?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Tag:
    """A tag in angle brackets; ``name`` is in lower case, empty for a declaration."""

    start: int
    end: int
    name: str
    rest: str
    is_end: bool

    @property
    def is_harmless(self) -> bool:
        """Whether its attributes only set a style."""
        return _HARMLESS.fullmatch(self.rest) is not None


def html_tags(markdown: str) -> list[Tag]:
    """Return the tags in a text's prose, in order, without addresses in angle brackets."""
    return [
        Tag(found.start(), found.end(), (found["name"] or "").lower(), found["rest"] or "", bool(found["end"]))
        for start, end in prose_stretches(markdown)
        for found in _TAG.finditer(markdown, start, end)
        if not _AUTOLINK.match(markdown, found.start())
    ]


def partners(tags: list[Tag], names: frozenset[str]) -> dict[Tag, Tag]:
    """Return the partner of each paired tag with one of these names."""
    waiting: dict[str, list[Tag]] = {}
    found: dict[Tag, Tag] = {}
    for tag in tags:
        if tag.name not in names or tag.rest.endswith("/"):
            continue
        if not tag.is_end:
            waiting.setdefault(tag.name, []).append(tag)
        elif waiting.get(tag.name):
            opening = waiting[tag.name].pop()
            found |= {opening: tag, tag: opening}
    return found


def acting_tags(tags: list[Tag]) -> set[Tag]:
    """Return the tags that would load, run or request something; ``the <script> element`` is only a mention."""
    closed = {tag.name for tag in tags if tag.is_end}
    return {
        tag
        for tag in tags
        if _ACTING_ATTRIBUTE.search(tag.rest)
        or (tag.name in _ACTING and (tag.name in closed or tag.rest.strip(" /\n")))
    }
