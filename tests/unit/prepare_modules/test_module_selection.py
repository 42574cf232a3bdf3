"""Selectors: every accepted form, and nothing dropped in silence."""

import pytest

from course_kit.errors import RequestInvalid
from prepare_modules.module_selection import Selector, select_modules

KNOWN = (1, 2, 3, 4, 10)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("all", KNOWN),
        (3, (3,)),
        ("3", (3,)),
        ([1, 3, 4], (1, 3, 4)),
        ([4, 1, 1], (1, 4)),
        (["1", "3-4"], (1, 3, 4)),
        ("1,3", (1, 3)),
        ("1-3", (1, 2, 3)),
        (" 1 , 3 - 4 ", (1, 3, 4)),
        ("1,3-4,10", (1, 3, 4, 10)),
        ("010", (10,)),
        ("01, 003-004", (1, 3, 4)),
        (["10", "010", 10], (10,)),
    ],
)
def test_every_form_selects_in_outline_order(selector: Selector, expected: tuple[int, ...]) -> None:
    assert select_modules(selector, KNOWN) == expected


@pytest.mark.parametrize("selector", ["", "a", "1;2", "3-1", "-1", "1-", [], ["x"], "1,,2", "0x1", "1.5", True, [True]])
def test_what_cannot_be_read_is_refused_and_says_what_is_expected(selector: Selector) -> None:
    with pytest.raises(RequestInvalid, match="modules_to_generate: found"):
        select_modules(selector, KNOWN)


@pytest.mark.parametrize(("selector", "named"), [(0, "0"), (5, "5"), ([1, 7, 6], "6, 7"), ("1-5", "5"), ("9", "9")])
def test_unknown_modules_are_named_not_dropped(selector: Selector, named: str) -> None:
    with pytest.raises(
        RequestInvalid, match=f"found module {named}, expected some of the outline's modules 1, 2, 3, 4, 10"
    ):
        select_modules(selector, KNOWN)
