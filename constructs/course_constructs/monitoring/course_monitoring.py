"""Dashboard, alarms and notifications of one deployment."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from course_constructs.course_functions import CourseFunctions
from course_constructs.monitoring.alarms import CourseAlarms
from course_constructs.monitoring.dashboard import CourseDashboard
from course_constructs.monitoring.notifications import CourseNotifications
from course_constructs.settings import PipelineSettings


class CourseMonitoring(Construct):
    """``notifications.topic`` receives all messages; ``alarms.new_version_failed`` rolls gradual rollouts back."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: PipelineSettings,
        state_machine: sfn.IStateMachine,
        functions: CourseFunctions,
        encryption_key: kms.IKey | None,
        new_version_arn: str | None,
    ) -> None:
        """Create all three; ``new_version_arn`` is the state machine's version in a gradual rollout."""
        super().__init__(scope, id)
        self.notifications = CourseNotifications(
            self,
            "Notifications",
            stage=settings.stage,
            alarm_email=settings.alarm_email,
            encryption_key=encryption_key,
            state_machine=state_machine,
        )
        self.alarms = CourseAlarms(
            self,
            "Alarms",
            stage=settings.stage,
            notifications=self.notifications,
            state_machine=state_machine,
            functions=functions.all,
            new_version_arn=new_version_arn,
        )
        self.dashboard = CourseDashboard(
            self,
            "Dashboard",
            settings=settings,
            state_machine=state_machine,
            functions=functions.all,
            module_writer=functions.content_gen,
            alarms=self.alarms.all,
        )
