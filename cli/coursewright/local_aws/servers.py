"""The two processes of local AWS: ministack behind TLS, and the model server it asks."""

import hashlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import httpx

from coursewright.local_aws.certificate import ensure_certificate
from coursewright.local_aws.connection import LocalConnection
from coursewright.local_aws.errors import LocalAwsError
from coursewright.local_aws.state import LocalState, state_dir

OFFLINE_MODEL_ID = "coursewright.offline-author-v1"
DEFAULT_PORT = 4566
_START_SECONDS = 60
_STOP_SECONDS = 10
_HEALTH_PATH = "/_ministack/health"


def model_from_environment() -> tuple[str, str]:
    """Return URL and name of the model server that the user runs, or two empty strings for the offline author."""
    url = os.environ.get("COURSEWRIGHT_MODEL_URL", "").rstrip("/")
    name = os.environ.get("COURSEWRIGHT_MODEL_NAME", "")
    if url and not name:
        raise LocalAwsError(
            "COURSEWRIGHT_MODEL_NAME: found nothing, expected the model's name at COURSEWRIGHT_MODEL_URL"
        )
    return url.removesuffix("/v1"), name


def server_version() -> str:
    """Return what the running servers were started from; another value means they must be started again."""
    sources = sorted(Path(__file__).parent.glob("*.py")) + sorted(
        path for path in (Path(__file__).parents[1] / "offline_author").rglob("*") if path.suffix in (".py", ".yaml")
    )
    digest = hashlib.sha256(version("ministack").encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def is_healthy(connection: LocalConnection) -> bool:
    """Whether our own ministack answers: the certificate must be ours, so another program's server does not count."""
    try:
        context = ssl.create_default_context(cafile=str(connection.certificate))
        with httpx.Client(verify=context, trust_env=False, timeout=5) as client:
            return client.get(connection.endpoint_url + _HEALTH_PATH).is_success
    except (httpx.HTTPError, OSError):
        return False


def connection_of(state: LocalState) -> LocalConnection:
    """Return how to reach the servers of a state."""
    return LocalConnection(endpoint_url=f"https://localhost:{state.gateway_port}", certificate=state.certificate)


def start_servers() -> LocalState:
    """Start both processes and wait until they answer; raises `LocalAwsError` with a failed one's last words."""
    folder = state_dir()
    certificate, key = ensure_certificate(folder)
    port = _gateway_port()
    connection = LocalConnection(endpoint_url=f"https://localhost:{port}", certificate=certificate)
    model_url, model_name = model_from_environment()
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        if not model_url:
            author_port = _free_port(0)
            model_url, model_name = f"http://127.0.0.1:{author_port}", OFFLINE_MODEL_ID
            command = ["coursewright.offline_author", "--port", str(author_port)]
            started["author"] = _spawn("author", command, connection.environment())
        environment = _gateway_environment(connection, port, key, model_url)
        started["aws"] = _spawn("aws", ["coursewright.local_aws.launcher"], environment)
        _wait(started["aws"], "aws", lambda: is_healthy(connection))
        if "author" in started:
            _wait(started["author"], "author", lambda: _answers(f"{model_url}/health"))
    except BaseException:
        for process in started.values():
            _stop(process.pid)
        raise
    state = LocalState(
        gateway_port=port,
        gateway_pid=started["aws"].pid,
        certificate=certificate,
        server_version=server_version(),
        model_url=model_url,
        text_model_id=model_name,
        author_pid=started["author"].pid if "author" in started else None,
    )
    state.save()
    return state


def stop_servers(state: LocalState) -> None:
    """Stop both processes, and the workers they started; what is gone already is no error."""
    for pid in (state.gateway_pid, state.author_pid):
        if pid is not None and _is_ours(pid):
            _stop(pid)
    LocalState.forget()


def _gateway_environment(connection: LocalConnection, port: int, key: Path, model_url: str) -> Mapping[str, str]:
    temporary = state_dir() / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    # Without AWS_ENDPOINT_URL: ministack gives its workers its own address by number, so that botocore asks for
    # buckets by path and never has to resolve a bucket's name as a host.
    own = {name: value for name, value in connection.environment().items() if name != "AWS_ENDPOINT_URL"}
    return {
        **own,
        "USE_SSL": "1",
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_SSL_CERT": str(connection.certificate),
        "MINISTACK_SSL_KEY": str(key),
        "MINISTACK_BEDROCK_PROXY_URL": model_url,
        "MINISTACK_BEDROCK_PROXY_TIMEOUT_SECONDS": "600",
        "MINISTACK_WORKER_THREADS": "128",
        "LAMBDA_WARM_TTL_SECONDS": "3600",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(temporary),
        # Passed on so that tests can make waits and limits short; unset for everybody else.
        **{name: os.environ[name] for name in ("SFN_WAIT_SCALE", "LAMBDA_ACCOUNT_CONCURRENCY") if name in os.environ},
    }


def _gateway_port() -> int:
    forced = os.environ.get("COURSEWRIGHT_LOCAL_PORT")
    if forced is None:
        return _free_port(DEFAULT_PORT)
    if not forced.isdigit() or not 0 < int(forced) < 65536:  # noqa: PLR2004
        raise LocalAwsError(f"COURSEWRIGHT_LOCAL_PORT: found {forced!r}, expected a port number")
    if _free_port(int(forced)) != int(forced):
        raise LocalAwsError(
            f"COURSEWRIGHT_LOCAL_PORT: port {forced} is used by another program, expected a free one; "
            "set another number or leave it unset"
        )
    return int(forced)


def _free_port(preferred: int) -> int:
    """Return the preferred port when it is free, else one that is."""
    for port in (preferred, 0):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LocalAwsError("local AWS: no free port on 127.0.0.1")


def _spawn(name: str, module: list[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    log = _log_path(name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )


def _wait(process: "subprocess.Popen[bytes]", name: str, is_ready: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > give_up:
            lines = _log_path(name).read_text(errors="replace").strip().splitlines() or ["(its log is empty)"]
            raise LocalAwsError(f"local AWS: {name} did not start: {lines[-1]} (log: {_log_path(name)})")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=2).is_success
    except httpx.HTTPError:
        return False


def _log_path(name: str) -> Path:
    return state_dir() / "logs" / f"{name}.log"


def _is_ours(pid: int) -> bool:
    """Whether a process id still is one of our servers (the number may be another program's by now)."""
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "coursewright." in listing.stdout


def _stop(pid: int) -> None:
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, signal_number)
        except ProcessLookupError:
            return
        give_up = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < give_up:
            if not _is_ours(pid):
                return
            time.sleep(0.1)
