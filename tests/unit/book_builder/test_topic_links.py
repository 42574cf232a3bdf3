"""Coverage leads to each topic's own heading, whatever signs it has and whatever marks its language sets."""

from collections.abc import Sequence

import pytest
import yaml

from book_builder.book_document import read_document
from book_builder.book_parts import Heading, Passage
from book_builder.learning.coverage import CoverageTable
from book_builder.learning.outcome_links import OutcomeLinks
from book_builder.lesson_markdown import section_markdown
from course_kit.labels import LANGUAGES
from course_kit.markdown.headings import headings_of_topics
from course_kit.outline import read_outline
from tests.support.document_text import blocks_of, text_of

TITLES = (
    *('"Quoted" words', "It's a test", "Ranges -- and dashes", "A - B", "Wait... what", "1. Numbered"),
    *("C", "C++", "C#", "`code` in it", "The `<div>` element", "Let $x$ be", "Implement A*", "__init__", "snake_case"),
    *("Is it?", "Files in [/etc/hosts]", "A & B", "Café", "日本語の見出し", "العنوان", "map", "Map"),
)


def headings_reached(titles: Sequence[str], headings: Sequence[str], language: str) -> dict[str, str]:
    """Return the words of the heading that coverage leads each topic to; a topic that leads nowhere is left out."""
    lesson = {"title": "L", "topics": list(titles)}
    course = {"title": "T", "language": language}
    source = {"course": course, "modules": [{"title": "M", "lessons": [lesson]}]}
    outline = read_outline(yaml.safe_dump(source, allow_unicode=True))
    module = outline.modules[0]
    text = "# L\n\n" + "\n\n".join(f"## {heading}\n\nText." for heading in headings)
    table = CoverageTable(outline, OutcomeLinks(outline), {})
    table.add(module, module.lessons[0], text, ())
    markdown = section_markdown(text, {}, lambda figure: figure.caption)
    section = Heading(2, "L", "section-1-1", "1.1")
    document = read_document([section, Passage(markdown, "section-1-1", table.anchors("1.1"))], language)
    known = {block["c"][1][0]: text_of(block["c"][2]) for block in blocks_of(document) if block["t"] == "Header"}
    topics = {topic.topic: topic.anchor for topic in table.coverage().topics}
    return {topic: known[anchor] for topic, anchor in topics.items() if anchor in known}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_leads_to_a_heading_in_every_language(language: str) -> None:
    assert list(headings_reached(TITLES, TITLES, language)) == list(TITLES)


def test_a_quoted_word_in_a_french_heading_keeps_its_link_and_its_own_marks() -> None:
    assert headings_reached(['Le mot "clé"'], ['Le mot "clé"'], "fr") == {'Le mot "clé"': "Le mot «\u00a0clé\u00a0»"}


def test_topics_that_differ_in_a_capital_have_headings_of_their_own() -> None:
    # Given: the headings in another order than the topics.
    assert headings_of_topics(["map", "Map"], ["Map", "map"]) == {"map": "map", "Map": "Map"}
    assert headings_reached(["map", "Map"], ["Map", "map"], "en") == {"map": "map", "Map": "Map"}
    # And: where there is but one heading, a capital is no difference.
    assert headings_of_topics(["map"], ["Map"]) == {"map": "Map"}
    assert headings_of_topics(["map", "Map"], ["Map"]) == {"map": None, "Map": "Map"}


def test_a_heading_that_comes_twice_is_reached_where_it_stands_first() -> None:
    assert headings_reached(["Names"], ["Names", "Wires", "Names"], "en") == {"Names": "Names"}
