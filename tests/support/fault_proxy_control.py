"""The fault proxy of local AWS, steered by its control endpoints."""

import ssl
from dataclasses import dataclass

import httpx

import local_aws


@dataclass(frozen=True)
class FaultProxyControl:
    """The fault proxy's control endpoints."""

    url: str
    control_url: str
    root: local_aws.LocalConnection

    def behave(self, **behaviour: object) -> None:
        self._client().post("/behaviour", json=behaviour).raise_for_status()

    def reset(self) -> None:
        self._client().delete("/behaviour").raise_for_status()
        self._client().delete("/calls").raise_for_status()

    def calls(self) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = self._client().get("/calls").raise_for_status().json()
        return calls

    def _client(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.root.certificate))
        return httpx.Client(base_url=self.control_url, verify=context, trust_env=False, timeout=None)  # noqa: S113
