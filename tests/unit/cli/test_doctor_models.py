"""The doctor on the text model: offered, open to the account, answering, and with quotas that a course fits into."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from coursewright.doctor.account import Account, Consent
from coursewright.doctor.examination import Check, examine
from coursewright.doctor.finding import Finding, Outcome, Verdict
from coursewright.doctor.model import check_model
from coursewright.doctor.model_access import check_subscription, check_use_case_form
from coursewright.doctor.model_answer import MAX_TOKENS, check_model_answer
from coursewright.doctor.model_quotas import check_tokens_a_day, check_tokens_a_minute
from coursewright.doctor.quota_names import Period, is_quota_of
from coursewright.doctor.text_model import Scope, TextModel
from coursewright.outline_file import OutlineFile
from tests.support.offered_models import ANSWERED, NO_FORM, PROFILE, SONNET, available, offered, profile
from tests.support.stubbed_account import NOT_DEPLOYED, Call, Refused, StubbedSession, described, nobody, outcome

Look = Callable[[Account], Outcome]
SAMPLES = Path(__file__).parents[3] / "samples"
NOVA = "amazon.nova-lite-v1:0"

MINUTE = "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6"
DAY = "Cross-region model inference tokens per day for Anthropic Claude Sonnet 4.6"


def quotas(**values: float) -> Call:
    """Service Quotas with a minute's and a day's tokens, among others'."""
    named = {"minute": MINUTE, "day": DAY}
    others = [
        ("Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6 1M Context Length", 9),
        ("Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6", 9),
        ("Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4", 9),
        ("Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.6", 9),
    ]
    listed = [*others, *((named[name], value) for name, value in values.items())]
    answer = [
        {"QuotaName": name, "QuotaCode": f"L-{number}", "Value": float(value), "Adjustable": "minute" in name}
        for number, (name, value) in enumerate(listed)
    ]
    asked = {"ServiceCode": "bedrock", "MaxResults": 100}
    return Call("service-quotas", "list_service_quotas", {"Quotas": answer}, asked)


FORM = Call("bedrock", "get_use_case_for_model_access", {"formData": b'{"companyName": "Ada"}'})
ON_ITS_OWN = described(model=SONNET)

RIGHT: list[tuple[Look, list[Call], str]] = [
    (check_model, [described(), profile(), offered()], PROFILE),
    (check_model, [described(model=NOVA), offered(NOVA, ("ON_DEMAND",))], NOVA),
    (check_use_case_form, [described(), FORM], "sent"),
    (check_subscription, [described(), available()], "agreement AVAILABLE"),
    (check_tokens_a_minute, [described(), quotas(minute=200_000)], "enough for 3 modules of 5 lessons"),
    (
        check_tokens_a_minute,
        [described(tokens_per_minute=20_000), quotas(minute=20_000)],
        "runs keep to tokens_per_minute, 20,000",
    ),
    (check_tokens_a_day, [described(), quotas(day=28_800_000)], "28,800,000 tokens a day"),
]

PROFILES = Call(
    "bedrock",
    "list_inference_profiles",
    {
        "inferenceProfileSummaries": [
            {
                "inferenceProfileName": "it",
                "inferenceProfileArn": f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{name}",
                "inferenceProfileId": name,
                "models": [{"modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/it"}],
                "status": "ACTIVE",
                "type": "SYSTEM_DEFINED",
            }
            for name in (f"global.{SONNET}", "eu.anthropic.claude-opus-4-6-v1")
        ]
    },
    {"typeEquals": "SYSTEM_DEFINED"},
)

WRONG: list[tuple[Look, list[Call], str, str]] = [
    (
        check_model,
        [described(), Call("bedrock", "get_inference_profile", Refused("ResourceNotFoundException")), PROFILES],
        f"{PROFILE} is not offered in eu-west-1",
        f"set text_model_id to global.{SONNET} in",
    ),
    (check_model, [ON_ITS_OWN, offered()], "cannot be called by its own name", "inference profile"),
    (
        check_model,
        [described(), profile(), offered(endOfLifeTime="2026-01-31T00:00:00Z")],
        "end of life on 2026-01-31",
        "text_model_id",
    ),
    (
        check_use_case_form,
        [described(), NO_FORM, available("NOT_AVAILABLE", "NOT_AUTHORIZED")],
        "none was sent",
        "Model catalog",
    ),
    (
        check_subscription,
        [described(), available("NOT_AVAILABLE")],
        "agreement NOT_AVAILABLE",
        "aws-marketplace:Subscribe",
    ),
    (
        check_subscription,
        [described(), available("ERROR", said="INVALID_PAYMENT_INSTRUMENT")],
        "INVALID_PAYMENT_INSTRUMENT",
        "valid payment method",
    ),
    (
        check_subscription,
        [described(), available(authorization="NOT_AUTHORIZED")],
        "NOT_AUTHORIZED",
        "use-case form",
    ),
    (check_tokens_a_minute, [described(), quotas(minute=0)], "0 tokens a minute", "--quota-code L-4"),
    (
        check_tokens_a_minute,
        [described(), quotas(minute=20_000)],
        "20,000 tokens a minute, and 3 modules of 5 lessons at once reserve about 120,000",
        "set tokens_per_minute to 20000 in cdk.json",
    ),
    (
        check_tokens_a_minute,
        [described(tokens_per_minute=500_000), quotas(minute=20_000)],
        "tokens_per_minute says 500,000",
        "set tokens_per_minute to 20000 in cdk.json",
    ),
    (check_tokens_a_day, [described(), quotas(day=0)], "0 tokens a day", "AWS Support"),
]


