"""Clients of local AWS."""

from typing import Any

import local_aws


def client_of(connection: local_aws.LocalConnection, service: str) -> Any:
    # Keywords from a dictionary match no overload.
    return connection.session().client(service, **connection.client_options)  # type: ignore[call-overload]
