"""`coursewright generate`: from an outline on disk to a book on disk."""

from typing import Annotated

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import (
    DEFAULT_OUT,
    AuthorOption,
    ConfirmAboveOption,
    ContentTypeOption,
    JsonOption,
    LabRequirementsOption,
    MaxCostOption,
    ModulesOption,
    OutlinePath,
    OutOption,
    PricesOption,
    ProjectOption,
    ProviderOption,
    RegenerateOption,
    StageOption,
    TargetOption,
    TitleOption,
    YesOption,
)


def generate(
    outline: OutlinePath,
    *,
    project: ProjectOption = None,
    content_type: ContentTypeOption = "theory",
    lab_requirements: LabRequirementsOption = None,
    modules: ModulesOption = "all",
    provider: ProviderOption = "bedrock",
    max_concurrency: Annotated[int | None, typer.Option(help="Parallel modules; by default the deployment's.")] = None,
    allow_partial: Annotated[bool, typer.Option(help="Build a book with gaps if a module fails.")] = False,
    title: TitleOption = None,
    author: AuthorOption = None,
    regenerate: RegenerateOption = None,
    max_cost: MaxCostOption = None,
    prices: PricesOption = None,
    confirm_above: ConfirmAboveOption = None,
    yes: YesOption = False,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Generate a course book from an outline, with live progress, and download it."""
    from course_kit.run.events import ContentType, ModelProvider
    from coursewright.deployment import Target
    from coursewright.estimate.pricing import own_prices
    from coursewright.generate import GenerateOptions
    from coursewright.generate import generate as generate_course
    from coursewright.run.bound_run import RunOptions

    options = GenerateOptions(
        run=RunOptions(
            project=project,
            content_type=ContentType(content_type),
            lab_requirements=lab_requirements or "",
            modules=modules,
            provider=ModelProvider(provider),
            title=title,
            author=author,
            regenerate=tuple(regenerate or ()),
            prices=own_prices(prices),
        ),
        max_concurrency=max_concurrency,
        allow_partial=allow_partial,
        max_cost=max_cost,
        confirm_above=confirm_above,
        yes=yes,
        target=Target(target),
        stage=stage,
        out=out,
    )
    with_report(lambda terminal: generate_course(outline, options, terminal), as_json=as_json)
