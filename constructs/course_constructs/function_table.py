"""Every function of the pipeline with its size, its layers, its settings and its rights: all that a role may do."""

from aws_cdk import Duration

from course_constructs.course_inbox import INBOX_ERRORS, INBOX_OUTLINES
from course_constructs.function_plan import AskedModel, FunctionPlan, FunctionSize

OUTLINES = ("*.yaml", "*.yml", "*/course.json")
# A pattern's `*` stands for any number of folders, so the outline's record takes the brief with it.
LESSONS, PROMPTS, IMAGES, STUDY, BOOK = "*/lessons/*", "*/prompts/*", "*/images/*", "*/study/*", "*/book/*"
FIGURES, BRIEF, EDITS, REVIEW = "*/figures/*", "*/brief/*", "*/edits/*", "*/review/*"
LABS, LAB_PLANS, LAB_GUIDES = "*/labguide/*", "*/labguide/module-*-plan.json", "*/labguide/lab-*.md"
MANIFESTS, DRAFTS, RUNS, SPENDING, LEASE = "*/manifests/*", "*/drafts/*", "*/runs/*", "*/spending/*", "*/lease.json"

TEXT_MODEL = (
    *("text_model_id", "openai_secret_name", "openai_base_url", "openai_text_model_id"),
    *("short_text_model_id", "openai_short_text_model_id"),
    *("declared_models", "guardrail_id", "guardrail_version", "service_tier"),
)
IMAGE_MODEL = ("image_model_id", "openai_image_model_id")
TEXT, SHORT_TEXT, IMAGE = AskedModel.TEXT, AskedModel.SHORT_TEXT, AskedModel.IMAGE

SMALL = FunctionSize(memory_mib=512, timeout=Duration.minutes(1))
# Waiting for a model costs no CPU; the time is Lambda's longest, and WorkRemaining carries on from there.
WRITING = FunctionSize(memory_mib=1024, timeout=Duration.minutes(15))
RENDERING = FunctionSize(memory_mib=2048, timeout=Duration.minutes(15))
# pandoc holds the whole book in memory several times over; a course of 2,000 lessons is about 30 MB of text.
BUILDING = FunctionSize(memory_mib=3008, timeout=Duration.minutes(15), ephemeral_storage_mib=2048)

