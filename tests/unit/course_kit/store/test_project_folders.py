"""A project's folder holds its own keys, and nothing of a project whose name begins the same."""

import pytest

from course_kit.store.artefact_keys import ProjectKeys, project_of

KEYS = ProjectKeys("networks")


def test_a_path_and_its_key_tell_each_other() -> None:
    key = KEYS.lesson(1, 2, "Packets")
    path = KEYS.path_of(key)
    assert path is not None
    assert KEYS.within(path) == key
    assert ProjectKeys("redes").within(path) == ProjectKeys("redes").lesson(1, 2, "Packets")
    assert project_of(key) == "networks"


def test_a_project_whose_name_begins_the_same_is_another() -> None:
    key = ProjectKeys("networks-es").outline()
    assert KEYS.path_of(key) is None
    assert not key.startswith(KEYS.everything())
    assert project_of(key) == "networks-es"


@pytest.mark.parametrize("key", ["inbox/course.yaml", "INBOX/x", "alone.txt", "../x/y", ".hidden/x", "a b/c", "/x"])
def test_what_lies_in_no_project_is_nobodys(key: str) -> None:
    assert project_of(key) is None
