"""Every S3 key of a project, made and read in one place. Numbers in keys come from the outline."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field
from slugify import slugify

from course_kit.pictures.picture_names import FIGURES_FOLDER
from course_kit.store.ids import LessonId, VisualId

PROJECT_FOLDER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
INBOX_FOLDER = "inbox"
"""Where outlines are dropped: the one folder of the bucket that is no project's."""
OUTLINE_ENDINGS = (".yaml", ".yml", ".YAML", ".YML")
"""How the name of a dropped outline may end: S3 and IAM tell capitals apart, and files of old systems have them."""
ERRORS_ENDING = ".errors.txt"
"""How the name of the file ends that says beside a dropped file what is wrong with it."""
_LESSON_KEY = re.compile(r"/lessons/module-(\d+)-lesson-(\d+)-")
_MANIFEST_KEY = re.compile(r"/manifests/module-(\d+)(?:-([a-z-]+))?\.json$")
_BOOK_PART = re.compile(r"_modules-([0-9a-z+-]+)(?=[_.])")
_DRAFT_KEY = re.compile(r"/drafts/(?:lessons/module-|labguide/(?:module|lab)-|(?:prompts|images|study)/)(\d+)-")
_SLUG_LENGTH = 60
_FILE_TITLE_BYTES = 190


def unreserved(project_folder: str) -> str:
    """Return a project folder as it is, or raise ``ValueError`` with what is expected, if the bucket needs the name.

    Files of a project named ``inbox`` would count as dropped outlines. Files of one named ``INBOX`` would not, but
    people would take it for the inbox.
    """
    if project_folder.casefold() == INBOX_FOLDER:
        raise ValueError(
            f"any other name: {INBOX_FOLDER}/ is where outlines are dropped, and what lies there starts runs"
        )
    return project_folder


def is_project_folder(name: str) -> bool:
    """Whether a name can be a project's folder."""
    return bool(re.fullmatch(PROJECT_FOLDER_PATTERN, name)) and name.casefold() != INBOX_FOLDER


ProjectFolder = Annotated[str, Field(pattern=PROJECT_FOLDER_PATTERN), AfterValidator(unreserved)]
"""The name of a project's folder, wherever a run is asked for or goes on."""


def slug_of(title: str) -> str:
    """Return a title as lower-case ASCII for keys: ``"Redes: ¿qué es?"`` gives ``"redes-que-es"``."""
    return slugify(title, max_length=_SLUG_LENGTH, word_boundary=True) or "untitled"


def file_title_of(title: str) -> str:
    """Return a title as a file name readers recognise, letters of any script kept: ``"Redes_qué_es"``, ``"日本語"``.

    At most 60 characters and 190 bytes, so that name and suffix stay under the 255 bytes of common file systems.
    It never has a hyphen, which tells a title from what follows it in a file's name.
    """
    name = slugify(title, max_length=_SLUG_LENGTH, separator="_", lowercase=False, allow_unicode=True) or "Course"
    return name.encode()[:_FILE_TITLE_BYTES].decode(errors="ignore")


