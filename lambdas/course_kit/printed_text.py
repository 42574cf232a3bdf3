"""Short texts of a model that are printed as they are: captions, objectives, the environment of a lab."""

import re
from typing import Annotated

from pydantic import AfterValidator

from course_kit.talk_of_writing import talk_of_writing

_NOT_PLAIN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|</?[A-Za-z!]|\]\(|\[VISUAL:|javascript:", re.IGNORECASE)


def _as_printed(text: str) -> str:
    found = _NOT_PLAIN.search(text)
    if found:
        raise ValueError(f"plain text without HTML, links and control characters, found {found[0]!r}")
    talk = talk_of_writing([text])
    if talk:
        raise ValueError(f"text about the subject only, found {talk!r}")
    return " ".join(text.split())


PrintedText = Annotated[str, AfterValidator(_as_printed)]
"""One line of plain text; what it says of a fault goes back to the model, which mends it in its next turn."""
