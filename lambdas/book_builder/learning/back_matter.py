"""The last pages: answers, glossary, further reading, coverage, and how the book was made."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from book_builder.book_model import Book, GlossaryEntry
from book_builder.book_parts import Heading, Only, Part, Passage
from book_builder.learning.authors_facts import authors_facts
from book_builder.learning.coverage import Coverage, CoveredTopic
from book_builder.learning.editing_share import EditingShare
from book_builder.learning.lesson_boxes import answer_of, reading_parts, section_identifier, section_link
from book_builder.markdown_escapes import escape_inline, link_to, short_text
from course_kit.labels import Labels
from course_kit.outline.call_sizes import is_far_too_short

_CODE = re.compile(r"^[\s>]*(?:```|~~~)", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\\)\*")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def back_matter(book: Book, labels: Labels) -> Iterator[Part]:
    """Yield the parts after the last chapter, always with the page on how the book was made."""
    contents = [list(_answers(book, labels)), list(_glossary(book, labels)), list(_further_reading(book, labels))]
    if book.coverage is not None and book.shows_coverage and book.coverage.topics:
        contents.append(list(_coverage(book.coverage, labels)))
    contents.append(list(_provenance(book, labels)))
    for position, parts in enumerate(filter(None, contents)):
        for part in parts:
            # The first part starts a new page. The others are often short and share a page.
            yield replace(part, runs_on=True) if position and isinstance(part, Heading) and part.level == 1 else part


def _answers(book: Book, labels: Labels) -> Iterator[Part]:
    lessons = [lesson for lesson in book.lessons if lesson.quiz]
    if not lessons:
        return
    texts: list[str] = []
    for lesson in lessons:
        texts.append(f"**{section_link(lesson.section, f'{lesson.section} {lesson.title}')}**")
        answers = enumerate(lesson.quiz, start=1)
        texts.append("\n".join(f"- {lesson.section}.{n}: {answer_of(question)}" for n, question in answers))
    # Formats that collapse answers show them with the questions instead.
    yield Only("printed", (Heading(1, labels.study.answers, "answers"), Passage("\n\n".join(texts))))


def _glossary(book: Book, labels: Labels) -> Iterator[Part]:
    if book.glossary:
        yield Heading(1, labels.study.glossary, "glossary")
        yield Passage(
            "\n\n".join(
                f"{_head(entry)} — {short_text(entry.definition)} {_links(entry.sections)}" for entry in book.glossary
            )
        )


def _head(entry: GlossaryEntry) -> str:
    return f"{_term(entry.term)} ({short_text(entry.found)})" if entry.found else _term(entry.term)


def _term(term: str) -> str:
    """Return a term in bold, with code as code; a term that already has emphasis stays unchanged."""
    text = short_text(term)
    return text if _EMPHASIS.search(text) else f"**{text}**"


def _further_reading(book: Book, labels: Labels) -> Iterator[Part]:
    modules = [module for module in book.modules if module.further_reading]
    if not (book.further_reading or modules):
        return
    yield Heading(1, labels.study.further_reading, "further-reading")
    if book.further_reading:
        yield from reading_parts(book.further_reading)
    for module in modules:
        chapter = f"{labels.chapter.format(number=module.number)}: {module.title}"
        yield Passage(f"**{escape_inline(chapter)}**")
        yield from reading_parts(module.further_reading)


def _coverage(coverage: Coverage, labels: Labels) -> Iterator[Part]:
    words = labels.truth
    yield Heading(1, words.coverage, "coverage")
    is_by_words = any(link.words for topic in coverage.topics for link in topic.outcomes)
    notes = [words.coverage_note, *([words.coverage_words] if is_by_words else [])]
    yield Passage(escape_inline(" ".join(notes)))
    if coverage.outcomes:
        rows = [
            (str(o.number), escape_inline(o.outcome), _links(o.sections) or words.not_linked) for o in coverage.outcomes
        ]
        yield Passage(_table(("", words.outcome, words.section), rows))
    yield Passage(_topics(coverage, labels))


def _topics(coverage: Coverage, labels: Labels) -> str:
    """Return the table of topics without empty columns."""
    words, topics = labels.truth, coverage.topics
    columns = [
        (words.section, [_section(t, labels) for t in topics]),
        (words.topic, [escape_inline(t.topic) for t in topics]),
    ]
    if coverage.outcomes:
        columns.append((words.outcome, [_outcomes(t) or words.not_linked for t in topics]))
    if any(t.questions for t in topics):
        columns.append((words.questions, [", ".join(t.questions) or "–" for t in topics]))
    if coverage.has_labs:
        columns.append((words.labs, [", ".join(lab.number for lab in t.labs) or "–" for t in topics]))
    return _table(tuple(title for title, _ in columns), zip(*(cells for _, cells in columns), strict=True))


def _section(topic: CoveredTopic, labels: Labels) -> str:
    link = link_to(f"#{topic.anchor or section_identifier(topic.section)}", topic.section)
    return link if topic.covered else f"{link} ({escape_inline(labels.author.not_covered)})"


def _outcomes(topic: CoveredTopic) -> str:
    return ", ".join(f"{link.number}{escape_inline('*') if link.words else ''}" for link in topic.outcomes)


def _provenance(book: Book, labels: Labels) -> Iterator[Part]:
    words, made = labels.truth, book.provenance
    month = labels.months[book.made_on.month - 1]
    facts = [
        (words.text_by, ", ".join(f"`{model}`" for model in book.models)),
        (words.illustrations_by, ", ".join(f"`{model}`" for model in made.image_models)),
        (words.made_on, labels.date.format(day=book.made_on.day, month=month, year=book.made_on.year)),
        (words.mode, (words.offline if book.is_offline_draft else words.online) if book.models else ""),
    ]
    yield Heading(1, words.provenance, "provenance")
    facts += authors_facts(book, labels)
    yield Passage("\n".join(f"- **{name}:** {value}" for name, value in facts if value))
    yield Heading(3, words.checked, "checked")
    yield Passage("\n".join(f"- {escape_inline(line)}" for line in _checked(book, labels)))
    yield Heading(3, words.not_checked, "not-checked")
    yield Passage("\n".join(f"- {escape_inline(line)}" for line in _unchecked(book, labels)))


def _checked(book: Book, labels: Labels) -> Iterator[str]:
    words, made = labels.truth, book.provenance
    if book.coverage is not None and book.coverage.topics:
        yield words.topics_have_sections.format(count=len(book.coverage.topics) - len(book.coverage.uncovered))
    yield words.links_lead_somewhere
    if made.dead_references:
        yield labels.references.dead.format(count=made.dead_references)
    figures, code = made.figures, made.code
    if drawn := figures.diagrams - figures.framed:
        yield words.diagrams_drawn.format(count=drawn)
    if figures.framed:
        yield words.diagrams_framed.format(fallbacks=figures.framed)
    if figures.illustrations:
        yield words.illustrations_drawn.format(count=figures.illustrations)
    if figures.stand_ins:
        yield words.illustrations_replaced.format(stand_ins=figures.stand_ins)
    if passed := code.samples - code.failures:
        yield words.code_parses.format(passed=passed)
    if code.failures:
        yield words.code_marked.format(failures=code.failures)
    if made.questions:
        yield words.questions_hold.format(count=made.questions)
    if made.dropped and (made.questions or book.glossary):
        yield words.left_out.format(dropped=made.dropped)
    if book.glossary:
        yield words.terms_stand.format(count=len(book.glossary))
    yield from _editing(made.editing, labels)
    yield from _lengths(book, labels)


def _editing(share: EditingShare, labels: Labels) -> Iterator[str]:
    """Yield what was found and replaced, and which replacements the book does not have."""
    words = labels.truth
    if share.found:
        yield words.passages_found.format(count=share.found, replaced=share.replaced, left=share.left)
    if share.dropped:
        yield words.replacements_dropped.format(count=share.dropped)


def _lengths(book: Book, labels: Labels) -> Iterator[str]:
    """Yield the requested and the actual lengths of lessons that have both."""
    known = [lesson for lesson in book.lessons if lesson.word_target]
    if known:
        asked, written = sum(lesson.word_target for lesson in known), sum(lesson.word_count for lesson in known)
        yield labels.truth.words_written.format(asked=asked, written=written)
    short = [lesson.section for lesson in known if is_far_too_short(lesson.word_count, lesson.word_target)]
    if short:
        yield labels.truth.short_lessons.format(sections=", ".join(short))


def _unchecked(book: Book, labels: Labels) -> Iterator[str]:
    words = labels.truth
    texts = [lesson.markdown for lesson in book.lessons]
    readings = [*book.further_reading]
    readings += [reading for module in book.modules for reading in module.further_reading]
    readings += [reading for lesson in book.lessons for reading in lesson.further_reading]
    yield words.facts
    if any(_CODE.search(text) for text in texts):
        yield words.code_runs
    if book.provenance.questions:
        yield words.right_options
    if book.figures:
        yield words.pictures_true
    if any(reading.url for reading in readings) or any(_ADDRESS.search(text) for text in texts):
        yield words.addresses_answer


def _links(sections: Iterable[str]) -> str:
    return ", ".join(section_link(section) for section in sections)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
