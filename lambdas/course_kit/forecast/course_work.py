"""A course's estimate as tasks with durations, the input of list scheduling."""

from dataclasses import dataclass

from course_kit.forecast.course_estimate import CourseEstimate, ModuleEstimate
from course_kit.forecast.estimated_calls import CallKind, EstimatedCall
from course_kit.forecast.scheduling import CourseWork, ModuleWork


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The speed of each kind of work, in seconds."""

    first_token: float
    tokens_per_second: float
    step: float
    """Seconds from the end of one step to the start of the next: Step Functions, and some cold starts."""
    diagram: float
    book: float
    book_per_lesson: float
    check_per_lesson: float = 0.05
    """Comparing a lesson with the others."""

    def call_seconds(self, call: EstimatedCall) -> float:
        """Return the model's seconds for one call."""
        return self.first_token + call.output_tokens / self.tokens_per_second


# Assumed for a current large model; `coursewright estimate --tokens-per-second` overrides it. Diagrams and books were
# measured on one core.
MODEL_PACE = Pace(
    first_token=2.0, tokens_per_second=60.0, step=0.5, diagram=0.8, book=5.0, book_per_lesson=0.1, check_per_lesson=0.05
)
OFFLINE_PACE = Pace(
    first_token=0.05,
    tokens_per_second=100_000,
    step=0.5,
    diagram=0.8,
    book=5.0,
    book_per_lesson=0.1,
    check_per_lesson=0.05,
)


def course_work(course: CourseEstimate, pace: Pace) -> CourseWork:
    """Return a run's tasks: each model call, each figure, the preparation, the check of lessons and the book."""
    chapters = course.amounts.lessons + course.amounts.labs
    return CourseWork(
        modules=tuple(module_work(module, pace) for module in course.modules),
        prepare=pace.step,
        brief=tuple(pace.step + pace.call_seconds(call) for call in course.brief),
        edits=_edits(course, pace),
        book=pace.step + pace.book + pace.book_per_lesson * chapters,
    )


def _edits(course: CourseEstimate, pace: Pace) -> tuple[float, ...]:
    if not course.is_edited:
        return ()
    check = pace.step + pace.check_per_lesson * course.amounts.lessons
    return (check, *map(pace.call_seconds, course.edits))


def module_work(module: ModuleEstimate, pace: Pace) -> ModuleWork:
    """Return the tasks of one module."""

    def durations(kind: CallKind) -> tuple[float, ...]:
        return tuple(pace.step + pace.call_seconds(call) for call in module.of_kind(kind))

    plans = durations(CallKind.LAB_PLAN)
    return ModuleWork(
        number=module.number,
        content=durations(CallKind.LESSON),
        visuals=durations(CallKind.VISUALS),
        study=durations(CallKind.STUDY),
        images=(pace.diagram,) * module.visuals,
        lab_plan=plans[0] if plans else None,
        labs=durations(CallKind.LAB),
    )
