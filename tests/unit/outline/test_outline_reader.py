"""Outlines: every accepted form, every refusal by path, found and expected, and never anything but `OutlineInvalid`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_kit.errors import OutlineInvalid
from course_kit.outline import BloomLevel, read_outline

CANONICAL = """
course:
  title: Networks
  description: From cables to names.
  language: en
  level: beginner
  audience: [administrators]
  prerequisites: [none]
  total_duration_minutes: 240
  learning_outcomes: [Explain what a packet is]
modules:
- title: Foundations
  summary: What a network is.
  duration_minutes: 120
  percent_theory: 60
  percent_practice: 40
  bloom_level: Understand
  lessons:
  - title: Packets
    duration_minutes: 30
    bloom_level: Apply
    topics:
    - {title: Headers, duration_minutes: 10, bloom_level: Remember}
    lab_activities:
    - {title: Capture a packet, duration_minutes: 20, bloom_level: Apply, objective: See one, description: d, type: lab}
"""


def faults(source: str | bytes) -> list[str]:
    with pytest.raises(OutlineInvalid) as refused:
        read_outline(source)
    return str(refused.value).splitlines()


def test_the_canonical_form_is_read_and_numbered_by_position() -> None:
    outline = read_outline(CANONICAL)
    [module] = outline.modules
    [lesson] = module.lessons
    assert (module.number, lesson.number) == (1, 1)
    assert lesson.topics[0].bloom_level == (BloomLevel.REMEMBER,)
    assert lesson.lab_activities[0].title == "Capture a packet"


def test_the_forms_that_real_files_have_are_read_as_the_canonical_one() -> None:
    # Given: modules under course_metadata, strings for topics and labs, compound Spanish levels, totals in hours.
    outline = read_outline(
        """
course_metadata:
  title: Redes
  language: es
  audience: Técnicos
  hours_total: 12
  modules:
  - title: Fundamentos
    hours_theory: 3
    bloom_level: Recordar / Comprender
    labs: [Capturar un paquete]
    lessons:
    - title: Paquetes
      objectives: |
        - Explicar una cabecera
        - Leer una traza
      topics: [Cabeceras, {title: Trazas}]
      bloom_level: Análisis y Evaluación
      labs:
      - {title: Leer una traza, type: demo}
"""
    )
    # Then
    [module] = outline.modules
    [lesson] = module.lessons
    assert outline.course.audience == ("Técnicos",)
    assert module.bloom_level == (BloomLevel.REMEMBER, BloomLevel.UNDERSTAND)
    assert module.lab_activities[0].title == "Capturar un paquete"
    assert [topic.title for topic in lesson.topics] == ["Cabeceras", "Trazas"]
    assert lesson.bloom_level == (BloomLevel.ANALYZE, BloomLevel.EVALUATE)
    assert lesson.objectives == ("Explicar una cabecera", "Leer una traza")
    assert lesson.lab_activities[0].type == "demo"


def test_numbers_of_the_outline_count_when_every_module_carries_one() -> None:
    outline = read_outline(
        "course: {title: C}\nmodules:\n"
        "- {number: 7, title: A, lessons: [{number: 3, title: a}, {number: 1, title: b}]}\n"
        "- {number: 2, title: B, lessons: [{title: c}]}\n"
    )
    assert outline.module_numbers == (7, 2)
    assert [lesson.number for lesson in outline.modules[0].lessons] == [3, 1]


def test_a_byte_order_mark_and_accents_are_no_fault() -> None:
    assert read_outline(b"\xef\xbb\xbf" + "course: {title: Año}\nmodules: [{title: m, lessons: [{title: l}]}]".encode())


def test_every_fault_is_told_at_once_with_its_path() -> None:
    found = faults(
        """
course: {title: "", language: Spanish}
modules:
- title: One
  duration_minutes: -5
  lessons:
  - {titel: x}
  - {title: ok, bloom_level: memorise-ish, topics: {a: b}}
