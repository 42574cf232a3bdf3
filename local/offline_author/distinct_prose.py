"""Prose in which no two lessons share a passage: sentences of many words, chosen by the place where they stand.

Equal places give equal sentences, so that a writer can know what another lesson says.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Self

import yaml

from course_kit.data_models import ClosedModel
from course_kit.labels import base_language

LANGUAGES = ("en", "es")
_SENTENCES_OF_A_PARAGRAPH = 5
_SHARE_OF_OTHER_WORDS = 0.3
_SLOT = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"\w+")


class Prose(ClosedModel):
    """Words and frames of one language. In frames, each of ``{n}``, ``{a}`` … is another word."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    adjectives: tuple[str, ...]
    adverbs: tuple[str, ...]
    places: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    definition: str
    step: str
    early_uses: tuple[str, ...]
    other_definition: str
    changed_facts: tuple[str, ...]
    dead_references: tuple[str, ...]
    glue: dict[str, str]
    """Words of no weight, with others that say the same."""

    @classmethod
    def of(cls, language: str) -> Self | None:
        """Return the prose of a language; None for one that has none."""
        base = base_language(language)
        return cls._load(base) if base in LANGUAGES else None

    @classmethod
    @cache
    def _load(cls, language: str) -> Self:
        text = files(__package__).joinpath("prose", f"{language}.yaml").read_text(encoding="utf-8")
        return cls.model_validate(yaml.safe_load(text))

    def paragraph(self, *place: object, sentences: int = _SENTENCES_OF_A_PARAGRAPH) -> str:
        """Return the paragraph of a place, such as a lesson, a topic and a position."""
        choices = Choices(*place)
        return " ".join(self.filled(choices.one_of(self.sentences), choices) for _ in range(sentences))

    def question(self, *place: object) -> str:
        """Return the question of a place."""
        choices = Choices(*place)
        return self.filled(choices.one_of(self.questions), choices)

    def filled(self, frame: str, choices: "Choices", **given: str) -> str:
        """Return a frame with words in it, with a capital at its beginning."""

        def word(slot: re.Match[str]) -> str:
            match slot[1]:
                case "n":
                    return choices.one_of(self.nouns)
                case "ns":
                    return _with_s(choices.one_of(self.nouns))
                case "v":
                    return choices.one_of(self.verbs)
                case "v3":
                    return _with_s(choices.one_of(self.verbs))
                case "a":
                    return choices.one_of(self.adjectives)
                case "d":
                    return choices.one_of(self.adverbs)
                case "p":
                    return choices.one_of(self.places)
                case name:
                    return given[name]

        text = _SLOT.sub(word, frame)
        # A name in code keeps its letters.
        return re.sub(r"^\W*\w", lambda found: found[0] if "`" in found[0] else found[0].upper(), text)

    def reworded(self, text: str, *place: object) -> str:
        """Return a passage with a few other adjectives: every third one or so."""
        choices, known = Choices(*place), frozenset(self.adjectives)

        def other(found: re.Match[str]) -> str:
            is_other = found[0] in known and choices.share() < _SHARE_OF_OTHER_WORDS
            return choices.one_of(self.adjectives) if is_other else found[0]

        return _WORD.sub(other, text)

    def with_other_glue(self, text: str) -> str:
        """Return a definition in other words of no weight."""
        return _WORD.sub(lambda found: self.glue.get(found[0], found[0]), text[:1].lower() + text[1:])


class Choices:
    """Choices that depend on a place only: equal places make the same ones."""

    def __init__(self, *place: object) -> None:
        self._place = "|".join(map(str, place))
        self._made = 0

    def number(self) -> int:
        """Return the next number."""
        self._made += 1
        return int.from_bytes(hashlib.sha256(f"{self._place}|{self._made}".encode()).digest()[:6], "big")

    def share(self) -> float:
        """Return the next number from 0 to 1."""
        return self.number() / 2**48

    def one_of(self, words: Sequence[str]) -> str:
        """Return the next of some words."""
        return words[self.number() % len(words)]


def _with_s(word: str) -> str:
    """Return an English plural, or the form of a verb after "it"."""
    if re.search(r"(?:s|x|z|sh|ch)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"
