"""The checks for a book on this machine, and the account checks that are impossible here."""

from coursewright.doctor.examination import Check
from coursewright.doctor.finding import Outcome
from coursewright.doctor.local_machine import LocalMachine
from coursewright.doctor.local_servers import (
    check_certificate,
    check_current,
    check_kept,
    check_running,
    check_set_up,
    check_settings,
    check_stack_resources,
)
from coursewright.doctor.local_writer import check_context, check_writer

_RUNNING = ("settings", "running")
# Local AWS has no model access, quotas, versions or alarms (docs/local-aws.md).
_NOT_HERE = (
    "model access",
    "tokens a minute",
    "tokens a day",
    "functions at once",
    "alias",
    "who hears of alarms",
    "alarms",
)


def _not_on_local_aws(_: LocalMachine) -> Outcome:
    return Outcome.skipped("not on local AWS; --target aws looks at an account")


LOCAL_CHECKS: tuple[Check[LocalMachine], ...] = (
    Check(name="set-up", looks_at="node and cdk", look=check_set_up),
    Check(name="settings", looks_at="COURSEWRIGHT_… variables", look=check_settings),
    Check(name="running", looks_at="the health of its servers", look=check_running),
    Check(name="kept", looks_at="its folder and the disk", look=check_kept),
    Check(name="certificate", looks_at="its file", look=check_certificate, needs=_RUNNING),
    Check(name="deployed", looks_at="the versions of servers and app", look=check_current, needs=_RUNNING),
    Check(name="writer", looks_at="who writes", look=check_writer, needs=_RUNNING),
    Check(name="context", looks_at="the model server's own words", look=check_context, needs=(*_RUNNING, "writer")),
    Check(
        name="bucket and state machine",
        looks_at="the stack's outputs",
        look=check_stack_resources,
        needs=_RUNNING,
    ),
    *(Check(name=name, looks_at="nothing", look=_not_on_local_aws) for name in _NOT_HERE),
)
