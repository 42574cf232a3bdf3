"""One formula that typst refuses costs its own picture, and nothing else."""

import pytest
import typst

from pdf_renderer.unset_formulas import without_refused_formulas

GOOD = '#math.equation(block: false, alt: "x squared", $x^2$)'
BAD = '#math.equation(block: true, alt: "a \\"sign\\" of old", $sect x$)'


def is_set(source: str) -> bool:
    try:
        typst.compile(source.encode())
    except typst.TypstError:
        return False
    return True


@pytest.mark.parametrize("count", [1, 7])
def test_a_formula_that_is_refused_stands_as_words_and_the_others_stay(count: int) -> None:
    source = "Text. " + " and ".join([GOOD.replace("x^2", f"x^{n}") for n in range(count)]) + f" but {BAD}."
    settable = without_refused_formulas(source, is_set)
    assert settable.count("#math.equation(") == count
    assert '#raw("a \\"sign\\" of old")' in settable
    assert is_set(settable) and not is_set(source)


def test_a_book_without_refused_formulas_stays_as_it_is() -> None:
    assert without_refused_formulas(f"= T\n\n{GOOD}", is_set) == f"= T\n\n{GOOD}"
