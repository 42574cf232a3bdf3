"""Writes the study parts of one lesson: one structured call, one more for what of its answer cannot be printed."""

from course_kit.errors import TextRejected
from course_kit.model.model_provider import Decision, TextModel
from course_kit.outline.study import LessonStudy, WantedParts
from course_kit.records.written_record import metadata_key
from course_kit.store.edited import parse_edited
from course_kit.text.prose_language import language_to_expect
from course_kit.work.text_batch import WrittenText
from study_writer.study_answer import StudyParts, StudyRequest
from study_writer.study_checks import CheckedStudy, check_study
from study_writer.study_prompts import PARTS_DETAIL, PROMPT_VERSION, SYSTEM_PROMPT, repair_prompt, study_prompt


async def write_study(model: TextModel, request: StudyRequest) -> WrittenText:
    """Write a lesson's parts.

    Raises
    ------
    TextRejected
        After one repair nothing of a part can be printed, or the model cannot be brought to the form; names module
        and lesson.
    """
    subject = f"module {request.module_number}, lesson {request.lesson_number} ({request.lesson_title})"
    try:
        decision = await _ask(model, request, study_prompt(request))
        usage = decision.usage
        checked = _check(model, request, decision.value)
        missing = _missing(request.wanted, checked)
        if missing is not None:
            asked = repair_prompt(request, decision.value, missing, (*decision.left_out, *checked.faults))
            repaired = await _repaired(model, request, asked, checked)
            if repaired is not None:
                usage += repaired.usage
                first = StudyParts() if _is_refused(checked) else decision.value
                checked = _check(model, request, _together(first, repaired.value))
    except TextRejected as error:
        raise TextRejected(f"{subject}: its study parts were refused: {error}") from error
    if checked.lacks:
        raise TextRejected(f"{subject}: its study parts cannot be printed: {'; '.join(checked.faults[-3:])}")
    study = checked.study
    return WrittenText(
        body=study.model_dump_json(indent=1),
        usage=usage,
        counts={**_counts(study), "dropped": checked.dropped},
        details={PARTS_DETAIL: ",".join(request.parts), metadata_key("prompt_version"): PROMPT_VERSION},
        content_type="application/json",
    )


def study_counts(key: str, body: bytes) -> dict[str, int]:
    """Return the counts of stored study parts; raises ``RequestInvalid`` for a file that an edit has broken."""
    return _counts(parse_edited(key, body, LessonStudy))


def _counts(study: LessonStudy) -> dict[str, int]:
    return {"key_points": len(study.key_points), "questions": len(study.questions), "terms": len(study.terms)}


async def _ask(model: TextModel, request: StudyRequest, prompt: str) -> Decision[StudyParts]:
    return await model.decide(
        prompt, StudyParts, system=SYSTEM_PROMPT, max_tokens=request.wanted.max_tokens, keeps_valid_items=True
    )


async def _repaired(
    model: TextModel, request: StudyRequest, prompt: str, checked: CheckedStudy
) -> Decision[StudyParts] | None:
    try:
        return await _ask(model, request, prompt)
    except TextRejected:
        if checked.lacks:
            raise
        # A shorter quiz is better than none.
        return None


def _check(model: TextModel, request: StudyRequest, answer: StudyParts) -> CheckedStudy:
    return check_study(answer, request, language_to_expect(request.language, model.model_id))


def _is_refused(checked: CheckedStudy) -> bool:
    """Whether nothing of an answer stands, since all of it is in another language."""
    return any(fault.startswith("no part") for fault in checked.lacks)


def _missing(wanted: WantedParts, checked: CheckedStudy) -> WantedParts | None:
    """Return how many of each part have to be asked for again; None when enough can be printed."""
    if _is_refused(checked):
        return wanted
    key_points = 0 if checked.study.key_points else wanted.key_points
    questions = wanted.questions - len(checked.study.questions)
    # A shorter glossary is no fault.
    return WantedParts(key_points=key_points, questions=questions, terms=0) if key_points or questions else None


def _together(first: StudyParts, more: StudyParts) -> StudyParts:
    """Return both answers as one: what stands of the first comes first, and what is left out is counted of both."""
    return StudyParts.model_construct(
        key_points=[*first.key_points, *more.key_points],
        questions=[*first.questions, *more.questions],
        terms=[*first.terms, *more.terms],
    )
