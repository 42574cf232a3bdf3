"""The planner's prompts, and what a module's plan is made from."""

from pathlib import Path

from course_kit.outline import Module, Outline
from course_kit.outline.labs import labs_of_module
from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data
from lab_planner.lab_plan import LabPlanRequest

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_PLAN = PromptTemplate.load(_PROMPTS / "plan.md")

SYSTEM_PROMPT = _SYSTEM.text
PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _PLAN.version)[:12]


def lab_plan_request(outline: Outline, module: Module, lab_requirements: str) -> LabPlanRequest:
    """Return what is asked for the labs of a module."""
    course = outline.course
    return LabPlanRequest(
        language=course.language,
        course_title=course.title,
        course_level=course.level,
        audience=course.audience,
        module_title=module.title,
        module_summary=module.summary or module.description,
        lab_requirements=lab_requirements,
        labs=labs_of_module(module),
    )


def lab_plan_prompt(request: LabPlanRequest) -> str:
    """Return the message that asks for a plan."""
    return _PLAN.fill(request=as_prompt_data(request))
