"""What a replacement must be before it is taken. A model's text is never trusted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from course_editor.checks.lesson_words import lesson_words
from course_editor.edited_code import code_faults, codes
from course_editor.foreign_values import foreign_addresses, foreign_numbers
from course_editor.kept_words import lost_words
from course_editor.passages import Region
from course_editor.patched_lesson import Span
from course_kit.markdown.headings import headings_in
from course_kit.markdown.text import paragraphs, parse_markdown
from course_kit.mending.mended_text import mended
from course_kit.outline.lesson_numbers import LessonNumbers
from course_kit.records.editing import Finding, FindingKind
from course_kit.store.ids import LessonId
from course_kit.text.lesson_references import find_references
from course_kit.text.prose_language import foreign_language
from course_kit.text.text_faults import form_faults, word_count
from course_kit.text.visual_tags import find_visual_tags

SHORTENED = frozenset({FindingKind.REPEATED_PASSAGE, FindingKind.SECOND_DEFINITION})
"""What a shorter text with a reference mends."""
# A mended passage says what it said before, and perhaps half a sentence more.
_LEAST_SHARE, _MOST_SHARE, _MOST_MORE = 0.5, 1.5, 40
# A language is told from so many letters on, so that a short passage is looked at several times.
_LETTERS_OF_A_VERDICT = 400
_LETTERS_OF_A_GUESS = 60


@dataclass(frozen=True)
class EditedText:
    """A replacement in its lesson: what stands around it, and what it replaces."""

    whole: str
    """The lesson as it is printed, before the replacement."""
    place: Span
    """Where the passage stands in it."""
    put: str

    @property
    def found(self) -> str:
        """What it replaces."""
        return self.whole[self.place.start : self.place.end]

    @property
    def after(self) -> str:
        """The lesson with the replacement."""
        return self.whole[: self.place.start] + self.put + self.whole[self.place.end :]

    @cached_property
    def found_tokens(self) -> list[Token]:
        """What it replaces, as Markdown."""
        return parse_markdown(self.found)

    @cached_property
    def put_tokens(self) -> list[Token]:
        """The replacement, as Markdown."""
        return parse_markdown(self.put)


@dataclass(frozen=True)
class EditTerms:
    """What is asked of the replacement of one passage."""

    region: Region
    problems: tuple[Finding, ...]
    refers_to: tuple[frozenset[LessonId], ...]
    """The lessons that a shorter text has to refer to: one of each set."""
    numbers: LessonNumbers
    language: str | None
    """None where the language is not judged."""
    course_language: str
    known_texts: tuple[str, ...]
    """All passages of the request, and what its problems say: an address, number or code there is not foreign."""

    @property
    def is_shortened(self) -> bool:
        """Whether a problem asks for a shorter text."""
        return any(problem.kind in SHORTENED for problem in self.problems)


def in_usual_form(edited: EditedText) -> EditedText | None:
    """Return a replacement in the usual form of Markdown; None for one that changes what stands around it."""
    put = edited.put.replace("\r\n", "\n").strip("\n")
    form = EditedText(edited.whole, edited.place, put)
    before, behind = edited.whole[: edited.place.start], edited.whole[edited.place.end :]
    usual = mended(form.after)
    if not (usual.startswith(before) and usual.endswith(behind) and len(usual) >= len(before) + len(behind)):
        return None
    return EditedText(edited.whole, edited.place, usual[len(before) : len(usual) - len(behind)])


def edit_faults(edited: EditedText, terms: EditTerms) -> list[str]:
    """Return what is wrong with a replacement, in words; empty when it may be taken. Its references have slots."""
    found, put = edited.found, edited.put
    if not put.strip():
        return ["it is empty"]
    if put == found:
        return ["it changes nothing"]
    before, after = parse_markdown(edited.whole), parse_markdown(edited.after)
    faults = list(_form(edited, before, after))
    known_faults = Counter(form_faults(edited.whole, before, "", None))
    faults += (Counter(form_faults(edited.after, after, "", None)) - known_faults).elements()
    faults += _language(edited.put_tokens, terms.language)
    faults += code_faults(edited.found_tokens, edited.put_tokens, terms.problems, terms.known_texts)
    faults += _addresses(put, terms.known_texts)
    faults += _numbers(put, terms)
    faults += _references(found, put, terms)
    faults += _length(found, put, terms)
    return faults


def _form(edited: EditedText, before: Sequence[Token], after: Sequence[Token]) -> Iterator[str]:
    found, put = edited.found_tokens, edited.put_tokens
    if list(headings_in(list(before))) != list(headings_in(list(after))):
        yield "it adds, changes or hides a heading"
    elif list(headings_in(put)) != list(headings_in(found)):
        yield "it has a heading"
    tags = [tag.description for tag in find_visual_tags(edited.whole)]
    if tags != [tag.description for tag in find_visual_tags(edited.after)]:
        yield "it adds or removes a figure's tag"
    if other := sorted(_kinds(put) - _kinds(found) - {"paragraph_open"}):
        yield f"it has blocks of another kind: {', '.join(kind.removesuffix('_open') for kind in other)}"
    if _outside(before, found) != _outside(after, put):
        yield "it changes code outside its passage"


def _kinds(tokens: Sequence[Token]) -> set[str]:
    kept = {"inline", "softbreak", "list_item_open", "thead_open", "tbody_open", "tr_open", "th_open", "td_open"}
    return {token.type for token in tokens if token.nesting >= 0 and token.type not in kept}


def _outside(tokens: Sequence[Token], passage: Sequence[Token]) -> Counter[str]:
    """Return the code blocks of a lesson without those of a passage."""
    return Counter(codes(tokens)) - Counter(codes(passage))


def _language(put: list[Token], language: str | None) -> Iterator[str]:
    prose = " ".join(paragraphs(put))
    letters = sum(letter.isalpha() for letter in prose)
    if language is None or letters < _LETTERS_OF_A_GUESS:
        return
    pieces = [prose] * (1 + _LETTERS_OF_A_VERDICT // letters)
    if other := foreign_language(pieces, language):
        yield f"it is written in the language `{other}`, expected `{language}`"


def _addresses(put: str, known_texts: Sequence[str]) -> Iterator[str]:
    if foreign := foreign_addresses(put, known_texts):
        yield f"it has the address {foreign[0]!r}, which was not there"


def _numbers(put: str, terms: EditTerms) -> Iterator[str]:
    if foreign := foreign_numbers(put, terms.known_texts, lesson_words(terms.course_language)):
        yield f"it has the number {foreign[0]!r}, which was not there"


def _references(found: str, put: str, terms: EditTerms) -> Iterator[str]:
    references = find_references(put)
    known_before = Counter((one.lesson, one.is_lost) for one in find_references(found))
    for one in references:
        is_dead = one.is_lost or terms.numbers.place_of(one.lesson) is None
        # One that was there is another finding's.
        is_problem = any(problem.kind is FindingKind.DEAD_REFERENCE for problem in terms.problems)
        if is_dead and (is_problem or not known_before[one.lesson, one.is_lost]):
            yield "it refers to a lesson that is not there"
        elif str(one.lesson) == terms.region.lesson and not known_before[one.lesson, one.is_lost]:
            yield "it refers to its own lesson"
    places = {terms.numbers.place_of(one.lesson) for one in references if not one.is_lost and one.is_linkable}
    if any(not places & lessons for lessons in terms.refers_to):
        yield "it has no reference to the lesson that stays"


def _length(found: str, put: str, terms: EditTerms) -> Iterator[str]:
    before, after = word_count(found), word_count(put)
    if terms.is_shortened:
        if after >= before:
            yield f"it has {after} words and is not shorter than before ({before})"
        elif lost := lost_words(found, put, terms.region.lesson, terms.problems, terms.course_language):
            yield f"it leaves out {lost} words that no other passage says"
    elif after > before * _MOST_SHARE + _MOST_MORE:
        yield f"it has {after} words, far more than before ({before})"
    elif after < before * _LEAST_SHARE:
        yield f"it has {after} words and leaves out most of the passage ({before})"
