"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT_OUT = Path("out")

OutlinePath = Annotated[Path, typer.Argument(metavar="OUTLINE", help="The course outline, a YAML file.")]
TargetOption = Annotated[Literal["local", "aws"], typer.Option(help="Local AWS, or your own account.")]
StageOption = Annotated[str, typer.Option(help="Stage of the stack on AWS: Coursewright-<stage>.")]
OutOption = Annotated[Path, typer.Option(help="Folder for the downloaded book.")]
ProjectOption = Annotated[str | None, typer.Option(help="Project folder; by default from the course's title.")]
ContentTypeOption = Annotated[
    Literal["theory", "labs", "both"], typer.Option(help="The course book, the lab guide, or both.")
]
LabRequirementsOption = Annotated[
    str | None, typer.Option(help="Constraints for labs, such as tools with versions; plain text.")
]
ModulesOption = Annotated[str, typer.Option(help='"all", "3", "1,3" or "1-3".')]
ProviderOption = Annotated[Literal["bedrock", "openai"], typer.Option(help="Provider of the text model.")]
TitleOption = Annotated[str | None, typer.Option(help="Title of the book; by default the course's.")]
AuthorOption = Annotated[str | None, typer.Option(help="Author on the title page.")]
RegenerateOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Regenerate although it exists: a module (2), a lesson (2.3), its study parts (2.3/study), "
        "a visual (02-03-0001) or a lab (02-03-01). May be given several times."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object last on standard output.")]
ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="The project folder.")]
CheckoutArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a checkout.")]
CheckoutTargetOption = Annotated[
    Literal["local", "aws"] | None, typer.Option(help="Local AWS, or your own account; by default as checked out.")
]
CheckoutStageOption = Annotated[str | None, typer.Option(help="Stage on AWS; by default as checked out.")]
_WHAT = typer.Argument(
    metavar="WHAT",
    help="A lesson (2.1), its study parts (2.1/study), a figure (02-01-0001), its plan (02-01-0001/plan), "
    "a lab (02-01-01), the plan of a module's labs (2/labs), or outline.",
)
WhatArgument = Annotated[str, _WHAT]
OptionalWhatArgument = Annotated[str | None, _WHAT]
ExecutionArgument = Annotated[str, typer.Argument(metavar="EXECUTION", help="Name or ARN of an execution.")]
MaxCostOption = Annotated[
    float | None,
    typer.Option(metavar="USD", help="Limit for the cost of the run's model calls; the run stops before it."),
]
PricesOption = Annotated[
    Path | None,
    typer.Option("--prices", metavar="FILE", help="File with your own prices (format: docs/operations.md)."),
]
ConfirmAboveOption = Annotated[
    float | None,
    typer.Option(metavar="USD", help="Ask before a run that can cost more; by default confirm_above of cdk.json."),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Confirm what a person would be asked, as in scripts.")]
