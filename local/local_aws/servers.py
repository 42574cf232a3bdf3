"""The servers of local AWS: ministack behind TLS, the offline author, and a fault proxy."""

import errno
import hashlib
import secrets
import shutil
import socket
import ssl
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from local_aws.certificate import ensure_certificate
from local_aws.connection import REGION, LocalConnection
from local_aws.errors import LocalAwsError
from local_aws.kept import make_kept_folder, models_file, objects_folder, services_folder
from local_aws.processes import BackgroundProcess
from local_aws.root_key import CREDENTIALS_FILE, RootKey, save_profile
from local_aws.settings import ENDPOINT_VARIABLES, LocalSettings
from local_aws.state import PROJECT_ROOT, LocalState, state_dir

DEFAULT_PORT = 4566
# A server that has ended refuses at once. A server that runs a course may answer late and must not be stopped.
_HEALTH_SECONDS = 30
_MODEL_SERVER_SECONDS = 5
_CODE = (".py", ".yaml")
# Servers that an earlier version started: they are asked for runs in progress, then replaced.
_EARLIER_KEY = RootKey("test", "test")


def server_version(settings: LocalSettings) -> str:
    """Return the version of the servers' code and settings; servers with another version must be started again."""
    package = Path(__file__).parents[1]
    sources = [
        PROJECT_ROOT / "requirements.txt",
        *sorted((package / "local_aws").glob("*.py")),
        *sorted((package / "fault_proxy").glob("*.py")),
        *sorted(path for path in (package / "offline_author").rglob("*") if path.suffix in _CODE),
        # The offline author's drafts follow what course_kit says of a course.
        *sorted(path for path in (PROJECT_ROOT / "lambdas" / "course_kit").rglob("*") if path.suffix in _CODE),
    ]
    passed_on = (settings.passed_on, settings.proxied_services)
    digest = hashlib.sha256(f"{version('ministack')} {sys.prefix} {passed_on}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def emulator_answers(state: LocalState) -> bool:
    """Whether our ministack answers: another program on the port does not have the certificate's key."""
    return _answers(state, f"{connection_of(state).endpoint_url}/_ministack/health")


def author_answers(state: LocalState) -> bool:
    """Whether the offline author answers, which passes calls of other models on; their servers are not asked."""
    return _answers(state, f"{state.model_url}/health")


def fault_proxy_answers(state: LocalState) -> bool:
    """Whether the fault proxy answers; True when the settings ask for none."""
    return not state.fault_proxy_url or _answers(state, f"{state.fault_proxy_url}/_fault_proxy/health")


def connection_of(state: LocalState) -> LocalConnection:
    """Return a state's connection as the root user; raises `LocalAwsError` when the file of keys is invalid."""
    key = RootKey.load(state_dir()) or _EARLIER_KEY
    return LocalConnection(state.emulator_port, state.certificate, key.access_key, key.secret_key)


def check_startable(settings: LocalSettings, running: LocalState | None) -> None:
    """Raise `LocalAwsError` for a port that cannot be used; called before any server is stopped."""
    own_port = running.emulator_port if running else None
    if settings.forced_port not in (None, own_port) and not _is_free(settings.forced_port):
        raise LocalAwsError(
            f"COURSEWRIGHT_LOCAL_PORT: port {settings.forced_port} cannot be used (another program uses it, "
            "or you have no right to it), expected a free port; set another port, or unset it"
        )


def start_servers(settings: LocalSettings) -> LocalState:
    """Start the servers and wait until they answer; raises `LocalAwsError` with the output of a server that failed."""
    port = settings.forced_port or _free_port(DEFAULT_PORT)
    try:
        return _start_on(port, settings)
    except LocalAwsError:
        # The port was free before: another local AWS, of another state folder, has taken it since.
        if settings.forced_port or _is_free(port):
            raise
        return _start_on(_free_port(0), settings)


def _start_on(port: int, settings: LocalSettings) -> LocalState:
    _start_afresh()
    make_kept_folder()
    RootKey.make().save(state_dir())
    certificate, key = ensure_certificate(state_dir())
    proxy_url = f"https://127.0.0.1:{_free_port(0)}" if settings.proxied_services else ""
    state = LocalState(
        emulator_port=port,
        certificate=certificate,
        server_version=server_version(settings),
        model_url=f"http://127.0.0.1:{_free_port(0)}{_unguessable_path()}",
        text_model_id=settings.model_id,
        own_model_url=settings.model_url or "",
        fault_proxy_url=proxy_url,
        fault_proxy_control_url=proxy_url and f"{proxy_url}/_fault_proxy{_unguessable_path()}",
    )
    try:
        if state.fault_proxy_url:
            _spawn_fault_proxy(state, key)
        _spawn_author(state, settings)
        _emulator().start(["local_aws.launcher"], _emulator_environment(state, key, settings))
        _emulator().wait_until(lambda: emulator_answers(state))
        _author().wait_until(lambda: author_answers(state))
        _fault_proxy().wait_until(lambda: fault_proxy_answers(state))
    except BaseException:
        stop_servers()
        raise
    save_profile(state_dir(), connection_of(state).endpoint_url, REGION)
    state.save()
    return state


def restart_author(state: LocalState, settings: LocalSettings) -> None:
    """Start an author that has ended again, at the address that ministack uses; other servers keep running."""
    _author().stop()
    _spawn_author(state, settings)
    _author().wait_until(lambda: author_answers(state))


def stop_servers() -> bool:
    """Stop every server and the workers they started; return whether any was running. What is kept stays."""
    servers = (_emulator(), _fault_proxy(), _author())
    was_running = any(server.is_running() for server in servers)
    for server in servers:
        server.stop()
    LocalState.forget()
    (state_dir() / CREDENTIALS_FILE).unlink(missing_ok=True)
    return was_running


def _emulator() -> BackgroundProcess:
    return BackgroundProcess("aws", state_dir())


def _author() -> BackgroundProcess:
    return BackgroundProcess("author", state_dir())


def _fault_proxy() -> BackgroundProcess:
    return BackgroundProcess("fault-proxy", state_dir())


def _spawn_author(state: LocalState, settings: LocalSettings) -> None:
    address = urlsplit(state.model_url)
    environment = {
        **connection_of(state).environment(),
        "COURSEWRIGHT_AUTHOR_PATH": address.path,
        "COURSEWRIGHT_AUTHOR_MODELS": str(models_file()),
        **dict(settings.passed_on),
    }
    _author().start(["offline_author", "--port", str(address.port)], environment)


def _spawn_fault_proxy(state: LocalState, key: Path) -> None:
    connection = connection_of(state)
    _fault_proxy().start(
        [
            "fault_proxy",
            *("--port", str(urlsplit(state.fault_proxy_url).port)),
            *("--upstream", connection.endpoint_url),
            *("--certificate", str(state.certificate)),
            *("--key", str(key)),
        ],
        {
            **connection.environment(),
            "COURSEWRIGHT_FAULT_PROXY_CONTROL": urlsplit(state.fault_proxy_control_url).path,
        },
    )


def _start_afresh() -> None:
    """Remove the unpacked code that workers of an earlier server left; nothing that is kept is there."""
    shutil.rmtree(_temporary_folder(), ignore_errors=True)
    _temporary_folder().mkdir()


def _temporary_folder() -> Path:
    return state_dir() / "tmp"


def _emulator_environment(state: LocalState, key: Path, settings: LocalSettings) -> Mapping[str, str]:
    return {
        **connection_of(state).environment(),
        "USE_SSL": "1",
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        # ministack's MQTT listener ignores BIND_HOST and opens port 8883 on every interface.
        "IOT_MTLS_ENABLED": "0",
        "GATEWAY_PORT": str(state.emulator_port),
        "MINISTACK_SSL_CERT": str(state.certificate),
        "MINISTACK_SSL_KEY": str(key),
        "MINISTACK_BEDROCK_PROXY_URL": state.model_url,
        # A real model on a laptop writes a long lesson in minutes; ministack's own limit is 30 s.
        "MINISTACK_BEDROCK_PROXY_TIMEOUT_SECONDS": "600",
        # Every waiting model call holds a thread: 3 modules of 5 lessons hold 15, 12 modules of 10 hold 120.
        "MINISTACK_WORKER_THREADS": "160",
        # A worker's first call takes a second for imports, so workers stay for an hour.
        "LAMBDA_WARM_TTL_SECONDS": "3600",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(_temporary_folder()),
        # What is kept, in private folders: ministack's own are under /tmp, with names that another user knows.
        "PERSIST_STATE": "1",
        "STATE_DIR": str(services_folder()),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(objects_folder()),
        # For workers, which inherit them; ministack itself calls neither service through an SDK.
        **{ENDPOINT_VARIABLES[service]: state.fault_proxy_url for service in settings.proxied_services},
        **dict(settings.passed_on),
    }


def _unguessable_path() -> str:
    """Return a random path for a server without keys: only readers of the state folder know it."""
    return f"/{secrets.token_urlsafe(32)}"


def _free_port(preferred: int) -> int:
    """Return the preferred port when it is free, else a port that the system chooses."""
    if preferred and _is_free(preferred):
        return preferred
    with _socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with _socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _socket() -> socket.socket:
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # The same option as ministack's: a port whose last connections are still closing is free.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe


def require_model_server(url: str) -> None:
    """Check a model server before a course starts; any HTTP answer counts, since some servers list no models.

    Raises `LocalAwsError` when nothing answers.
    """
    try:
        httpx.get(f"{url}/v1/models", trust_env=False, timeout=_MODEL_SERVER_SECONDS)
    except httpx.HTTPError as error:
        raise LocalAwsError(
            f"COURSEWRIGHT_MODEL_URL: nothing answers at {url} ({error}); start the model server, "
            "or unset COURSEWRIGHT_MODEL_URL for the offline author"
        ) from None


def _answers(state: LocalState, url: str) -> bool:
    try:
        context = ssl.create_default_context(cafile=str(state.certificate))
        with httpx.Client(verify=context, trust_env=False, timeout=_HEALTH_SECONDS) as client:
            return client.get(url).is_success
    except (httpx.HTTPError, OSError):
        return False
