"""One call of a few tokens: the only proof that the model answers; it also subscribes a new account."""

from botocore.exceptions import ClientError

from course_kit.model.model_access import access_fix
from course_kit.prices import prices_of
from course_kit.usage import Usage
from coursewright.doctor.account import Account, Consent
from coursewright.doctor.answers import CamelAnswer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of
from coursewright.estimate.report import dollars

_QUESTION = "Say yes."
MAX_TOKENS = 8
# Eight characters and the tokens of a provider's own template.
_INPUT_TOKENS = 20


class _Usage(CamelAnswer):
    input_tokens: int
    output_tokens: int


class _Answer(CamelAnswer):
    stop_reason: str
    usage: _Usage


def check_model_answer(account: Account) -> Outcome:
    """Whether the model answers whoever runs this; asked for first, since it is paid for."""
    model_id = account.settings.models.text_model_id
    price = _price(account)
    consent = account.may_spend(f"Ask {model_id} for {MAX_TOKENS} tokens ({price})?")
    if consent is not Consent.GIVEN:
        reason = "you said no" if consent is Consent.REFUSED else "there is no terminal to ask at"
        return Outcome.skipped(f"not tried: {reason}", f"--yes makes one paid call ({price})")
    try:
        answer = account.ask(
            "bedrock-runtime",
            "converse",
            _Answer,
            modelId=model_id,
            messages=[{"role": "user", "content": [{"text": _QUESTION}]}],
            inferenceConfig={"maxTokens": MAX_TOKENS},
        )
    except ClientError as error:
        return _refused(error)
    tokens = answer.usage
    return Outcome.ok(f"{model_id} answered: {tokens.input_tokens} tokens in, {tokens.output_tokens} out")


def _refused(error: ClientError) -> Outcome:
    code, said = code_of(error), error.response["Error"].get("Message", "")
    fix = access_fix(code, said)
    if fix is None and code == "ThrottlingException":
        fix = "the quota is used up, or 0 as in some new accounts: see the tokens a minute and a day below"
    if fix is None and code not in ("ValidationException", "ResourceNotFoundException"):
        return Outcome.unknown(f"{code}: {said}", "run this again in a minute; AWS Health says if Bedrock is degraded")
    return Outcome.wrong(f"{code}: {said}", fix or "check text_model_id")


def _price(account: Account) -> str:
    settings = account.settings
    prices = prices_of(settings.known_models).prices_if_known(settings.models.text_model_id)
    if prices is None:
        return "its price is not known"
    return f"about {dollars(prices.cost(Usage(input_tokens=_INPUT_TOKENS, output_tokens=MAX_TOKENS)))}"
