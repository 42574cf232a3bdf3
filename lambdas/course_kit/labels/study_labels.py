"""Fixed words of the study parts and of what a book says of its own making."""

from course_kit.data_models import ClosedModel


class StudyLabels(ClosedModel):
    """Titles of what helps to learn."""

    objectives: str
    key_points: str
    quiz: str
    answer: str
    answers: str
    glossary: str
    further_reading: str
    missing_title: str
    missing_text: str
    """With ``{cause}``."""


class TruthLabels(ClosedModel):
    """The coverage table, and the page that says how the book was made, what was checked and what was not."""

    coverage: str
    coverage_note: str
    coverage_words: str
    """Says what an asterisk at an outcome means."""
    outcome: str
    topic: str
    section: str
    questions: str
    labs: str
    not_linked: str
    provenance: str
    text_by: str
    illustrations_by: str
    made_on: str
    mode: str
    offline: str
    online: str
    checked: str
    not_checked: str
    topics_have_sections: str
    """With ``{count}``."""
    links_lead_somewhere: str
    diagrams_drawn: str
    """With ``{count}``."""
    diagrams_framed: str
    """With ``{fallbacks}``."""
    illustrations_drawn: str
    """With ``{count}``."""
    illustrations_replaced: str
    """With ``{stand_ins}``."""
    code_parses: str
    """With ``{passed}``."""
    code_marked: str
    """With ``{failures}``."""
    questions_hold: str
    """With ``{count}``."""
    left_out: str
    """With ``{dropped}``."""
    terms_stand: str
    """With ``{count}``."""
    passages_found: str
    """With ``{count}``, ``{replaced}`` and ``{left}``."""
    replacements_dropped: str
    """With ``{count}``."""
    words_written: str
    """With ``{asked}`` and ``{written}``."""
    short_lessons: str
    """With ``{sections}``."""
    facts: str
    code_runs: str
    right_options: str
    pictures_true: str
    addresses_answer: str
    code_fault: str
    """With ``{language}`` and ``{fault}``."""
