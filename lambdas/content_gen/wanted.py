"""Which lessons a run wants."""

from content_gen.lesson_prompts import lesson_fingerprint
from course_kit.outline import Lesson, Module
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.manifest import lesson_identity
from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted


def wanted_lesson(run: RunInputs, module: Module, lesson: Lesson) -> Wanted:
    """Return a lesson as a run wants it."""
    specification = LessonSpecification.of(run.outline, module, lesson)
    return Wanted(
        identity=lesson_identity(lesson.number),
        key=run.keys.lesson(module.number, lesson.number, lesson.title),
        fingerprint=lesson_fingerprint(specification, run.text_model_id),
        is_forced=run.regeneration.covers_lesson(module.number, lesson.number),
    )
