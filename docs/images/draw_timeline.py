"""Draws docs/images/timeline.svg: the demo's course, theory and labs, by a slow offline author.

Run it from the project's folder: ``.venv/bin/python docs/images/draw_timeline.py`` (about two minutes).
"""

import json
import subprocess
from pathlib import Path

import httpx

import local_aws
from local_aws.state import LocalState

PICTURE = Path(__file__).with_name("timeline.svg")
COURSE = "samples/kubernetes-foundations.yaml"
# Seconds of each call, in a real model's proportions, so that work is longer than the emulator's overhead.
LATENCY_SECONDS = {"lesson": 12, "visual_plan": 5, "study": 6, "lab_plan": 4, "lab": 8}


def main() -> None:
    """Generate the course on local AWS and draw its timeline."""
    local_aws.up(print)
    state = LocalState.load()
    if state is None:
        raise SystemExit("local AWS is not running; `coursewright local up` starts it")
    httpx.post(f"{state.model_url}/behaviour", json={"latency_seconds": LATENCY_SECONDS}).raise_for_status()
    try:
        report = _coursewright("generate", COURSE, "--project", "timeline-picture", "--content-type", "both", "--json")
    finally:
        httpx.delete(f"{state.model_url}/behaviour")
    execution = json.loads(report.splitlines()[-1])["execution_arn"]
    _coursewright("timeline", execution, "-o", str(PICTURE))


def _coursewright(*arguments: str) -> str:
    return subprocess.run(
        ["coursewright", *arguments], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ).stdout


if __name__ == "__main__":
    main()
