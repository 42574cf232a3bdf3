"""Who follows a run stays through an expired login and a network that is away, and is told how to go on."""

import io
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from pydantic import JsonValue

import local_aws
from course_kit.errors import RequestInvalid, StorageUnavailable
from coursewright.deployment import Deployment, Target
from coursewright.errors import BadInput, CommandFailed, Interrupted, OutputClosed
from coursewright.following import RunFailed, RunStopped, follow
from coursewright.run.execution import Run
from coursewright.run.patience import PATIENCE_SECONDS, Clock, NotFollowed, PatientRun
from coursewright.terminal import Terminal, printable
from local_aws import LocalStatus
from local_aws.kept import Kept
from tests.support.command_line import COMMANDS, HOSTILE, CommandLine, outline_of
from tests.support.fake_aws import FakeAws, Refusal

_EXPIRED = Refusal("ExpiredToken", "The security token included in the request is expired")
_THROTTLED = Refusal("ThrottlingException", "Rate exceeded")
_DOWN = Refusal("InternalError", "We encountered an internal error.", 500)
_PATIENCE = PATIENCE_SECONDS


@dataclass
class TestClock:
    """Time that goes by only while somebody waits; at each wait something may happen."""

    __test__ = False

    events: list[Callable[[], None]] = field(default_factory=list)
    now: float = 1000.0
    speed: float = 6
    """More than 1 saves waits in which nothing happens."""

    def wait(self, seconds: float) -> None:
        self.now += self.speed * seconds
        if self.events:
            self.events.pop(0)()

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, wait=self.wait)


@pytest.fixture
def running(command_line: CommandLine, aws: FakeAws, tmp_path: Path) -> FakeAws:
    """A run of one module that goes on."""
    aws.objects["networks/outline.yaml"] = outline_of(tmp_path, "Networks").read_bytes()
    aws.objects["networks/book/Networks.md"] = b"# Networks"
    return aws


def succeed(aws: FakeAws) -> Callable[[], None]:
    def end() -> None:
        output = json.dumps({"book": {"md": "networks/book/Networks.md"}})
        aws.execution = {"status": "SUCCEEDED", "stopDate": 1767225660, "output": output}

    return end


def refuse(aws: FakeAws, service: str, refusal: Refusal | None) -> Callable[[], None]:
    def change() -> None:
        aws.refusals.clear()
        if refusal:
            aws.refusals[service] = refusal

    return change


def nothing() -> None:
    """Let time go by."""


def terminal_of(*, is_live: bool = False) -> Terminal:
    return Terminal(file=io.StringIO(), width=300, force_terminal=is_live)


def said(terminal: Terminal) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def run_of() -> Run:
    return Run.find(Deployment.find(Target.AWS, "dev"), "run-1")


@pytest.mark.parametrize("refusal", [_EXPIRED, _THROTTLED, _DOWN], ids=lambda refusal: refusal.code)
@pytest.mark.parametrize("service", ["states", "s3"])
def test_a_refused_poll_is_told_once_and_outlived(
    service: str, refusal: Refusal, running: FakeAws, tmp_path: Path
) -> None:
    # Given: refused from the second poll on, answered again later; then the run ends.
    terminal, waits = terminal_of(), TestClock([refuse(running, service, refusal), *[nothing] * 3])
    waits.events += [refuse(running, service, None), succeed(running)]
    # When
    report = follow(run_of(), tmp_path / "out", terminal, clock=waits.clock)
    # Then
    assert report.status == "succeeded"
    assert (tmp_path / "out" / "networks" / "book" / "Networks.md").read_bytes() == b"# Networks"
    assert said(terminal).count("the run continues; retrying for 300 s") == 1
    assert said(terminal).count("AWS answers again") == 1


def test_every_outage_has_its_own_patience(running: FakeAws, tmp_path: Path) -> None:
    # Given: two outages, each of most of what is waited for one.
    waits, terminal = TestClock(), terminal_of()
    for _ in range(2):
        waits.events += [refuse(running, "states", _THROTTLED), *[nothing] * 8, refuse(running, "states", None)]
    waits.events += [succeed(running)]
    # When / Then
    assert follow(run_of(), tmp_path / "out", terminal, clock=waits.clock).status == "succeeded"
    assert waits.now - 1000 > 1.4 * _PATIENCE
    assert said(terminal).count("retrying for") == 2


