"""What all tests share: the table of what was done to runs on local AWS, and what became of them."""

from _pytest.terminal import TerminalReporter
from rich.console import Console
from rich.table import Table


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print a line for each fault; the rows travel in the reports, so that they come from xdist's workers, too."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    rows = [value for report in reports for name, value in getattr(report, "user_properties", ()) if name == "chaos"]
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for column, justify in (
        ("Fault", "left"),
        ("Injected", "right"),
        ("Runs ended", "left"),
        ("Artefacts lost", "right"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    table.add_column("Paid twice", justify="right")
    table.add_column("Answers unsaved", justify="right")
    for row in rows:
        counts = (str(row[name]) for name in ("lost", "paid_twice", "unsaved"))
        table.add_row(row["fault"], str(row["injected"]), ", ".join(row["runs"]), *counts)
    terminalreporter.section("chaos")
    console = Console(width=150)
    with console.capture() as captured:
        console.print(table)
    terminalreporter.write(captured.get())
