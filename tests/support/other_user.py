"""What another user of the same machine can do: tried as one, in a process of theirs."""

import encodings.idna  # noqa: F401 - sockets import it late, from where the other user may not read
import http.client
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local_aws.connection import REGION

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, to try what they can do")


def as_another_user(attempt: Callable[[], str]) -> str:
    """Return what an attempt says when nobody makes it; what the system refuses is said by the error's name."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # Nothing of the test may run on in here, whatever happens.
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            said = _said(attempt)
        except BaseException as error:
            said = f"the attempt is broken: {error!r}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    os.waitpid(child, 0)
    return said


def _said(attempt: Callable[[], str]) -> str:
    try:
        return attempt()
    except OSError as error:
        return type(error).__name__


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent by whoever likes to."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def signed(self, service: str, access_key: str, secret_key: str) -> "Request":
        """Return it signed as an SDK signs it."""
        request = AWSRequest(self.method, self.url, data=self.body, headers=dict(self.headers))
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(Credentials(access_key, secret_key), service, REGION).add_auth(request)
        return Request(self.method, self.url, self.body, dict(request.headers.items()))

    def send(self) -> str:
        """Return the status of the answer; nobody's certificate is asked for."""
        address = urlsplit(self.url)
        assert address.hostname
        where = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
        context = ssl._create_unverified_context()  # noqa: S323 - the other user has no certificate to trust
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(address.hostname, address.port, context=context, timeout=60)
            if address.scheme == "https"
            else http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        )
        connection.request(self.method, where, self.body, dict(self.headers))
        return str(connection.getresponse().status)
