"""A YAML document as texts, lists and mappings, with the place of each in the file."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import yaml

from course_kit.outline.scalars import NullWord, OneField
from course_kit.outline.text_items import is_list

Value = str | None | list["Value"] | dict[str, "Value"]

MAX_UNFOLDED = 4 * 1024 * 1024
"""The limit of characters and values in a document with expanded aliases: four times the limit of a file."""
_MAX_DEPTH = 20
_NULL_WORDS = ("~", "null", "Null", "NULL")
_MERGE = "<<"
# Scalars of JSON's and YAML's types are read as text; any other tag would create an object.
_TEXT_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp"))
_NULL_TAG = "tag:yaml.org,2002:null"
_COLLECTION_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("map", "seq"))
# YAML would drop a single `!`.
_NO_TAG = re.compile(r"!(?:\s|$)")
# `Rule #1` is a comment for YAML, but not for its author.
_NUMBER_SIGN = re.compile(r"[ \t]+#[0-9]")
_FOLDED_MARK = re.compile(r"\A>[-+0-9]*[^\n]*\n")
_LEAD = re.compile(r"^[ \t\u00a0]*(?:-[ \u00a0]+)*", re.MULTILINE)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_OTHER_NAMES = {"lab_activities": "labs", "further_reading": "references"}
# JSON writes characters above U+FFFF as surrogate pairs, which libyaml does not read.
_PAIR = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_HALVES_REFUSED = "found invalid Unicode character escape code"


class DocumentTooLarge(Exception):
    """A document that is too large with its aliases, or nested too deeply; the message says what is expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"{found}, expected {expected}")
        self.found, self.expected = found, expected


class ValueFault(yaml.MarkedYAMLError):
    """A value that YAML can read but an outline cannot have, with its place."""

    def __init__(self, problem: str, node: yaml.Node | yaml.Event) -> None:
        super().__init__(problem=problem)
        self.problem_mark = node.start_mark  # type: ignore[assignment]  # libyaml's marks are alike


@dataclass(frozen=True)
class YamlDocument:
    """A document that YAML can read."""

    text: str
    root: yaml.Node | None

    @cached_property
    def value(self) -> Value:
        """The value of the document. Aliases of one value share one object."""
        return _Reader(self.text).value(self.root) if self.root else None

    def node_at(self, path: str) -> yaml.Node | None:
        """Return the node at a path such as ``modules[0].lessons[1].title``, or the last one on the way there."""
        node = self.root
        for step in _STEP.finditer(path):
            inner = _step(node, int(step[1]) if step[1] else step[2])
            if inner is None:
                break
            node = inner
        return None if node is self.root else node

    def comment_of(self, node: yaml.Node) -> str:
        """Return the comment that follows an empty value; empty for none."""
        end = self.text.find("\n", node.end_mark.index)
        rest = self.text[node.end_mark.index : end if end >= 0 else None].strip()
        is_empty = isinstance(node, yaml.ScalarNode) and not node.value
        return rest if is_empty and rest.startswith("#") else ""

    def source_of(self, node: yaml.Node) -> str:
        """Return the source text of a node."""
        end = node.end_mark.index
        if self.text.startswith("#", end):
            # libyaml reads this as a comment, although there is no space before it.
            end = self.text.find("\n", end) % (len(self.text) + 1)
        return self.text[node.start_mark.index : end].rstrip()


def load_document(text: str) -> YamlDocument:
    """Read a document.

    Raises
    ------
    yaml.YAMLError
        The text is no YAML, or has a value that an outline cannot have (`ValueFault`).
    DocumentTooLarge
        The document is nested too deeply, or its aliases expand to too much; raised before anything is built.
    """
    if "\u00a0" in text:
        # Copied text may have no-break spaces, which look like spaces and do not indent.
        text = _LEAD.sub(lambda lead: lead[0].replace("\u00a0", " "), text)
    try:
        return _loaded(text)
    except yaml.MarkedYAMLError as error:
        if error.problem != _HALVES_REFUSED or not _PAIR.search(text):
            raise
    return _loaded(_PAIR.sub(_character, text))


def _character(pair: re.Match[str]) -> str:
    return (bytes.fromhex(pair[1]) + bytes.fromhex(pair[2])).decode("utf-16-be")


def _loaded(text: str) -> YamlDocument:
    unused = _check_events(text)
    document = YamlDocument(text, yaml.compose(text, Loader=yaml.CBaseLoader))
    if unused is not None:
        raise ValueFault("an `&` makes a value an anchor, and no alias uses this one", unused)
    if document.root is not None:
        _check_size(document.root)
    document.value  # noqa: B018 - raises for values that an outline cannot have
    return document


def _check_events(text: str) -> yaml.Event | None:
    """Check the depth before anything is built; return an anchored text without an alias, or None."""
    depth = 0
    named: dict[str, yaml.Event] = {}
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            named.pop(event.anchor or "", None)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor and event.style in (None, ""):
            named.setdefault(event.anchor, event)
        if depth > _MAX_DEPTH:
            raise DocumentTooLarge("YAML nested too deeply", f"at most {_MAX_DEPTH} levels")
    return next(iter(named.values()), None)


