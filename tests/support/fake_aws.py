"""An account of one stack, as far as the command line asks it: what it answers, and what it refuses."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BUCKET = "course-bucket"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:Course"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Course:run-1"
_OUTPUTS = {"CourseBucketName": BUCKET, "StateMachineArn": MACHINE, "StateMachineAliasArn": f"{MACHINE}:live"}
_STACK = (
    "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Coursewright-dev</StackName>"
    "<StackId>id</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"
    "<Outputs>{outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
)
_OUTPUT = "<member><OutputKey>{}</OutputKey><OutputValue>{}</OutputValue></member>"


@dataclass(frozen=True)
class Refusal:
    """An error of AWS's."""

    code: str
    message: str
    status: int = 400


@dataclass
class FakeAws:
    """What is asked for by operation, and each service's refusal, if it refuses."""

    models: str = ""
    execution: dict[str, JsonValue] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    expired_key: str = ""
    """An access key that no service takes any longer."""
    asked: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """Return what serves it."""
        return Starlette(
            routes=[
                Route("/", self._operation, methods=["POST"]),
                Route("/{path:path}", self._object, methods=["GET", "HEAD", "PUT"]),
            ]
        )

    async def _operation(self, request: Request) -> Response:
        target = request.headers.get("x-amz-target")
        if target is None:
            self.asked.append("DescribeStacks")
            return self._stack(self._refusal("cloudformation", request))
        operation = target.rpartition(".")[2]
        self.asked.append(operation)
        if refusal := self._refusal("states", request):
            return _json({"__type": refusal.code, "message": refusal.message}, refusal.status)
        return _json(self._answers()[operation]())

    def _answers(self) -> Mapping[str, Callable[[], dict[str, JsonValue]]]:
        return {
            "DescribeExecution": lambda: {
                "executionArn": EXECUTION,
                "stateMachineArn": MACHINE,
                "name": "run-1",
                "status": "RUNNING",
                "startDate": 1767225600,
                "input": json.dumps({"project_folder": "networks", "outline_s3_key": "networks/outline.yaml"}),
                **self.execution,
            },
            "StartExecution": lambda: {"executionArn": EXECUTION, "startDate": 1767225600},
            "GetExecutionHistory": lambda: {"events": []},
        }

    def _refusal(self, service: str, request: Request) -> Refusal | None:
        if self.expired_key and f"Credential={self.expired_key}/" in request.headers["authorization"]:
            return Refusal("ExpiredToken", "The security token included in the request is expired")
        return self.refusals.get(service)

    def _stack(self, refusal: Refusal | None) -> Response:
        if refusal:
            return _xml(f"<ErrorResponse>{_error(refusal)}</ErrorResponse>", refusal.status)
        outputs = _OUTPUTS | ({"Models": self.models} if self.models else {})
        return _xml(_STACK.format(outputs="".join(_OUTPUT.format(k, escape(v)) for k, v in outputs.items())))

    async def _object(self, request: Request) -> Response:
        self.asked.append(f"{request.method} object")
        if refusal := self._refusal("s3", request):
            return _xml(_error(refusal), refusal.status)
        key = request.path_params["path"].removeprefix(BUCKET).strip("/")
        if not key:
            return _xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
        if request.method == "PUT":
            self.objects[key] = await request.body()
            return Response(headers={"ETag": '"1"'})
        if key not in self.objects:
            return _xml(_error(Refusal("NoSuchKey", "The specified key does not exist.")), 404)
        return Response(self.objects[key], headers={"ETag": '"1"'})


def _error(refusal: Refusal) -> str:
    return f"<Error><Code>{refusal.code}</Code><Message>{escape(refusal.message)}</Message></Error>"


def _xml(body: str, status: int = 200) -> Response:
    return Response(body, status, media_type="text/xml")


def _json(body: dict[str, JsonValue], status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type="application/x-amz-json-1.0")