def examined(look: Look, session: StubbedSession) -> Finding:
    account = Account(stage="dev", connect=lambda: session, may_spend=nobody)
    [finding] = examine([Check(name="it", looks_at="it", look=look)], account)
    session.require_all_asked()
    return finding


@pytest.mark.parametrize(("look", "calls", "found"), RIGHT)
def test_a_model_that_may_be_used_is_said_to_be_so(look: Look, calls: list[Call], found: str) -> None:
    finding = examined(look, StubbedSession(*calls))
    assert (finding.verdict, finding.fix) == (Verdict.OK, "")
    assert found in finding.found


@pytest.mark.parametrize(("look", "calls", "found", "fix"), WRONG)
def test_what_keeps_a_model_from_writing_is_said_with_its_fix(
    look: Look, calls: list[Call], found: str, fix: str
) -> None:
    finding = examined(look, StubbedSession(*calls))
    assert finding.verdict is Verdict.WRONG
    assert found in finding.found
    assert fix in finding.fix


def test_only_anthropics_models_need_the_form_and_an_organizations_counts() -> None:
    # Given: another maker's model; then one of Anthropic's that is authorized though this account sent no form.
    assert outcome(check_use_case_form, described(model=NOVA)).verdict is Verdict.SKIPPED
    of_organization = outcome(check_use_case_form, described(), NO_FORM, available())
    # Then
    assert of_organization.verdict is Verdict.UNKNOWN
    assert "organization" in of_organization.found


def test_an_account_without_the_stack_is_asked_about_the_model_of_cdk_json() -> None:
    global_profile = f"global.{SONNET}"
    looked = outcome(check_model, NOT_DEPLOYED, profile(profile_id=global_profile), offered())
    assert looked.verdict is Verdict.OK
    assert global_profile in looked.found


PAID_CALL = {
    "modelId": PROFILE,
    "messages": [{"role": "user", "content": [{"text": "Say yes."}]}],
    "inferenceConfig": {"maxTokens": MAX_TOKENS},
}


@pytest.mark.parametrize("consent", [Consent.REFUSED, Consent.NOBODY_TO_ASK])
def test_the_paid_call_is_not_made_without_a_yes_and_its_price_is_said(consent: Consent) -> None:
    # Given: an account where a Converse call would find no answer, and fail.
    questions: list[str] = []

    def answer(question: str) -> Consent:
        questions.append(question)
        return consent

    # When
    looked = outcome(check_model_answer, described(), may_spend=answer)
    # Then
    assert looked.verdict is Verdict.SKIPPED
    assert "not tried" in looked.found
    assert "--yes" in looked.fix
    [question] = questions
    assert "$0.000" in question
    assert f"{MAX_TOKENS} tokens" in question


def test_the_paid_call_is_one_of_a_few_tokens() -> None:
    looked = outcome(
        check_model_answer,
        described(),
        Call("bedrock-runtime", "converse", ANSWERED, PAID_CALL),
        may_spend=lambda _: Consent.GIVEN,
    )
    assert looked.verdict is Verdict.OK
    assert "11 tokens in, 4 out" in looked.found


@pytest.mark.parametrize(
    ("code", "said", "fix"),
    [
        (
            "ResourceNotFoundException",
            "Model use case details have not been submitted for this account. Fill out the Anthropic use case details "
            "form before using the model. If you have already filled out the form, try again in 15 minutes.",
            "put-use-case-for-model-access",
        ),
        (
            "AccessDeniedException",
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS "
            "Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to "
            "this model.",
            "aws-marketplace:Subscribe, aws-marketplace:Unsubscribe, aws-marketplace:ViewSubscriptions",
        ),
        (
            "AccessDeniedException",
            "Model access is denied due to INVALID_PAYMENT_INSTRUMENT: A valid payment instrument must be provided. "
            "Your AWS Marketplace subscription for this model cannot be completed at this time.",
            "valid payment method",
        ),
        ("AccessDeniedException", "User: ada is not authorized to perform: bedrock:InvokeModel", "bedrock:InvokeModel"),
        (
            "ValidationException",
            f"Invocation of model ID {SONNET} with on-demand throughput isn't supported. Retry your request with the "
            "ID or ARN of an inference profile that contains this model.",
            "list-inference-profiles",
        ),
        ("ResourceNotFoundException", "This model version has reached the end of its life.", "end of life"),
        ("ThrottlingException", "Too many tokens per day, please wait before trying again.", "tokens a minute"),
    ],
)
def test_a_model_that_refuses_is_told_apart_by_what_mends_it(code: str, said: str, fix: str) -> None:
    refused = Call("bedrock-runtime", "converse", Refused(code, said))
    looked = outcome(check_model_answer, described(), refused, may_spend=lambda _: Consent.GIVEN)
    assert looked.verdict is Verdict.WRONG
    assert said in looked.found
    assert fix in looked.fix