def _check_size(root: yaml.Node) -> None:
    """Check the size with expanded aliases; it is counted level by level, so a "billion laughs" never expands."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1 + len(node.value)
        if id(node) not in sizes:
            sizes[id(node)] = 0
            is_list = isinstance(node, yaml.SequenceNode)
            parts = node.value if is_list else [part for pair in node.value for part in pair]
            total = 1 + sum(map(size, parts))
            sizes[id(node)] = total
        elif not sizes[id(node)]:
            raise ValueFault("an alias is inside the value that it refers to", node)
        return sizes[id(node)]

    unfolded = size(root)
    if unfolded > MAX_UNFOLDED:
        raise DocumentTooLarge(
            f"aliases that expand to {unfolded:,} characters",
            f"at most {MAX_UNFOLDED:,}",
        )


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._is_json = text.lstrip()[:1] in ("{", "[")
        self._read: dict[int, Value] = {}

    def value(self, node: yaml.Node) -> Value:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in _COLLECTION_TAGS:
            raise ValueFault(f"found the tag {node.tag}", node)
        if id(node) not in self._read:
            self._read[id(node)] = (
                self._mapping(node) if isinstance(node, yaml.MappingNode) else [self.value(item) for item in node.value]
            )
        return self._read[id(node)]

    def _scalar(self, node: yaml.ScalarNode) -> str | None:
        if node.tag == _NULL_TAG:
            return None
        if node.tag not in _TEXT_TAGS or _NO_TAG.match(self._text, node.start_mark.index):
            raise ValueFault(f"found the tag {node.tag}", node)
        if node.style in (None, ""):
            if not node.value or (self._is_json and node.value == "null"):
                return None
            if node.value in _NULL_WORDS:
                return NullWord(node.value)
            if not node.value.isdecimal() and _NUMBER_SIGN.match(self._text, node.end_mark.index):
                raise ValueFault("found ` #`, which starts a comment", node)
        is_folded = node.style in (None, "", ">") and node.start_mark.line != node.end_mark.line
        if is_folded and self._text[node.start_mark.index] not in "&!":
            return self._unfolded(node)
        return str(node.value)

    def _unfolded(self, node: yaml.ScalarNode) -> str:
        """Return a text that YAML folds to one line, with one line an item and an empty line after a paragraph."""
        source = self._text[node.start_mark.index : node.end_mark.index]
        lines = _FOLDED_MARK.sub("", source, count=1).split("\n")
        if is_list(lines):
            return "\n".join(map(str.strip, lines)).strip()
        # YAML turns the empty line between two paragraphs into one line break.
        return re.sub(r"\n+", "\n\n", node.value.strip("\n"))

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Value]:
        merged: dict[str, Value] = {}
        own: dict[str, Value] = {}
        counts: Counter[str] = Counter()
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ValueFault("found braces or brackets instead of a field's name", node)
            if self._text.startswith("? ", max(key.start_mark.index - 2, 0)):
                raise ValueFault("found a question mark, which starts a field's name", node)
            name = str(key.value)
            counts[name] += 1
            if counts[name] > 1:
                raise ValueFault(f"the key `{name}` is written {_count_of(node, name)} times", key)
            if name == _MERGE and key.style in (None, ""):
                merged = self._merged(item)
            else:
                own[name] = self.value(item)
        if len(node.value) == 1 and own:
            [(key, item)] = node.value
            if isinstance(item, yaml.ScalarNode) and not (key.style or item.style):
                written = self._text[key.start_mark.index : item.end_mark.index]
                return OneField(own, " ".join(written.split("\n")).strip())
        return {**merged, **own}

    def _merged(self, node: yaml.Node) -> dict[str, Value]:
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Value] = {}
        for source in sources:
            value = self.value(source)
            if not isinstance(value, dict):
                raise ValueFault("`<<` merges a mapping, or a list of mappings", node)
            # The first of several mappings counts (YAML's merge key type).
            merged = {**value, **merged}
        return merged


def _count_of(node: yaml.MappingNode, name: str) -> int:
    return sum(isinstance(key, yaml.ScalarNode) and key.value == name for key, _ in node.value)


def _step(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items: list[yaml.Node] = node.value
        return items[step] if step < len(items) else None
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        fields = {key.value: item for key, item in node.value if isinstance(key, yaml.ScalarNode)}
        found: yaml.Node | None = fields.get(step) or fields.get(_OTHER_NAMES.get(step, ""))
        sources = fields.get(_MERGE)
        if found is None and sources is not None:
            candidates = sources.value if isinstance(sources, yaml.SequenceNode) else [sources]
            found = next((inner for source in candidates if (inner := _step(source, step))), None)
        return found
    return None
