"""Which lab guides a run wants."""

from course_kit.outline import Module
from course_kit.outline.labs import PlannedLab
from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted
from lab_writer.lab_specification import LabSpecification, lab_guide_fingerprint


def wanted_lab_guide(run: RunInputs, module: Module, lab: PlannedLab) -> Wanted:
    """Return the guide of a planned lab as a run wants it."""
    specification = LabSpecification.of(run.outline, module, lab, run.lab_requirements)
    return Wanted(
        identity=lab.lab_id,
        key=run.keys.lab_guide(lab.lab_id, lab.title),
        fingerprint=lab_guide_fingerprint(specification, run.text_model_id),
        is_forced=run.regeneration.covers_lab(lab.lab_id),
    )
