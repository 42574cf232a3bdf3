"""A model's Mermaid source as the book draws it: without a look of its own, its labels showing what they mean.

Mermaid reads `#`, `;`, `<`, `_` and quotation marks in labels as syntax, here so and there otherwise, depending on the
kind of diagram. So whatever of them stands in a label goes past the parser in disguise: as one character for private
use each, which `undisguised` takes off in the finished drawing.
"""

import re
from html import unescape

# Words around it are no part of the diagram.
_CODE_FENCE = re.compile(r"^[ \t]*```(?:mermaid)?[ \t]*\n(?P<inner>.*?)\n[ \t]*```", re.DOTALL | re.MULTILINE)
_DIRECTIVE = re.compile(r"%%\{.*?\}%%|\A\s*---\n.*?\n---\n", re.DOTALL)
# Interaction in flowcharts, state, class and sequence diagrams: a book has nothing to click.
_INTERACTION = re.compile(
    r"""^[ \t]*(?:click[ \t]+\S+[ \t]+(?:href|call|callback|["'])|(?:link|callback)[ \t]+\S+[ \t]+["']|"""
    r"""links?[ \t]+[^:\n]+:).*$""",
    re.MULTILINE,
)
# Lying, four periods are 1,190 pixels wide: their words would be printed at 5 points.
_LYING_TIMELINE = re.compile(r"\Atimeline(?: +LR)?[ \t]*$", re.MULTILINE)
_LYING_FLOWCHART = re.compile(r"\A(?P<kind>(?:flowchart(?:-elk)?|graph)[ \t]+)(?:LR|RL)\b")

_DISGUISE = 0xE100
_ENTITY = re.compile(r"[&#](?:#?(?P<code>\d{1,6})|#?x(?P<hex>[0-9a-fA-F]{1,6})|(?P<name>[A-Za-z]{2,10}));")
_QUOTED = re.compile(r'"(?P<inner>[^"\n]*)"')
_LINE_BREAK = re.compile(r"(<br\s*/?>)", re.IGNORECASE)
# Bold and the like, opened and closed: all letters of a diagram look alike. A tag that is spoken of stands alone.
_FORMATTING = re.compile(
    r"<(?P<tag>b|i|u|em|strong|code|small|span)(?:\s[^<>\n]*)?>(?P<inner>.*?)</(?P=tag)>", re.IGNORECASE
)
_DUNDER = re.compile(r"__(?=\w)|(?<=\w)__")
# `Optional<User>`, innermost first; no arrow has a letter right before and behind its `<`.
_GENERIC = re.compile(r"(?<=\w)<(?!br\s*/?>)(?P<inner>[A-Za-z_?][^<>|\n\"-]*)>", re.IGNORECASE)
# A flowchart's label without quotation marks, in which brackets would be shapes.
_BARE_LABEL = re.compile(
    r"(?<=\w)(?:\[(?![\[(/\\])(?P<box>[^\[\]\"\n]+)\](?!\])|\{(?!\{)(?P<choice>[^{}\"\n]+)\}(?!\}))"
)
_CLASS_GENERIC = re.compile(r"(?<=\w)<(?P<inner>\w[\w, ]*)>")

_STYLED = ("flowchart", "graph", "stateDiagram", "classDiagram", "erDiagram", "block", "requirementDiagram")
_STYLE_LINE = re.compile(
    r"(?:^|(?<=;))[ \t]*(?:style[ \t]+[\w,*. -]+?[ \t]+[\w-]+[ \t]*:|classDef[ \t]"
    r"|linkStyle[ \t]+(?:\d|default\b)|cssClass[ \t])[^;\n]*;?",
    re.MULTILINE,
)
# Words of a flowchart's language that stand as names of nodes.
_RESERVED_NAME = re.compile(r"(?<![\w-])(style|class|linkStyle|classDef|click|end|default|graph)(?=[\[({])")
_CLASS_LINE = re.compile(
    r"^[ \t]*class[ \t]+[\w,.-]+(?:[ \t]*,[ \t]*[\w.-]+)*[ \t]+[\w-]+[ \t]*;?[ \t]*$", re.MULTILINE
)
_CLASS_MARK = re.compile(r":::[A-Za-z][\w-]*(?:,[\w-]+)*")
_MIND_MAP_DRESS = re.compile(r"^[ \t]*(?:::icon\(.*\)|:::.*)[ \t]*$", re.MULTILINE)
_RECT = re.compile(r"^(?P<indent>[ \t]*rect)\b.*$", re.MULTILINE)
_BOX_COLOUR = re.compile(r"^(?P<box>[ \t]*box)[ \t]+(?:(?:rgb|hsl)a?\([^)\n]*\)|#[0-9a-fA-F]{3,8}\b)", re.MULTILINE)

