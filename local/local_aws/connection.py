"""How to reach a running local AWS, and nothing else."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.session import Session as BotocoreSession

REGION = "us-east-1"
ACCOUNT = "000000000000"
# Of the user's environment only this goes to local AWS: no profile, no real credentials, no proxy, no CA bundle.
_KEPT_VARIABLES = ("HOME", "USER", "TERM", "TMPDIR", "XDG_CACHE_HOME")
# UTF-8 and UTC, as Lambda has. Under a Latin-1 locale ministack could not write the program of a worker.
_LAMBDA_LOCALE = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TZ": "UTC"}


@dataclass(frozen=True)
class LocalConnection:
    """Port and certificate of one local AWS, and who asks it."""

    emulator_port: int
    certificate: Path
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def endpoint_url(self) -> str:
        """The address of every service.

        A number, not ``localhost``: that may mean ``::1`` first, where another program can be, and SDKs ask for a
        bucket by ``bucket.localhost``, which not every machine resolves.
        """
        return f"https://127.0.0.1:{self.emulator_port}"

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a process that talks to local AWS and cannot talk to a real account."""
        # One that is set to nothing is left out: with an empty HOME, CDK keeps its files in the project's folder.
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
        """Return a boto3 session that knows no profile, proxy or setting of the user's.

        Its clients need `client_options`.
        """
        isolated = BotocoreSession(
            session_vars={
                "profile": (None, [], None, None),
                "config_file": (None, [], os.devnull, None),
                "credentials_file": (None, [], os.devnull, None),
            }
        )
        # Environment variables of these names would be obeyed otherwise.
        isolated.set_default_client_config(Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False))
        return boto3.Session(
            botocore_session=isolated,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
        )

    @property
    def client_options(self) -> dict[str, str]:
        """Keyword arguments for every client: where it is, and the certificate to trust."""
        return {"endpoint_url": self.endpoint_url, "verify": str(self.certificate)}
