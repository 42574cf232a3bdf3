"""What a shortened passage must keep: the words that are neither the repetition nor the second definition."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from course_editor.checks.defining_sentences import DefiningSentences
from course_editor.checks.lesson_blocks import BlockKind, blocks_of
from course_editor.checks.repeated_passages import words_of
from course_editor.checks.spoken_text import sentences
from course_editor.checks.term_places import TermPlaces
from course_kit.brief.course_brief import Term
from course_kit.records.editing import Finding, FindingKind
from course_kit.text.text_faults import word_count

# A sentence said in other words keeps two thirds of its words; where less stays, something of its own has gone.
_LEAST_KEPT = 0.6
# Fewer words than a sentence has are no text of its own. So many may differ between two that say the same.
_LEAST_WORDS = 8
_RUN = 3


def lost_words(found: str, put: str, lesson: str, problems: Sequence[Finding], language: str) -> int:
    """Return how many of a passage's own words a shorter text leaves out; 0 where it keeps most of them.

    Code counts elsewhere.

    Parameters
    ----------
    found, put
        The passage and the shorter text.
    lesson
        The slot of the passage's lesson.
    problems
        Those that the shorter text mends.
    language
        The course's language tag.
    """
    own = _without_definitions(found, problems, language)
    words = [word for sentence, _ in own for word in words_of(sentence)]
    is_own = [is_own for sentence, is_own in own for _ in words_of(sentence)]
    others = [
        passage.text
        for problem in problems
        if problem.kind is FindingKind.REPEATED_PASSAGE
        for passage in problem.passages
        if passage.lesson != lesson
    ]
    repeated = _repeated(words, others)
    kept = Counter(word for place, word in enumerate(words) if is_own[place] and place not in repeated)
    if word_count(" ".join(kept.elements())) < _LEAST_WORDS:
        return 0
    stays = (kept & Counter(_said(put))).total()
    return 0 if stays >= _LEAST_KEPT * kept.total() else kept.total() - stays


def _said(markdown: str) -> list[str]:
    return [word for block in blocks_of(markdown) for text in block.spoken for word in words_of(text.prose)]


def _without_definitions(found: str, problems: Sequence[Finding], language: str) -> list[tuple[str, bool]]:
    """Return the sentences of a passage, and of each whether it is more than a second definition."""
    terms = [
        Term(term=problem.about, definition=problem.expected, owner=problem.owner)
        for problem in problems
        if problem.kind is FindingKind.SECOND_DEFINITION
    ]
    defining = DefiningSentences(TermPlaces((), language), language)
    said: list[tuple[str, bool]] = []
    for block in blocks_of(found):
        defined = {sentence for term in terms for sentence in defining.in_block(block, term)}
        for text in block.spoken:
            if block.kind is BlockKind.TABLE:
                # A row is a sentence of its cells.
                said.append((text.prose, not any(text.prose in row for row in defined)))
                continue
            own = sentences(text.prose)
            for place, sentence in enumerate(own):
                # A definition often takes two sentences.
                said.append((sentence, not defined.intersection(own[max(place - 1, 0) : place + 1])))
    return said


def _repeated(words: Sequence[str], others: Sequence[str]) -> set[int]:
    """Return the places of words that another passage says, too; a few words between them are the repetition's."""
    runs = {run for other in others for run in _runs(_said(other))}
    covered = {place + step for place, run in enumerate(_runs(words)) if run in runs for step in range(_RUN)}
    for before, after in pairwise(sorted(covered)):
        if after - before <= _LEAST_WORDS:
            covered.update(range(before, after))
    return covered


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(_RUN)), strict=False))
