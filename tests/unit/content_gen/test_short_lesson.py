"""A lesson that is far too short: its short sections come once more, and the rest stays."""

from content_gen.short_lesson import ShortLesson
from course_kit.forecast.writers import OFFLINE_AUTHOR
from course_kit.outline.call_sizes import MAX_WORDS
from course_kit.text.text_faults import word_count
from tests.support.lesson_specifications import SPECIFICATION

PARAGRAPH = "Una red une equipos para que compartan datos, servicios y tiempo. " * 30
SHORT = (
    f"# Redes: ¿qué es?\n\nInicio.\n\n## El modelo OSI\n\n{PARAGRAPH}\n\n"
    "## 2. Direcciones `IP`\n\nPoco.\n\n## Preguntas\n\n- ¿Y?\n"
)


def test_the_short_sections_of_a_short_lesson_are_asked_for_once_more() -> None:
    asked = ShortLesson(SPECIFICATION, MAX_WORDS).prompt(SHORT)
    assert asked is not None
    assert "## 2. Direcciones IP" in asked and "OSI" not in asked


def test_a_lesson_of_its_length_is_not_asked_for_more() -> None:
    assert ShortLesson(SPECIFICATION, MAX_WORDS).prompt(SHORT.replace("Poco.", PARAGRAPH * 4)) is None


def test_a_writer_that_runs_out_of_things_to_say_is_not_asked_for_more() -> None:
    # Given: most of what this writer can write, a quarter of what the lesson should have.
    most = OFFLINE_AUTHOR.max_lesson_words
    specification = SPECIFICATION.model_copy(update={"word_target": 4000})
    lesson = SHORT.replace("Poco.", PARAGRAPH * 2)
    assert word_count(lesson) < most
    # Then
    assert ShortLesson(specification, MAX_WORDS).prompt(lesson) is not None
    assert ShortLesson(specification, most).prompt(lesson) is None


def test_a_section_that_came_again_takes_the_place_of_its_short_one_alone() -> None:
    more = f"## Direcciones IP\n\n{PARAGRAPH}\n\n## El modelo OSI\n\nMenos.\n\n## Otra cosa\n\nNada.\n"
    joined = ShortLesson(SPECIFICATION, MAX_WORDS).joined(SHORT, more)
    assert joined.count(PARAGRAPH.strip()) == 2
    assert "Poco." not in joined and "Menos." not in joined and "Otra cosa" not in joined
    assert joined.startswith("# Redes") and joined.rstrip().endswith("- ¿Y?")
