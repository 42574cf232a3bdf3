"""A language's typographic quotation marks and dashes, in prose and never in code."""

import re
from dataclasses import dataclass
from functools import cached_property

from markdown_it import MarkdownIt

from book_builder.markdown_escapes import escape_inline
from course_kit.labels import base_language
from course_kit.markdown.reader import markdown_reader

_QUOTES = {
    "de": "„“‚‘",
    "es": "«»“”",
    "it": "«»“”",
    "fr": ("«\u00a0", "\u00a0»", "‹\u00a0", "\u00a0›"),
    "ar": "«»‹›",
}
_ELSEWHERE = "“”‘’"
# `2019--2021`, `word--word`, `word -- word`, but not `--all`.
_DASHES = re.compile(r"(?<=[^\W_])-{2,3}(?=[^\W_])|(?<=\s)-{2,3}(?=\s)")
_BETWEEN_SPACES = re.compile(r"(?<=[^\s-]) - (?=[^\s\d-])")


@dataclass(frozen=True)
class Typography:
    """The marks of one language, by its tag."""

    language: str

    @cached_property
    def reader(self) -> MarkdownIt:
        """A Markdown parser that sets quotation marks."""
        return markdown_reader(_QUOTES.get(base_language(self.language), _ELSEWHERE))

    def dashes(self, text: str) -> str:
        """Return prose with dashes in place of hyphens that mean dashes."""

        def dash(found: re.Match[str]) -> str:
            is_range = text[found.start() - 1 : found.start()].isdigit() or text[found.end()].isspace()
            return "–" if is_range and found[0] == "--" else "—"

        return _BETWEEN_SPACES.sub(" – ", _DASHES.sub(dash, text))

    def line(self, text: str) -> str:
        """Return a line of plain text, such as a title, with typographic marks."""
        tokens = self.reader.parseInline(escape_inline(" ".join(text.split())))
        return self.dashes("".join(child.content for token in tokens for child in token.children or []))
