"""What would break the book, or be shown otherwise in it, in a lesson that an author has changed: line by line."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from course_kit.markdown.formulas import formula_faults
from course_kit.markdown.headings import headings_in, headings_of_topics
from course_kit.markdown.inline_html import without_html
from course_kit.markdown.pictures import pictures_in
from course_kit.markdown.prose import code_lines
from course_kit.markdown.tables import overfull_rows
from course_kit.markdown.text import LINE_BREAK, is_unclosed_fence, parse_markdown
from course_kit.mending.author_text import decoded, front_matter_lines, plain_lines, with_usual_pictures
from course_kit.mending.tag_spellings import with_usual_tags
from course_kit.pictures.picture_names import EXPECTED_NAME, is_elsewhere, own_picture_of
from course_kit.store.ids import LessonId, VisualId
from course_kit.text.characters import unseen_characters
from course_kit.text.lesson_references import dead_references
from course_kit.text.visual_tags import find_visual_tags

MAX_CHARACTERS = 400_000
_OPEN_TAG = re.compile(r"\[\s*VISUAL\s*[:：]", re.IGNORECASE)
_LINK_OF_THE_BOOK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
_DRAWN = re.compile(r"[\s>]*(?:`{3,}|~{3,})\s*\{?\.?(?:mermaid|plantuml|puml|uml|dot|graphviz|gv|d2)\b", re.IGNORECASE)
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, order=True)
class Fault:
    """One fault, at a line from 1. A blocking one leaves nothing that a book could show."""

    line: int
    text: str
    is_blocking: bool = False

    def __str__(self) -> str:
        """Return the fault as one line of text."""
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True)
class AuthorsLesson:
    """What the outline asks of a lesson; ``title`` is the outline's."""

    module: int
    lesson: int
    title: str
    topics: Sequence[str] = ()
    known: Collection[LessonId] | None = None
    """The numbers that references of the text may have; None when they are not looked at."""


def author_faults(
    body: str | bytes, lesson: AuthorsLesson, picture_fault: Callable[[str], str] | None = None
) -> list[Fault]:
    """Return what would break the book or be shown otherwise in it, in the order of the lines; empty for a good text.

    Parameters
    ----------
    body
        The lesson as its file holds it.
    lesson
        What the outline asks of it.
    picture_fault
        Returns why a picture's file cannot be shown, empty when it can; None when files are not looked at.
    """
    text = plain_lines(decoded(body) if isinstance(body, bytes) else body)
    if not text.strip():
        return [Fault(1, "the lesson is empty: write its text, or remove it from the outline", is_blocking=True)]
    if "\x00" in text:
        return [Fault(_line(text, text.index("\x00")), "the file is no text: save it as Markdown", is_blocking=True)]
    if len(text) > MAX_CHARACTERS:
        said = f"found {len(text):,} characters, expected at most {MAX_CHARACTERS:,}: divide the lesson"
        return [Fault(1, said, is_blocking=True)]
    # Lines keep their numbers: front matter becomes empty lines.
    fields = front_matter_lines(text)
    text = "\n" * fields + "\n".join(text.split("\n")[fields:])
    text = with_usual_pictures(text)
    tokens = parse_markdown(text)
    found = [
        *_of_the_file(body, fields),
        *_of_headings(tokens, lesson),
        *_of_code(tokens, text),
        *_of_tags(text, lesson),
        *_of_references(text, lesson.known),
        *_of_pictures(tokens, picture_fault),
        *_of_markup(text),
        *_of_blocks(tokens, text),
    ]
    return sorted(dict.fromkeys(found))


def _of_the_file(body: str | bytes, fields: int) -> Iterator[Fault]:
    if isinstance(body, bytes) and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            body.decode()
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            yield Fault(line, "the file is not UTF-8, and is read as Windows-1252: save it as UTF-8")
    if fields:
        yield Fault(1, "the fields before the text are not printed: leave them out")


def _of_headings(tokens: list[Token], lesson: AuthorsLesson) -> Iterator[Fault]:
    headings = list(headings_in(tokens))
    places = [_line_of(token) for token in tokens if token.type == "heading_open"]
    first = next((token for token in tokens if token.type != "html_block"), None)
    has_title = first is not None and first.type == "heading_open" and first.tag == "h1"
    if not has_title:
        yield Fault(
            1, f"the text does not begin with the title `# {lesson.title}`; the book prints the outline's title"
        )
    elif headings[0][1].strip() != lesson.title.strip():
        said = f"the title `{headings[0][1]}` is not printed, but the outline's `{lesson.title}`: change that one"
        yield Fault(places[0], said)
    for place, (level, title) in list(zip(places, headings, strict=True))[1 if has_title else 0 :]:
        if level == 1:
            yield Fault(
                place, f"the title `{title}` is printed as a heading below the lesson's title: write `## {title}`"
            )
    below = [title for level, title in headings[1 if has_title else 0 :]]
    own = headings_of_topics(list(lesson.topics), below)
    for topic in lesson.topics:
        if own[topic] is None:
            yield Fault(1, f"no heading has the title of the topic `{topic}`: the book shows the topic as not covered")


