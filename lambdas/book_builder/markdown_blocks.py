"""A passage of Markdown as blocks of pandoc's document. The parser is the same as in all checks.

No text is trusted. Raw HTML, links other than web links, and pictures other than the book's figures and the author's
own do not pass. What is removed for safety stays visible as text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode

from book_builder import pandoc_nodes as pandoc
from book_builder.book_model import BookPicture
from book_builder.code_languages import language_of
from book_builder.document_sections import plain_text
from book_builder.figure_places import figure_identifier
from book_builder.own_image import own_image, picture_gap
from book_builder.pandoc_nodes import Node
from book_builder.typography import Typography
from course_kit.labels import Labels
from course_kit.markdown.headings import folded_title, headings_in
from course_kit.markdown.math import DISPLAYED, MATH_BLOCK, MATH_INLINE, is_math_fence
from course_kit.markdown.text import LINE_BREAK, parse_markdown
from course_kit.pictures.picture_names import own_picture_of

# Chapters are level 1 and sections level 2; a passage cannot have these levels.
HIGHEST_LEVEL = 3
_OUR_FIGURE = re.compile(r"images/([\d-]+)\.png")
_WEB_LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
_ALERT = re.compile(r"\s*\[!(note|tip|important|warning|caution)\][ \t]*(?P<title>.*)", re.IGNORECASE)
# Not allowed in XML 1.0, section 2.2. The checks reject them; an older lesson may hold some.
_IN_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_IDENTIFIERS = re.compile(r"[^\w\- ]")


@dataclass
class PassageReader:
    """Reads passages of one book and remembers used identifiers."""

    labels: Labels
    typography: Typography
    pictures: Mapping[str, BookPicture] = field(default_factory=dict)
    """The author's own pictures, by file."""
    taken: set[str] = field(default_factory=set)
    _notes: dict[int, list[Node]] = field(default_factory=dict)
    _prefix: str = ""
    _anchors: dict[int, str] = field(default_factory=dict)
    """Identifiers by the line of their heading."""
    _last_level: int = HIGHEST_LEVEL - 1

    def blocks(self, markdown: str, prefix: str = "", anchors: Sequence[tuple[str, str]] = ()) -> list[Node]:
        """Return the blocks of a passage.

        Parameters
        ----------
        prefix
            The start of the headings' identifiers (``section-2-3`` gives ``section-2-3__topic``).
        anchors
            Headings with their own identifiers: text and identifier.
        """
        text = _IN_NO_XML.sub("", markdown)
        tree = SyntaxTreeNode(self.typography.reader.parse(text))
        self._prefix, self._last_level = prefix, HIGHEST_LEVEL - 1
        self._anchors = _by_line(text, anchors) if anchors else {}
        self._notes = {}
        for block in tree.children:
            if block.type == "footnote_block":
                self._notes = {int(note.meta["id"]): list(self._blocks(note.children)) for note in block.children}
        return pandoc.changed(list(self._blocks(tree.children)), self._with_own_target)

    def _with_own_target(self, node: Node) -> list[Node]:
        """Point a link to a heading of the same passage at that heading's identifier."""
        match node:
            case {"t": "Link", "c": [attributes, content, [str(target), title]]} if target.startswith("#"):
                own = f"{self._prefix}__{target[1:]}"
                return [{"t": "Link", "c": [attributes, content, [f"#{own}", title]]}] if own in self.taken else [node]
        return [node]

    def line(self, text: str) -> list[Node]:
        """Return a line of plain text, in the book's typography."""
        return list(pandoc.words(self.typography.line(text)))

    def _blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Node]:
        for node in nodes:
            reading = _BLOCKS.get(node.type)
            if reading is not None:
                yield from reading(self, node)

    def _paragraph(self, node: SyntaxTreeNode) -> Iterator[Node]:
        inlines = self._inlines(node.children[0].children)
        own = self._own_figure(node.children[0].children)
        if own is not None:
            yield own
            return
        pictures = [inline for inline in inlines if inline["t"] == "Image"]
        if len(pictures) == 1 and all(inline["t"] in ("Image", "Space", "SoftBreak") for inline in inlines):
            yield self._figure(pictures[0])
        elif inlines:
            yield pandoc.plain(inlines) if node.hidden else pandoc.para(inlines)

    def _own_figure(self, inlines: Sequence[SyntaxTreeNode]) -> Node | None:
        """Return a picture of the author's that stands by itself, as `figure_places` writes it; else None."""
        if len(inlines) != 1 or inlines[0].type != "image" or not inlines[0].attrs.get("title"):
            return None
        target, _, identifier = str(inlines[0].attrs.get("src", "")).partition("#")
        picture = self.pictures.get(own_picture_of(target))
        if picture is None or not picture.kind or not identifier:
            return None
        caption = self._inlines(
            SyntaxTreeNode(self.typography.reader.parseInline(str(inlines[0].attrs["title"]))).children[0].children
        )
        node = own_image(own_picture_of(target), picture, _text_of(inlines[0]) or plain_text(caption))
        return pandoc.figure([pandoc.plain([node])], caption, self._identifier(f"{self._prefix}__{identifier}", ""))

    def _figure(self, picture: Node) -> Node:
        match picture["c"]:
            case [_, list(caption), [str(source), _]] if found := _OUR_FIGURE.fullmatch(source):
                identifier = self._identifier(figure_identifier(found[1]), "")
                words = [word for word in caption if isinstance(word, dict)]
                return pandoc.figure([pandoc.plain([picture])], words, identifier)
        return pandoc.para([picture])

    def _heading(self, node: SyntaxTreeNode) -> Iterator[Node]:
        inlines = self._inlines(node.children[0].children)
        # No heading level may be skipped (PDF/UA-1, 7.4.2): readers who move by headings would look for it.
        level = min(max(int(node.tag[1:]), HIGHEST_LEVEL), self._last_level + 1)
        self._last_level = level
        text = _text_of(node)
        wanted = self._anchors.get(node.map[0], "") if node.map else ""
        yield pandoc.header(level, inlines, self._identifier(wanted, text))

    def _identifier(self, wanted: str, text: str) -> str:
        if not wanted:
            slug = _NOT_IN_IDENTIFIERS.sub("", unicodedata.normalize("NFC", text).lower()).strip().replace(" ", "-")
            wanted = f"{self._prefix}__{slug}" if self._prefix else slug or "part"
        identifier, number = wanted, 0
        while identifier in self.taken:
            number += 1
            identifier = f"{wanted}-{number}"
        self.taken.add(identifier)
        return identifier

    def _quote(self, node: SyntaxTreeNode) -> Iterator[Node]:
        first = node.children[0] if node.children else None
        inlines = first.children[0].children if first is not None and first.type == "paragraph" else []
        alert = _ALERT.fullmatch(inlines[0].content) if inlines and inlines[0].type == "text" else None
        if alert is None or first is None:
            yield pandoc.block_quote(self._blocks(node.children))
            return
        breaks = (n for n, child in enumerate(inlines) if child.type in ("softbreak", "hardbreak"))
        line_end = next(breaks, len(inlines))
        kind = alert[1].lower()
        # The title is the whole line without the mark; it may hold code and formulas.
        own_title = [*pandoc.words(self.typography.dashes(alert["title"])), *self._inlines(inlines[1:line_end])]
        title = own_title or self.line(getattr(self.labels.admonitions, kind))
        rest = self._inlines(inlines[line_end + 1 :])
        body = [*([pandoc.para(rest)] if rest else []), *self._blocks(node.children[1:])]
        yield pandoc.div([pandoc.div([pandoc.para(title)], ["title"]), *body], ["box", _BOX_OF_ALERT.get(kind, kind)])

    def _fence(self, node: SyntaxTreeNode) -> Iterator[Node]:
        if is_math_fence(node.info):
            yield pandoc.para([pandoc.math(node.content.strip(), is_displayed=True)])
            return
        language = language_of(node.info)
        yield pandoc.code_block(node.content.removesuffix("\n"), [language] if language else [])

    def _math_block(self, node: SyntaxTreeNode) -> Iterator[Node]:
        yield pandoc.para([pandoc.math(node.content, is_displayed=True)])

    def _html_block(self, node: SyntaxTreeNode) -> Iterator[Node]:
        if not _COMMENT.fullmatch(node.content):
            yield pandoc.code_block(node.content.rstrip("\n"))

    def _rule(self, _: SyntaxTreeNode) -> Iterator[Node]:
        yield pandoc.rule()

    def _bullets(self, node: SyntaxTreeNode) -> Iterator[Node]:
        yield pandoc.bullet_list(self._item(item) for item in node.children)

    def _numbers(self, node: SyntaxTreeNode) -> Iterator[Node]:
        yield pandoc.ordered_list(
            (self._item(item) for item in node.children),
            start=int(str(node.attrs.get("start", 1))),
            delimiter=node.markup,
        )

    def _item(self, node: SyntaxTreeNode) -> list[Node]:
        blocks = list(self._blocks(node.children))
        if "checked" in node.meta and blocks and blocks[0]["t"] in ("Plain", "Para"):
            box: Node = {"t": "Str", "c": "☒" if node.meta["checked"] else "☐"}
            content = blocks[0]["c"]
            blocks[0] = {**blocks[0], "c": [box, {"t": "Space"}, *(content if isinstance(content, list) else [])]}
        return blocks

    def _table(self, node: SyntaxTreeNode) -> Iterator[Node]:
        rows = [row for part in node.children for row in part.children]
        cells = [[self._inlines(cell.children[0].children) for cell in row.children] for row in rows]
        alignments = [str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in rows[0].children]
        yield pandoc.table(alignments, cells[0], cells[1:])

    def _inlines(self, nodes: Sequence[SyntaxTreeNode]) -> list[Node]:
        return [inline for position, node in enumerate(nodes) for inline in self._inline(node, nodes, position)]

    def _inline(self, node: SyntaxTreeNode, siblings: Sequence[SyntaxTreeNode], position: int) -> Iterator[Node]:
        match node.type:
            case "text" | "text_special":
                yield from pandoc.words(self.typography.dashes(node.content))
            case "softbreak":
                if not _is_between_wide(siblings, position):
                    yield {"t": "SoftBreak"}
            case "hardbreak":
                yield {"t": "LineBreak"}
            case "code_inline":
                yield pandoc.code(node.content)
            case "em" | "strong" | "s":
                yield pandoc.inline(_MARKS[node.type], self._inlines(node.children))
            case "link":
                target = str(node.attrs.get("href", ""))
                inner = self._inlines(node.children)
                yield from [pandoc.link(inner, target)] if _WEB_LINK.match(target) else inner
            case "image":
                yield from self._image(node)
            case "html_inline":
                yield from _html_inline(node.content)
            case "footnote_ref":
                yield pandoc.note(self._notes.get(int(node.meta["id"]), []))
            case kind if kind == MATH_INLINE:
                yield pandoc.math(node.content, is_displayed=node.markup in DISPLAYED)
            case _:
                yield from pandoc.words(node.content)

    def _image(self, node: SyntaxTreeNode) -> Iterator[Node]:
        source, inner = str(node.attrs.get("src", "")), self._inlines(node.children)
        file = own_picture_of(source)
        picture = self.pictures.get(file)
        if picture is not None and picture.kind:
            yield own_image(file, picture, _text_of(node) or file, is_in_line=True)
        elif picture is not None:
            yield pandoc.inline("Strong", self.line(f"[{picture_gap(file, picture, self.labels)}]"))
        else:
            yield from [pandoc.image(inner, source)] if _OUR_FIGURE.fullmatch(source) else inner


