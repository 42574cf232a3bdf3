"""The version of the pipeline for new runs."""

from dataclasses import dataclass

from coursewright.deployment import Deployment
from coursewright.errors import BadInput, CommandFailed


@dataclass(frozen=True)
class ReleaseChange:
    """The live version, the one before, and all existing ones, oldest first."""

    live: int
    was: int
    versions: tuple[int, ...]


def roll_back(deployment: Deployment, to: int | None) -> ReleaseChange:
    """Point the deployment's alias to an earlier version, with all of its weight.

    A gradual rollout in progress counts as its newer version, so a rollback ends the rollout.

    Parameters
    ----------
    to
        The version to make live; None means the version before the live one.

    Raises
    ------
    BadInput
        The deployment has no versions, or lacks this one.
    CommandFailed
        There is no version before the live one.
    """
    if deployment.alias_arn is None:
        raise BadInput("rollback: found a deployment without versions (local AWS), expected one in an account")
    client = deployment.step_functions
    routing = client.describe_state_machine_alias(stateMachineAliasArn=deployment.alias_arn)["routingConfiguration"]
    live = max(_number(route["stateMachineVersionArn"]) for route in routing)
    # boto3 has no paginator for it; a state machine has at most 1,000 versions, one page of them.
    listed = client.list_state_machine_versions(stateMachineArn=deployment.state_machine_arn, maxResults=1000)
    arns = {
        _number(version["stateMachineVersionArn"]): version["stateMachineVersionArn"]
        for version in listed["stateMachineVersions"]
    }
    wanted = _before(live, arns) if to is None else to
    if wanted not in arns:
        there = ", ".join(map(str, sorted(arns)))
        raise BadInput(f"--to: found {wanted}, expected a version that there is: {there}")
    client.update_state_machine_alias(
        stateMachineAliasArn=deployment.alias_arn,
        routingConfiguration=[{"stateMachineVersionArn": arns[wanted], "weight": 100}],
    )
    return ReleaseChange(live=wanted, was=live, versions=tuple(sorted(arns)))


def _before(live: int, versions: dict[int, str]) -> int:
    earlier = [number for number in versions if number < live]
    if not earlier:
        raise CommandFailed(f"rollback: version {live} is live and there is none before it")
    return max(earlier)


def _number(version_arn: str) -> int:
    return int(version_arn.rpartition(":")[2])
