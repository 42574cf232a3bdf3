"""Which lab guides a run wants."""

from course_kit.outline import Module
from course_kit.outline.labs import PlannedLab
from course_kit.run.run_inputs import RunInputs
from course_kit.work.wanted import Wanted, sources
from lab_writer.lab_specification import PROMPT_VERSION, LabSpecification


def wanted_lab_guide(run: RunInputs, module: Module, lab: PlannedLab) -> Wanted:
    """Return the guide of a planned lab as a run wants it."""
    specification = LabSpecification.of(run.outline, module, lab, run.lab_requirements, run.brief)
    return Wanted(
        identity=lab.lab_id,
        key=run.keys.lab_guide(lab.lab_id, lab.title),
        asked=sources(
            language=specification.language,
            plan=lab.model_dump_json(exclude={"lab_id", "lesson_number", "duration_minutes"}),
            description=specification.outline_description,
            requirements=specification.lab_requirements,
            brief=specification.step_of_running_example,
        ),
        shaped=sources(
            prompt=PROMPT_VERSION,
            model=run.text_model_id,
            course=specification.course_title,
            shared_brief=run.brief.shared if run.brief else "",
            audience=specification.audience,
            module=specification.module_title,
            length=specification.word_target,
        ),
        minutes=lab.duration_minutes,
        has_own_minutes=True,
        is_forced=run.regeneration.covers_lab(lab.lab_id),
        is_named=run.regeneration.names_lab(lab.lab_id),
        renews_stale=run.regeneration.stale,
        forgets=("brief",) if run.brief is None else (),
        asks_no_model=run.books_only,
    )
