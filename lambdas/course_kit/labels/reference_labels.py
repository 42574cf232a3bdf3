"""Fixed words for references from one lesson to another."""

from course_kit.data_models import ClosedModel


class ReferenceLabels(ClosedModel):
    """How a language names another lesson in a sentence that somebody else has written."""

    lesson: str
    """With ``{number}``, without an article."""
    in_sentence: str
    """With ``{number}`` and the article that a sentence needs, if the language has one there."""
    within_brackets: str
    """With ``{number}`` and ``{title}``; elsewhere the title stands in brackets."""
    words_within_brackets: str
    """With ``{words}`` of the writer's and ``{number}``; elsewhere the number stands in brackets."""
    bare_after: tuple[str, ...]
    """Words after which a lesson has no article: articles, and prepositions that would contract with one."""
    nouns: tuple[str, ...]
    """What a writer puts before a number himself; only number and title follow such a word."""
    unknown: str
    """Stands for a lesson that the course does not have and never had."""
    unknown_after: str
    """The same after one of the words of ``bare_after``."""
    dead: str
    """On the last page, with ``{count}``."""
