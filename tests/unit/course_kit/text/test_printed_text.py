"""Short texts are text: only what would act where it is shown is refused, by its name."""

import pytest
from pydantic import TypeAdapter, ValidationError

from course_kit.text.printed_text import PrintedText, printing_faults
from tests.support.corpus.near_misses import near_misses

PRINTED = TypeAdapter(PrintedText)


@pytest.mark.parametrize("text", near_misses("short_texts", "good"))
def test_a_short_text_with_signs_code_and_formulas_is_printed(text: str) -> None:
    assert PRINTED.validate_python(text) == text


@pytest.mark.parametrize("text", near_misses("short_texts", "bad"))
def test_a_short_text_that_would_act_or_cannot_be_set_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PRINTED.validate_python(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("red\x1b[31m", "U+001B (a control character)"),
        ("a\u202eb", "U+202E (right-to-left override)"),
        ("[VISUAL: a box]", "a tag that asks for a figure ('[VISUAL:')"),
        ("[x](javascript:alert(1))", "a link to 'javascript:alert(1)', which is no web page"),
        ("![x](https://example.com/a.png)", "the picture 'https://example.com/a.png', which is not the book's"),
        (r"$\frac{1}{2$", r"cannot be printed: the formula `\frac{1}{2` cannot be set"),
    ],
)
def test_what_a_short_text_has_is_named(text: str, named: str) -> None:
    assert any(named in fault for fault in printing_faults(text))


def test_lines_become_one() -> None:
    assert PRINTED.validate_python(" One\n line\tof  text ") == "One line of text"
