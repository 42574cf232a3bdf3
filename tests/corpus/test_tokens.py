"""Tokens of real text, by a real tokenizer: ``max_tokens`` has room for every lesson, and estimates are near."""

from pathlib import Path
from statistics import mean

import mistral_common
import pytest
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

from course_kit.forecast.writers import MODEL
from course_kit.mending.mended_text import mended
from course_kit.outline.call_sizes import max_tokens_for_words
from course_kit.text.text_faults import word_count
from tests.support.corpus.real_text import LabSample, LessonSample, labs, lessons

VOCABULARY = Path(mistral_common.__file__).parent / "data/tekken_240911.json"
SAMPLES: list[LessonSample | LabSample] = [*lessons(), *labs()]
RESERVE = 1.2
"""Tokenizers differ; one that cuts a fifth smaller must not cut a text off."""

# All on one worker, so that the vocabulary is read once.
pytestmark = pytest.mark.xdist_group("tokens")


@pytest.fixture(scope="module")
def tokenizer() -> Tekkenizer:
    return Tekkenizer.from_file(str(VOCABULARY))


def tokens_of(tokenizer: Tekkenizer, sample: LessonSample | LabSample) -> int:
    return len(tokenizer.encode(mended(sample.answer), bos=False, eos=False))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_text_of_its_length_is_cut_off(tokenizer: Tekkenizer, sample: LessonSample | LabSample) -> None:
    words = word_count(mended(sample.answer))
    assert tokens_of(tokenizer, sample) * RESERVE <= max_tokens_for_words(words, sample.facts.language)


def test_an_estimate_takes_what_real_text_takes(tokenizer: Tekkenizer) -> None:
    measured = mean(tokens_of(tokenizer, sample) / word_count(mended(sample.answer)) for sample in SAMPLES)
    assert MODEL.tokens_per_word == pytest.approx(measured, rel=0.1)
