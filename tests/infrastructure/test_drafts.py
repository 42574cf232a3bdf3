"""Who may touch what was answered for texts that are not finished."""

import json

from aws_cdk.assertions import Template

ASKS_A_MODEL = {
    *("CoursePlanner", "ContentGen", "VisualPlanner", "ImagesGen", "StudyWriter", "LabPlanner", "LabWriter"),
    "CourseEditor",
}


def test_only_who_asks_a_model_keeps_drafts_and_only_the_book_reads_them_beside(template: Template) -> None:
    # Given
    may: dict[str, set[str]] = {}
    for policy in template.find_resources("AWS::IAM::Policy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if "/*/drafts/*" in json.dumps(statement["Resource"]):
                [role] = policy["Properties"]["Roles"]
                actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
                may.setdefault(role["Ref"].removeprefix("Functions"), set()).update(actions)
    # Then
    by_function = {
        name: actions for role, actions in may.items() for name in (*ASKS_A_MODEL, "BookBuilder") if name in role
    }
    assert len(by_function) == len(may)
    assert by_function.pop("BookBuilder") == {"s3:GetObject"}
    assert by_function == {name: {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} for name in ASKS_A_MODEL}
