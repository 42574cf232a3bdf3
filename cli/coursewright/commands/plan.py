"""`coursewright plan`: the artefacts that a run would make, reuse and drop."""

from coursewright.commands.options import (
    AuthorOption,
    ContentTypeOption,
    JsonOption,
    LabRequirementsOption,
    ModulesOption,
    OutlinePath,
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
    target: TargetOption = "local",
    stage: StageOption = "dev",
    as_json: JsonOption = False,
) -> None:
    """Show what `generate` with the same options would make, reuse and drop. Spends and writes nothing."""
    from course_kit.run.events import ContentType, ModelProvider
    from coursewright.deployment import Target
    from coursewright.generate import ready_deployment
    from coursewright.plan.course_plan import PlanOptions, plan_course
    from coursewright.plan.view import print_plan

    options = PlanOptions(
        project=project,
        content_type=ContentType(content_type),
        lab_requirements=lab_requirements or "",
        modules=modules,
        provider=ModelProvider(provider),
        title=title,
        author=author,
        regenerate=tuple(regenerate or ()),
    )
    terminal = Terminal(stderr=as_json)
    planned = plan_course(outline, options, lambda: ready_deployment(Target(target), stage, terminal))
    if as_json:
        say_object(planned)
    else:
        print_plan(terminal, planned)
