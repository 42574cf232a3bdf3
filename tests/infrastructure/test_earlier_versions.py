"""Who may look at earlier versions: a function at those of what it makes itself, and at the outline of its run."""

import json
from fnmatch import fnmatchcase

import pytest
from aws_cdk.assertions import Template

from course_constructs import function_table as table
from course_constructs.function_plan import FunctionPlan
from course_kit.store.artefact_keys import ProjectKeys
from tests.support.json_values import Json

KEYS = ProjectKeys("my-course")
# What each function looks for in earlier versions before it asks a model, as it makes the keys.
TAKEN_BACK = {
    "ContentGen": (table.CONTENT_GEN, [KEYS.lesson(1, 2, "T")]),
    "VisualPlanner": (table.VISUAL_PLANNER, [KEYS.prompt("01-02-0001", "d")]),
    "ImagesGen": (table.IMAGES_GEN, [KEYS.image("01-02-0001", "svg"), KEYS.image("01-02-0001", "png")]),
    "StudyWriter": (table.STUDY_WRITER, [KEYS.study(1, 2)]),
    "LabPlanner": (table.LAB_PLANNER, [KEYS.lab_plan(1)]),
    "LabWriter": (table.LAB_WRITER, [KEYS.lab_guide("01-02-01", "T")]),
}
EVERY_KEY = [
    *(key for _, keys in TAKEN_BACK.values() for key in keys),
    *(KEYS.manifest(1), KEYS.spending("r"), KEYS.lease(), KEYS.run("r"), KEYS.book("T", ".pdf"), KEYS.own_picture("a")),
    *(KEYS.outline(), KEYS.course()),
]
OF_THE_RUN = {KEYS.outline(), KEYS.course()}
WITHOUT_OUTLINE = {"ImagesGen", "PdfRenderer"}


def listed(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def granted(template: Template, function: str, action: str) -> list[Json]:
    """Return the statements that allow a function's role an action."""
    return [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        if any(f"Functions{function}Role" in role["Ref"] for role in policy["Properties"]["Roles"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if action in listed(statement["Action"])
    ]


def listing_of(template: Template, function: str) -> set[str]:
    """Return the keys whose earlier versions a function may list."""
    statements = granted(template, function, "s3:ListBucketVersions")
    prefixes = [prefix for each in statements for prefix in listed(each["Condition"]["StringLike"]["s3:prefix"])]
    return {key for key in EVERY_KEY if any(fnmatchcase(key, prefix) for prefix in prefixes)}


def reading_of(template: Template, function: str) -> set[str]:
    """Return the keys whose earlier versions a function may read."""
    patterns = [
        resource["Fn::Join"][1][-1].removeprefix("/")
        for statement in granted(template, function, "s3:GetObjectVersion")
        for resource in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])
    ]
    return {key for key in EVERY_KEY if any(fnmatchcase(key, pattern) for pattern in patterns)}


@pytest.mark.parametrize("function", TAKEN_BACK)
def test_who_asks_a_model_looks_at_earlier_versions_of_what_it_makes_and_of_nothing_else(
    template: Template, function: str
) -> None:
    # Given
    plan, keys = TAKEN_BACK[function]
    # Then: it may list them, each by the beginning of its key, and read them.
    assert listing_of(template, function) == set(keys)
    assert reading_of(template, function) == {*keys, *(() if function in WITHOUT_OUTLINE else OF_THE_RUN)}
    # And: what it takes back, it may write.
    assert all(any(fnmatchcase(key, pattern) for pattern in plan.writes) for key in keys)


@pytest.mark.parametrize(
    ("function", "plan"),
    [
        ("PrepareModules", table.PREPARE_MODULES),
        ("BookBuilder", table.BOOK_BUILDER),
        ("PdfRenderer", table.PDF_RENDERER),
    ],
)
def test_who_asks_no_model_lists_no_versions(template: Template, function: str, plan: FunctionPlan) -> None:
    assert plan.takes_back == ()
    assert granted(template, function, "s3:ListBucketVersions") == []
    assert reading_of(template, function) == (set() if function in WITHOUT_OUTLINE else OF_THE_RUN)


def test_no_role_lists_every_version_or_removes_one(variant_templates: dict[str, Template]) -> None:
    for template in variant_templates.values():
        for policy in template.find_resources("AWS::IAM::Policy").values():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                if "s3:ListBucketVersions" in listed(statement["Action"]):
                    assert "*" not in listed(statement["Condition"]["StringLike"]["s3:prefix"]), statement
            assert "DeleteObjectVersion" not in json.dumps(policy)
