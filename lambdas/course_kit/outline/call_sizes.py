"""The size of each model call of a run: the words that it requests, and the token limit of its answer.

Calls and estimates of calls use the same numbers, so an estimate reserves what the call will reserve.
"""

from bisect import bisect_left

from course_kit.labels import base_language
from course_kit.outline import Lesson, Module

# Minutes of teaching → words of text, from the course authors' practice; interpolated between the points.
_WORDS_BY_MINUTES = ((15, 1000), (30, 1800), (45, 2500), (60, 3500), (90, 5000))
MIN_WORDS = 500
MAX_WORDS = 6000
# The least share of the requested words. A third less is a writer's choice; half of them leaves topics out.
LEAST_SHARE_OF_TARGET = 0.55
# Words of a lab guide: half an hour of practice is about 700 words of instructions. The limit is a long lesson.
_LAB_WORDS_PER_MINUTE = 25
_MIN_LAB_WORDS, MAX_LAB_WORDS = 700, 4000

# Tokens a word of Markdown: the most for any text of tests/corpus in a language. Measured with a tokenizer of 2024
# (Mistral's tekken) in tests/corpus/test_tokens.py: tables of addresses take 2.3 in English, prose 1.7. Bedrock
# reserves input + max_tokens of the quota when a call starts, so a large fixed number would throttle other calls.
_TOKENS_PER_WORD = {"en": 2.4, "es": 2.4, "pt": 2.4, "fr": 2.4, "it": 2.4, "de": 2.6}
_TOKENS_PER_WORD_ELSEWHERE = 2.8
# Room for headings, for a text that is longer than requested, and for tokenizers with more tokens a word.
_TOKENS_AROUND_A_TEXT = 1024
# Tokens of an item in a structured answer, in the language with the most tokens: twice the number in English. The last
# number is for the JSON around the items.
_TOKENS_PER_VISUAL, _TOKENS_PER_LAB_DESIGN = 1200, 700
_TOKENS_PER_QUESTION, _TOKENS_PER_TERM, _TOKENS_PER_KEY_POINT = 500, 160, 120
_TOKENS_AROUND_ITEMS = 512
# A brief's frame: voice, example, terms, conventions. Then one lesson's slice, and the terms that it introduces.
_TOKENS_FOR_A_FRAME, _TOKENS_PER_SLICE = 6000, 600
# One answer stays within a few minutes; a larger course is briefed a group of modules at a time.
MOST_LESSONS_IN_A_BRIEF = 40


def words_for_lesson(module: Module, lesson: Lesson) -> int:
    """Return a lesson's word target: from its minutes, times its highest Bloom level's factor, 500 to 6000."""
    levels = lesson.bloom_level or module.bloom_level
    factor = max((level.depth_factor for level in levels), default=1.0)
    words = _interpolate(module.lesson_minutes(lesson)) * factor
    return round(min(max(words, MIN_WORDS), MAX_WORDS))


def words_for_lab(minutes: int) -> int:
    """Return the word target of a lab guide from the lab's minutes: 700 to 4000."""
    return min(max(minutes * _LAB_WORDS_PER_MINUTE, _MIN_LAB_WORDS), MAX_LAB_WORDS)


def is_far_too_short(words: int, target: int) -> bool:
    """Whether a text has far fewer words than its target; False for a target of 0, which means unknown."""
    return words < target * LEAST_SHARE_OF_TARGET


def max_tokens_for_words(words: int, language: str = "en") -> int:
    """Return the ``max_tokens`` of a call that writes this number of words; ``language`` is a tag such as ``es-MX``."""
    per_word = _TOKENS_PER_WORD.get(base_language(language), _TOKENS_PER_WORD_ELSEWHERE)
    return round(words * per_word) + _TOKENS_AROUND_A_TEXT


def max_tokens_for_visuals(visuals: int) -> int:
    """Return the ``max_tokens`` of a call that plans this number of visuals."""
    return _TOKENS_AROUND_ITEMS + _TOKENS_PER_VISUAL * visuals


def max_tokens_for_lab_designs(labs: int) -> int:
    """Return the ``max_tokens`` of a call that plans this number of labs."""
    return _TOKENS_AROUND_ITEMS + _TOKENS_PER_LAB_DESIGN * labs


def max_tokens_for_brief(lessons: int, *, has_frame: bool) -> int:
    """Return the ``max_tokens`` of a call that briefs this number of lessons; the frame is what they share."""
    return _TOKENS_AROUND_ITEMS + _TOKENS_FOR_A_FRAME * has_frame + _TOKENS_PER_SLICE * lessons


def lessons_in_a_brief(longest_answer: int | None) -> int:
    """Return how many lessons one answer can brief; ``longest_answer`` is the model's limit in tokens, if known."""
    if longest_answer is None:
        return MOST_LESSONS_IN_A_BRIEF
    room = longest_answer - max_tokens_for_brief(0, has_frame=True)
    return min(max(room // _TOKENS_PER_SLICE, 1), MOST_LESSONS_IN_A_BRIEF)


def max_tokens_for_study(*, questions: int, terms: int, key_points: int) -> int:
    """Return the ``max_tokens`` of a call that writes these numbers of study items."""
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
