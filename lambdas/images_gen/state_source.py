"""State diagrams: states declared with short names, and texts with syntax characters escaped."""

import re
from dataclasses import dataclass, field

from images_gen.label_text import Label, indent_of, unquoted

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_TRANSITION = re.compile(r"^(?P<indent>\s*)(?P<left>[^:]+?)\s*-->\s*(?P<right>[^:]+?)\s*(?::(?!:)(?P<text>.*))?$")
_DECLARED = re.compile(
    r'^(?P<indent>\s*)state\s+"(?P<text>[^"]*)"(?:\s+as\s+(?P<name>[^\s{]+))?\s*(?P<rest>\{)?\s*$', re.IGNORECASE
)
_STATE = re.compile(
    r"^(?P<indent>\s*)state\s+(?P<name>[^\"{<]+?)\s*(?P<rest>\{|<<\w+>>|\[\[\w+\]\])?\s*$", re.IGNORECASE
)
_NOTE = re.compile(
    r"^(?P<indent>\s*)note\s+(?P<side>left|right)\s+of\s+(?P<name>[^:]+?)\s*(?::(?P<text>.*))?$", re.IGNORECASE
)
_END_OF_NOTE = re.compile(r"^\s*end\s*note\s*$", re.IGNORECASE)
_DESCRIPTION = re.compile(r"^(?P<indent>\s*)(?P<name>[^:]+?)\s*:(?!:)(?P<text>.*)$")
_OTHER = re.compile(r"^\s*(?:stateDiagram(?:-v2)?|direction\s+\w+|\}|--|hide empty description|scale\s.*|)\s*$")


def state_source(source: str, label: Label) -> str:
    """Return a state diagram with names and texts that the parser accepts; ``label`` escapes a text."""
    states = _States(label)
    written: list[str] = []
    is_in_note = False
    for line in source.split("\n"):
        if is_in_note:
            is_in_note = not _END_OF_NOTE.match(line)
            written.append(states.note_line(line) if is_in_note else line)
            continue
        note = _NOTE.match(line)
        is_in_note = note is not None and note["text"] is None
        written.append(states.line(line.rstrip().removesuffix(";")))
    head, rest = written[0], written[1:]
    return "\n".join([head, *states.declarations(), *rest])


@dataclass
class _States:
    """Names of states in a form that the parser accepts."""

    label: Label
    short: dict[str, str] = field(default_factory=dict)
    """The short name of each name that the parser rejects."""
    described: set[str] = field(default_factory=set)
    """Short names that have their own text."""

    def of(self, name: str) -> str:
        """Return the name, or the short name for one that the parser rejects."""
        bare = name.strip().strip('"').strip()
        if bare == "[*]" or _SIMPLE.match(bare) or not bare or re.search(r"[\[\]{}<>]", bare):
            return name.strip()
        return self.short.setdefault(bare, f"named{len(self.short) + 1}")

    def text(self, text: str) -> str:
        """Return an escaped text without the quotation marks around it, which would be printed."""
        return self.label(unquoted(text))

    def note_line(self, line: str) -> str:
        """Return a line inside a note."""
        return line if not line.strip() else f"{indent_of(line)}{self.text(line)}"

    def line(self, line: str) -> str:
        """Return a line outside notes."""
        if _OTHER.match(line):
            return line
        if found := _TRANSITION.match(line):
            text = f" : {self.text(found['text'])}" if (found["text"] or "").strip() else ""
            return f"{found['indent']}{self.of(found['left'])} --> {self.of(found['right'])}{text}"
        if found := _DECLARED.match(line):
            # Without a short name, the text is the name.
            name = self.of(found["name"] or found["text"])
            self.described.add(name)
            block = " {" if found["rest"] else ""
            return f'{found["indent"]}state "{self.label(found["text"])}" as {name}{block}'
        if found := _NOTE.match(line):
            text = f" : {self.text(found['text'])}" if found["text"] is not None else ""
            return f"{found['indent']}note {found['side'].lower()} of {self.of(found['name'])}{text}"
        if found := _STATE.match(line):
            rest = f" {found['rest']}" if found["rest"] else ""
            return f"{found['indent']}state {self.of(found['name'])}{rest}"
        if found := _DESCRIPTION.match(line):
            return f"{found['indent']}{self.of(found['name'])} : {self.text(found['text'])}"
        return line if re.search(r"[\[\]{}<>]", line) else f"{indent_of(line)}{self.of(line)}"

    def declarations(self) -> list[str]:
        """Return a declaration for each state with a short name, with its original name."""
        return [
            f'  state "{self.label(name)}" as {short}'
            for name, short in self.short.items()
            if short not in self.described
        ]
