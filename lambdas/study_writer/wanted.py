"""Which study parts a run wants."""

from dataclasses import replace

from course_kit.outline import Lesson, Module
from course_kit.outline.book_parts import BookPart
from course_kit.outline.call_sizes import words_for_lesson
from course_kit.outline.study import WantedParts
from course_kit.records.manifest import lesson_identity
from course_kit.run.run_inputs import RunInputs
from course_kit.store.artefact import Artefact, fingerprint_of
from course_kit.text.visual_tags import without_numbers
from course_kit.work.wanted import Verdict, Wanted, sources, verdict
from study_writer.study_answer import StudyRequest
from study_writer.study_prompts import PARTS_DETAIL, PROMPT_VERSION, study_request


def wanted_study(run: RunInputs, request: StudyRequest) -> Wanted:
    """Return the study parts of a lesson as a run wants them."""
    lesson = fingerprint_of(without_numbers(request.lesson))
    return Wanted(
        identity=lesson_identity(request.lesson_number),
        key=run.keys.study(request.module_number, request.lesson_number),
        asked=sources(language=request.language, lesson=lesson, parts=request.parts),
        shaped=sources(
            prompt=PROMPT_VERSION,
            model=run.short_text_model_id,
            title=request.lesson_title,
            course=request.course_title,
            objectives=request.objectives,
            topics=request.topics,
            length=request.wanted.model_dump_json(),
        ),
        is_forced=run.regeneration.covers_study(request.module_number, request.lesson_number),
        is_named=run.regeneration.covers_study(request.module_number, request.lesson_number),
        renews_stale=run.regeneration.stale,
        asks_no_model=run.books_only,
    )


def request_of_lesson(
    run: RunInputs, module: Module, lesson: Lesson, *, text: str, parts: frozenset[BookPart], stored: Artefact | None
) -> StudyRequest:
    """Return the request for the parts of a lesson with this text.

    It is the one that the stored artefact answers, when that has all these parts. A part that is switched off is no
    reason to pay for the others again.
    """
    request = study_request(run.outline, module, lesson, text, parts, brief=run.brief)
    if stored is None:
        return request
    known = {part.value for part in BookPart}
    answered = frozenset(BookPart(part) for part in stored.metadata.get(PARTS_DETAIL, "").split(",") if part in known)
    wider = request.model_copy(
        update={
            "parts": tuple(sorted(answered)),
            "wanted": WantedParts.of(answered, words_for_lesson(module, lesson)),
        }
    )
    # The question is what the artefact answers, also when it is to be made again.
    is_answered = verdict(replace(wanted_study(run, wider), is_forced=False), stored, lease=None) is not Verdict.MAKE
    return wider if answered >= parts and is_answered else request
