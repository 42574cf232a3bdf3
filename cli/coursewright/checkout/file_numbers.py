"""References to lessons in the files of a checkout: people read and write the outline's numbers, objects have slots."""

from collections.abc import Callable, Mapping

from pydantic import JsonValue, ValidationError

from course_kit.brief.course_brief import CourseBrief
from course_kit.mending.author_text import changed_text
from course_kit.outline.lesson_numbers import KnownLesson, LessonNumbers
from course_kit.outline.study import LessonStudy
from course_kit.store.ids import LessonId
from coursewright.checkout.kinds import Kind

Numbers = dict[str, str]
"""The slot of each lesson by its number (``2.1``), as a checkout remembers it."""


def numbers_to_remember(numbers: LessonNumbers) -> Numbers:
    """Return the numbers that files have; empty when each is its slot."""
    pairs = {str(lesson.shown): str(slot) for slot, lesson in numbers.lessons.items()}
    return pairs if any(shown != slot for shown, slot in pairs.items()) else {}


def remembered_numbers(numbers: Mapping[str, str]) -> LessonNumbers:
    """Return what `numbers_to_remember` has returned as numbers."""
    lessons = {LessonId.parse(slot): KnownLesson(LessonId.parse(shown), "") for shown, slot in numbers.items()}
    return LessonNumbers(lessons)


def shown_in_file(kind: Kind, body: bytes, numbers: LessonNumbers) -> bytes:
    """Return an object with the numbers that people read; bytes without a reference stay as they are."""
    if kind is Kind.BRIEF:
        return _with_places(body, {str(slot): str(lesson.shown) for slot, lesson in numbers.lessons.items()})
    return _changed(kind, body, numbers.as_shown)


def slots_in_object(kind: Kind, body: bytes, numbers: LessonNumbers) -> bytes:
    """Return what a person's file is as an object, with slots."""
    if kind is Kind.BRIEF:
        return _with_places(body, {str(lesson.shown): str(slot) for slot, lesson in numbers.lessons.items()})
    return _changed(kind, body, numbers.in_slots)


def _with_places(body: bytes, places: Mapping[str, str]) -> bytes:
    """Return a brief with other names of lessons; those without one, such as lessons removed since, are left out."""
    if not places:
        return body
    try:
        brief = CourseBrief.model_validate_json(body)
    except ValidationError:
        # As above: who reads it as a file tells so.
        return body
    known = brief.model_copy(update={"lessons": tuple(one for one in brief.lessons if one.lesson in places)})
    return known.moved(lambda lesson: places.get(lesson, lesson)).model_dump_json(indent=1).encode()


def _changed(kind: Kind, body: bytes, change: Callable[[str], str]) -> bytes:
    if kind in (Kind.LESSON, Kind.LAB):
        return changed_text(body, change)
    if kind is Kind.STUDY and b"[[" in body:
        try:
            study = LessonStudy.model_validate_json(body)
        except ValidationError:
            # An edit in the bucket has broken it: who reads it as a file tells so, with its key.
            return body
        changed = LessonStudy.model_validate(_in_texts(study.model_dump(mode="json"), change))
        return body if changed == study else changed.model_dump_json(indent=1).encode()
    return body


def _in_texts(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    match value:
        case str():
            return change(value)
        case list():
            return [_in_texts(item, change) for item in value]
        case dict():
            return {name: _in_texts(item, change) for name, item in value.items()}
    return value
