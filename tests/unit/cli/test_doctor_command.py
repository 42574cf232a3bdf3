"""`coursewright doctor` as a newcomer meets it: a fresh account from its first line to its last, and the question."""

import io
import json
import sys

import boto3
import pytest

from coursewright.commands.doctor import doctor
from coursewright.doctor.model_answer import MAX_TOKENS
from coursewright.errors import BadInput, CommandFailed
from tests.support.offered_models import ANSWERED, NO_FORM, SONNET, available, offered, profile
from tests.support.stubbed_account import IDENTITY, NOT_DEPLOYED, Call, Refused, StubbedSession, functions

GLOBAL = f"global.{SONNET}"
FEW_QUOTAS = [
    {
        "QuotaName": f"Global cross-region model inference tokens per {period} for Anthropic Claude Sonnet 4.6",
        "QuotaCode": f"L-{period.upper()}",
        "Value": value,
        "Adjustable": period == "minute",
    }
    for period, value in (("minute", 20_000.0), ("day", 1_000_000.0))
]


def fresh_account(*answers: Call) -> StubbedSession:
    """An account in which somebody has signed up and nothing else, as it answers the doctor."""
    quotas = Call("service-quotas", "list_service_quotas", {"Quotas": FEW_QUOTAS})
    refused = available("NOT_AVAILABLE", "NOT_AUTHORIZED")
    return StubbedSession(
        IDENTITY,
        NOT_DEPLOYED,
        profile(profile_id=GLOBAL),
        offered(),
        NO_FORM,
        refused,
        refused,
        *answers,
        quotas,
        functions(10, 10),
        Call("ssm", "get_parameter", Refused("ParameterNotFound")),
    )


class Typed(io.StringIO):
    """A terminal at which somebody has typed this."""

    def isatty(self) -> bool:
        return True


def examine(
    session: StubbedSession,
    monkeypatch: pytest.MonkeyPatch,
    typed: str = "",
    *,
    yes: bool = False,
    as_json: bool = False,
) -> None:
    monkeypatch.setattr(boto3, "Session", lambda **_: session)
    monkeypatch.setattr(sys, "stdin", Typed(typed) if typed else io.StringIO())
    doctor(None, target="aws", yes=yes, as_json=as_json)


def test_a_newcomer_reads_the_fixes_of_a_fresh_account_in_the_order_in_which_it_is_set_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given
    session = fresh_account()
    # When
    with pytest.raises(CommandFailed, match="doctor: 6 wrong") as failed:
        examine(session, monkeypatch)
    # Then
    assert failed.value.exit_code == 1
    session.require_all_asked()
    printed = capsys.readouterr().out
    steps = [
        "npx cdk bootstrap",
        "none was sent",
        "aws bedrock put-use-case-for-model-access",
        "agreement NOT_AVAILABLE",
        "the use-case form first (above); then somebody with aws-marketplace:Subscribe",
        "--yes makes one paid call (about $0.00018)",
        "set tokens_per_minute to 20000 in cdk.json",
        "1,000,000 tokens a day",
        "set functions_at_once to 10 in cdk.json",
        "no stack Coursewright-dev in eu-west-1",
        "npx cdk deploy",
        "not looked at: it needs stack",
    ]
    places = [printed.find(step) for step in steps]
    assert -1 not in places, [step for step, place in zip(steps, places, strict=True) if place == -1]
    assert places == sorted(places)


@pytest.mark.parametrize("typed", ["n\n", "\n"])
def test_at_a_terminal_the_paid_call_is_asked_for_and_anything_but_yes_is_no(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given: an account in which a Converse call would find no answer, and end the test.
    session = fresh_account()
    # When
    with pytest.raises(CommandFailed):
        examine(session, monkeypatch, typed)
    # Then
    told = capsys.readouterr()
    assert f"Ask {GLOBAL} for {MAX_TOKENS} tokens (about $0.00018)? [y/N]" in told.out + told.err
    assert "not tried: you said no" in told.out


@pytest.mark.parametrize(("typed", "options"), [("y\n", {}), ("", {"yes": True})])
def test_a_yes_makes_the_call(
    typed: str, options: dict[str, bool], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session = fresh_account(Call("bedrock-runtime", "converse", ANSWERED))
    with pytest.raises(CommandFailed):
        examine(session, monkeypatch, typed, **options)
    session.require_all_asked()
    assert f"{GLOBAL} answered: 11 tokens in, 4 out" in capsys.readouterr().out


def test_a_program_gets_one_object(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandFailed):
        examine(fresh_account(), monkeypatch, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert report["is_ready"] is False
    by_name = {each["name"]: each for each in report["findings"]}
    assert by_name["bootstrap"]["looked_at"] == "ssm:GetParameter"
    assert {each["verdict"] for each in report["findings"]} <= {"ok", "wrong", "unknown", "skipped"}


def test_what_aws_says_is_text_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given: an answer full of markup and escape sequences.
    said = "[red]bold[/red] \x1b[31m:smile: [/nothing]"
    session = StubbedSession(Call("sts", "get_caller_identity", Refused("InternalFailure", said)))
    # When
    monkeypatch.setattr(boto3, "Session", lambda **_: session)
    doctor(None, target="aws")
    # Then
    printed = capsys.readouterr().out
    assert r"[red]bold[/red] \x1b[31m:smile: [/nothing]" in printed


def test_an_outline_that_cannot_be_read_is_bad_input(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(BadInput):
        doctor(tmp_path_factory.mktemp("no") / "outline.yaml", target="aws")
