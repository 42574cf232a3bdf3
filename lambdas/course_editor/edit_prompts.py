"""The editor's prompts, and the request for one group of findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

from course_editor.edit_answer import EditRequest, PassageToEdit, Problem
from course_editor.edit_groups import EditGroup
from course_editor.edited_course import EditedCourse
from course_editor.passages import Region
from course_kit.store.artefact import fingerprint_of
from course_kit.store.ids import LessonId
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_EDIT = PromptTemplate.load(_PROMPTS / "edit.md")

SYSTEM_PROMPT = _SYSTEM.text
PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _EDIT.version)[:12]


@dataclass(frozen=True)
class AskedPassage:
    """A passage of a request: where it stands, what stands there now, and whether the answer may change it."""

    name: str
    region: Region
    text: str
    may_change: bool


def asked_passages(course: EditedCourse, group: EditGroup) -> tuple[AskedPassage, ...]:
    """Return the passages of a group, each with its name in the request."""
    free = {group.passage_of(region) for one in group.findings for region in course.may_change(one)}
    return tuple(
        AskedPassage(name, region, course.text_of(region), region in free)
        for name, region in zip(_names(len(group.passages)), group.passages, strict=True)
    )


def edit_request(course: EditedCourse, group: EditGroup, passages: Sequence[AskedPassage]) -> EditRequest:
    """Return the request for the replacements of a group, with the numbers that readers see."""
    numbers = course.check.numbers
    names = {passage.region: passage.name for passage in passages}
    return EditRequest(
        language=course.check.language,
        problems=tuple(
            Problem(
                kind=one.finding.kind,
                about=numbers.as_shown(one.finding.about),
                expected=one.finding.expected,
                explained_in=shown_number(course, one.finding.owner),
                passages=tuple(dict.fromkeys(names[group.passage_of(region)] for region in one.regions)),
            )
            for one in group.findings
        ),
        passages=tuple(
            PassageToEdit(
                passage=passage.name,
                lesson=course.lessons[passage.region.lesson].lesson.shown,
                lesson_title=course.lessons[passage.region.lesson].lesson.title,
                may_change=passage.may_change,
                text=numbers.as_shown(passage.text),
            )
            for passage in passages
        ),
    )


def edit_prompt(request: EditRequest) -> str:
    """Return the message that asks for the replacements of a group."""
    return _EDIT.fill(request=as_prompt_data(request))


def shown_number(course: EditedCourse, slot: str) -> str:
    """Return the number of a lesson as readers see it, by its slot; empty for no lesson of the course."""
    lesson = LessonId.read(slot)
    known = course.check.numbers.lesson(lesson) if lesson else None
    return str(known.shown) if known else ""


def _names(count: int) -> list[str]:
    letters = [*ascii_lowercase, *(first + second for first in ascii_lowercase for second in ascii_lowercase)]
    return letters[:count]
