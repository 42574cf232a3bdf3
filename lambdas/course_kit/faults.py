"""Faults that pydantic finds, in words for people: field, found, expected."""

from pydantic import ValidationError

# Expected values for pydantic's common kinds of error, without Python terms; other kinds keep pydantic's text.
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "extra_forbidden": "no such field: check its spelling",
    "int_type": "a whole number",
    "missing": "this field",
    "model_type": "an object",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "at least {min_length} character(s)",
    "string_type": "text",
    "too_long": "at most {max_length} items",
    "tuple_type": "a list",
}
_SHOWN_CHARACTERS = 80


def faults_in_words(error: ValidationError, *, whole: str) -> list[str]:
    """Return one line for each fault.

    Parameters
    ----------
    whole
        The name of what was read, for a fault that belongs to no field.
    """
    faults = []
    for detail in error.errors(include_url=False):
        field = ".".join(map(str, detail["loc"])) or whole
        found = "nothing" if detail["type"] == "missing" else repr(detail["input"])[:_SHOWN_CHARACTERS]
        template = _EXPECTED.get(detail["type"])
        said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        expected = template.format(**detail.get("ctx", {})) if template else said
        faults.append(f"{field}: found {found}, expected {expected}")
    return faults
