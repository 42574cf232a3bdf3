"""Which TeX a book can set, and what its writer is told of the rest."""

import pytest

from course_kit.markdown.formulas import formula_faults, mathml_of, plain_tex, tex_fault, text_formula_faults
from course_kit.markdown.text import parse_markdown

GOOD = (
    r"\bar{x} = \frac{1}{n}\sum_{i=1}^{n} x_i",
    r"\begin{align} a &= b \\ &= c \end{align}",
    r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise} \end{cases}",
    r"\operatorname*{arg\,min}_{x} f(x)",
    r"\left. \frac{df}{dx} \right|_{x=0}",
    r"\text{costs \$5 and 10\%}",
    r"\log_2 n \cdot \sin\theta \cdot \arg z",
    r"\SI{5}{\meter}",
    r"\tag{1} a = b \label{eq:1}",
    r"\text{平均} = \frac{合計}{個数}",
    r"\dfrac{a}{b} + \tfrac{c}{d} + \cfrac{1}{x}",
    r"{n \choose k} = \dbinom{n}{k}",
    r"\textcolor{red}{x} + \color{blue} y",
    r"{\rm Var}(X) = \mathop{\rm argmax}_x",
    r"\sum\limits_{i} \int\nolimits_a^b x",
    r"90\degree = 90^\circ",
)


@pytest.mark.parametrize("tex", GOOD)
def test_formulas_of_teaching_texts_are_set(tex: str) -> None:
    assert tex_fault(tex) is None
    assert mathml_of(tex, is_displayed=False).startswith("<math")


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\frac{1}{2", "opening brace"),
        ("x}", "closing brace"),
        (r"\foo{x}", r"unknown command \foo"),
        (r"\ce{H2O}", r"unknown command \ce"),
        (r"\begin{matrix} a", "missing end"),
        ("x^", "missing super script"),
        ("x^2^3", "double superscripts"),
        (r"\left( x", "extra left or missing right"),
        (r"\input{/etc/passwd}", "defines, loads and links nothing"),
        (r"\href{javascript:alert(1)}{x}", "defines, loads and links nothing"),
        (r"\def\x{1} \x", "defines, loads and links nothing"),
        (r"\newcommand{\a}{b} \a", "defines, loads and links nothing"),
        (r"\includegraphics{a.png}", "defines, loads and links nothing"),
    ],
)
def test_what_cannot_be_set_is_told_in_the_parsers_words(tex: str, words: str) -> None:
    assert words in (tex_fault(tex) or "")


def test_a_fault_names_its_formula_once_wherever_it_stands() -> None:
    text = "# T $\\foo$\n\n| $\\foo$ |\n|---|\n| $x$ |\n\n```math\n\\bar{\n```\n"
    assert formula_faults(parse_markdown(text)) == [
        r"the formula `\foo` cannot be set: unknown command \foo",
        r"the formula `\bar{` cannot be set: 1 opening brace(s) too many",
    ]


def test_a_short_text_is_read_by_the_same_rules() -> None:
    assert text_formula_faults(r"The slope $\hat{\beta}_1$ costs $5 to $10") == []
    assert len(text_formula_faults(r"Is $\foo$ right?")) == 1


def test_other_ways_to_write_a_formula_become_the_usual_ones() -> None:
    assert plain_tex(r"\tfrac{1}{2}") == r"\frac{1}{2}"
    assert plain_tex(r"{n \choose k}") == r"\binom{n }{k}"
    assert plain_tex(r"\frac{a}{b} x") == r"\frac{a}{b} x"
