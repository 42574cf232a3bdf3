"""One lesson for the checks: its text and what the outline says about it."""

from dataclasses import dataclass
from functools import cached_property

from course_editor.checks.lesson_blocks import Block, blocks_of
from course_kit.records.editing import Passage
from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import LessonReference, find_references


@dataclass(frozen=True)
class LessonText:
    """A finished lesson. References in its Markdown name slots."""

    lesson: LessonId
    """Its slot."""
    shown: str
    """The number that readers see."""
    title: str
    topics: tuple[str, ...]
    markdown: str
    is_authors: bool
    """Whether an author wrote or changed it."""
    is_placeholder: bool
    """Whether it has the offline author's pattern sentences."""

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Its top-level blocks in order."""
        return blocks_of(self.markdown)

    @cached_property
    def references(self) -> tuple[LessonReference, ...]:
        """Its references to lessons in order."""
        return tuple(find_references(self.markdown))

    def references_in(self, block: Block) -> tuple[LessonReference, ...]:
        """Return the references of one block."""
        return tuple(found for found in self.references if block.start <= found.start < block.end)

    def passage(self, block: Block) -> Passage:
        """Return a block as a finding names it."""
        return Passage(lesson=str(self.lesson), text=block.source)
