"""Entity diagrams: names that the parser accepts; attributes and relations with syntax characters escaped."""

import re
from dataclasses import dataclass, field

from images_gen.label_text import Label, decoded, disguised, unquoted, widened

_SIMPLE = re.compile(r"[A-Za-z_][\w-]*\Z", re.ASCII)
_ENTITY_NAME = r"(?:\"[^\"]+\"|[^\s\"\[\]{}|<>:]+)"
_ENTITY_RELATION = re.compile(
    rf"^(?P<indent>\s*)(?P<left>{_ENTITY_NAME}(?:\[[^\]]*\])?)\s+(?P<sign>(?:\|o|\|\||\}}o|\}}\|)(?:--|\.\.)(?:o\||\|\||o\{{|\|\{{))\s+"
    rf"(?P<right>{_ENTITY_NAME}(?:\[[^\]]*\])?)\s*(?::\s*(?P<text>.*))?$"
)
_ENTITY = re.compile(
    rf'^(?P<indent>\s*)(?P<name>{_ENTITY_NAME})\s*(?:\[\s*"?(?P<label>[^\]"]*)"?\s*\])?\s*(?P<block>\{{\s*)?$'
)
_LABELLED_ENTITY = re.compile(rf'(?P<name>{_ENTITY_NAME})\s*\[\s*"?(?P<label>[^\]"]*)"?\s*\]\Z')
_ATTRIBUTE = re.compile(
    r'^(?P<indent>\s*)(?P<type>[^\s"<(]+(?:<.*>|\([^)]*\))?[^\s"]*)\s+(?P<name>[^\s"]+)(?P<keys>(?:\s+(?:PK|FK|UK)(?:\s*,\s*(?:PK|FK|UK))*)?)'
    r'\s*(?:"(?P<comment>.*)")?\s*$'
)
_OTHER = re.compile(r"^\s*(?:direction\s+\w+|\}|title\s.*|)\s*$")


def entity_source(source: str, label: Label) -> str:
    """Return an entity diagram with names and texts that the parser accepts; ``label`` escapes a text."""
    entities = _Entities(label)
    lines = source.split("\n")
    written = [lines[0]]
    is_inside = False
    for line in lines[1:]:
        if is_inside:
            is_inside = not line.strip().startswith("}")
            written.append(entities.attribute(line))
            continue
        written.append(entities.line(line.rstrip()))
        is_inside = line.rstrip().endswith("{") and not _ENTITY_RELATION.match(line)
    return "\n".join([*written, *entities.declarations()])


@dataclass
class _Entities:
    """Names of entities in a form that the parser accepts."""

    label: Label
    short: dict[str, str] = field(default_factory=dict)
    """The short name of each name that the parser rejects."""
    labelled: set[str] = field(default_factory=set)
    """Names that already have a label."""
    aside: dict[str, str] = field(default_factory=dict)
    """Labels found inside relations."""

    def of(self, written: str) -> str:
        """Return the name, or the short name for one that the parser rejects."""
        bare = written.strip().strip('"')
        return bare if _SIMPLE.match(bare) else self.short.setdefault(bare, f"named{len(self.short) + 1}")

    def line(self, line: str) -> str:
        """Return a line outside an entity body."""
        if _OTHER.match(line):
            return line
        if found := _ENTITY_RELATION.match(line):
            text = unquoted(found["text"] or "")
            left, right = self._end(found["left"]), self._end(found["right"])
            # Mermaid rejects a relation without a label.
            return f'{found["indent"]}{left} {found["sign"]} {right} : "{self.label(text) or " "}"'
        if found := _ENTITY.match(line):
            return f"{found['indent']}{self._declared(found['name'], found['label'])}{' {' if found['block'] else ''}"
        return line

    def _end(self, written: str) -> str:
        """Return one side of a relation; a label there moves to a separate declaration."""
        found = _LABELLED_ENTITY.match(written)
        if found is None:
            return self.of(written)
        name = self.of(found["name"])
        self.aside.setdefault(name, found["label"])
        return name

    def _declared(self, written: str, text: str | None) -> str:
        name = self.of(written)
        shown = text or (written.strip('"') if name in self.short.values() else "")
        if not shown or (text is None and name in self.labelled):
            return name
        self.labelled.add(name)
        return f'{name}["{self.label(shown)}"]'

    def attribute(self, line: str) -> str:
        """Return a line inside an entity body."""
        found = _ATTRIBUTE.match(line)
        if found is None:
            return line
        kind, name = (self._word(decoded(found[part])) for part in ("type", "name"))
        comment = f' "{self.label(found["comment"])}"' if found["comment"] is not None else ""
        return f"{found['indent']}{kind} {name}{found['keys']}{comment}"

    def _word(self, text: str) -> str:
        signs = frozenset(sign for sign in text if sign.isascii() and not sign.isalnum() and sign not in "_*")
        return widened(disguised(text, signs))

    def declarations(self) -> list[str]:
        """Return a declaration for each entity that has a short name and no declaration."""
        labels = {short: written for written, short in self.short.items()} | self.aside
        return [f'  {name}["{self.label(text)}"]' for name, text in labels.items() if name not in self.labelled]
