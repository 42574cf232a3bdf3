"""Terms that another lesson introduces, terms before their lesson, and words that the course does not use."""

import pytest

from course_kit.brief.course_brief import Term
from course_kit.labels import LANGUAGES
from tests.support.checked_lessons import brief_of, found_in, kinds_in, lesson

MAP = Term(
    term="visibility map",
    definition="A bitmap that records which pages hold only rows visible to everyone.",
    owner="2.1",
    instead_of=("page map", "VM"),
)
OWN = lesson("2.1", "# V\n\nA **visibility map** is a bitmap of the pages whose rows everybody can see.\n")
# Term, definition, a sentence that defines it, a sentence that only uses it.
IN_LANGUAGES = {
    "en": ("checkpoint", "A moment at which all changed pages have been written to the disk.",
           "A checkpoint is the moment when every changed page has been written to disk.",
           "A checkpoint is slower than a plain write when the disk is busy."),
    "de": ("Prüfpunkt", "Ein Zeitpunkt, zu dem alle geänderten Seiten auf die Platte geschrieben sind.",
           "Ein Prüfpunkt ist der Zeitpunkt, zu dem alle geänderten Seiten auf der Platte geschrieben stehen.",
           "Der Prüfpunkt dauert länger, wenn der Rechner beschäftigt ist."),
    "es": ("punto de control", "Un momento en que todas las páginas cambiadas se han escrito en el disco.",
           "Un punto de control es el momento en que las páginas cambiadas están en el disco.",
           "El punto de control tarda más cuando el equipo está ocupado."),
    "pt": ("ponto de controle", "Um momento em que todas as páginas alteradas foram gravadas no disco.",
           "Um ponto de controle é o momento em que as páginas alteradas estão no disco.",
           "O ponto de controle demora mais quando a máquina está ocupada."),
    "fr": ("point de contrôle", "Un moment où toutes les pages modifiées ont été écrites sur le disque.",
           "Un point de contrôle est le moment où les pages modifiées sont sur le disque.",
           "Le point de contrôle dure plus longtemps quand la machine est occupée."),
    "it": ("punto di controllo", "Un momento in cui tutte le pagine modificate sono state scritte sul disco.",
           "Un punto di controllo è il momento in cui le pagine modificate stanno sul disco.",
           "Il punto di controllo dura di più quando la macchina è occupata."),
    "ja": ("チェックポイント", "変更されたすべてのページがディスクに書き込まれた時点。",
           "チェックポイントとは、変更されたページがすべてディスクに書き込まれた時点のことです。",
           "チェックポイントは忙しいときに遅くなります。"),
    "zh": ("检查点", "所有已修改的页面都写入磁盘的时刻。",
           "检查点是指所有修改过的页面都已写入磁盘的时刻。",
           "系统繁忙的时候，检查点会变慢。"),
    "ar": ("نقطة التحقق", "اللحظة التي تكون فيها جميع الصفحات المعدلة قد كتبت على القرص.",
           "نقطة التحقق هي اللحظة التي تكتب فيها جميع الصفحات المعدلة على القرص.",
           "تستغرق نقطة التحقق وقتا أطول عندما يكون الجهاز مشغولا."),
}  # fmt: skip


def around(text: str) -> list[str]:
    """Return the findings of a course with a text in a later lesson than the term's own."""
    return kinds_in([OWN, lesson("2.2", f"# X\n\n{text}\n")], brief_of(MAP))