def test_an_outage_is_no_fault_of_the_account() -> None:
    refused = Call("bedrock-runtime", "converse", Refused("ServiceUnavailableException", "busy", status=503))
    looked = outcome(check_model_answer, described(), refused, may_spend=lambda _: Consent.GIVEN)
    assert looked.verdict is Verdict.UNKNOWN


def test_quotas_are_compared_with_the_outline_that_is_named() -> None:
    # Given
    outline = OutlineFile.read(SAMPLES / "python-for-analysts-12-modules.yaml")
    # When
    few = outcome(check_tokens_a_minute, described(), quotas(minute=30_000), outline=outline)
    many = outcome(check_tokens_a_minute, described(), quotas(minute=2_000_000), outline=outline)
    a_day = outcome(check_tokens_a_day, described(), quotas(day=100_000), outline=outline)
    days = outcome(check_tokens_a_day, described(), quotas(day=100_000_000), outline=outline)
    # Then
    assert (few.verdict, many.verdict) == (Verdict.WRONG, Verdict.OK)
    assert "set tokens_per_minute to 30000 in cdk.json" in few.fix
    assert (a_day.verdict, days.verdict) == (Verdict.WRONG, Verdict.OK)
    assert "--modules" in a_day.fix


def test_a_quota_that_is_not_listed_is_unknown() -> None:
    looked = outcome(check_tokens_a_minute, described(), quotas())
    assert looked.verdict is Verdict.UNKNOWN


IDS = {
    "eu.anthropic.claude-sonnet-4-6": {MINUTE},
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0": {
        "Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1"
    },
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0": {
        "Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet V2"
    },
    "anthropic.claude-3-5-sonnet-20240620-v1:0": {
        "On-demand model inference tokens per minute for Anthropic Claude 3.5 Sonnet"
    },
    "us.meta.llama3-3-70b-instruct-v1:0": {
        "Cross-region model inference tokens per minute for Meta Llama 3.3 70B Instruct"
    },
    "amazon.nova-lite-v1:0": {"On-demand InvokeModel tokens per minute for Amazon Nova Lite"},
}
NEITHER = {
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length",
    "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4 V1",
    "Cross-region model inference tokens per minute for Anthropic Claude 3.5 Sonnet",
    "Cross-Region model inference requests per minute for Anthropic Claude Sonnet 4.6",
    "Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length",
    "On-demand model inference tokens per minute for Amazon Nova 2 Lite",
    "On-demand model inference tokens per minute for Amazon Nova Lite Vision",
    "Batch inference input file size (in GB) for Claude Sonnet 4.6",
    DAY,
}


@pytest.mark.parametrize("model_id", IDS)
def test_a_models_quota_is_found_by_its_name_and_no_other(model_id: str) -> None:
    # Given: every name that Service Quotas may list, in the spellings that it uses.
    names = {*itertools.chain(*IDS.values()), *NEITHER}
    model = TextModel.named(model_id)
    assert model is not None
    # Then
    assert {name for name in names if is_quota_of(name, model, Period.MINUTE)} == IDS[model_id]


def test_a_days_quota_has_two_names() -> None:
    model = TextModel.named(PROFILE)
    assert model is not None
    assert is_quota_of(DAY, model, Period.DAY)
    assert is_quota_of("Model invocation max tokens per day for Anthropic Claude Sonnet 4.6", model, Period.DAY)
    assert not is_quota_of("Model invocation max tokens per day for Anthropic Claude Opus 4.6", model, Period.DAY)


@pytest.mark.parametrize(
    ("regions", "scope"),
    [
        (["eu-west-1"], Scope.ON_DEMAND),
        (["eu-west-1", "eu-central-1"], Scope.CROSS_REGION),
        (["eu-west-1", ""], Scope.GLOBAL),
    ],
)
def test_a_profile_of_ones_own_is_counted_as_what_it_leads_to(regions: list[str], scope: Scope) -> None:
    # Given
    own = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3"
    models = [{"modelArn": f"arn:aws:bedrock:{region}::foundation-model/{SONNET}"} for region in regions]
    found = Call(
        "bedrock",
        "get_inference_profile",
        {
            "inferenceProfileName": "own",
            "inferenceProfileArn": own,
            "inferenceProfileId": "a1b2c3",
            "models": models,
            "status": "ACTIVE",
            "type": "APPLICATION",
        },
        {"inferenceProfileIdentifier": own},
    )
    session = StubbedSession(described(model=own), found)
    # When
    model = Account(stage="dev", connect=lambda: session, may_spend=nobody).text_model
    # Then
    assert (model.foundation, model.scope, model.is_profile) == (SONNET, scope, True)
