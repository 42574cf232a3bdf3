"""How large each model call of a run is: the words that it asks for, and the tokens that its answer may take.

Who makes a call and who estimates it ask here, so that an estimate reserves what the call will.
"""

from bisect import bisect_left

from course_kit.labels import base_language
from course_kit.outline import Lesson, Module

# Minutes of teaching against words of text, from the course authors' practice; interpolated between the points.
_WORDS_BY_MINUTES = ((15, 1000), (30, 1800), (45, 2500), (60, 3500), (90, 5000))
MIN_WORDS = 500
MAX_WORDS = 6000
# Of the words asked for. A third less is a writer's choice; half of it leaves topics untold.
LEAST_SHARE_OF_TARGET = 0.55
# Words of a lab's guide: half an hour at the keyboard is about 700 words of instructions; never more than a long
# lesson.
_LAB_WORDS_PER_MINUTE = 25
_MIN_LAB_WORDS, MAX_LAB_WORDS = 700, 4000

# Tokens a word of Markdown, the most that a text of tests/corpus takes in a language with a tokenizer of 2024
# (Mistral's tekken; tests/corpus/test_tokens.py): tables of addresses take 2.3 in English, prose 1.7. Bedrock reserves
# input + max_tokens of the quota when a call starts, so a generous fixed number would throttle every other call.
_TOKENS_PER_WORD = {"en": 2.4, "es": 2.4, "pt": 2.4, "fr": 2.4, "it": 2.4, "de": 2.6}
_TOKENS_PER_WORD_ELSEWHERE = 2.8
# Room for headings, for a text somewhat longer than asked for, and for tokenizers that cut smaller.
_TOKENS_AROUND_A_TEXT = 1024
# What each item of a structured answer may take in the most expensive language served, twice what it takes in English,
# and the JSON around them.
_TOKENS_PER_VISUAL, _TOKENS_PER_LAB_DESIGN = 1200, 700
_TOKENS_PER_QUESTION, _TOKENS_PER_TERM, _TOKENS_PER_KEY_POINT = 500, 160, 120
_TOKENS_AROUND_ITEMS = 512


def words_for_lesson(module: Module, lesson: Lesson) -> int:
    """Return the words a lesson should have: by its minutes, times its highest Bloom level's factor, 500 to 6000."""
    levels = lesson.bloom_level or module.bloom_level
    factor = max((level.depth_factor for level in levels), default=1.0)
    words = _interpolate(module.lesson_minutes(lesson)) * factor
    return round(min(max(words, MIN_WORDS), MAX_WORDS))


def words_for_lab(minutes: int) -> int:
    """Return the words that the guide of a lab of so many minutes should have: 700 to 4000."""
    return min(max(minutes * _LAB_WORDS_PER_MINUTE, _MIN_LAB_WORDS), MAX_LAB_WORDS)


def is_far_too_short(words: int, target: int) -> bool:
    """Whether a text has far fewer words than were asked for; no text is where the target is not known, 0."""
    return words < target * LEAST_SHARE_OF_TARGET


def max_tokens_for_words(words: int, language: str = "en") -> int:
    """Return the ``max_tokens`` of a call that writes so many words in the language of a tag such as ``es-MX``."""
    per_word = _TOKENS_PER_WORD.get(base_language(language), _TOKENS_PER_WORD_ELSEWHERE)
    return round(words * per_word) + _TOKENS_AROUND_A_TEXT


def max_tokens_for_visuals(visuals: int) -> int:
    """Return the ``max_tokens`` of a call that plans so many visuals of a lesson."""
    return _TOKENS_AROUND_ITEMS + _TOKENS_PER_VISUAL * visuals


def max_tokens_for_lab_designs(labs: int) -> int:
    """Return the ``max_tokens`` of a call that plans so many labs of a module."""
    return _TOKENS_AROUND_ITEMS + _TOKENS_PER_LAB_DESIGN * labs


def max_tokens_for_study(*, questions: int, terms: int, key_points: int) -> int:
    """Return the ``max_tokens`` of a call that writes so many pieces of a lesson's study parts."""
    pieces = questions * _TOKENS_PER_QUESTION + terms * _TOKENS_PER_TERM + key_points * _TOKENS_PER_KEY_POINT
    return _TOKENS_AROUND_ITEMS + pieces


def _interpolate(minutes: int) -> float:
    known = [point[0] for point in _WORDS_BY_MINUTES]
    if minutes <= known[0]:
        return _WORDS_BY_MINUTES[0][1] * minutes / known[0]
    if minutes >= known[-1]:
        return _WORDS_BY_MINUTES[-1][1] * minutes / known[-1]
    upper = bisect_left(known, minutes)
    (x0, y0), (x1, y1) = _WORDS_BY_MINUTES[upper - 1], _WORDS_BY_MINUTES[upper]
    return y0 + (y1 - y0) * (minutes - x0) / (x1 - x0)
