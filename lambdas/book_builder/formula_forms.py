r"""Formulas in a form that every format can typeset, each with an alternative text.

pandoc converts TeX to MathML, Word formulas and typst formulas. For most other TeX there is latex2mathml: pandoc reads
its MathML back as equivalent TeX. A formula that neither knows becomes code, so nothing is lost.
"""

import json
import re

from pydantic import JsonValue

from book_builder import pandoc_nodes as pandoc
from book_builder.pandoc_nodes import API_VERSION, Node
from book_builder.pandoc_program import run_pandoc
from course_kit.markdown.formulas import mathml_of, plain_tex, tex_fault

FORMULA = "formula"
"""Class of the span around a formula; its ``alt`` says it in one line."""
_MARK = "formula-{}-begins"
_MARKS = re.compile(r"formula-(\d+)-begins")
_CANNOT_SET = '<span class="math'
# typst's notation without its typesetting commands is close to the spoken formula.
_ONLY_TYPE = re.compile(r"#h\([^)]*\)|\b(?:zws|med|thin|thick|quad|wide)\b|[&$\\\"]|\bdelim: |#hide\[[^\]]*\]")
_STYLES = re.compile(r"\b(?:upright|bold|italic|bb|cal|frak|mono|sans|serif|scripts|limits|lr)\((\w+)\)")


def with_settable_formulas(blocks: list[Node]) -> list[Node]:
    """Return blocks whose formulas can be typeset, each in a span of class `FORMULA`."""
    found: dict[str, None] = {}

    def collect(node: Node) -> list[Node]:
        match node:
            case {"t": "Math", "c": [_, str(tex)]}:
                found.setdefault(tex)
        return [node]

    pandoc.changed(blocks, collect)
    settable = _settable(list(found))
    spoken = _spoken(list(dict.fromkeys(settable.values())))

    def settled(node: Node) -> list[Node]:
        match node:
            case {"t": "Math", "c": [kind, str(tex)]}:
                known = settable.get(tex)
                if known is None:
                    return [pandoc.code(tex)]
                return [pandoc.span([{"t": "Math", "c": [kind, known]}], "", [FORMULA], alt=spoken[known])]
        return [node]

    return pandoc.changed(blocks, settled) if found else blocks


def _settable(formulas: list[str]) -> dict[str, str]:
    """Return, for each formula that can be typeset, TeX that pandoc knows."""
    written = {tex: tex for tex in formulas}
    refused = _refused(formulas)
    plainer = {tex: plain_tex(tex) for tex in refused}
    still_refused = set(_refused(list(plainer.values())))
    for tex, plain in plainer.items():
        other = plain
        if plain in still_refused:
            read_back = None if tex_fault(tex) else _read_back(tex)
            other = "" if read_back is None or _refused([read_back]) else read_back
        if other:
            written[tex] = other
        else:
            del written[tex]
    return written


def _refused(formulas: list[str]) -> list[str]:
    """Return the formulas that pandoc cannot convert."""
    return [tex for tex, html in zip(formulas, _converted(formulas, "html"), strict=True) if _CANNOT_SET in html]


def _read_back(tex: str) -> str | None:
    """Return a formula as TeX that pandoc reads from latex2mathml's MathML."""
    document = json.loads(run_pandoc(["--from=html", "--to=json"], None, mathml_of(tex, is_displayed=False).encode()))
    match document["blocks"]:
        case [{"t": "Para" | "Plain", "c": [{"t": "Math", "c": [_, str(other)]}]}]:
            return other
    return None


def _spoken(formulas: list[str]) -> dict[str, str]:
    """Return each formula in one line of words and signs."""
    lines = {}
    for tex, source in zip(formulas, _converted(formulas, "typst"), strict=True):
        line = _ONLY_TYPE.sub(" ", source)
        while (plainer := _STYLES.sub(r"\1", line)) != line:
            line = plainer
        lines[tex] = " ".join(line.split())
    return lines


def _converted(formulas: list[str], form: str) -> list[str]:
    """Return each formula in another format, with one run of pandoc for all."""
    if not formulas:
        return []
    blocks: list[Node] = []
    for number, tex in enumerate(formulas):
        blocks += [pandoc.para(pandoc.words(_MARK.format(number))), pandoc.para([pandoc.math(tex, is_displayed=False)])]
    document: JsonValue = {"pandoc-api-version": API_VERSION, "meta": {}, "blocks": list(blocks)}
    # pandoc warns of formulas that it cannot convert; the book does not need the warning.
    arguments = ["--from=json", f"--to={form}", "--mathml", "--wrap=none"]
    text = run_pandoc(arguments, None, json.dumps(document).encode()).decode()
    pieces = _MARKS.split(text)[1:]
    forms = dict(zip(map(int, pieces[::2]), pieces[1::2], strict=True))
    return [forms[number].strip() for number in range(len(formulas))]
