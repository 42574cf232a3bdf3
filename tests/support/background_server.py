"""A server in a process of its own, and whether it answers."""

import os
import socket

from local_aws.processes import BackgroundProcess


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(process: BackgroundProcess) -> int:
    """Start a server and return its port."""
    port = free_port()
    process.start(["http.server", str(port), "--bind", "127.0.0.1"], os.environ)
    return port


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
