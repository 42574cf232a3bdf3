"""`coursewright status`: what is different, and what the book would make of it, by file and line."""

import pytest
from botocore.exceptions import EndpointConnectionError

from coursewright.deployment import Deployment, Target
from tests.support.command_line import Ended
from tests.support.own_pictures import picture
from tests.support.workshop import FIGURE, KEYS, LAB, LESSON, PACKETS, STUDY, Workshop, lesson_key


@pytest.fixture
def checked_out(workshop: Workshop) -> Workshop:
    workshop.check_out()
    return workshop


def faults(workshop: Workshop, exit_code: int = 0) -> list[str]:
    """Return what `status` says of lines, blocking ones with a mark."""
    told = workshop.told("status", exit_code=exit_code)["faults"]
    return [f"{'! ' if each['is_blocking'] else ''}{each['file']}:{each['line']}: {each['text']}" for each in told]


def test_nothing_is_different_after_a_checkout(checked_out: Workshop) -> None:
    told = checked_out.told("status")
    assert not any(told[name] for name in ("changed", "added", "removed", "other", "both", "faults"))
    assert not any(told[f"{name}_in_bucket"] for name in ("changed", "gone", "new"))
    assert "nothing is changed here" in checked_out.run("status").out


def test_every_kind_of_difference_is_told(checked_out: Workshop) -> None:
    # Given: here
    checked_out.edit(LESSON, "two ends", "both ends")
    (checked_out.folder / "lessons" / "2.1-keys.md").unlink()
    (checked_out.folder / "figures" / "plug.png").write_bytes(picture("PNG"))
    (checked_out.folder / "lessons" / "notes.md").write_text("mine", encoding="utf-8")
    (checked_out.folder / "lessons" / ".DS_Store").write_text("", encoding="utf-8")
    # And: in the bucket
    checked_out.run_writes(lesson_key(1, 1, "Packets"), PACKETS + "More.\n")
    checked_out.run_writes(lesson_key(1, 2, "Names"), "# Names\n\nOther.\n")
    checked_out.store.delete(KEYS.study(1, 1))
    checked_out.run_writes(KEYS.study(1, 2), checked_out.bucket_has(KEYS.prompt("01-01-0001", "a packet on its way")))
    # When
    told = checked_out.told("status")
    # Then
    assert told["changed"] == [LESSON]
    assert told["added"] == ["figures/plug.png"]
    assert told["removed"] == ["lessons/2.1-keys.md"]
    assert told["other"] == ["lessons/notes.md"]
    assert told["both"] == [LESSON]
    assert told["changed_in_bucket"] == ["lessons/1.2-names.md"]
    assert told["gone_in_bucket"] == [STUDY]
    assert told["new_in_bucket"] == ["study/1.2.yaml"]


def test_the_same_content_under_another_tag_is_no_difference(checked_out: Workshop) -> None:
    # Given: a copy onto itself, as another key's encryption needs.
    state = checked_out.folder / ".coursewright" / "checkout.json"
    found = checked_out.store.find(lesson_key(1, 1, "Packets"))
    assert found is not None
    state.write_text(state.read_text(encoding="utf-8").replace(found.etag.strip('"'), "0" * 32), encoding="utf-8")
    # When / Then
    assert checked_out.told("status")["changed_in_bucket"] == []


def test_lessons_are_told_what_the_book_would_do_with_them(checked_out: Workshop) -> None:
    # When
    checked_out.edit(LESSON, "## Headers", "## Heads")
    checked_out.edit(LESSON, "The payload follows.", "![A plug](plug.png)")
    # Then
    found = faults(checked_out)
    assert (
        found[0]
        == f"{LESSON}:1: no heading has the title of the topic `Headers`: the book shows the topic as not covered"
    )
    assert found[1].startswith(f"{LESSON}:11: picture plug.png: found no file figures/plug.png")
    # And: with the picture there, it is fine.
    (checked_out.folder / "figures" / "plug.png").write_bytes(picture("PNG"))
    assert len(faults(checked_out)) == 1


