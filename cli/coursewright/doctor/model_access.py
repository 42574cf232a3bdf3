"""Checks of access to the text model: Anthropic's form, and the subscription by the first call."""

from functools import partial

from botocore.exceptions import ClientError

from course_kit.model.model_access import PAYMENT_FIX, RIGHTS_FIX, SUBSCRIPTION_FIX, USE_CASE_FIX
from coursewright.doctor.account import Account
from coursewright.doctor.answers import CamelAnswer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of

_NO_FORM = {"ResourceNotFoundException", "ValidationException"}
_AVAILABLE = "AVAILABLE"
_ANTHROPIC = "anthropic."


class _Form(CamelAnswer):
    form_data: bytes


class _Agreement(CamelAnswer):
    status: str
    error_message: str = ""


class _Availability(CamelAnswer):
    agreement_availability: _Agreement
    authorization_status: str
    entitlement_availability: str
    region_availability: str


def check_use_case_form(account: Account) -> Outcome:
    """Whether Anthropic's form was sent, for the account or its organization; other models need none."""
    foundation = account.text_model.foundation
    if not foundation.startswith(_ANTHROPIC):
        return Outcome.skipped(f"{foundation} needs none; only Anthropic's models do")
    try:
        account.ask("bedrock", "get_use_case_for_model_access", _Form)
    except ClientError as error:
        if code_of(error) not in _NO_FORM:
            raise
        if _availability(account, foundation).authorization_status == "AUTHORIZED":
            return Outcome.unknown(
                "none of this account, and the model is authorized: the organization may have sent one",
                f"if the model does not answer, {USE_CASE_FIX}",
            )
        return Outcome.wrong("none was sent", USE_CASE_FIX)
    return Outcome.ok("sent")


def check_subscription(account: Account) -> Outcome:
    """Whether the account has a subscription to the model and the right to use it."""
    foundation = account.text_model.foundation
    found = _availability(account, foundation)
    agreement = found.agreement_availability
    wrong = partial(Outcome.wrong, f"{foundation}: {_words(found)}")
    if agreement.status == "PENDING":
        return Outcome.unknown(f"{foundation}: the subscription is in progress", "wait up to 15 minutes")
    if agreement.status == "ERROR":
        return wrong(f"{PAYMENT_FIX}; or the subscription lacked rights: {SUBSCRIPTION_FIX}")
    if found.authorization_status != "AUTHORIZED":
        is_anthropics = foundation.startswith(_ANTHROPIC)
        return wrong(f"the use-case form first (above); then {SUBSCRIPTION_FIX}" if is_anthropics else RIGHTS_FIX)
    if {agreement.status, found.entitlement_availability} != {_AVAILABLE}:
        return wrong(SUBSCRIPTION_FIX)
    return Outcome.ok(f"{foundation}: {_words(found)}")


def _availability(account: Account, foundation: str) -> _Availability:
    return account.ask("bedrock", "get_foundation_model_availability", _Availability, modelId=foundation)


def _words(found: _Availability) -> str:
    agreement = found.agreement_availability
    said = f" ({agreement.error_message})" if agreement.error_message else ""
    return (
        f"agreement {agreement.status}{said}, {found.authorization_status}, "
        f"entitlement {found.entitlement_availability}"
    )
