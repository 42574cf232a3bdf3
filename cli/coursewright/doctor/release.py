"""Check of the alias that starts runs, and of its version."""

from botocore.exceptions import ClientError

from coursewright.doctor.account import Account
from coursewright.doctor.answers import CamelAnswer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of


class _Route(CamelAnswer):
    state_machine_version_arn: str
    weight: int

    @property
    def number(self) -> int:
        return _number(self.state_machine_version_arn)


class _Alias(CamelAnswer):
    routing_configuration: tuple[_Route, ...]


class _Version(CamelAnswer):
    state_machine_version_arn: str


class _Versions(CamelAnswer):
    state_machine_versions: tuple[_Version, ...]


def check_alias(account: Account) -> Outcome:
    """Whether new runs use the last deployment."""
    asked = account.output("StateMachineAliasArn")
    try:
        alias = account.ask("stepfunctions", "describe_state_machine_alias", _Alias, stateMachineAliasArn=asked)
    except ClientError as error:
        if code_of(error) == "ResourceNotFound":
            return Outcome.wrong("the alias live does not exist: it was deleted", account.deploy_command)
        raise
    # A state machine has at most 1,000 versions, one page of them.
    listed = account.ask(
        "stepfunctions",
        "list_state_machine_versions",
        _Versions,
        stateMachineArn=account.output("StateMachineArn"),
        maxResults=1000,
    )
    routes = sorted(alias.routing_configuration, key=lambda route: route.number)
    if len(routes) > 1:
        shares = ", ".join(f"{route.weight} % to version {route.number}" for route in routes)
        return Outcome.ok(f"a rollout is in progress: {shares}")
    live = routes[0].number
    newest = max([live, *(_number(version.state_machine_version_arn) for version in listed.state_machine_versions)])
    if live != newest:
        stage = "" if account.stage == "dev" else f" --stage {account.stage}"
        return Outcome.wrong(
            f"live leads to version {live}, the newest is {newest}: it was rolled back",
            f"if {newest} is mended or was right: coursewright rollback --to {newest}{stage}; "
            f"else deploy what is right: {account.deploy_command}",
        )
    return Outcome.ok(f"live leads to version {live}, the newest")


def _number(version_arn: str) -> int:
    return int(version_arn.rpartition(":")[2])
