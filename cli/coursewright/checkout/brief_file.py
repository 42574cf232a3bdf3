"""The brief of a course as a YAML file, and back."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from pydantic import Field

from course_kit.brief.course_brief import (
    Convention,
    CourseBrief,
    ExampleFact,
    LessonSlice,
    Link,
    RunningExample,
    Term,
)
from course_kit.data_models import ClosedModel
from course_kit.mending.author_faults import Fault
from course_kit.outline.yaml_document import YamlDocument
from course_kit.store.ids import LessonId
from coursewright.checkout.fields import FieldsUnreadable, FieldText, fields_in_yaml, line_of, read_fields

_NUMBER = re.compile(r"\d{1,3}\.\d{1,3}")


class _Fact(ClosedModel):
    name: FieldText
    attribute: FieldText
    value: FieldText


class _Example(ClosedModel):
    description: FieldText = ""
    facts: tuple[_Fact, ...] = ()


class _Term(ClosedModel):
    term: FieldText
    definition: FieldText = ""
    introduced_in: FieldText = ""
    instead_of: tuple[FieldText, ...] = ()


class _Convention(ClosedModel):
    about: FieldText
    rule: FieldText


class _Link(ClosedModel):
    lesson: FieldText
    what: FieldText


class _Slice(ClosedModel):
    lesson: FieldText
    establishes: tuple[FieldText, ...] = ()
    assumes: tuple[_Link, ...] = ()
    leaves: tuple[_Link, ...] = ()
    example_step: FieldText = ""


class _Brief(ClosedModel):
    voice: FieldText = ""
    running_example: _Example = Field(default=_Example())
    terms: tuple[_Term, ...] = ()
    conventions: tuple[_Convention, ...] = ()
    lessons: tuple[_Slice, ...] = ()


def brief_in_yaml(brief: CourseBrief) -> str:
    """Return a brief as the text of a file; its lessons have the numbers of the outline."""
    return fields_in_yaml(
        {
            "voice": brief.voice,
            "running_example": brief.example.model_dump(mode="json"),
            "terms": [
                {
                    "term": term.term,
                    "definition": term.definition,
                    **({"introduced_in": term.owner} if term.owner else {}),
                    **({"instead_of": list(term.instead_of)} if term.instead_of else {}),
                }
                for term in brief.terms
            ],
            "conventions": [one.model_dump(mode="json") for one in brief.conventions],
            "lessons": [one.model_dump(mode="json") for one in brief.lessons],
        }
    )


def brief_of_yaml(text: str) -> CourseBrief:
    """Return the brief that a file has; raises ``FieldsUnreadable`` for a fault with which nobody can follow it."""
    brief, document = read_fields(text, _Brief)
    if faults := list(_blocking(brief, document)):
        raise FieldsUnreadable(*faults)
    return CourseBrief(
        voice=brief.voice,
        example=RunningExample(
            description=brief.running_example.description,
            facts=tuple(ExampleFact(**fact.model_dump()) for fact in brief.running_example.facts),
        ),
        terms=tuple(
            Term(term=term.term, definition=term.definition, owner=term.introduced_in, instead_of=term.instead_of)
            for term in brief.terms
        ),
        conventions=tuple(Convention(**one.model_dump()) for one in brief.conventions),
        lessons=tuple(
            LessonSlice(
                lesson=one.lesson,
                establishes=one.establishes,
                assumes=tuple(Link(**link.model_dump()) for link in one.assumes),
                leaves=tuple(Link(**link.model_dump()) for link in one.leaves),
                example_step=one.example_step,
            )
            for one in brief.lessons
        ),
    )


def brief_faults(text: str, known: Collection[LessonId]) -> list[Fault]:
    """Return the faults of a file, in the order of its lines; ``known`` are the numbers of the outline's lessons."""
    try:
        brief, document = read_fields(text, _Brief)
    except FieldsUnreadable as unreadable:
        return sorted(unreadable.faults)
    numbers = set(map(str, known))
    strange = [
        # A part of a lesson that is not there would be lost; another reference to it says nothing.
        Fault(
            line_of(document, path),
            f"{path}: the outline has no lesson {number}",
            is_blocking=path.endswith("].lesson") and path.count("[") == 1,
        )
        for path, number in _numbers(brief)
        if _NUMBER.fullmatch(number) and number not in numbers
    ]
    return sorted([*_blocking(brief, document), *strange])


def _blocking(brief: _Brief, document: YamlDocument) -> Iterator[Fault]:
    for path, number in _numbers(brief):
        if not _NUMBER.fullmatch(number):
            said = f"{path}: found {number!r}, expected the number of a lesson, such as 2.1"
            yield Fault(line_of(document, path), said, is_blocking=True)
    told = Counter(one.lesson for one in brief.lessons)
    for position, one in enumerate(brief.lessons):
        if told[one.lesson] > 1:
            path = f"lessons[{position}].lesson"
            yield Fault(line_of(document, path), f"{path}: lesson {one.lesson} stands twice", is_blocking=True)
    for position, term in enumerate(brief.terms):
        if not term.term.strip():
            path = f"terms[{position}].term"
            yield Fault(line_of(document, path), f"{path}: found nothing, expected text", is_blocking=True)


def _numbers(brief: _Brief) -> Iterator[tuple[str, str]]:
    """Yield every number of a lesson, with its path."""
    for position, term in enumerate(brief.terms):
        if term.introduced_in:
            yield f"terms[{position}].introduced_in", term.introduced_in
    for position, one in enumerate(brief.lessons):
        path = f"lessons[{position}]"
        yield f"{path}.lesson", one.lesson
        yield from ((f"{path}.assumes[{place}].lesson", link.lesson) for place, link in enumerate(one.assumes))
        yield from ((f"{path}.leaves[{place}].lesson", link.lesson) for place, link in enumerate(one.leaves))
