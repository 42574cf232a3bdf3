"""The optional parts of a book: the deployment's default, and the outline's own choice."""

from enum import StrEnum

from course_kit.outline import BookChoices


class BookPart(StrEnum):
    """One optional part, with its name in the outline's ``book`` and the context's ``book_parts``."""

    OBJECTIVES = "objectives"
    KEY_POINTS = "key_points"
    QUIZ = "quiz"
    GLOSSARY = "glossary"
    FURTHER_READING = "further_reading"
    COVERAGE = "coverage"


EVERY_PART = ",".join(BookPart)
WRITTEN_BY_MODEL = frozenset({BookPart.KEY_POINTS, BookPart.QUIZ, BookPart.GLOSSARY})
"""The parts that need a model call for each lesson; the other parts come from the outline."""


def parts_of_book(choices: BookChoices, default: str) -> frozenset[BookPart]:
    """Return the parts that a course's book has.

    Parameters
    ----------
    choices
        The outline's ``book``, which overrides the default.
    default
        The deployment's parts, separated by commas (the variable ``BOOK_PARTS``).
    """
    by_default = set(filter(None, default.split(",")))
    chosen = {part: getattr(choices, part) for part in BookPart}
    return frozenset(part for part, choice in chosen.items() if (part in by_default if choice is None else choice))
