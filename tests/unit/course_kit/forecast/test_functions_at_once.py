"""The rule of docs/operations.md is the code's own."""

import json
import re
from pathlib import Path

from course_kit.forecast.functions_at_once import functions_at_once
from course_kit.forecast.scheduling import Concurrency
from course_kit.run.events import ContentType

PROJECT = Path(__file__).resolve().parents[4]
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTEXT = json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]
ROW = re.compile(r"^\| (\d+) × (\d+)(, the defaults)? \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
DEFAULTS = (CONTEXT["module_max_concurrency"], CONTEXT["lesson_max_concurrency"])


def test_the_table_of_functions_at_once_is_what_the_code_says() -> None:
    # Given
    rows = ROW.findall(OPERATIONS)
    assert len(rows) == 6
    for modules, lessons, is_default, *told in rows:
        # When
        concurrency = Concurrency(modules=int(modules), lessons=int(lessons), images=4)
        computed = [functions_at_once(concurrency, content_type) for content_type in ContentType]
        # Then
        assert [int(number) for number in told] == computed, (modules, lessons)
        assert bool(is_default) == ((int(modules), int(lessons)) == DEFAULTS)


def test_the_alarms_section_says_what_the_defaults_take() -> None:
    modules, lessons = DEFAULTS
    defaults = Concurrency(modules=modules, lessons=lessons, images=4)
    book, both = (functions_at_once(defaults, kind) for kind in (ContentType.THEORY, ContentType.BOTH))
    assert f"a run takes up to {book} at once, {both} with\nlabs" in OPERATIONS


def test_a_course_takes_what_its_largest_modules_take() -> None:
    concurrency = Concurrency(modules=2, lessons=5, images=4)
    # Given: the largest two of three, whatever their order; five lessons at most.
    for lessons in ((9, 1, 3), (1, 3, 9), (3, 9, 1)):
        assert functions_at_once(concurrency, ContentType.BOTH, lessons) == (5 + 2) + (3 + 2)
    assert functions_at_once(concurrency, ContentType.LABS, (9,)) == 1
