"""An estimate on the terminal."""

from rich.table import Table

from course_kit.price_rows import DEFAULT_TIER
from course_kit.prices import PriceTable
from course_kit.records.run_summary import EstimateRecord
from coursewright.estimate.run_estimate import RunEstimate, Saving
from coursewright.estimate.terms import EstimateTerms
from coursewright.terminal import Terminal

_MINUTE, _HOUR = 60, 3600


def print_estimate(terminal: Terminal, title: str, estimate: RunEstimate, terms: EstimateTerms) -> None:
    """Print the estimate of a run, and its sources."""
    amounts, usage = estimate.amounts, estimate.amounts.usage
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column("what")
    table.add_column("how much", justify="right")
    table.add_column("from", style="dim")
    table.add_row("Modules, lessons, labs", f"{estimate.modules}, {amounts.lessons}, {amounts.labs}", "the outline")
    table.add_row("Words", f"{amounts.words:,}", "minutes and Bloom levels")
    table.add_row("Visuals", f"{amounts.visuals:,}", "two a lesson")
    table.add_row("Model calls", f"{usage.model_calls:,}", "when none has to be repeated or repaired")
    table.add_row("Tokens in", f"{usage.sent_tokens:,}", "four characters each")
    if usage.cache_read_tokens:
        table.add_row("Of them from a cache", f"{usage.cache_read_tokens:,}", "what all calls of a kind share")
    table.add_row("Tokens out", f"{usage.output_tokens:,}", "")
    table.add_row("Time", duration(estimate.seconds), _bound(estimate))
    table.add_row("One after another", duration(estimate.seconds_one_after_another), "the same work in a row")
    table.add_row("Functions at once", f"{estimate.functions_at_once}", 'of Lambda\'s quota "Concurrent executions"')
    for label, usd, source in _costs(estimate, terms):
        table.add_row(label, "not known" if usd is None else dollars(usd), source)
    for label, saving, source in _savings(estimate, terms):
        if saving is not None:
            table.add_row(label, f"{dollars(saving.usd)} ({saving.percent:.1f} %)", source)
    table.add_row(
        "Together", "not known" if estimate.usd_total is None else dollars(estimate.usd_total), "", style="bold"
    )
    terminal.print(table)
    for line in _remarks(terms):
        terminal.tell(line)


def against_estimate(record: EstimateRecord) -> str | None:
    """Return one line with a run's actual amounts and the estimate for the work that it did not reuse.

    Returns None while they are unknown.
    """
    if record.actual is None or record.to_make is None:
        return None
    expected, came = record.to_make, record.actual.usage
    money = "" if not record.actual_usd else f", {dollars(record.actual_usd)} for the model"
    of_estimate = "" if record.to_make_usd is None or not money else f" ({dollars(record.to_make_usd)} estimated)"
    line = (
        f"tokens: {came.sent_tokens:,} in ({expected.sent_tokens:,} estimated), "
        f"{came.output_tokens:,} out ({expected.output_tokens:,} estimated){money}{of_estimate}"
    )
    whole = record.estimated.usage
    if expected.model_calls == whole.model_calls:
        return line
    return f"{line}; {expected.model_calls:,} of the course's {whole.model_calls:,} calls were to be made"


def dollars(usd: float) -> str:
    """Return money with at least two significant figures: ``$12.40``, ``$0.0031``."""
    return f"${usd:,.2f}" if usd >= 1 or usd == 0 else f"${usd:.2g}"


def duration(seconds: float) -> str:
    """Return a duration for people."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.1f} min"
    return f"{seconds / _HOUR:.1f} h"


def _bound(estimate: RunEstimate) -> str:
    if estimate.is_bound_by_quota:
        return "the quota decides"
    at_once = estimate.concurrency
    return f"{at_once.modules} modules, {at_once.lessons} lessons of each at once"


def _costs(estimate: RunEstimate, terms: EstimateTerms) -> list[tuple[str, float | None, str]]:
    usd = estimate.usd
    models = dict.fromkeys((terms.text_model_id, terms.short_text_model_id))
    costs = [("Text models" if len(models) > 1 else "Text model", usd.text_model, ", ".join(models))]
    if terms.image_model_id:
        costs.append(("Image model", usd.image_model, f"{terms.image_model_id}, a quarter of the visuals"))
    return [
        *costs,
        ("Step Functions", usd.step_functions, f"{estimate.state_transitions:,} transitions"),
        ("Lambda", usd.aws_lambda, f"{estimate.lambda_gb_seconds:,.0f} GB-seconds"),
    ]


def _savings(estimate: RunEstimate, terms: EstimateTerms) -> list[tuple[str, Saving | None, str]]:
    return [
        ("Saved by caching", estimate.saved_by_caching, "contained in the above"),
        ("Saved by the short model", estimate.saved_by_short_model, f"{terms.short_text_model_id}; contained, too"),
    ]


def _remarks(terms: EstimateTerms) -> list[str]:
    if terms.is_local:
        return ["On this machine nothing costs money: local AWS is free, and so is the model behind it."]
    lines = [f"Prices as of {terms.prices.as_of:%Y-%m-%d}, without free tiers; --prices names a file of your own."]
    in_tier = "" if terms.service_tier == DEFAULT_TIER else f" in the service tier {terms.service_tier}"
    for kind, model_id, is_known, is_verified in _priced(terms.prices, terms):
        if not is_known:
            tier = in_tier if kind == "text" else ""
            lines.append(f"No price is known for the {kind} model {model_id}{tier}; give one with --prices FILE.")
        elif not is_verified:
            lines.append(f"The price of {model_id} comes from a secondary source; check it before you rely on it.")
    return lines


def _priced(prices: PriceTable, terms: EstimateTerms) -> list[tuple[str, str, bool, bool]]:
    text = prices.text_price(terms.text_model_id, terms.service_tier)
    image = prices.image_price(terms.image_model_id)
    found = [("text", terms.text_model_id, text is not None, text is not None and text.is_verified)]
    if terms.asked.has_short:
        short = prices.text_price(terms.short_text_model_id, terms.service_tier)
        found.append(("text", terms.short_text_model_id, short is not None, short is not None and short.is_verified))
    if terms.image_model_id:
        found.append(("image", terms.image_model_id, image is not None, image is not None and image.is_verified))
    return found
