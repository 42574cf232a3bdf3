"""Drawing in a process of its own, because nothing else stops mermaid.js.

A source of 230 characters can keep its layout busy for minutes (20 × 20 arrows: 260 s measured), and an interpreter
inside this process cannot be interrupted.
"""

import os
import subprocess
import sys
import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from images_gen.diagram_engine import Drawing, DrawingOrder

# A diagram of ten nodes takes half a second, on a busy machine five.
TIME_LIMIT_SECONDS = 30.0
_START_SECONDS = 120.0


class DiagramProcess:
    """One drawing process, started when first needed, replaced when a diagram takes too long or kills it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def draw(self, order: DrawingOrder, time_limit: float = TIME_LIMIT_SECONDS) -> tuple[Drawing, bytes]:
        """Return what `images_gen.diagram_engine.draw` makes of an order; a refusal after ``time_limit`` seconds."""
        with self._one_at_a_time:
            try:
                connection = self._connected()
                connection.send_bytes(order.model_dump_json().encode())
                if connection.poll(time_limit):
                    return Drawing.model_validate_json(connection.recv_bytes()), connection.recv_bytes()
                refusal = f"the layout takes longer than {time_limit:.0f} s: use at most 10 nodes and as many arrows"
            except (EOFError, OSError) as error:
                refusal = f"the renderer ended ({error}): use at most 10 nodes and as many arrows"
            self._stop()
            return Drawing(refusal=refusal), b""

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
        if not ours.poll(_START_SECONDS):
            raise OSError("the renderer does not start")
        ours.recv_bytes()
        return ours

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
