"""What is deployed runs with what it brings: isolated imports, the right architecture, within Lambda's size.

The layers are built for python3.13 on arm64, where this machine cannot run them. So each is built twice: for Lambda, to
look at its files, and for this interpreter from the same requirements, to import the handlers.
"""

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from aws_cdk import App

from course_constructs.dependency_layers import LAYERS_FOLDER, LayerBuildError, build_layer
from stacks.course_stack import CourseStack
from tests.infrastructure.conftest import settings_with

UNZIPPED_LIMIT = 262_144_000
"""Bytes of a function with its layers (AWS Lambda quotas, "Deployment package size")."""
EM_AARCH64 = 183
"""Machine of an ELF file (ELF specification, e_machine)."""
FUNCTION_LAYERS = {
    "prepare_modules": ["base"],
    "content_gen": ["agents"],
    "visual_planner": ["agents"],
    "images_gen": ["agents", "diagrams"],
    "lab_planner": ["agents"],
    "lab_writer": ["agents"],
    "book_builder": ["base", "pandoc"],
    "pdf_renderer": ["base", "typst"],
}
LAYERS = sorted({layer for layers in FUNCTION_LAYERS.values() for layer in layers})

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def distributions_in(folder: Path) -> set[tuple[str, str]]:
    return {(found.name.lower().replace("_", "-"), found.version) for found in distributions(path=[str(folder)])}


@pytest.fixture(scope="session", params=LAYERS)
def layer(request: pytest.FixtureRequest) -> Path:
    return LAYERS_FOLDER / f"{request.param}.txt"


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app synthesised for AWS, its function assets staged."""
    folder = tmp_path_factory.mktemp("cdk.out")
    app = App(outdir=str(folder), context={"aws:cdk:bundling-stacks": []}, analytics_reporting=False)
    CourseStack(app, "Packages", settings=settings_with())
    app.synth()
    return folder


@pytest.fixture(scope="session")
def functions(assembly: Path) -> dict[str, tuple[Path, int]]:
    """Asset folder and number of layers of each function, by package."""
    template = json.loads((assembly / "Packages.template.json").read_text())
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            package = resource["Properties"]["Handler"].split(".")[0]
            asset = assembly / f"asset.{resource['Properties']['Code']['S3Key'].removesuffix('.zip')}"
            found[package] = (asset, len(resource["Properties"]["Layers"]))
    return found


@pytest.fixture(scope="session")
def host_layers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The same requirements, installed for this interpreter."""
    folder = tmp_path_factory.mktemp("host-layers")
    built = {}
    for name in LAYERS:
        target = folder / name
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"),
                *("--requirement", str(LAYERS_FOLDER / f"{name}.txt"), "--target", str(target)),
            ],
            check=True,
        )
        built[name] = target
    yield built


def test_the_layers_named_here_are_those_of_the_app(functions: dict[str, tuple[Path, int]]) -> None:
    assert {package: count for package, (_, count) in functions.items()} == {
        package: len(layers) for package, layers in FUNCTION_LAYERS.items()
    }


@pytest.mark.parametrize("package", FUNCTION_LAYERS)
def test_a_handler_imports_with_nothing_but_its_asset_and_layers(
    package: str, functions: dict[str, tuple[Path, int]], host_layers: dict[str, Path]
) -> None:
    # Given: an interpreter that sees the standard library, the function's asset and its layers.
    paths = [str(functions[package][0]), *(str(host_layers[name]) for name in FUNCTION_LAYERS[package])]
    program = (
        f"import sys; sys.path = [p for p in sys.path if 'site-packages' not in p] + {paths!r}; "
        f"from {package}.handler import lambda_handler; print(lambda_handler.__module__)"
    )
    environment = {"AWS_DEFAULT_REGION": "us-east-1", "PATH": os.defpath, "POWERTOOLS_SERVICE_NAME": "coursewright"}
    # When
    imported = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], capture_output=True, text=True, check=False, env=environment
    )
    # Then
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.strip().endswith("handler")


def test_an_asset_holds_its_own_package_and_the_shared_one_and_no_other(
    functions: dict[str, tuple[Path, int]],
) -> None:
    for package, (asset, _) in functions.items():
        assert {path.name for path in asset.iterdir()} == {package, "course_kit"}
        assert not list(asset.rglob("__pycache__"))


def test_every_native_library_of_a_layer_is_for_lambdas_processor(layer: Path) -> None:
    libraries = [
        path for path in build_layer(layer).rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"
    ]
    for library in libraries:
        (machine,) = struct.unpack_from("<H", library.read_bytes(), 18)
        assert machine == EM_AARCH64, library
    assert libraries, "every layer has something native; finding none means the search is broken"


def test_both_builds_of_a_layer_hold_the_same_distributions(layer: Path, host_layers: dict[str, Path]) -> None:
    for_lambda = distributions_in(build_layer(layer) / "python")
    assert for_lambda == distributions_in(host_layers[layer.stem])
    assert for_lambda


@pytest.mark.parametrize("package", FUNCTION_LAYERS)
def test_a_function_with_its_layers_stays_within_lambdas_size(
    package: str, functions: dict[str, tuple[Path, int]]
) -> None:
    layers = [build_layer(LAYERS_FOLDER / f"{name}.txt") for name in FUNCTION_LAYERS[package]]
    size = size_of(functions[package][0]) + sum(map(size_of, layers))
    assert size <= UNZIPPED_LIMIT, f"{size:,} of {UNZIPPED_LIMIT:,} bytes"


def test_layers_and_this_environment_agree_on_every_version() -> None:
    here = {found.name.lower().replace("_", "-"): found.version for found in distributions()}
    for name in LAYERS:
        for line in (LAYERS_FOLDER / f"{name}.txt").read_text().splitlines():
            distribution, version = line.split("==")
            assert here[distribution.lower().replace("_", "-")] == version, name


def test_a_requirement_that_cannot_be_installed_fails_in_pips_own_words(tmp_path: Path) -> None:
    # Given: a version that does not exist.
    requirements = tmp_path / "impossible.txt"
    requirements.write_text("pydantic==0.0.0.1\n")
    # When / Then: an error that names it, and nothing left behind that a later build would take for a layer.
    with pytest.raises(LayerBuildError, match=r"pydantic==0\.0\.0\.1"):
        build_layer(requirements)
    with pytest.raises(LayerBuildError):
        build_layer(requirements)
