"""A course under a new title: it goes on in its project, or its author says that it is a course of its own."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from course_kit.outline import read_outline
from course_kit.records.course_record import CourseRecord
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.course_store import CourseStore
from coursewright.errors import BadInput
from coursewright.plan.course_plan import plan_course
from tests.support.course_runs import THEORY, CourseRuns
from tests.support.planned_projects import OUTLINE, PRICES, bound
from tests.support.writing_server import WritingServer

RENAMED = OUTLINE.replace("title: Nets", "title: Internetworking")
# A course of nine lessons, whose records alone are looked at.
TITLES = ["Copper", "Fibre", "Radio", "Waves", "Hosts", "Zones", "Ports", "Sockets", "Routes"]


def outline_of(title: str, lessons: list[str], language: str = "en", course_id: str = "") -> str:
    own = f", id: {course_id}" if course_id else ""
    named = ", ".join(f"{{title: {name}}}" for name in lessons)
    return (
        f"course: {{title: {title}, language: {language}{own}}}\nmodules: [{{title: Module 1, lessons: [{named}]}}]\n"
    )


def record(store: ArtefactStore, project: str, outline: str, **changes: str) -> None:
    """Put there what the first state of a run keeps of a course."""
    kept = CourseRecord().with_outline(read_outline(outline)).model_copy(update=changes)
    store.write_model(ProjectKeys(project).course(), kept, replacing=None)


def refusal(store: ArtefactStore, folder: Path, outline: str) -> str:
    """Return the one line with which a run of an outline is refused."""
    with pytest.raises(BadInput) as refused:
        bound(store, folder, outline, project=None)
    [line] = refused.value.lines
    assert refused.value.exit_code == 2
    return line


def test_a_renamed_course_is_refused_and_goes_on_with_the_id_that_the_line_names(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given: a course in the project of its title.
    runs = CourseRuns(store, writing_server, OUTLINE, parts=(*THEORY, "plans"), folder="nets")
    runs.run()
    before = list(CourseStore(store.client, store.bucket).versions(""))
    # When: its title is another one / Then: nothing is written.
    assert refusal(store, tmp_path, RENAMED) == (
        'project internetworking: it is new, and project nets ("Nets") has 3 of the outline\'s 3 lessons; '
        "expected `id: nets` below `course` to go on there, or --project internetworking for a course of its own"
    )
    assert list(CourseStore(store.client, store.bucket).versions("")) == before
    # When: the outline gets that id / Then: it goes on in its project, where nothing is to be made.
    named = RENAMED.replace("{title:", "{id: nets, title:", 1)
    run = bound(store, tmp_path, named, project=None, prices=PRICES)
    assert (run.project, plan_course(run).model_calls) == ("nets", 0)
    assert runs.run(named).is_nothing


def test_a_renamed_course_whose_id_came_later_is_refused(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given: a course that was made under its title, got an id, and then another title.
    with_id = RENAMED.replace("{title:", "{id: net-101, title:", 1)
    record(store, "nets", OUTLINE, course_id="net-101")
    # When / Then
    assert refusal(store, tmp_path, with_id).endswith(
        "expected --project nets to go on there, or --project net-101 for a course of its own"
    )
    # And: another id is another course.
    other = with_id.replace("net-101", "net-102")
    assert bound(store, tmp_path, other, project=None).project == "net-102"


def test_a_named_project_is_a_course_of_its_own_and_is_never_compared_again(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given
    record(store, "nets", OUTLINE)
    # When / Then
    assert bound(store, tmp_path, RENAMED, project="internetworking").project == "internetworking"
    # Given: it has been made.
    record(store, "internetworking", RENAMED)
    # When / Then: both go on under their titles.
    assert bound(store, tmp_path, RENAMED, project=None).project == "internetworking"
    assert bound(store, tmp_path, OUTLINE, project=None).project == "nets"


@pytest.mark.parametrize(
    "outline",
    [
        outline_of("Fish", ["Copper", *(f"{title} of fish" for title in TITLES[1:])]),
        outline_of("Redes", TITLES, language="es"),
        # More than a third is dropped.
        outline_of("Cables", TITLES[:5]),
        # Less than two thirds are the project's.
        outline_of("All", [*TITLES, *(f"New {title}" for title in TITLES[:5])]),
        # An id says which course it is.
        outline_of("Internetworking", TITLES, course_id="net-102"),
    ],
    ids=["one lesson in common", "another language", "fewer lessons", "more lessons", "an id"],
)
def test_another_course_is_not_refused(
    store: ArtefactStore, function_environment: None, tmp_path: Path, outline: str
) -> None:
    # Given
    record(store, "nets", outline_of("Nets", TITLES))
    # When / Then
    assert bound(store, tmp_path, outline, project=None).record == CourseRecord()


def test_a_course_that_begins_as_a_small_one_does_is_not_refused(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given: a project that drops nothing, since all it has is an introduction.
    record(store, "fish", outline_of("Fish", ["Introduction"]))
    # When / Then
    assert bound(store, tmp_path, outline_of("Nets", ["Introduction", *TITLES]), project=None).project == "nets"


def test_lessons_that_the_project_dropped_before_do_not_count(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given: a project whose newest outline has five of nine lessons.
    record(store, "nets", outline_of("Nets", TITLES))
    key = ProjectKeys("nets").course()
    fewer = CourseRecord.read(store, ProjectKeys("nets")).with_outline(read_outline(outline_of("Nets", TITLES[:5])))
    store.write_model(key, fewer, replacing=store.find(key))
    # When / Then
    assert bound(store, tmp_path, outline_of("All", TITLES), project=None).project == "all"
    assert "project nets" in refusal(store, tmp_path, outline_of("Some", TITLES[:7]))


def test_a_project_of_an_earlier_version_is_found(
    store: ArtefactStore, writing_server: WritingServer, tmp_path: Path
) -> None:
    # Given: a project without a record of its course; its manifests tell the lessons.
    CourseRuns(store, writing_server, OUTLINE, parts=THEORY, folder="nets").run()
    store.delete(ProjectKeys("nets").course())
    # When / Then
    assert "project nets has 3 of the outline's 3 lessons; expected `id: nets`" in refusal(store, tmp_path, RENAMED)


@pytest.mark.parametrize(
    ("project", "course_id", "way"),
    [
        ("net-101", "net-101", "`id: net-101` below `course`"),
        # An id that the course got later: by default it would name another project.
        ("nets", "net-101", "--project nets"),
        # YAML reads this id as nothing.
        ("null", "", "--project null"),
    ],
)
@pytest.mark.usefixtures("function_environment")
def test_the_line_names_what_leads_to_the_project(
    store: ArtefactStore, tmp_path: Path, project: str, course_id: str, way: str
) -> None:
    # Given
    record(store, project, OUTLINE, course_id=course_id)
    # When / Then
    assert f"; expected {way} to go on there, or --project internetworking" in refusal(store, tmp_path, RENAMED)
    # And: with the id, it leads there.
    if way.startswith("`id"):
        named = RENAMED.replace("{title:", f"{{id: {project}, title:", 1)
        assert bound(store, tmp_path, named, project=None).project == project


def test_several_projects_are_named_those_with_most_lessons_first(
    store: ArtefactStore, function_environment: None, tmp_path: Path
) -> None:
    # Given: five projects of the course, one of which lacks a lesson.
    record(store, "a", outline_of("Nets", TITLES[:8]))
    for project in ("b", "c"):
        record(store, project, outline_of(f"Nets {project}", TITLES))
    # When / Then
    expected = "expected --project with one of their names to go on there, or --project all for a course of its own"
    assert refusal(store, tmp_path, outline_of("All", TITLES)) == (
        "project all: it is new, and other projects have most of the outline's 9 lessons: "
        f'b ("Nets b", 9), c ("Nets c", 9) and a ("Nets", 8); {expected}'
    )
    # Given
    for project in ("d", "e"):
        record(store, project, outline_of("Nets", TITLES), title="")
    # When / Then
    assert refusal(store, tmp_path, outline_of("All", TITLES)) == (
        "project all: it is new, and other projects have most of the outline's 9 lessons: "
        f'b ("Nets b", 9), c ("Nets c", 9), d (9) and 2 more; {expected}'
    )


def test_what_cannot_be_read_is_in_nobodys_way(
    store: ArtefactStore, function_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a record that an edit has broken, and a dropped outline.
    store.write("broken/course.json", '{"slots": [1]}', content_type="application/json", replacing=None)
    store.write("inbox/nets.yaml", OUTLINE, content_type="application/yaml", replacing=None)
    # When / Then
    assert CourseStore(store.client, store.bucket).projects() == ["broken"]
    assert bound(store, tmp_path, RENAMED, project=None).project == "internetworking"
    # Given: the course, and a person who may not read it.
    record(store, "nets", OUTLINE)
    refuse(monkeypatch, "read", only="nets/")
    assert bound(store, tmp_path, RENAMED, project=None).project == "internetworking"
    # Given: one who may not list the bucket.
    refuse(monkeypatch, "projects")
    assert bound(store, tmp_path, RENAMED, project=None).project == "internetworking"
    # Given: a failure that is no refusal / Then: nobody begins a new project because of it.
    refuse(monkeypatch, "projects", code="SlowDown")
    with pytest.raises(ClientError):
        bound(store, tmp_path, RENAMED, project=None)


def refuse(monkeypatch: pytest.MonkeyPatch, method: str, *, only: str = "", code: str = "AccessDenied") -> None:
    """Have S3 refuse what a method of the store asks, for keys with this beginning only."""
    asked = getattr(CourseStore, method)

    def refused(store: CourseStore, key: str = "", *more: str | None) -> object:
        if key.startswith(only):
            raise ClientError({"Error": {"Code": code, "Message": "refused"}}, "Get")
        return asked(store, key, *more)

    monkeypatch.setattr(CourseStore, method, refused)
