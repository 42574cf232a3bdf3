"""Drafts: in the form that the prompt asks for, in the course's language, the same every time."""

import re

import pytest

from book_builder.book_formats import printed_width
from content_gen.lesson_checks import lesson_faults
from course_kit.records.visuals import Figure
from course_kit.text.prose_language import language_to_expect
from course_kit.text.text_faults import word_count
from course_kit.text.visual_tags import find_visual_tags
from images_gen.diagram_renderer import render_diagram
from local_aws import OFFLINE_MODEL_ID
from offline_author.chat import Answer
from offline_author.diagram_design import VisualRequest, VisualWanted, design_visuals, plain_diagram
from offline_author.diagram_forms import DiagramForm, form_of
from offline_author.lesson_draft import draft_lesson
from offline_author.phrases import LANGUAGES, Phrases
from tests.support.lesson_specifications import TOPICS, specification

NO_FIGURE = {"kind": "diagram", "caption": "c", "alt_text": "a", "png_key": "k"}


@pytest.mark.parametrize("language", [*LANGUAGES, "es-MX", "ja"])
@pytest.mark.parametrize("minutes", [5, 30, 90])
def test_a_draft_is_a_lesson_that_may_be_printed(language: str, minutes: int) -> None:
    wanted = specification(language, minutes)
    draft = draft_lesson(wanted)
    assert lesson_faults(draft, wanted, language_to_expect(language, OFFLINE_MODEL_ID)) == []
    assert word_count(draft) > 400


@pytest.mark.parametrize("topics", [[], ["One topic only"]])
def test_a_lesson_with_few_topics_is_one_too(topics: list[str]) -> None:
    wanted = specification(minutes=90, topics=topics)
    assert lesson_faults(draft_lesson(wanted), wanted, "en") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_in_a_draft_twice(language: str) -> None:
    draft = re.sub(r"```.*?```", "", draft_lesson(specification(language, 90)), flags=re.DOTALL)
    prose = [line for line in draft.splitlines() if line and not line.startswith(("#", "|", "[VISUAL"))]
    sentences = [part for line in prose for part in re.split(r"(?<=[.?!]) ", line) if len(part) > 30]
    assert len(sentences) == len(set(sentences))


def test_the_same_specification_gives_the_same_draft() -> None:
    assert draft_lesson(specification()) == draft_lesson(specification())


def test_tags_stand_alone_on_their_lines() -> None:
    draft = draft_lesson(specification())
    tags = find_visual_tags(draft)
    assert 1 <= len(tags) <= 2
    for tag in tags:
        assert draft[tag.start - 1] == draft[tag.end] == "\n"


def test_code_fits_the_subject() -> None:
    assert "kubectl get pods" in draft_lesson(specification(topics=["Pods"]))


KINDS = {
    DiagramForm.OVERVIEW: "mindmap",
    DiagramForm.EXCHANGE: "sequenceDiagram",
    DiagramForm.CYCLE: "stateDiagram-v2",
    DiagramForm.HISTORY: "timeline",
    DiagramForm.CHOICE: "quadrantChart",
    DiagramForm.DATA: "erDiagram",
    DiagramForm.STRUCTURE: "classDiagram",
    DiagramForm.PROCESS: "flowchart",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_diagram_is_drawn_in_every_language_and_is_read_at_the_width_of_a_column(language: str) -> None:
    # Given: a visual of each form, as a draft asks for it, with topics that strain the syntax.
    phrases = Phrases.of(language)
    wanted = [
        VisualWanted(
            visual_id=f"01-01-000{n}",
            description=phrases.visuals[form].format(
                topic=TOPICS[n % len(TOPICS)], items="; ".join(phrases.diagram_items.get(form, [*TOPICS[:2], "x" * 60]))
            ),
        )
        for n, form in enumerate(KINDS)
    ]
    # When
    designs = design_visuals(VisualRequest(language=language, lesson_title="L", visuals=wanted))
    # Then: the kind fits, and what it shows is told in words, too.
    assert [design.mermaid.split()[0] for design in designs] == list(KINDS.values())
    for design in designs:
        assert design.caption
        assert len(design.long_description) >= 3
        # And: labels of 15 pixels are printed at 8 points or more.
        drawn = render_diagram(design.mermaid)
        figure = Figure.model_validate(
            {**NO_FIGURE, "visual_id": design.visual_id, "width": drawn.width, "height": drawn.height}
        )
        scale = float(printed_width(figure).removesuffix("cm")) / (drawn.width / 2 / 96 * 2.54)
        assert 15 * 72 / 96 * scale >= 8, design.mermaid


@pytest.mark.parametrize(
    ("topic", "form"),
    [
        ("What a request carries", DiagramForm.EXCHANGE),
        ("Las fases de un pod", DiagramForm.CYCLE),
        ("Netze seit 1969", DiagramForm.HISTORY),
        ("Histoire des noms", DiagramForm.HISTORY),
        ("Custos e limites", DiagramForm.CHOICE),
        ("Tabellen und Schlüssel", DiagramForm.DATA),
        ("Las capas de un modelo", DiagramForm.STRUCTURE),
        ("Getting started", DiagramForm.PROCESS),
    ],
)
def test_the_kind_of_a_topics_diagram_fits_its_words_in_any_language_of_the_author(
    topic: str, form: DiagramForm
) -> None:
    assert form_of(topic) is form
    lines = draft_lesson(specification(topics=[topic])).splitlines()
    lead = Phrases.of("en").visuals[form].split("{topic}")[0]
    assert any(line.startswith(f"[VISUAL: {lead}") for line in lines)


@pytest.mark.parametrize("description", ["", "no parts", 'quotes " and [brackets]', "a; b; c", "x — ;;;"])
def test_a_repaired_diagram_renders_whatever_its_description_says(description: str) -> None:
    assert render_diagram(plain_diagram(description)).width > 20


def test_an_answer_is_cut_at_its_token_limit() -> None:
    answer = Answer(text="x" * 100).within(10)
    assert (len(answer.text), answer.finish_reason, answer.completion_tokens) == (40, "length", 10)


def test_all_languages_have_the_same_patterns() -> None:
    lengths = {
        language: {name: len(value) for name, value in Phrases.of(language) if isinstance(value, list)}
        for language in LANGUAGES
    }
    for language in LANGUAGES[1:]:
        assert lengths[language] == lengths["en"], language
