"""What calls used adds up for each model, and records of earlier versions are read."""

import pytest

from course_kit.budget import Budget
from course_kit.forecast.course_estimate import Amounts
from course_kit.forecast.model_quota import ModelQuota
from course_kit.price_rows import ModelPrices
from course_kit.prices import published_prices
from course_kit.records.run_summary import EstimateRecord
from course_kit.store.artefact_store import ArtefactStore
from course_kit.store.provenance import authors_provenance, provenance, usage_of
from course_kit.usage import Usage

CACHED = Usage(model_calls=1, input_tokens=10, output_tokens=20, cache_read_tokens=30, cache_write_tokens=40)


def test_usage_adds_up_and_the_short_models_part_with_it() -> None:
    both = CACHED + CACHED.by_short_model() + Usage()
    assert both - CACHED == CACHED.by_short_model()
    assert both.of_text_model() == CACHED
    assert both.short == CACHED
    assert both.sent_tokens == 160


def test_records_from_before_there_were_caches_are_read() -> None:
    assert Usage.model_validate_json('{"model_calls": 1, "input_tokens": 7, "output_tokens": 9}').sent_tokens == 7
    # And: the parameters of a run under way, which can write to a cache now.
    old = '{"limit_usd": 1, "prices": {"usd_per_million_input": 3, "usd_per_million_output": 15, "usd_per_image": 0}}'
    prices = Budget.model_validate_json(old).prices
    assert prices.cost(CACHED) * 1e6 == pytest.approx((10 + 30) * 3 + 40 * 6 + 20 * 15)
    assert prices.most(100, 0, may_cache=True) == 2 * prices.most(100, 0, may_cache=False)


@pytest.mark.parametrize("used", [CACHED, CACHED.by_short_model(), Usage(model_calls=2, input_tokens=1)])
def test_an_artefact_says_what_making_it_used(store: ArtefactStore, used: Usage) -> None:
    stored = store.write(
        "a.md", "text", content_type="text/markdown", replacing=None, metadata=provenance("run-1", used)
    )
    assert usage_of(stored) == used


def test_an_artefact_of_an_earlier_version_or_of_its_author_used_no_cache(store: ArtefactStore) -> None:
    before = {"made-by": "run-1", "model-calls": "1", "input-tokens": "7", "output-tokens": "9"}
    stored = store.write("a.md", "text", content_type="text/markdown", replacing=None, metadata=before)
    assert usage_of(stored) == Usage(model_calls=1, input_tokens=7, output_tokens=9)
    stored = store.write(
        "b.md", "text", content_type="text/markdown", replacing=None, metadata=authors_provenance("Ada")
    )
    assert usage_of(stored) == Usage()


@pytest.mark.parametrize(
    ("model_id", "for_an_hour", "read", "written"),
    [
        ("global.anthropic.claude-sonnet-4-6", True, 0.3, 6),
        ("us.anthropic.claude-sonnet-4-6", False, 0.33, 4.125),
        # No price of writing is known.
        ("us.amazon.nova-pro-v1:0", False, 0.2, 1),
    ],
)
def test_reading_and_writing_a_cache_have_prices(
    model_id: str, *, for_an_hour: bool, read: float, written: float
) -> None:
    prices = published_prices().model_prices(model_id, for_an_hour=for_an_hour)
    assert prices.usd_per_million_cache_read == pytest.approx(read)
    assert prices.usd_per_million_cache_write == pytest.approx(written)


def test_what_is_read_from_a_cache_takes_no_quota_and_what_is_written_does() -> None:
    quota = ModelQuota(tokens_per_minute=60, requests_per_minute=0, output_burndown=5)
    assert quota.seconds_for(CACHED) == 10 + 40 + 5 * 20


def test_a_runs_estimate_is_compared_by_all_that_was_sent_and_priced_by_who_was_asked() -> None:
    # Given: a run whose study parts have a model of their own.
    short = ModelPrices(usd_per_million_input=1, usd_per_million_output=5)
    prices = ModelPrices(usd_per_million_input=3, usd_per_million_output=15, usd_per_million_cache_read=0, short=short)
    study = Usage(model_calls=1, input_tokens=1000, output_tokens=100).by_short_model()
    lesson = Usage(model_calls=1, input_tokens=2000, output_tokens=1000)
    came = lesson.model_copy(update={"input_tokens": 500, "cache_read_tokens": 1500}) + study
    # When
    record = EstimateRecord.of(Amounts(usage=lesson + study), prices).compared_with(Amounts(usage=came), lesson + study)
    # Then
    assert record.ratios["input_tokens"] == 1.0
    assert record.to_make_usd is not None
    assert record.to_make_usd * 1e6 == pytest.approx(2000 * 3 + 1000 * 15 + 1000 + 500)
    assert record.actual_usd is not None
    assert record.actual_usd * 1e6 == pytest.approx(500 * 3 + 1000 * 15 + 1000 + 500)
    # And: in a run with one model, all of it is that one's.
    alone = EstimateRecord.of(Amounts(), prices.model_copy(update={"short": None}))
    compared = alone.compared_with(Amounts(usage=came.by_text_model()), lesson + study)
    assert compared.to_make is not None
    assert compared.to_make.short is None
    assert compared.to_make_usd is not None
    assert compared.to_make_usd * 1e6 == pytest.approx(3000 * 3 + 1100 * 15)
