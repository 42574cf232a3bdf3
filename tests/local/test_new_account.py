"""A course of twelve modules through the deployed app, in an account that runs ten functions at once, as new ones do.

`make scale` runs it, on a local AWS of its own: the account's functions are counted by the server, from its start.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config

from coursewright.deployment import Deployment
from coursewright.run.execution import Run
from tests.support.local_author import Author
from tests.support.tiny_resources import TinyResources

MODULES, LESSONS = 12, 4
FUNCTIONS = int(os.environ.get("LAMBDA_ACCOUNT_CONCURRENCY", "0"))

pytestmark = pytest.mark.skipif(not FUNCTIONS, reason="needs a local AWS of few functions: only in `make scale`")


@pytest.fixture
def another_application(tiny: TinyResources) -> Callable[[], bool]:
    """Take one function of the account for five seconds; return whether there was one."""
    function = tiny.function("import time\ndef handler(event, context): time.sleep(5)")
    # botocore would ask again until there is one.
    once = Config(retries={"total_max_attempts": 1}, max_pool_connections=FUNCTIONS + 1)
    client = tiny.connection.session().client("lambda", **tiny.connection.client_options, config=once)  # type: ignore[call-overload]

    def invoke() -> bool:
        try:
            client.invoke(FunctionName=function)
        except client.exceptions.TooManyRequestsException:
            return False
        return True

    return invoke


def test_twelve_modules_get_through_an_account_of_ten_functions(
    deployment: Deployment, author: Author, another_application: Callable[[], bool]
) -> None:
    # Given: an account that refuses the eleventh function of those that go on.
    with ThreadPoolExecutor(FUNCTIONS + 1) as people:
        assert not all(people.map(lambda _: another_application(), range(FUNCTIONS + 1)))
    # And: a course whose modules want six functions each, and answers that take their time.
    lessons = ", ".join(f"{{title: Lesson {n}, duration_minutes: 5}}" for n in range(1, LESSONS + 1))
    modules = "".join(
        f"- {{title: Module {n}, lessons: [{lessons}], labs: [Lab {n}]}}\n" for n in range(1, MODULES + 1)
    )
    key = "new-account/outline.yaml"
    outline = f"course: {{title: New account}}\nmodules:\n{modules}"
    deployment.s3.put_object(Bucket=deployment.bucket, Key=key, Body=outline.encode())
    author.behave({"misbehaviour": "no_visuals"}, latency_seconds={"lesson": 1, "study": 3, "lab": 4})
    # When: it is run with the defaults.
    started = time.monotonic()
    run = Run.start(deployment, {"outline_s3_key": key, "project_folder": "new-account", "content_type": "both"})
    found_room: list[bool] = []
    while (state := run.state()).is_running:
        found_room.append(another_application())
        time.sleep(0.5)
    seconds = time.monotonic() - started
    # Then: no module failed, although there was no room at times.
    assert state.has_succeeded, state
    assert state.output is not None
    assert state.output.failed_modules == ()
    written = [call for call in author.calls() if call["kind"] == "lesson"]
    assert len(written) == MODULES * LESSONS
    assert not all(found_room)
    print(  # noqa: T201 - what `make scale` is for
        f"\n{MODULES} modules x {LESSONS} lessons with labs, {FUNCTIONS} functions at once: {seconds:.0f} s, "
        f"{found_room.count(False)} of {len(found_room)} functions of another application refused"
    )
