"""The text that stands in a passage's place: as close to the passage as its problem allows."""

import re

_BLOCKS = re.compile(r"(\n{2,})")
_SENTENCES = re.compile(r"(?<=[.!?…])(?=[ \n])")
_PROSE = re.compile(r"[^\s#>|`\-*+\d]|\*\*")
# Not within a name, such as `db-01`.
_NUMBER = re.compile(r"(?<![\w-])\d(?:[\d.,\u00a0\u202f ]*\d)?")
_NAME = re.compile(r"[\w][\w.\-]*")


def with_sentence(text: str, sentence: str) -> str:
    """Return a passage with one more sentence: in its last paragraph, or after a list, a table or code."""
    last = _BLOCKS.split(text.rstrip())[-1]
    return f"{text.rstrip()}{' ' if _PROSE.match(last) else chr(10) * 2}{sentence}"


def replaced_by(text: str, sentence: str) -> str:
    """Return a sentence under the headings with which a passage begins."""
    headings = []
    for block in text.split("\n\n"):
        if not block.startswith("#"):
            break
        headings.append(block)
    return "\n\n".join([*headings, sentence])


def without_definition(text: str, definition: str, sentence: str) -> str:
    """Return a passage with another sentence in place of the one that defines, by the words that both have."""
    words = set(_NAME.findall(definition.casefold()))
    sentences = _SENTENCES.split(text)
    shared = [len(words & set(_NAME.findall(one.casefold()))) for one in sentences]
    if not any(shared) or len(sentences) == 1:
        return replaced_by(text, sentence)
    defining = shared.index(max(shared))
    space = re.match(r"\s*", sentences[defining])
    sentences[defining] = (space[0] if space else "") + sentence
    return "".join(sentences)


def with_other_word(text: str, word: str, other: str) -> str:
    """Return a passage with another word in a word's place; a capital at its beginning stays."""

    def put(found: re.Match[str]) -> str:
        is_capital = found[0][0].isupper() and word[0].islower()
        return other[0].upper() + other[1:] if is_capital else other

    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", put, text, flags=re.IGNORECASE)


def with_value(text: str, about: str, value: str) -> str:
    """Return a passage with the right value of a fact: in the sentences that name it, each other number."""
    right = _NUMBER.search(value)
    if right is None:
        return text
    before, after = value[: right.start()], value[right.end() :]
    # With its unit if it has one there: `3 million` for `1.2 million`.
    wrong = re.compile(rf"{re.escape(before)}(?P<number>{_NUMBER.pattern}){re.escape(after)}")
    names = [name.casefold() for name in _NAME.findall(about)]
    sentences = _SENTENCES.split(text)
    most = max((_named(sentence, names) for sentence in sentences), default=0)
    return "".join(
        wrong.sub(value.replace("\\", r"\\"), sentence) if _named(sentence, names) == most else sentence
        for sentence in sentences
    )


def _named(sentence: str, names: list[str]) -> int:
    folded = sentence.casefold()
    return sum(name in folded for name in names)


def without_reference(text: str, about: str) -> str:
    """Return a passage without a reference: its words stay; a sentence that only leads to it goes."""
    number = re.search(r"\d+\.\d+", about)
    if number is None:
        return text
    reference = re.compile(rf"\[\[\s*\??{re.escape(number[0])}\s*(?:\|(?P<words>[^\[\]]*))?\]\]")
    kept = []
    for sentence in _SENTENCES.split(text):
        without = reference.sub(lambda found: found["words"] or "", sentence)
        is_bare = any(not found["words"] for found in reference.finditer(sentence))
        in_brackets = re.sub(r" ?\([^()]*\)", "", sentence) if is_bare else without
        if not is_bare:
            kept.append(without)
        elif not reference.search(in_brackets):
            kept.append(in_brackets)
    return "".join(kept).strip() or reference.sub("", text).strip()
