"""The only place that runs the program pandoc."""

import subprocess
from pathlib import Path

import pypandoc


def run_pandoc(arguments: list[str], folder: Path | None, document: bytes = b"") -> bytes:
    """Run pandoc, in a folder if given, and return its output; raises ``RuntimeError`` with pandoc's message."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=document, capture_output=True, cwd=folder, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
