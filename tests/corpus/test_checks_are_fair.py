"""Every check is fair: real text in six languages goes through, near misses go through, what is faulty is caught."""

import re
from collections import Counter
from pathlib import Path

import pytest

from content_gen.lesson_checks import lesson_faults
from course_kit.markdown.formulas import formulas_in
from course_kit.markdown.text import parse_markdown
from course_kit.mending.mended_text import mended
from course_kit.text.code_samples import check_code_samples
from course_kit.text.prose_language import language_to_expect
from course_kit.text.visual_tags import find_visual_tags
from study_writer.study_checks import CheckedStudy, check_study
from tests.support.corpus.check_cases import CHECKS, cases_of, lab_faults_of
from tests.support.corpus.near_miss_case import Case
from tests.support.corpus.real_text import (
    LabSample,
    LessonSample,
    StudySample,
    labs,
    lessons,
    study_parts,
    visible_text,
)

BOX_WORDS = {
    "note",
    "tip",
    "warning",
    "important",
    "caution",
    "nota",
    "atención",
    "hinweis",
    "achtung",
    "注意",
    "提示",
    "تنبيه",
}
LEAST_GOOD, LEAST_BAD = 10, 8

a_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
a_lab = pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.name)
a_study = pytest.mark.parametrize("study", study_parts(), ids=lambda study: study.lesson.name)
a_text = pytest.mark.parametrize("sample", [*lessons(), *labs()], ids=lambda sample: sample.name)


def near_misses(kind: str) -> pytest.MarkDecorator:
    cases = [
        pytest.param(case, id=f"{check}-{number}")
        for check in CHECKS
        for number, case in enumerate(cases_of(check, kind), start=1)
    ]
    return pytest.mark.parametrize("case", cases)


def checked(study: StudySample) -> CheckedStudy:
    request = study.request(mended(study.lesson.answer))
    return check_study(study.answer, request, language_to_expect(request.language, "a-model"))


@a_lesson
def test_a_lesson_of_real_text_has_no_fault(lesson: LessonSample) -> None:
    language = language_to_expect(lesson.facts.language, "a-model")
    assert lesson_faults(mended(lesson.answer), lesson.specification, language) == []


@a_lesson
def test_a_lesson_is_read_with_all_its_formulas_and_tags(lesson: LessonSample) -> None:
    markdown = mended(lesson.answer)
    found = (len(list(formulas_in(parse_markdown(markdown)))), len(find_visual_tags(markdown)))
    assert found == (lesson.facts.formulas, lesson.facts.visuals)


@a_lesson
def test_what_a_reader_has_to_find_stands_in_the_lesson_to_the_letter(lesson: LessonSample) -> None:
    text = visible_text(mended(lesson.answer))
    assert [words for words in lesson.facts.stands if words not in text] == []


@a_text
def test_mending_what_was_mended_changes_nothing(sample: LessonSample | LabSample) -> None:
    once = mended(sample.answer)
    assert mended(once) == once


@a_text
def test_mending_takes_no_word_from_a_text_of_strong_habits_but_the_marks_of_boxes(
    sample: LessonSample | LabSample,
) -> None:
    if sample.facts.habits == "strong":
        before, after = (
            Counter(re.findall(r"\w+", visible_text(text).casefold()))
            for text in (sample.answer, mended(sample.answer))
        )
        lost = before - after
        assert set(map(str.casefold, lost)) <= BOX_WORDS, lost


@a_text
def test_no_code_sample_of_real_text_gets_a_mark(sample: LessonSample | LabSample) -> None:
    assert [code for code in check_code_samples(mended(sample.answer)) if code.fault] == []


@a_lab
def test_a_lab_guide_of_real_text_has_no_fault(lab: LabSample) -> None:
    assert lab_faults_of(lab.name, lab.answer) == []


@a_study
def test_study_parts_of_real_text_have_no_fault(study: StudySample) -> None:
    result = checked(study)
    assert (result.faults, result.dropped) == ((), 0)


@a_study
def test_every_question_keeps_its_options_its_right_one_and_its_topic(study: StudySample) -> None:
    printed = checked(study).study.questions
    assert [question.question for question in printed] == [question.question for question in study.answer.questions]
    for question, written in zip(printed, study.answer.questions, strict=True):
        assert sorted(question.options) == sorted(option.text for option in written.options)
        assert [question.options[question.right]] == [option.text for option in written.options if option.is_right]
        assert question.topic in study.lesson.facts.topics


@a_study
def test_every_key_point_and_every_term_of_real_text_is_kept(study: StudySample) -> None:
    printed = checked(study).study
    assert list(printed.key_points) == study.answer.key_points
    # A term that the lesson shows only as code is code.
    assert [term.term.strip("`") for term in printed.terms] == [term.term.strip("`") for term in study.answer.terms]


@near_misses("good")
def test_a_good_near_miss_is_let_through(case: Case) -> None:
    assert case.faults() == []


@near_misses("bad")
def test_a_bad_near_miss_is_caught_and_named(case: Case) -> None:
    assert case.is_caught(), f"expected {case.fault!r} in {case.faults()}"


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_has_near_misses_of_both_kinds(check: str) -> None:
    good, bad = cases_of(check, "good"), cases_of(check, "bad")
    assert len(good) >= LEAST_GOOD
    assert len(bad) >= LEAST_BAD
    assert not set(map(repr, good)) & set(map(repr, bad))


def test_every_file_of_near_misses_is_run() -> None:
    files = {path.stem for path in (Path(__file__).parent / "checks").glob("*.yaml")}
    assert files == set(CHECKS)


def test_the_corpus_is_large_enough() -> None:
    assert len(lessons()) >= 12
    assert len(labs()) >= 4
    assert sum(len(study.answer.questions) for study in study_parts()) >= 40
    languages = {lesson.facts.language for lesson in lessons()}
    assert len(languages) >= 6
    assert {study.lesson.facts.language for study in study_parts()} == languages
    for samples in (lessons(), labs()):
        assert {sample.facts.habits for sample in samples} == {"strong", "weak"}
