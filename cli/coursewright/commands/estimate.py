"""`coursewright estimate`: words, calls, tokens, time and money of a course, before its run."""

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
    provider: Annotated[Literal["bedrock", "openai"], typer.Option(help="Provider of the text model.")] = "bedrock",
    model: Annotated[str | None, typer.Option(help="Id of the text model; by default cdk.json's.")] = None,
    image_model: Annotated[str | None, typer.Option(help="Id of the image model; by default cdk.json's.")] = None,
    max_concurrency: Annotated[int | None, typer.Option(min=1, max=40, help="Parallel modules.")] = None,
    tokens_per_minute: Annotated[int | None, typer.Option(min=1, help="The account's quota of the model.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(min=1, help="Your own limit on calls.")] = None,
    tokens_per_second: Annotated[float | None, typer.Option(min=0.1, help="The model's speed.")] = None,
    max_cost: MaxCostOption = None,
    prices: PricesOption = None,
    target: Annotated[Literal["local", "aws"], typer.Option(help="Your own account, or local AWS.")] = "aws",
    as_json: JsonOption = False,
) -> None:
    """Say what a run takes: words, calls, tokens, time and money. Nothing is spent, and no account is needed."""
    from datetime import date

    from course_kit.forecast.course_estimate import estimate_course
    from course_kit.run.events import ContentType, ModelProvider
    from coursewright.deployment import Target
    from coursewright.deployment_settings import DeploymentSettings
    from coursewright.estimate.budget_warning import budget_warning
    from coursewright.estimate.model_remarks import remarks_on_models
    from coursewright.estimate.report import print_estimate
    from coursewright.estimate.run_estimate import estimate_run
    from coursewright.estimate.terms import EstimateOptions, terms_of
    from coursewright.outline_file import OutlineFile
    from coursewright.run.request import checked_budget, require_labs

    options = EstimateOptions(
        content_type=ContentType(content_type),
        provider=ModelProvider(provider),
        model=model,
        image_model=image_model,
        max_concurrency=max_concurrency,
        tokens_per_minute=tokens_per_minute,
        requests_per_minute=requests_per_minute,
        tokens_per_second=tokens_per_second,
        prices=prices,
        target=Target(target),
    )
    outline_file = OutlineFile.read(outline)
    numbers = outline_file.select(modules)
    require_labs(outline_file, numbers, content_type)
    checked_budget(max_cost)
    terms = terms_of(options, DeploymentSettings.of())
    course = estimate_course(
        outline_file.outline,
        numbers,
        terms.content_type,
        terms.writer,
        book_parts=terms.book_parts,
        editing=terms.editing,
        edit_max_calls=terms.edit_max_calls,
    )
    found = estimate_run(course, terms)
    if as_json:
        say_object(found)
    else:
        terminal = Terminal()
        print_estimate(terminal, outline_file.outline.course.title, found, terms)
        for remark in remarks_on_models(terms, course, today=date.today()):
            terminal.tell(remark)
    if line := budget_warning(max_cost, found.usd.models):
        complain([line])
