"""What a policy of docs/policies allows, tried as its user."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

import local_aws
from tests.support.local_client import client_of
from tests.support.samples import PROJECT

ALIAS_ACTIONS = ["states:DescribeStateMachineAlias", "states:UpdateStateMachineAlias"]


def statements(policy: str) -> list[dict[str, Any]]:
    content: dict[str, Any] = json.loads((PROJECT / "docs" / "policies" / f"{policy}.json").read_text(encoding="utf-8"))
    return list(content["Statement"])


def denied(connection: local_aws.LocalConnection, *calls: tuple[str, str, dict[str, object]]) -> None:
    """Require that each of these is refused for want of the right."""
    for service, operation, arguments in calls:
        with pytest.raises(ClientError) as refused:
            getattr(client_of(connection, service), operation)(**arguments)
            pytest.fail(f"{service} {operation} was allowed")
        code = refused.value.response["Error"]["Code"]
        assert code in ("AccessDenied", "AccessDeniedException", "AuthorizationError"), operation