@dataclass(frozen=True)
class ProjectKeys:
    """The keys under one project folder."""

    project_folder: str

    def everything(self) -> str:
        """Return the prefix of all that the project has, and of no other project whose name begins the same."""
        return f"{self.project_folder}/"

    def within(self, path: str) -> str:
        """Return the key of a path within the project, as `path_of` gives it."""
        return f"{self.everything()}{path}"

    def path_of(self, key: str) -> str | None:
        """Return a key's path within the project; None for a key of anything else."""
        return key.removeprefix(self.everything()) if key.startswith(self.everything()) else None

    def outline(self) -> str:
        """Return the key of the outline that the command line uploads."""
        return f"{self.project_folder}/outline.yaml"

    def course(self) -> str:
        """Return the key of the record of the project's course."""
        return f"{self.project_folder}/course.json"

    def outline_of_run(self, execution_name: str) -> str:
        """Return the key of the outline that a run of the inbox was started with."""
        return f"{self.project_folder}/outlines/{execution_name}.yaml"

    def lesson(self, module_number: int, lesson_number: int, title: str) -> str:
        """Return the key of a lesson's Markdown."""
        return f"{self.texts_of_lesson(module_number, lesson_number)}{slug_of(title)}.md"

    def texts_of_lesson(self, module_number: int, lesson_number: int) -> str:
        """Return the prefix of one lesson's Markdown, whatever its title."""
        return f"{self.lessons_of_module(module_number)}{lesson_number}-"

    def lessons_of_module(self, module_number: int) -> str:
        """Return the prefix under which a module's lessons lie, and no other module's."""
        return f"{self.project_folder}/lessons/module-{module_number}-lesson-"

    def brief(self) -> str:
        """Return the key of the brief that all lessons share."""
        return f"{self.project_folder}/brief/course.json"

    def brief_manifest(self) -> str:
        """Return the key of what the step that plans the course made."""
        return f"{self.manifests()}brief.json"

    def edits(self, module_number: int, lesson_number: int) -> str:
        """Return the key of what is replaced in one lesson when the book is built."""
        return f"{self.all_edits()}{module_number:02d}-{lesson_number:02d}.json"

    def all_edits(self) -> str:
        """Return the prefix under which the edits of all lessons lie."""
        return f"{self.project_folder}/edits/"

    def findings(self) -> str:
        """Return the key of what does not go together in the finished lessons."""
        return f"{self.project_folder}/review/findings.json"

    def editing_manifest(self) -> str:
        """Return the key of what the step that edits the course made."""
        return f"{self.manifests()}editing.json"

    def prompt(self, visual_id: str, description: str) -> str:
        """Return the key of one planned visual."""
        return f"{self.prompts_of_visual(visual_id)}{slug_of(description)}.json"

    def prompts(self) -> str:
        """Return the prefix under which all planned visuals lie."""
        return f"{self.project_folder}/prompts/"

    def prompts_of_module(self, module_number: int) -> str:
        """Return the prefix under which a module's planned visuals lie, and no other module's."""
        return f"{self.prompts()}{module_number:02d}-"

    def prompts_of_lesson(self, module_number: int, lesson_number: int) -> str:
        """Return the prefix under which a lesson's planned visuals lie."""
        return f"{self.prompts_of_module(module_number)}{lesson_number:02d}-"

    def prompts_of_visual(self, visual_id: str) -> str:
        """Return the prefix of one visual's plan, whatever its description."""
        return f"{self.prompts()}{visual_id}-"

    def visual_of_prompt(self, key: str) -> str:
        """Return the id of the visual that a plan's key names; empty for any other key."""
        visual = visual_of(key) if key.startswith(self.prompts()) else None
        return str(visual) if visual else ""

    def image(self, visual_id: str, suffix: str) -> str:
        """Return the key of a rendered visual; ``suffix`` is ``png`` or ``svg``."""
        return f"{self.project_folder}/images/{visual_id}.{suffix}"

    def own_picture(self, file: str) -> str:
        """Return the key of an author's own picture, from its name in a lesson (`picture_names.own_picture_of`)."""
        return f"{self.own_pictures()}{file}"

    def own_pictures(self) -> str:
        """Return the prefix under which an author's own pictures lie."""
        return f"{self.project_folder}/{FIGURES_FOLDER}/"

    def images_of_module(self, module_number: int) -> str:
        """Return the prefix under which a module's rendered visuals lie."""
        return f"{self.project_folder}/images/{module_number:02d}-"

    def images_of_lesson(self, module_number: int, lesson_number: int) -> str:
        """Return the prefix under which a lesson's rendered visuals lie."""
        return f"{self.images_of_module(module_number)}{lesson_number:02d}-"

    def manifests(self) -> str:
        """Return the prefix under which the manifests of all modules lie."""
        return f"{self.project_folder}/manifests/"

    def manifest(self, module_number: int) -> str:
        """Return the key of what one module made."""
        return f"{self.manifests()}module-{module_number:02d}.json"

    def module_of_manifest(self, key: str) -> int | None:
        """Return the number of the module whose manifest has a key; None for any other key."""
        found = manifest_of(key) if key.startswith(self.manifests()) else None
        return found[0] if found else None

    def lab_plan(self, module_number: int) -> str:
        """Return the key of what one module's labs are to be."""
        return f"{self.project_folder}/labguide/module-{module_number:02d}-plan.json"

    def lab_master_plan(self) -> str:
        """Return the key of the plan of every lab of the course."""
        return f"{self.project_folder}/labguide/lab-master-plan.json"

    def lab_guide(self, lab_id: str, title: str) -> str:
        """Return the key of one lab's Markdown."""
        return f"{self.guides_of_lab(lab_id)}{slug_of(title)}.md"

    def guides_of_lab(self, lab_id: str) -> str:
        """Return the prefix of one lab's Markdown, whatever its title."""
        return f"{self.project_folder}/labguide/lab-{lab_id}-"

    def lab_guides_of_module(self, module_number: int) -> str:
        """Return the prefix under which the guides of a module's labs lie."""
        return f"{self.project_folder}/labguide/lab-{module_number:02d}-"

    def lab_manifest(self, module_number: int) -> str:
        """Return the key of what one module made of labs; beside the theory's, since both are written at once."""
        return f"{self.manifests()}module-{module_number:02d}-labs.json"

    def lease(self) -> str:
        """Return the key of what names the execution that works on the project."""
        return f"{self.project_folder}/lease.json"

    def runs(self) -> str:
        """Return the prefix of the runs' summaries."""
        return f"{self.project_folder}/runs/"

    def study(self, module_number: int, lesson_number: int) -> str:
        """Return the key of one lesson's study parts."""
        return f"{self.project_folder}/study/{module_number:02d}-{lesson_number:02d}.json"

    def study_of_module(self, module_number: int) -> str:
        """Return the prefix under which the study parts of a module's lessons lie."""
        return f"{self.project_folder}/study/{module_number:02d}-"

    def study_manifest(self, module_number: int) -> str:
        """Return the key of what one module made of study parts; apart, as they are written beside the visuals."""
        return f"{self.manifests()}module-{module_number:02d}-study.json"

    def run(self, execution_name: str) -> str:
        """Return the key of a run's summary."""
        return f"{self.runs()}{execution_name}.json"

    def drafts(self) -> str:
        """Return the prefix of what was answered for artefacts that are not finished."""
        return f"{self.project_folder}/drafts/"

    def draft(self, artefact_key: str) -> str:
        """Return the key of what was answered for one artefact so far."""
        return f"{self.drafts()}{artefact_key.removeprefix(f'{self.project_folder}/')}.json"

    def spending(self, execution_name: str) -> str:
        """Return the key of what a run's model calls have cost; only a run with a budget has it."""
        return f"{self.project_folder}/spending/{execution_name}.json"

    def books(self) -> str:
        """Return the prefix under which all book files lie."""
        return f"{self.project_folder}/book/"

    def book(self, title: str, ending: str, part: str = "") -> str:
        """Return the key of a book file.

        ``ending`` is such as ``_complete.md`` or ``.pdf``. ``part`` names the modules of a book of some modules only,
        such as ``1-3+5``.
        """
        return f"{self.books()}{file_title_of(title)}{f'_modules-{part}' if part else ''}{ending}"


