"""Check of the text model: its offer in this region, and its end of life."""

from datetime import UTC, datetime

from botocore.exceptions import ClientError

from course_kit.model.model_access import PROFILE_FIX, RETIRED_FIX
from course_kit.model_ids import without_geography
from course_kit.prices import prices_of
from coursewright.doctor.account import Account
from coursewright.doctor.answers import CamelAnswer
from coursewright.doctor.finding import Outcome
from coursewright.doctor.refusals import code_of

_NO_SUCH_MODEL = {"ResourceNotFoundException", "ValidationException"}


class _Profile(CamelAnswer):
    inference_profile_id: str


class _Profiles(CamelAnswer):
    inference_profile_summaries: tuple[_Profile, ...] = ()


class _Lifecycle(CamelAnswer):
    status: str
    end_of_life_time: datetime | None = None


class _Details(CamelAnswer):
    model_id: str
    inference_types_supported: tuple[str, ...] = ()
    model_lifecycle: _Lifecycle | None = None


class _Model(CamelAnswer):
    model_details: _Details


def check_model(account: Account) -> Outcome:
    """Whether the region offers the text model or its profile, with a known price and a life cycle that goes on."""
    model_id = account.settings.models.text_model_id
    try:
        model = account.text_model
        if model.is_profile:
            account.profile(model_id)
        details = account.ask("bedrock", "get_foundation_model", _Model, modelIdentifier=model.foundation).model_details
    except ClientError as error:
        if code_of(error) in _NO_SUCH_MODEL:
            fix = account.deploy_with("text_model_id", _others(account, model_id))
            return Outcome.wrong(f"{model_id} is not offered in {account.region}", fix)
        raise
    if not model.is_profile and "ON_DEMAND" not in details.inference_types_supported:
        return Outcome.wrong(f"{model_id} cannot be called by its own name", PROFILE_FIX)
    return _by_its_age(account, model_id, details.model_lifecycle) or Outcome.ok(
        f"{model_id}{_remark(account, model_id)}"
    )


def _by_its_age(account: Account, model_id: str, lifecycle: _Lifecycle | None) -> Outcome | None:
    """Return the warning for a model with an end of life; the earlier day of Bedrock and the table counts."""
    known = account.settings.known_models.text_model(model_id)
    ends = [known.end_of_life] if known is not None and known.end_of_life is not None else []
    if lifecycle is not None and lifecycle.end_of_life_time is not None:
        ends.append(lifecycle.end_of_life_time.date())
    if ends and min(ends) <= datetime.now(UTC).date():
        successor = known.instead if known is not None else ""
        fix = account.deploy_with("text_model_id", successor) if successor else RETIRED_FIX
        return Outcome.wrong(f"{model_id} reached its end of life on {min(ends):%Y-%m-%d}", fix)
    if ends or (lifecycle is not None and lifecycle.status == "LEGACY"):
        until = f" on {min(ends):%Y-%m-%d}" if ends else ""
        return Outcome.ok(f"{model_id}{_remark(account, model_id)}; it ends{until}: choose its successor before then")
    return None


def _others(account: Account, model_id: str) -> str:
    """Return the region's profiles of the same model, or a general hint."""
    pages = account.pages("bedrock", "list_inference_profiles", _Profiles, typeEquals="SYSTEM_DEFINED")
    found = [profile.inference_profile_id for page in pages for profile in page.inference_profile_summaries]
    wanted = without_geography(model_id)
    same = sorted(profile for profile in found if without_geography(profile) == wanted)
    return " or ".join(same) or "… (`aws bedrock list-inference-profiles` names what there is)"


def _remark(account: Account, model_id: str) -> str:
    models = account.settings.known_models
    if models.text_model(model_id) is None:
        return "; not among the models known to work (docs/models.md)"
    is_priced = prices_of(models).text_price(model_id) is not None
    return "" if is_priced else "; no price is known, so --max-cost needs --prices"
