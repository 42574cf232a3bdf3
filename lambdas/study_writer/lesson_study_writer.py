"""Writes the study parts of one lesson: one structured call, one more when the answer cannot be printed."""

from course_kit.errors import LessonRejected
from course_kit.model_provider import TextModel
from course_kit.prose_language import language_to_expect
from course_kit.side_by_side import WrittenText
from course_kit.usage import Usage
from study_writer.study_answer import StudyParts, StudyRequest
from study_writer.study_checks import CheckedStudy, check_study
from study_writer.study_prompts import PARTS_DETAIL, SYSTEM_PROMPT, repair_prompt, study_prompt

KEY_POINTS_DETAIL, QUESTIONS_DETAIL, TERMS_DETAIL, DROPPED_DETAIL = "key-points", "questions", "terms", "dropped"


async def write_study(model: TextModel, request: StudyRequest) -> WrittenText:
    """Write a lesson's parts.

    Raises
    ------
    LessonRejected
        After one repair nothing of a part can be printed, or the model cannot be brought to the form; names module
        and lesson.
    """
    subject = f"module {request.module_number}, lesson {request.lesson_number} ({request.lesson_title})"
    try:
        checked, usage = await _ask(model, request, study_prompt(request))
        if checked.faults:
            repaired, more = await _ask(model, request, repair_prompt(request, checked.faults))
            usage += more
            checked = min(checked, repaired, key=lambda answer: (len(answer.lacks), len(answer.faults)))
    except LessonRejected as error:
        raise LessonRejected(f"{subject}: its study parts were refused: {error}") from error
    if checked.lacks:
        raise LessonRejected(f"{subject}: its study parts cannot be printed: {'; '.join(checked.faults[-3:])}")
    study = checked.study
    return WrittenText(
        markdown=study.model_dump_json(indent=1),
        word_count=0,
        usage=usage,
        details={
            KEY_POINTS_DETAIL: str(len(study.key_points)),
            QUESTIONS_DETAIL: str(len(study.questions)),
            TERMS_DETAIL: str(len(study.terms)),
            DROPPED_DETAIL: str(checked.dropped),
            PARTS_DETAIL: ",".join(request.parts),
        },
        content_type="application/json",
    )


async def _ask(model: TextModel, request: StudyRequest, prompt: str) -> tuple[CheckedStudy, Usage]:
    decision = await model.decide(prompt, StudyParts, system=SYSTEM_PROMPT, max_tokens=request.wanted.max_tokens)
    language = language_to_expect(request.language, model.model_id)
    return check_study(decision.value, request, language), decision.usage
