"""`coursewright generate`: from an outline on disk to a book on disk."""

from typing import Annotated

import typer

from coursewright.commands.ending import with_report
from coursewright.commands.options import (
    DEFAULT_OUT,
    AuthorOption,
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
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Generate a course book from an outline, with live progress, and download it."""
    from coursewright.deployment import Target
    from coursewright.estimate.pricing import own_prices
    from coursewright.generate import GenerateOptions
    from coursewright.generate import generate as generate_course

    options = GenerateOptions(
        project=project,
        content_type=content_type,
        lab_requirements=lab_requirements,
        modules=modules,
        provider=provider,
        max_concurrency=max_concurrency,
        allow_partial=allow_partial,
        title=title,
        author=author,
        regenerate=tuple(regenerate or ()),
        max_cost=max_cost,
        prices=own_prices(prices),
        target=Target(target),
        stage=stage,
        out=out,
    )
    with_report(lambda terminal: generate_course(outline, options, terminal), as_json=as_json)
