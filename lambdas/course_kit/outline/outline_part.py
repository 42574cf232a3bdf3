"""The base of every part of an outline."""

from pydantic import model_validator

from course_kit.data_models import ClosedModel
from course_kit.outline.scalars import is_nothing


class OutlinePart(ClosedModel):
    """The base of every part of an outline: frozen, and with an error for unknown fields."""

    @model_validator(mode="before")
    @classmethod
    def _accept_field_spellings(cls, value: object) -> object:
        """Drop ``hours_*`` totals, because minutes of parts count, and read ``labs`` as ``lab_activities``.

        ``references`` is another name of ``further_reading``. An optional field without a value is left out.
        """
        if not isinstance(value, dict):
            return value
        fields = {key: item for key, item in value.items() if not str(key).startswith("hours_")}
        if "labs" in fields and "lab_activities" not in fields and "lab_activities" in cls.model_fields:
            fields["lab_activities"] = fields.pop("labs")
        if "references" in fields and "further_reading" not in fields and "further_reading" in cls.model_fields:
            fields["further_reading"] = fields.pop("references")
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {key: item for key, item in fields.items() if not (key in optional and is_nothing(item))}
