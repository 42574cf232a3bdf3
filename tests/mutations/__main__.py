"""`make prove`: take each protection out of a copy of the project and see its tests fail.

A copy a worker, whose sources and tests are what is imported; a mutation whose tests pass has survived, and so has one
that only breaks the import. Exits 1 when one survives, 2 when a test fails without any mutation.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from tests.mutations.mutation import PROJECT, Mutation, all_mutations

_WORKERS = 2
_TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Verdict:
    """How the tests of a mutation ended; ``passed`` are those that should have failed."""

    mutation: Mutation
    failed: tuple[str, ...]
    passed: tuple[str, ...]
    trouble: str = ""

    @property
    def is_killed(self) -> bool:
        """Whether every named test failed."""
        return not self.passed and not self.trouble


@dataclass(frozen=True)
class ScratchProject:
    """A copy of everything that git knows of, or will."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> "ScratchProject":
        """Copy the project."""
        listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
        names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True, encoding="utf-8").stdout
        for name in filter(None, names.split("\0")):
            if (PROJECT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, root / name)
        for shared in ("node_modules", ".layers"):
            (PROJECT / shared).mkdir(exist_ok=True)
            (root / shared).symlink_to(PROJECT / shared)
        scratch = cls(root)
        scratch._require_own_sources()
        return scratch

    def _environment(self) -> dict[str, str]:
        roots = [str(self.root / name) for name in ("constructs", "lambdas", "local", "cli")]
        return {**os.environ, "PYTHONPATH": os.pathsep.join([*roots, str(self.root)]), "PYTHONDONTWRITEBYTECODE": "1"}

    def _require_own_sources(self) -> None:
        modules = "course_kit, course_constructs, coursewright, content_gen, stacks, tests"
        program = f"import {modules}; print(*(module.__file__ for module in ({modules})), sep='\\n')"
        shown = subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.root,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        )
        foreign = [
            line for line in shown.stdout.splitlines() if line != "None" and not Path(line).is_relative_to(self.root)
        ]
        if foreign:
            raise SystemExit(f"the copy would import {foreign[0]}, expected a file under {self.root}")

    def run(self, tests: tuple[str, ...]) -> tuple[dict[str, bool], str]:
        """Run tests; return for each test function whether all of its cases passed, and any trouble outside them."""
        report = self.root / "report.xml"
        report.unlink(missing_ok=True)
        try:
            ended = subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=line"),
                    *(f"--junitxml={report}", *tests),
                ],
                cwd=self.root,
                env=self._environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=_TIMEOUT_SECONDS,
                encoding="utf-8",
            )
        except subprocess.TimeoutExpired:
            return {}, f"its tests take longer than {_TIMEOUT_SECONDS} s"
        if ended.returncode not in (0, 1):
            return {}, f"pytest ended with {ended.returncode}: {ended.stdout.strip()[-300:]}"
        passed: dict[str, bool] = {}
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
            if case.find("error") is not None:
                return {}, f"{case.get('name')} could not run: {(case.find('error').get('message') or '')[:200]}"  # type: ignore[union-attr]
            name = f"{str(case.get('classname')).replace('.', '/')}.py::{str(case.get('name')).partition('[')[0]}"
            passed[name] = passed.get(name, True) and case.find("failure") is None
        return passed, ""


def _verdict(mutation: Mutation, scratch: ScratchProject) -> Verdict:
    original = mutation.apply(scratch.root)
    try:
        passed, trouble = scratch.run(mutation.tests)
    finally:
        (scratch.root / mutation.file).write_text(original, encoding="utf-8")
    if trouble:
        return Verdict(mutation, (), (), trouble)
    wanted = [test.partition("[")[0] for test in mutation.tests]
    # A whole file stands for "one of its tests at least".
    survived = [test for test in wanted if all(ok for name, ok in passed.items() if name.startswith(test))]
    return Verdict(mutation, tuple(name for name, ok in passed.items() if not ok), tuple(survived))


def _table(verdicts: list[Verdict]) -> Table:
    table = Table(box=None, pad_edge=False, title="Protections taken out, one by one", title_justify="left")
    for column in ("Protection", "Mutation", "Killed by"):
        table.add_column(column, overflow="fold")
    for verdict in verdicts:
        names = [name.rpartition("::")[2] for name in verdict.failed]
        shown = "\n".join(names[:3]) + (f"\n… {len(names) - 3} more" if len(names) > 3 else "")
        killed = shown if verdict.is_killed else f"[red]SURVIVED[/red] {verdict.trouble or ', '.join(verdict.passed)}"
        mutation = verdict.mutation
        table.add_row(mutation.protection, f"{mutation.file}\n{mutation.new.strip()[:80] or '(removed)'}", killed)
    return table


def main() -> int:
    """Prove every protection, or those whose text contains a word."""
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("words", nargs="*", help="only protections or files with one of these words")
    words = parser.parse_args().words
    chosen = [m for m in all_mutations() if not words or any(word in f"{m.protection} {m.file}" for word in words)]
    if not chosen:
        parser.error(f"no protection or file has one of these words: {', '.join(words)}")
    console = Console(width=160)
    with tempfile.TemporaryDirectory(prefix="coursewright-prove-") as folder, ThreadPoolExecutor(_WORKERS) as workers:
        copies: SimpleQueue[ScratchProject] = SimpleQueue()
        for number in range(_WORKERS):
            copies.put(ScratchProject.make(Path(folder) / str(number)))

        def prove(mutation: Mutation) -> Verdict:
            scratch = copies.get()
            try:
                verdict = _verdict(mutation, scratch)
            finally:
                copies.put(scratch)
            console.print(f"{'killed  ' if verdict.is_killed else 'SURVIVED'} {mutation.protection}", highlight=False)
            return verdict

        unmutated = copies.get()
        passed, trouble = unmutated.run(tuple(dict.fromkeys(test for m in chosen for test in m.tests)))
        copies.put(unmutated)
        failing = [name for name, ok in passed.items() if not ok]
        if failing or trouble:
            console.print(f"without any mutation: {trouble or ', '.join(failing)}", style="red")
            return 2
        verdicts = list(workers.map(prove, chosen))
    console.print(_table(verdicts))
    survived = sum(not verdict.is_killed for verdict in verdicts)
    console.print(f"{len(verdicts) - survived} of {len(verdicts)} mutations killed", style="red" if survived else "")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
