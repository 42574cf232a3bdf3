"""The root user's keys of local AWS: random, new at each start, readable only by the user who started it."""

import configparser
import secrets
import shlex
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Self

from local_aws.errors import LocalAwsError
from local_aws.private_files import write_private

CREDENTIALS_FILE = "aws-credentials"
CONFIG_FILE = "aws-config"
_PROFILE = "default"
_ID_BYTES = 8
_SECRET_BYTES = 32


@dataclass(frozen=True)
class RootKey:
    """An access key: its id and its secret."""

    access_key: str
    secret_key: str = field(repr=False)

    @classmethod
    def make(cls) -> Self:
        """Return new random keys. The id is random too: a call with an unknown id gets no answer."""
        return cls(f"AKIA{secrets.token_hex(_ID_BYTES).upper()}", secrets.token_urlsafe(_SECRET_BYTES))

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Return the keys in a folder; None for a folder of an earlier version, which had no keys.

        Raises
        ------
        LocalAwsError
            When the file exists and holds no keys.
        """
        path = folder / CREDENTIALS_FILE
        # Without interpolation: a secret may hold a percent sign.
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(path.read_text(encoding="utf-8"))
            profile = parser[_PROFILE]
            return cls(profile["aws_access_key_id"], profile["aws_secret_access_key"])
        except FileNotFoundError:
            return None
        except (configparser.Error, KeyError, UnicodeDecodeError):
            raise LocalAwsError(
                f"local AWS: {path} holds no keys, expected what `coursewright local up` wrote there; "
                "`coursewright local down`, then `coursewright local up`, makes new ones"
            ) from None

    def save(self, folder: Path) -> None:
        """Write the keys in the format of ``AWS_SHARED_CREDENTIALS_FILE``, for the AWS CLI and SDKs."""
        values = {"aws_access_key_id": self.access_key, "aws_secret_access_key": self.secret_key}
        _write_profile(folder / CREDENTIALS_FILE, values)


def save_profile(folder: Path, endpoint_url: str, region: str) -> None:
    """Write the endpoint of local AWS in the format of ``AWS_CONFIG_FILE``, for the AWS CLI and SDKs."""
    _write_profile(folder / CONFIG_FILE, {"endpoint_url": endpoint_url, "region": region})


def sdk_settings(folder: Path, certificate: Path) -> str:
    """Return shell variables that point the AWS CLI and SDKs to local AWS; empty without keys.

    The certificate is a variable and not in the profile: it must override an ``AWS_CA_BUNDLE`` that is already set.
    """
    if not (folder / CREDENTIALS_FILE).exists():
        return ""
    files = {
        "AWS_CONFIG_FILE": folder / CONFIG_FILE,
        "AWS_SHARED_CREDENTIALS_FILE": folder / CREDENTIALS_FILE,
        "AWS_CA_BUNDLE": certificate,
    }
    return " ".join(f"{name}={shlex.quote(str(file))}" for name, file in files.items())


def _write_profile(path: Path, values: dict[str, str]) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser[_PROFILE] = values
    text = StringIO()
    parser.write(text)
    write_private(path, text.getvalue().encode())
