"""What code can mend of a model's Markdown before anybody checks it, so that nobody pays for a second text.

Taken off is what stands around a text: thoughts, greetings, fences, marks of a model's own format. Brought to one form
is what has one meaning: tags, boxes, tables, HTML. What would act stays, for the checks to refuse it by name.
"""

import re

from course_kit.admonitions import with_usual_boxes
from course_kit.inline_html import without_html
from course_kit.markdown_tables import tidy_tables
from course_kit.markdown_text import parse_markdown
from course_kit.tag_spellings import with_usual_tags
from course_kit.terminal_sequences import without_escape_sequences

_THOUGHTS = r"think|thinking|thought|thoughts|reasoning|scratchpad|analysis|reflection|inner_monologue"
_THINKING = re.compile(rf"\A\s*<(?P<name>{_THOUGHTS})>.*?</(?P=name)>\s*", re.DOTALL | re.IGNORECASE)
_END_OF_THINKING = re.compile(rf"\A(?:(?!^# ).)*?</(?:{_THOUGHTS})>\s*", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_END_MARKS = re.compile(
    r"(?:\s*(?:<\|(?:im_end|im_start|endoftext|end_of_text|eot_id|end|eom_id)\|>|</s>|<end_of_turn>|<eos>|\[/INST\]))+\s*\Z"
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w-]+:.*\n|[ \t-].*\n)+(?:---|\.\.\.)[ \t]*\n+(?=#)")
# A few lines of greeting, then the whole text in a fence; what follows the fence is a farewell.
_FENCED = re.compile(
    r"\A\s*(?:[^\n`~#][^\n]*\n+){0,3}(?P<mark>```+|~~~+)(?:markdown|md|text)?[ \t]*\n"
    r"(?P<inner>\s*(?:#|---\n).*)\n(?P=mark)[ \t]*(?:\n+[^\n`~#][^\n]{0,300})?\s*\Z",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST_GREETING = 400


def mended(text: str) -> str:
    """Return a model's Markdown in its usual form; the same again when it is mended again."""
    text = text.replace("\r\n", "\n").replace("\ufeff", "")
    text = _unwrapped(text)
    text = without_escape_sequences(text)
    text = _without_greeting(text.strip() + "\n")
    for mend in (without_html, with_usual_tags, with_usual_boxes, tidy_tables):
        text = mend(text)
    return text.strip() + "\n"


def _unwrapped(text: str) -> str:
    """Take off thoughts, a fence around the whole, front matter and end marks."""
    text = _THINKING.sub("", text, count=1)
    text = _END_OF_THINKING.sub("", text, count=1)
    text = _END_MARKS.sub("\n", text)
    fenced = _FENCED.match(text)
    if fenced:
        text = fenced["inner"].lstrip("\n")
    return _FRONT_MATTER.sub("", text.lstrip(), count=1)


def _without_greeting(text: str) -> str:
    """Take off a line or two before the title, which are said to the one who asked."""
    if text.startswith("# "):
        return text
    lines = text.split("\n")
    for token in parse_markdown(text):
        if token.level or not token.map:
            continue
        if token.type == "heading_open":
            start = token.map[0]
            is_title = token.tag == "h1" and len("\n".join(lines[:start])) <= _LONGEST_GREETING
            return "\n".join(lines[start:]) if is_title else text
        if token.type not in ("paragraph_open", "hr"):
            return text
    return text
