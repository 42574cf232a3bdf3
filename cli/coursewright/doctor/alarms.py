"""Checks of alarms: their subscribers and their current state."""

from coursewright.doctor.account import Account
from coursewright.doctor.answers import Answer
from coursewright.doctor.finding import Outcome

_PENDING = "PendingConfirmation"
_DELETED = "Deleted"


class _Subscription(Answer):
    subscription_arn: str
    protocol: str
    endpoint: str


class _Subscriptions(Answer):
    subscriptions: tuple[_Subscription, ...] = ()


class _Alarm(Answer):
    alarm_name: str


class _Alarms(Answer):
    metric_alarms: tuple[_Alarm, ...] = ()


def check_subscription_of_alarms(account: Account) -> Outcome:
    """Whether the topic of alarms and ended runs has a confirmed subscription."""
    pages = account.pages(
        "sns", "list_subscriptions_by_topic", _Subscriptions, TopicArn=account.output("NotificationTopicArn")
    )
    every = [each for page in pages for each in page.subscriptions if each.subscription_arn != _DELETED]
    confirmed = [each for each in every if each.subscription_arn != _PENDING]
    if confirmed:
        return Outcome.ok(f"{len(confirmed)} confirmed, the first by {confirmed[0].protocol}")
    subscribe = account.deploy_with("alarm_email", "you@example.com")
    if every:
        return Outcome.wrong(
            f"{every[0].endpoint} has not confirmed",
            f"follow the link in the mail from AWS Notifications (look among spam; it expires after 3 days, then "
            f"{subscribe} with another address and back sends a new one)",
        )
    return Outcome.wrong("alarms and ended runs have no subscriber", f"{subscribe}, then confirm the mail")


def check_alarms(account: Account) -> Outcome:
    """Whether any alarm of the stack is in the alarm state."""
    pages = account.pages(
        "cloudwatch",
        "describe_alarms",
        _Alarms,
        AlarmNamePrefix=f"{account.stack_name}-",
        AlarmTypes=["MetricAlarm"],
        StateValue="ALARM",
    )
    raised = [alarm.alarm_name for page in pages for alarm in page.metric_alarms]
    if raised:
        return Outcome.wrong(f"raised: {', '.join(raised)}", 'docs/operations.md, "Alarms", has a part for each')
    return Outcome.ok("none is raised")
