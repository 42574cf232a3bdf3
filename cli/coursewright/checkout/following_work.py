"""What the next run makes anew because of a checkin: study parts follow their lesson's text, figures their place."""

from collections.abc import Mapping, Sequence

from course_kit.data_models import ClosedModel
from course_kit.mending.author_text import authors_lesson
from course_kit.outline.study import LessonStudy
from course_kit.records.manifest import StudyManifest
from course_kit.records.written import is_authors
from course_kit.store.artefact_keys import lesson_of
from course_kit.store.ids import LessonId
from coursewright.checkout.kinds import Kind, kind_of
from coursewright.checkout.state import Checkout
from coursewright.course_store import CourseStore


class FollowingWork(ClosedModel):
    """What the next run of `generate` makes anew, and asks a model for."""

    study: tuple[str, ...] = ()
    """Lessons, as the book numbers them, of which the quiz, the key points and the terms are made anew."""
    figures: int = 0
    """Figures that are new, or whose place in the text is another one."""


def following_work(
    store: CourseStore, state: Checkout, written: Sequence[str], before: Mapping[str, bytes]
) -> FollowingWork:
    """Return what follows from the lessons that were written.

    Parameters
    ----------
    before
        The lessons as they were, by key.
    """
    study, figures = [], 0
    for path in written:
        key = state.files[path].key
        place = lesson_of(key) if kind_of(path) is Kind.LESSON else None
        if place is None or key not in before:
            continue
        now = authors_lesson(store.read(key) or b"", place.module, place.lesson)
        earlier = authors_lesson(before[key], place.module, place.lesson)
        if now.split() != earlier.split() and _has_study(store, state, place):
            study.append(path.removeprefix("lessons/").partition("-")[0])
        figures += len(_places(now) - _places(earlier))
    return FollowingWork(study=tuple(study), figures=figures)


def _places(markdown: str) -> set[tuple[str, ...]]:
    """Return what each figure of a text is made from."""
    # Imported late: few checkins bring a lesson.
    from visual_planner.visual_prompts import requested_visuals

    return {
        (visual.visual_id, visual.description, " ".join(visual.context.split()))
        for visual in requested_visuals(markdown)
    }


def _has_study(store: CourseStore, state: Checkout, place: LessonId) -> bool:
    """Whether a lesson has study parts that are not the author's."""
    key = state.keys.study(place.module, place.lesson)
    stored = store.find(key)
    if stored is None or not store.read_model(key, LessonStudy):
        return False
    manifest = store.read_model(state.keys.study_manifest(place.module), StudyManifest)
    return not is_authors(stored, manifest.written.get(key) if manifest else None)