_MARKS = {"em": "Emph", "strong": "Strong", "s": "Strikeout"}
_BOX_OF_ALERT = {"caution": "warning"}
_BLOCKS: dict[str, Callable[[PassageReader, SyntaxTreeNode], Iterator[Node]]] = {
    "paragraph": PassageReader._paragraph,
    "heading": PassageReader._heading,
    "blockquote": PassageReader._quote,
    "fence": PassageReader._fence,
    "code_block": PassageReader._fence,
    MATH_BLOCK: PassageReader._math_block,
    "html_block": PassageReader._html_block,
    "hr": PassageReader._rule,
    "bullet_list": PassageReader._bullets,
    "ordered_list": PassageReader._numbers,
    "table": PassageReader._table,
}


def _html_inline(html: str) -> Iterator[Node]:
    if LINE_BREAK.fullmatch(html):
        yield {"t": "LineBreak"}
    elif not _COMMENT.fullmatch(html):
        yield from pandoc.words(html)


def _by_line(markdown: str, anchors: Sequence[tuple[str, str]]) -> dict[int, str]:
    """Return the identifiers of a passage's headings by their lines.

    Headings are compared in their written form, before quotation marks are set. ``Map`` and ``map`` differ when both
    exist.
    """
    tokens = parse_markdown(markdown)
    lines = [token.map[0] if token.map else -1 for token in tokens if token.type == "heading_open"]
    headings = dict(zip(lines, (title for _, title in headings_in(tokens)), strict=True))
    found: dict[int, str] = {}
    for alike in (str.strip, folded_title):
        for text, identifier in anchors:
            own = (line for line, heading in headings.items() if line not in found and alike(heading) == alike(text))
            if identifier not in found.values() and (line := next(own, None)) is not None:
                found[line] = identifier
    return found


def _text_of(node: SyntaxTreeNode) -> str:
    return "".join(child.content for child in node.walk() if child.type in ("text", "code_inline", MATH_INLINE))


def _is_between_wide(siblings: Sequence[SyntaxTreeNode], position: int) -> bool:
    """Whether a line break is inside Chinese, Japanese or Korean text, where no space belongs."""
    before = siblings[position - 1].content[-1:] if position else ""
    after = siblings[position + 1].content[:1] if position + 1 < len(siblings) else ""
    return all(side and unicodedata.east_asian_width(side) in ("W", "F") for side in (before, after))
