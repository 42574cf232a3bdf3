"""Answers to requests: a good answer, or the misbehaviour that a test has set."""

import json

from pydantic import ValidationError

from course_kit.brief.assignment import LessonAssignment
from course_kit.brief.course_context import CourseContext
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.store.ids import LabId, VisualId
from offline_author.behaviour import Behaviour, CallKind, Misbehaviour, ProseKind
from offline_author.brief_draft import BriefWanted, added_terms, draft_frame, draft_slices
from offline_author.chat import Answer, ChatRequest
from offline_author.diagram_design import DiagramRepair, VisualRequest, design_visuals, plain_diagram
from offline_author.distinct_draft import draft_distinct_lesson
from offline_author.distinct_prose import Prose
from offline_author.edit_draft import EditWanted, draft_edits
from offline_author.lab_draft import LabGuideWanted, LabPlanWanted, design_labs, draft_lab
from offline_author.lesson_draft import draft_lesson
from offline_author.parallel_faults import FaultyWriter
from offline_author.phrases import Phrases, written_language
from offline_author.seeded_fault import SeededFault
from offline_author.shared_parts import SharedParts
from offline_author.study_draft import StudyWanted, draft_study
from offline_author.wrong_text import REFUSALS, WRONG_DIAGRAMS, other_language, with_html

_ENDLESS_TIMES = 30


class RequestNotUnderstood(Exception):
    """The prompt holds no specification; the message lists the tags that were expected."""


