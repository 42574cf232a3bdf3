"""Identifiers and commands in two spellings, and references that lead nowhere."""

import pytest

from course_kit.brief.course_brief import Term
from tests.support.checked_lessons import brief_of, course, found_in, kinds_in

QUEUE = brief_of(Term(term="job_queue", definition="A table of jobs."), facts=(("job_queue", "rows", "12"),))
SQL = "# A\n\n```sql\nSELECT * FROM job_queue;\n```\n"


@pytest.mark.parametrize("text", ["See `job-queue`.", "See `jobQueue.status`.", "```sql\nSELECT * FROM jobQueue;\n```"])
def test_another_spelling_of_an_identifier_is_found(text: str) -> None:
    # When
    found = found_in(course(SQL, f"# X\n\n{text}\n"), QUEUE)
    # Then
    assert [(finding.kind, finding.expected) for finding in found] == [("two_spellings", "job_queue")]


@pytest.mark.parametrize(
    "text",
    [
        "See `job_queue` and the class `JobQueue`.",
        "Set `JOB_QUEUE` first.",
        "It is in `/var/lib/job-queue/data` and in `job-queue.yaml`.",
        "A job-queue is a queue of jobs.",
        "```yaml\nname: job-queue\n```",
        "See `job-queue-worker` and `jobs`.",
    ],
)
def test_classes_constants_paths_and_other_languages_have_spellings_of_their_own(text: str) -> None:
    assert kinds_in(course(SQL, f"# X\n\n{text}\n"), QUEUE) == []


def shell(*commands: str, language: str = "bash") -> str:
    """Return a lesson with commands."""
    return "# X\n\n" + "\n\nThen:\n\n".join(f"```{language}\n{command}\n```" for command in commands) + "\n"


def test_the_rarer_spelling_of_a_command_is_found() -> None:
    # Given
    lessons = course(
        shell("docker compose up"), shell("docker-compose up -d"), shell("$ docker compose ps", language="console")
    )
    # Then
    assert [(one.about, one.expected, one.passages[0].lesson) for one in found_in(lessons)] == [
        ("docker-compose", "docker compose", "1.2")
    ]
    assert kinds_in(course(shell("docker-compose up"), shell("docker compose up"))) == ["two_spellings: docker compose"]


@pytest.mark.parametrize(
    "lessons",
    [
        (shell("docker compose up"), "# X\n\nThe old `docker-compose` is gone.\n"),
        (shell("docker compose up"), shell("vi docker-compose.yml")),
        (shell("docker compose up"), shell("docker-compose up", "docker compose up")),
        (shell("docker-compose up"), shell("docker-compose up")),
        (shell("docker compose up"), shell("docker-compose up", language="text")),
    ],
)
def test_files_prose_and_lessons_about_both_are_no_second_spelling(lessons: tuple[str, ...]) -> None:
    assert kinds_in(course(*lessons)) == []


def test_references_that_lead_nowhere_are_found_with_their_block() -> None:
    # Given
    text = "# X\n\nSee [[1.2]], [[9.9]] and [[9.9]].\n\n- [[8.1|the end]]\n\n`[[7.7]]` is code.\n"
    # When
    found = found_in(course(text, "# Y\n"))
    # Then
    assert [(one.about, one.passages[0].text) for one in found] == [
        ("[[9.9]]", "See [[1.2]], [[9.9]] and [[9.9]]."),
        ("[[8.1|the end]]", "- [[8.1|the end]]"),
    ]


def test_findings_are_in_the_order_of_the_book_and_the_same_each_time() -> None:
    lessons = course(
        "# X\n\nSee [[9.9]].\n\nThe heap table.\n",
        shell("docker-compose up"),
        "# Z\n\nSee [[9.9]].\n",
        shell("docker compose up"),
    )
    brief = brief_of(Term(term="table", definition="Rows.", owner="1.4", instead_of=("heap",)))
    # When
    found = found_in(lessons, brief)
    # Then
    assert [finding.passages[-1].lesson for finding in found] == ["1.1", "1.1", "1.1", "1.3", "1.4"]
    assert found == found_in(lessons, brief)
