"""HTML in a model's prose: known tags become Markdown, apparent tags become text, active ones stay unchanged.

Active HTML is rejected later (`markup_faults`): elements that load, run or request something, and event handlers. A tag
is markup when it has a partner and no space towards the text between them. ``the <div> element`` is only a mention.
"""

import html
import re

from course_kit.markdown.html_blocks import with_markdown_blocks
from course_kit.markdown.html_tags import Tag, acting_tags, html_tags, partners
from course_kit.markdown.prose import changed_prose, code_span
from course_kit.markdown.text import LINE_BREAK

_COMMENT_BEGINS, _COMMENT_ENDS = "<!--", "-->"
_REST_OF_LINE = re.compile(r"[ \t]*\n")
# The longest marked text that is searched, to limit the time.
_LONGEST_INLINE, _LONGEST_LINE = 4000, 400
_LINK = re.compile(
    r"""(?<!\\)<a\s+(?P<before>[^<>]*?)href=["'](?P<target>https?://[^"'\s<>]+)["'](?P<after>[^<>]*)>(?P<text>[^<>]*)</a>""",
    re.IGNORECASE,
)
_OF_LINKS = re.compile(
    r"(?:\s*\b(?:target|rel|title|class|id|lang|hreflang)=(?:\"[^\"]*\"|'[^']*'|[\w-]+))*\s*", re.IGNORECASE
)
_ANCHOR = re.compile(r"(?<!\\)<a\s+(?:name|id)=[\"']?[\w.:-]+[\"']?\s*>\s*</a>", re.IGNORECASE)
_RUBY = re.compile(r"(?<!\\)<ruby>(?P<inner>.{1,200}?)</ruby>", re.IGNORECASE | re.DOTALL)
_RUBY_MARKS = re.compile(r"<rp>[^<]*</rp>|</?rb>", re.IGNORECASE)
_ABBREVIATION = re.compile(
    r"(?<!\\)<abbr\s+title=[\"'](?P<long>[^\"'<>]*)[\"']\s*>(?P<short>[^<>]*)</abbr>", re.IGNORECASE
)
_QUOTE = re.compile(r"(?<!\\)<q>(?P<text>[^<>]+)</q>", re.IGNORECASE)
_BREAK_POINT = re.compile(r"(?<=[^\s\\])<wbr\s*/?>(?=\S)", re.IGNORECASE)
_RULE = re.compile(r"^[ \t]*<hr\s*/?>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_RAISED = re.compile(
    r"(?P<base>[^\s<>\\]?)(?<!\\)<(?P<name>sub|sup)>(?P<text>[^<>\n]{1,60})</(?P=name)>", re.IGNORECASE
)
_CODE = re.compile(
    r"(?<!\\)<(?P<name>kbd|code|tt|samp|var)>(?P<text>(?:(?!<(?:kbd|code|tt|samp|var)>|\n[ \t]*\n).)+?)</(?P=name)>",
    re.IGNORECASE | re.DOTALL,
)
_STYLE = re.compile(r"</?(?:b|i|em|strong|u|span|mark|small)>", re.IGNORECASE)
# An address with placeholders cannot be a link.
_ADDRESS = re.compile(r"(?<![(\[`<\w])https?://[^\s()`]{0,300}<[\w.-]+>[^\s()`]*(?<![.,;:!?])")
_MARKS = {
    **dict.fromkeys(("b", "strong", "summary"), "**"),
    **dict.fromkeys(("i", "em", "cite", "dfn"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
    # Tags that only set the style or position of text.
    **dict.fromkeys(
        ("u", "ins", "mark", "small", "big", "span", "font", "nobr", "kbd", "abbr", "time", "sub", "sup"), ""
    ),
    **dict.fromkeys(("p", "div", "center", "details", "section", "article", "figure", "figcaption", "aside"), ""),
}
_BLOCKS = frozenset({"p", "div", "center", "details", "summary", "section", "article", "figure", "figcaption", "aside"})
# HTML without a form in Markdown goes back to the model.
_TABLES = frozenset({"table", "thead", "tbody", "tr", "td", "th", "dl", "dt", "dd"})
_BELOW = str.maketrans("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ")
_ABOVE = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_ORDINAL = re.compile(r"st|nd|rd|th|er|ère|re|e|è|ème|ter|te|ten|o|a|os|as", re.IGNORECASE)


def without_html(markdown: str) -> str:
    """Return Markdown with all HTML that is not active as Markdown or text."""
    if "<" not in markdown:
        return markdown
    # Comments first, because a comment may hold apparent code. A comment on separate lines is removed with its lines.
    text = changed_prose(markdown, _without_comments)
    text = changed_prose(with_markdown_blocks(text), _with_code)
    return _settled(changed_prose(text, _with_inline_markdown))


def _without_comments(prose: str) -> str:
    parts: list[str] = []
    position = 0
    while (start := prose.find(_COMMENT_BEGINS, position)) >= 0:
        end = prose.find(_COMMENT_ENDS, start)
        if end < 0:
            break
        end += len(_COMMENT_ENDS)
        line = prose.rfind("\n", 0, start) + 1
        rest = _REST_OF_LINE.match(prose, end)
        has_lines = rest is not None and line >= position and not prose[line:start].strip()
        parts.append(prose[position : line if has_lines else start])
        position = rest.end() if rest and has_lines else end
    return "".join([*parts, prose[position:]])


def _with_code(prose: str) -> str:
    text = _ADDRESS.sub(r"`\g<0>`", prose)
    return _CODE.sub(lambda found: code_span(html.unescape(_STYLE.sub("", found["text"])).strip()), text)


def _with_inline_markdown(prose: str) -> str:
    text = _ANCHOR.sub("", _LINK.sub(_linked, prose))
    text = _RUBY.sub(_with_reading, text)
    text = _ABBREVIATION.sub(r"\g<short> (\g<long>)", text)
    text = _BREAK_POINT.sub("", _QUOTE.sub(r"“\g<text>”", text))
    return _RAISED.sub(_raised, _RULE.sub("\n***\n", text))


def _linked(found: re.Match[str]) -> str:
    if not all(_OF_LINKS.fullmatch(found[part]) for part in ("before", "after")):
        return found[0]
    return f"[{found['text']}]({found['target'].replace('(', '%28').replace(')', '%29')})"


def _with_reading(found: re.Match[str]) -> str:
    return _RUBY_MARKS.sub("", found["inner"]).replace("<rt>", "（").replace("</rt>", "）")


def _raised(found: re.Match[str]) -> str:
    """Return a subscript or superscript in Unicode letters, or after a mark."""
    base, letters = found["base"], found["text"].strip()
    table = _BELOW if found["name"].lower() == "sub" else _ABOVE
    if base and all(ord(letter) in table for letter in letters):
        return base + letters.translate(table)
    if not base or (table is _ABOVE and base.isdigit() and _ORDINAL.fullmatch(letters)) or letters.startswith("["):
        # A line in small print, 1st, the mark of a note.
        return base + letters
    return f"{base}{'_' if table is _BELOW else '^'}{letters if letters.isalnum() else f'({letters})'}"


def _settled(text: str) -> str:
    """Return a text in which every tag is Markdown, text, or active."""
    tags = html_tags(text)
    acting = acting_tags(tags)
    paired = partners(tags, frozenset(_MARKS) | _TABLES)
    marks: dict[Tag, str] = {}
    for tag in tags:
        partner = paired.get(tag)
        if LINE_BREAK.fullmatch(text, tag.start, tag.end) or tag in acting or (partner and partner in acting):
            continue
        if partner is None:
            # A type, a placeholder, a comparison, or a mentioned element.
            marks[tag] = f"\\{text[tag.start : tag.end]}"
        elif not tag.is_end:
            marks |= _pair(tag, partner, text)
    parts: list[str] = []
    position = 0
    for tag in tags:
        parts += [text[position : tag.start], marks.get(tag, text[tag.start : tag.end])]
        position = tag.end
    return "".join([*parts, text[position:]])


def _pair(opening: Tag, closing: Tag, text: str) -> dict[Tag, str]:
    """Return the replacements of a tag and its partner."""
    if opening.name in _TABLES and _has_line(opening, text):
        return {}
    inner = text[opening.end : closing.start]
    is_markup = opening.name in _MARKS and opening.is_harmless
    if is_markup and opening.name in _BLOCKS:
        is_markup = _has_line(opening, text) and (_has_line_end(closing, text) or opening.name == "summary")
    elif is_markup:
        is_short = 0 < len(inner) <= _LONGEST_INLINE
        is_markup = is_short and not inner[0].isspace() and not re.search(r"\n[ \t>]*\n", inner)
    if not is_markup:
        return {tag: f"\\{text[tag.start : tag.end]}" for tag in (opening, closing)}
    mark = _MARKS[opening.name]
    around = text[: opening.start].endswith(mark) and text[closing.end :].startswith(mark)
    if around or (inner.strip().startswith(mark) and inner.strip().endswith(mark)):
        mark = ""
    return {opening: mark, closing: mark}


def _has_line(tag: Tag, text: str) -> bool:
    before = text[text.rfind("\n", 0, tag.start) + 1 : tag.start]
    return len(before) <= _LONGEST_LINE and not re.sub(r"</?[A-Za-z][^<>]*>|[>\s]", "", before)


def _has_line_end(tag: Tag, text: str) -> bool:
    end = text.find("\n", tag.end)
    behind = text[tag.end : len(text) if end < 0 else end]
    return len(behind) <= _LONGEST_LINE and not re.sub(r"</?[A-Za-z][^<>]*>|\s", "", behind)
