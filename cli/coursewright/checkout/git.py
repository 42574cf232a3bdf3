"""``--git``: a checkout under git, if git is there. Nothing else depends on it."""

import subprocess
from pathlib import Path

from coursewright.person import person_name

_SECONDS = 60
_NO_GIT = "git: not found here; the folder is as good without it"


def put_under_git(root: Path, project: str) -> str:
    """Begin a repository in a folder with one commit, unless it is in one; return what was done, in words."""
    try:
        if _git(root, "rev-parse", "--is-inside-work-tree").returncode == 0:
            return "git: the folder is in a repository already; commit it as you like"
        for words in (["init", "--quiet"], ["add", "--all"], [*_identity(root), "commit", "--quiet", "-m", project]):
            done = _git(root, *words)
            if done.returncode:
                return f"git: {words[0]} failed: {' '.join(done.stderr.split()) or 'no reason given'}"
    except FileNotFoundError:
        return _NO_GIT
    except subprocess.TimeoutExpired:
        return f"git: no answer in {_SECONDS} seconds; the folder is as good without it"
    return "git: a repository with one commit"


def _identity(root: Path) -> list[str]:
    """Return the options that name the person, where git does not know one."""
    if _git(root, "var", "GIT_COMMITTER_IDENT").returncode == 0:
        return []
    return ["-c", f"user.name={person_name()}", "-c", "user.email=author@localhost"]


def _git(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", *words],
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