class AskedFor:
    """The kind of one request, and its lesson."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.module_number: int | None = None
        self.lesson_number: int | None = None
        self.kind = CallKind.OTHER
        self.faults: list[SeededFault] = []
        """Those of the lesson that `answer` has written."""
        self._visuals: VisualRequest | None = None
        self._repair: DiagramRepair | None = None
        self._lesson: LessonSpecification | None = None
        self._lab_plan: LabPlanWanted | None = None
        self._lab: LabGuideWanted | None = None
        self._study: StudyWanted | None = None
        self._brief: BriefWanted | None = None
        self._edit: EditWanted | None = None
        try:
            self._read()
        except ValidationError as error:
            raise RequestNotUnderstood(f"the specification in the prompt is invalid: {error}") from error

    def answer(self, misbehaviour: Misbehaviour | None, behaviour: Behaviour) -> Answer:
        """Return the answer within the request's token limit; raises `RequestNotUnderstood`."""
        if self._visuals is not None:
            return self._plan_visuals(self._visuals, misbehaviour, has_illustrations=behaviour.has_illustrations)
        if self._repair is not None:
            wrong = WRONG_DIAGRAMS.get(misbehaviour) if misbehaviour else None
            return _tool("RepairedDiagram", {"mermaid": wrong or plain_diagram(self._repair.description)})
        if self._lab_plan is not None:
            return _plan_labs(self._lab_plan, misbehaviour)
        if self._study is not None:
            return _write_study(self._study, misbehaviour)
        if self._brief is not None:
            is_whole = "CourseBriefing" in self.request.tool_names
            return _write_brief(self._brief, misbehaviour, behaviour.prose, is_whole=is_whole)
        if self._edit is not None:
            return _edit(self._edit, misbehaviour)
        if self._lesson is not None:
            lesson = self._lesson
            if misbehaviour is Misbehaviour.WRONG_LANGUAGE:
                lesson = lesson.model_copy(update={"language": other_language(lesson.language)})
            text = self._draft(lesson, behaviour, with_visuals=misbehaviour is not Misbehaviour.NO_VISUALS)
            return self._write(text, misbehaviour, self._lesson.language)
        if self._lab is not None:
            lab = self._lab
            if misbehaviour is Misbehaviour.WRONG_LANGUAGE:
                lab = lab.model_copy(update={"language": other_language(lab.language)})
            return self._write(draft_lab(lab), misbehaviour, self._lab.language)
        raise RequestNotUnderstood(
            "expected <lesson_specification>, <visual_plan_request>, <diagram_repair>, <lab_plan_request>, "
            "<lab_specification>, <study_request>, <brief_request> or <edit_request>"
        )

    def _read(self) -> None:
        if "VisualPlan" in self.request.tool_names and (data := self.request.data("visual_plan_request")):
            self.kind = CallKind.VISUAL_PLAN
            self._visuals = VisualRequest.model_validate_json(data)
            if self._visuals.visuals:
                visual = VisualId.parse(self._visuals.visuals[0].visual_id)
                self.module_number, self.lesson_number = visual.module, visual.lesson
        elif "RepairedDiagram" in self.request.tool_names and (data := self.request.data("diagram_repair")):
            self.kind = CallKind.DIAGRAM_REPAIR
            self._repair = DiagramRepair.model_validate_json(data)
        elif "LabPlan" in self.request.tool_names and (data := self.request.data("lab_plan_request")):
            self.kind = CallKind.LAB_PLAN
            self._lab_plan = LabPlanWanted.model_validate_json(data)
            if self._lab_plan.labs:
                self.module_number = LabId.parse(self._lab_plan.labs[0].lab_id).module
        elif "StudyParts" in self.request.tool_names and (data := self.request.data("study_request")):
            self.kind = CallKind.STUDY
            self._study = StudyWanted.model_validate_json(data)
            self.module_number, self.lesson_number = self._study.module_number, self._study.lesson_number
        elif self.request.tool_names & {"CourseBriefing", "LessonBriefings"} and (
            data := self.request.data("brief_request")
        ):
            self.kind = CallKind.BRIEF
            self._brief = BriefWanted.model_validate_json(data)
        elif "PassageEdits" in self.request.tool_names and (data := self.request.data("edit_request")):
            self.kind = CallKind.EDIT
            self._edit = EditWanted.model_validate_json(data)
            changing = [passage.lesson for passage in self._edit.passages if passage.may_change]
            if changing:
                self.module_number, self.lesson_number = map(int, changing[0].split("."))
        elif data := self.request.data("lab_specification"):
            self.kind = CallKind.LAB
            self._lab = LabGuideWanted.model_validate_json(data)
            # A lab's identity is its module and its position, not its lesson.
            lab = LabId.parse(self._lab.lab.lab_id)
            self.module_number, self.lesson_number = lab.module, lab.position
        elif data := self.request.data("lesson_specification"):
            self.kind = CallKind.LESSON
            self._lesson = LessonSpecification.model_validate_json(data)
            self.module_number, self.lesson_number = self._lesson.module_number, self._lesson.lesson_number

    def _draft(self, lesson: LessonSpecification, behaviour: Behaviour, *, with_visuals: bool) -> str:
        prose = Prose.of(lesson.language) if behaviour.prose is ProseKind.DISTINCT else None
        if prose is None:
            return draft_lesson(lesson, with_visuals=with_visuals, course=self._course, brief=self._assignment)
        course, brief = self._course, self._assignment
        number = f"{lesson.module_number}.{lesson.lesson_number}"
        if course and brief:
            self.faults = list(FaultyWriter(course, number, prose, behaviour.parallel_faults).faults())
        parts = SharedParts(Phrases.of(lesson.language), number, course, brief)
        return draft_distinct_lesson(lesson, parts, prose, faults=self.faults, with_visuals=with_visuals)

    @property
    def _course(self) -> CourseContext | None:
        data = self.request.data("course", "system")
        return CourseContext.model_validate_json(data) if data else None

    @property
    def _assignment(self) -> LessonAssignment | None:
        data = self.request.data("lesson_brief")
        return LessonAssignment.model_validate_json(data) if data else None

    def _plan_visuals(
        self, visuals: VisualRequest, misbehaviour: Misbehaviour | None, *, has_illustrations: bool
    ) -> Answer:
        designs = design_visuals(visuals)
        if has_illustrations:
            designs = [
                design.model_copy(update={"kind": "illustration", "image_prompt": design.alt_text})
                for design in designs
            ]
        if misbehaviour is Misbehaviour.MALFORMED:
            return _tool("VisualPlan", {"visuals": [{"visual_id": design.visual_id} for design in designs]})
        if misbehaviour in WRONG_DIAGRAMS:
            designs = [design.model_copy(update={"mermaid": WRONG_DIAGRAMS[misbehaviour]}) for design in designs]
        if misbehaviour is Misbehaviour.INCOMPLETE_PLAN:
            designs = designs[1:]
        if misbehaviour is Misbehaviour.FOREIGN_IDS:
            designs = [
                design.model_copy(update={"visual_id": str(VisualId(99, 99, n))}) for n, design in enumerate(designs)
            ]
        if misbehaviour is Misbehaviour.HTML:
            designs = [design.model_copy(update={"caption": with_html(design.caption)}) for design in designs]
        return _tool("VisualPlan", {"visuals": [design.model_dump() for design in designs]})

    def _write(self, text: str, misbehaviour: Misbehaviour | None, language: str) -> Answer:
        last = self.request.messages[-1]
        if "<continue/>" in last.text:
            said = next((m.text for m in reversed(self.request.messages) if m.role == "assistant"), "")
            text = text[len(said) :] if text.startswith(said) else text
        if misbehaviour is Misbehaviour.ENDLESS:
            return Answer(text=text * _ENDLESS_TIMES)
        if misbehaviour is Misbehaviour.TRUNCATED:
            return Answer(text=text[: len(text) // 2], finish_reason="length")
        if misbehaviour is Misbehaviour.MISSING_HEADINGS:
            text = text.replace("\n## ", "\n")
        if misbehaviour is Misbehaviour.SCRATCHPAD:
            text += "\n<scratchpad>Is that enough? As an AI language model I should check.</scratchpad>\n"
        if misbehaviour is Misbehaviour.REFUSAL:
            text = REFUSALS[written_language(language)]
        if misbehaviour is Misbehaviour.HTML:
            text = with_html(text)
        return Answer(text=text).within(self.request.token_limit)


def _plan_labs(wanted: LabPlanWanted, misbehaviour: Misbehaviour | None) -> Answer:
    labs = design_labs(wanted)
    if misbehaviour is Misbehaviour.MALFORMED:
        labs = [{"lab_id": lab["lab_id"]} for lab in labs]
    if misbehaviour is Misbehaviour.INCOMPLETE_PLAN:
        labs = labs[1:]
    if misbehaviour is Misbehaviour.FOREIGN_IDS:
        labs = [{**lab, "lab_id": str(LabId(99, 99, number))} for number, lab in enumerate(labs)]
    if misbehaviour is Misbehaviour.HTML:
        labs = [{**lab, "environment": with_html(str(lab["environment"]))} for lab in labs]
    return _tool("LabPlan", {"labs": labs})


def _write_study(wanted: StudyWanted, misbehaviour: Misbehaviour | None) -> Answer:
    parts = draft_study(wanted)
    if misbehaviour is Misbehaviour.MALFORMED:
        return _tool("StudyParts", {"questions": [{"question": "?"}]})
    if misbehaviour is Misbehaviour.INCOMPLETE_PLAN:
        parts.questions = parts.questions[1:]
    if misbehaviour is Misbehaviour.WRONG_QUIZ:
        for question in parts.questions:
            question.options[-1].is_right = True
    if misbehaviour is Misbehaviour.INVENTED_TERMS:
        for term in parts.terms:
            term.term = f"xylographic {term.term}"
    return _tool("StudyParts", parts.model_dump())


def _write_brief(wanted: BriefWanted, misbehaviour: Misbehaviour | None, kind: ProseKind, *, is_whole: bool) -> Answer:
    name = "CourseBriefing" if is_whole else "LessonBriefings"
    if misbehaviour is Misbehaviour.WRONG_LANGUAGE:
        course = wanted.course.model_copy(update={"language": other_language(wanted.course.language)})
        wanted = wanted.model_copy(update={"course": course})
    prose = Prose.of(wanted.course.language) if kind is ProseKind.DISTINCT else None
    shared = draft_frame(wanted, prose) if is_whole else {"terms": added_terms(wanted, prose)}
    slices = draft_slices(wanted, prose)
    if misbehaviour is Misbehaviour.MALFORMED:
        return _tool(name, {"lessons": [{"lesson": lesson.lesson} for lesson in wanted.lessons] or "none"})
    if misbehaviour is Misbehaviour.INCOMPLETE_PLAN:
        slices = slices[1:]
    if misbehaviour is Misbehaviour.FOREIGN_IDS:
        slices = [{**one, "lesson": f"99.{number}"} for number, one in enumerate(slices, 1)]
    if misbehaviour is Misbehaviour.HTML:
        slices = [{**one, "example_step": with_html(str(one["example_step"]))} for one in slices]
    answer = _tool(name, {**shared, "lessons": slices})
    return _cut(answer) if misbehaviour is Misbehaviour.TRUNCATED else answer


def _edit(wanted: EditWanted, misbehaviour: Misbehaviour | None) -> Answer:
    if misbehaviour is Misbehaviour.WRONG_LANGUAGE:
        wanted = wanted.model_copy(update={"language": other_language(wanted.language)})
    edits = draft_edits(wanted)
    if misbehaviour is Misbehaviour.MALFORMED:
        edits = [{"passage": edit["passage"]} for edit in edits]
    if misbehaviour is Misbehaviour.INCOMPLETE_PLAN:
        edits = edits[1:]
    if misbehaviour is Misbehaviour.FOREIGN_IDS:
        edits = [{**edit, "passage": f"z{number}"} for number, edit in enumerate(edits)]
    if misbehaviour is Misbehaviour.HTML:
        edits = [{**edit, "text": with_html(str(edit["text"]))} for edit in edits]
    if misbehaviour is Misbehaviour.REFUSAL:
        edits = [{**edit, "text": REFUSALS[written_language(wanted.language)]} for edit in edits]
    if misbehaviour is Misbehaviour.ENDLESS:
        edits = [{**edit, "text": str(edit["text"]) * _ENDLESS_TIMES} for edit in edits]
    answer = _tool("PassageEdits", {"edits": edits})
    return _cut(answer) if misbehaviour is Misbehaviour.TRUNCATED else answer


def _cut(answer: Answer) -> Answer:
    arguments = answer.tool_arguments
    return answer.model_copy(update={"tool_arguments": arguments[: len(arguments) // 2], "finish_reason": "length"})


def _tool(name: str, arguments: dict[str, object]) -> Answer:
    return Answer(tool_name=name, tool_arguments=json.dumps(arguments, ensure_ascii=False), finish_reason="tool_calls")
