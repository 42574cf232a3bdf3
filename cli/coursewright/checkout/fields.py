"""Fields in YAML, as people write them: texts are what stands there, and a fault has its line."""

import re
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ValidationError

from course_kit.mending.author_faults import Fault
from course_kit.outline.scalars import as_text_with_colon, as_word
from course_kit.outline.yaml_document import DocumentTooLarge, YamlDocument, load_document

Model = TypeVar("Model", bound=BaseModel)

_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]*")
_EXPECTED = {
    "extra_forbidden": "no such field: check its spelling",
    "missing": "this field",
    "model_type": "fields",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "fields",
}


class FieldsUnreadable(Exception):
    """Fields that cannot be read; each fault has its line."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def _as_text(value: object) -> object:
    """Return an item as the text that its author means: nothing is an empty text, and a colon is no field."""
    return "" if value is None else as_text_with_colon(as_word(value))


FieldText = Annotated[str, BeforeValidator(_as_text)]
"""A text; YAML's own types are not used."""


class _Dumper(yaml.SafeDumper):
    """Writes texts in quotes that YAML would change."""


def _represented(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if _PLAIN.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represented)


def fields_in_yaml(fields: dict[str, object]) -> str:
    """Return fields as YAML, in their order, that `read_fields` reads as the same texts."""
    return yaml.dump(fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)


def read_fields(text: str, model: type[Model], *, first_line: int = 1) -> tuple[Model, YamlDocument]:
    """Return fields as a model, and the document with the places of its values.

    Parameters
    ----------
    first_line
        The line of the file at which the text begins.

    Raises
    ------
    FieldsUnreadable
        The text is no YAML, or no such fields.
    """
    before = first_line - 1
    try:
        document = load_document(text)
        value = document.value
    except DocumentTooLarge as error:
        raise FieldsUnreadable(Fault(first_line, str(error), is_blocking=True)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = before + (int(mark.line) + 1 if mark else 1)
        raise FieldsUnreadable(
            Fault(
                line, f"the text is no YAML ({error.problem}): put a text with such marks in quotes", is_blocking=True
            )
        ) from None
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())[:160]
        raise FieldsUnreadable(Fault(first_line, f"the text is no YAML ({said})", is_blocking=True)) from None
    try:
        return model.model_validate(value if value is not None else {}), document
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False):
            path = path_of(detail["loc"])
            template = _EXPECTED.get(detail["type"], detail["msg"].removeprefix("Value error, "))
            said = f"{path or 'the file'}: expected {template}"
            faults.append(Fault(before + line_of(document, path), said, is_blocking=True))
        raise FieldsUnreadable(*faults) from None


def path_of(location: tuple[int | str, ...]) -> str:
    """Return a place in fields as people read it: ``quiz[0].options``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")


def line_of(document: YamlDocument, path: str) -> int:
    """Return the line of a value in its document, or of the last one on the way there; from 1."""
    node = document.node_at(path)
    return int(node.start_mark.line) + 1 if node is not None else 1
