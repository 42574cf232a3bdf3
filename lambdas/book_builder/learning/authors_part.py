"""What the last page says of the author's part: by printed numbers, in the order of the book."""

from collections.abc import Collection, Iterable, Mapping

from book_builder.book_model import BookPicture
from book_builder.chapter_figures import SectionFigures
from book_builder.learning.authors_share import AuthorsPart, Place
from course_kit.mending.author_faults import AuthorsLesson, author_faults
from course_kit.outline import Outline
from course_kit.store.ids import LessonId


class AuthorsPages:
    """Collects the author's part of a course, lesson by lesson."""

    def __init__(self, outline: Outline, pictures: Mapping[str, BookPicture], known: Collection[LessonId]) -> None:
        """Begin the part; ``known`` are the lessons that references may name."""
        self._outline = outline
        self._known = known
        self._pictures = pictures
        self._lessons: list[str] = []
        self._figures: list[str] = []
        self._unseen: list[str] = []
        self._unmade: list[str] = []
        self._remarks: list[str] = []
        self._lines: list[str] = []

    def add(self, place: Place, figures: SectionFigures, body: bytes | None) -> None:
        """Add a lesson; ``body`` is the file of one that is the author's, else None."""
        section = self._section(place)
        self._figures += figures.authors
        self._unseen += [f"{file} ({section})" for file in figures.unseen]
        if figures.unmade:
            self._unmade.append(section)
        if body is not None:
            self._lessons.append(section)
            self._add_remarks(place, section, body)

    def _add_remarks(self, place: Place, section: str, body: bytes) -> None:
        lesson = self._outline.module(place[0]).lesson(place[1])
        topics = [topic.title for topic in lesson.topics]
        asked = AuthorsLesson(*place, title=lesson.title, topics=topics, known=self._known)
        faults = author_faults(body, asked, self._fault_of)
        self._remarks += [f"{section}, {fault}" for fault in faults]
        if lines := sorted({fault.line for fault in faults}):
            self._lines.append(f"{section} ({', '.join(map(str, lines))})")

    def part(self, study: Iterable[Place]) -> AuthorsPart:
        """Return the whole part, with study parts of these lessons."""
        order = {
            (module.number, lesson.number): f"{module.shown}.{lesson.shown}"
            for module in self._outline.modules
            for lesson in module.lessons
        }
        own = frozenset(study)
        return AuthorsPart(
            lessons=tuple(self._lessons),
            study=tuple(section for place, section in order.items() if place in own),
            figures=tuple(self._figures),
            unseen_pictures=tuple(self._unseen),
            unmade_figures=tuple(self._unmade),
            remarks=tuple(self._remarks),
            remarked_lines=tuple(self._lines),
        )

    def _section(self, place: Place) -> str:
        module = self._outline.module(place[0])
        return f"{module.shown}.{module.lesson(place[1]).shown}"

    def _fault_of(self, file: str) -> str:
        picture = self._pictures.get(file)
        return picture.fault if picture else ""
