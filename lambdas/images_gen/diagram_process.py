"""Drawing in a separate process, because only the end of a process stops mermaid.js.

The layout of a source of 230 characters can take minutes (20 × 20 arrows: 260 s measured). An interpreter inside this
process cannot be interrupted.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import ValidationError

from course_kit.errors import WorkRemaining
from images_gen.diagram_engine import Drawing, DrawingOrder

# Processor time, which does not run out on a busy machine: a diagram of ten nodes takes half a second.
TIME_LIMIT_SECONDS = 30.0
# Wall time, for any share of the processor; a function has fifteen minutes.
_PATIENCE_SECONDS = 240.0
_POLL_SECONDS = 0.25
_ATTEMPTS = 2
_SIMPLER = "use at most 10 nodes and as many arrows"
# Fields are counted after the name in brackets.
_USER_TIME, _SYSTEM_TIME = 11, 12


class _NoTime(Exception):
    """The wall time ran out while the process hardly ran."""


class DiagramProcess:
    """One drawing process, started when first needed, and replaced when a diagram is too slow or kills it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def draw(self, order: DrawingOrder, time_limit: float = TIME_LIMIT_SECONDS) -> tuple[Drawing, bytes]:
        """Return the drawing from `images_gen.diagram_engine.draw`, or a refusal.

        A layout is stopped after ``time_limit`` seconds of processor time, then tried once more, because a refusal
        costs a model call.

        Raises
        ------
        WorkRemaining
            The machine is too busy to draw; the diagram is not at fault.
        """
        with self._one_at_a_time:
            refusal = ""
            for _ in range(_ATTEMPTS):
                try:
                    connection = self._connected()
                    connection.send_bytes(order.model_dump_json().encode())
                    if self._answers(connection, time_limit):
                        return Drawing.model_validate_json(connection.recv_bytes()), connection.recv_bytes()
                    refusal = f"the layout takes longer than {time_limit:.0f} s: {_SIMPLER}"
                except _NoTime:
                    refusal = ""
                except (EOFError, OSError, ValidationError) as error:
                    refusal = f"the renderer ended ({error}): {_SIMPLER}"
                self._stop()
            if not refusal:
                raise WorkRemaining("the machine is too busy for drawing; call again")
            return Drawing(refusal=refusal), b""

    def _answers(self, connection: Connection, time_limit: float) -> bool:
        """Wait for an answer within the processor time; raises `_NoTime` when the wall time is over."""
        began, give_up = self._processor_seconds(), self._clock() + _PATIENCE_SECONDS
        while not connection.poll(min(_POLL_SECONDS, time_limit)):
            if self._processor_seconds() - began > time_limit:
                return False
            if self._clock() > give_up:
                raise _NoTime
        return True

    def _processor_seconds(self) -> float:
        """Return the processor seconds of the drawing process (proc(5), utime and stime of /proc/PID/stat)."""
        if self._process is None:
            return 0.0
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            # Without /proc, use wall time.
            return self._clock()
        return (int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) / os.sysconf("SC_CLK_TCK")

    def _connected(self) -> Connection:
        if self._connection is not None and self._process is not None and self._process.poll() is None:
            return self._connection
        self._stop()
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "images_gen.diagram_engine", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # The same import path as this process, for the function's code and layers.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        self._connection = ours
        try:
            self._answers(ours, time_limit=_PATIENCE_SECONDS)
            ours.recv_bytes()
        except EOFError as error:
            # Not a fault of the diagram, so no repair by a model.
            raise RuntimeError("the renderer does not start") from error
        return ours

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
