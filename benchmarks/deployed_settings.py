"""The settings that the measurements deploy with: those of ``cdk.json``."""

import json

from local_aws.state import PROJECT_ROOT

DEFAULTS: dict[str, object] = json.loads((PROJECT_ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
BOOK_PARTS = str(DEFAULTS["book_parts"])
"""What a book has beside its text, as `course_kit` reads it."""
