"""Values of facts: what kind a value is of, how another one of that kind looks, and whether both are the same."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from course_editor.checks.lesson_words import LessonWords

NUMBER = r"(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_SUFFIXES = {"k": 3, "K": 3, "M": 6, "G": 9}
# "About a million" is true of 1.2 million.
_TOLERANCE = Decimal("0.25")
_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?::\d{1,5})?"
_KINDS = (
    _ADDRESS,
    r"\w+://[^\s`<>()]+[\w/]",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"[~.]?/[\w./-]*\w",
    r"v?\d+(?:\.\d+){2,}(?:-[\w.]+)?|v\d+(?:\.\d+)*",
    r"(?=[\d.-]*[a-z])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+",
)
_IDENTIFIER = r"[A-Za-z_][\w-]*"


@dataclass(frozen=True)
class ValueKind:
    """A kind of values, which are found by ``pattern`` and compared by ``is_same``."""

    pattern: str
    is_same: Callable[[str, bool], bool]
    """Whether a text, which is exact or not, says the value of the fact."""
    is_counted: bool = False
    """Whether the attribute may follow the value: 1,200 rows."""


def kind_of(value: str, attribute: str, words: LessonWords) -> ValueKind | None:
    """Return the kind of a fact's value; None for one that cannot be compared, such as a sentence."""
    value = value.strip().rstrip(".").strip('`*"“”„«»「」 ')
    for pattern in _KINDS:
        if re.fullmatch(pattern, value):
            return ValueKind(rf"`?(?:{pattern})`?", lambda other, _: _plain(other) == value.casefold())
    number = _number_pattern(words)
    found = re.fullmatch(rf"(?:(?i:{words.about})\s*)?(?P<number>{number})\s*(?P<unit>[^\d\s,;]+)?", value)
    if found:
        return _numbers(found["number"], _unit(found["unit"] or "", attribute), words)
    if re.fullmatch(_IDENTIFIER, value) and (value.islower() or "_" in value):
        return ValueKind(r"`[^`\s]+`", lambda other, _: _plain(other) == value.casefold())
    return None


def _numbers(number: str, unit: str, words: LessonWords) -> ValueKind:
    own = readings(number, words)
    behind = rf"\s*(?:{re.escape(unit.rstrip('s'))}s?)(?!\w)" if unit else ""
    pattern = _number_pattern(words) + behind

    def is_same(other: str, is_exact: bool) -> bool:
        found = re.match(_number_pattern(words), other)
        said = readings(found[0], words) if found else frozenset()
        return any(_is_same_number(mine, theirs, is_exact) for mine in own for theirs in said)

    return ValueKind(pattern, is_same, is_counted=not unit)


def _unit(unit: str, attribute: str) -> str:
    """Return the unit of a value; the counted thing itself is none: the ``rows`` are ``1,200 rows``."""
    return "" if unit.casefold().rstrip("s.") == attribute.casefold().rstrip("s") else unit


def _number_pattern(words: LessonWords) -> str:
    small = "|".join(map(re.escape, words.numbers))
    large = "|".join(sorted(map(re.escape, words.magnitudes), key=len, reverse=True))
    start = r"(?<![^\W\u3040-\u30ff\u3400-\u9fff])(?<![.,])"
    power = rf"\s?(?i:{large})(?![^\W\d_])|[kKMG]\b|\s?(?:[千万億亿兆]|百万)"
    return rf"(?:{start}(?:{NUMBER}(?!\d|[.,]\d)(?:{power})?|(?i:{small})))"


def readings(text: str, words: LessonWords) -> frozenset[Decimal]:
    """Return the numbers that a text may stand for: ``1.200`` is 1200 or 1.2."""
    folded = text.casefold().strip()
    if folded in words.numbers:
        return frozenset({Decimal(words.numbers[folded])})
    found = re.match(NUMBER, text)
    if found is None:
        return frozenset()
    rest = text[found.end() :].strip()
    powers = {word.casefold(): power for word, power in words.magnitudes.items()}
    power = _SUFFIXES.get(rest, powers.get(rest.casefold(), 0))
    return frozenset(number.scaleb(power) for number in _decimals(found[0]))


def _decimals(digits: str) -> frozenset[Decimal]:
    digits = re.sub(r"['’ \u00a0\u202f]", "", digits)
    signs = re.findall(r"[.,]", digits)
    if not signs:
        return frozenset({Decimal(digits)})
    whole = Decimal(re.sub(r"[.,]", "", digits))
    if len(signs) > 1 and len(set(signs)) == 1:
        return frozenset({whole})
    head, tail = re.split(r"[.,](?=\d+\Z)", digits)
    decimal = Decimal(f"{re.sub('[.,]', '', head)}.{tail}")
    is_grouped = len(signs) == 1 and len(tail) == 3 and head != "0"  # noqa: PLR2004
    return frozenset({decimal, whole}) if is_grouped else frozenset({decimal})


def _is_same_number(own: Decimal, other: Decimal, is_exact: bool) -> bool:
    if own == other:
        return True
    if not is_exact:
        return abs(own - other) <= own * _TOLERANCE
    # A rounded number says the same: 1.2 million for 1,187,432.
    digits = len(other.normalize().as_tuple().digits)
    is_round = digits < len(own.normalize().as_tuple().digits)
    return is_round and own != 0 and _rounded(own, digits) == other


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1))


def _plain(text: str) -> str:
    return text.strip("`").casefold()
