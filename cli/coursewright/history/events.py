"""Writes and deletions of objects, as the bucket lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from course_kit.store.outages import typed_outages
from coursewright.course_store import CourseStore


@dataclass(frozen=True)
class StoredEvent:
    """One version of an object, or one deletion."""

    key: str
    version: str
    at: datetime
    size: int
    is_latest: bool
    is_deletion: bool = False


def events_under(store: CourseStore, prefixes: Iterable[str]) -> dict[str, list[StoredEvent]]:
    """Return the events of every key under some prefixes, oldest first, over as many pages as it takes."""
    found: dict[str, list[StoredEvent]] = {}
    for prefix in prefixes:
        with typed_outages(prefix):
            for page in store.client.get_paginator("list_object_versions").paginate(Bucket=store.bucket, Prefix=prefix):
                for entry in page.get("Versions", []):
                    written = StoredEvent(
                        entry["Key"], entry["VersionId"], entry["LastModified"], entry["Size"], entry["IsLatest"]
                    )
                    found.setdefault(written.key, []).append(written)
                for marker in page.get("DeleteMarkers", []):
                    gone = StoredEvent(
                        marker["Key"],
                        marker["VersionId"],
                        marker["LastModified"],
                        size=0,
                        is_latest=marker["IsLatest"],
                        is_deletion=True,
                    )
                    found.setdefault(gone.key, []).append(gone)
    return {key: _oldest_first(events) for key, events in found.items()}


def _oldest_first(events: list[StoredEvent]) -> list[StoredEvent]:
    """Return a key's events in order.

    A listing has them newest first, but versions apart from deletions, and its times may be whole seconds. In the same
    second a write comes before its deletion, unless it is what is there now.
    """
    in_order = list(reversed(events))
    in_order.sort(key=lambda event: (event.at, event.is_latest, event.is_deletion))
    return in_order
