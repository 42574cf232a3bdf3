"""Checks end soon, whatever a model has written."""

import time

import pytest

from course_kit.brief.course_brief import Term
from tests.support.checked_lessons import brief_of, course, found_in

BRIEF = brief_of(
    Term(term="job_queue", definition="A table with the jobs that wait.", owner="1.2", instead_of=("jobs",)),
    facts=(("job_queue", "rows", "12,000"), ("job_queue", "columns", "id, state")),
)  # fmt: skip
MOST_SECONDS = 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "endless",
    [
        " ", ".", "`", "a", "aB", "a-", "*", "(", ",", "1,", "1.2", "。", "the ", "is ", "[[", "| a ", "--",
        "job_queue ", "rows of job_queue ", "job_queue rows 5 ", "docker-compose ", "“", "A job_queue is a ",
        "job_queue, ",
    ],
)  # fmt: skip
def test_endless_repetition_ends_soon(endless: str) -> None:
    # Given: in prose, and in code
    text = f"A job_queue{endless * 5_000}job_queue has rows"
    lessons = course(f"# X\n\n{text}\n\n```sql\nCREATE TABLE job_queue ({endless * 5_000}\n```\n", f"# Y\n\n{text}.\n")
    started = time.process_time()
    # When
    found_in(lessons, BRIEF)
    # Then
    assert time.process_time() - started < MOST_SECONDS
