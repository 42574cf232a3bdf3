"""Which modules a run is to make: ``"all"``, ``3``, ``[1, 3, 4]``, ``"1,3"`` or ``"1-3"``."""

import re

from course_kit.errors import RequestInvalid

Selector = int | str | list[int | str]

EXPECTED_SELECTOR = '"all", a number, a list of numbers, "1,3" or "1-3"'
_EXPECTED = f"expected {EXPECTED_SELECTOR}"
_RANGE = re.compile(r"^(\d{1,4})(?:\s*-\s*(\d{1,4}))?$")


def is_selector(value: object) -> bool:
    """Whether a value has the form of a selector. True is none, though Python counts it as the number 1."""
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, int | str) and not isinstance(item, bool) for item in items)


def select_modules(selector: Selector, known: tuple[int, ...]) -> tuple[int, ...]:
    """Resolve a selector.

    Parameters
    ----------
    selector
        As in the execution input. Repeated numbers count once.
    known
        The outline's module numbers, in order.

    Returns
    -------
    tuple of int
        The chosen numbers, in outline order.

    Raises
    ------
    RequestInvalid
        The selector cannot be read, or names a module that the outline does not have; nothing is dropped silently.
    """
    if selector == "all":
        return known
    chosen = _numbers(selector)
    if not chosen:
        raise RequestInvalid(f"modules_to_generate: found {selector!r}, {_EXPECTED}")
    unknown = sorted(chosen - set(known))
    if unknown:
        raise RequestInvalid(
            f"modules_to_generate: found module {', '.join(map(str, unknown))}, "
            f"expected some of the outline's modules {', '.join(map(str, known))}"
        )
    return tuple(number for number in known if number in chosen)


def _numbers(selector: Selector) -> set[int]:
    if isinstance(selector, bool):
        raise RequestInvalid(f"modules_to_generate: found {selector!r}, {_EXPECTED}")
    if isinstance(selector, int):
        return {selector}
    if isinstance(selector, list):
        return set().union(*map(_numbers, selector))
    chosen: set[int] = set()
    for part in selector.split(","):
        match = _RANGE.match(part.strip())
        if match is None:
            raise RequestInvalid(f"modules_to_generate: found {selector!r}, {_EXPECTED}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise RequestInvalid(
                f"modules_to_generate: found the range {part.strip()!r}, expected the lower number first"
            )
        chosen.update(range(first, last + 1))
    return chosen
