"""Local AWS behind the proxy: calls pass on exactly as the client signed them."""

import ssl
from pathlib import Path

import httpx
from starlette.requests import Request

# Headers of one connection, not of the message (RFC 9110, section 7.6.1). AWS SDKs sign none of them.
_HOP_BY_HOP = {
    b"connection",
    b"expect",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}


class Upstream:
    """One local AWS, reached over TLS."""

    def __init__(self, url: str, certificate: Path) -> None:
        self._url = httpx.URL(url)
        # The caller sets the time limits: a model on a laptop takes minutes for an answer.
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(cafile=str(certificate)),
            trust_env=False,
            timeout=None,  # noqa: S113
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        )

    async def send(self, request: Request, body: bytes) -> httpx.Response:
        """Send a call with its own path, Host and headers; the answer's body is still unread."""
        path = request.scope["raw_path"]
        query = request.scope["query_string"]
        return await self._client.send(
            httpx.Request(
                request.method,
                self._url.copy_with(raw_path=path + (b"?" + query if query else b"")),
                headers=[header for header in request.headers.raw if header[0].lower() not in _HOP_BY_HOP],
                content=body,
            ),
            stream=True,
        )

    @staticmethod
    def answer_headers(response: httpx.Response) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer that go back to the caller."""
        return [(name.lower(), value) for name, value in response.headers.raw if name.lower() not in _HOP_BY_HOP]
