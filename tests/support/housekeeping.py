"""A bucket with projects and a state machine in moto, as the commands that keep house find them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3

from course_kit.forecast.course_estimate import Amounts
from course_kit.price_rows import ModelPrices
from course_kit.records.manifest import LessonRecord, ModuleManifest
from course_kit.records.project_lease import LeaseRecord
from course_kit.records.run_summary import EstimateRecord, RunStatus, RunSummary
from course_kit.records.visuals import Figure, VisualKind
from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.provenance import provenance
from course_kit.usage import Usage
from coursewright.course_store import CourseStore
from coursewright.deployment import Deployment, Target
from coursewright.run.execution import execution_arn
from tests.support.buckets import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
PRICES = ModelPrices(usd_per_million_input=1.0, usd_per_million_output=10.0)
OUTLINE = "course: {title: Networks, language: en}\nmodules:\n- {title: One, lessons: [{title: Packets}]}\n"
_ROLE = "arn:aws:iam::123456789012:role/course"
_MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}


@dataclass(frozen=True)
class House:
    """A deployment whose projects a test puts there."""

    deployment: Deployment

    @classmethod
    def in_moto(cls, s3: "S3Client") -> "House":
        """Make the state machine beside the bucket of the fixture ``store``."""
        step_functions: SFNClient = boto3.client("stepfunctions")
        machine = step_functions.create_state_machine(name="Course", definition=json.dumps(_MACHINE), roleArn=_ROLE)
        deployment = Deployment(
            target=Target.AWS,
            bucket=BUCKET,
            state_machine_arn=machine["stateMachineArn"],
            alias_arn=None,
            s3=s3,
            step_functions=step_functions,
            models=None,
        )
        return cls(deployment)

    @property
    def store(self) -> CourseStore:
        return self.deployment.store

    def start(self, project: str, name: str) -> str:
        """Start an execution that goes on, with the project's lease; return its ARN."""
        asked = {"project_folder": project, "outline_s3_key": ProjectKeys(project).outline()}
        arn = execution_arn(self.deployment, name)
        self.deployment.step_functions.start_execution(
            stateMachineArn=self.deployment.state_machine_arn, name=name, input=json.dumps(asked)
        )
        lease = LeaseRecord(execution_name=name, execution_arn=arn, taken_at=NOW)
        key = ProjectKeys(project).lease()
        self.store.write_model(key, lease, replacing=self.store.find(key))
        return arn

    def stop(self, name: str) -> None:
        self.deployment.step_functions.stop_execution(executionArn=execution_arn(self.deployment, name))

    def record_run(
        self,
        project: str,
        name: str,
        *,
        days: int = 0,
        status: RunStatus = RunStatus.SUCCEEDED,
        usd: float | None = None,
        prices: ModelPrices | None = PRICES,
        modules: tuple[int, ...] = (1,),
    ) -> RunSummary:
        """Write a run's summary; it began so many days after `NOW`."""
        keys = ProjectKeys(project)
        estimate = EstimateRecord.of(Amounts(), prices).model_copy(update={"actual_usd": usd})
        summary = RunSummary(
            execution_name=name,
            status=status,
            request={"outline_s3_key": keys.outline(), "project_folder": project},
            modules=modules,
            started_at=NOW + timedelta(days=days),
            ended_at=NOW + timedelta(days=days, minutes=9) if status is RunStatus.SUCCEEDED else None,
            estimate=estimate,
            book={"html": keys.book("Networks", ".html")} if status is RunStatus.SUCCEEDED else {},
        )
        self.store.write_model(keys.run(name), summary, replacing=None)
        return summary

    def make_project(self, project: str, run: str = "run-1") -> None:
        """Put a small project there: outline, a lesson with its figure, manifest, and a run."""
        keys, store = ProjectKeys(project), self.store
        usage = Usage(model_calls=2, input_tokens=100_000, output_tokens=50_000)
        lesson = keys.lesson(1, 1, "Packets")
        store.write(keys.outline(), OUTLINE, content_type="application/yaml", replacing=None)
        store.write(
            lesson,
            f"# Packets\n\nSee `{keys.outline()}`.\n",
            content_type="text/markdown",
            replacing=None,
            fingerprint="asked",
            metadata={**provenance(run, usage), "word-count": "2"},
        )
        store.write(keys.image("01-01-0001", "png"), b"\x89PNG\0\xff", content_type="image/png", replacing=None)
        manifest = ModuleManifest(
            execution_name=run,
            module_number=1,
            title=f"{keys.outline()} is no key here",
            lesson_total=1,
            started_at=NOW,
            lessons=(
                LessonRecord(
                    lesson_number=1,
                    title="Packets",
                    s3_key=lesson,
                    fingerprint="asked",
                    is_reused=False,
                    started_at=NOW,
                    ended_at=NOW,
                    usage=usage,
                ),
            ),
            figures={
                "01-01-0001": Figure(
                    visual_id="01-01-0001",
                    kind=VisualKind.DIAGRAM,
                    caption="c",
                    alt_text="a",
                    png_key=keys.image("01-01-0001", "png"),
                    width=1,
                    height=1,
                    is_reused=True,
                )
            },
        )
        store.write_model(keys.manifest(1), manifest, replacing=None)
        self.record_run(project, run, usd=0.6)

    def contents(self, project: str = "") -> dict[str, tuple[bytes, str, dict[str, str]]]:
        """Return every current object with body, content type and metadata, without leases."""
        found = {}
        for key in self.store.keys(project):
            if not key.endswith("/lease.json"):
                answer = self.deployment.s3.get_object(Bucket=BUCKET, Key=key)
                found[key] = (answer["Body"].read(), answer["ContentType"], answer["Metadata"])
        return found
