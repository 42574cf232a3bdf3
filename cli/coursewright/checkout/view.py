"""What `checkout`, `status` and `checkin` print."""

import shlex
from collections.abc import Iterable, Sequence

from coursewright.checkout.checking_in import CheckinReport
from coursewright.checkout.checking_out import CheckoutReport
from coursewright.checkout.file_faults import FileFault
from coursewright.checkout.kinds import Kind, kind_of
from coursewright.checkout.status import StatusReport
from coursewright.terminal import Terminal

_MOST_NAMED = 40


def print_checkout(terminal: Terminal, report: CheckoutReport) -> None:
    """Print what a checkout brought, and how to go on."""
    terminal.tell(f"{report.folder}: project {report.project}, {report.files} files", style="green")
    brought = [*report.written, *report.moved, *report.removed]
    if len(brought) < report.files:
        print_paths(terminal, "New, or renewed", report.written)
        print_paths(terminal, "Under another name", report.moved)
        print_paths(terminal, "No longer in the project", report.removed)
    print_paths(terminal, "Left as you have changed it", report.kept, style="yellow")
    print_paths(terminal, "The bucket has another version of", report.kept_behind, style="yellow")
    if report.git:
        terminal.tell(report.git)
    terminal.tell(
        f"Edit the files, then `coursewright status {report.folder}` and `coursewright checkin {report.folder}`."
    )


def print_status(terminal: Terminal, report: StatusReport) -> None:
    """Print what is different here and in the bucket, and what the book would make of it."""
    print_paths(terminal, "Changed here", report.changed)
    print_paths(terminal, "New here", report.added)
    print_paths(terminal, "Removed here", report.removed)
    print_paths(terminal, "No part of the course", report.other)
    print_paths(terminal, "Changed here and in the bucket", report.both, style="yellow")
    in_bucket = (*report.changed_in_bucket, *report.gone_in_bucket, *report.new_in_bucket)
    print_paths(terminal, "Other in the bucket, which `coursewright checkout` brings", in_bucket)
    if not (report.changed or report.added or report.removed):
        terminal.tell(f"{report.folder}: nothing is changed here", style="green")
    print_faults(terminal, report.faults)


def print_faults(terminal: Terminal, faults: Sequence[FileFault]) -> None:
    """Print faults, those that break the book first, each in a line that editors can follow."""
    for title, style, is_blocking in (("Breaks the book", "red", True), ("In the book otherwise", "yellow", False)):
        found = [fault for fault in faults if fault.is_blocking is is_blocking]
        if found:
            terminal.tell(f"{title}:", style=style)
        for fault in found:
            terminal.tell(str(fault), style=style)


def print_paths(terminal: Terminal, title: str, paths: Sequence[str], style: str | None = None) -> None:
    """Print paths below a title; without paths, nothing."""
    if not paths:
        return
    terminal.tell(f"{title}:", style=style)
    for path in _shortened(paths):
        terminal.tell(f"  {path}", style=style)


def _shortened(paths: Sequence[str]) -> Iterable[str]:
    yield from paths[:_MOST_NAMED]
    if len(paths) > _MOST_NAMED:
        yield f"and {len(paths) - _MOST_NAMED} more; --json names all"


def print_checkin(terminal: Terminal, report: CheckinReport, options: Sequence[str]) -> None:
    """Print what went into the bucket, both sides of what did not, and what follows.

    Parameters
    ----------
    options
        Those with which another command finds the deployment.
    """
    print_faults(terminal, report.faults)
    print_paths(terminal, "Written into the bucket", report.written, style="green")
    print_paths(terminal, "Removed from the bucket, which keeps its versions", report.removed)
    print_paths(terminal, "Taken from the bucket", report.taken)
    print_paths(terminal, "Yours, set aside", report.set_aside, style="yellow")
    for path in report.left:
        terminal.tell(f"{path}: {_why_left(path)}", style="yellow")
    for conflict in report.conflicts:
        terminal.tell(f"{conflict.file}: {'gone from' if conflict.is_gone else 'another version is in'} the bucket")
        for line in conflict.differences:
            terminal.tell(f"  {line}")
    done = (report.written, report.removed, report.taken, report.conflicts, report.left)
    if not any(done):
        terminal.tell(f"{report.folder}: nothing to check in", style="green")
    for line in _following(report):
        terminal.tell(line)
    if report.written or report.removed:
        build = shlex.join(["coursewright", "build", report.project, *options])
        terminal.tell(f"`{build}` makes the books with it, and asks no model.")


def _why_left(path: str) -> str:
    if kind_of(path).is_picture:
        return "removed here only; --yes removes it from the bucket, too"
    where = "; a lesson or lab is removed in outline.yaml" if kind_of(path) in (Kind.LESSON, Kind.LAB) else ""
    return f"removed here only{where}; `coursewright checkout` brings it back"


def _following(report: CheckinReport) -> Iterable[str]:
    work = report.follows
    parts = []
    if work.study:
        parts.append(f"the quiz, key points and terms of {', '.join(work.study)}")
    if work.figures:
        parts.append("1 figure" if work.figures == 1 else f"{work.figures} figures")
    if parts:
        made = " and ".join(parts)
        yield f"The next `coursewright generate` makes anew: {made}; `coursewright plan` says for how much."
