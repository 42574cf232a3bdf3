"""What would break the book, or be printed otherwise in it, in the files that a person changed: by file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from course_kit.data_models import ClosedModel
from course_kit.errors import OutlineInvalid
from course_kit.markdown.pictures import pictures_in
from course_kit.markdown.text import parse_markdown
from course_kit.mending.author_faults import AuthorsLesson, Fault, author_faults
from course_kit.mending.author_text import authors_lesson, decoded, with_usual_pictures
from course_kit.outline import Lesson, Outline, read_outline
from course_kit.outline.part_slots import current_lessons
from course_kit.pictures.own_picture import own_picture
from course_kit.pictures.picture_names import own_picture_of
from course_kit.pictures.picture_refused import PictureRefused
from course_kit.store.artefact_keys import lesson_of
from course_kit.store.ids import LessonId
from course_kit.text.visual_tags import find_visual_tags
from coursewright.checkout.brief_file import brief_faults
from coursewright.checkout.figure_file import figure_faults
from coursewright.checkout.folder import CheckoutFolder
from coursewright.checkout.kinds import OUTLINE, Kind, kind_of
from coursewright.checkout.local_changes import LocalChanges
from coursewright.checkout.state import Checkout
from coursewright.checkout.study_file import StudiedLesson, study_faults

_LINE = re.compile(r"\bline (\d+)")


class FileFault(ClosedModel):
    """One fault in one file."""

    file: str
    line: int
    text: str
    is_blocking: bool
    """Whether no book can be made with it. Other faults change what is printed."""

    def __str__(self) -> str:
        """Return the fault as one line."""
        return f"{self.file}:{self.line}: {self.text}"


def file_faults(folder: CheckoutFolder, state: Checkout, changes: LocalChanges) -> list[FileFault]:
    """Return the faults of every file that is to go into the bucket, and of texts that name a removed picture."""
    checks = _Checks(folder, state)
    found = [
        FileFault(file=path, line=fault.line, text=fault.text, is_blocking=fault.is_blocking)
        for path in changes.edited
        for fault in checks.faults(path)
    ]
    return [*found, *(fault for path in changes.removed for fault in checks.of_removed(path))]


@dataclass(frozen=True)
class _Checks:
    folder: CheckoutFolder
    state: Checkout

    @cached_property
    def outline(self) -> Outline | None:
        """The outline as it is in the folder, in slots; None when it cannot be read."""
        try:
            outline = read_outline(self.folder.read(OUTLINE) or b"")
        except OutlineInvalid:
            return None
        return self.state.slots.with_outline(outline).bind(outline)

    @cached_property
    def lessons(self) -> dict[LessonId, Lesson]:
        """The lessons of the outline, by slots."""
        modules = self.outline.modules if self.outline else ()
        return {LessonId(module.number, lesson.number): lesson for module in modules for lesson in module.lessons}

    @cached_property
    def lesson_paths(self) -> dict[LessonId, str]:
        """The path of each lesson's file."""
        paths = self.state.files.items()
        return {
            lesson: path for path, file in paths if kind_of(path) is Kind.LESSON and (lesson := lesson_of(file.key))
        }

    def faults(self, path: str) -> list[Fault]:
        body = self.folder.read(path) or b""
        match kind_of(path):
            case Kind.OUTLINE:
                return _outline_faults(body)
            case Kind.LESSON:
                return author_faults(body, self._lesson(path, body), self._picture_fault)
            case Kind.LAB:
                return self._lab_faults(path, body)
            case Kind.STUDY:
                return study_faults(decoded(body), self._studied(path))
            case Kind.FIGURE:
                return figure_faults(body)
            case Kind.BRIEF:
                return brief_faults(decoded(body), self._known(path))
            case _:
                fault = _picture_refusal(path, body)
                return [Fault(1, fault, is_blocking=True)] if fault else []

    def _lesson(self, path: str, body: bytes) -> AuthorsLesson:
        place = lesson_of(self.state.files[path].key) or LessonId(0, 0)
        lesson = self.lessons.get(place)
        title = lesson.title if lesson else _title_of(body)
        topics = [topic.title for topic in lesson.topics] if lesson else []
        return AuthorsLesson(place.module, place.lesson, title, topics, self._known(path))

    def _known(self, path: str) -> frozenset[LessonId]:
        """Return the numbers that references of a file may have: those of its checkout, and the outline's of now."""
        modules = self.outline.modules if self.outline else ()
        now = {LessonId(module.shown, lesson.shown) for module in modules for lesson in module.lessons}
        lessons = self.state.numbers_of(path).lessons.values()
        return frozenset({*now, *(lesson.shown for lesson in lessons)} or current_lessons(self.state.slots.modules))

    def _lab_faults(self, path: str, body: bytes) -> list[Fault]:
        # The outline's title of a lab is not in its key, and its own heading is not printed.
        whole = AuthorsLesson(0, 0, _title_of(body), known=self._known(path))
        text = decoded(body)
        tags = {text.count("\n", 0, tag.start) + 1 for tag in find_visual_tags(text)}
        said = "a lab guide has no figures by visual tags: name a picture of your own, or leave the tag out"
        found = [fault for fault in author_faults(body, whole, self._picture_fault) if fault.line not in tags]
        return sorted([*found, *(Fault(line, said) for line in tags)])

    def _studied(self, path: str) -> StudiedLesson | None:
        keys, key = self.state.keys, self.state.files[path].key
        place = next((place for place in self.lessons if keys.study(place.module, place.lesson) == key), None)
        body = self.folder.read(self.lesson_paths[place]) if place in self.lesson_paths else None
        if place is None or body is None or self.outline is None:
            return None
        topics = [topic.title for topic in self.lessons[place].topics]
        text = authors_lesson(body, place.module, place.lesson)
        return StudiedLesson(text, self.outline.course.language, topics)

    def _picture_fault(self, file: str) -> str:
        body = self.folder.read(f"figures/{file}")
        if body is None:
            return f"found no file figures/{file}, expected the picture: put it there"
        return _picture_refusal(file, body)

    def of_removed(self, path: str) -> Iterator[FileFault]:
        """Yield the places that name a removed picture."""
        if kind_of(path) is not Kind.PICTURE:
            return
        removed = path.rpartition("/")[2]
        for text_path in self.state.files:
            if kind_of(text_path) in (Kind.LESSON, Kind.LAB):
                text = with_usual_pictures(decoded(self.folder.read(text_path) or b""))
                for picture in pictures_in(parse_markdown(text)) if "![" in text else ():
                    if own_picture_of(picture.target) == removed:
                        yield FileFault(
                            file=text_path,
                            line=picture.first_line + 1,
                            text=f"names the picture {removed}, which is removed: put the file back, or leave it out",
                            is_blocking=True,
                        )


def _outline_faults(body: bytes) -> list[Fault]:
    try:
        read_outline(body)
    except OutlineInvalid as error:
        return [
            Fault(int(line[1]) if (line := _LINE.search(said)) else 1, said, is_blocking=True)
            for said in str(error).split("\n")
        ]
    return []


def _picture_refusal(path: str, body: bytes) -> str:
    try:
        own_picture(path.rpartition("/")[2], body)
    except PictureRefused as refused:
        return str(refused)
    return ""


def _title_of(body: bytes) -> str:
    """Return the first heading of a text, which then is no fault."""
    first = next((line for line in decoded(body).split("\n") if line.strip()), "")
    return first.lstrip("# \ufeff").strip()
