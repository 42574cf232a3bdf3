"""Reads a resource's policy in a template as IAM does: a statement that denies wins, else one that allows is needed.

References stay as CloudFormation has them: two ARNs are equal where both are the same ``Ref`` or ``Fn::GetAtt``. An
operator that is not known here is an error, never a match.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

Statement = Mapping[str, object]
ACCOUNT = {"Ref": "AWS::AccountId"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a service of AWS asks for in somebody's name."""

    service: str
    action: str
    resource: object
    context: Mapping[str, object]
    """Condition keys and their values; one that is missing is as missing as in a real request."""


def is_allowed(policy: Mapping[str, object], request: Request) -> bool:
    """Whether a policy document lets a request through by itself."""
    fitting = [statement for statement in _listed(policy["Statement"]) if _fits(_mapping(statement), request)]
    effects = {_mapping(statement)["Effect"] for statement in fitting}
    return "Allow" in effects and "Deny" not in effects


def _fits(statement: Statement, request: Request) -> bool:
    assert not {"NotPrincipal", "NotAction", "NotResource"} & statement.keys(), statement
    return (
        _names(statement["Principal"], request.service)
        and any(_like(action, request.action) for action in _listed(statement["Action"]))
        and any(resource in ("*", request.resource) for resource in _listed(statement["Resource"]))
        and all(
            _is_met(operator, key, expected, request)
            for operator, tests in _mapping(statement.get("Condition", {})).items()
            for key, expected in _mapping(tests).items()
        )
    )


def _names(principal: object, service: str) -> bool:
    return principal == "*" or service in _listed(_mapping(principal).get("Service", []))


def _is_met(operator: str, key: str, expected: object, request: Request) -> bool:
    compare: Mapping[str, Callable[[object, object], bool]] = {
        "StringEquals": lambda wanted, found: wanted == found,
        "ArnEquals": _like,
        "ArnLike": _like,
        "Bool": lambda wanted, found: wanted == found,
    }
    found = request.context.get(key)
    return found is not None and any(compare[operator](wanted, found) for wanted in _listed(expected))


def _like(wanted: object, found: object) -> bool:
    if isinstance(wanted, str) and isinstance(found, str):
        return fnmatchcase(found.casefold(), wanted.casefold())
    return wanted == found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping), value
    return value
