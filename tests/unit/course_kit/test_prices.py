"""What a model costs: found by its id in any of its forms, and never by another model's."""

import pytest

from course_kit.prices import PricesInvalid, PriceTable, published_prices
from course_kit.usage import Usage

OWN = b"""
as_of: 2026-01-02
text_models:
  my-model: {input: 1, output: 2, source: my contract}
  gpt-5.2: {input: 0.5, output: 0.75, source: my contract}
"""


@pytest.mark.parametrize(
    ("model_id", "price"),
    [
        ("global.anthropic.claude-sonnet-4-6", (3, 15)),
        ("anthropic.claude-sonnet-4-6-v1:0", (3, 15)),
        ("us.anthropic.claude-sonnet-4-6", (3.3, 16.5)),
        ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", (3.3, 16.5)),
        ("us.amazon.nova-pro-v1:0", (0.8, 3.2)),
        ("gpt-5.2", (1.75, 14)),
        ("gpt-5.2-2025-12-11", (1.75, 14)),
        ("coursewright.offline-author-v1", (0, 0)),
    ],
)
def test_a_model_is_found_by_its_id_with_profile_date_and_version(model_id: str, price: tuple[float, float]) -> None:
    found = published_prices().text_price(model_id)
    assert found is not None
    assert (found.input, found.output) == pytest.approx(price)


@pytest.mark.parametrize("model_id", ["gpt-5-pro", "gpt-5.2-pro", "claude-sonnet-4-6", "llama3.1", "", "us."])
def test_a_model_that_is_not_listed_has_no_price_and_not_that_of_its_namesake(model_id: str) -> None:
    assert published_prices().text_price(model_id) is None


def test_a_users_lines_come_before_the_published_ones() -> None:
    table = PriceTable.read(OWN).before(published_prices())
    published, own = table.text_price("gpt-5.2-2025-12-11"), table.text_price("my-model")
    assert published is not None
    assert own is not None
    assert (published.input, own.output) == (0.5, 2)
    assert table.text_price("gpt-5-mini") == published_prices().text_price("gpt-5-mini")
    assert table.aws == published_prices().aws


def test_what_a_run_costs_is_added_up() -> None:
    prices = published_prices().model_prices("anthropic.claude-sonnet-4-6", "gpt-image-1-mini")
    assert prices.cost(Usage(input_tokens=1_000_000, output_tokens=100_000), images=10) == pytest.approx(3 + 1.5 + 0.36)
    with pytest.raises(KeyError, match="no-such-image-model"):
        published_prices().model_prices("gpt-5.2", "no-such-image-model")


def test_every_published_price_has_a_source_and_is_no_typing_error() -> None:
    table = published_prices()
    assert all(len(row.source) > 10 for row in [*table.text_models.values(), *table.image_models.values()])
    assert all(row.input <= row.output <= 200 for row in table.text_models.values())
    assert all(row.each <= 1 for row in [*table.image_models.values(), *table.aws.values()])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"text_models: [", "not YAML"),
        (b"", "file: found None"),
        (b"as_of: 2026-01-01\ntext_models: {m: {input: -1, output: 2, source: s}}", "text_models.m.input: found -1"),
        (
            b"as_of: 2026-01-01\ntext_models: {m: {input: 1, source: s}}",
            "text_models.m.output: found nothing, expected this field",
        ),
        (b"as_of: 2026-01-01\ntext_modles: {}", "text_modles: found {}, expected no such field"),
    ],
)
def test_a_wrong_price_file_is_refused_by_field(source: bytes, told: str) -> None:
    with pytest.raises(PricesInvalid, match=told):
        PriceTable.read(source)