# A table: what belongs together stands on one line.
# fmt: off
PREPARE_MODULES = FunctionPlan(
    package="prepare_modules", size=SMALL, layers=("base",),
    settings=(*TEXT_MODEL, "further_text_model_ids", *IMAGE_MODEL, "book_parts", "tokens_per_minute",
              "requests_per_minute", "functions_at_once", "module_max_concurrency", "lesson_max_concurrency",
              "image_max_concurrency", "editing"),
    outlines=OUTLINES, reads=(MANIFESTS,),
    writes=("*/outline.yaml", "*/course.json", RUNS, LEASE, SPENDING, LESSONS, STUDY, EDITS, PROMPTS, IMAGES),
    deletes=(LESSONS, STUDY, EDITS, PROMPTS, IMAGES),
)
COURSE_PLANNER = FunctionPlan(
    package="course_planner", size=WRITING, layers=("agents",), carries_on=True,
    settings=(*TEXT_MODEL, "lesson_max_concurrency"), asks=(TEXT,),
    outlines=OUTLINES, reads=(LEASE,),
    writes=(BRIEF, "*/manifests/brief.json", RUNS, SPENDING, DRAFTS), deletes=(DRAFTS,), takes_back=(BRIEF,),
)
CONTENT_GEN = FunctionPlan(
    package="content_gen", size=WRITING, layers=("agents", "code"), carries_on=True,
    settings=(*TEXT_MODEL, "lesson_max_concurrency"), asks=(TEXT,),
    outlines=OUTLINES, reads=(LEASE,), writes=(LESSONS, MANIFESTS, SPENDING, DRAFTS), deletes=(LESSONS, DRAFTS),
    takes_back=(LESSONS,),
)
VISUAL_PLANNER = FunctionPlan(
    package="visual_planner", size=WRITING, layers=("agents",), settings=TEXT_MODEL, asks=(SHORT_TEXT,),
    outlines=OUTLINES, reads=(LESSONS, LEASE, MANIFESTS), writes=(PROMPTS, SPENDING, DRAFTS), deletes=(PROMPTS, DRAFTS),
    takes_back=(PROMPTS,),
)
IMAGES_GEN = FunctionPlan(
    package="images_gen", size=RENDERING, layers=("agents", "diagrams", "fonts"), carries_on=True,
    settings=(*TEXT_MODEL, *IMAGE_MODEL, "image_max_concurrency"), asks=(SHORT_TEXT, IMAGE),
    reads=(PROMPTS, LEASE), writes=(IMAGES, MANIFESTS, SPENDING, DRAFTS), deletes=(PROMPTS, IMAGES, DRAFTS),
    takes_back=(IMAGES,),
)
STUDY_WRITER = FunctionPlan(
    package="study_writer", size=WRITING, layers=("agents",), carries_on=True,
    settings=(*TEXT_MODEL, "lesson_max_concurrency", "book_parts"), asks=(SHORT_TEXT,),
    outlines=OUTLINES, reads=(LESSONS, LEASE), writes=(STUDY, MANIFESTS, SPENDING, DRAFTS), deletes=(STUDY, DRAFTS),
    takes_back=(STUDY,),
)
LAB_PLANNER = FunctionPlan(
    package="lab_planner", size=WRITING, layers=("agents",), settings=TEXT_MODEL, asks=(SHORT_TEXT,),
    outlines=OUTLINES, reads=(LEASE,), writes=(LAB_PLANS, MANIFESTS, SPENDING, DRAFTS), deletes=(DRAFTS,),
    takes_back=(LAB_PLANS,),
)
LAB_WRITER = FunctionPlan(
    package="lab_writer", size=WRITING, layers=("agents",), carries_on=True,
    settings=(*TEXT_MODEL, "lesson_max_concurrency"), asks=(TEXT,), outlines=OUTLINES, reads=(LAB_PLANS, LEASE),
    writes=(LAB_GUIDES, MANIFESTS, SPENDING, DRAFTS), deletes=(LAB_GUIDES, DRAFTS), takes_back=(LAB_GUIDES,),
)
COURSE_EDITOR = FunctionPlan(
    package="course_editor", size=WRITING, layers=("agents", "texts"), carries_on=True,
    settings=(*TEXT_MODEL, "lesson_max_concurrency", "edit_max_calls"), asks=(SHORT_TEXT,),
    outlines=OUTLINES, reads=(LESSONS, MANIFESTS, LEASE),
    writes=(EDITS, REVIEW, "*/manifests/editing.json", RUNS, SPENDING, DRAFTS), deletes=(EDITS, DRAFTS),
    takes_back=(EDITS,),
)
BOOK_BUILDER = FunctionPlan(
    package="book_builder", size=BUILDING, layers=("base", "pandoc", "code", "fonts"),
    settings=("book_parts", "book_paper"),
    outlines=OUTLINES, reads=(LESSONS, IMAGES, FIGURES, MANIFESTS, LABS, STUDY, DRAFTS, LEASE, EDITS, REVIEW),
    writes=(BOOK, RUNS, "*/labguide/lab-master-plan.json"), deletes=(BOOK,),
)
PDF_RENDERER = FunctionPlan(
    package="pdf_renderer", size=BUILDING, layers=("base", "typst", "fonts"),
    reads=(IMAGES, FIGURES, LEASE), writes=(BOOK, RUNS),
)
COURSE_INBOX = FunctionPlan(
    package="course_inbox", size=SMALL, layers=("base",),
    outlines=INBOX_OUTLINES, reads=(LEASE,), writes=("*/outlines/*.yaml", INBOX_ERRORS), deletes=(INBOX_ERRORS,),
)
# fmt: on
