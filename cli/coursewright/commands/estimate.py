"""`coursewright estimate`: what a course will take, before anything is spent."""

from typing import Annotated, Literal

import typer

from coursewright.commands.options import JsonOption, MaxCostOption, OutlinePath, PricesOption
from coursewright.terminal import Terminal, complain, say_object


def estimate(
    outline: OutlinePath,
    *,
    content_type: Annotated[
        Literal["theory", "labs", "both"], typer.Option(help="The course book, the lab guide, or both.")
    ] = "theory",
    modules: Annotated[str, typer.Option(help='"all", "3", "1,3" or "1-3".')] = "all",
    provider: Annotated[Literal["bedrock", "openai"], typer.Option(help="Who writes.")] = "bedrock",
    model: Annotated[str | None, typer.Option(help="Id of the text model; by default cdk.json's.")] = None,
    image_model: Annotated[str | None, typer.Option(help="Id of the image model; by default cdk.json's.")] = None,
    max_concurrency: Annotated[int | None, typer.Option(min=1, max=40, help="Modules at once.")] = None,
    tokens_per_minute: Annotated[int | None, typer.Option(min=1, help="The account's quota of the model.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(min=1, help="The account's quota of the model.")] = None,
    tokens_per_second: Annotated[float | None, typer.Option(min=0.1, help="How fast the model writes.")] = None,
    max_cost: MaxCostOption = None,
    prices: PricesOption = None,
    target: Annotated[Literal["local", "aws"], typer.Option(help="Your own account, or local AWS.")] = "aws",
    as_json: JsonOption = False,
) -> None:
    """Say what a run takes: words, calls, tokens, time and money. Nothing is spent, and no account is needed."""
    from dataclasses import replace
    from datetime import date

    from course_kit.forecast.course_estimate import MODEL, OFFLINE_AUTHOR, estimate_course
    from course_kit.forecast.course_work import MODEL_PACE, OFFLINE_PACE
    from course_kit.forecast.model_quota import ModelQuota
    from course_kit.forecast.scheduling import Concurrency
    from course_kit.model_ids import is_openais_own
    from course_kit.price_rows import DEFAULT_TIER
    from course_kit.run.events import ContentType
    from coursewright.estimate.budget_warning import budget_warning
    from coursewright.estimate.model_remarks import remarks_on_models
    from coursewright.estimate.pricing import DeploymentDefaults, price_table
    from coursewright.estimate.report import print_estimate
    from coursewright.estimate.run_estimate import EstimateTerms, estimate_run
    from coursewright.outline_file import OutlineFile
    from coursewright.run_request import checked_budget, require_labs
    from local_aws.settings import OFFLINE_MODEL_ID, LocalSettings
    from prepare_modules.run_concurrency import concurrency_within_functions

    outline_file = OutlineFile.read(outline)
    numbers = outline_file.select(modules)
    kind = ContentType(content_type)
    require_labs(outline_file, numbers, content_type)
    checked_budget(max_cost)
    defaults = DeploymentDefaults.read()
    models = defaults.known_models
    is_local = target == "local"
    local_model_id = LocalSettings.from_environment().model_id if is_local else ""
    is_offline = local_model_id == OFFLINE_MODEL_ID
    is_openai = provider == "openai"
    text_model_id = model or (defaults.openai_text_model_id if is_openai else defaults.text_model_id)
    image_model_id = defaults.openai_image_model_id if is_openai else defaults.image_model_id
    asked_model_id = local_model_id or text_model_id
    pace = OFFLINE_PACE if is_offline else MODEL_PACE
    course = estimate_course(outline_file.outline, numbers, kind, OFFLINE_AUTHOR if is_offline else MODEL)
    bounds = Concurrency(
        modules=max_concurrency or defaults.module_max_concurrency,
        lessons=defaults.lesson_max_concurrency,
        images=defaults.image_max_concurrency,
    )
    terms = EstimateTerms(
        content_type=kind,
        concurrency=concurrency_within_functions(course, defaults.functions_at_once, bounds, kind),
        quota=ModelQuota(
            tokens_per_minute=tokens_per_minute or 0,
            requests_per_minute=requests_per_minute or 0,
            output_burndown=models.burndown_of(asked_model_id),
        ),
        pace=replace(pace, tokens_per_second=tokens_per_second) if tokens_per_second else pace,
        prices=price_table(prices, models),
        service_tier=DEFAULT_TIER if is_openai else defaults.service_tier,
        text_model_id=asked_model_id,
        image_model_id="" if is_local else (image_model if image_model is not None else image_model_id),
        is_local=is_local,
    )
    found = estimate_run(course, terms)
    if as_json:
        say_object(found)
    else:
        terminal = Terminal()
        print_estimate(terminal, outline_file.outline.course.title, found, terms)
        # Another server's models are known by being there.
        if not is_local and not (is_openai and not is_openais_own(defaults.openai_base_url)):
            for remark in remarks_on_models(
                models, terms.text_model_id, terms.image_model_id, course, today=date.today()
            ):
                terminal.tell(remark)
    if line := budget_warning(max_cost, found.usd.models):
        complain([line])
