"""What of the state machine is live: a version a deployment, and the alias that runs are started through."""

from collections.abc import Sequence
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
    """A share of them first, the others after a while."""
    LINEAR = "linear"
    """A share more after each while."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How new runs go over to a new version; ``percentage`` and ``interval`` are of canary and linear only."""

    type: RolloutType
    percentage: int
    interval: Duration


class StateMachineRelease(Construct):
    """A version of the state machine that outlives the next deployment, and the alias ``live`` that points to it.

    ``alias_arn`` is what starts runs. A run ends on the version that it was started on, whatever is deployed meanwhile.
    """

    ALIAS = "live"

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        state_machine: sfn.StateMachine,
        rollout: Rollout,
        rollback_alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        """Make version and alias; while a gradual rollout goes on, one of the alarms takes the alias back."""
        super().__init__(scope, id)
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
        self.alias = sfn.CfnStateMachineAlias(
            self, "Alias", name=self.ALIAS, deployment_preference=self._preference(rollout, rollback_alarms)
        )
        self.alias_arn = self.alias.ref

    def _preference(
        self, rollout: Rollout, alarms: Sequence[cloudwatch.IAlarm]
    ) -> sfn.CfnStateMachineAlias.DeploymentPreferenceProperty:
        if rollout.type is RolloutType.ALL_AT_ONCE:
            # No alarms: they could stop the very deployment that mends what set them off.
            return sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
                state_machine_version_arn=self.version.ref, type="ALL_AT_ONCE"
            )
        return sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
            state_machine_version_arn=self.version.ref,
            type=rollout.type.upper(),
            percentage=rollout.percentage,
            interval=int(rollout.interval.to_minutes()),
            alarms=[alarm.alarm_name for alarm in alarms],
        )
