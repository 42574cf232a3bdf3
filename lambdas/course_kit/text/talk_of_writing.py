"""Check for texts about the model or its task instead of the subject: refusals, scratchpads, placeholders.

A lesson may be about language models, quote a refusal, or teach how to decline an invitation. So the meaning and the
place of words count. Words about the writer's own task count in every paragraph; a machine's refusal counts only in the
first and last paragraphs. Code, block quotations and quoted words do not count. The words are data:
``writers_words/``, one YAML file a language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from course_kit.data_models import ClosedModel
from course_kit.labels import LANGUAGES

# A title counts as one paragraph, and a model's remark before its text as another; the same at the end.
_EDGE = 2

_PROMPT_TAG = re.compile(
    r"</?(?:lesson|lab|lab_plan|study|visual_plan|diagram)_(?:specification|faults|request|repair)\b[^>\n]*>?", re.I
)
_SCRATCHPAD = r"(?:think(?:ing)?|scratchpad|reasoning|reflection|inner_monologue)"
# A real scratchpad is separate text. A sentence about one continues in lower case: "<thinking> holds the reasoning".
_OPEN_SCRATCHPAD = re.compile(rf"\s*<{_SCRATCHPAD}>(?:\s*$|\s*\n|\s*(?=[A-ZÀ-ÞΑ-Ω¿¡])|(?=\w+ ))")
_CLOSED_SCRATCHPAD = re.compile(rf"\s*<({_SCRATCHPAD})>.*</\1>\s*$", re.DOTALL)
_END_OF_SCRATCHPAD = re.compile(rf"\s*</{_SCRATCHPAD}>(?:\s*$|\s*\n)")
_FILLER = re.compile(r"\W*lorem ipsum dolor\b(?:[ ,.]+(?:sit|amet|consectetur|adipiscing|elit)\b)*", re.IGNORECASE)
_MOCK = re.compile(r"\[ministack mock", re.IGNORECASE)

_VISUAL_TAG = re.compile(r"\[VISUAL:[^\]]*\]")
_QUOTED = re.compile(
    r"`[^`]+`|“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|‹[^‹›]*›|「[^「」]*」|『[^『』]*』|〝[^〟]*〟|\"[^\"]*\"|＂[^＂]*＂"
    # An apostrophe inside a word does not end a quotation.
    r"|(?<!\w)[‘‚](?:[^‘’]|’(?=\w))*[’‘](?!\w)|(?<!\w)'(?=\S)(?:[^']|(?<=\w)'(?=\w))*'(?!\w)"
)
_MARKS = str.maketrans({"'": "’", "ʼ": "’", "，": ",", "：": ":", "；": ";", "！": "!", "？": "?"})
_SENTENCE_END = re.compile(r"(?:[.!?…][)\]*_]*\s+|[。!?]\s*)(?=\S)")
# `[Insert an example here]`, `Example: [insert it here]`, but not a sentence about a template.
_NAMED_BLANK = re.compile(r"\W*(?:\w+\s?){0,2}:?\s*")
_SPEAKER = re.compile(r"\w[\w.]*(?: [A-ZÀ-Þ][\w.]*)?\s?:\s")
_BRACKETS = re.compile(r"[\[【]([^\[\]【】]{1,160})[\]】]|\A[(（]([^()（）]{1,160})[)）]\Z")


class _Words(ClosedModel):
    """The words of one language with which a model speaks of its own writing.

    All are regular expressions, whatever their case. They are matched where a sentence begins, on text without
    quotations, with typographic apostrophes (’), ASCII commas and single spaces.
    """

    labels: str
    """Words before a colon at the start of a sentence, such as ``Note:``."""
    words: dict[str, str]
    """Parts of the other patterns, where ``<name>`` stands for an entry."""
    anywhere: tuple[str, ...]
    """The writer's own task: counts in every paragraph."""
    edges: tuple[str, ...]
    """A machine's refusal: counts in the first and last paragraphs."""
    beginning: tuple[str, ...]
    """A refusal to help, which could be anybody's: counts in the first paragraphs."""
    end: tuple[str, ...]
    """An offer to the reader, a word count: counts in the last paragraphs."""
    left_out: tuple[str, ...]
    """A text between brackets instead of content."""
    blank: tuple[str, ...]
    """The same, if it is the whole paragraph."""
    mention: str
    """What follows quoted words: "… is a polite way to decline", "…, says the shell"."""


@dataclass(frozen=True)
class _Language:
    """`_Words`, compiled to regular expressions."""

    anywhere: re.Pattern[str]
    edges: re.Pattern[str]
    beginning: re.Pattern[str]
    end: re.Pattern[str]
    left_out: re.Pattern[str]
    blank: re.Pattern[str]
    mention: re.Pattern[str]


