"""`coursewright history`: every version of an artefact, who made it, with what and for how much."""

import pytest

from course_kit.store.provenance import authors_provenance
from course_kit.usage import Usage
from coursewright.history.events import events_under
from tests.support.buckets import BUCKET
from tests.support.command_line import CommandLine, assert_one_line
from tests.support.kept_versions import KEYS, LESSON, Kept, asked


def test_versions_come_newest_first_with_their_origin_and_money(kept: Kept, command_line: CommandLine) -> None:
    # Given: run-1 wrote the lesson for 0.6 dollars; a person edited it twice; run-2, without a price, wrote it anew.
    store = kept.house.store
    kept.person_uploads(LESSON, "# Packets\n\nBetter now\n")
    noted = authors_provenance("Zoë", "wrong port")
    store.write(LESSON, "# Packets\n\nBest\n", content_type="t", replacing=store.find(LESSON), metadata=noted)
    kept.run_writes(LESSON, "# P", run="run-2", word_count="1", model_id="m-1", prompt_version="p-1")
    # When
    history = asked(command_line, "history", "networks", "1.1")
    # Then
    assert (history["what"], history["title"], history["total"]) == ("1.1", "Packets", 4)
    rows = history["changes"]
    assert [row["version"] for row in rows] == ["v4", "v3", "v2", "v1"]
    assert [row["what"] for row in rows] == ["written", "edited by hand", "edited by hand", "written"]
    assert [row["by"] for row in rows] == ["run-2", "Zoë", "", "run-1"]
    assert [row["words"] for row in rows] == [1, 2, 3, 2]
    assert [row["note"] for row in rows] == ["", "wrong port", "", ""]
    assert [row["usd"] for row in rows] == [None, 0.0, 0.0, pytest.approx(0.6)]
    assert (rows[0]["model"], rows[0]["prompt"]) == ("m-1", "p-1")
    assert rows[0]["id"] == store.find(LESSON).version  # type: ignore[union-attr]


def test_an_edit_that_kept_the_metadata_is_nobodys_run(kept: Kept, command_line: CommandLine) -> None:
    # Given: a program that copies metadata over, as `aws s3 cp` may.
    s3 = kept.house.deployment.s3
    metadata = s3.head_object(Bucket=BUCKET, Key=LESSON)["Metadata"]
    s3.put_object(Bucket=BUCKET, Key=LESSON, Body=b"# Mine\n\nIt is", Metadata=metadata)
    # When
    newest = asked(command_line, "history", "networks", "1.1")["changes"][0]
    # Then
    assert (newest["what"], newest["by"], newest["usd"], newest["words"]) == ("edited by hand", "", 0.0, 3)


def test_a_version_that_a_run_took_back_costs_nothing_again(kept: Kept, command_line: CommandLine) -> None:
    # Given: run-2 wrote another text; then the outline was as before, and run-3 took the first text back.
    first = kept.read(LESSON)
    metadata = kept.house.deployment.s3.head_object(Bucket=BUCKET, Key=LESSON)["Metadata"]
    kept.run_writes(LESSON, "# Other", run="run-2")
    store = kept.house.store
    store.write(LESSON, first, content_type="t", replacing=store.find(LESSON), fingerprint="asked", metadata=metadata)
    # When: in the artefact's history, and in the project's.
    own, project = asked(command_line, "history", "networks", "1.1"), asked(command_line, "history", "networks")
    # Then
    assert [(row["what"], row["by"]) for row in own["changes"][:2]] == [("taken back", "run-1"), ("written", "run-2")]
    assert own["changes"][0]["usd"] == 0.0
    assert "taken back" in [row["what"] for row in project["changes"]]


