"""Check of the account's concurrent functions against a run's need; a new account's 10 are few."""

from course_kit.forecast.functions_at_once import FEWEST_FUNCTIONS, functions_at_once
from coursewright.doctor.account import Account
from coursewright.doctor.answers import Answer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.outline_work import content_type_of, lessons_of

QUOTA_CODE = "L-B99A9384"
"""AWS Lambda, "Concurrent executions"."""

_RAISE = (
    "raise the quota: aws service-quotas request-service-quota-increase --service-code lambda "
    f"--quota-code {QUOTA_CODE} --desired-value 1000"
)


class _Limit(Answer):
    concurrent_executions: int
    unreserved_concurrent_executions: int


class _Settings(Answer):
    account_limit: _Limit


def check_functions_at_once(account: Account) -> Outcome:
    """Whether a run's functions fit into the account's unreserved concurrency.

    The number is Lambda's own: Service Quotas does not subtract other functions' reserved concurrency.
    """
    limit = account.ask("lambda", "get_account_settings", _Settings).account_limit
    free, settings = limit.unreserved_concurrent_executions, account.settings
    needed = functions_at_once(settings.concurrency, content_type_of(account.outline), lessons_of(account.outline))
    found = f"{free} of the account's {limit.concurrent_executions} functions at once are free"
    if free < FEWEST_FUNCTIONS:
        return Outcome.wrong(f"{found}, a run takes {FEWEST_FUNCTIONS} at least", _RAISE)
    if needed <= free:
        return Outcome.ok(f"{found}, a run takes {needed} at most")
    if 0 < settings.functions_at_once <= free:
        return Outcome.ok(f"{found}, and runs keep to functions_at_once, {settings.functions_at_once}")
    return Outcome.wrong(
        f"{found}, a run takes {needed}",
        f"{account.deploy_with('functions_at_once', free)}: runs then keep to it; or {_RAISE}",
    )
