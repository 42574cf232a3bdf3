"""What does not go together in the finished lessons of a course, and what is put in its place in the book.

``review/findings.json`` lists the findings. ``edits/{MM-LL}.json`` holds the replacements in one lesson. The lesson
itself is never rewritten: the book builder applies the replacements.
"""

from collections.abc import Mapping
from enum import StrEnum

from course_kit.data_models import ClosedModel
from course_kit.store.artefact import fingerprint_of

_GONE = "\0"
"""Stands in no lesson."""


class FindingKind(StrEnum):
    """What may be wrong with lessons that were written in parallel."""

    REPEATED_PASSAGE = "repeated_passage"
    SECOND_DEFINITION = "second_definition"
    """A lesson explains a term that another lesson introduces."""
    EARLY_USE = "early_use"
    """A lesson uses a term before the lesson that introduces it."""
    AVOIDED_WORD = "avoided_word"
    """A word that the course does not use for a term."""
    CHANGED_FACT = "changed_fact"
    """Another value than the brief's for a fact of the running example."""
    TWO_SPELLINGS = "two_spellings"
    """One identifier or command in two spellings."""
    DEAD_REFERENCE = "dead_reference"
    """A reference to a lesson that is not there."""


class FindingState(StrEnum):
    """What has become of a finding."""

    OPEN = "open"
    MENDED = "mended"


class Passage(ClosedModel):
    """A passage of a lesson, exactly as it stands there: whole blocks of Markdown, such as a paragraph."""

    lesson: str
    """The lesson's slot, such as ``2.1``."""
    text: str


class Finding(ClosedModel):
    """One finding. The first passage is the one that stays, where one does."""

    kind: FindingKind
    about: str
    """The term, word, fact, identifier or reference; the beginning of a repeated passage."""
    expected: str = ""
    """What the brief says: the definition, the term to use, the value, the other spelling."""
    owner: str = ""
    """The slot of the lesson that introduces the term, or that the text should refer to; empty for none."""
    passages: tuple[Passage, ...]
    """Those that should change come after the one that stays; where nothing stays beside them, all should change."""
    state: FindingState = FindingState.OPEN
    why_open: str = ""
    """Why it was not mended, in words; empty before anybody tried."""

    @property
    def fingerprint(self) -> str:
        """What the finding is about, with all its passages: another text is another finding."""
        texts = [passage.text for passage in self.passages]
        return fingerprint_of(self.kind, self.about, self.expected, texts)[:16]


class Findings(ClosedModel):
    """``review/findings.json``: what the newest check of a course found, in the order of the book."""

    execution_name: str
    findings: tuple[Finding, ...] = ()

    def count(self, state: FindingState) -> int:
        """Return how many findings are in a state."""
        return sum(finding.state is state for finding in self.findings)


class Replacement(ClosedModel):
    """A text in the place of another one, when the book is built."""

    found: str
    """The exact text, which stands once in the lesson; a text that is gone is no longer replaced."""
    put: str
    reason: str
    findings: tuple[str, ...]
    """Fingerprints of the findings that it mends."""
    needs: tuple[str, ...] = ()
    """Passages of other lessons that say what this one leaves out: without them the book prints the text found."""


class LessonEdits(ClosedModel):
    """``edits/{MM-LL}.json``: the replacements in one lesson."""

    lesson: str
    replacements: tuple[Replacement, ...] = ()

    def applied_to(self, markdown: str) -> tuple[str, int]:
        """Return a lesson with its replacements, and how many were dropped as their text is gone or not unique."""
        dropped = 0
        for replacement in self.replacements:
            if markdown.count(replacement.found) != 1:
                dropped += 1
                continue
            markdown = markdown.replace(replacement.found, replacement.put)
        return markdown, dropped


def supported_edits(edits: Mapping[str, LessonEdits], texts: Mapping[str, str]) -> dict[str, LessonEdits]:
    """Return edits without the replacements whose needed passages no lesson says any longer.

    A passage that is shortened itself says something only if its own replacement is supported: two replacements never
    send their readers to each other.

    Parameters
    ----------
    edits
        Edits of lessons, by the same keys as the texts.
    texts
        All lessons of the book as they were written, as Markdown.
    """
    shortened = {key: [one for one in found.replacements if one.needs] for key, found in edits.items()}
    supported: list[Replacement] = []

    def is_said(passage: str, key: str) -> bool:
        markdown = texts[key]
        if passage not in markdown:
            return False
        for one in shortened.get(key, ()):
            if one not in supported or passage in one.needs:
                markdown = markdown.replace(one.found, _GONE)
        return passage in markdown

    def is_supported(one: Replacement) -> bool:
        return all(any(is_said(need, key) for key in texts) for need in one.needs)

    waiting = [one for ones in shortened.values() for one in ones]
    while found := [one for one in waiting if is_supported(one)]:
        supported += found
        waiting = [one for one in waiting if one not in found]
    return {
        key: one.model_copy(update={"replacements": tuple(own for own in one.replacements if own not in waiting)})
        for key, one in edits.items()
    }
