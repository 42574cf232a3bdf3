"""Keys: valid for any title, unique over the course, and only a module's own under its prefix."""

import pytest

from course_kit.errors import RequestInvalid
from course_kit.store.artefact_keys import (
    ProjectKeys,
    file_title_of,
    lesson_of,
    manifest_of,
    module_of_draft,
    slug_of,
    visual_of,
)
from course_kit.store.ids import LessonId, VisualId, parse_target

KEYS = ProjectKeys("p")


@pytest.mark.parametrize(
    ("title", "slug", "file_title"),
    [
        ("Redes: ¿qué es?", "redes-que-es", "Redes_qué_es"),
        ("日本語", "ri-ben-yu", "日本語"),
        ("../../etc/passwd", "etc-passwd", "etc_passwd"),
        ("C++ / C#", "c-c", "C_C"),
        ("!!!", "untitled", "Course"),
        ("Straße & Öl", "strasse-ol", "Straße_Öl"),
    ],
)
def test_titles_of_any_script_make_valid_keys_and_files(title: str, slug: str, file_title: str) -> None:
    assert slug_of(title) == slug
    assert file_title_of(title) == file_title


@pytest.mark.parametrize("title", ["日" * 200, "word " * 60, "é" * 200])
def test_long_titles_stay_within_what_file_systems_hold(title: str) -> None:
    assert len((file_title_of(title) + "_complete.md").encode()) <= 255


def test_visual_ids_are_unique_over_modules_lessons_and_positions() -> None:
    # Given: every combination of a large course.
    ids = [str(VisualId(m, n, k)) for m in range(1, 201) for n in range(1, 51) for k in range(1, 4)]
    # Then: no two are the same, and each tells where it belongs.
    assert len(set(ids)) == len(ids)
    assert VisualId.parse("112-07-0003") == VisualId(112, 7, 3)


def test_a_modules_prompts_prefix_holds_no_other_modules_prompts() -> None:
    # Given: module 1 and module 10, whose keys begin alike.
    prefix = KEYS.prompts_of_module(1)
    # Then
    assert KEYS.prompt(str(VisualId(1, 2, 3)), "A figure").startswith(prefix)
    assert not KEYS.prompt(str(VisualId(10, 2, 3)), "A figure").startswith(prefix)
    assert not KEYS.prompt(str(VisualId(101, 2, 3)), "A figure").startswith(KEYS.prompts_of_module(10))


def test_a_strange_visual_id_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="expected MM-LL-NNNN"):
        VisualId.parse("../1-2")


def test_keys_say_which_part_they_belong_to() -> None:
    assert lesson_of(KEYS.lesson(2, 13, "Title")) == LessonId(2, 13)
    assert visual_of(KEYS.prompt("02-03-0001", "A figure")) == visual_of(KEYS.image("02-03-0001", "svg"))
    assert manifest_of(KEYS.manifest(2)) == (2, "")
    assert manifest_of(KEYS.study_manifest(112)) == (112, "study")


@pytest.mark.parametrize(
    "key", ["p/images/None.png", "p/images/02-03-00011.png", "p/prompts/notes.json", "p/lease.json"]
)
def test_other_keys_belong_to_no_part(key: str) -> None:
    assert (lesson_of(key), visual_of(key), manifest_of(key)) == (None, None, None)


@pytest.mark.parametrize("text", ["2", "2.3", "2.3/study", "02-03-0001", "02-00-01"])
def test_the_id_of_every_part_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_target(text)) == text


def test_every_draft_says_whose_module_it_is() -> None:
    keys = ProjectKeys("p")
    artefacts = [
        keys.lesson(12, 3, "A"),
        keys.prompts_of_lesson(12, 3),
        keys.image("12-03-0001", "png"),
        keys.study(12, 3),
        keys.lab_plan(12),
        keys.lab_guide("12-03-01", "A"),
    ]
    assert [module_of_draft(keys.draft(key)) for key in artefacts] == [12] * 6
    assert [module_of_draft(key) for key in artefacts] == [None] * 6
