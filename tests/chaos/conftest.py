"""A stack of its own, away from the other tests': here processes are killed and answers get lost."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from coursewright.deployment import Deployment
from tests.support.chaos_scene import Scene
from tests.support.fault_proxy_control import FaultProxyControl
from tests.support.local_author import Author
from tests.support.local_stack import author, deployment, fault_proxy, local_connection

__all__ = ["author", "deployment", "fault_proxy", "local_connection"]


@pytest.hookimpl(tryfirst=True)  # before xdist's own, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test of this stack on one worker; leave those marked ``full`` to ``make chaos``."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)
            item.add_marker(pytest.mark.xdist_group("chaos"))
            if item.get_closest_marker("full") and not os.environ.get("CHAOS_FULL"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: only in `make chaos`"))


@pytest.fixture
def scene(
    deployment: Deployment, author: Author, fault_proxy: FaultProxyControl, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    """A project whose outline is uploaded."""
    name = re.sub(r"\W+", "-", request.node.name)[:60].strip("-")
    fresh = Scene(name, deployment, author, fault_proxy)
    fresh.upload()
    yield fresh


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[Scene, str, int], None]:
    """Put a line into the table at the end; no artefact may be lost and no call paid twice in any of them."""

    def line(scene: Scene, fault: str, injected: int) -> None:
        row = scene.row(fault, injected)
        request.node.user_properties.append(("chaos", asdict(row)))
        assert (row.lost, row.paid_twice) == (0, 0), row

    return line
