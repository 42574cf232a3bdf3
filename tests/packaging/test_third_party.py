"""THIRD-PARTY.md: current, complete, and from what the packages themselves say."""

import re
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.support.locks import PROJECT, Pin
from tools import third_party
from tools.third_party import PAGE, LicenceUnknownError, exceptions, installed, layers, licensed, tables

PINNED = Pin("invented", "1.0", ())


class Invented(Distribution):
    """An installed package that has the given metadata and no files."""

    def __init__(self, metadata: str) -> None:
        self._metadata = metadata

    def read_text(self, filename: str) -> str | None:
        return f"Name: invented\nVersion: 1.0\n{self._metadata}" if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        raise FileNotFoundError(str(path))


def test_the_page_is_the_locks() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(tables()), "run python -m tools.third_party --write"


def test_every_package_of_every_layer_has_its_row() -> None:
    # Given
    pinned = {(pin.name, pin.version) for pins in layers().values() for pin in pins}
    # When: the rows of the table of what is shipped, with a licence in each.
    rows = re.findall(r"^\| ([\w.-]+) \| ([\w.-]+) \| [^|]{3,} \| [a-z, ]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    # Then
    assert len(pinned) > 60
    assert set(rows[1:]) == pinned


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT AND Zlib", "MIT AND Zlib"),
        ("License: Apache License 2.0", "Apache-2.0"),
        ("License: MIT License\n        \n        Copyright (c) 2026 Somebody", "MIT"),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
    ],
    ids=["expression", "field", "whole text", "classifier"],
)
def test_a_licence_is_read_wherever_metadata_has_it(metadata: str, licence: str) -> None:
    assert licensed(PINNED, {"invented": Invented(metadata)}, exceptions()).licence == licence


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "License: see LICENSE.txt",
        "Classifier: License :: OSI Approved :: MIT License\n"
        "Classifier: License :: OSI Approved :: Apache Software License",
    ],
    ids=["none", "no name of one", "one of two, or both"],
)
def test_a_licence_that_cannot_be_told_is_refused_and_not_guessed(metadata: str) -> None:
    with pytest.raises(LicenceUnknownError, match=r"^invented: found .*, expected .*third_party\.yaml"):
        licensed(PINNED, {"invented": Invented(metadata)}, exceptions())


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(LicenceUnknownError, match=r"^invented: not installed, expected 1\.0; name it in"):
        licensed(PINNED, {}, exceptions())


def test_what_is_stated_by_hand_has_its_source_in_the_package() -> None:
    # Given: every licence that somebody has read, and the file that they say they have read.
    data, found = exceptions(), installed()
    stated = {name: each.source for name, each in data.packages.items()}
    # When / Then
    for package, source in (*stated.items(), *((part.package, part.source) for part in data.parts)):
        folder = Path(str(found[canonicalize_name(package)].locate_file(""))) if package else PROJECT
        assert (folder / source).is_file(), f"{package}: {source}"


def test_copyleft_and_fonts_inside_packages_are_named() -> None:
    # Given: programs, models and fonts whose package says MIT or Apache-2.0.
    found = {part.name.split(",")[0]: part.licence for part in exceptions().parts}
    # Then
    assert found["pandoc"] == "GPL-2.0-or-later"
    assert found["lid.176.ftz"] == "CC-BY-SA-3.0"
    assert found["MiniSearch"] == "MIT"


def test_a_licence_that_is_not_known_is_one_line_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    before = PAGE.read_bytes()
    monkeypatch.setattr(third_party, "installed", lambda: {})
    # When / Then
    assert third_party.main(["--write"]) == 2
    assert re.fullmatch(r"[\w-]+: not installed, expected .*\n", capsys.readouterr().err)
    assert PAGE.read_bytes() == before
