r"""Check of a text's formulas: they are parsed as LaTeX, long before the book needs them.

The book converts formulas with pandoc, which is too large for the functions that write. latex2mathml reads the same
language. The book can typeset all that it reads, by latex2mathml's MathML (`book_builder.formula_forms`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from latex2mathml import exceptions
from latex2mathml.converter import convert
from markdown_it.token import Token

from course_kit.markdown.math import DISPLAYED, MATH_BLOCK, MATH_INLINE, is_math_fence
from course_kit.markdown.reader import short_text_reader

_SHOWN_CHARACTERS = 80
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
# Commands that define, load or link, which a formula of a book must not have.
_ACTING = re.compile(
    r"\\(?:input|include|includegraphics|usepackage|documentclass|write|openin|openout|read|immediate|special|catcode"
    r"|csname|def|edef|gdef|let|newcommand|renewcommand|providecommand|newenvironment|DeclareMathOperator|require"
    r"|href|url|html\w*|style|class|cssId|unicode|verb|loop|expandafter|directlua)(?![A-Za-z])\*?"
)
# Commands that only pandoc knows: labels of equations, `\arg`, escaped signs.
_KNOWN_TO_THE_BOOK = re.compile(r"\\(?:label|nonumber|notag|arg|[^A-Za-z])")
_UNITS = re.compile(r"\\(?:SI|si|qty|num|ang|unit)(?:\[[^]]*\])?(?:\{[^{}]*\}){1,2}")
# Other spellings of commands that both parsers know. The typesetter chooses the size of fractions, the position of
# limits and the colour of terms.
_OTHER_WAYS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\\[dtc]frac(?![A-Za-z])", r"\\frac"),
        (r"\\[dt]binom(?![A-Za-z])", r"\\binom"),
        (
            r"\\(?:begin|end)\{[dr]cases\*?\}",
            lambda found: found[0].replace("dcases", "cases").replace("rcases", "cases"),
        ),
        (r"\\textcolor\s*\{[^{}]*\}", ""),
        (r"\\color\s*\{[^{}]*\}|\\color\s+[a-z]+", ""),
        (r"\\mathop\s*\{\s*\\(?:rm|mathrm)\s*\{?([A-Za-z ]+)\}?\s*\}", r"\\operatorname{\1}"),
        (r"\{\s*\\(rm|bf|it|sf|tt|cal)\s+([^{}]*)\}", r"\\math\1{\2}"),
        (r"\\(?:no)?limits(?![A-Za-z])|\\displaylimits(?![A-Za-z])", ""),
        (r"\\degree(?![A-Za-z])", r"{}^\\circ"),
        (r"\\[vh]?phantom\s*\{[^{}]*\}", r"\\ "),
        (r"\\(?:hspace|mspace|vspace)\*?\s*\{[^{}]*\}|\\m?kern\s*-?[\d.]+\s*[a-z]{2}", r"\\ "),
        (r"\\emph(?![A-Za-z])", r"\\textit"),
        (r"\{([^{}\\]+)\\choose\s([^{}\\]+)\}", r"\\binom{\1}{\2}"),
        (r"\\begin\{subarray\}\{[a-z]\}((?:[^\\]|\\(?!end))*)\\end\{subarray\}", r"\\substack{\1}"),
    )
)
_PARSER_ERRORS = tuple(
    error for error in vars(exceptions).values() if isinstance(error, type) and issubclass(error, Exception)
)
_WORDS_OF_ERRORS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def formulas_in(tokens: Iterable[Token]) -> Iterator[tuple[str, bool]]:
    """Yield the TeX of each formula of a parsed text, and whether it is displayed."""
    for token in tokens:
        if token.type == MATH_BLOCK or (token.type == "fence" and is_math_fence(token.info)):
            yield token.content.strip(), True
        for child in token.children or []:
            if child.type == MATH_INLINE:
                yield child.content, child.markup in DISPLAYED


def formula_faults(tokens: Iterable[Token]) -> list[str]:
    """Return the faults of a parsed text's formulas, in the parser's words, without duplicates."""
    faults = (
        f"the formula `{_shown(tex)}` cannot be set: {fault}"
        for tex, _ in formulas_in(tokens)
        if (fault := tex_fault(tex))
    )
    return list(dict.fromkeys(faults))


def text_formula_faults(text: str) -> list[str]:
    """Return the faults of the formulas in a short text, such as a caption or a quiz option."""
    return formula_faults(short_text_reader().parseInline(text))


def plain_tex(tex: str) -> str:
    """Return equivalent TeX with commands that both parsers know."""
    for pattern, replacement in _OTHER_WAYS:
        tex = pattern.sub(replacement, tex)
    return tex


@lru_cache(maxsize=4096)
def tex_fault(tex: str) -> str | None:
    """Return why TeX cannot be typeset; None when it can."""
    acting = _ACTING.search(tex)
    if acting:
        return f"`{acting[0]}` is no mathematics; a formula defines, loads and links nothing"
    if depth := _open_braces(tex):
        return f"{abs(depth)} {'opening' if depth > 0 else 'closing'} brace(s) too many"
    try:
        mathml = convert(_UNITS.sub("u", plain_tex(tex)))
    except _PARSER_ERRORS as error:
        return _in_words(error)
    except (IndexError, KeyError, ValueError, RecursionError, AttributeError, TypeError, StopIteration) as error:
        return f"the parser stops at it ({type(error).__name__})"
    unknown = [command for command in _COMMAND.findall(_text_of(mathml)) if not _KNOWN_TO_THE_BOOK.fullmatch(command)]
    return f"unknown command {unknown[0]}" if unknown else None


def mathml_of(tex: str, *, is_displayed: bool) -> str:
    """Return a formula without faults as MathML."""
    return str(convert(plain_tex(tex), display="block" if is_displayed else "inline"))


def _text_of(mathml: str) -> str:
    return re.sub(r"<[^>]*>", " ", mathml)


def _in_words(error: Exception) -> str:
    name = _WORDS_OF_ERRORS.sub(" ", type(error).__name__.removesuffix("Error")).lower()
    return f"{name}{f' ({error})' if str(error) else ''}"


def _open_braces(tex: str) -> int:
    """Return the number of unclosed braces; negative for a closing brace without an opening one."""
    depth = 0
    for found in re.finditer(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            return depth
    return depth


def _shown(tex: str) -> str:
    line = " ".join(tex.split())
    return line if len(line) <= _SHOWN_CHARACTERS else line[:_SHOWN_CHARACTERS] + "…"