- lessons: []
"""
    )
    assert found == [
        "course.title: found the text '' in line 2, expected text that is not empty",
        "course.language: found the text 'Spanish' in line 2, expected a language code such as en or es-MX",
        "modules[0].duration_minutes: found the number -5 in line 5, expected a number above 0",
        "modules[0].lessons[0].title: found nothing in line 7, expected this field",
        "modules[0].lessons[0].titel: found an unknown field in line 7, expected `title`?",
        "modules[0].lessons[1].bloom_level: found the text 'memorise-ish' in line 8, expected a Bloom level "
        "(remember, understand, apply, analyze, evaluate, create; Spanish too; several joined by '/')",
        "modules[0].lessons[1].topics: found a mapping of 1 in line 8, expected a list",
        "modules[1].title: found nothing in line 9, expected this field",
        "modules[1].lessons: found an empty list in line 9, expected at least 1",
    ]


def test_paths_are_those_of_the_users_file() -> None:
    [fault] = faults("course_metadata:\n  title: C\n  modules: [{title: M, lessons: [{title: 3.5, topics: {a: 7}}]}]\n")
    assert fault.startswith("course_metadata.modules[0].lessons[0].topics: found a mapping of 1 in line 3")


_MODULE = "{title: M, lessons: [{title: L}]}"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("", "outline: found nothing"),
        ("just text", "outline: found the text 'just text'"),
        ("- a\n- b\n", "outline: found a list of 2"),
        ("course: [\n", "not YAML at line 1"),
        ("course: {title: C}\n\tmodules: []\n", "not YAML at line 2"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
        ("course: !!python/object/apply:os.system ['true']\n", "not YAML"),
        ("course: {title: C}\n", "modules: found nothing"),
        ("modules: [" + _MODULE + "]\n", "course: found nothing"),
        ("course: {title: C}\nmodules: {}\n", "modules: found an empty mapping in line 2, expected a list"),
        ("course: {title: C}\nmodules: [text]\n", "modules[0]: found the text 'text' in line 2, expected a mapping"),
        ("course: {title: C, title: D}\nmodules: [" + _MODULE + "]\n", "`title` is written 2 times"),
        ("course: {title: C}\nmodules: [{title: M, lessons: [{title: [a]}]}]\n", "lessons[0].title: found a list of 1"),
        ("course: {title: C, language: norsk}\nmodules: [" + _MODULE + "]\n", "language: found the text 'norsk'"),
        (
            "course: {title: C}\nmodules: [{number: 1, title: A, lessons: [{title: L}]}, "
            "{number: 1, title: B, lessons: [{title: L}]}]",
            "number 1 on 2 modules",
        ),
        (
            "course: {title: C}\nmodules: "
            "[{number: 1, title: A, lessons: [{title: L}]}, {title: B, lessons: [{title: L}]}]",
            "a number on 1 of 2 modules",
        ),
        (
            "course: {title: C}\nmodules: [{title: A, lessons: [{number: 2, title: L}, {number: 2, title: K}]}]",
            "number 2 on 2 lessons",
        ),
        ("course: {title: C}\nmodules: [{number: 0, title: A, lessons: [{title: L}]}]", "at least 1"),
        (
            "course: {title: C}\nmodules: [{title: A, lessons: [{title: L, duration_minutes: '90 min'}]}]",
            "a whole number",
        ),
        (
            "course: {title: C}\nmodules: [{title: A, lessons: [{title: L, duration_minutes: yes}]}]",
            "found the text 'yes' in line 2, expected a whole number",
        ),
        ('course: {title: "a\\u0000b"}\nmodules: [' + _MODULE + "]", "control characters"),
        ("course: {title: " + "x" * 201 + "}\nmodules: [" + _MODULE + "]", "at most 200 characters"),
        ("course: {title: C}\nmodules: [" + ", ".join([_MODULE] * 201) + "]", "at most 200 items"),
        (
            "course: {title: C}\nmodules: [{title: M, lessons: [" + ", ".join(["{title: L}"] * 51) + "]}]",
            "at most 50 items",
        ),
        ("a: " + "[" * 30 + "]" * 30, "nested too deeply"),
        ("a: &a [" + "x" * 100_000 + "]\nb: [" + ", ".join(["*a"] * 200) + "]", "aliases that expand to"),
        ("course: &c {title: *c}\nmodules: [" + _MODULE + "]", "an alias is inside the value that it refers to"),
    ],
)
def test_what_is_not_an_outline_is_refused(source: str, named: str) -> None:
    assert any(named in fault for fault in faults(source)), faults(source)


@pytest.mark.parametrize("source", [b"\xff\xfe\x00", b"title: \x80", b"x" * (1024 * 1024 + 1)])
def test_what_is_no_text_or_too_long_is_refused(source: bytes) -> None:
    [fault] = faults(source)
    assert fault.startswith("outline: found ")


def test_a_billion_laughs_never_unfold() -> None:
    # Given: nine levels of ten aliases each, a billion items when unfolded.
    levels = ["l0: &l0 [x]"] + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    # When / Then: refused, before anything is built (this test would not end otherwise).
    [found] = faults("course: {title: C}\nmodules: []\n" + "\n".join(levels))
    assert found.startswith("outline: found aliases that expand to 3,4")


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20) | st.dates(),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "lessons", "modules", "course", "topics", "number", "labs", "bloom_level", "x"]),
            children,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(_values)
def test_whatever_a_file_holds_the_only_error_is_ours(value: object) -> None:
    import yaml

    try:
        read_outline(yaml.safe_dump(value))
    except OutlineInvalid as error:
        assert str(error)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_whatever_bytes_a_file_has_the_only_error_is_ours(raw: bytes) -> None:
    try:
        read_outline(raw)
    except OutlineInvalid as error:
        assert str(error)
