"""A bad parallel writer: what goes wrong is known, and nothing else does."""

import re
from itertools import combinations

import httpx
import pytest

from content_gen.lesson_checks import lesson_faults
from course_kit.records.editing import FindingKind
from course_kit.text.lesson_references import find_references
from course_kit.text.prompt_template import as_prompt_data
from course_kit.text.term_search import SearchableText
from local_aws.state import PROJECT_ROOT
from offline_author.behaviour import Behaviour, BehaviourBook, ParallelFaults, ProseKind
from offline_author.seeded_fault import SeededFault
from tests.support.briefed_courses import BriefedCourse
from tests.support.side_by_side import ALL_FAULTS, SOME_FAULTS, written_side_by_side
from tests.support.writing_server import WritingServer

COURSE = (PROJECT_ROOT / "benchmarks" / "one_voice_course.yaml").read_text(encoding="utf-8")
CLEAN = ParallelFaults()


def shingles(text: str) -> set[tuple[str, ...]]:
    """Return all runs of five words of a text without its headings and figures."""
    prose = " ".join(line for line in text.splitlines() if not line.startswith(("#", "[VISUAL")))
    words = re.findall(r"\w+", prose.casefold())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("rates", [CLEAN, ALL_FAULTS], ids=["clean", "faulty"])
def test_each_lesson_may_be_printed(language: str, rates: ParallelFaults) -> None:
    # Given
    written = written_side_by_side(COURSE.replace("language: en", f"language: {language}"), rates)
    for number, specification in written.course.specifications().items():
        # Then: it has the form, the length, and the language that its writer is asked for.
        assert lesson_faults(written.lessons[number], specification, language) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_lessons_in_distinct_prose_hardly_share_five_words(language: str) -> None:
    # Given
    written = written_side_by_side(COURSE.replace("language: en", f"language: {language}"), CLEAN)
    assert written.faults == ()
    # When
    runs = [shingles(text) for text in written.lessons.values()]
    # Then: of some hundred runs of words, two lessons share the few of the sentences that the brief asks for.
    assert min(map(len, runs)) > 250
    assert max(len(one & other) / min(len(one), len(other)) for one, other in combinations(runs, 2)) < 0.07


def test_a_clean_course_uses_no_term_early_and_defines_each_once() -> None:
    written = written_side_by_side(COURSE, CLEAN)
    texts = {number: SearchableText(text) for number, text in written.lessons.items()}
    for term in written.course.briefing.terms:
        users = [number for number, text in texts.items() if text.has(term.term)]
        assert users[0] == term.introduced_in, term.term
        assert sum(term.definition in text for text in written.lessons.values()) == 1, term.term


def test_every_fault_stands_in_its_lesson_once_and_is_what_it_says() -> None:
    # Given
    written = written_side_by_side(COURSE, ALL_FAULTS)
    order = list(written.lessons)
    by_kind: dict[FindingKind, list[SeededFault]] = {}
    for fault in written.faults:
        by_kind.setdefault(fault.kind, []).append(fault)
        assert written.lessons[fault.lesson].count(fault.text) == 1
    # Then: all lessons have each, but the first has no earlier term, and the last no later one.
    counts = {kind: len(faults) for kind, faults in by_kind.items()}
    assert counts == {
        FindingKind.REPEATED_PASSAGE: 40,
        FindingKind.SECOND_DEFINITION: 39,
        FindingKind.EARLY_USE: 39,
        FindingKind.CHANGED_FACT: 40,
        FindingKind.DEAD_REFERENCE: 40,
    }
    # And: a repeated passage stands in its neighbour, about half of them to the letter.
    repeated = by_kind[FindingKind.REPEATED_PASSAGE]
    assert 10 <= sum(fault.is_reworded for fault in repeated) <= 30
    for fault in repeated:
        assert abs(order.index(fault.lesson) - order.index(fault.other)) == 1
        blocks = written.lessons[fault.other].split("\n\n")
        likeness = max(len(shingles(fault.text) & shingles(block)) / len(shingles(fault.text)) for block in blocks)
        assert likeness == 1 if not fault.is_reworded else 0.2 < likeness <= 1
    # And: terms come from earlier lessons where they are defined again, and from later ones where they come too early.
    for fault in by_kind[FindingKind.SECOND_DEFINITION]:
        assert order.index(fault.other) < order.index(fault.lesson)
    for fault in by_kind[FindingKind.EARLY_USE]:
        assert order.index(fault.other) > order.index(fault.lesson)
        assert SearchableText(fault.text).has(fault.about)
    # And: a changed fact has none of the brief's values; a dead reference leads nowhere.
    values = [fact.value for fact in written.course.brief.example.facts]
    assert not [fault for fault in by_kind[FindingKind.CHANGED_FACT] for value in values if value in fault.text]
    for fault in by_kind[FindingKind.DEAD_REFERENCE]:
        assert [str(reference.lesson) for reference in find_references(fault.text)] == ["99.9"]


def test_a_rate_is_a_share_of_the_lessons_and_a_seed_chooses_which() -> None:
    # Given
    seeds = [SOME_FAULTS, SOME_FAULTS, SOME_FAULTS.model_copy(update={"seed": 2})]
    # When
    first, again, other = (written_side_by_side(COURSE, rates).faults for rates in seeds)
    # Then
    assert first == again
    assert first != other
    for kind in {fault.kind for fault in first}:
        assert 4 <= sum(fault.kind is kind for fault in first) <= 20, kind


def asked_of(server: WritingServer, course: BriefedCourse, number: str) -> str:
    """Ask the server for a lesson as functions do, and return its text."""
    brief = course.assignment(number)
    assert brief is not None
    system = f"Write.\n<course>\n{as_prompt_data(course.context)}\n</course>"
    user = (
        f"<lesson_specification>{as_prompt_data(course.specifications()[number])}</lesson_specification>"
        f"<lesson_brief>{as_prompt_data(brief)}</lesson_brief>"
    )
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    answer = httpx.post(f"{server.url}/v1/chat/completions", json={"model": "any", "messages": messages}, timeout=60)
    text: str = answer.raise_for_status().json()["choices"][0]["message"]["content"]
    return text


def test_the_server_writes_so_and_lists_what_it_seeded(writing_server: WritingServer) -> None:
    # Given: the author is told to be a bad writer.
    behaviour = Behaviour(prose=ProseKind.DISTINCT, parallel_faults=ALL_FAULTS)
    writing_server.author.book = BehaviourBook(behaviour)
    # When
    text = asked_of(writing_server, BriefedCourse.of(COURSE, ProseKind.DISTINCT), "2.1")
    # Then
    expected = written_side_by_side(COURSE, ALL_FAULTS)
    assert text == expected.lessons["2.1"]
    listed = httpx.get(f"{writing_server.url}/faults").raise_for_status().json()
    assert [SeededFault.model_validate(fault) for fault in listed] == [
        fault for fault in expected.faults if fault.lesson == "2.1"
    ]
    # And: another behaviour begins another list.
    httpx.delete(f"{writing_server.url}/behaviour").raise_for_status()
    assert httpx.get(f"{writing_server.url}/faults").json() == []


def test_in_a_language_without_distinct_prose_the_author_writes_its_patterns(writing_server: WritingServer) -> None:
    writing_server.author.book = BehaviourBook(Behaviour(prose=ProseKind.DISTINCT, parallel_faults=ALL_FAULTS))
    course = BriefedCourse.of(COURSE.replace("language: en", "language: fr"))
    assert asked_of(writing_server, course, "2.1") == course.drafts()["2.1"]
    assert writing_server.author.book.seeded == ()
