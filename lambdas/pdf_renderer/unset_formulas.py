"""Search for formulas that typst rejects, so that one formula cannot fail a whole book."""

import re
from collections.abc import Callable, Sequence

# The format in which book.lua writes formulas.
_FORMULA = re.compile(
    r'#math\.equation\(block: (?:true|false), alt: (?P<alt>"(?:[^"\\]|\\.)*"), '
    r'\$(?:[^$"\\]|\\.|"(?:[^"\\]|\\.)*")*\$\)',
    re.DOTALL,
)


def without_refused_formulas(source: str, is_set: Callable[[str], bool]) -> str:
    """Return typst source in which the alternative text replaces each formula that cannot be typeset.

    Parameters
    ----------
    is_set
        Whether typst can typeset a source.
    """
    found = list(dict.fromkeys(match[0] for match in _FORMULA.finditer(source)))
    refused = set(_refused(found, is_set))

    def settled(match: re.Match[str]) -> str:
        return f"#raw({match['alt']})" if match[0] in refused else match[0]

    return _FORMULA.sub(settled, source) if refused else source


def _refused(formulas: Sequence[str], is_set: Callable[[str], bool]) -> list[str]:
    """Split in halves until each rejected formula is alone: a few of a thousand are found in about twenty attempts."""
    if not formulas or is_set("\n".join(formulas)):
        return []
    if len(formulas) == 1:
        return list(formulas)
    middle = len(formulas) // 2
    return [*_refused(formulas[:middle], is_set), *_refused(formulas[middle:], is_set)]
