"""Drafts of lab plans and lab guides, in the format of the prompts."""

from collections.abc import Iterable

from course_kit.data_models import OpenModel
from course_kit.labels import Labels
from course_kit.mending.titles_as_code import heading_text
from offline_author.phrases import Phrases

_DEFAULT_MINUTES = 30
# The commands of each step in every draft: harmless on any machine, and undone by the clean-up.
_COMMANDS = (
    "mkdir lab && cd lab\nls -a",
    'echo "expected state" > expected.txt\ncat expected.txt',
    'echo "first change" > change.txt\nls',
    "cat expected.txt change.txt",
    'echo "first change" > change.txt\nls | wc -l',
)
_CLEAN_UP = "cd .. && rm -r lab"


class LabWanted(OpenModel):
    """One lab of a plan request."""

    lab_id: str
    title: str
    minutes: int | None = None


class LabPlanWanted(OpenModel):
    """The data between ``<lab_plan_request>`` tags."""

    language: str
    module_title: str
    labs: list[LabWanted]


class LabGuideLab(OpenModel):
    """The lab of a guide's specification."""

    lab_id: str
    title: str
    objectives: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    environment: str = ""


class LabGuideWanted(OpenModel):
    """The data between ``<lab_specification>`` tags."""

    language: str
    module_title: str
    lab: LabGuideLab


def design_labs(wanted: LabPlanWanted) -> list[dict[str, object]]:
    """Return the arguments of the ``LabPlan`` tool: each lab builds on the previous lab."""
    phrases = Phrases.of(wanted.language)
    designs: list[dict[str, object]] = []
    for position, lab in enumerate(wanted.labs):
        designs.append(
            {
                "lab_id": lab.lab_id,
                "title": lab.title,
                "objectives": [phrases.lab_objective.format(lab=lab.title)],
                "duration_minutes": lab.minutes or _DEFAULT_MINUTES,
                "prerequisites": [phrases.lab_knowledge.format(module=wanted.module_title)],
                "environment": phrases.lab_environment,
                "tools": [{"name": "bash"}],
                "depends_on": [wanted.labs[position - 1].lab_id] if position else [],
            }
        )
    return designs


def draft_lab(wanted: LabGuideWanted) -> str:
    """Return a guide's Markdown, with the headings of the label catalogue."""
    phrases, labels = Phrases.of(wanted.language), Labels.of(wanted.language).lab
    lab = wanted.lab

    def fill(pattern: str) -> str:
        return pattern.format(lab=heading_text(lab.title), module=heading_text(wanted.module_title))

    def section(heading: str, *blocks: str) -> list[str]:
        return [f"## {heading}", *blocks]

    steps: list[str] = []
    for number, (title, action, command, expected, check) in enumerate(
        zip(phrases.lab_steps, phrases.lab_actions, _COMMANDS, phrases.lab_expected, phrases.lab_checks, strict=True), 1
    ):
        steps += [
            f"### {number}. {title}",
            fill(action),
            f"```bash\n{command}\n```",
            f"**{labels.expected}:** {expected}.",
            f"**{labels.check}:** {check}.",
        ]
    rows = [phrases.lab_trouble_header, ["---"] * 3, *phrases.lab_trouble]
    blocks = [
        f"# {heading_text(lab.title)}",
        *section(labels.scenario, fill(phrases.lab_scenario)),
        *section(labels.objectives, _listed(lab.objectives or [fill(phrases.lab_objective)])),
        *section(labels.prerequisites, _listed([*lab.prerequisites, lab.environment or phrases.lab_environment])),
        *section(labels.steps, *steps),
        *section(labels.troubleshooting, "\n".join("| " + " | ".join(row) + " |" for row in rows)),
        *section(labels.clean_up, phrases.lab_clean_up, f"```bash\n{_CLEAN_UP}\n```"),
        *section(
            labels.reflection, "\n".join(f"{n}. {fill(text)}" for n, text in enumerate(phrases.lab_reflection, 1))
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