# Where a kind's texts stand without quotation marks, so that Mermaid prints those that are there.
_TEXTS: dict[str, tuple[re.Pattern[str], ...]] = {
    "sequenceDiagram": (
        re.compile(r"^[ \t]*(?:participant|actor)\b.*?[ \t]as[ \t]+(?P<text>.+)$"),
        re.compile(r"^[ \t]*(?:create[ \t]+)?(?:participant|actor)\b.*?[ \t]as[ \t]+(?P<text>.+)$"),
        re.compile(r"^[ \t]*(?:alt|else|opt|loop|par|and|critical|option|break|title)[ \t]+(?P<text>.+)$"),
        re.compile(r"^[^:\n]+:(?P<text>.+)$"),
    ),
    "stateDiagram": (re.compile(r"^[^:\n\"]*(?:\"[^\"\n]*\"[^:\n\"]*)*?:(?!:)(?P<text>.+)$"),),
    "classDiagram": (re.compile(r"^[^:\n]*(?:--|\.\.)[^:\n]*:(?!:)(?P<text>.+)$"),),
    "timeline": (re.compile(r"^[ \t]*(?:title|section)[ \t]+(?P<text>.+)$"), re.compile(r"^(?P<parts>.+)$")),
    "gantt": (
        re.compile(r"^[ \t]*(?:title|section)[ \t]+(?P<text>.+)$"),
        re.compile(r"^[ \t]*(?P<text>\"[^\"\n]+\")[ \t]*:"),
    ),
    "journey": (
        re.compile(r"^[ \t]*(?:title|section)[ \t]+(?P<text>.+)$"),
        re.compile(r"^[ \t]*(?P<text>\"[^\"\n]+\")[ \t]*:"),
    ),
    "pie": (re.compile(r"^[ \t]*(?:pie[ \t]+)?(?:showData[ \t]+)?title[ \t]+(?P<text>.+)$"),),
    "quadrantChart": (re.compile(r"^[ \t]*title[ \t]+(?P<text>.+)$"),),
    "mindmap": (
        re.compile(r"^[ \t]*(?P<text>\"[^\"\n]+\")[ \t]*$"),
        # `name(shape)` has no space before its bracket.
        re.compile(r"^[ \t]*(?P<text>[^\"\s()\[\]{}:][^\"\n()\[\]{}]*[ \t][(\[{][^\"\n]*)$"),
    ),
}
_SECOND_STATEMENT = re.compile(r";[ \t]*\w[\w ]*(?:-{1,2}(?:>>?|x|\))|<<-)")
_TRANSITION = re.compile(
    r"^(?P<indent>[ \t]*)(?P<left>[^:\n]+?)[ \t]*-->[ \t]*(?P<right>[^:\n]+?)[ \t]*(?P<rest>:.*)?$"
)
_STATE_TEXT = re.compile(
    r"^(?P<before>[ \t]*(?:note[ \t]+(?:left|right)[ \t]+of[ \t]+|state[ \t]+)?)"
    r"(?P<name>[^:{\n]+?)(?P<rest>[ \t]*[:{].*)?$"
)


def cleaned_source(source: str) -> str:
    """Return Mermaid source as it is drawn: labels protected, no look of its own, no interaction, timelines upright."""
    fenced = _CODE_FENCE.search(source)
    plain = _INTERACTION.sub("", _DIRECTIVE.sub("", fenced["inner"] if fenced else source)).strip()
    plain = _LYING_TIMELINE.sub("timeline TD", plain)
    kind = kind_of(plain)
    lines = plain.split("\n")
    if kind in ("flowchart", "graph"):
        lines = [_with_quoted_labels(line) for line in lines]
    lines = [_protected(line) for line in lines]
    if kind == "stateDiagram":
        lines = _with_declared_states(lines)
    lines = [_without_printed_quotes(line, kind) for line in lines]
    if kind == "classDiagram":
        lines = _class_lines(lines)
    lines = [_with_generics(line) for line in lines]
    return _undressed("\n".join(lines), kind).strip()


