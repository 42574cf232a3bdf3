"""The user's settings of local AWS, from environment variables."""

import os
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from course_kit.model_ids import OFFLINE_MODEL_ID
from local_aws.errors import LocalAwsError

_HIGHEST_PORT = 65535
# Passed on to the servers: short waits and few workers for tests, the author's behaviour for benchmarks.
_PASSED_ON = ("SFN_WAIT_SCALE", "LAMBDA_ACCOUNT_CONCURRENCY", "COURSEWRIGHT_AUTHOR_BEHAVIOUR")
# Services whose calls can go through the fault proxy, with the variable that sets the endpoint in an AWS SDK.
ENDPOINT_VARIABLES = {"bedrock": "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "s3": "AWS_ENDPOINT_URL_S3"}


@dataclass(frozen=True)
class LocalSettings:
    """Settings of one command. Without a ``model_url`` the offline author writes; ``model_id`` is its name."""

    forced_port: int | None
    model_url: str | None
    model_id: str
    passed_on: tuple[tuple[str, str], ...]
    proxied_services: tuple[str, ...] = ()
    """Services that the functions call through `fault_proxy`; the proxy starts only when there are some."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read and check the variables that docs/configuration.md lists.

        Raises
        ------
        LocalAwsError
            Naming the variable, what was found, and what is expected.
        """
        model_url = _model_url()
        return cls(
            forced_port=_forced_port(),
            model_url=model_url,
            model_id=_model_name() if model_url else OFFLINE_MODEL_ID,
            passed_on=tuple((name, os.environ[name]) for name in _PASSED_ON if name in os.environ),
            proxied_services=_proxied_services(),
        )


def _forced_port() -> int | None:
    found = os.environ.get("COURSEWRIGHT_LOCAL_PORT")
    if not found:
        return None
    if not found.isdecimal() or not 0 < int(found) <= _HIGHEST_PORT:
        raise LocalAwsError(
            f"COURSEWRIGHT_LOCAL_PORT: found {found!r}, expected a port number from 1 to {_HIGHEST_PORT}; "
            "correct it, or unset it to have one chosen"
        )
    return int(found)


def _model_url() -> str | None:
    found = os.environ.get("COURSEWRIGHT_MODEL_URL")
    if not found:
        return None
    parts = urlsplit(found)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LocalAwsError(
            f"COURSEWRIGHT_MODEL_URL: found {found!r}, expected the address of an OpenAI-compatible server such as "
            "http://localhost:11434; correct it, or unset it for the offline author"
        )
    # ministack adds /v1/chat/completions itself, while every server's own documentation names its address with /v1.
    return found.rstrip("/").removesuffix("/v1")


def _model_name() -> str:
    found = os.environ.get("COURSEWRIGHT_MODEL_NAME")
    if not found:
        raise LocalAwsError(
            "COURSEWRIGHT_MODEL_NAME: found nothing, expected the name of a model that the server at "
            "COURSEWRIGHT_MODEL_URL has, such as qwen3:8b"
        )
    if found == OFFLINE_MODEL_ID or "," in found:
        raise LocalAwsError(
            f"COURSEWRIGHT_MODEL_NAME: found {found!r}, expected a name without commas that is not the offline "
            "author's own; correct it, or unset COURSEWRIGHT_MODEL_URL for the offline author"
        )
    return found


def _proxied_services() -> tuple[str, ...]:
    found = os.environ.get("COURSEWRIGHT_FAULT_PROXY")
    services = tuple(dict.fromkeys(name.strip() for name in found.split(","))) if found else ()
    if unknown := [name for name in services if name not in ENDPOINT_VARIABLES]:
        raise LocalAwsError(
            f"COURSEWRIGHT_FAULT_PROXY: found {unknown[0]!r}, expected some of {', '.join(ENDPOINT_VARIABLES)}, "
            "separated by commas; correct it, or unset it to go without the fault proxy"
        )
    return services
