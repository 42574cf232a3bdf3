"""The last pages: answers, glossary, further reading, what covers what, and how the book was made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from book_builder.book_model import Book
from book_builder.book_parts import Heading, Only, Part, Passage
from book_builder.learning.coverage import Coverage, CoveredTopic
from book_builder.learning.lesson_boxes import answer_of, reading_parts, section_identifier, section_link
from book_builder.markdown_escapes import escape_inline, short_text
from course_kit.labels import Labels


def back_matter(book: Book, labels: Labels) -> Iterator[Part]:
    """Yield what stands behind the last chapter; how the book was made always does."""
    # Short parts share their pages: the first begins one.
    has_begun = False
    for part in _parts(book, labels):
        inner = part.parts[0] if isinstance(part, Only) else part
        is_heading = isinstance(inner, Heading) and inner.level == 1
        yield replace(part, runs_on=True) if has_begun and isinstance(part, Heading) and is_heading else part
        has_begun = has_begun or is_heading


def _parts(book: Book, labels: Labels) -> Iterator[Part]:
    yield from _answers(book, labels)
    yield from _glossary(book, labels)
    yield from _further_reading(book, labels)
    if book.coverage is not None and book.shows_coverage and book.coverage.topics:
        yield from _coverage(book.coverage, labels)
    yield from _provenance(book, labels)


def _answers(book: Book, labels: Labels) -> Iterator[Part]:
    lessons = [lesson for lesson in book.lessons if lesson.quiz]
    if not lessons:
        return
    texts: list[str] = []
    for lesson in lessons:
        texts.append(f"**{section_link(lesson.section, f'{lesson.section} {lesson.title}')}**")
        answers = enumerate(lesson.quiz, start=1)
        texts.append("\n".join(f"- {lesson.section}.{n}: {answer_of(question)}" for n, question in answers))
    # Where answers fold up, they stand with their questions.
    yield Only("printed", (Heading(1, labels.study.answers, "answers"), Passage("\n\n".join(texts))))


def _glossary(book: Book, labels: Labels) -> Iterator[Part]:
    if book.glossary:
        yield Heading(1, labels.study.glossary, "glossary")
        yield Passage(
            "\n\n".join(
                f"**{escape_inline(entry.term)}** — {short_text(entry.definition)} {_links(entry.sections)}"
                for entry in book.glossary
            )
        )


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
    yield Passage(escape_inline(words.coverage_note))
    if coverage.outcomes:
        rows = [
            (str(o.number), escape_inline(o.outcome), _links(o.sections) or words.not_linked) for o in coverage.outcomes
        ]
        yield Passage(_table(("", words.outcome, words.section), rows))
    head = (words.section, words.topic, words.outcome, words.questions, *([words.labs] if coverage.has_labs else []))
    yield Passage(_table(head, (_topic_row(topic, coverage, labels) for topic in coverage.topics)))


def _topic_row(topic: CoveredTopic, coverage: Coverage, labels: Labels) -> tuple[str, ...]:
    outcomes = ", ".join(f"{link.number}{escape_inline('*') if link.words else ''}" for link in topic.outcomes)
    labs = ", ".join(lab.number for lab in topic.labs)
    return (
        f"[{topic.section}](#{topic.anchor or section_identifier(topic.section)})",
        escape_inline(topic.topic),
        outcomes or labels.truth.not_linked,
        ", ".join(topic.questions) or "–",
        *([labs or "–"] if coverage.has_labs else []),
    )


def _provenance(book: Book, labels: Labels) -> Iterator[Part]:
    words, made = labels.truth, book.provenance
    month = labels.months[book.made_on.month - 1]
    facts = [
        (words.text_by, ", ".join(f"`{model}`" for model in book.models)),
        (words.illustrations_by, ", ".join(f"`{model}`" for model in made.image_models)),
        (words.made_on, labels.date.format(day=book.made_on.day, month=month, year=book.made_on.year)),
        (words.mode, words.offline if book.is_offline_draft else words.online),
    ]
    yield Heading(1, words.provenance, "provenance")
    yield Passage("\n".join(f"- **{name}:** {value}" for name, value in facts if value))
    yield Heading(3, words.checked, "checked")
    yield Passage("\n".join(f"- {escape_inline(line)}" for line in _checked(book, labels)))
    yield Heading(3, words.not_checked, "not-checked")
    yield Passage("\n".join(f"- {escape_inline(line)}" for line in _unchecked(book, labels)))


def _checked(book: Book, labels: Labels) -> Iterator[str]:
    words, made = labels.truth, book.provenance
    if book.coverage is not None and book.coverage.topics:
        yield words.topics_have_sections.format(count=len(book.coverage.topics))
    yield words.links_lead_somewhere
    figures, code = made.figures, made.code
    if figures.diagrams:
        yield words.diagrams_drawn.format(count=figures.diagrams - figures.framed)
    if figures.framed:
        yield words.diagrams_framed.format(fallbacks=figures.framed)
    if figures.illustrations:
        yield words.illustrations_drawn.format(count=figures.illustrations)
    if figures.stand_ins:
        yield words.illustrations_replaced.format(stand_ins=figures.stand_ins)
    if code.samples:
        yield words.code_parses.format(passed=code.samples - code.failures, count=code.samples)
    if made.questions:
        yield words.questions_hold.format(count=made.questions)
    if made.dropped:
        yield words.left_out.format(dropped=made.dropped)
    if book.glossary:
        yield words.terms_stand.format(count=len(book.glossary))
    if made.words_asked:
        yield words.words_written.format(
            asked=made.words_asked, written=sum(lesson.word_count for lesson in book.lessons)
        )


def _unchecked(book: Book, labels: Labels) -> Iterator[str]:
    words, made = labels.truth, book.provenance
    yield words.facts
    if made.code.samples or any("```" in lesson.markdown for lesson in book.lessons):
        yield words.code_runs
    if made.questions:
        yield words.right_options
    if book.figures:
        yield words.pictures_true
    yield words.addresses_answer


def _links(sections: Iterable[str]) -> str:
    return ", ".join(section_link(section) for section in sections)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
