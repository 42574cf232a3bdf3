"""A background process that outlives its command and that a later command can find."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local_aws.errors import LocalAwsError
from local_aws.private_files import write_private

# A server that ends is reported at once; this limit is for a server that hangs.
_START_SECONDS = 120
# What is kept is on disk all the time, so a kill loses nothing; ministack would wait longer for running executions.
_STOP_SECONDS = 3
_POLL_SECONDS = 0.05
_SHOWN_LINES = 3


@dataclass(frozen=True)
class BackgroundProcess:
    """One server, run as ``python -m module``.

    The process inherits a lock on its pid file and holds the lock until it ends. The lock says whether the process
    runs: its process id may now belong to another program, and a machine may lack ``ps``.
    """

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """The file with the server's output since its last start."""
        return self.folder / "logs" / f"{self.name}.log"

    def start(self, module: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start the server in the background; raises `LocalAwsError` when it already runs."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._pid_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_private(self.log, b"")
            with self.log.open("ab") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", *module],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=dict(environment),
                    # Not the user's folder: `python -m` imports modules from the working folder.
                    cwd=self.folder,
                    start_new_session=True,
                    pass_fds=[lock],
                    # Only the owner may read its files: they hold code of functions, and course texts in logs.
                    umask=0o077,
                )
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(process.pid).encode(), 0)
        except BlockingIOError:
            raise LocalAwsError(
                f"local AWS: {self.name} runs already; stop it with `coursewright local down`"
            ) from None
        finally:
            os.close(lock)

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the server is ready; raises `LocalAwsError` with its output when it ends or is too slow."""
        give_up = time.monotonic() + _START_SECONDS
        while not is_ready():
            if not self.is_running():
                raise LocalAwsError(f"local AWS: {self.name} ended while starting: {self._last_words()}")
            if time.monotonic() > give_up:
                raise LocalAwsError(
                    f"local AWS: {self.name} did not answer within {_START_SECONDS} s: {self._last_words()}"
                )
            time.sleep(_POLL_SECONDS)

    def is_running(self) -> bool:
        """Whether the process that was last started still runs."""
        try:
            lock = os.open(self._pid_file, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def stop(self) -> None:
        """Stop the server and every process that it started; a server that has ended is no error."""
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            if not self.is_running():
                break
            os.killpg(int(self._pid_file.read_text(encoding="utf-8")), signal_number)
            give_up = time.monotonic() + _STOP_SECONDS
            while self.is_running() and time.monotonic() < give_up:
                time.sleep(_POLL_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace", encoding="utf-8").strip().splitlines()[-_SHOWN_LINES:]
        return f"{' / '.join(line.strip() for line in lines) or 'it printed nothing'} (log: {self.log})"
