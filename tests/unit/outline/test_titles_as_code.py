"""Titles with signs of Markdown or HTML: asked for as code, compared to the letter, and never called HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content_gen import handler as content_gen_handler
from content_gen.lesson_checks import lesson_faults
from content_gen.lesson_prompts import lesson_prompt, titles_of
from course_kit.markdown.headings import headings_in, headings_of_topics
from course_kit.markdown.text import parse_markdown
from course_kit.mending.mended_text import mended
from course_kit.mending.titles_as_code import heading_text, with_titles_as_code
from course_kit.outline import Lesson, Module, Outline, Topic
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.store.artefact_store import ArtefactStore
from lab_planner import handler as lab_planner_handler
from lab_writer import handler as lab_writer_handler
from tests.support.lambda_context import FakeLambdaContext
from tests.support.step_calls import StepCall
from tests.support.step_event import step_event
from tests.support.writing_server import WritingServer

write_lessons: StepCall = content_gen_handler.lambda_handler
plan_labs: StepCall = lab_planner_handler.lambda_handler
write_labs: StepCall = lab_writer_handler.lambda_handler

AS_CODE = {
    "The <div> element": "The `<div>` element",
    "The <br> tag": "The `<br>` tag",
    "Elements (<div>)": "Elements (`<div>`)",
    "<b> and </b>": "`<b>` and `</b>`",
    "<script>alert(1)</script>": "`<script>alert(1)</script>`",
    'The <a href="x"> tag': 'The `<a href="x">` tag',
    "<!-- comments -->": "`<!-- comments -->`",
    "Map<String, List<Integer>>": "`Map<String, List<Integer>>`",
    "The __init__ method": "The `__init__` method",
    "The &nbsp; entity": "The `&nbsp;` entity",
    "Links: [text](target)": "Links: `[text](target)`",
    "What C # means, and F #": "What C `#` means, and F `#`",
    "`code` and <b>": "`` `code` `` and `<b>`",
}
AS_THEY_ARE = [
    *("Packets", "R&D", "C# and F#", "*args and **kwargs", "Implement A*", "snake_case", "a < b", "Direcciones `IP`"),
    *(
        "Let $x$ be",
        "Files in [/etc/hosts]",
        "See https://example.org/a_b",
        "1. Numbered",
        "- Lesson",
        "= x",
        "C:\\Users",
    ),
]
EVENT = step_event()


def specification_of(title: str, *topics: str) -> LessonSpecification:
    lesson = Lesson(number=1, title=title, duration_minutes=15, topics=tuple(Topic(title=topic) for topic in topics))
    module = Module(number=1, title="M", lessons=(lesson,))
    outline = Outline.model_validate({"course": {"title": "C"}, "modules": (module,)})
    return LessonSpecification.of(outline, module, lesson)


def lesson_with(title: str, *headings: str) -> str:
    sentence = "An element says what a part of a page is, and a browser shows it so. " * 25
    return f"# {title}\n\n{sentence}\n\n" + "\n\n".join(f"## {heading}\n\n{sentence}" for heading in headings) + "\n"


@pytest.mark.parametrize(("title", "asked"), AS_CODE.items())
def test_a_title_that_would_be_read_as_markup_is_asked_for_as_code(title: str, asked: str) -> None:
    # Given
    specification = specification_of("A lesson", title)
    # When / Then: the prompt names the heading as it has to stand, and that one has no faults.
    assert heading_text(title) == asked
    assert asked.replace("<", "\\u003c").replace('"', '\\"') in lesson_prompt(specification)
    text = mended(lesson_with("A lesson", asked), titles_of(specification))
    assert lesson_faults(text, specification, "en") == []
    assert f"the heading `## {asked}` is missing" in lesson_faults(lesson_with("A lesson"), specification, "en")


@pytest.mark.parametrize("title", AS_CODE)
def test_the_same_title_written_to_the_letter_becomes_code_and_is_no_html(title: str) -> None:
    # Given: a writer that was asked for the title "to the letter", and for no HTML.
    specification = specification_of(title, title)
    # When
    text = mended(lesson_with(title, title), titles_of(specification))
    # Then
    assert lesson_faults(text, specification, "en") == []
    assert [heading for _, heading in headings_in(parse_markdown(text))] == [title, title]
    assert mended(text, titles_of(specification)) == text


@pytest.mark.parametrize("title", AS_THEY_ARE)
def test_other_titles_are_asked_for_as_they_are(title: str) -> None:
    specification = specification_of(title, title)
    assert heading_text(title) == title
    assert "titles_as_code" not in lesson_prompt(specification)
    assert lesson_faults(mended(lesson_with(title, title)), specification, "en") == []


def test_code_that_shows_the_title_stays_as_it_is() -> None:
    text = "# A\n\n```markdown\n## The <div> element\n```\n\n## The \\<div> element\n"
    changed = with_titles_as_code(text, ["The <div> element"])
    assert changed == "# A\n\n```markdown\n## The <div> element\n```\n\n## The `<div>` element\n"


_titles = (
    st.text("ab <>/*_`#[](){}&;!\\~^|=+-.:'\"$@1", min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@settings(max_examples=300)
@given(_titles)
def test_whatever_a_title_has_in_it_its_heading_is_its_own(title: str) -> None:
    text = mended(f"# L\n\n## {heading_text(title)}\n\nText.\n", [title])
    headings = [heading for level, heading in headings_in(parse_markdown(text)) if level == 2]
    assert headings_of_topics([title], headings)[title] is not None, text


def test_lessons_and_labs_with_such_titles_are_written(
    store: ArtefactStore, writing_server: WritingServer, lambda_context: FakeLambdaContext
) -> None:
    # Given
    titles = "\n".join(f"    - {title!r}" for title in AS_CODE)
    outline = (
        "course: {title: 'The <title> element'}\nmodules:\n- title: The <head> element\n  lessons:\n"
        f"  - title: <script>alert(1)</script>\n    topics:\n{titles}\n    labs: [The <div> element, Use <b>bold</b>]\n"
    )
    store.write("p/outline.yaml", outline, content_type="application/yaml", replacing=None)
    # When
    lessons = write_lessons(EVENT, lambda_context)
    plan_labs(EVENT, lambda_context)
    labs = write_labs(EVENT, lambda_context)
    # Then
    text = (store.read(lessons["lesson_keys"][0]) or b"").decode()
    assert text.startswith("# `<script>alert(1)</script>`\n")
    assert all(f"\n## {asked}\n" in text for asked in AS_CODE.values())
    guides = [(store.read(key) or b"").decode() for key in labs["lab_guide_keys"]]
    assert [guide.split("\n")[0] for guide in guides] == ["# The `<div>` element", "# Use `<b>bold</b>`"]
