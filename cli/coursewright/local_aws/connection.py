"""How to reach a running local AWS."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import boto3

REGION = "us-east-1"
ACCOUNT = "000000000000"
_ROOT_KEY = "test"
# Of the user's environment nothing else goes to local AWS: no profile, no real credentials, no proxy.
_KEPT_VARIABLES = ("HOME", "LANG", "LC_ALL", "USER", "TERM", "SYSTEMROOT", "JSII_RUNTIME")


@dataclass(frozen=True)
class LocalConnection:
    """Endpoint and certificate of one local AWS."""

    endpoint_url: str
    certificate: Path

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a process that talks to local AWS and cannot talk to a real account."""
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        bundle = str(self.certificate)
        return {
            **kept,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_CA_BUNDLE": bundle,
            "NODE_EXTRA_CA_CERTS": bundle,
            "AWS_ACCESS_KEY_ID": _ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": _ROOT_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "*",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def session(self) -> boto3.Session:
        """Return a boto3 session; its clients need `client_options`."""
        return boto3.Session(aws_access_key_id=_ROOT_KEY, aws_secret_access_key=_ROOT_KEY, region_name=REGION)

    @property
    def client_options(self) -> dict[str, str]:
        """Keyword arguments for every client: where it is, and the certificate to trust."""
        return {"endpoint_url": self.endpoint_url, "verify": str(self.certificate)}
