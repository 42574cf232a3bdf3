"""A bucket of finished books, and the folder that they are downloaded to."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import boto3

from course_kit.store.artefact_keys import ProjectKeys
from course_kit.store.artefact_store import ArtefactStore
from coursewright.book.download import BookInBucket, Downloaded, download_book
from coursewright.book.out_folder import OutFolder
from coursewright.deployment import Deployment, Target
from tests.support.buckets import BUCKET

AGAIN = "coursewright watch run-1 --out elsewhere"


def deployment_on(store: ArtefactStore) -> Deployment:
    return Deployment(
        target=Target.AWS,
        bucket=BUCKET,
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:Course",
        alias_arn=None,
        models=None,
        s3=store.client,
        step_functions=boto3.client("stepfunctions"),
    )


def zipped(files: dict[str, str]) -> bytes:
    """Return an archive; equal files give equal bytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return body.getvalue()


@dataclass(frozen=True)
class Downloads:
    """One project's books in a bucket in moto, and a folder of downloads."""

    store: ArtefactStore
    root: Path
    project: str = "networks"

    @property
    def folder(self) -> Path:
        return self.root / self.project

    @property
    def book(self) -> Path:
        return self.folder / "book"

    def put(self, name: str, body: str | bytes) -> str:
        """Store a file of the project; return its key."""
        key = f"{self.project}/{name}"
        self.store.write(key, body, content_type="text/plain", replacing=self.store.find(key))
        return key

    def put_book(self, stem: str, text: str, site: dict[str, str] | None = None) -> dict[str, str]:
        """Store a book whose every file says a text; return the key of each format."""
        book = {"md": f"{stem}_complete.md", "docx": f"{stem}.docx"}
        formats = {name: self.put(f"book/{file}", f"{name}: {text}") for name, file in book.items()}
        if site is not None:
            formats["site"] = self.put(f"book/{stem}_site.zip", zipped(site))
        return formats

    def download(
        self, book: dict[str, str], *images: str, is_lab_guide: bool = False, again: str = AGAIN
    ) -> Downloaded:
        return download_book(
            deployment_on(self.store),
            ProjectKeys(self.project),
            BookInBucket(book, images, is_lab_guide),
            OutFolder(self.root),
            again,
        )

    def files(self) -> dict[str, str]:
        """Return the text of every file of the project's folder, without our record."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes().decode(errors="replace")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != ".coursewright.json" and path.suffix != ".zip"
        }
