"""The planner's prompts, and what a visual's plan is made from."""

from pathlib import Path

from course_kit.store.artefact import fingerprint_of
from course_kit.text.prompt_template import PromptTemplate, as_prompt_data
from course_kit.text.visual_tags import find_visual_tags, without_numbers
from visual_planner.visual_plan import RequestedVisual, VisualPlanRequest

_PROMPTS = Path(__file__).parent / "prompts"
_SYSTEM = PromptTemplate.load(_PROMPTS / "system.md")
_PLAN = PromptTemplate.load(_PROMPTS / "plan.md")
# Characters of the lesson around a tag that the planner sees: the section it illustrates, not the whole lesson.
_CONTEXT_CHARACTERS = 1200

SYSTEM_PROMPT = _SYSTEM.text
PROMPT_VERSION = fingerprint_of(_SYSTEM.version, _PLAN.version)[:12]


def requested_visuals(markdown: str) -> list[RequestedVisual]:
    """Return what a lesson's tags ask for, in the order of the text; what stands before a tag has no numbers."""
    return [
        RequestedVisual(
            visual_id=tag.visual_id,
            description=tag.description,
            context=without_numbers(markdown[: tag.start])[-_CONTEXT_CHARACTERS:].strip(),
            before=_before(without_numbers(markdown[: tag.start])),
            after=_after(without_numbers(markdown[tag.end :])),
        )
        for tag in find_visual_tags(markdown)
    ]


def visual_plan_prompt(request: VisualPlanRequest) -> str:
    """Return the message that asks for a plan."""
    return _PLAN.fill(request=as_prompt_data(request))


def _before(text: str) -> str:
    """Return whole paragraphs before a tag, as many as fit, at least one; they begin with their heading at most."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    taken: list[str] = []
    for paragraph in reversed(paragraphs):
        if taken and sum(map(len, taken)) + len(paragraph) > _CONTEXT_CHARACTERS:
            break
        taken.append(paragraph)
        if paragraph.lstrip().startswith("## "):
            break
    return "\n\n".join(reversed(taken)).strip()


def _after(text: str) -> str:
    """Return the paragraph after a tag; nothing where the next section begins."""
    paragraph = next((part.strip() for part in text.split("\n\n") if part.strip()), "")
    return "" if paragraph.startswith("#") else paragraph
