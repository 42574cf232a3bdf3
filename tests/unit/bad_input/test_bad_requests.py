"""Wrong execution inputs, through the first state: named by field, and nothing written under the project."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_kit.errors import OutlineInvalid, RequestInvalid
from course_kit.store.artefact_store import ArtefactStore
from prepare_modules.handler import lambda_handler
from tests.support.lambda_context import FakeLambdaContext
from tests.support.wrong_outlines import GOOD

FAULT = re.compile(r"^(?P<field>[\w.]+): found \S.*, expected \S.*$")
OUTLINE_KEY = "outlines/good.yaml"
REQUEST = {"outline_s3_key": OUTLINE_KEY, "project_folder": "p", "execution_name": "run-1"}
SELECTORS = ["", "a", "1;2", "3-1", "-1", "1-", "1,,2", "0x1", "1.5", 0, 9, 1.5, True, None, "1-99999", "٣"]
# Each of them is wrong in every request, whatever else it holds.
WRONG: dict[str, list[object]] = {
    "outline_s3_key": [None, "", 5, [], {}, "p/outline.txt", "outline.yaml.exe", "x" * 1025 + ".yaml", "p/none.yaml"],
    "project_folder": [None, "", 5, [], ".", "..", "../x", "a/b", "/a", ".hidden", "-x", "a b", "ñ", "x" * 81, "a\n"],
    "course_bucket": ["", "somebody-elses", 5, [], {}],
    "content_type": ["", "videos", "THEORY", None, 5, [], ["theory"]],
    "modules_to_generate": [*SELECTORS, [], ["x"], [1, 9], [[1]], {"from": 1}],
    "model_provider": ["", "mine", "Bedrock", None, 5, []],
    "content_source": ["", "disk", None, 5, []],
    "max_concurrency": [0, -1, 41, "4", 1.5, True, [], {}],
    "allow_partial": ["yes", 1, None, [], {}],
    "book_title": ["", "x" * 201, 5, [], {}],
    "author": ["", "x" * 201, 5, [], {}],
    "lab_requirements": ["x" * 2001, "<script>", "a\u0000b", None, 5, [], ["kubectl"]],
    "regenerate": ["2.3", [5], ["x"], ["9"], ["1.9"], ["1.9/study"], ["01-01-9999"], ["1"] * 10_000, None, {}],
    "modules_to_genrate": ["2"],
}
CASES = [(field, value) for field, values in WRONG.items() for value in values]

pytestmark = pytest.mark.usefixtures("function_environment")


@pytest.fixture
def uploaded(store: ArtefactStore) -> ArtefactStore:
    import yaml

    store.write(OUTLINE_KEY, yaml.safe_dump(GOOD), content_type="application/yaml", replacing=None)
    return store


def faults_of(request: dict[str, object]) -> list[str]:
    with pytest.raises((RequestInvalid, OutlineInvalid)) as refused:
        lambda_handler(request, FakeLambdaContext())
    return str(refused.value).splitlines()


def assert_names(lines: list[str], fields: set[str]) -> None:
    named = {match["field"].split(".")[0] for line in lines if (match := FAULT.match(line))}
    assert all(FAULT.match(line) for line in lines), lines
    assert named & fields, lines


def test_there_are_over_a_hundred() -> None:
    assert len(CASES) > 100


@pytest.mark.parametrize(("field", "value"), CASES, ids=lambda value: str(value)[:24].encode("unicode_escape").decode())
def test_a_wrong_input_is_named_and_nothing_is_written(uploaded: ArtefactStore, field: str, value: object) -> None:
    # When
    lines = faults_of({**REQUEST, field: value})
    # Then
    assert_names(lines, {field})
    assert list(uploaded.keys("")) == [OUTLINE_KEY]


@pytest.mark.parametrize(
    ("field", "value"), [("modules_to_generate", 9), ("content_type", "labs"), ("regenerate", ["9"])]
)
def test_not_even_the_packaged_sample_is_written_for_a_wrong_input(
    store: ArtefactStore, field: str, value: object
) -> None:
    faults_of({**REQUEST, "content_source": "local", field: value})
    assert list(store.keys("")) == []


@pytest.mark.parametrize("event", [None, [], "text", 5, {}])
def test_what_is_no_input_at_all_is_refused(event: object) -> None:
    assert_names(faults_of(event), {"input", "outline_s3_key"})  # type: ignore[arg-type]


@given(
    st.dictionaries(st.sampled_from(sorted(WRONG)), st.integers(0, 30), min_size=2, max_size=6).map(
        lambda chosen: {field: WRONG[field][number % len(WRONG[field])] for field, number in chosen.items()}
    )
)
@settings(
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_several_wrong_fields_are_refused_together(uploaded: ArtefactStore, wrong: dict[str, object]) -> None:
    assert_names(faults_of({**REQUEST, **wrong}), set(wrong))
    assert list(uploaded.keys("")) == [OUTLINE_KEY]
