"""Check of the deployed stack: it exists, is complete, and has a version that this command line knows."""

from coursewright.doctor.account import Account, DeployedStack
from coursewright.doctor.finding import Outcome

EXPECTED_OUTPUTS = (
    "CourseBucketName",
    "StateMachineArn",
    "StateMachineAliasArn",
    "NotificationTopicArn",
    "Models",
    "Settings",
)
"""What commands and checks read; a stack that has not all of them was deployed by an older version of the app."""

# A failed first creation leaves a stack that can only be deleted (AWS CloudFormation user guide, "Stack status codes").
_ONLY_REMOVABLE = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
# The last deployment failed, and the version before it still runs.
_TAKEN_BACK = {
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
}
_STUCK = {"UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED"}
_DEPLOYED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_COMPLETE"}


def check_stack(account: Account) -> Outcome:
    """Whether the stage's stack exists and its last deployment succeeded."""
    stack = account.stack
    if stack is None or stack.stack_status in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        return Outcome.wrong(
            f"no stack {account.stack_name} in {account.region}",
            f"{account.deploy_command}; or name another --stage, or the region where it is",
        )
    if stack.stack_status not in _DEPLOYED:
        return _unfinished(account, stack)
    missing = [name for name in EXPECTED_OUTPUTS if name not in stack.values]
    if missing:
        return Outcome.wrong(f"deployed by an older version: it has no output {missing[0]}", account.deploy_command)
    return Outcome.ok(f"{stack.stack_name}, {stack.stack_status}")


def _unfinished(account: Account, stack: DeployedStack) -> Outcome:
    found = f"{stack.stack_name} is {stack.stack_status}"
    if stack.stack_status_reason:
        found += f": {stack.stack_status_reason}"
    why = f"`aws cloudformation describe-stack-events --stack-name {stack.stack_name}` says why"
    go_on = f"aws cloudformation continue-update-rollback --stack-name {stack.stack_name}"
    if stack.stack_status in _ONLY_REMOVABLE:
        return Outcome.wrong(
            found, f"its first deployment failed; {why}; npx cdk destroy, then {account.deploy_command}"
        )
    if stack.stack_status in _TAKEN_BACK:
        return Outcome.wrong(f"{found}; runs use what was deployed before", f"{why}; then {account.deploy_command}")
    if stack.stack_status in _STUCK:
        return Outcome.wrong(found, f"{why}; then `{go_on}`")
    return Outcome.unknown(found, "wait until the deployment has ended, and run this again")
