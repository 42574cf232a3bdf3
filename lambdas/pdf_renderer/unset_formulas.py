"""Formulas that typst refuses, found one by one: a book is not lost over a sign."""

import re
from collections.abc import Callable, Sequence

# As book.lua writes them.
_FORMULA = re.compile(
    r'#math\.equation\(block: (?:true|false), alt: (?P<alt>"(?:[^"\\]|\\.)*"), '
    r'\$(?:[^$"\\]|\\.|"(?:[^"\\]|\\.)*")*\$\)',
    re.DOTALL,
)


def without_refused_formulas(source: str, is_set: Callable[[str], bool]) -> str:
    """Return typst source in which each formula that cannot be set stands as the words that tell it.

    Parameters
    ----------
    is_set
        Whether typst sets some source.
    """
    found = list(dict.fromkeys(match[0] for match in _FORMULA.finditer(source)))
    refused = set(_refused(found, is_set))

    def settled(match: re.Match[str]) -> str:
        return f"#raw({match['alt']})" if match[0] in refused else match[0]

    return _FORMULA.sub(settled, source) if refused else source


def _refused(formulas: Sequence[str], is_set: Callable[[str], bool]) -> list[str]:
    """Halve until each refused formula stands alone: a few of a thousand are found in some twenty attempts."""
    if not formulas or is_set("\n".join(formulas)):
        return []
    if len(formulas) == 1:
        return list(formulas)
    middle = len(formulas) // 2
    return [*_refused(formulas[:middle], is_set), *_refused(formulas[middle:], is_set)]
