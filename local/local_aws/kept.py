"""What local AWS keeps: its bucket and its runs, on disk in the state folder, until somebody says to forget them."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from course_kit.data_models import OpenModel
from course_kit.store.artefact_keys import ProjectKeys
from local_aws.connection import ACCOUNT
from local_aws.private_files import make_private_folder, write_private
from local_aws.state import state_dir
from offline_author.other_models import OtherModels

_BUCKETS = "coursewright-*"
_ASSETS = "cdk-*-assets-*"
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Kept:
    """How much is kept, and where."""

    folder: Path
    projects: int = 0
    size: int = 0

    def __str__(self) -> str:
        projects = "1 project" if self.projects == 1 else f"{self.projects} projects"
        return f"{projects} ({self.size / _MEGABYTE:.1f} MB in {self.folder})"


class DeployedStack(OpenModel):
    """The app that is deployed, by its version, and the stack that it was deployed as.

    A stack that is older than this record is one that ministack had not saved yet when it was killed.
    """

    version: str
    stack: str

    @classmethod
    def load(cls) -> "DeployedStack | None":
        """Return the last record; None when there is none."""
        try:
            return cls.model_validate_json(_deployed_file().read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def save(self) -> None:
        """Replace the record."""
        write_private(_deployed_file(), self.model_dump_json().encode())


def what_is_kept() -> Kept:
    """Return how much is kept, from the files alone: local AWS need not run."""
    folder = kept_folder()
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else ()
    return Kept(folder, sum(1 for _ in _projects()), sum(sizes))


def make_kept_folder() -> None:
    """Make the private folders, and remove what was uploaded only to be deployed: CDK uploads it again."""
    for folder in (kept_folder(), objects_folder(), services_folder()):
        make_private_folder(folder)
    for root in (objects_folder() / ACCOUNT, objects_folder() / ".versions" / ACCOUNT):
        for assets in root.glob(_ASSETS):
            shutil.rmtree(assets)


def discard() -> None:
    """Forget everything: objects, runs, and the models of one's own. Only for an emulator that does not run."""
    shutil.rmtree(kept_folder(), ignore_errors=True)
    models_file().unlink(missing_ok=True)


def remember_model(model_id: str, url: str) -> None:
    """Note the address of a model, for the runs that name it."""
    models = other_models()
    if models.address_of.get(model_id) != url:
        write_private(models_file(), models.with_address(model_id, url).model_dump_json().encode())


def other_models() -> OtherModels:
    """Return the models that runs here have named."""
    return OtherModels.read(models_file())


def kept_folder() -> Path:
    """Return the folder of everything that outlasts a stop."""
    return state_dir() / "aws"


def objects_folder() -> Path:
    """Return the folder where ministack keeps objects."""
    return kept_folder() / "s3"


def services_folder() -> Path:
    """Return the folder of the state of all other services."""
    return kept_folder() / "services"


def models_file() -> Path:
    """Return the file that names the addresses of models; the offline author reads it."""
    return state_dir() / "models.json"


def _deployed_file() -> Path:
    return kept_folder() / "deployed.json"


def _projects() -> Iterator[str]:
    """Yield the projects on disk: folders with an outline that is not deleted."""
    for bucket in (objects_folder() / ACCOUNT).glob(_BUCKETS):
        for folder in filter(Path.is_dir, bucket.iterdir()):
            beside = bucket / f"{ProjectKeys(folder.name).outline()}.meta.json"
            if beside.exists() and not json.loads(beside.read_bytes()).get("is_delete_marker"):
                yield folder.name
