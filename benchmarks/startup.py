"""What starting costs: each handler's imports, and ``cdk synth`` against an empty app's."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from statistics import median

from benchmarks.deployed_settings import DEFAULTS
from local_aws.state import PROJECT_ROOT

_RUNS = 3
_LINE = re.compile(r"^import time:\s*\d+ \|\s*(?P<cumulative>\d+) \| (?P<module>\S+)$", re.MULTILINE)
# CDK's validation refuses a template without any resource.
_EMPTY = (
    "import aws_cdk; app = aws_cdk.App(); stack = aws_cdk.Stack(app, 'Empty'); "
    "aws_cdk.CfnWaitConditionHandle(stack, 'Nothing'); app.synth()"
)


def import_seconds() -> dict[str, float]:
    """Return the seconds that each handler's imports take (``python -X importtime``), median of several processes."""
    packages = sorted(path.parent.name for path in (PROJECT_ROOT / "lambdas").glob("*/handler.py"))
    return {package: round(median(_import_of(package) for _ in range(_RUNS)), 3) for package in packages}


def synth_ratio() -> dict[str, float]:
    """Return the seconds that the app and an empty one take to synthesise, without bundling, and their ratio.

    As ``cdk synth`` runs them: `app.py` leaves CDK's validation of the template to the tests, ``cdk.App()`` does not.
    ``ratio_validated`` is that of both with it.
    """
    app, validated, empty = (
        median(_synth(command, **environment) for _ in range(_RUNS))
        for command, environment in (
            ([sys.executable, "app.py"], {}),
            ([sys.executable, "app.py"], {"CDK_VALIDATION": "true"}),
            ([sys.executable, "-c", _EMPTY], {}),
        )
    )
    return {
        "app_s": round(app, 2),
        "empty_app_s": round(empty, 2),
        "ratio": round(app / empty, 2),
        "ratio_validated": round(validated / empty, 2),
    }


def _import_of(package: str) -> float:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {package}.handler"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "POWERTOOLS_TRACE_DISABLED": "true", "AWS_REGION": "us-east-1"},
        encoding="utf-8",
    )
    [cumulative] = [m["cumulative"] for m in _LINE.finditer(ran.stderr) if m["module"] == f"{package}.handler"]
    return int(cumulative) / 1_000_000


def _synth(command: list[str], **environment: str) -> float:
    context = json.dumps({**DEFAULTS, "aws:cdk:bundling-stacks": []})
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            check=True,
            capture_output=True,
            env={**os.environ, "CDK_OUTDIR": folder, "CDK_CONTEXT_JSON": context, **environment},
        )
        return time.monotonic() - started
