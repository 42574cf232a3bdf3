"""The step's event and result."""

from typing import ClassVar

from pydantic import BaseModel

from course_kit.records.manifest import LabManifest
from course_kit.run.events import ModuleParams


class LabWritingRequest(ModuleParams):
    """One module whose labs are planned."""

    asks: ClassVar[str] = "lab"


class LabWritingResult(BaseModel):
    """Keys and counts only."""

    module_number: int
    manifest_key: str
    lab_guide_keys: list[str]
    counts: dict[str, int]


def lab_writing_result(manifest: LabManifest, manifest_key: str) -> LabWritingResult:
    """Sum up the manifest of the module's labs."""
    return LabWritingResult(
        module_number=manifest.module_number,
        manifest_key=manifest_key,
        lab_guide_keys=[lab.s3_key for lab in manifest.labs],
        counts={"labs": len(manifest.labs), "reused": sum(lab.is_reused for lab in manifest.labs)},
    )
