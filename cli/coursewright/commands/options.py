"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

OutlinePath = Annotated[Path, typer.Argument(metavar="OUTLINE", help="The course outline, a YAML file.")]
TargetOption = Annotated[Literal["local", "aws"], typer.Option(help="Local AWS, or your own account.")]
StageOption = Annotated[str, typer.Option(help="Stage of the stack on AWS: Coursewright-<stage>.")]
OutOption = Annotated[Path, typer.Option(help="Where the book is downloaded to.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object last on standard output.")]
ExecutionArgument = Annotated[str, typer.Argument(metavar="EXECUTION", help="Name or ARN of an execution.")]
