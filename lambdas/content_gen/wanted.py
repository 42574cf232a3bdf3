"""Which lessons a run wants."""

from content_gen.lesson_prompts import PROMPT_VERSION
from course_kit.outline import Lesson, Module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.manifest import lesson_identity
from course_kit.run.run_inputs import RunInputs
from course_kit.store.ids import LessonId
from course_kit.work.wanted import Wanted, sources


def wanted_lesson(run: RunInputs, module: Module, lesson: Lesson) -> Wanted:
    """Return a lesson as a run wants it.

    It asks for what the outline says of the lesson itself, and for its slice of the brief. Its title counts only if the
    outline says nothing else: a renamed lesson has the same text. Neither does its place in the course count.
    """
    brief = run.brief.asks_of(LessonId(module.number, lesson.number)) if run.brief else ""
    specification = LessonSpecification.of(run.outline, module, lesson)
    content = sources(
        description=lesson.description,
        objectives=lesson.objectives,
        topics=[topic.asked for topic in lesson.topics],
    )
    return Wanted(
        identity=lesson_identity(lesson.number),
        key=run.keys.lesson(module.number, lesson.number, lesson.stored_title),
        asked=sources(language=specification.language, levels=lesson.bloom_level, brief=brief)
        | (content or {"title": lesson.title}),
        shaped=sources(
            prompt=PROMPT_VERSION,
            model=run.text_model_id,
            title=lesson.title,
            course=specification.course_title,
            shared_brief=run.brief.shared if run.brief else "",
            level=specification.level,
            audience=specification.audience,
            module=[specification.module_title, specification.module_summary],
            module_objectives=() if lesson.objectives else specification.objectives,
            module_levels=() if lesson.bloom_level else specification.bloom_levels,
            neighbours=[specification.previous_lesson or "", specification.next_lesson or ""],
            length=specification.word_target,
        ),
        minutes=specification.minutes,
        has_own_minutes=lesson.own_minutes is not None,
        is_forced=run.regeneration.covers_lesson(module.number, lesson.number),
        is_named=run.regeneration.names_lesson(module.number, lesson.number),
        renews_stale=run.regeneration.stale,
        # A course whose brief is switched off keeps the lessons that were written with one.
        forgets=("brief",) if run.brief is None else (),
        asks_no_model=run.books_only,
    )
