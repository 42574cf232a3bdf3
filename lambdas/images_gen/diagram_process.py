"""Drawing in a process of its own, because nothing else stops mermaid.js.

A source of 230 characters can keep its layout busy for minutes (20 × 20 arrows: 260 s measured), and an interpreter
inside this process cannot be interrupted.
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

# Of processor time, which a busy machine does not use up: a diagram of ten nodes takes half a second of it.
TIME_LIMIT_SECONDS = 30.0
# However little of the processor the drawing gets; a function lives for fifteen minutes.
_PATIENCE_SECONDS = 240.0
_POLL_SECONDS = 0.25
_ATTEMPTS = 2
_SIMPLER = "use at most 10 nodes and as many arrows"
# Counted behind the name in brackets.
_USER_TIME, _SYSTEM_TIME = 11, 12


class _NoTime(Exception):
    """The process was waited for, and hardly ran."""


class DiagramProcess:
    """One drawing process, started when first needed, replaced when a diagram takes too long or kills it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def draw(self, order: DrawingOrder, time_limit: float = TIME_LIMIT_SECONDS) -> tuple[Drawing, bytes]:
        """Return what `images_gen.diagram_engine.draw` makes of an order, or a refusal.

        A layout is stopped after ``time_limit`` seconds of processor time, and what was stopped is drawn once more: a
        refusal costs a model's call.

        Raises
        ------
        WorkRemaining
            The machine has no time for drawing, which is no fault of the diagram.
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
        """Wait for an answer as long as the drawing may work; `_NoTime` once nobody would wait any longer."""
        began, give_up = self._processor_seconds(), self._clock() + _PATIENCE_SECONDS
        while not connection.poll(min(_POLL_SECONDS, time_limit)):
            if self._processor_seconds() - began > time_limit:
                return False
            if self._clock() > give_up:
                raise _NoTime
        return True

    def _processor_seconds(self) -> float:
        """Return what the drawing process has used of a processor (proc(5), utime and stime of /proc/PID/stat)."""
        if self._process is None:
            return 0.0
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            # Without /proc, the time of the wall has to do.
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
                # It finds the function's code and layers where this process does.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        self._connection = ours
        try:
            self._answers(ours, time_limit=_PATIENCE_SECONDS)
            ours.recv_bytes()
        except EOFError as error:
            # No diagram's fault, and no model mends it.
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
