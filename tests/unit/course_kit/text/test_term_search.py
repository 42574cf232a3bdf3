"""A term is found as a whole word or term, with its own signs, in the forms that readers take for it."""

import pytest

from course_kit.text.term_search import SearchableText, letters_of


@pytest.mark.parametrize(
    ("term", "markdown"),
    [
        ("C", "C and C++"),
        ("C++", "Written in C++."),
        ("C#", "In C#, as in Java"),
        ("802.11a", "802.11a and 802.11b"),
        ("Node.js", "Node.js runs it."),
        (".NET", "In .NET."),
        ("A*", "The A* search"),
        ("O(n)", "It costs (O(n))."),
        ("==", "Write `a == b`."),
        ("i++", "`i++;`"),
        ("-v", "Use `-v`."),
        ("--help", "`cmd --help`"),
        ("__init__", "Override `__init__`."),
        ("$\\sigma$-algebra", "A $\\sigma$-algebra"),
        ("String", "A `List<String>`"),
        ("`etcd`", "The store etcd"),
        ("**Pod**", "A pod"),
        ("Pod", "Two pods run."),
        ("query", "Queries run."),
        ("class", "Two classes"),
        ("API", "All APIs"),
        ("control plane", "The **control** plane"),
        ("control plane", "The Control-Plane"),
        ("Point In Time Recovery", "point-in-time recovery"),
        ("kubectl get", "```bash\nkubectl get pods\n```"),
        ("Pod", "Podは動く"),
        ("ネットワーク", "小さなネットワークです"),
        ("파드", "파드는 실행된다"),
    ],
)
def test_a_term_is_found_by_its_signs_and_its_forms(term: str, markdown: str) -> None:
    assert SearchableText(markdown).has(term)


@pytest.mark.parametrize(
    ("term", "markdown"),
    [
        ("C", "C++ and C#"),
        ("C++", "C and C#"),
        ("C#", "C and C++"),
        ("802.11", "802.11a"),
        ("802.11a", "802.11b"),
        ("Node", "Node.js"),
        ("NET", "ASP.NET"),
        (".NET", "ASP.NET"),
        ("A", "The A* search"),
        ("==", "`a === b`"),
        ("=", "`a == b`"),
        ("i", "`i++`"),
        ("-I", "`-i`"),
        ("-v", "`--v`"),
        ("O(n)", "O(n²)"),
        ("1NF", "2NF and 3NF"),
        ("IPv4", "IPv6"),
        ("GET", "to get on"),
        ("Go", "to go"),
        ("Pod", "A podcast"),
        ("cod", "Two codes"),
        ("plan", "Two planes"),
        ("heap", "`my_heap`"),
        ("arch", "We search."),
        ("3", "Version 3.5"),
        ("box", "[VISUAL: a box]"),
        ("…", "dots …"),
        ("", "Text."),
    ],
)
def test_a_term_is_not_found_by_a_part_of_another_one(term: str, markdown: str) -> None:
    assert not SearchableText(markdown).has(term)


@pytest.mark.parametrize(
    ("language", "term", "markdown"),
    [
        ("de", "Tabelle", "in Tabellen"),
        ("de-AT", "Prozess", "zwei Prozesse"),
        ("es", "base de datos", "Las bases de datos"),
        ("fr", "réseau", "les réseaux"),
        ("pt", "tabela", "duas tabelas"),
        ("ar", "شبكة", "تعمل الشبكة"),
        ("pl", "serwer", "na serwerze"),
    ],
)
def test_a_term_is_found_in_the_forms_of_its_language(language: str, term: str, markdown: str) -> None:
    assert SearchableText(markdown, language).has(term)


def test_a_term_that_stands_in_code_alone_is_known_as_code() -> None:
    assert SearchableText("The `etcd` store.\n\n```\netcd --version\n```\n").shows_only_as_code("etcd")
    assert not SearchableText("The `etcd` store: etcd keeps it.").shows_only_as_code("etcd")
    assert not SearchableText("Text.").shows_only_as_code("etcd")


def test_a_word_in_capitals_beside_another_one_is_a_part_of_a_name() -> None:
    text = SearchableText("A Bitmap Heap Scan reads it. Heaps grow.")
    assert [text.is_part_of_a_name(place, "heap") for place in text.places("heap")] == [True, False]
    german = SearchableText("Das Sperren Großer Tabellen", "de")
    assert [german.is_part_of_a_name(place, "sperren") for place in german.places("sperren")] == [False]


@pytest.mark.parametrize(
    ("term", "letters"),
    [
        ("`etcd`", "etcd"),
        ("the `with` statement", "the with statement"),
        ("**Pod**", "Pod"),
        ("**kwargs", "**kwargs"),
        ("__init__", "__init__"),
        ("`` a`b ``", "a`b"),
        (" two  words ", "two words"),
    ],
)
def test_marks_around_a_term_are_none_of_its_letters(term: str, letters: str) -> None:
    assert letters_of(term) == letters