def _of_code(tokens: list[Token], text: str) -> Iterator[Fault]:
    for token in tokens:
        if is_unclosed_fence(token, text):
            yield Fault(_line_of(token), "the code block is not closed: all that follows is printed as code")
        if token.type == "fence" and _DRAWN.match(text.split("\n")[_line_of(token) - 1]):
            yield Fault(
                _line_of(token),
                "the diagram's source becomes a request for a figure: write `[VISUAL: what it shows]`",
            )


def _of_tags(text: str, lesson: AuthorsLesson) -> Iterator[Fault]:
    usual = with_usual_tags(text)
    tags = find_visual_tags(usual)
    seen: set[str] = set()
    for tag in tags:
        # Other spellings of tags change no lines; a diagram's source has its own fault.
        line = _line(usual, tag.start)
        known = VisualId.parse(tag.visual_id) if tag.visual_id else None
        if not tag.description:
            yield Fault(line, "the visual tag says nothing: write `[VISUAL: what the figure shows]`")
        elif known and (known.module, known.lesson) != (lesson.module, lesson.lesson):
            yield Fault(line, f"the visual tag {known} is another lesson's: it gets a new number, and a new figure")
        elif tag.visual_id in seen:
            yield Fault(line, f"the visual tag {known} comes twice: it gets a new number, and a new figure")
        if tag.visual_id:
            seen.add(tag.visual_id)
    code = code_lines(usual)
    spans = [range(tag.start, tag.end) for tag in tags]
    for opening in _OPEN_TAG.finditer(usual):
        line = _line(usual, opening.start())
        is_code = line - 1 in code or usual[usual.rfind("\n", 0, opening.start()) + 1 : opening.start()].count("`") % 2
        if not is_code and not any(opening.start() in span for span in spans):
            yield Fault(line, "the visual tag is not closed and is printed as text: write `[VISUAL: …]`")


def _of_references(text: str, known: Collection[LessonId] | None) -> Iterator[Fault]:
    for found in dead_references(text, known) if known is not None else ():
        said = "leads to no lesson of the course: only its words are printed"
        yield Fault(_line(text, found.start), f"the reference `{_shown(text[found.start : found.end])}` {said}")


def _of_pictures(tokens: list[Token], picture_fault: Callable[[str], str] | None) -> Iterator[Fault]:
    for picture in pictures_in(tokens):
        line, file = picture.first_line + 1, own_picture_of(picture.target)
        if is_elsewhere(picture.target):
            said = "is not loaded from elsewhere: save it with the course's pictures, and write its file name"
            yield Fault(line, f"the picture `{_shown(picture.target)}` {said}")
        elif not file:
            yield Fault(line, f"found the picture `{_shown(picture.target)}`, expected {EXPECTED_NAME}")
        else:
            if picture_fault and (fault := picture_fault(file)):
                yield Fault(line, f"picture {file}: {fault}")
            if not picture.alt.strip() and picture.is_figure and not picture.caption:
                said = f"write `![what it shows]({file})`"
                yield Fault(line, f"picture {file} has no words for readers who do not see it: {said}")


def _of_markup(text: str) -> Iterator[Fault]:
    """Yield HTML and links that the book does not have; HTML with a form in Markdown is none."""
    for token in parse_markdown(without_html(text)):
        htmls = [token.content] if token.type == "html_block" else []
        htmls += [
            child.content
            for child in token.children or []
            if child.type == "html_inline" and not LINE_BREAK.fullmatch(child.content)
        ]
        for html in htmls:
            if not _COMMENT.fullmatch(html):
                place = text.find(html.strip().split("\n")[0])
                yield Fault(
                    _line(text, max(place, 0)), f"`{_shown(html)}` is HTML, and is printed as text: use Markdown"
                )
        for child in token.children or []:
            target = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if target and not _LINK_OF_THE_BOOK.match(target):
                place = text.find(target)
                said = "leads to no web page and to no place in the lesson: only its words are printed"
                yield Fault(_line(text, max(place, 0)), f"the link to `{_shown(target)}` {said}")


def _of_blocks(tokens: list[Token], text: str) -> Iterator[Fault]:
    for number in overfull_rows(text):
        yield Fault(number + 1, "the row has more cells than its table's head: the last ones are printed as one")
    for token in tokens:
        if token.map is not None and (token.type != "inline" or token.children):
            for fault in formula_faults([token]):
                yield Fault(_line_of(token), f"{fault}: it is printed as its source")
    for number, line in enumerate(text.split("\n"), start=1):
        for character in unseen_characters(line):
            yield Fault(number, f"the line has the character {character}, which no reader sees: leave it out")


def _line_of(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _shown(text: str) -> str:
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= _SHOWN_CHARACTERS else line[:_SHOWN_CHARACTERS] + "…"
