"""Removal of the wrapping around a model's text: reasoning, greetings, a fence, front matter, format marks."""

import re
from itertools import islice
from textwrap import dedent

from course_kit.markdown.text import parse_markdown

_THOUGHTS = (
    r"(?:\w+:)?(?:think|thinking|thought|thoughts|reasoning|reason|scratchpad|analysis|reflection|planning|plan"
    r"|inner_monologue|internal_thoughts|chain_of_thought)"
)
_THINKING = re.compile(
    rf"\A\s*(?:<(?P<name>{_THOUGHTS})(?:\s[^<>]*)?>.*?</(?P=name)>|<\|(?P<piped>{_THOUGHTS})\|>.*?<\|/(?P=piped)\|>"
    r"|\[THINK\].*?\[/THINK\]|◁think▷.*?◁/think▷|<\|begin_of_thought\|>.*?<\|end_of_thought\|>)\s*",
    re.DOTALL | re.IGNORECASE,
)
_END_OF_THINKING = re.compile(
    rf"(?:</{_THOUGHTS}>|<\|/{_THOUGHTS}\|>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>)[ \t]*\n?", re.IGNORECASE
)
# OpenAI's channels: all but the last are reasoning.
_CHANNEL = re.compile(r"\A\s*(?:<\|start\|>\w+)?<\|channel\|>.*?\bfinal\b[^<\n]*<\|message\|>\s*", re.DOTALL)
_BEGIN_MARKS = re.compile(
    r"\A\s*(?:<\|im_start\|>\s*assistant\b[ \t]*|<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>"
    r"|<start_of_turn>\s*model\b|<\|(?:assistant|begin_of_text|startoftext|begin_of_solution|message)\|>|<s>|<bos>)\s*",
    re.IGNORECASE,
)
_END_MARKS = re.compile(
    r"(?:\s*(?:<\|/?[a-z][\w ]{1,40}\|>|<｜[^｜\n<>]{2,40}｜>|</?s>|<end_of_turn>|<eos>|</?eot>"
    r"|\[/INST\]|\[DONE\]))+\Z",
    re.IGNORECASE,
)
# Another turn, which the model invented after its own.
_NEXT_TURN = re.compile(
    r"(?:<\|im_end\|>|<\|eot_id\|>|<\|end\|>|<end_of_turn>)\s*"
    r"(?:<\|im_start\|>|<\|start_header_id\|>|<\|start\|>|<start_of_turn>)\s*(?:user|system|human)\b.*\Z",
    re.DOTALL | re.IGNORECASE,
)
_ANSWER_TAG = (
    r"(?:answer|final_answer|final|output|response|result|lesson|lab|lab_guide|guide|chapter|document|article|markdown|md"
    r"|content|solution|text)"
)
_ANSWER_BEGINS = re.compile(
    rf"\A(?:[^#<`]{{0,400}}\n)?\s*<{_ANSWER_TAG}>[ \t]*\n?(?=\s*(?:#|---\n|```|~~~))", re.IGNORECASE
)
_ANSWER_ENDS = re.compile(rf"\n?[ \t]*</{_ANSWER_TAG}>\Z", re.IGNORECASE)
_FRONT_MATTER = re.compile(
    r"\A\s*(?P<mark>---|\+\+\+)[ \t]*\n(?:[ \t]*(?:#.*)?\n)*\w[\w-]*[ \t]*[:=].*\n"
    r"(?:\w[\w-]*[ \t]*[:=].*\n|[ \t-].*\n|#.*\n|[\]}].*\n|\n){0,60}?(?:(?P=mark)|\.\.\.)[ \t]*\n+(?=#|```|~~~)"
)
# A few lines of greeting, then the whole text in a fence.
_FENCE_BEGINS = re.compile(
    r"\A\s*?(?:[^\n`~#][^\n]*\n+){0,3}[ ]{0,3}(?P<mark>`{3,}|~{3,})[ \t]*"
    r"(?P<language>markdown|md|mdx|gfm|text|txt|plaintext)?(?:[ \t]+[^\n`]*)?[ \t]*\n(?=\s*(?:#|---\n|\+\+\+\n))",
    re.IGNORECASE,
)
_OF_MARKDOWN = frozenset({"markdown", "md", "mdx", "gfm"})
_FAREWELL = r"[ \t]*(?:\n+[^\n`~#][^\n]{0,300})?\s*\Z"
_FENCE_LINE = re.compile(r"^[ ]{0,3}(?P<mark>`{3,}|~{3,})(?P<rest>.*)$", re.MULTILINE)
_TITLE = re.compile(r"^# ", re.MULTILINE)
_LONGEST_GREETING, _LONGEST_END = 400, 500
# Each round removes one layer; answers hardly have more than three.
_MOST_LAYERS = 8
_OF_GREETINGS = frozenset({"paragraph_open", "hr", "bullet_list_open", "ordered_list_open", "blockquote_open"})


