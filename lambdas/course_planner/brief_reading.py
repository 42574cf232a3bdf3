"""A model's answers as a brief: lessons by their slots, and nothing that contradicts the outline."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from course_kit.brief.course_brief import (
    Convention,
    CourseBrief,
    ExampleFact,
    LessonSlice,
    Link,
    RunningExample,
    Term,
)
from course_kit.outline import Outline
from course_kit.outline.model import TermRule
from course_planner.brief_answer import CourseBriefing, LinkDesign, SliceDesign, TermDesign

# What a fact is called that says a version, in the languages of the book's labels: a model likes to make one up.
_VERSION = re.compile(r"versi|versão|release|バージョン|版本|إصدار|الإصدار", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}\.\d{1,3}")


def frame_of(briefing: CourseBriefing, slots: Mapping[str, str], outline: Outline) -> CourseBrief:
    """Return what all lessons share, without slices; ``slots`` has each lesson's slot by its number."""
    terms, stated = _terms(briefing.terms, slots), outline.model_dump_json()
    return CourseBrief(
        voice=briefing.voice,
        example=RunningExample(
            description=briefing.running_example,
            facts=tuple(
                ExampleFact(name=fact.name, attribute=fact.attribute, value=fact.value)
                for fact in briefing.facts
                if not _VERSION.search(fact.attribute) or _is_stated(fact.value, stated)
            ),
        ),
        terms=_usable(terms, outline),
        conventions=tuple(Convention(about=one.about, rule=one.rule) for one in briefing.conventions),
    )


def with_slices(
    brief: CourseBrief, designs: Iterable[SliceDesign], slots: Mapping[str, str], order: Sequence[str]
) -> CourseBrief:
    """Return a brief with further slices, in the order of the course.

    Parameters
    ----------
    order
        The slots of all lessons as they are read. What a lesson assumes comes from lessons before it.
    """
    places = {slot: position for position, slot in enumerate(order)}
    slices = {one.lesson: one for one in brief.lessons}
    for design in designs:
        slot = slots[number_in(design.lesson)]
        before = {other for other in order if places[other] < places[slot]}
        slices[slot] = LessonSlice(
            lesson=slot,
            establishes=tuple(design.establishes),
            assumes=_links(design.assumes, slots, before),
            leaves=_links(design.leaves, slots, set(order) - {slot}),
            example_step=design.example_step.strip(),
        )
    return brief.model_copy(
        update={"lessons": tuple(sorted(slices.values(), key=lambda one: places.get(one.lesson, len(places))))}
    )


def with_terms(
    brief: CourseBrief, designs: Sequence[TermDesign], slots: Mapping[str, str], outline: Outline
) -> CourseBrief:
    """Return a brief with further terms; those that it has stay as they are.

    Parameters
    ----------
    slots
        The slot of each lesson that was asked for, by its number. A lesson that stands introduces nothing new: with
        another term it would be another lesson.
    """
    known = {_folded(term.term) for term in brief.terms}
    added = [term for term in _terms(designs, slots) if _folded(term.term) not in known]
    return brief.model_copy(update={"terms": (*brief.terms, *_usable(added, outline, known))})


def under_rules(brief: CourseBrief, rules: Sequence[TermRule], outline: Outline) -> CourseBrief:
    """Return a brief in which the outline's own terms say what the outline says."""
    if not rules:
        return brief
    known = {_folded(term.term): term for term in brief.terms}
    ruled = []
    for rule in rules:
        before = known.pop(_folded(rule.term), None)
        ruled.append(
            Term(
                term=rule.term,
                definition=rule.definition or (before.definition if before else ""),
                owner=before.owner if before else "",
                instead_of=rule.instead_of or (before.instead_of if before else ()),
            )
        )
    return brief.model_copy(update={"terms": (*_usable(ruled, outline, known), *known.values())})


def _is_stated(value: str, stated: str) -> bool:
    """Whether the outline has a value as a word of its own: the 17 of 170 minutes is no version."""
    return re.search(rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\d)", stated) is not None


def number_in(text: str) -> str:
    """Return the lesson's number in what a model wrote, such as ``Lesson 2.1``; the text itself without one."""
    found = _NUMBER.search(text)
    return found[0] if found else text.strip()


def _terms(designs: Iterable[TermDesign], slots: Mapping[str, str]) -> tuple[Term, ...]:
    return _without_doubles(
        Term(
            term=design.term,
            definition=design.definition,
            owner=slots.get(number_in(design.introduced_in), ""),
            instead_of=tuple(design.instead_of),
        )
        for design in designs
    )


def _without_doubles(terms: Iterable[Term]) -> tuple[Term, ...]:
    first: dict[str, Term] = {}
    for term in terms:
        first.setdefault(_folded(term.term), term)
    return tuple(first.values())


def _usable(terms: Sequence[Term], outline: Outline, others: Collection[str] = ()) -> tuple[Term, ...]:
    """Return the terms without words to avoid that are terms themselves, or that the outline's author uses."""
    own = {*others, *(_folded(term.term) for term in terms)}
    written = _folded(" ".join(_words_of(outline)))

    def may_be_avoided(word: str) -> bool:
        return _folded(word) not in own and not re.search(rf"\b{re.escape(_folded(word))}\b", written)

    return tuple(
        term.model_copy(update={"instead_of": tuple(word for word in term.instead_of if may_be_avoided(word))})
        for term in terms
    )


def _words_of(outline: Outline) -> Iterable[str]:
    yield outline.course.title
    for module in outline.modules:
        yield module.title
        for lesson in module.lessons:
            yield lesson.title
            yield from (topic.title for topic in lesson.topics)


def _links(designs: Sequence[LinkDesign], slots: Mapping[str, str], allowed: Collection[str]) -> tuple[Link, ...]:
    found = ((slots.get(number_in(design.lesson), ""), design.what) for design in designs)
    return tuple(Link(lesson=slot, what=what) for slot, what in found if slot in allowed)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
