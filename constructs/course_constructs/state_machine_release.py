"""Versions and the ``live`` alias of the state machine: one version a deployment, one alias that starts runs."""

import math
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct


class RolloutType(StrEnum):
    """How new runs go over to a new version."""

    ALL_AT_ONCE = "all_at_once"
    CANARY = "canary"
    """A share of new runs first, the others later."""
    LINEAR = "linear"
    """One more share after each interval."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How new runs go over to a new version; ``percentage`` and ``interval`` are of canary and linear only."""

    # A failed run takes the new version back only if it ends while the rollout goes on. With every call of it one after
    # the other, the longest sample takes half an hour (`coursewright estimate`), and the alarm five minutes.
    LEAST_INTERVAL = Duration.minutes(40)
    # CloudFormation ends the shift as failed after 36 hours, and takes no longer interval than this (handler's time-out
    # and schema of AWS::StepFunctions::StateMachineAlias).
    LONGEST = Duration.minutes(2100)

    type: RolloutType
    percentage: int
    interval: Duration

    @property
    def is_gradual(self) -> bool:
        """Whether the old and the new version both get runs for a time."""
        return self.type is not RolloutType.ALL_AT_ONCE

    @property
    def duration(self) -> Duration:
        """How long the alias takes to point to the new version alone; a deployment waits for that."""
        steps = {
            RolloutType.ALL_AT_ONCE: 0,
            RolloutType.CANARY: 1,
            RolloutType.LINEAR: math.ceil(100 / self.percentage) - 1,
        }
        return Duration.minutes(steps[self.type] * self.interval.to_minutes())

    @property
    def faults(self) -> tuple[str, ...]:
        """Return one line for each wrong setting."""
        if not self.is_gradual:
            return ()
        minutes, least, longest = (each.to_minutes() for each in (self.interval, self.LEAST_INTERVAL, self.LONGEST))
        if minutes < least:
            return (
                f"rollout_interval_minutes: found {minutes:.0f}, expected at least {least:.0f}, since a run of the new "
                f"version has to end before the next step; set -c rollout_interval_minutes={least:.0f} or more",
            )
        if self.duration.to_minutes() > longest:
            return (
                f"rollout_percentage: found {self.percentage} every {minutes:.0f} minutes, which takes "
                f"{self.duration.to_minutes():,.0f} minutes, expected at most {longest:,.0f}, as long as "
                "CloudFormation waits; set a larger -c rollout_percentage=… or a shorter -c rollout_interval_minutes=…",
            )
        return ()


class StateMachineRelease(Construct):
    """A version of the state machine that outlives the next deployment, and the alias ``live`` that points to it.

    ``version`` is there at once, so that an alarm can watch its runs; `go_live` makes the alias, which that alarm
    guards. Runs are started through the alias. A run ends on the version that it was started on, whatever is deployed
    meanwhile.
    """

    ALIAS = "live"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        state_machine: sfn.StateMachine,
        rollout: Rollout,
    ) -> None:
        """Make the version."""
        super().__init__(scope, id)
        self._rollout = rollout
        machine = state_machine.node.default_child
        assert isinstance(machine, sfn.CfnStateMachine)  # noqa: S101 - what an L2 construct is made of
        # The revision is a property that only replacement can change: a new definition makes a new version.
        self.version = sfn.CfnStateMachineVersion(
            self,
            "Version",
            state_machine_arn=machine.ref,
            state_machine_revision_id=machine.attr_state_machine_revision_id,
        )
        self.version.apply_removal_policy(RemovalPolicy.RETAIN)

    @property
    def new_version_arn(self) -> str | None:
        """The version whose runs have to be watched, since a gradual rollout brings it."""
        return self.version.ref if self._rollout.is_gradual else None

    def go_live(self, *, rollback_alarm: cloudwatch.IAlarm | None) -> str:
        """Make the alias and return its ARN; while a gradual rollout goes on, the alarm takes the alias back.

        Raises ``ValueError`` where a gradual rollout has no alarm: nothing would ever take it back.
        """
        if self._rollout.is_gradual and rollback_alarm is None:
            raise ValueError(
                f"{self._rollout.type}: found no rollback_alarm, expected the one of the new version's runs"
            )
        return sfn.CfnStateMachineAlias(
            self, "Alias", name=self.ALIAS, deployment_preference=self._preference(rollback_alarm)
        ).ref

    def _preference(self, alarm: cloudwatch.IAlarm | None) -> sfn.CfnStateMachineAlias.DeploymentPreferenceProperty:
        rollout = self._rollout
        if alarm is None:
            return sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
                state_machine_version_arn=self.version.ref, type="ALL_AT_ONCE"
            )
        return sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
            state_machine_version_arn=self.version.ref,
            type=rollout.type.upper(),
            percentage=rollout.percentage,
            interval=int(rollout.interval.to_minutes()),
            alarms=[alarm.alarm_name],
        )
