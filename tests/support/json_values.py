"""JSON objects whose shape is what a test is about: templates, definitions, answers of AWS."""

from typing import Any

Json = dict[str, Any]