def upright_source(source: str) -> str | None:
    """Return a flowchart that runs across the page as one that runs down it; None for any other diagram."""
    return _LYING_FLOWCHART.sub(r"\g<kind>TD", source) if _LYING_FLOWCHART.match(source) else None


def kind_of(source: str) -> str:
    """Return the word that says which kind of diagram a source is, such as ``stateDiagram``."""
    first = re.match(r"\s*(?:%%[^\n]*\n\s*)*(?P<kind>[A-Za-z]+)", source)
    return first["kind"] if first else ""


def undisguised(svg: str) -> str:
    """Return an SVG with the characters that went past the parser in disguise, as character references."""
    return re.sub(f"[{chr(_DISGUISE)}-{chr(_DISGUISE + 127)}]", lambda sign: f"&#{ord(sign[0]) - _DISGUISE};", svg)


def _disguised(text: str, signs: str) -> str:
    return "".join(chr(_DISGUISE + ord(sign)) if sign in signs else sign for sign in text)


def _decoded(entity: re.Match[str]) -> str:
    # HTML's own reading of a reference, which knows what is no character.
    reference = entity["name"] or (f"#{entity['code']}" if entity["code"] else f"#x{entity['hex']}")
    sign = unescape(f"&{reference};")
    if len(sign) != 1 or not sign.isprintable():
        return entity[0]
    return sign if sign.isalnum() or sign == " " or not sign.isascii() else _disguised(sign, sign)


def _protected(line: str) -> str:
    """Return a line whose entities and escaped quotes are characters, and whose quoted labels are no syntax."""
    line = _FORMATTING.sub(r"\g<inner>", line)
    line = _ENTITY.sub(_decoded, line.replace('\\"', _disguised('"', '"')))
    return _QUOTED.sub(lambda quoted: f'"{_label(quoted["inner"])}"', line)


def _with_quoted_labels(line: str) -> str:
    if line.lstrip().startswith("%%"):
        return line
    pieces = re.split(r'("[^"\n]*")', line)
    return "".join(piece if piece.startswith('"') else _BARE_LABEL.sub(_quoted_label, piece) for piece in pieces)


def _quoted_label(bare: re.Match[str]) -> str:
    return f'["{bare["box"].strip()}"]' if bare["box"] else f'{{"{bare["choice"].strip()}"}}'


