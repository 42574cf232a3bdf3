"""Class diagrams: names that the parser accepts; members and relations with syntax characters escaped."""

import re
from dataclasses import dataclass, field

from images_gen.label_text import LINE_BREAK, Label, decoded, disguised, indent_of, unquoted, widened

_SIMPLE = re.compile(r"[A-Za-z_][\w-]*\Z", re.ASCII)
_TILDES = re.compile(r"(?P<name>[A-Za-z_][\w-]*)(?P<generic>~[\w,. ?]+~)?\Z", re.ASCII)
# A name with its type parameters, `List<Map<K, V>>`.
_NAME = r"(?:`[^`]+`|\"[^\"]+\"|[^\s\"\[\]{}<>:|.*o(),;-][^\s\"\[\]{}<>:|(),;]*?(?:<[^|\"\n-]*>)?(?:~[^\n\"]*?~)?)"
# One end, a line, the other end: inheritance, composition, aggregation, an arrow, a lollipop.
_RELATION_SIGN = r"(?:<\||\*|o|<|\(\))?(?:--|\.\.)(?:\|>|\*|o(?=[\s\"])|>|\(\))?"
_RELATION = re.compile(
    rf'^(?P<indent>\s*)(?P<left>{_NAME})\s*(?P<many>"[^"]*")?\s*(?P<sign>{_RELATION_SIGN})\s*(?P<few>"[^"]*")?\s*'
    rf"(?P<right>{_NAME})\s*(?::(?!:)(?P<text>.*))?$"
)
_CLASS = re.compile(
    rf'^(?P<indent>\s*)class\s+(?P<name>{_NAME})\s*(?:\[\s*"(?P<label>.*)"\s*\])?\s*(?P<rest><<\w+>>)?\s*'
    r"(?:(?P<block>\{)(?P<inner>[^}]*)(?P<close>\})?)?\s*$"
)
_NOTE = re.compile(rf'^(?P<indent>\s*)note\s+(?:for\s+(?P<name>{_NAME})\s+)?"(?P<text>.*)"\s*$')
_MEMBER = re.compile(rf"^(?P<indent>\s*)(?P<name>{_NAME})\s*:(?!:)\s*(?P<member>.+)$")
_ANNOTATION = re.compile(rf"^(?P<indent>\s*)(?P<annotation><<[^>]+>>)\s+(?P<name>{_NAME})\s*$")
_DUNDER = re.compile(r"__")


def class_source(source: str, label: Label) -> str:
    """Return a class diagram with names and texts that the parser accepts; ``label`` escapes a text."""
    classes = _Classes(label)
    lines = source.split("\n")
    written = [lines[0]]
    is_inside = False
    for line in lines[1:]:
        if is_inside:
            is_inside = "}" not in line
            written.append(classes.member_line(line))
            continue
        written.append(classes.line(line.rstrip().removesuffix(";")))
        is_inside = bool(re.match(r"^\s*class\s", line)) and line.rstrip().endswith("{")
    return "\n".join([*written, *classes.declarations()])


@dataclass
class _Classes:
    """Names of classes in a form that the parser accepts."""

    label: Label
    short: dict[str, str] = field(default_factory=dict)
    """The short name of each name that the parser rejects."""
    labelled: set[str] = field(default_factory=set)
    """Short names that already have a label."""

    def of(self, written: str) -> str:
        """Return the name, or the short name for one that the parser rejects."""
        bare = written.strip().strip('`"')
        if _TILDES.match(bare):
            return bare
        stem = re.split(r"[<~]", bare, maxsplit=1)[0]
        short = stem if _SIMPLE.match(stem) else f"named{len(self.short) + 1}"
        return self.short.setdefault(bare, short)

    def line(self, line: str) -> str:
        """Return a line outside a class body."""
        if found := _NOTE.match(line):
            of = f"for {self.of(found['name'])} " if found["name"] else ""
            return f'{found["indent"]}note {of}"{self.label(found["text"])}"'
        if found := _CLASS.match(line):
            name = self.of(found["name"])
            shown = found["label"] if found["label"] is not None else self._written(name)
            tag = f'["{self.label(shown)}"]' if shown is not None else ""
            if tag:
                self.labelled.add(name)
            rest = f" {found['rest']}" if found["rest"] else ""
            block = f" {{{self.member(found['inner'])}{found['close'] or ''}" if found["block"] else ""
            return f"{found['indent']}class {name}{tag}{rest}{block}"
        if found := _ANNOTATION.match(line):
            return f"{found['indent']}{found['annotation']} {self.of(found['name'])}"
        if found := _RELATION.match(line):
            many, few = (f" {found[side]}" if found[side] else "" for side in ("many", "few"))
            text = f" : {self.label(unquoted(found['text']))}" if (found["text"] or "").strip() else ""
            ends = f"{self.of(found['left'])}{many} {found['sign']}{few} {self.of(found['right'])}"
            return f"{found['indent']}{ends}{text}"
        if found := _MEMBER.match(line):
            return f"{found['indent']}{self.of(found['name'])} : {self.member(found['member'])}"
        return line

    def _written(self, short: str) -> str | None:
        return next((written for written, name in self.short.items() if name == short), None)

    def member_line(self, line: str) -> str:
        """Return a line inside a class body."""
        return line if line.strip().startswith(("<<", "}")) else self.member(line)

    def member(self, text: str) -> str:
        """Return a member, in which visibility signs and parentheses stay syntax."""
        indent = indent_of(text)
        bare, brace = (text.rstrip()[:-1], "}") if text.rstrip().endswith("}") else (text.rstrip(), "")
        plain = decoded(LINE_BREAK.sub(" ", unquoted(bare)))
        return indent + widened(disguised(_DUNDER.sub(disguised("__", "_"), plain), '<>#;&"%{}')) + brace

    def declarations(self) -> list[str]:
        """Return a declaration for each class that has a short name and no declaration."""
        return [
            f'  class {short}["{self.label(written)}"]'
            for written, short in self.short.items()
            if short not in self.labelled
        ]