def project_of(key: str) -> str | None:
    """Return the project folder that a key lies in; None for a key of the inbox, or of nobody."""
    folder, slash, _ = key.partition("/")
    is_project = slash and re.fullmatch(PROJECT_FOLDER_PATTERN, folder) and folder.casefold() != INBOX_FOLDER
    return folder if is_project else None


def lesson_of(key: str) -> LessonId | None:
    """Return the lesson that a key of a lesson's Markdown names; None for any other key."""
    match = _LESSON_KEY.search(key)
    return LessonId(int(match[1]), int(match[2])) if match else None


def title_in_key(key: str) -> str:
    """Return the title in a key of a lesson's Markdown, as `slug_of` made it; empty for any other key."""
    match = _LESSON_KEY.search(key)
    return key[match.end() :].removesuffix(".md") if match else ""


def visual_of(key: str) -> VisualId | None:
    """Return the visual that the name of a plan or of an image starts with; None for any other key."""
    found = VisualId.at_start(key.rpartition("/")[2])
    return found[0] if found and found[1].startswith(("-", ".")) else None


def part_of_book(key: str) -> str:
    """Return the modules that a book file's name names, such as ``1-3+5``; empty for a book of the whole course."""
    match = _BOOK_PART.search(key.rpartition("/")[2])
    return match[1] if match else ""


def manifest_of(key: str) -> tuple[int, str] | None:
    """Return a manifest's module and branch (``labs``, ``study``, or empty for lessons); None for any other key."""
    match = _MANIFEST_KEY.search(key)
    return (int(match[1]), match[2] or "") if match else None


def module_of_draft(key: str) -> int | None:
    """Return the module whose artefact a draft is of; None for any other key."""
    match = _DRAFT_KEY.search(key)
    return int(match[1]) if match else None
