"""What may become a chapter, and what may not."""

import pytest

from content_gen.lesson_checks import lesson_faults
from course_kit.mending.mended_text import mended
from course_kit.text.text_faults import word_count
from tests.support.lesson_specifications import SPECIFICATION

PARAGRAPH = "Una red une equipos para que compartan datos, servicios y tiempo de quienes trabajan con ellos. " * 20
GOOD = (
    f"# Redes: ¿qué es?\n\n{PARAGRAPH}\n\n## El modelo OSI\n\n{PARAGRAPH}\n\n"
    "## 2. Direcciones IP\n\n```bash\nip addr\n```\n"
)


def test_a_good_lesson_has_no_faults() -> None:
    assert lesson_faults(GOOD, SPECIFICATION, "es") == []


@pytest.mark.parametrize(
    ("markdown", "named"),
    [
        (GOOD.replace("## El modelo OSI", "El modelo OSI"), "`## El modelo OSI` is missing"),
        (GOOD.replace("## El modelo OSI", "```\n## El modelo OSI\n```"), "`## El modelo OSI` is missing"),
        (GOOD.replace("# Redes: ¿qué es?\n", "", 1), "first line is not the heading"),
        ("Sure! Here is the lesson.\n\n" + GOOD, "first line is not the heading"),
        (GOOD[: GOOD.rindex("```")], "not closed"),
        (GOOD.replace(PARAGRAPH, ""), "far below the target"),
        (GOOD + PARAGRAPH * 30, "far above the target"),
        (GOOD + "\nAs an AI, I cannot test this.\n", "As an AI"),
        (GOOD + "\n<thinking>What now?</thinking>\n", "<thinking"),
        (GOOD + "\n[Content generation failed]\n", "Content generation failed"),
        ("", "first line is not the heading"),
    ],
)
def test_what_cannot_be_printed_is_named(markdown: str, named: str) -> None:
    assert any(named in fault for fault in lesson_faults(markdown, SPECIFICATION, "es"))


def test_a_lesson_about_models_may_quote_the_phrase_in_code() -> None:
    assert lesson_faults(GOOD + "\n```text\nAs an AI language model, I\n```\n", SPECIFICATION, "es") == []


def test_the_fence_around_a_whole_reply_is_taken_off_and_no_other() -> None:
    assert mended(f"```markdown\n{GOOD}```") == GOOD
    assert mended(GOOD) == GOOD


def test_words_are_counted_as_a_reader_would() -> None:
    assert word_count("L'été, c'est l'heure du «check-in» n.º 1.") == 8


def test_each_topic_has_a_heading_of_its_own() -> None:
    # Given: three topics that look the same without numbers, and a lesson with a section for one.
    topics = tuple(SPECIFICATION.topics[0].model_copy(update={"title": title}) for title in ("1NF", "1NF ", "2NF"))
    specification = SPECIFICATION.model_copy(update={"topics": topics})
    text = GOOD.replace("## El modelo OSI", "## 1NF").replace("## 2. Direcciones IP", "## 3NF")
    # Then
    missing = [fault for fault in lesson_faults(text, specification, "es") if "missing" in fault]
    assert missing == ["the heading `## 1NF ` is missing", "the heading `## 2NF` is missing"]
