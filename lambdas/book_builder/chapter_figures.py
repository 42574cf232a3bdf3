"""Figures of one chapter, numbered in reading order: those of visual tags, and the author's own pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from book_builder.book_model import BookPicture
from book_builder.figure_places import FigureUse, ShownFigure, figures_in, with_figures
from book_builder.lesson_links import LessonLinks
from book_builder.lesson_markdown import tags_with_figures
from book_builder.markdown_escapes import escape_inline
from book_builder.own_image import picture_gap
from course_kit.markdown.pictures import pictures_in
from course_kit.markdown.text import parse_markdown
from course_kit.pictures.picture_names import own_picture_of
from course_kit.records.visuals import Figure


@dataclass(frozen=True)
class SectionFigures:
    """The text of a section with its figures, and what is to be said of them on the last page."""

    markdown: str
    authors: tuple[str, ...] = ()
    """The printed numbers of figures that are the author's."""
    unseen: tuple[str, ...] = ()
    """Files of pictures that are missing or cannot be shown."""
    unmade: int = 0
    """Visual tags without a figure."""


class ChapterFigures:
    """Places the figures of a chapter, section by section in reading order."""

    def __init__(
        self, chapter: int, figures: Mapping[str, Figure], pictures: Mapping[str, BookPicture], links: LessonLinks
    ) -> None:
        """Begin a chapter.

        Parameters
        ----------
        chapter
            The printed number of the chapter.
        figures, pictures
            Figures by visual id, and the author's own pictures by file.
        links
            For references to lessons in captions.
        """
        self._chapter = chapter
        self._figures = figures
        self._pictures = pictures
        self._links = links
        self._labels = links.labels
        self._count = 0

    def section(self, text: str, *, is_authors: bool) -> SectionFigures:
        """Return a section, from the result of `lesson_markdown.section_text`.

        In a text of the author, a line stands in the place of a figure that is not made.

        Raises
        ------
        BookIncomplete
            A tag in a model's text has no figure; the message names the tags.
        """
        if not is_authors:
            tags_with_figures(text, self._figures)
        uses = [use for use in figures_in(text) if use.visual_id or not use.file or use.file in self._pictures]
        shown: dict[FigureUse, ShownFigure] = {}
        authors: list[str] = []
        unseen = [file for file in self._files(text) if not self._pictures[file].kind]
        for use in uses:
            gap = self._gap(use)
            if gap:
                shown[use] = ShownFigure(gap=gap)
                continue
            self._count += 1
            number = f"{self._chapter}.{self._count}"
            shown[use] = self._named(number, self._caption(use))
            if use.file or self._figures[use.visual_id].is_authors:
                authors.append(number)
        refused = [use for use in uses if use.visual_id in self._figures and self._figures[use.visual_id].refusal]
        unseen += [self._figures[use.visual_id].refused_file for use in refused]
        return SectionFigures(
            markdown=with_figures(text, uses, shown.__getitem__),
            authors=tuple(authors),
            unseen=tuple(dict.fromkeys(unseen)),
            unmade=sum(not use.file and use.visual_id not in self._figures for use in uses),
        )

    def _files(self, text: str) -> Iterator[str]:
        if "![" in text and self._pictures:
            for picture in pictures_in(parse_markdown(text)):
                file = own_picture_of(picture.target)
                if file in self._pictures:
                    yield file

    def _gap(self, use: FigureUse) -> str:
        """Return the line in place of a figure that cannot be shown; empty for one that can."""
        words = self._labels.author
        if use.file:
            return escape_inline(picture_gap(use.file, self._pictures[use.file], self._labels))
        figure = self._figures.get(use.visual_id)
        if figure is None:
            return escape_inline(words.figure_missing.format(description=self._links.short(use.description)))
        return escape_inline(words.picture_refused.format(file=figure.refused_file)) if figure.refusal else ""

    def _caption(self, use: FigureUse) -> str:
        caption = (use.caption or use.alt) if use.file else self._figures[use.visual_id].caption
        return self._links.short(caption)

    def _named(self, number: str, caption: str) -> ShownFigure:
        figure = self._labels.figure
        mention = figure.format(number=number, caption="").rstrip(_END_OF_NAME)
        return ShownFigure(figure.format(number=number, caption=caption) if caption.strip() else mention, mention)


_END_OF_NAME = " \u00a0:："