def _label(text: str) -> str:
    if text.startswith("`"):
        return text
    parts = _LINE_BREAK.split(text)
    return "".join(part if _LINE_BREAK.fullmatch(part) else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return _DUNDER.sub(_disguised("__", "_"), _disguised(text, "<>&#;"))


def _without_printed_quotes(line: str, kind: str) -> str:
    for pattern in _TEXTS.get(kind, ()):
        found = pattern.match(line)
        if found is None:
            continue
        if "parts" in pattern.groupindex:
            return ":".join(_unquoted(part) for part in _outside_quotes(line, ":"))
        text = found["text"]
        if kind == "sequenceDiagram" and _SECOND_STATEMENT.search(text):
            return line
        if kind == "mindmap":
            # Brackets would be a shape, and the words before them its name.
            return line[: found.start("text")] + _disguised(text.replace('"', ""), "()[]{}") + line[found.end("text") :]
        bare = _unquoted(text.rstrip().removesuffix(";") if kind == "sequenceDiagram" else text)
        if kind in ("sequenceDiagram", "stateDiagram", "classDiagram"):
            bare = _label(bare)
        return line[: found.start("text")] + bare + line[found.end("text") :]
    return line


def _outside_quotes(line: str, separator: str) -> list[str]:
    return re.findall(rf'(?:"[^"\n]*"|[^"{separator}\n]|"(?![^"\n]*"))+|(?<={separator})(?={separator}|$)', line)


def _unquoted(text: str) -> str:
    quoted = re.fullmatch(r'(?P<before>\s*)"(?P<inner>[^"]*)"(?P<after>\s*)', text)
    # A colon within the quotes would end the text without them.
    return quoted["before"] + _disguised(quoted["inner"], ":") + quoted["after"] if quoted else text


def _with_generics(line: str) -> str:
    while True:
        changed = _GENERIC.sub(lambda generic: _disguised(generic[0], "<>"), line)
        if changed == line:
            return line
        line = changed


def _class_lines(lines: list[str]) -> list[str]:
    """Return a class diagram's lines: members say what they say, classes have Mermaid's own form of a generic."""
    result, is_inside = [], False
    for line in lines:
        if is_inside and "}" not in line:
            result.append(line if line.strip().startswith("<<") else _member(line))
            continue
        is_inside = (is_inside and "}" not in line) or line.rstrip().endswith("{")
        member = re.match(r"^(?P<name>[ \t]*[\w~]+[ \t]*:)(?!:)(?P<member>.*)$", line)
        if member:
            result.append(member["name"] + _member(member["member"]))
        else:
            result.append(_CLASS_GENERIC.sub(r"~\g<inner>~", line))
    return result


def _member(line: str) -> str:
    return _DUNDER.sub(_disguised("__", "_"), _disguised(_with_generics(line), '"'))


def _with_declared_states(lines: list[str]) -> list[str]:
    """Return a state diagram's lines in which a name of several words is declared under a short one."""
    names: dict[str, str] = {}
    for line in lines:
        for name in _ends(line):
            if re.search(r"\s", name) and "[*]" not in name and "<<" not in name and ":::" not in name:
                names.setdefault(name, f"named{len(names) + 1}")
    result, declared = [], set()
    for line in lines:
        found = _TRANSITION.match(line)
        if found:
            for name in (found["left"], found["right"]):
                key = name.strip().strip('"')
                if key in names and key not in declared:
                    declared.add(key)
                    result.append(f'{found["indent"]}state "{key}" as {names[key]}')
            left, right = (names.get(name.strip().strip('"'), name) for name in (found["left"], found["right"]))
            result.append(f"{found['indent']}{left} --> {right}" + (f" {found['rest']}" if found["rest"] else ""))
        else:
            text = _STATE_TEXT.match(line)
            key = text["name"].strip().strip('"') if text else ""
            if text and key in names:
                rest = text["rest"] or ""
                is_composite = rest.lstrip().startswith("{") and text["before"].strip() == "state"
                own = f'"{key}" as {names[key]}' if is_composite else names[key]
                declared |= {key} if is_composite else set()
                result.append(f"{text['before']}{own}{rest}")
            else:
                result.append(line)
    return result


def _ends(line: str) -> list[str]:
    found = _TRANSITION.match(line)
    return [found[side].strip().strip('"') for side in ("left", "right")] if found else []


def _undressed(source: str, kind: str) -> str:
    """Return a source without colours, classes and icons: how diagrams look is the book's choice."""
    if kind in _STYLED:
        source = _STYLE_LINE.sub("", source)
        if kind != "classDiagram":
            source = _CLASS_LINE.sub("", source)
        pieces = re.split(r'("[^"\n]*")', source)
        pieces = [piece if piece.startswith('"') else _CLASS_MARK.sub("", piece) for piece in pieces]
        if kind in ("flowchart", "graph"):
            pieces = _with_free_names(pieces)
        source = "".join(pieces)
    elif kind == "mindmap":
        source = _MIND_MAP_DRESS.sub("", source)
    elif kind == "sequenceDiagram":
        source = _BOX_COLOUR.sub(r"\g<box> transparent", _RECT.sub(r"\g<indent> rgb(246, 248, 251)", source))
    elif kind == "gantt":
        # A line that stands where the day of drawing is.
        source = re.sub(r"^[ \t]*todayMarker\b.*$", "", source, flags=re.MULTILINE) + "\n todayMarker off"
    return source


def _with_free_names(pieces: list[str]) -> list[str]:
    """Return a flowchart's pieces with other names for nodes that are called by a word of Mermaid's own."""
    taken = {name for piece in pieces if not piece.startswith('"') for name in _RESERVED_NAME.findall(piece)}
    # `end` alone closes a subgraph as well.
    anywhere = "|".join(sorted(taken - {"end", "graph"})) or "(?!)"
    renamed = re.compile(rf"(?<![\w-])(?:(?:{anywhere})(?![\w-])|(?:end|graph)(?=[\[({{]))")
    return [piece if piece.startswith('"') else renamed.sub(r"\g<0>_", piece) for piece in pieces]
