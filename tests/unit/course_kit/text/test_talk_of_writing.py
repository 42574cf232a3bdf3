"""Refusals and scratchpads are told in every language served; lessons about models and dialogues are not."""

import pytest

from course_kit.markdown.text import markup_faults, paragraphs, parse_markdown
from course_kit.text.talk_of_writing import talk_in_option, talk_of_writing
from tests.support.corpus.near_misses import near_misses

REFUSAL = "I'm sorry, but I can't help with that."
OWN_TASK = "I cannot write the rest of this lesson."
MIDDLE = "# Networks\n\nPackets travel.\n\n## Routes\n\n{}\n\nRoutes lead somewhere.\n\nAll of them.\n\nThe end.\n"


def told(markdown: str) -> str | None:
    return talk_of_writing(paragraphs(parse_markdown(markdown)))


@pytest.mark.parametrize("text", near_misses("talk_of_writing", "bad"))
def test_talk_of_the_writing_itself_is_told(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize("text", near_misses("talk_of_writing", "good"))
def test_a_lesson_may_speak_of_models_and_quote_refusals(text: str) -> None:
    assert told(text) is None


def test_a_refusal_to_help_counts_at_the_beginning_and_ones_own_task_everywhere() -> None:
    assert told(f"# Networks\n\n{REFUSAL}\n\nPackets travel.\n\nRoutes lead.\n\nThe end.\n")
    assert told(MIDDLE.format(REFUSAL)) is None
    assert told(MIDDLE.format(OWN_TASK))
    assert told(MIDDLE.format("As an AI tutor's line goes, speak slowly.")) is None


def test_an_offer_counts_at_the_end_only() -> None:
    offer = "Would you like me to continue with the next topic?"
    assert told(f"# Networks\n\nPackets travel.\n\nRoutes lead.\n\n{offer}\n")
    assert told(MIDDLE.format(offer)) is None


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "«{}»", "„{}“", "「{}」", "『{}』", "‘{}’", "'{}'", "`{}`", "> {}"])
def test_what_stands_between_quotation_marks_is_somebody_elses(marks: str) -> None:
    quoted = marks.format("I cannot write this lesson.")
    assert told(f"{quoted}\n\nSuch an answer is a refusal.\n") is None
    # And: what is said beside a quotation still counts.
    assert told(f"{quoted}\n\n{OWN_TASK}\n")


@pytest.mark.parametrize(
    "option",
    [
        "I cannot attend the meeting",
        "I'm sorry, I can't help you with that.",
        "As an AI assistant, I must ask for the password.",
        "Let me know if you have any questions.",
        "Lorem ipsum dolor sit amet",
        "<thinking>",
        "No puedo ayudarte con eso.",
    ],
)
def test_an_option_may_be_anybodys_line(option: str) -> None:
    assert talk_in_option(option) is None


@pytest.mark.parametrize(
    "option",
    [
        "I cannot write this lesson",
        "As a language model, I cannot answer",
        "[Rest of the lesson]",
        "No puedo escribir esta lección",
    ],
)
def test_an_option_does_not_speak_of_its_writers_task(option: str) -> None:
    assert talk_in_option(option)


def test_quotations_and_code_are_not_looked_at() -> None:
    assert told(f"A bot refuses:\n\n> {REFUSAL}\n\n```\nAs an AI, I cannot.\n```\n\n`Lorem ipsum`\n") is None


@pytest.mark.parametrize(
    ("markdown", "named"),
    [
        ("<script>alert(1)</script>", "`<script>alert(1)</script>` is HTML"),
        ("A <b>bold</b> word", "`<b>` is HTML"),
        ("A `List` of List<String>", "`<String>` is HTML"),
        ("<!-- hidden -->", "is HTML"),
        ("[x](javascript:alert(1))", "the link to `javascript:alert(1)`"),
        ("[x](  JaVaScript:alert(1))", "is not a link to a web page"),
        ("[x](data:text/html;base64,xx)", "is not a link to a web page"),
        ("[x](file:///etc/passwd)", "is not a link to a web page"),
        ("![x](https://example.com/pixel.png)", "the picture `https://example.com/pixel.png`"),
        ("| a |\n|---|\n| <iframe src=x> |", "`<iframe src=x>` is HTML"),
    ],
)
def test_what_no_book_may_print_is_named(markdown: str, named: str) -> None:
    assert any(named in fault for fault in markup_faults(parse_markdown(markdown)))


@pytest.mark.parametrize(
    "markdown",
    [
        "`<b>` and `List<String>`",
        "```html\n<script>alert(1)</script>\n```",
        "| a |\n|---|\n| one<br>two<br/>three |",
        "[docs](https://kubernetes.io/docs) <https://example.com> [below](#steps) [mail](mailto:a@example.com)",
        "a < b and c > d, 1 <2",
        "[VISUAL: a box]",
    ],
)
def test_what_a_book_prints_is_left_alone(markdown: str) -> None:
    assert list(markup_faults(parse_markdown(markdown))) == []
