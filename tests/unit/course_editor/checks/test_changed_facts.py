"""Facts of the running example that a lesson tells otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_editor.checks.fact_values import kind_of
from course_editor.checks.lesson_words import lesson_words
from tests.support.checked_lessons import brief_of, course, kinds_in

FACTS = (
    ("orders", "rows", "1.2 million"),
    ("db-01", "address", "192.0.2.17"),
    ("nightly-copy", "duration", "14 minutes"),
    ("job_queue", "columns", "id bigint, state text, payload jsonb"),
    ("PostgreSQL", "version", "16.2"),
    ("bakery", "shops", "three"),
    ("orders", "primary key", "id"),
)
OTHER_COLUMNS = "CREATE TABLE public.job_queue (\n  id bigint, -- a key\n  status text, payload jsonb\n);"


def told(text: str, language: str = "en", facts: tuple[tuple[str, str, str], ...] = FACTS) -> list[str]:
    """Return the findings of a lesson."""
    return kinds_in(course(f"# X\n\n{text}\n"), brief_of(facts=facts), language)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("The table `orders` has 2 million rows.", "orders: rows"),
        ("`orders` holds about 700,000 rows and two indexes.", "orders: rows"),
        ("In the running example, the rows of `orders`: 2.4 million.", "orders: rows"),
        ("There are 3,000,000 rows in `orders`.", "orders: rows"),
        ("`orders`, rows: 48,200; that is enough here.", "orders: rows"),
        ("| table | rows |\n|---|---|\n| orders | 900,000 |", "orders: rows"),
        ("The address of `db-01` is 192.0.2.18.", "db-01: address"),
        ("`db-01` has the address 192.0.2.171.", "db-01: address"),
        ("The duration of `nightly-copy` is 20 minutes in the running example.", "nightly-copy: duration"),
        ("```sql\nCREATE TABLE job_queue (id bigint, state text);\n```", "job_queue: columns"),
        (f"```sql\n{OTHER_COLUMNS}\n```", "job_queue: columns"),
        ("The version of PostgreSQL is 15.1.", "PostgreSQL: version"),
        ("The bakery has four shops.", "bakery: shops"),
        ("The primary key of `orders` is `order_id`.", "orders: primary key"),
    ],
)  # fmt: skip
def test_another_value_is_found(text: str, about: str) -> None:
    assert told(text) == [f"changed_fact: {about}"]


@pytest.mark.parametrize(
    "text",
    [
        "The table `orders` has 1.2 million rows.",
        "`orders` has 1,200,000 rows, and `orders_old` has 3,000 rows.",
        "`orders` has about a thousand thousand rows, say 1.2M.",
        "`orders` holds more than 1 million rows.",
        "`orders` has 1 million rows or so.",
        "The query returns 42 rows of `orders`.",
        "The first 10 rows of `orders` come back.",
        "After the import, `orders` has 3 million rows.",
        "If `orders` had 3 million rows, it would be slow.",
        "`orders` has 300 rows that match.",
        "`orders` grows from 1.2 million to 2 million rows.",
        "`orders` has 12 rows per page.",
        "The rows of `orders`: 48,200 in the archive.",
        "`orders` has 3 indexes.",
        "The table `orders_archive` has 2 million rows.",
        "```sql\nINSERT INTO orders SELECT 1 FROM generate_series(1, 500); -- orders has 500 rows\n```",
        "The address of `db-02` is 192.0.2.18.",
        "`db-01` has the address 192.0.2.17.",
        "The duration of `nightly-copy` is 2 hours.",
        "```sql\nCREATE TABLE job_queue (id bigint PRIMARY KEY, state text, payload jsonb, CHECK (state <> ''));\n```",
        "```sql\nCREATE TABLE job_queue (id bigint, ...);\n```",
        "```sql\nCREATE TABLE job_queue_old (id bigint);\n```",
        "PostgreSQL 12 brought this.",
        "The bakery has three shops.",
        "The primary key of `orders` is `id`.",
        "| query | rows |\n|---|---|\n| first on orders | 900,000 |",
    ],
)
def test_the_same_value_a_part_another_time_and_another_thing_are_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("language", "attribute", "value", "right", "wrong"),
    [
        ("de", "Zeilen", "1,2 Millionen", "`orders` hat 1.200.000 Zeilen.", "`orders` hat 2,4 Millionen Zeilen."),
        ("es", "filas", "1,2 millones", "`orders` tiene 1.200.000 filas.", "`orders` tiene 2,4 millones de filas."),
        ("pt", "linhas", "48.200", "A tabela `orders` tem 48 200 linhas.", "A tabela `orders` tem 52.100 linhas."),
        ("fr", "lignes", "48 200", "`orders` contient 48 200 lignes.", "La table `orders` compte 52 100 lignes."),
        ("it", "righe", "48.200", "La tabella `orders` ha 48.200 righe.", "La tabella `orders` contiene 52.100 righe."),
        ("ja", "行数", "120万", "`orders`テーブルの行数は1,200,000です。", "`orders`テーブルの行数は240万です。"),
        ("zh", "行数", "120万", "`orders` 表的行数是 1,200,000。", "`orders` 表的行数是 240万。"),
        ("ar", "صفوف", "48,200", "يحتوي `orders` على 48,200 صفوف.", "في `orders` 52,100 صفوف."),
    ],
)  # fmt: skip
def test_values_are_compared_in_every_language(
    language: str, attribute: str, value: str, right: str, wrong: str
) -> None:
    facts = (("orders", attribute, value),)
    assert told(right, language, facts) == []
    assert told(wrong, language, facts) == [f"changed_fact: orders: {attribute}"]


@given(st.integers(1_000, 99_999_999))
def test_a_number_is_the_same_in_every_notation(number: int) -> None:
    kind = kind_of(str(number), "rows", lesson_words("en"))
    assert kind is not None
    for text in (f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " "), f"{number / 1e6}M"):
        assert kind.is_same(text, True)
    assert not kind.is_same(str(number * 3), True)


@pytest.mark.parametrize("value", ["", "A bakery with three shops in Lyon.", "Brot & Butter GmbH, Köln"])
def test_a_value_that_cannot_be_compared_is_left_alone(value: str) -> None:
    assert told("`orders` has 2 million rows.", facts=(("orders", "rows", value),)) == []
