"""A planned figure as a Mermaid file whose front matter has its words, and back."""

import re

from pydantic import Field

from course_kit.data_models import ClosedModel
from course_kit.mending.author_faults import Fault
from course_kit.mending.author_text import decoded, plain_lines
from course_kit.records.visuals import PlannedVisual, VisualKind
from course_kit.text.printed_text import printing_faults
from coursewright.checkout.fields import FieldsUnreadable, FieldText, fields_in_yaml, line_of, read_fields

_MARK = "---"
_FRONT_MATTER = re.compile(rf"\A{_MARK}[ \t]*\n(?P<fields>.*?)^{_MARK}[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE_OF_MERMAID = re.compile(r"on line (\d+)")
_SHOWN_CHARACTERS = 300


class _Words(ClosedModel):
    caption: FieldText
    alt_text: FieldText
    long_description: tuple[FieldText, ...] = Field(default=())
    image_prompt: FieldText = ""


def figure_in_mermaid(visual: PlannedVisual) -> str:
    """Return a planned figure as the text of a file."""
    fields: dict[str, object] = {"caption": visual.caption, "alt_text": visual.alt_text}
    if visual.long_description:
        fields["long_description"] = list(visual.long_description)
    if visual.kind is VisualKind.ILLUSTRATION:
        fields["image_prompt"] = visual.image_prompt
    return f"{_MARK}\n{fields_in_yaml(fields)}{_MARK}\n{visual.source.rstrip()}\n"


def figure_of_mermaid(text: str, before: PlannedVisual) -> PlannedVisual:
    """Return the figure that a file plans.

    Parameters
    ----------
    before
        The one that was checked out: it knows its place and its kind.

    Raises
    ------
    FieldsUnreadable
        The file has a fault with which it cannot be shown.
    """
    words, source, _ = _parts(text)
    is_same = source.rstrip() == before.source.rstrip()
    return before.model_copy(
        update={
            "caption": words.caption,
            "alt_text": words.alt_text,
            "long_description": words.long_description,
            "image_prompt": words.image_prompt or before.image_prompt,
            "source": before.source if is_same else source.rstrip(),
        }
    )


def figure_faults(body: bytes) -> list[Fault]:
    """Return what of a figure's file cannot be drawn or printed, in the order of the lines."""
    text = plain_lines(decoded(body))
    try:
        words, source, first_line = _parts(text)
    except FieldsUnreadable as unreadable:
        return sorted(unreadable.faults)
    found = [
        Fault(1, f"{name}: the text {fault}")
        for name, value in (("caption", words.caption), ("alt_text", words.alt_text))
        for fault in printing_faults(value)
    ]
    if refusal := _refusal(source):
        line = _LINE_OF_MERMAID.search(refusal)
        # A parser often tells the line after the one that is wrong.
        within = min(int(line[1]), source.rstrip().count("\n") + 1) if line else 1
        said = f"the diagram cannot be drawn: {refusal[:_SHOWN_CHARACTERS]}"
        found.append(Fault(first_line + within - 1, said, is_blocking=True))
    return sorted(found)


def _refusal(source: str) -> str:
    # Imported late: it loads the drawing engine.
    from images_gen.diagram_renderer import DiagramInvalid, render_diagram

    try:
        render_diagram(source)
    except DiagramInvalid as refusal:
        return str(refusal).removeprefix("Mermaid rendering failed: ")
    return ""


def _parts(text: str) -> tuple[_Words, str, int]:
    """Return the words, the source, and the line of the file at which the source begins."""
    text = plain_lines(text)
    found = _FRONT_MATTER.match(text)
    if found is None:
        said = f"found no fields, expected `caption` and `alt_text` between two lines of {_MARK} before the source"
        raise FieldsUnreadable(Fault(1, said, is_blocking=True))
    words, document = read_fields(found["fields"], _Words, first_line=2)
    source = text[found.end() :]
    first_line = text.count("\n", 0, found.end()) + 1
    empty = [name for name in ("caption", "alt_text") if not getattr(words, name).strip()]
    faults = [
        Fault(line_of(document, name) + 1, f"{name}: found nothing, expected text", is_blocking=True) for name in empty
    ]
    if not source.strip():
        faults.append(Fault(first_line, "found no source, expected the diagram in Mermaid", is_blocking=True))
    if faults:
        raise FieldsUnreadable(*faults)
    return words, source, first_line
