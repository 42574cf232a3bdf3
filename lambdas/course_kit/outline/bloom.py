"""Bloom's revised taxonomy, in the spellings that outlines use."""

import re
import unicodedata
from enum import StrEnum


class BloomLevel(StrEnum):
    """The six cognitive levels, lowest first (Anderson & Krathwohl, 2001)."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYZE = "analyze"
    EVALUATE = "evaluate"
    CREATE = "create"

    @property
    def depth_factor(self) -> float:
        """The factor for the words of a lesson: 1.0 for remember, 0.1 more a level, 1.5 for create."""
        return 1.0 + 0.1 * list(BloomLevel).index(self)


_SPELLINGS: dict[BloomLevel, str] = {
    BloomLevel.REMEMBER: (
        "remember remembering knowledge recordar recuerdo conocer conocimiento lembrar memoriser erinnern"
    ),
    BloomLevel.UNDERSTAND: (
        "understand understanding comprehension comprender comprension entender compreender comprendre verstehen"
    ),
    BloomLevel.APPLY: "apply applying application aplicar aplicacion aplicacao appliquer anwenden",
    BloomLevel.ANALYZE: "analyze analyse analyzing analysing analysis analizar analisis analisar analyser analysieren",
    BloomLevel.EVALUATE: "evaluate evaluating evaluation evaluar evaluacion avaliar avaliacao evaluer bewerten",
    BloomLevel.CREATE: "create creating synthesis crear creacion sintesis criar creer erschaffen",
}
_LEVEL_BY_WORD = {word: level for level, words in _SPELLINGS.items() for word in words.split()}
_SEPARATORS = re.compile(r"\s*(?:/|,|;|\||&|\+|-|–|\by\b|\be\b|\band\b|\bet\b|\bund\b)\s*")


def parse_bloom_levels(text: str) -> tuple[BloomLevel, ...]:
    """Read one or several levels from a text.

    Parameters
    ----------
    text
        ``"Apply"``, ``"Remember / Understand"``, ``"Recordar y Comprender"``, ``"Análisis"`` …

    Returns
    -------
    tuple of BloomLevel
        In the order of the text, without duplicates.

    Raises
    ------
    ValueError
        A part is not a known spelling; the message names the part.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    levels: list[BloomLevel] = []
    for word in filter(None, _SEPARATORS.split(folded.strip())):
        level = _LEVEL_BY_WORD.get(word)
        if level is None:
            raise ValueError(f"a Bloom level ({', '.join(BloomLevel)}; Spanish too; several joined by '/')")
        if level not in levels:
            levels.append(level)
    if not levels:
        raise ValueError(f"a Bloom level ({', '.join(BloomLevel)})")
    return tuple(levels)
