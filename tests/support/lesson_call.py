"""One call of the model, as a function that writes a lesson makes it."""

import local_aws
from course_kit.outline.lesson_specification import LessonSpecification
from tests.support.tiny_resources import TinyResources


def lesson_prompt() -> str:
    lesson = LessonSpecification(
        course_title="Course",
        language="en",
        level="",
        audience=(),
        module_number=1,
        module_title="Module",
        module_summary="",
        lesson_number=1,
        lesson_title="Lesson",
        lesson_description="",
        objectives=(),
        bloom_levels=(),
        minutes=15,
        word_target=300,
        topics=(),
        previous_lesson=None,
        next_lesson=None,
    )
    return f"<lesson_specification>{lesson.model_dump_json()}</lesson_specification>"


def converse(tiny: TinyResources, prompt: str, **options: object) -> dict[str, object]:
    answer: dict[str, object] = tiny.client("bedrock-runtime").converse(
        modelId=local_aws.OFFLINE_MODEL_ID, messages=[{"role": "user", "content": [{"text": prompt}]}], **options
    )
    return answer
