"""An inbox over a bucket in moto, with a Step Functions that knows what was started and what goes on."""

import pytest

from course_kit.store.artefact_store import ArtefactStore
from tests.support.watched_inbox import WatchedInbox


@pytest.fixture
def inbox(store: ArtefactStore) -> WatchedInbox:
    return WatchedInbox(store)