def unwrapped(answer: str) -> str:
    """Return the text of an answer, from its title on."""
    text = answer.strip() + "\n"
    for _ in range(_MOST_LAYERS):
        before = text
        for take_off in (_without_thoughts, _without_marks, _without_answer_tag, _without_fence, _without_greeting):
            text = take_off(text)
        text = _FRONT_MATTER.sub("", text, count=1)
        if text == before:
            break
    return text


def _without_thoughts(text: str) -> str:
    text = _THINKING.sub("", _CHANNEL.sub("", text, count=1), count=1)
    for found in islice(_END_OF_THINKING.finditer(text), _MOST_LAYERS):
        rest = text[found.end() :]
        if _is_in_code(text, found.start()) or not rest.strip():
            continue
        # Reasoning may contain a draft with a title; the text after it starts with a title, or with a greeting.
        begins = _FENCE_BEGINS.match(rest) or rest.lstrip().startswith(("# ", "<", "---\n"))
        is_first_title = _TITLE.search(rest) and not _TITLE.search(text[: found.start()])
        if begins or is_first_title:
            return rest
    return text


def _without_marks(text: str) -> str:
    text = _BEGIN_MARKS.sub("", text, count=1)
    turn = _NEXT_TURN.search(text)
    if turn and not _is_in_code(text, turn.start()):
        text = text[: turn.start()]
    return _without_end(text, _END_MARKS)


def _without_answer_tag(text: str) -> str:
    return _without_end(_ANSWER_BEGINS.sub("", text, count=1), _ANSWER_ENDS)


def _without_end(text: str, mark: re.Pattern[str]) -> str:
    """Remove a mark at the very end, unless it is indented as code."""
    text = text.rstrip()
    last_line = text[text.rfind("\n") + 1 :]
    is_code = last_line.startswith(("    ", "\t"))
    end = None if is_code else mark.search(text, max(len(text) - _LONGEST_END, 0))
    return (text[: end.start()] if end else text) + "\n"


def _without_fence(text: str) -> str:
    """Remove a fence around the whole text; the end of its last code block may look like the fence's end."""
    begins = _FENCE_BEGINS.match(text)
    if begins is None:
        return text
    inner = text[begins.end() :]
    mark = re.escape(begins["mark"][0])
    closed = re.match(rf"(?P<inner>.*)\n[ ]{{0,3}}{mark}{{{len(begins['mark'])},}}{_FAREWELL}", inner, re.DOTALL)
    candidates = [closed["inner"]] if closed else []
    if (begins["language"] or "").lower() in _OF_MARKDOWN:
        candidates.append(inner)
    if not candidates:
        return text
    taken = next((candidate for candidate in candidates if not _is_open(candidate)), candidates[0])
    return dedent(taken).strip("\n") + "\n"


def _is_open(markdown: str) -> bool:
    """Whether a text ends inside a code block."""
    mark = ""
    for found in _FENCE_LINE.finditer(markdown):
        if not mark:
            mark = found["mark"]
        elif found["mark"].startswith(mark) and not found["rest"].strip():
            mark = ""
    return bool(mark)


def _is_in_code(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return line.count("`") % 2 == 1 or line.startswith(("    ", "\t")) or _is_open(text[:position])


def _without_greeting(text: str) -> str:
    """Remove a few lines before the title, which address the user.

    This needs a single title: lines before the first of several titles may belong to the text.
    """
    text = text.lstrip()
    if text.startswith("# "):
        return text
    tokens = parse_markdown(text)
    titles = [token.map[0] for token in tokens if token.type == "heading_open" and token.tag == "h1" and token.map]
    if len(titles) != 1:
        return text
    lines = text.split("\n")
    before = [token.type for token in tokens if token.map and token.map[0] < titles[0] and not token.level]
    is_greeting = len("\n".join(lines[: titles[0]])) <= _LONGEST_GREETING and set(before) <= _OF_GREETINGS
    return "\n".join(lines[titles[0] :]) if is_greeting else text
