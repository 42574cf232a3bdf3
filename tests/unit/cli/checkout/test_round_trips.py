"""Files say exactly what their objects say, whatever the texts are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_kit.outline.study import GlossaryTerm, LessonStudy, QuizQuestion
from course_kit.records.visuals import PlannedVisual, VisualKind
from coursewright.checkout.contents import file_of, object_of
from coursewright.checkout.kinds import Kind, kind_of

_SPECIAL = [
    "- a",
    "a: b",
    "null",
    "~",
    "3.10",
    "no",
    "#1",
    "Rule #1",
    "'",
    '"',
    "a\nb",
    "\u00a0x",
    "\u2028",
    "<<",
    "&a",
    "%",
    "`x`",
    " a ",
]
_texts = st.one_of(st.sampled_from(_SPECIAL), st.text(st.characters(exclude_categories=["Cs"]), min_size=1)).filter(
    lambda text: bool(text.strip())
)
_questions = st.builds(
    lambda question, options, right, explanation: QuizQuestion(
        question=question, options=tuple(options), right=right % len(options), explanation=explanation
    ),
    _texts,
    st.lists(_texts, min_size=2, max_size=5, unique=True),
    st.integers(0, 10),
    _texts,
)
_studies = st.builds(
    LessonStudy,
    module_number=st.integers(1, 9),
    lesson_number=st.integers(1, 9),
    key_points=st.lists(_texts, max_size=3).map(tuple),
    questions=st.lists(_questions, max_size=2).map(tuple),
    terms=st.lists(st.builds(GlossaryTerm, term=_texts, definition=_texts, found=st.just("")), max_size=2).map(tuple),
)


@given(_studies)
def test_study_parts_come_back_as_they_were(study: LessonStudy) -> None:
    before = study.model_dump_json().encode()
    file = file_of(Kind.STUDY, "study", before)
    assert LessonStudy.model_validate_json(object_of(Kind.STUDY, "study", file, before)) == study


@given(_texts, _texts, st.lists(_texts, max_size=3), st.sampled_from(list(VisualKind)))
def test_a_figure_comes_back_as_it_was(caption: str, alt_text: str, words: list[str], kind: VisualKind) -> None:
    visual = PlannedVisual(
        visual_id="01-01-0001",
        kind=kind,
        description="d",
        caption=caption,
        alt_text=alt_text,
        long_description=tuple(words),
        source="---\ntitle: mine\n---\nflowchart LR\n  a --> b\n\n",
        image_prompt="a scene" if kind is VisualKind.ILLUSTRATION else "",
    )
    before = visual.model_dump_json().encode()
    file = file_of(Kind.FIGURE, "plan", before)
    assert PlannedVisual.model_validate_json(object_of(Kind.FIGURE, "plan", file, before)) == visual


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("outline.yaml", Kind.OUTLINE),
        ("lessons/1.1-a.md", Kind.LESSON),
        ("lessons/more/1.1-a.md", Kind.OTHER),
        ("lessons/../../a.md", Kind.OTHER),
        ("study/1.1.yaml", Kind.STUDY),
        ("labs/1.1-A-a.md", Kind.LAB),
        ("figures/01-02-0001.mmd", Kind.FIGURE),
        ("figures/01-02-0001.svg", Kind.REPLACED),
        ("figures/1-2-1.png", Kind.PICTURE),
        ("figures/plug.jpeg", Kind.PICTURE),
        ("figures/plug.webp", Kind.OTHER),
        ("figures/plug.mmd", Kind.OTHER),
        ("notes.md", Kind.OTHER),
    ],
)
def test_a_files_kind_is_told_by_its_path(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind
