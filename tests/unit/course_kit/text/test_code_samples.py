"""Code samples are parsed, never run; what cannot be checked is no sample."""

import pytest

from course_kit.text.code_samples import check_code_samples


def fenced(language: str, code: str) -> str:
    return f"# L\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f() -> None:\n    ..."),
        ("py", "await client.get(url)"),
        ("python", ">>> 1 + 1\n2\n>>> for n in 'ab':\n...     print(n)\na\nb"),
        ("json", '{"a": [1, 2]}'),
        ("json", '{"a": 1}\n{"b": 2}'),
        ("yaml", "a: !Ref Bucket\n---\nb: [1, 2]"),
        ("yml", "- &x {a: 1}\n- *x"),
        ("bash", "kubectl delete pod <name> && echo done"),
        ("sh", "cat <<EOF\ntext\nEOF\nfor i in 1 2; do echo $i; done"),
        ("shell", "curl -s https://example.org | jq '.a[]' > out.txt 2>&1 &"),
    ],
)
def test_code_that_can_be_read_has_no_fault(language: str, code: str) -> None:
    [sample] = check_code_samples(fenced(language, code))
    assert sample.fault == ""


@pytest.mark.parametrize(
    ("language", "code", "name", "place"),
    [
        ("python", "x = (1,\ny = 2", "Python", "(1:5)"),
        ("python", ">>> x = [", "Python", "(1:5)"),
        ("json", '{"a": 1,}', "JSON", "(1:9)"),
        ("yaml", "a: [1\nb: 2", "YAML", "(2:2)"),
        ("yaml", "a: *nobody", "YAML", "(1:4)"),
        ("bash", "if true; then\n  echo", "Bash", "(3:1)"),
        ("bash", 'echo "open', "Bash", "("),
    ],
)
def test_code_that_cannot_be_read_is_told_with_its_place(language: str, code: str, name: str, place: str) -> None:
    [sample] = check_code_samples(fenced(language, code))
    assert sample.language == name
    assert place in sample.fault


@pytest.mark.parametrize(
    ("language", "code"),
    [("go", "func {"), ("", "x = ("), ("text", "..."), ("console", "$ ls ("), ("yaml", "a: {{ .Values.a }}")],
)
def test_other_languages_fragments_and_templates_are_no_samples(language: str, code: str) -> None:
    assert check_code_samples(fenced(language, code)) == []


def test_samples_are_found_wherever_they_stand_and_no_source_can_harm() -> None:
    markdown = "1. a\n\n   ```json\n   {\n   ```\n\n> ```python\n> x = 1\n> ```\n\n```json\n" + "[" * 40_000 + "\n```\n"
    samples = check_code_samples(markdown)
    assert [(sample.language, bool(sample.fault)) for sample in samples] == [
        ("JSON", True),
        ("Python", False),
        ("JSON", True),
    ]


def test_the_body_of_a_here_document_is_no_bash() -> None:
    script = "psql <<'SQL'\n\\set ON_ERROR_STOP on\nSELECT (;\n)) it's\nSQL\ncat <<EOF | sort\nif (\nEOF\necho done\n"
    assert [sample.fault for sample in check_code_samples(f"```bash\n{script}```\n")] == [""]
    # And: what stands behind it is.
    broken = script + "for x in; done (\n"
    assert [bool(sample.fault) for sample in check_code_samples(f"```bash\n{broken}```\n")] == [True]