@pytest.mark.parametrize(
    "text",
    [
        "A visibility map is a bitmap that records which pages hold only rows visible to everyone.",
        "The **visibility map** is a small bitmap; it records the pages with rows that are visible to all.",
        "In PostgreSQL, a visibility map (two bits a page) records which pages hold only visible rows.",
        "What helps here is called a visibility map: it records pages which hold only visible rows.",
        "In this course, **visibility map** means: A bitmap that records which pages hold only visible rows.",
        "- **Visibility map**: a bitmap of pages with only visible rows",
        "| Term | Meaning |\n|---|---|\n| visibility map | a bitmap of pages with only visible rows |",
        "Which pages hold only rows visible to everyone is what a bitmap records, the visibility map.",
    ],
)
def test_a_term_that_another_lesson_introduces_is_defined_once_more(text: str) -> None:
    # When
    found = found_in([OWN, lesson("2.2", f"# X\n\n{text}\n")], brief_of(MAP))
    # Then: the owner's own passage stays
    assert [(one.kind, one.owner, [passage.lesson for passage in one.passages]) for one in found] == [
        ("second_definition", "2.1", ["2.1", "2.2"])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The vacuum sets a bit of the visibility map for each page.",
        "The visibility map is faster than an index.",
        "A visibility map is not an index.",
        "As [[2.1]] says, a visibility map is a bitmap that records which pages hold only rows visible to everyone.",
        "An index-only scan asks the visibility map. A bitmap scan reads pages.",
        "```text\nA visibility map is a bitmap that records which pages hold only rows visible to everyone.\n```",
    ],
)
def test_using_comparing_and_recalling_a_term_is_no_definition(text: str) -> None:
    assert around(text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_definitions_are_told_from_uses_in_every_language(language: str) -> None:
    # Given
    term, definition, defines, uses = IN_LANGUAGES[language]
    brief = brief_of(Term(term=term, definition=definition, owner="1.1"))
    own = lesson("1.1", f"# X\n\n{definition} ({term})\n")
    # Then
    assert kinds_in([own, lesson("1.2", f"# X\n\n{defines}\n")], brief, language) == [f"second_definition: {term}"]
    assert kinds_in([own, lesson("1.2", f"# X\n\n{uses}\n")], brief, language) == []


def test_a_definition_in_a_repeated_passage_is_told_once() -> None:
    text = (
        "# X\n\nA visibility map is a bitmap that records which pages hold only rows visible to everyone. Whoever "
        "reads an index asks it first, since a page with its bit set needs no visit at all.\n"
    )
    assert [kind.split(":")[0] for kind in kinds_in([lesson("2.1", text), lesson("2.2", text)], brief_of(MAP))] == [
        "repeated_passage"
    ]


def before(text: str, **given: object) -> list[str]:
    """Return the findings of a course with a text in an earlier lesson than the term's own."""
    return kinds_in([lesson("1.1", f"# X\n\n{text}\n", **given), OWN], brief_of(MAP))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["The vacuum looks at the visibility map.", "- Visibility maps are small.", "> Two visibility-map bits."]
)
def test_a_term_before_its_lesson_is_found_once_a_lesson(text: str) -> None:
    assert before(f"{text}\n\nOnce more: {text}") == ["early_use: visibility map"]


@pytest.mark.parametrize(
    "text",
    [
        "The vacuum looks at the visibility map ([[2.1]]).",
        "The next lesson explains the visibility map.",
        "It is called `visibility map` in the code.",
        "## The visibility map\n\nA heading alone.",
        "Read “Visibility map and more” afterwards.",
    ],
)
def test_a_reference_code_a_heading_or_a_title_is_no_early_use(text: str) -> None:
    own = lesson("2.1", OWN.markdown, "Visibility map and more")
    assert kinds_in([lesson("1.1", f"# X\n\n{text}\n"), own], brief_of(MAP)) == []


def test_a_lesson_may_speak_of_its_own_topics_and_after_its_definition_a_term_is_known() -> None:
    assert before("The visibility map grows.", topics=("What a visibility map is for",)) == []
    defines = "A visibility map is a bitmap that records which pages hold only visible rows."
    assert before(f"{defines}\n\nThe visibility map grows.") == ["second_definition: visibility map"]


def test_a_word_of_every_day_is_no_early_use() -> None:
    # Given: a word that most of the lessons before its own have
    owner = Term(term="page", definition="Eight kilobytes of a table.", owner="1.6")
    lessons = [lesson(f"1.{number}", "# X\n\nTurn the page.\n") for number in range(1, 6)]
    own = lesson("1.6", "# X\n\nThe page of a table.\n")
    # Then
    assert kinds_in([*lessons, own], brief_of(owner)) == []
    few = [*lessons[:2], *(lesson(f"1.{number}", "# X\n\nNothing.\n") for number in range(3, 6)), own]
    assert kinds_in(few, brief_of(owner)) == ["early_use: page"] * 2


def test_a_part_of_a_longer_term_is_no_early_use() -> None:
    brief = brief_of(
        Term(term="index", definition="A sorted structure.", owner="2.1"),
        Term(term="index card", definition="A card.", owner="1.1"),
    )
    own = lesson("2.1", "# X\n\nAn index.\n")
    assert kinds_in([lesson("1.1", "# X\n\nAn index card lies here.\n"), own], brief) == []
    assert kinds_in([lesson("1.1", "# X\n\nAn index lies here.\n"), own], brief) == ["early_use: index"]


@pytest.mark.parametrize(
    "text", ["The page map is small.", "| a | b |\n|---|---|\n| page maps | 2 |", "The VM is small."]
)
def test_a_word_that_the_course_does_not_use_is_found_once_a_block(text: str) -> None:
    word = "VM" if "VM" in text else "page map"
    assert around(f"{text}") == [f"avoided_word: {word}"]


@pytest.mark.parametrize(
    "text",
    [
        "The file is called `page map`.",
        "The visibility map is also called page map.",
        "Some say “page map” instead.",
        "The visibility map (page map) is small.",
        "Every vm is small, and homepage maps are none.",
    ],
)
def test_a_word_that_is_named_and_not_used_is_none(text: str) -> None:
    assert around(text) == []
