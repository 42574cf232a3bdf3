"""Earlier versions of an object, which the bucket keeps."""

from collections.abc import Iterator

from course_kit.store.artefact import Artefact
from course_kit.store.artefact_store import ArtefactStore, own_metadata
from course_kit.store.outages import typed_outages


def earlier_versions(store: ArtefactStore, key: str) -> Iterator[Artefact]:
    """Yield what was stored under a key before what is there now, the newest first; deletions are left out."""
    with typed_outages(key):
        pages = store.client.get_paginator("list_object_versions").paginate(Bucket=store.bucket, Prefix=key)
        for page in pages:
            for version in page.get("Versions", []):
                # Other keys may begin with this one.
                if version["Key"] == key and not version["IsLatest"]:
                    found = store.find(key, version["VersionId"])
                    if found is not None:
                        yield found


def bring_back(store: ArtefactStore, earlier: Artefact, *, replacing: Artefact | None) -> Artefact:
    """Store an earlier version again, as it was, on the condition that its key still is what the caller saw.

    Raises ``ArtefactConflict`` as `ArtefactStore.write`.
    """
    with typed_outages(earlier.key):
        found = store.client.get_object(Bucket=store.bucket, Key=earlier.key, VersionId=earlier.version or "null")
        body, content_type = found["Body"].read(), found["ContentType"]
    return store.write(
        earlier.key,
        body,
        content_type=content_type,
        replacing=replacing,
        fingerprint=earlier.fingerprint,
        shape=earlier.shape,
        is_made=False,
        metadata=own_metadata(earlier),
    )
