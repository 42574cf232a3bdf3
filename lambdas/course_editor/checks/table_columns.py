"""Columns of the tables of a running example: as a list in a fact, and in ``CREATE TABLE`` statements."""

import re
from collections.abc import Iterator

_NAME = r"[A-Za-z_]\w*"
_OPEN_LIST = re.compile(r"…|\.\.\.|\betc\b|\bamong\b|\bu\.\s?a\.|など|等")
_STATEMENT = re.compile(
    rf"\bCREATE\s+(?:UNLOGGED\s+|TEMP\s+|TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rf"(?:{_NAME}\.)?[\"`]?(?P<name>{_NAME})[\"`]?\s*\(",
    re.IGNORECASE,
)
_CONSTRAINT = re.compile(r"(?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK|EXCLUDE|KEY|INDEX|LIKE)\b", re.IGNORECASE)
_LEAST_COLUMNS = 2


def listed_columns(value: str) -> frozenset[str]:
    """Return the columns that a value lists, with types or without; none for any other value or an open list."""
    parts = [part.strip(" `.") for part in re.split(r"[,;、，]|\band\b", re.sub(r"\([^()]*\)", "", value))]
    names = [re.match(rf"({_NAME})(?:\s+\w[\w ]*)?\Z", part.replace("`", "")) for part in parts if part]
    if len(names) < _LEAST_COLUMNS or _OPEN_LIST.search(value) or not all(names):
        return frozenset()
    found = [name[1] for name in names if name]
    is_code = all(name == name.lower() for name in found)
    return frozenset(found) if is_code and len(set(found)) == len(found) else frozenset()


def columns_in_code(code: str, table: str) -> Iterator[frozenset[str]]:
    """Yield the columns of each statement that creates a table; one that leaves something out is passed over."""
    text = re.sub("--.*", lambda comment: comment[0] if _OPEN_LIST.search(comment[0]) else "", code)
    for statement in _STATEMENT.finditer(text):
        if statement["name"].casefold() != table.strip("`").casefold():
            continue
        definitions = _definitions(text, statement.end())
        if definitions is None or any(_OPEN_LIST.search(one) or re.match("LIKE", one, re.I) for one in definitions):
            continue
        columns = [re.match(rf"[\"`]?({_NAME})", one) for one in definitions if not _CONSTRAINT.match(one)]
        if columns and all(columns):
            yield frozenset(column[1].lower() for column in columns if column)


def _definitions(text: str, start: int) -> list[str] | None:
    """Return what stands between the brackets, divided at its commas; None without the closing bracket."""
    depth, parts, begin = 0, [], start
    for position in range(start, len(text)):
        sign = text[position]
        if sign == "(":
            depth += 1
        elif (sign == "," and depth == 0) or (sign == ")" and depth == 0):
            parts.append(text[begin:position].strip())
            begin = position + 1
            if sign == ")":
                return [part for part in parts if part]
        elif sign == ")":
            depth -= 1
    return None
