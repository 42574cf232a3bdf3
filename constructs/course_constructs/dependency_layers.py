"""Dependency layers for python3.13 on arm64, built by pip on any machine, without Docker."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64
LAMBDA_PYTHON = "3.13"
# Lambda's python3.13 runs on Amazon Linux 2023 with glibc 2.34, which takes wheels of all these tags.
LAMBDA_PLATFORMS = (
    "manylinux2014_aarch64",
    "manylinux_2_17_aarch64",
    "manylinux_2_28_aarch64",
    "manylinux_2_34_aarch64",
)

_PROJECT = Path(__file__).resolve().parents[2]
LAYERS_FOLDER = _PROJECT / "layers"
_CACHE = _PROJECT / ".layers"
# Part of the hash: change it when the way of building changes, since the requirements alone would not tell.
_BUILD_VERSION = "3"
_NOT_NEEDED_AT_RUN_TIME = ("**/__pycache__", "**/*.pyi", "bin", "**/tests", "**/*.dist-info/RECORD")
AWS_SERVICES = frozenset({"bedrock-runtime", "s3", "stepfunctions", "sts"})
"""What functions ask by botocore, by its names; the descriptions of the other 400 services are 20 MB of a layer."""


class LayerBuildError(RuntimeError):
    """pip could not install a layer's requirements; the message is pip's own."""


def layer_hash(requirements: Path) -> str:
    """Return what a layer is made from: its requirements file, the platform, the way of building."""
    parts = (
        requirements.read_text(encoding="utf-8"),
        LAMBDA_PYTHON,
        *LAMBDA_PLATFORMS,
        *_NOT_NEEDED_AT_RUN_TIME,
        *sorted(AWS_SERVICES),
        _BUILD_VERSION,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build_layer(requirements: Path) -> Path:
    """Install a layer's requirements for Lambda and return the folder that holds its ``python/``.

    Built once for each `layer_hash`, in ``.layers/``. Raises `LayerBuildError` in pip's own words.
    """
    folder = _CACHE / f"{requirements.stem}-{layer_hash(requirements)[:16]}"
    if folder.is_dir():
        return folder
    _CACHE.mkdir(exist_ok=True)
    # A folder of its own: a deployment and the tests may build the same layer at the same time.
    with tempfile.TemporaryDirectory(prefix=f"{requirements.stem}-", suffix=".partial", dir=_CACHE) as temporary:
        partial = Path(temporary) / "layer"
        _pip_install(requirements, partial / "python")
        try:
            partial.rename(folder)
        except OSError:
            # The other one was first; what it built is the same.
            if not folder.is_dir():
                raise
    return folder


def _pip_install(requirements: Path, target: Path) -> None:
    platforms = [option for platform in LAMBDA_PLATFORMS for option in ("--platform", platform)]
    pip = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--requirement", str(requirements), "--target", str(target), "--only-binary=:all:"),
            # Whatever lies under this name in the index: without its hash in the lock it is not put into a function.
            "--require-hashes",
            *("--implementation", "cp", "--python-version", LAMBDA_PYTHON, "--no-compile", *platforms),
        ],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    if pip.returncode != 0:
        raise LayerBuildError(f"layer {requirements.stem}: pip could not install {requirements.name}:\n{pip.stderr}")
    for pattern in _NOT_NEEDED_AT_RUN_TIME:
        for path in list(target.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for service in target.glob("botocore/data/*/"):
        if service.name not in AWS_SERVICES:
            shutil.rmtree(service)


@jsii.implements(ILocalBundling)
class _PipBundling:
    """CDK's local bundling by `build_layer`; raises instead of quietly falling back to Docker."""

    def __init__(self, requirements: Path) -> None:
        self._requirements = requirements

    def try_bundle(self, output_dir: str, options: BundlingOptions) -> bool:  # noqa: ARG002 - CDK calls it by keyword
        shutil.copytree(build_layer(self._requirements), output_dir, dirs_exist_ok=True)
        return True


class DependencyLayer(Construct):
    """One layer from ``layers/<name>.txt``; ``layer`` is the resource."""

    def __init__(self, scope: Construct, id: str, *, requirements: Path) -> None:
        """Make the layer of one requirements file, which pins every distribution in it."""
        super().__init__(scope, id)
        self.layer = lambda_.LayerVersion(
            self,
            "Layer",
            # CloudFormation's own name would not begin with the stack's, and then rights on it could not be narrow.
            layer_version_name=f"{Stack.of(self).stack_name}-{requirements.stem}",
            code=lambda_.Code.from_asset(
                str(requirements.parent),
                asset_hash=layer_hash(requirements),
                asset_hash_type=AssetHashType.CUSTOM,
                bundling=BundlingOptions(
                    # Never pulled: the local bundling either builds the layer or raises.
                    image=DockerImage.from_registry("none"),
                    local=_PipBundling(requirements),  # type: ignore[arg-type] # jsii.implements is invisible to mypy
                ),
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description=f"Dependencies of Coursewright's functions: {requirements.stem}",
        )
