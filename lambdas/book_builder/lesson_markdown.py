"""A lesson's Markdown as a section of the book: without its title, with lower headings, with figures for tags."""

import re
from collections.abc import Callable, Mapping

from book_builder.figure_places import FigureUse, ShownFigure, figures_in, with_figures
from book_builder.markdown_escapes import escape_inline
from course_kit.errors import BookIncomplete
from course_kit.markdown.tables import tidy_tables
from course_kit.markdown.text import parse_markdown
from course_kit.mending.mended_text import mended
from course_kit.records.visuals import Figure
from course_kit.text.code_samples import check_code_samples

# Chapters are level 1 and lessons level 2, so level 2 of a lesson's Markdown becomes level 3.
_LEVELS_DOWN = 1
_MAX_LEVEL = 6
_SHOWN_CHARACTERS = 40
_BEFORE_FENCE = re.compile(r"[\s>]*")


def section_markdown(
    markdown: str,
    figures: Mapping[str, Figure],
    caption_of: Callable[[Figure], str],
    mention_of: Callable[[Figure], str] = lambda _: "",
) -> str:
    """Return the body of a section from a model's text, in which every tag has its figure.

    Parameters
    ----------
    markdown
        The lesson that content_gen saved, with numbered tags.
    figures
        All figures of the lesson's module, by visual id.
    caption_of
        Returns a figure's printed caption ("Figure 2.1: …").
    mention_of
        Returns the mention of a figure in the text before it ("(Figure 2.1)"); an empty text adds none.

    Raises
    ------
    BookIncomplete
        A tag has no figure or no number; the message names the tags.
    """
    text = section_text(mended(markdown))
    uses = tags_with_figures(text, figures)

    def shown(use: FigureUse) -> ShownFigure:
        figure = figures[use.visual_id]
        return ShownFigure(caption_of(figure), mention_of(figure))

    return with_figures(text, uses, shown)


def section_text(markdown: str) -> str:
    """Return a lesson in its usual form as the text of a section: without its title, with lower headings."""
    return _headings_moved_down(tidy_tables(markdown))


def tags_with_figures(text: str, figures: Mapping[str, Figure]) -> list[FigureUse]:
    """Return the visual tags of a section in order; raises ``BookIncomplete`` when one has no figure."""
    tags = [use for use in figures_in(text) if not use.file]
    missing = [
        use.visual_id or f"[VISUAL: {use.description[:_SHOWN_CHARACTERS]}]"
        for use in tags
        if use.visual_id not in figures
    ]
    if missing:
        raise BookIncomplete(f"no figure for {', '.join(missing)}")
    return tags


def mark_code_faults(markdown: str, sentence: str) -> str:
    """Return the Markdown with a line under every code sample that does not parse as its language.

    Parameters
    ----------
    sentence
        The line's text, with ``{language}`` and ``{fault}``.
    """
    lines = markdown.split("\n")
    for sample in reversed(check_code_samples(markdown)):
        if sample.fault:
            # In a list or a quotation, the line needs the prefix of its block.
            prefix = _BEFORE_FENCE.match(lines[sample.end_line - 1])
            place = prefix[0] if prefix else ""
            text = escape_inline(sentence.format(language=sample.language, fault=sample.fault))
            lines[sample.end_line : sample.end_line] = [place.rstrip(), f"{place}*{text}*", place.rstrip()]
    return "\n".join(lines)


def _headings_moved_down(markdown: str) -> str:
    """Remove the lesson's own title at its beginning and add one ``#`` to every other heading, except in code."""
    lines = markdown.split("\n")
    dropped: set[int] = set()
    for position, token in enumerate(parse_markdown(markdown)):
        if token.type != "heading_open" or token.map is None:
            continue
        start, end = token.map
        if token.tag == "h1" and not position:
            dropped.update(range(start, end))
        elif token.markup.startswith("#"):
            level = min(int(token.tag[1:]) + _LEVELS_DOWN, _MAX_LEVEL)
            lines[start] = lines[start].replace(token.markup, "#" * level, 1)
        else:
            # A heading underlined with === or ---: rewritten, because level 3 has no underline.
            lines[start] = "#" * (int(token.tag[1:]) + _LEVELS_DOWN) + " " + " ".join(lines[start : end - 1]).strip()
            dropped.update(range(start + 1, end))
    return "\n".join(line for number, line in enumerate(lines) if number not in dropped).strip() + "\n"
