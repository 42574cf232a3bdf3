"""Drafts of an editor's replacements, in the format of the prompt."""

from course_kit.data_models import OpenModel
from course_kit.records.editing import FindingKind
from offline_author.mended_passage import (
    replaced_by,
    with_other_word,
    with_sentence,
    with_value,
    without_definition,
    without_reference,
)
from offline_author.phrases import Phrases


class ProblemWanted(OpenModel):
    """One thing that is wrong in the passages."""

    kind: FindingKind
    about: str
    expected: str = ""
    explained_in: str = ""
    passages: tuple[str, ...]


class PassageWanted(OpenModel):
    """One passage of a lesson."""

    passage: str
    lesson: str
    may_change: bool = True
    text: str


class EditWanted(OpenModel):
    """The data between ``<edit_request>`` tags."""

    language: str
    problems: tuple[ProblemWanted, ...]
    passages: tuple[PassageWanted, ...]


def draft_edits(wanted: EditWanted) -> list[dict[str, object]]:
    """Return the replacements: of the passages of a problem, the first stays where two say the same."""
    phrases = Phrases.of(wanted.language)
    edits: list[dict[str, object]] = []
    for passage in wanted.passages:
        text, reasons = passage.text, []
        for problem in wanted.problems:
            if passage.may_change and passage.passage in problem.passages:
                mended = _mended(text, problem, passage, wanted)
                if mended != text:
                    reasons.append(phrases.edit_reasons[problem.kind])
                text = mended
        if text != passage.text and text.strip():
            edits.append({"passage": passage.passage, "text": text, "reason": " ".join(dict.fromkeys(reasons))})
    return edits


def _mended(text: str, problem: ProblemWanted, passage: PassageWanted, wanted: EditWanted) -> str:
    phrases = Phrases.of(wanted.language)
    match problem.kind:
        case FindingKind.REPEATED_PASSAGE | FindingKind.SECOND_DEFINITION:
            stays = _staying(problem, wanted)
            lesson = problem.explained_in or (stays.lesson if stays else "")
            if (stays and stays.passage == passage.passage) or lesson in ("", passage.lesson):
                return text
            is_repeated = problem.kind is FindingKind.REPEATED_PASSAGE
            pattern = phrases.edit_repeated if is_repeated else phrases.edit_defined
            sentence = pattern.format(term=problem.about, reference=f"[[{lesson}]]")
            return replaced_by(text, sentence) if is_repeated else without_definition(text, problem.expected, sentence)
        case FindingKind.EARLY_USE if problem.explained_in:
            reference = f"[[{problem.explained_in}]]"
            return with_sentence(text, phrases.edit_early.format(term=problem.about, reference=reference))
        case FindingKind.AVOIDED_WORD | FindingKind.TWO_SPELLINGS:
            return with_other_word(text, problem.about, problem.expected)
        case FindingKind.CHANGED_FACT:
            return with_value(text, problem.about, problem.expected)
        case FindingKind.DEAD_REFERENCE:
            return without_reference(text, problem.about)
    return text


def _staying(problem: ProblemWanted, wanted: EditWanted) -> PassageWanted | None:
    """Return the passage that stays: one that may not change, else the owner's, else the first of several."""
    concerned = [passage for passage in wanted.passages if passage.passage in problem.passages]
    fixed = next((passage for passage in concerned if not passage.may_change), None)
    own = next((passage for passage in concerned if passage.lesson == problem.explained_in), None)
    return fixed or own or (concerned[0] if len(concerned) > 1 else None)
