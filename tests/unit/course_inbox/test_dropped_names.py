"""Whatever a file in the inbox is called: it is started, or answered beside it, and an answer starts nothing."""

import pytest

from course_kit.store.artefact_keys import OUTLINE_ENDINGS
from course_kit.store.artefact_store import ArtefactStore
from tests.support.buckets import BUCKET
from tests.support.watched_inbox import OUTLINE, WatchedInbox


@pytest.mark.parametrize(
    ("name", "project"),
    [
        *((f"networks{ending}", "networks") for ending in OUTLINE_ENDINGS),
        ("Redes 2026: ¿qué?.yaml", "redes-2026-que"),
        ("a+b.yaml", "a-b"),
        ("100%25 a%2Fb.yaml", "100-25-a-2fb"),
        ("日本語.yml", "ri-ben-yu"),
        ("networks.errors.txt.yaml", "networks-errors-txt"),
        ("v1.2.yaml", "v1-2"),
        ("inbox-2.yaml", "inbox-2"),
        (" .leading and trailing .yaml", "leading-and-trailing"),
    ],
)
def test_a_file_starts_a_run_under_the_name_that_it_has(name: str, project: str, inbox: WatchedInbox) -> None:
    # When
    result = inbox.take(inbox.drop(OUTLINE, f"inbox/{name}"))
    # Then: the key was read as it stands in the event, nothing in it decoded.
    assert result.status == "started"
    request = inbox.started[result.execution_name]
    assert request["project_folder"] == project
    assert inbox.store.read(request["outline_s3_key"]) == OUTLINE.encode()


ANSWERED = {
    "a/b.yaml": ("a/b", "folder: found 'a/', expected the file directly under inbox/"),
    "a/b/c.yml": ("a/b/c", "folder: found 'a/b/'"),
    "/x.yaml": ("/x", "folder: found '/'"),
    "a.b/c": ("a.b/c", "folder: found 'a.b/'"),
    "inbox.yaml": ("inbox", "name: found 'inbox.yaml', which names the project, expected any other name"),
    "Inbox!.yml": ("Inbox!", "which names the project, expected any other name"),
    "x.Yaml": ("x", "name: found 'x.Yaml', expected an outline whose name ends in .yaml or .yml"),
    "x.yaml.txt": ("x.yaml", "found 'x.yaml.txt'"),
    "x.json": ("x", "ends in .yaml or .yml"),
    "x": ("x", "ends in .yaml or .yml"),
    "x.yaml ": ("x", "found 'x.yaml '"),
    "x.ERRORS.TXT": ("x.ERRORS", "ends in .yaml or .yml"),
    ".yaml": ("yaml", "a letter or a digit before the ending"),
    "!?.yaml": ("!?", "a letter or a digit before the ending"),
    f"{'é' * 507}.txt": ("é" * 503, "ends in .yaml or .yml"),
}


@pytest.mark.parametrize("name", ANSWERED, ids=lambda name: name[:20])
def test_a_file_that_cannot_be_started_by_its_name_is_answered_beside_it(name: str, inbox: WatchedInbox) -> None:
    # Given
    beside, said = ANSWERED[name]
    # When
    result = inbox.take(inbox.drop(OUTLINE, f"inbox/{name}"))
    # Then
    assert (result.status, inbox.started) == ("refused", {})
    assert said in (inbox.said(f"inbox/{beside}.errors.txt") or "")


def test_an_empty_file_is_answered(inbox: WatchedInbox) -> None:
    assert inbox.take(inbox.drop("")).status == "refused"
    assert "expected a mapping" in (inbox.said() or "")


@pytest.mark.parametrize("key", ["inbox/", "inbox/2026/", "inbox/x.yaml/"])
def test_a_folder_that_the_console_makes_is_no_file(key: str, inbox: WatchedInbox) -> None:
    # When
    result = inbox.take(inbox.drop("", key))
    # Then
    assert (result.status, inbox.started) == ("ignored", {})
    assert list(inbox.store.keys("inbox/")) == [key]


@pytest.mark.parametrize("name", ["networks.yaml", "x.errors.txt", "inbox.yaml", "x.ERRORS.TXT", "deep/er/x", "a/"])
def test_answers_start_nothing_and_are_not_answered(name: str, inbox: WatchedInbox) -> None:
    # Given: what no outline is; every object that is written below inbox/ has an event of its own.
    events = [inbox.drop("modules: []", f"inbox/{name}")]
    seen = {f"inbox/{name}"}
    # When: the function hears of what it has written, too, until there is nothing new.
    heard = 0
    while events and heard < 10:
        heard += 1
        inbox.take(events.pop())
        written = set(inbox.store.keys("inbox/")) - seen
        seen |= written
        events += [event_of(inbox.store, key) for key in sorted(written)]
    # Then: one file, at most one answer.
    assert heard <= 2
    assert len(seen) <= 2
    assert inbox.started == {}


def event_of(store: ArtefactStore, key: str) -> dict[str, object]:
    head = store.client.head_object(Bucket=BUCKET, Key=key)
    found = {"key": key, "size": head["ContentLength"], "version-id": head["VersionId"], "etag": head["ETag"]}
    return {"source": "aws.s3", "detail": {"bucket": {"name": BUCKET}, "object": found}}