@pytest.mark.parametrize("service", ["states", "s3"])
def test_a_run_that_cannot_be_followed_any_longer_ends_with_the_next_step(
    service: str, running: FakeAws, tmp_path: Path
) -> None:
    # Given
    waits = TestClock([refuse(running, service, _EXPIRED)])
    run = run_of()
    prod = replace(run, deployment=replace(run.deployment, stage="prod"))
    # When
    with pytest.raises(NotFollowed) as ended:
        follow(prod, tmp_path / "my books", terminal_of(), clock=waits.clock)
    # Then: after minutes, with its reason, the fix, and a command that is one.
    assert ended.value.exit_code == 3
    assert _PATIENCE <= waits.now - 1000 <= _PATIENCE + 60
    (line,) = ended.value.lines
    assert "log in again: `aws sso login`" in line
    again = line.rpartition("watch it with `")[2].rstrip("`")
    words = shlex.split(again)
    assert words == [
        "coursewright", "watch", "run-1", "--target", "aws", "--stage", "prod", "--out", str(tmp_path / "my books"),
    ]  # fmt: skip
    assert "watch" in COMMANDS
    assert "Run run-1 continues without this command" in line


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://states"),
        ReadTimeoutError(endpoint_url="https://states"),
        StorageUnavailable("networks/outline.yaml: the connection to S3 failed"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("target", Target)
def test_a_network_that_is_away_is_outlived_and_one_that_stays_away_is_not(
    error: Exception, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given: a question that is answered at the third attempt, and one that never is.
    monkeypatch.setattr(local_aws, "status", lambda: LocalStatus(is_running=True, kept=Kept(Path())))
    told: list[str] = []
    answers = iter([error, error, None])
    waits = TestClock()
    account = Mock(target=target)
    run = Run(account, "arn:run-1")
    patient = PatientRun(run, "coursewright watch run-1", told.append, waits.clock)

    def ask(_: Run) -> str:
        if fault := next(answers, error):
            raise fault
        return "there"

    # When / Then
    assert patient.ask(ask) == "there"
    assert len(told) == 2
    with pytest.raises(NotFollowed, match="watch it with `coursewright watch run-1`"):
        patient.ask(ask)
    assert account.renewed.call_count == 0


def test_a_run_does_not_outlive_local_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: `coursewright local down` in another terminal.
    monkeypatch.setattr(local_aws, "status", lambda: LocalStatus(is_running=False, kept=Kept(Path())))
    waits = TestClock()
    patient = PatientRun(Run(Mock(target=Target.LOCAL), "arn:run-1"), "again", print, waits.clock)
    # When / Then: nobody waits for what cannot come back, or is sent to watch it.
    with pytest.raises(CommandFailed, match="local AWS has ended, and run run-1 with it") as ended:
        patient.ask(Mock(side_effect=EndpointConnectionError(endpoint_url="https://127.0.0.1")))
    assert (ended.value.exit_code, waits.now) == (1, 1000)


@pytest.mark.parametrize("error", [KeyError("x"), RequestInvalid("modules_to_generate: found 9")])
def test_what_no_pause_mends_is_not_asked_again(error: Exception) -> None:
    asked = Mock(side_effect=error)
    with pytest.raises(type(error)):
        PatientRun(Run(Mock(target=Target.AWS), "arn:run-1"), "again", print, TestClock().clock).ask(asked)
    assert asked.call_count == 1


def test_a_login_in_another_terminal_is_noticed(running: FakeAws, command_line: CommandLine, tmp_path: Path) -> None:
    # Given: keys in a file, as a company's tool writes them; they are over while the run goes on.
    keys = tmp_path / "credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        command_line.monkeypatch.delenv(name)
    command_line.monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))

    def log_in(key: str) -> None:
        keys.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = s\n", encoding="utf-8")

    log_in("YESTERDAY")
    waits = TestClock([lambda: setattr(running, "expired_key", "YESTERDAY"), nothing, lambda: log_in("TODAY")])
    waits.events += [nothing, succeed(running)]
    terminal = terminal_of()
    # When
    report = follow(run_of(), tmp_path / "out", terminal, clock=waits.clock)
    # Then
    assert report.status == "succeeded"
    assert "AWS answers again" in said(terminal)


