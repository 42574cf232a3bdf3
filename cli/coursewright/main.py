"""The command line: what the commands are, and how they end."""

import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from typer.exceptions import TyperException

from coursewright.errors import CommandFailed

if TYPE_CHECKING:
    from coursewright.report import GenerateReport

app = typer.Typer(
    name="coursewright",
    help="A course outline in, a finished, illustrated course book out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
local_app = typer.Typer(help="AWS on this machine: no account, no network.", no_args_is_help=True)
app.add_typer(local_app, name="local")

OutlinePath = Annotated[Path, typer.Argument(metavar="OUTLINE", help="The course outline, a YAML file.")]
TargetOption = Annotated[Literal["local", "aws"], typer.Option(help="Local AWS, or your own account.")]
StageOption = Annotated[str, typer.Option(help="Stage of the stack on AWS: Coursewright-<stage>.")]
OutOption = Annotated[Path, typer.Option(help="Where the book is downloaded to.")]


@app.command()
def validate(outline: OutlinePath) -> None:
    """Check an outline and show what it would become."""
    from course_kit.word_target import words_for_lesson
    from coursewright.outline_file import OutlineFile

    read = OutlineFile.read(outline).outline
    table = Table(title=read.course.title, title_justify="left", box=None, pad_edge=False)
    for column in ("Module", "Lessons", "Minutes", "Words", "Labs"):
        table.add_column(column, justify="left" if column == "Module" else "right")
    for module in read.modules:
        labs = len(module.lab_activities) + sum(len(lesson.lab_activities) for lesson in module.lessons)
        table.add_row(
            f"{module.number:>2}  {module.title}",
            str(len(module.lessons)),
            str(sum(module.lesson_minutes(lesson) for lesson in module.lessons)),
            f"{sum(words_for_lesson(module, lesson) for lesson in module.lessons):,}",
            str(labs),
        )
    Console().print(table)


@app.command()
def generate(
    outline: OutlinePath,
    *,
    project: Annotated[str | None, typer.Option(help="Project folder; by default from the course's title.")] = None,
    content_type: Annotated[
        Literal["theory", "labs", "both"], typer.Option(help="The course book, the lab guide, or both.")
    ] = "theory",
    lab_requirements: Annotated[
        str | None, typer.Option(help="What labs must respect, such as tools with versions; plain text.")
    ] = None,
    modules: Annotated[str, typer.Option(help='"all", "3", "1,3" or "1-3".')] = "all",
    provider: Annotated[Literal["bedrock", "openai"], typer.Option(help="Who writes.")] = "bedrock",
    max_concurrency: Annotated[int | None, typer.Option(help="Modules at once; by default the deployment's.")] = None,
    allow_partial: Annotated[bool, typer.Option(help="Build a book with gaps if a module fails.")] = False,
    title: Annotated[str | None, typer.Option(help="Title of the book; by default the course's.")] = None,
    author: Annotated[str | None, typer.Option(help="Author on the title page.")] = None,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object last on standard output.")] = False,
) -> None:
    """Generate a course book from an outline, with live progress, and download it."""
    from coursewright.deployment import Target
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
        target=Target(target),
        stage=stage,
        out=out,
    )
    _with_report(lambda console: generate_course(outline, options, console), as_json=as_json)


@app.command()
def watch(
    execution: Annotated[str, typer.Argument(metavar="EXECUTION", help="Name or ARN of an execution.")],
    *,
    target: TargetOption = "local",
    stage: StageOption = "dev",
    out: OutOption = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object last on standard output.")] = False,
) -> None:
    """Follow a run until it ends, and download its book."""
    from coursewright.deployment import Target
    from coursewright.generate import watch as watch_run

    _with_report(lambda console: watch_run(execution, Target(target), stage, out, console), as_json=as_json)


@local_app.command("up")
def local_up() -> None:
    """Start local AWS and deploy the app to it; quick when nothing has changed."""
    from coursewright import local_aws
    from coursewright.deployment import aws_errors

    console = Console()
    with aws_errors():
        connection = local_aws.up(lambda line: console.print(line, highlight=False, soft_wrap=True))
    console.print(f"local AWS is up at {connection.endpoint_url}", highlight=False)


@local_app.command("down")
def local_down() -> None:
    """Stop local AWS. Downloaded books stay; everything in its bucket is gone."""
    from coursewright import local_aws

    Console().print("local AWS stopped" if local_aws.down() else "local AWS was not running")


@local_app.command("status")
def local_status() -> None:
    """Say whether local AWS runs, and with which model."""
    from coursewright import local_aws

    status = local_aws.status()
    if not status.is_running:
        raise CommandFailed("local AWS: not running; start it with `coursewright local up`")
    deployed = "deployed" if status.is_deployed else "not deployed"
    Console().print(
        f"local AWS at {status.endpoint_url}, {deployed}, writing with {status.text_model_id} at {status.model_url}",
        highlight=False,
    )


def _with_report(command: "Callable[[Console], GenerateReport]", *, as_json: bool) -> None:
    """Run a command that ends in a report. ``--json`` prints it, of a failed run too, and progress goes elsewhere."""
    from coursewright.generate import RunFailed

    console = Console(stderr=as_json)
    try:
        report = command(console)
    except RunFailed as failed:
        if as_json:
            print(failed.report.model_dump_json())
        raise
    if as_json:
        print(report.model_dump_json())


@app.callback(invoke_without_command=True)
def root(show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Handle options of no command."""
    if show_version:
        print(f"coursewright {version('coursewright')}")
        raise typer.Exit


def main() -> None:
    """Run the command line: exit code 0 for success, 2 for bad input, 1 for a failed run, never a traceback."""
    try:
        app(standalone_mode=False)
    except TyperException as error:
        print(f"coursewright: {error.format_message()} (see --help)", file=sys.stderr)
        sys.exit(error.exit_code)
    except CommandFailed as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        print("stopped", file=sys.stderr)
        sys.exit(130)
