"""pandoc, the program: one place that runs it."""

import subprocess
from pathlib import Path

import pypandoc


def run_pandoc(arguments: list[str], folder: Path | None, document: bytes = b"") -> bytes:
    """Run pandoc in a folder, if it needs one, and return what it prints; raises ``RuntimeError`` with its message."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=document, capture_output=True, cwd=folder, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