def test_a_login_that_is_over_as_the_run_ends_takes_no_book_away(running: FakeAws, tmp_path: Path) -> None:
    # Given: the execution tells that it has ended, and from then on the bucket refuses for a minute.
    def end() -> None:
        succeed(running)()
        running.refusals["s3"] = _EXPIRED

    waits = TestClock([end, *[nothing] * 3, running.refusals.clear])
    # When / Then
    assert follow(run_of(), tmp_path / "out", terminal_of(), clock=waits.clock).book == {
        "md": str(tmp_path / "out" / "networks" / "book" / "Networks.md")
    }


@pytest.mark.parametrize("is_refused", [False, True])
def test_who_stops_following_is_told_how_to_go_on(is_refused: bool, running: FakeAws, tmp_path: Path) -> None:
    # Given
    def stop() -> None:
        raise KeyboardInterrupt

    waits = TestClock([refuse(running, "states", _EXPIRED if is_refused else None), stop])
    # When / Then
    with pytest.raises(Interrupted, match=r"the run goes on\. Watch it with `coursewright watch run-1") as ended:
        follow(run_of(), tmp_path / "out", terminal_of(), clock=waits.clock)
    assert ended.value.exit_code == 130


def test_what_nobody_can_read_leaves_the_next_step(running: FakeAws, tmp_path: Path) -> None:
    # Given: what the execution tells of itself becomes unreadable while it goes on.
    waits = TestClock([lambda: running.execution.update(input="no JSON")])
    # When / Then
    with pytest.raises(NotFollowed, match="watch it with `coursewright watch run-1"):
        follow(run_of(), tmp_path / "out", terminal_of(), clock=waits.clock)


def test_a_failed_run_is_no_matter_of_patience(running: FakeAws, tmp_path: Path) -> None:
    # Given: whoever may start executions chooses what a cause says.
    cause = {"errorMessage": "no [/b] more \x1b[2J"}
    failed: dict[str, JsonValue] = {
        "status": "FAILED",
        "stopDate": 1767225660,
        "error": "TextRejected",
        "cause": json.dumps(cause),
    }
    waits = TestClock([lambda: running.execution.update(failed)])
    # When / Then
    with pytest.raises(RunFailed, match="`coursewright resume networks --target aws`") as ended:
        follow(run_of(), tmp_path / "out", terminal_of(), clock=waits.clock)
    assert "no [/b] more \\x1b[2J" in printable(str(ended.value))


@pytest.mark.parametrize(
    ("cause", "told"), [("", "stopped"), ("a  new\nplan", "stopped: a new plan"), ("stopped by its user",) * 2]
)
def test_a_stopped_run_is_no_failed_one(cause: str, told: str, running: FakeAws, tmp_path: Path) -> None:
    # Given: the author stops the run that this command watches.
    stopped: dict[str, JsonValue] = {"status": "ABORTED", "stopDate": 1767225660, "cause": cause}
    waits = TestClock([lambda: running.execution.update(stopped)])
    # When
    with pytest.raises(RunStopped) as ended:
        follow(run_of(), tmp_path / "out", terminal_of(), clock=waits.clock)
    # Then
    assert ended.value.exit_code == 4
    assert ended.value.report.status == "stopped"
    assert ended.value.lines == (
        f"run run-1 {told}; finished work is kept; `coursewright resume networks --target aws` goes on",
    )


@pytest.mark.parametrize("title", HOSTILE.values())
def test_a_run_of_any_title_is_followed_on_a_live_terminal(title: str, running: FakeAws, tmp_path: Path) -> None:
    # Given
    running.objects["networks/outline.yaml"] = outline_of(tmp_path, title).read_bytes()
    terminal = terminal_of(is_live=True)
    # When
    report = follow(run_of(), tmp_path / "out", terminal, clock=TestClock([nothing, succeed(running)]).clock)
    # Then
    assert report.status == "succeeded"
    # A cell of the table shows 40 letters.
    assert f"1  {printable(title)}"[:38] in said(terminal)


def test_every_way_to_end_stands_in_the_configuration_page() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^\| (\d+) \| ", page, re.MULTILINE)}
    ends = (CommandFailed, BadInput, NotFollowed, RunStopped, Interrupted, OutputClosed)
    assert codes == {0, *(failure.exit_code for failure in ends)}
