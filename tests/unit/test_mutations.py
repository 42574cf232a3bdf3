"""The list of mutations cannot rot: each is still possible, each names tests that there are, no failure is left out."""

import re

import pytest

from tests.mutations.mutation import PROJECT, Mutation, all_mutations

DOCS = PROJECT / "docs"
TABLES = "\n".join((DOCS / page).read_text(encoding="utf-8") for page in ("known-failures.md", "security.md"))


@pytest.mark.parametrize("mutation", all_mutations(), ids=lambda mutation: mutation.protection)
def test_a_mutation_is_possible_and_its_tests_exist(mutation: Mutation) -> None:
    assert mutation.occurrences() == 1, f"{mutation.file}: `old` stands {mutation.occurrences()} times"
    assert mutation.new != mutation.old
    for test in mutation.tests:
        path, _, name = test.partition("::")
        text = (PROJECT / path).read_text(encoding="utf-8")
        assert f"def {name.partition('[')[0]}(" in text if name else True, test


def test_every_known_failure_has_a_mutation_and_each_test_of_one_stands_in_its_line() -> None:
    rows = dict(re.findall(r"^\| (.+?) \| .+? \| (`test_.+`) \|$", TABLES, re.MULTILINE))
    assert {mutation.failure for mutation in all_mutations()} == set(rows)
    assert len(rows) > 24
    for mutation in all_mutations():
        names = [test.partition("::")[2].partition("[")[0] for test in mutation.tests]
        missing = [name for name in names if name and f"`{name}`" not in rows[mutation.failure]]
        assert not missing, f"{mutation.failure}: {missing}"
