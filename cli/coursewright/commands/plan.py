"""`coursewright plan`: the artefacts that a run would make, reuse and drop."""

from coursewright.commands.options import (
    AuthorOption,
    ContentTypeOption,
    JsonOption,
    LabRequirementsOption,
    ModulesOption,
    OutlinePath,
    PricesOption,
    ProjectOption,
    ProviderOption,
    RegenerateOption,
    StageOption,
    TargetOption,
    TitleOption,
)
from coursewright.terminal import Terminal, say_object


def plan(
    outline: OutlinePath,
    *,
    project: ProjectOption = None,
    content_type: ContentTypeOption = "theory",
    lab_requirements: LabRequirementsOption = None,
    modules: ModulesOption = "all",
    provider: ProviderOption = "bedrock",
    title: TitleOption = None,
    author: AuthorOption = None,
    regenerate: RegenerateOption = None,
    prices: PricesOption = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Show what `generate` with the same options would make, reuse and drop. Spends and writes nothing."""
    from course_kit.run.events import ContentType, ModelProvider
    from coursewright.deployment import Deployment, Target
    from coursewright.estimate.pricing import own_prices
    from coursewright.plan.course_plan import plan_course
    from coursewright.plan.view import print_plan
    from coursewright.run.bound_run import RunOptions, bind_run

    options = RunOptions(
        project=project,
        content_type=ContentType(content_type),
        lab_requirements=lab_requirements or "",
        modules=modules,
        provider=ModelProvider(provider),
        title=title,
        author=author,
        regenerate=tuple(regenerate or ()),
        prices=own_prices(prices),
    )
    planned = plan_course(bind_run(outline, options, lambda: Deployment.find(Target(target), stage)))
    if as_json:
        say_object(planned)
    else:
        print_plan(Terminal(), planned)
