"""Checks of the account's quotas of the text model in Service Quotas, against the settings and the outline.

Requests a minute are not checked: Bedrock enforces tokens only (Amazon Bedrock user guide, "Quotas for the
bedrock-runtime endpoint").
"""

from course_kit.forecast.course_estimate import CourseEstimate
from course_kit.forecast.model_quota import ModelQuota
from course_kit.models import known_models
from coursewright.doctor.account import Account
from coursewright.doctor.finding import Outcome
from coursewright.doctor.outline_work import estimate_of
from coursewright.doctor.quota_names import Period, ServiceQuota, is_quota_of
from coursewright.estimate.report import duration
from prepare_modules.quota_concurrency import RunConcurrency, concurrency_within_quota

RESERVED_BY_A_LESSON = 8_000
"""Tokens, as docs/operations.md has it ("Raising quotas"); for a course that nobody has named."""


def check_tokens_a_minute(account: Account) -> Outcome:
    """Whether the quota allows a run with the current settings, or the settings have a smaller quota."""
    settings = account.settings
    quota = _quota_of(account, Period.MINUTE)
    if quota is None:
        return _not_listed(settings.models.text_model_id, Period.MINUTE)
    value, told = int(quota.value), settings.tokens_per_minute
    if value == 0:
        return Outcome.wrong(f"0 tokens a minute ({quota.quota_name})", _raise(quota))
    set_quota = account.deploy_with("tokens_per_minute", value)
    if told > value:
        return Outcome.wrong(f"{value:,} tokens a minute, and tokens_per_minute says {told:,}", set_quota)
    if told:
        return Outcome.ok(f"{value:,} tokens a minute, and runs keep to tokens_per_minute, {told:,}")
    wanted = RunConcurrency(modules=settings.module_max_concurrency, lessons=settings.lesson_max_concurrency)
    if account.outline is None:
        return _by_rule(value, wanted, set_quota)
    return _by_outline(account, estimate_of(account.outline, settings.models.text_model_id), value, set_quota)


def check_tokens_a_day(account: Account) -> Outcome:
    """Whether the daily tokens are enough for the outline; new accounts may have few."""
    model_id = account.settings.models.text_model_id
    quota = _quota_of(account, Period.DAY)
    if quota is None:
        return _not_listed(model_id, Period.DAY)
    value = int(quota.value)
    found = f"{value:,} tokens a day"
    if value == 0:
        return Outcome.wrong(f"{found} ({quota.quota_name})", _raise(quota))
    if account.outline is None:
        return Outcome.ok(found)
    usage = estimate_of(account.outline, model_id).amounts.usage
    needed = usage.input_tokens + usage.output_tokens
    found += f", the outline takes {needed:,}"
    if needed <= value:
        return Outcome.ok(found)
    return Outcome.wrong(found, f"make the course in parts, a day each, with --modules; or {_raise(quota)}")


def _by_outline(account: Account, course: CourseEstimate, value: int, set_quota: str) -> Outcome:
    settings = account.settings
    quota = ModelQuota(
        tokens_per_minute=value,
        requests_per_minute=0,
        output_burndown=known_models().burndown_of(account.text_model.foundation),
    )
    modules = max(1, min(settings.module_max_concurrency, len(course.modules)))
    pieces = max([max(module.lessons, module.labs) for module in course.modules] or [1])
    wanted = RunConcurrency(modules=modules, lessons=max(1, min(settings.lesson_max_concurrency, pieces)))
    fitting = concurrency_within_quota(course, quota, wanted)
    least = duration(quota.seconds_for(course.amounts.usage))
    found = f"{value:,} tokens a minute; the outline takes at least {least} of them"
    if fitting.modules * fitting.lessons >= wanted.modules * wanted.lessons:
        return Outcome.ok(found)
    return Outcome.wrong(
        f"{found} and fits with {_words(fitting)}, the deployment begins {_words(wanted)}",
        f"{set_quota}: runs then keep to it instead of being throttled; or raise the quota",
    )


def _by_rule(value: int, wanted: RunConcurrency, set_quota: str) -> Outcome:
    needed = wanted.modules * wanted.lessons * RESERVED_BY_A_LESSON
    if needed <= value:
        return Outcome.ok(f"{value:,} tokens a minute, enough for {_words(wanted)}")
    return Outcome.wrong(
        f"{value:,} tokens a minute, and {_words(wanted)} reserve about {needed:,}",
        f"{set_quota}: runs then keep to it instead of being throttled; or raise the quota",
    )


def _words(concurrency: RunConcurrency) -> str:
    return f"{concurrency.modules} modules of {concurrency.lessons} lessons at once"


def _quota_of(account: Account, period: Period) -> ServiceQuota | None:
    """Return the applied quota; the smaller one when two of its names exist."""
    model = account.text_model
    found = [quota for quota in account.bedrock_quotas if is_quota_of(quota.quota_name, model, period)]
    return min(found, key=lambda quota: quota.value, default=None)


def _not_listed(model_id: str, period: Period) -> Outcome:
    return Outcome.unknown(
        f"Service Quotas lists no tokens per {period} of {model_id}",
        "look it up by hand: Service Quotas, Amazon Bedrock; and set tokens_per_minute",
    )


def _raise(quota: ServiceQuota) -> str:
    if quota.adjustable:
        return (
            "ask for more: aws service-quotas request-service-quota-increase --service-code bedrock "
            f"--quota-code {quota.quota_code} --desired-value …"
        )
    return f"ask AWS Support for more (Service quota increase, Amazon Bedrock, {quota.quota_code})"