def test_an_edited_outline_is_what_lessons_are_compared_with(checked_out: Workshop) -> None:
    # Given: the topic has the heading's new name in the outline, too.
    checked_out.edit(LESSON, "## Headers", "## Heads")
    checked_out.edit("outline.yaml", "topics: [Headers, Payload]", "topics: [Heads, Payload]")
    # When / Then
    assert faults(checked_out) == []


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        (LESSON, PACKETS, " \n", f"! {LESSON}:1: the lesson is empty"),
        ("outline.yaml", "duration_minutes: 15, topics", "duration: 15, topics", "! outline.yaml:5: "),
        ("outline.yaml", "modules:", "modules: [", "! outline.yaml:"),
        (STUDY, "right: The header", "right: The head", f"! {STUDY}:10: right: found 'The head', expected one of"),
        (STUDY, "  - The payload\n", "  - The header\n", f"! {STUDY}:7: an option stands twice"),
        (STUDY, "explanation:", "explanashion:", f"! {STUDY}:11: quiz[0].explanashion: expected no such field"),
        (STUDY, "- A packet has a header.", "-", f"! {STUDY}:2: key_points[0]: found nothing, expected text"),
        (STUDY, "'3.10'", "'3.10", f"! {STUDY}:"),
        (STUDY, "topic: Headers", "topic: Hats", f"{STUDY}:12: the lesson has no topic `Hats`"),
        (STUDY, "term: header", "term: zebra", f"{STUDY}:14: the lesson does not have the term `zebra`"),
        (FIGURE, "  a --> b", "  a --> ", f"! {FIGURE}:6: the diagram cannot be drawn: Error: Parse error"),
        (FIGURE, "flowchart LR\n  a --> b\n", "", f"! {FIGURE}:5: found no source"),
        (FIGURE, "alt_text: One end, an arrow, another end", "alt_text:", f"! {FIGURE}:3: alt_text: found nothing"),
        (FIGURE, "caption: A packet on its way\n", "", f"! {FIGURE}:2: caption: expected this field"),
        (FIGURE, "---\nflowchart", "flowchart", f"! {FIGURE}:1: found no fields"),
        (LAB, "Ask.", "[VISUAL: a server]", f"{LAB}:3: a lab guide has no figures by visual tags"),
    ],
)
def test_a_fault_of_any_file_has_its_line_and_says_whether_it_breaks_the_book(
    checked_out: Workshop, path: str, before: str, after: str, told: str
) -> None:
    # When
    checked_out.edit(path, before, after)
    # Then
    [found, *others] = faults(checked_out, exit_code=1 if told.startswith("!") else 0)
    assert found.startswith(told), (found, others)


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("plug.png", b"\x89PNG\r\n\x1a\n", "! figures/plug.png:1: the file is damaged"),
        ("plug.png", b"text", "! figures/plug.png:1: found no picture"),
        ("01-01-0001.svg", b"<svg", "! figures/01-01-0001.svg:1: "),
    ],
)
def test_a_picture_that_no_book_can_show_is_told(checked_out: Workshop, name: str, body: bytes, told: str) -> None:
    # When
    (checked_out.folder / "figures" / name).write_bytes(body)
    # Then
    [found] = faults(checked_out, exit_code=1)
    assert found.startswith(told)


def test_a_picture_that_a_lesson_names_cannot_just_be_removed(checked_out: Workshop) -> None:
    # Given
    checked_out.store.write(KEYS.own_picture("plug.png"), picture("PNG"), content_type="image/png", replacing=None)
    checked_out.run_writes(lesson_key(2, 1, "Keys"), "# Keys\n\nA key.\n\n![A plug](plug.png)\n")
    checked_out.check_out()
    # When
    (checked_out.folder / "figures" / "plug.png").unlink()
    # Then
    [found] = faults(checked_out, exit_code=1)
    assert found.startswith("! lessons/2.1-keys.md:5: names the picture plug.png")


def test_lines_of_faults_are_those_that_editors_follow(checked_out: Workshop) -> None:
    # Given
    checked_out.edit(LESSON, "## Headers", "## Heads")
    checked_out.edit(STUDY, "right: The header", "right: None of them")
    # When
    ended = checked_out.run("status")
    # Then
    assert ended.exit_code == 1
    assert ended.err == f"{checked_out.folder}: found 1 fault(s) that break the book, expected none: correct them\n"
    lines = ended.out.splitlines()
    assert f"{STUDY}:10: right: found 'None of them', expected one of the options, word by word" in lines
    assert any(line.startswith(f"{LESSON}:1: no heading has the title") for line in lines)


def test_without_the_bucket_the_local_part_is_told_and_why(
    checked_out: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given
    checked_out.edit(LESSON, "## Headers", "## Heads")

    def unreachable(target: Target, stage: str) -> Deployment:
        raise EndpointConnectionError(endpoint_url="https://aws")

    monkeypatch.setattr(Deployment, "find", unreachable)
    # When
    ended: Ended = checked_out.run("status")
    # Then
    assert ended.exit_code == 1
    assert ended.err.startswith("the bucket was not asked: AWS cannot be reached")
    assert len(ended.err.splitlines()) == 1
    assert LESSON in ended.out
    # And: nobody needs to ask it.
    told = checked_out.told("status", "--offline")
    assert (told["changed"], told["was_asked"], told["why_not"]) == ([LESSON], False, "")
