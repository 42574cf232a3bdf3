"""Conversion of visual tags in models' spellings, and of diagrams by models, to ``[VISUAL: …]``."""

import re

from course_kit.markdown.prose import changed_prose, code_lines, prose_stretches
from course_kit.text.drawn_sources import in_balance, with_drawings_as_tags

# The word of the prompt, a translation, a number after it, or a word for its kind.
TAG_WORD = (
    r"(?:insert[ \t]+)?(?:visuals?|visuel|visuale|ビジュアル|视觉图?)"
    r"(?:[ \t]+(?:#?\d+(?:\.\d+)?|aid|tag|description|idea|suggestion|placeholder|here))?"
)
_PICTURE_WORD = (
    r"(?:image|figure|diagram|illustration|picture|chart|screenshot|imagen|figura|diagrama|ilustración|gráfico|imagem"
    r"|ilustração|schéma|diagramme|bild|abbildung|diagramm|grafik|schaubild|immagine|diagramma|illustrazione|図|画像"
    r"|イラスト|图|图片|图示|插图|صورة|شكل|رسم|مخطط)(?:[ \t]*\d+(?:[.-]\d+)*)?"
)
_COLON, _DASH = r"[ \t\u00a0]*[:：]", r"[ \t]*[-–—](?=\s)"
_OPENING = re.compile(rf"(?P<image>!?)\[\s*(?P<word>{TAG_WORD})(?:(?P<colon>{_COLON})|{_DASH})[ \t]*", re.IGNORECASE)
_TARGET = re.compile(r"\((?P<target>[^()\n]*)\)")
_WEB = re.compile(r"https?://|mailto:|www\.", re.IGNORECASE)
_BEFORE = r"^(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(?:#{1,6}[ \t]+)?"
_MARK = r"(?P<mark>\*{1,3}|_{1,3}|)"
_BRACKETS = {
    "[": "]",
    "[[": "]]",
    "\\[": "\\]",
    "(": ")",
    "{": "}",
    "<": ">",
    "\\<": ">",
    "【": "】",
    "〔": "〕",
    "［": "］",
}
_OPEN = "|".join(re.escape(mark) for mark in sorted(_BRACKETS, key=len, reverse=True))
_CLOSE = "|".join(re.escape(mark) for mark in sorted(set(_BRACKETS.values()), key=len, reverse=True))
# A separate line, in brackets of any kind.
_LINE_IN_BRACKETS = re.compile(
    rf"{_BEFORE}{_MARK}(?P<open>{_OPEN})\s*(?P<word>{TAG_WORD}|{_PICTURE_WORD})(?:{_COLON}|{_DASH})[ \t]*"
    rf"(?P<text>.*?\S)[ \t]*(?P<close>{_CLOSE})[.。]?(?P=mark)[ \t]*$",
    re.IGNORECASE,
)
# `VISUAL: …` or `[VISUAL] …`, in capitals, because `Visual: …` may start a sentence.
_LINE_WITHOUT = re.compile(
    rf"{_BEFORE}{_MARK}(?:\[VISUAL\][:：]?|VISUAL(?: #?\d+)?[:：])(?P<closed>(?P=mark))?[ \t]*(?P<text>[^\s\]*_].*?)"
    r"(?(closed)|(?P=mark))[ \t]*$"
)
_MARKED = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?P<tag>\[VISUAL: (?:[^\[\]\n]|\[[^\[\]\n]*\])*\])(?P=mark)")
_ANOTHER = re.compile(rf"\][^\[\]]*\[\s*{TAG_WORD}[ \t]*[:：–—-]", re.IGNORECASE)
_LONGEST_TAG = 10_000


def with_usual_tags(markdown: str) -> str:
    """Return Markdown with all visual tags as ``[VISUAL: …]``; code that quotes a tag stays unchanged."""
    text = _with_lines(markdown)
    text = changed_prose(_with_openings(text), lambda prose: _MARKED.sub(r"\g<tag>", prose))
    return with_drawings_as_tags(text)


def _with_lines(markdown: str) -> str:
    code = code_lines(markdown)
    lines = markdown.split("\n")
    return "\n".join(line if number in code else _line(line) for number, line in enumerate(lines))


def _line(line: str) -> str:
    found = _LINE_IN_BRACKETS.match(line)
    # In brackets that are not square, lower case means a remark, and `(Figure 1: …)` is a caption.
    is_tag = found is not None and ("[" in found["open"] or found["word"].startswith("VISU"))
    if found and is_tag and _BRACKETS[found["open"]] == found["close"] and "](" not in found["text"]:
        text = found["text"]
        # Two tags in one line are not nested.
        is_one = _ANOTHER.search(text) is None
        return f"{found['before']}[VISUAL: {in_balance(text)}]" if is_one else line
    found = _LINE_WITHOUT.match(line)
    return f"{found['before']}[VISUAL: {in_balance(found['text'])}]" if found else line


def _with_openings(markdown: str) -> str:
    """Return a text in which every tag in prose has the right start, and is no link and no picture."""
    stretches = prose_stretches(markdown)
    openings = [found for start, end in stretches for found in _OPENING.finditer(markdown, start, end)]
    parts: list[str] = []
    position = 0
    for opening in openings:
        end = _end_of(markdown, opening.end()) if opening.start() >= position else None
        if end is None:
            continue
        behind = _TARGET.match(markdown, end)
        is_as_asked = opening["word"].isupper()
        if behind and not opening["image"] and not is_as_asked and _WEB.match(behind["target"]):
            continue
        if not is_as_asked and opening["colon"] is None and not opening["image"]:
            # `[visual - the sense]` in a sentence.
            continue
        parts += [markdown[position : opening.start()], "[VISUAL: ", markdown[opening.end() : end]]
        position = behind.end() if behind else end
    return "".join([*parts, markdown[position:]])


def _end_of(text: str, start: int) -> int | None:
    """Return the place after the bracket that closes a tag."""
    depth = 1
    for found in re.compile(r"[\[\]]|\n[ \t>]*\n").finditer(text, start, start + _LONGEST_TAG):
        if found[0] not in "[]":
            return None
        depth += 1 if found[0] == "[" else -1
        if depth == 0:
            return found.end()
    return None