def talk_of_writing(paragraphs: Sequence[str]) -> str | None:
    """Return the first words of a text about its own writing; None for a text about its subject only.

    Parameters
    ----------
    paragraphs
        The prose, without code and block quotations, in order. A short text, such as a caption, is its only paragraph.
    """
    for number, paragraph in enumerate(paragraphs):
        is_first, is_last = number < _EDGE, number >= len(paragraphs) - _EDGE
        found = _talk_in(paragraph, is_first=is_first, is_last=is_last)
        if found:
            return found
    return None


def talk_in_option(text: str) -> str | None:
    """Return the words of a quiz option about its own writing, or None.

    An option is often a line of speech ("I'm sorry, I can't help you with that"), so only the writer's task counts.
    """
    return _talk_in(text, is_first=False, is_last=False, is_option=True)


def _talk_in(paragraph: str, *, is_first: bool, is_last: bool, is_option: bool = False) -> str | None:
    unquoted = _VISUAL_TAG.sub("_", _QUOTED.sub(_gap, paragraph))
    tag = _PROMPT_TAG.search(unquoted) or _MOCK.search(unquoted) or _CLOSED_SCRATCHPAD.match(unquoted)
    if not is_option:
        # A tag's name alone is a valid answer to "Which tag holds the reasoning?".
        tag = tag or _OPEN_SCRATCHPAD.match(unquoted) or _END_OF_SCRATCHPAD.match(unquoted)
    if tag:
        return tag[0].strip()
    text = _comparable(unquoted)
    filler = None if is_option else _FILLER.match(text)
    if filler and not any(language.mention.match(text, filler.end()) for language in _languages()):
        return filler[0].strip()
    return next(_placeholders(text), None) or next(_sentences_told(text, is_first=is_first, is_last=is_last), None)


def _sentences_told(text: str, *, is_first: bool, is_last: bool) -> Iterator[str]:
    speaker = _SPEAKER.match(text)
    if speaker and not _opening().fullmatch(speaker[0]):
        # In a dialogue, a refusal is not the writer's own.
        is_first = is_last = False
    starts = [0, *(end.end() for end in _SENTENCE_END.finditer(text))]
    for language in _languages():
        patterns = [language.anywhere]
        patterns += [language.edges] if is_first or is_last else []
        patterns += [language.beginning] if is_first else []
        patterns += [language.end] if is_last else []
        for start in starts:
            opening = _opening().match(text, start)
            place = opening.end() if opening else start
            for pattern in patterns:
                found = pattern.match(text, place)
                if found and not language.mention.match(text, found.end()):
                    yield found[0].strip()


def _placeholders(text: str) -> Iterator[str]:
    for bracket in _BRACKETS.finditer(text):
        content = (bracket[1] or bracket[2] or "").strip(" .…*_-–—")
        rest = text[bracket.end() :].strip(" .*_…")
        stands_alone = not rest and _NAMED_BLANK.fullmatch(text[: bracket.start()])
        for language in _languages():
            if language.left_out.match(content) or (stands_alone and language.blank.match(content)):
                yield bracket[0]


def _gap(quotation: re.Match[str]) -> str:
    """Return the replacement of a quotation: a word, and the end of its sentence."""
    inner = quotation[0][:-1].rstrip()
    return "_. " if inner.endswith((".", "!", "?", "。", "！", "？")) else "_"


def _comparable(text: str) -> str:
    """Return a text in one line with one kind of apostrophe and without Arabic's vowel signs."""
    marked = unicodedata.normalize("NFC", text).translate(_MARKS)
    return " ".join("".join(letter for letter in marked if not "\u064b" <= letter <= "\u0652").split())


@cache
def _opening() -> re.Pattern[str]:
    """Return the pattern before the first word of a sentence: marks, and a label such as ``Note:``."""
    labels = "|".join(words.labels for words in _catalogues())
    return re.compile(rf"(?:(?!_)[\W])*(?:(?:{labels})\s?:\s?)?", re.IGNORECASE)


@cache
def _catalogues() -> tuple[_Words, ...]:
    folder = files("course_kit.text").joinpath("writers_words")
    sources = (folder.joinpath(f"{language}.yaml").read_text(encoding="utf-8") for language in LANGUAGES)
    return tuple(_Words.model_validate(yaml.safe_load(source)) for source in sources)


@cache
def _languages() -> tuple[_Language, ...]:
    return tuple(map(_compiled, _catalogues()))


def _compiled(words: _Words) -> _Language:
    def whole(pattern: str) -> str:
        while (
            "<" in (filled := re.sub(r"<([a-z]+)>", lambda name: words.words[name[1]], pattern)) and filled != pattern
        ):
            pattern = filled
        return filled

    def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{whole(pattern)})" for pattern in patterns), re.IGNORECASE)

    return _Language(
        anywhere=any_of(words.anywhere),
        edges=any_of(words.edges),
        beginning=any_of(words.beginning),
        end=any_of(words.end),
        left_out=any_of(words.left_out),
        blank=any_of(words.blank),
        mention=any_of((words.mention,)),
    )
