"""Whether a book is of the whole course or of some modules, and how it names them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from book_builder.book_request import BookRequest
from course_kit.labels import Labels
from course_kit.outline import Module, Outline
from course_kit.store.artefact_keys import lesson_of, manifest_of

_LONGEST_NAME = 32
_NAMED_OF_LONG = 20


@dataclass(frozen=True)
class ChosenModules:
    """The modules of a run among those of its outline, in the outline's order."""

    chosen: tuple[int, ...]
    """The numbers that readers see."""
    all: tuple[int, ...]

    @classmethod
    def of(cls, outline: Outline, request: BookRequest) -> "ChosenModules":
        """Return the modules of a request, failed ones too: a book with gaps is of the whole course."""
        manifests = (*request.manifest_keys, *request.study_manifest_keys, *request.lab_manifest_keys)
        chosen = {manifest[0] for key in manifests if (manifest := manifest_of(key))}
        chosen |= {lesson.module for key in request.all_lesson_keys if (lesson := lesson_of(key))}
        chosen |= {module.module_number for module in request.failed_modules}
        return cls(
            chosen=tuple(_shown(module) for module in outline.modules if module.number in chosen),
            all=tuple(map(_shown, outline.modules)),
        )

    @property
    def name(self) -> str:
        """The modules for file names, such as ``1-3+5``; empty for the whole course."""
        if self.chosen == self.all:
            return ""
        name = "+".join(_ranges(self.chosen, "-"))
        if len(name) <= _LONGEST_NAME:
            return name
        # Two long selections that begin alike keep different names.
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return f"{name[:_NAMED_OF_LONG].rpartition('+')[0] or name[:_NAMED_OF_LONG]}+etc-{digest}"

    def note(self, labels: Labels) -> str:
        """Return the line for the title page; empty for the whole course."""
        if self.chosen == self.all:
            return ""
        return labels.part(", ".join(_ranges(self.chosen, "–")), ", ".join(_ranges(self.all, "–")), len(self.chosen))


def _shown(module: Module) -> int:
    return module.shown


def _ranges(numbers: Iterable[int], dash: str) -> list[str]:
    """Return numbers with neighbours as ranges: 1, 2, 3 and 5 are ``1-3`` and ``5``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return [str(found[0]) if len(found) == 1 else f"{found[0]}{dash}{found[-1]}" for found in ranges]