def test_a_deletion_is_told_and_has_no_version(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.house.store.delete(LESSON)
    # When
    deleted, written = asked(command_line, "history", "networks", "1.1")["changes"]
    # Then
    assert (deleted["what"], deleted["version"], deleted["by"]) == ("deleted", "", "")
    assert (written["what"], written["version"]) == ("written", "v1")


def test_earlier_titles_of_a_lesson_are_in_its_history(kept: Kept, command_line: CommandLine) -> None:
    # Given: an earlier version of Coursewright renamed a lesson: a new key, and the old one removed.
    old, other = KEYS.lesson(1, 1, "Bits"), KEYS.lesson(1, 11, "Bits")
    kept.run_writes(old, "# Bits")
    kept.run_writes(other, "# Eleven")
    kept.house.store.delete(old)
    # When
    rows = asked(command_line, "history", "networks", "1.1")["changes"]
    # Then: two texts, and no deletion, for the lesson is there.
    assert [(row["version"], row["what"]) for row in rows] == [("v2", "written"), ("v1", "written")]


def test_a_figure_is_one_change_of_two_files(kept: Kept, command_line: CommandLine) -> None:
    # Given: drawn twice; then a person replaced the SVG alone, and a run's figure was deleted.
    kept.run_draws("01-01-0002", b"png 1", b"<svg>1</svg>")
    kept.run_draws("01-01-0002", b"png 2", b"<svg>2</svg>")
    kept.person_uploads(KEYS.image("01-01-0002", "svg"), b"<svg>mine</svg>")
    # When
    rows = asked(command_line, "history", "networks", "01-01-0002")["changes"]
    # Then
    assert [(row["version"], row["what"], row["by"]) for row in rows] == [
        ("v3", "edited by hand", ""),
        ("v2", "written", "run-1"),
        ("v1", "written", "run-1"),
    ]


def test_pictures_of_a_model_count_with_their_price(kept: Kept, command_line: CommandLine) -> None:
    # Given
    key = KEYS.image("01-01-0003", "png")
    kept.run_writes(key, b"png", usage=Usage(), image_model="amazon.nova-canvas-v1:0")
    kept.run_writes(key, b"png 2", run="run-9", usage=Usage(), image_model="amazon.nova-canvas-v1:0")
    # When
    unknown, known = asked(command_line, "history", "networks", "01-01-0003")["changes"]
    # Then: PRICES has no dollars an image; of run-9 nothing is known.
    assert (known["usd"], known["model"]) == (0.0, "amazon.nova-canvas-v1:0")
    assert unknown["usd"] is None


def test_the_project_shows_its_last_fifty_changes_and_nothing_that_is_derived(
    kept: Kept, command_line: CommandLine
) -> None:
    # Given
    for number in range(60):
        kept.run_writes(KEYS.study(1, 1), f"[{number}]")
    # When
    history = asked(command_line, "history", "networks")
    told = command_line.run("history", "networks")
    # Then: outline, lesson and figure are changes, the manifest and the run's record are none.
    assert (history["what"], history["total"], len(history["changes"])) == ("", 63, 50)
    assert {row["artefact"] for row in history["changes"]} <= {"1.1", "1.1/study", "01-01-0001", "outline"}
    versions = [row["version"] for row in history["changes"] if row["artefact"] == "1.1/study"]
    assert versions[:2] == ["v60", "v59"]
    assert "the newest 50 of 63 changes" in told.out


def test_a_table_shows_what_can_be_typed_and_says_what_is_unknown(kept: Kept, command_line: CommandLine) -> None:
    # Given
    kept.run_writes(LESSON, "# P", run="run-without-record")
    # When
    told = command_line.run("history", "networks", "1.1")
    # Then
    assert "1.1 of networks: Packets" in told.out
    row = next(line for line in told.out.splitlines() if line.startswith("v2"))
    assert kept.house.store.find(LESSON).version[:6] in row  # type: ignore[union-attr,index]
    assert "unknown" in row
    assert "unknown: the run's record or its model's price is not there" in told.out


def test_an_outline_is_written_by_people(kept: Kept, command_line: CommandLine) -> None:
    # Given
    store, key = kept.house.store, KEYS.outline()
    body = kept.read(key) + "# later\n"
    store.write(key, body, content_type="t", replacing=store.find(key), metadata=authors_provenance("Zoë"))
    # When
    newest, first = asked(command_line, "history", "networks", "outline")["changes"]
    # Then
    assert (newest["what"], newest["by"], newest["usd"]) == ("written", "Zoë", 0.0)
    assert (first["what"], first["by"]) == ("written", "")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("networks", "9.9"), "WHAT: found '9.9', expected a lesson of the project: 1.1"),
        (("networks", "1.1/study"), "of which nothing was stored yet, expected study parts: the project has none"),
        (("networks", "02-02-0002"), "nothing was stored yet, expected figure: 01-01-0001"),
        (("networks", "chapter one"), "expected a lesson (2.1), its study parts (2.1/study)"),
        (("nets", "1.1"), "PROJECT: found 'nets', expected a project of this bucket"),
        (("nets",), "PROJECT: found 'nets', expected a project of this bucket"),
        (("../nets", "1.1"), "PROJECT: found '../nets'"),
    ],
)
def test_a_name_of_nothing_is_one_line_with_what_there_is(
    command_line: CommandLine, words: tuple[str, ...], named: str
) -> None:
    assert_one_line(command_line.run("history", *words), 2, named)


def test_a_listing_of_several_pages_is_read_to_its_end(
    kept: Kept, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: pages of seven.
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "7")
    for number in range(15):
        kept.person_uploads(LESSON, f"# Packets\n\n{number}\n")
    # When
    history = asked(command_line, "history", "networks", "1.1")
    # Then
    assert [row["version"] for row in history["changes"]] == [f"v{number}" for number in range(16, 0, -1)]
    assert history["changes"][-1]["by"] == "run-1"


def test_a_thousand_versions_and_more_are_listed_in_order(kept: Kept) -> None:
    # Given: a listing ends at 1,000 versions.
    s3 = kept.house.deployment.s3
    written = [s3.put_object(Bucket=BUCKET, Key=LESSON, Body=b"x")["VersionId"] for _ in range(1001)]
    # When
    events = events_under(kept.house.store, [LESSON])[LESSON]
    # Then
    assert [event.version for event in events[1:]] == written
