"""What all tests share: an environment of their own, no time limits for examples, and two lists at the end.

The lists are the runs under faults, and what was skipped.
"""

import gc
import os
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import cast

import hypothesis
import pytest
from _pytest.terminal import TerminalReporter
from botocore.loaders import JSONFileLoader
from moto.core.base_backend import BaseBackend
from rich.console import Console
from rich.table import Table

# Their failed assertions say what they compared, as those of tests do.
pytest.register_assert_rewrite("tests.support")

# What a developer's shell may have, and what would change what tests see: a proxy even for this machine's own servers,
# colours and a width that a pipe does not have.
_LOOPBACK = "127.0.0.1,localhost"
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, (os.environ.get(_name), _LOOPBACK)))
for _name in ("FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "COLUMNS"):
    os.environ.pop(_name, None)

# Looking for garbage among all that thousands of tests keep took a fifth of their time.
gc.set_threshold(50_000, 5, 20)

# How long an example takes is a matter of the machine.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(autouse=True, scope="session")
def service_descriptions_read_once() -> Iterator[None]:
    """botocore parses a service's description for each session, and moto begins a session for each test.

    That took two thirds of such a test's time: 0.2 s of 0.3 s.
    """
    read = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield


@pytest.fixture(autouse=True, scope="session")
def addresses_of_services_worked_out_once() -> Iterator[None]:
    """moto works out all addresses of a service for each request, and loads the module with those of S3 anew.

    That took a tenth of such a test's time.
    """
    addresses_of = cast(property, BaseBackend.urls).fget
    assert addresses_of is not None
    known: dict[type[BaseBackend], dict[str, object]] = {}

    def addresses(backend: BaseBackend) -> dict[str, object]:
        if type(backend) not in known:
            known[type(backend)] = addresses_of(backend)
        return known[type(backend)]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseBackend, "urls", property(addresses))
        yield


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print both lists; what they are made of travels in the reports, so that it comes from xdist's workers, too."""
    _tell_chaos(terminalreporter)
    _tell_skips(terminalreporter)


def _tell_skips(terminalreporter: TerminalReporter) -> None:
    files: dict[str, list[str]] = defaultdict(list)
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        files[reason.removeprefix("Skipped: ")].append(report.nodeid.partition("::")[0])
    terminalreporter.section("skipped, and why")
    for reason, skipped in sorted(files.items()):
        terminalreporter.write_line(f"{len(skipped):3} {reason}: {', '.join(sorted(set(skipped)))}")
    if not files:
        terminalreporter.write_line("nothing")


def _tell_chaos(terminalreporter: TerminalReporter) -> None:
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
