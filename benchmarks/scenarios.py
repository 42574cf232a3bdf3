"""The courses that are measured: the plan's durations, scaled, and how they are spread over modules and lessons."""

from dataclasses import dataclass, replace
from typing import Self

import yaml

from course_kit.forecast.scheduling import Concurrency, CourseWork, ModuleWork

# The plan's durations, in minutes: a module's content, its visuals, its images.
CONTENT, VISUALS, IMAGES = 5.0, 1.0, 2.0
# The plan has no study parts. A call for them takes from a third to a half of a lesson's (`coursewright estimate`).
STUDY = 2.0
LAB_PLAN, LAB = 1.0, 3.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One course and how it is run. Durations are in the plan's minutes; one takes ``minute_seconds`` here."""

    name: str
    modules: int
    lessons: int
    """Of each module; its content, visuals, images and study parts are spread evenly over them."""
    concurrency: Concurrency
    minute_seconds: float
    content: tuple[float, ...] = ()
    """Each module's content where they differ."""
    study: float = STUDY
    """Each module's study parts."""
    labs: int = 0
    """Of each module."""
    lesson_minutes: int = 10
    """Decides a draft's words, which cost both designs the same CPU: short."""
    topics: int = 1
    """Of each lesson; a lesson of one topic has one visual."""
    runs: int = 3
    sequential_runs: int = 2
    """The sequential design takes minutes, and its times hardly differ."""
    sequential_as: str = ""
    """Names the scenario whose sequential runs are these, too: the sequential design knows no concurrency."""

    @property
    def content_type(self) -> str:
        """What is asked for."""
        return "both" if self.labs else "theory"

    @property
    def image_seconds(self) -> float:
        """How long the image model takes for one picture; each lesson has one."""
        return IMAGES * self.minute_seconds / self.lessons

    def of_modules(self, modules: int) -> Self:
        """Return the same course with so many modules."""
        return replace(self, modules=modules)

    def content_of(self, module: int) -> float:
        """Return the minutes of one module's content."""
        return self.content[module - 1] if self.content else CONTENT

    def work(self, *, prepare: float = 0.0, book: float = 0.0) -> CourseWork:
        """Return the course's tasks with their durations, in seconds."""
        return CourseWork(
            modules=tuple(self._module_work(number) for number in range(1, self.modules + 1)),
            prepare=prepare,
            book=book,
        )

    def _module_work(self, number: int) -> ModuleWork:
        minute, lessons = self.minute_seconds, self.lessons
        return ModuleWork(
            number=number,
            content=(self.content_of(number) * minute / lessons,) * lessons,
            visuals=(VISUALS * minute / lessons,) * lessons,
            images=(self.image_seconds,) * lessons,
            study=(self.study * minute / lessons,) * lessons,
            lab_plan=LAB_PLAN * minute if self.labs else None,
            labs=(LAB * minute,) * self.labs,
        )

    def author_behaviour(self) -> dict[str, object]:
        """Return how the offline author is to behave: its calls take the scenario's time."""
        minute, lessons = self.minute_seconds, self.lessons
        uneven = [
            {"kind": "lesson", "module_number": number, "seconds": self.content_of(number) * minute / lessons}
            for number in range(1, self.modules + 1)
            if self.content
        ]
        return {
            "latency_seconds": {
                "lesson": CONTENT * minute / lessons,
                "visual_plan": VISUALS * minute / lessons,
                "study": self.study * minute / lessons,
                "lab_plan": LAB_PLAN * minute,
                "lab": LAB * minute,
            },
            "latencies": uneven,
            "has_illustrations": True,
        }

    def outline(self) -> bytes:
        """Return the course's outline."""
        modules = [
            {
                "title": f"Module {number}",
                "lessons": [
                    {
                        "title": f"Lesson {number}.{lesson}",
                        "duration_minutes": self.lesson_minutes,
                        "topics": [f"Topic {topic} of lesson {number}.{lesson}" for topic in range(1, self.topics + 1)],
                    }
                    for lesson in range(1, self.lessons + 1)
                ],
                **({"lab_activities": [f"Lab {number}.{lab}" for lab in range(1, self.labs + 1)]} if self.labs else {}),
            }
            for number in range(1, self.modules + 1)
        ]
        # The sequential design has neither a brief nor edits; `one_voice` measures both.
        course = {"title": self.name, "brief": False, "editing": "off"}
        document = {"course": course, "modules": modules}
        return yaml.safe_dump(document, sort_keys=False).encode()


SCENARIOS = (
    Scenario(
        name="plan-concurrency-3",
        modules=4,
        lessons=1,
        concurrency=Concurrency(modules=3, lessons=5, images=5),
        minute_seconds=2.0,
    ),
    Scenario(
        name="plan-concurrency-4",
        modules=4,
        lessons=1,
        concurrency=Concurrency(modules=4, lessons=5, images=5),
        minute_seconds=2.0,
        sequential_as="plan-concurrency-3",
    ),
    Scenario(
        name="lessons-side-by-side",
        modules=4,
        lessons=5,
        concurrency=Concurrency(modules=4, lessons=5, images=5),
        # Twenty lessons at once cost two processors about two seconds, whatever a minute takes: nearer to the truth.
        minute_seconds=10.0,
        sequential_runs=1,
    ),
    Scenario(
        name="labs-beside-theory",
        modules=4,
        lessons=1,
        labs=2,
        concurrency=Concurrency(modules=4, lessons=5, images=5),
        minute_seconds=0.75,
        runs=1,
    ),
    Scenario(
        name="uneven-modules",
        modules=4,
        lessons=1,
        content=(2.0, 3.0, 8.0, 7.0),
        concurrency=Concurrency(modules=3, lessons=5, images=5),
        minute_seconds=0.75,
        runs=1,
    ),
    Scenario(
        name="twelve-modules",
        modules=12,
        lessons=1,
        concurrency=Concurrency(modules=6, lessons=5, images=5),
        minute_seconds=0.5,
        runs=1,
    ),
)
