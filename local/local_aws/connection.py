"""The connection to a running local AWS, and to no other account."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.session import Session as BotocoreSession

REGION = "us-east-1"
ACCOUNT = "000000000000"
# The only variables of the user that reach local AWS: no profile, credentials, proxy or CA bundle.
_KEPT_VARIABLES = ("HOME", "USER", "TERM", "TMPDIR", "XDG_CACHE_HOME")
# UTF-8 and UTC, as in Lambda. Under a Latin-1 locale ministack cannot write a worker's program.
_LAMBDA_LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TZ": "UTC"}


@dataclass(frozen=True)
class LocalConnection:
    """The port and certificate of one local AWS, and the caller's keys."""

    emulator_port: int
    certificate: Path
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def endpoint_url(self) -> str:
        """The address of every service.

        It is a number, not ``localhost``. That name may resolve to ``::1`` first, where another program can listen.
        SDKs also look up a bucket as ``bucket.localhost``, which not every machine resolves.
        """
        return f"https://127.0.0.1:{self.emulator_port}"

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a process that can reach local AWS and no real account."""
        # Empty variables are left out: with an empty HOME, CDK writes its files into the project folder.
        kept = {name: value for name in _KEPT_VARIABLES if (value := os.environ.get(name))}
        bundle = str(self.certificate)
        return {
            **kept,
            **_LAMBDA_LOCALE,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_CA_BUNDLE": bundle,
            "NODE_EXTRA_CA_CERTS": bundle,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "*",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def session(self) -> boto3.Session:
        """Return a boto3 session without the user's profile, proxy or other settings.

        Its clients need `client_options`.
        """
        isolated = BotocoreSession(
            session_vars={
                "profile": (None, [], None, None),
                "config_file": (None, [], os.devnull, None),
                "credentials_file": (None, [], os.devnull, None),
            }
        )
        # Without these, boto3 would read environment variables of the same names.
        isolated.set_default_client_config(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
        return boto3.Session(
            botocore_session=isolated,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
        )

    @property
    def client_options(self) -> dict[str, str]:
        """Keyword arguments for every client: the endpoint, and the certificate to trust."""
        return {"endpoint_url": self.endpoint_url, "verify": str(self.certificate)}
