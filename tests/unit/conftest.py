"""What unit tests share: a bucket in moto, the functions' environment, a Lambda context, a server that writes."""

from pathlib import Path

import pytest

from tests.support.function_fixtures import (
    clock_of_calls,
    function_environment,
    lambda_context,
    no_real_aws,
    store,
    writing_server,
)

__all__ = ["clock_of_calls", "function_environment", "lambda_context", "no_real_aws", "store", "writing_server"]

# Tests that `make check` leaves out: they draw diagrams, print books, start other programs, or make many objects. They
# take more time than all others of this folder.
_SLOW = (
    "tests/unit/bad_input/test_bad_requests.py",
    "tests/unit/benchmarks/test_benchmarks.py::test_a_lesson_takes_at_most_three_states",
    "tests/unit/benchmarks/test_benchmarks.py::test_charts_are_pictures",
    "tests/unit/book_builder/test_authors_books.py",
    "tests/unit/book_builder/test_back_pages.py",
    "tests/unit/book_builder/test_book.py",
    "tests/unit/book_builder/test_book_files.py",
    "tests/unit/book_builder/test_books_of_some_modules.py",
    "tests/unit/book_builder/test_earlier_titles.py::test_a_book_builder_that_has_stored_a_new_title_leaves_one_set",
    "tests/unit/book_builder/test_edited_passages.py",
    "tests/unit/book_builder/test_lab_guide.py",
    "tests/unit/book_builder/test_learning_parts.py",
    "tests/unit/book_builder/test_printed_code.py",
    "tests/unit/book_builder/test_reordered_outline.py",
    "tests/unit/cli/checkout/",
    "tests/unit/cli/history/",
    "tests/unit/cli/house/",
    "tests/unit/cli/test_bad_input.py",
    "tests/unit/cli/test_changed_files.py",
    "tests/unit/cli/test_confirmation.py",
    "tests/unit/cli/test_edited_book_story.py",
    "tests/unit/cli/test_outline_upload.py",
    "tests/unit/cli/test_plan.py",
    "tests/unit/cli/test_renamed_course.py",
    "tests/unit/cli/test_resume_and_plan.py",
    "tests/unit/content_gen/test_content_gen_handler.py::test_a_budget_stops_the_lessons",
    "tests/unit/content_gen/test_content_gen_handler.py::test_a_text_that_stays_faulty_is_rejected_by_the_name_of_its_fault[endless]",
    "tests/unit/content_gen/test_content_gen_handler.py::test_every_way_of_naming_modules",
    "tests/unit/content_gen/test_content_gen_handler.py::test_fifty_lessons_with_a_few_seconds_a_call",
    "tests/unit/course_editor/test_seeded_courses.py",
    "tests/unit/course_kit/mending/test_mending.py::test_a_beginning_that_a_model_repeats_for_ever",
    "tests/unit/course_kit/records/test_spending.py::test_functions_side_by_side",
    "tests/unit/course_kit/store/test_artefact_store.py::test_a_listing_goes_on_after_a_thousand_keys",
    "tests/unit/course_kit/work/test_books_only.py",
    "tests/unit/images_gen/",
    "tests/unit/kept/",
    "tests/unit/labs/test_lab_handlers.py",
    "tests/unit/offline_author/test_drafts.py::test_every_kind_of_diagram_is_drawn_in_every_language",
    "tests/unit/offline_author/test_parallel_faults.py",
    "tests/unit/prepare_modules/test_prepare_modules_handler.py::test_more_lessons_than_one_execution_can_hold",
    "tests/unit/prepare_modules/test_quota_concurrency.py::test_more_quota_never_means_less",
    "tests/unit/security/test_what_logs_hold.py",
    "tests/unit/study_writer/test_study_handler.py",
    "tests/unit/terminal/test_every_command.py",
    "tests/unit/terminal/test_following.py",
    "tests/unit/terminal/test_terminals.py",
    "tests/unit/test_overlapping_attempts.py",
    "tests/unit/test_run_bounds.py",
    "tests/unit/test_summary.py",
    "tests/unit/wire/test_drafts.py",
    "tests/unit/wire/test_wire.py",
)


def _is_there(root: Path, name: str) -> bool:
    path, _, test = name.partition("::")
    return (root / path).exists() and (
        not test or f"def {test.partition('[')[0]}" in (root / path).read_text(encoding="utf-8")
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slow tests, before pytest looks at the marks."""
    if moved := [name for name in _SLOW if not _is_there(config.rootpath, name)]:
        raise pytest.UsageError(
            f"slow tests in tests/unit/conftest.py: found no {', '.join(moved)}; name where they are"
        )
    for item in items:
        if item.nodeid.startswith(_SLOW):
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def retries_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry a model call at once: a throttled one would take a minute and a half."""
    monkeypatch.setattr("course_kit.model.model_retries.MAX_DELAY_SECONDS", 0)
