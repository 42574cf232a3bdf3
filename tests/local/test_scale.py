"""A large course through the deployed app, with a model that answers at once: how long the pipeline itself takes.

`make test` takes a small one, of more modules than are made at once; `make scale` 200 modules of 10 lessons, and prints
the figures.
"""

import os
import time

from coursewright.deployment import Deployment
from coursewright.run.execution import Run
from tests.support.local_author import Author

MODULES, LESSONS = map(int, os.environ.get("COURSEWRIGHT_SCALE", "9x2").split("x"))
MODULES_AT_ONCE = 8


def test_a_large_course_is_complete_and_every_lesson_is_paid_for_once(deployment: Deployment, author: Author) -> None:
    # Given
    lessons = ", ".join(f"{{title: Lesson {n}, duration_minutes: 5}}" for n in range(1, LESSONS + 1))
    modules = "".join(f"- {{title: Module {n}, lessons: [{lessons}]}}\n" for n in range(1, MODULES + 1))
    key = "scale/outline.yaml"
    outline = f"course: {{title: Scale}}\nmodules:\n{modules}"
    deployment.s3.put_object(Bucket=deployment.bucket, Key=key, Body=outline.encode())
    author.behave({"misbehaviour": "no_visuals"})
    # When
    started = time.monotonic()
    run = Run.start(
        deployment,
        {"outline_s3_key": key, "project_folder": "scale", "max_concurrency": MODULES_AT_ONCE},
    )
    while (state := run.state()).is_running:
        time.sleep(1)
    seconds = time.monotonic() - started
    # Then
    assert state.has_succeeded, state
    assert state.output is not None
    assert state.output.failed_modules == ()
    every = [(m, n) for m in range(1, MODULES + 1) for n in range(1, LESSONS + 1)]
    calls = author.calls()
    for kind in ("lesson", "study"):
        assert sorted((call["module_number"], call["lesson_number"]) for call in calls if call["kind"] == kind) == every
    print(  # noqa: T201 - what `make scale` is for
        f"\n{MODULES} modules x {LESSONS} lessons, {MODULES_AT_ONCE} modules at once, an instant model: "
        f"{seconds:.0f} s, {len(calls):,} model calls, {1000 * seconds / len(every):.0f} ms a lesson"
    )
