"""What is deployed runs with what it brings: isolated imports, the right architecture, within Lambda's size.

The layers are built for python3.13 on arm64, where this machine cannot run them. So each is built twice: for Lambda, to
look at its files, and for this interpreter from the same requirements, to import the handlers.
"""

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import pytest
from aws_cdk import App
from packaging.version import Version

from course_constructs import dependency_layers
from course_constructs.course_function import LAMBDAS
from course_constructs.dependency_layers import AWS_SERVICES, LAYERS_FOLDER, LayerBuildError, build_layer
from stacks.course_stack import CourseStack
from tests.support.locks import pins_of
from tests.support.stacks import settings_with

UNZIPPED_LIMIT = 262_144_000
"""Bytes of a function with its layers (AWS Lambda quotas, "Deployment package size")."""
EM_AARCH64 = 183
"""Machine of an ELF file (ELF specification, e_machine)."""
LAMBDA_GLIBC = 34
"""Minor version of the glibc 2 of Amazon Linux 2023, on which Lambda's python3.13 runs."""
ISOLATED_IMPORT = Path(__file__).with_name("isolated_import.py")
PACKAGES = sorted(handler.parent.name for handler in LAMBDAS.glob("*/handler.py"))
LAYERS = sorted(requirements.stem for requirements in LAYERS_FOLDER.glob("*.txt"))

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
    CourseStack(app, "Packages", settings=settings_with(inbox_enabled=True))
    app.synth()
    return folder


@dataclass(frozen=True)
class DeployedFunction:
    """A function as the app defines it."""

    asset: Path
    layers: tuple[str, ...]


@pytest.fixture(scope="session")
def functions(assembly: Path) -> dict[str, DeployedFunction]:
    """Every function by package, read from the template that is deployed."""
    resources = json.loads((assembly / "Packages.template.json").read_text(encoding="utf-8"))["Resources"]
    found = {}
    for resource in resources.values():
        if resource["Type"] == "AWS::Lambda::Function":
            properties = resource["Properties"]
            layers = [resources[layer["Ref"]]["Properties"]["Description"] for layer in properties["Layers"]]
            found[properties["Handler"].split(".")[0]] = DeployedFunction(
                asset=assembly / f"asset.{properties['Code']['S3Key'].removesuffix('.zip')}",
                layers=tuple(description.rpartition(": ")[2] for description in layers),
            )
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


def test_every_handler_is_deployed_and_every_layer_is_used(functions: dict[str, DeployedFunction]) -> None:
    assert sorted(functions) == PACKAGES
    assert sorted({layer for function in functions.values() for layer in function.layers}) == LAYERS


@pytest.mark.parametrize("package", PACKAGES)
def test_a_handler_and_what_it_imports_later_need_nothing_but_its_asset_and_layers(
    package: str, functions: dict[str, DeployedFunction], host_layers: dict[str, Path]
) -> None:
    # Given: an interpreter that sees the standard library, the function's asset and its layers.
    function = functions[package]
    paths = [str(path) for path in (function.asset, *(host_layers[layer] for layer in function.layers))]
    environment = {"AWS_DEFAULT_REGION": "us-east-1", "PATH": os.defpath, "POWERTOOLS_SERVICE_NAME": "coursewright"}
    # When
    imported = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(ISOLATED_IMPORT), package, *paths],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        encoding="utf-8",
    )
    # Then
    assert imported.returncode == 0, imported.stderr


def test_an_asset_holds_its_own_package_and_the_shared_one_and_no_other(
    functions: dict[str, DeployedFunction],
) -> None:
    for package, function in functions.items():
        assert {path.name for path in function.asset.iterdir()} == {package, "course_kit"}
        assert not list(function.asset.rglob("__pycache__"))


def test_every_native_library_of_a_layer_is_for_lambdas_processor_and_glibc(layer: Path) -> None:
    found = 0
    for path in build_layer(layer).rglob("*"):
        if not path.is_file() or (content := path.read_bytes())[:4] != b"\x7fELF":
            continue
        found += 1
        (machine,) = struct.unpack_from("<H", content, 18)
        assert machine == EM_AARCH64, path
        # A wheel's tag promises this; the versions of the symbols that a library asks for are what counts.
        asked = max((int(minor) for minor in re.findall(rb"\0GLIBC_2\.(\d+)", content)), default=0)
        assert asked <= LAMBDA_GLIBC, f"{path} asks for glibc 2.{asked}"
    assert found or layer.stem == "fonts", "every other layer has something native; none means the search is broken"


def test_both_builds_of_a_layer_hold_the_same_distributions(layer: Path, host_layers: dict[str, Path]) -> None:
    for_lambda = distributions_in(build_layer(layer) / "python")
    assert for_lambda == distributions_in(host_layers[layer.stem])
    assert for_lambda


@pytest.mark.parametrize("package", PACKAGES)
def test_a_function_with_its_layers_stays_within_lambdas_size(
    package: str, functions: dict[str, DeployedFunction]
) -> None:
    function = functions[package]
    layers = [build_layer(LAYERS_FOLDER / f"{layer}.txt") for layer in function.layers]
    size = size_of(function.asset) + sum(map(size_of, layers))
    assert size <= UNZIPPED_LIMIT, f"{size:,} of {UNZIPPED_LIMIT:,} bytes"


def test_layers_describe_the_aws_services_that_functions_ask_and_no_others(
    functions: dict[str, DeployedFunction],
) -> None:
    # Given: every client that the functions' code, or the agents' library in their layer, makes.
    agents = build_layer(LAYERS_FOLDER / "agents.txt") / "python"
    sources = [*LAMBDAS.rglob("*.py"), agents / "strands" / "models" / "bedrock.py"]
    called = re.compile(r"\bclient\(\s*(?:service_name=)?\"([a-z0-9-]+)\"")
    asked = {name for source in sources for name in called.findall(source.read_text(encoding="utf-8"))}
    # When
    described = {
        layer: {folder.name for folder in build_layer(LAYERS_FOLDER / f"{layer}.txt").glob("python/botocore/data/*/")}
        for layer in {layer for function in functions.values() for layer in function.layers}
    }
    # Then: of a role's temporary credentials, too.
    assert asked | {"sts"} == AWS_SERVICES
    assert {layer: names for layer, names in described.items() if names} == {
        "agents": AWS_SERVICES,
        "base": AWS_SERVICES,
    }


def test_layers_and_this_environment_agree_on_every_version() -> None:
    here = {found.name.lower().replace("_", "-"): found.version for found in distributions()}
    for name in LAYERS:
        for pin in pins_of(LAYERS_FOLDER / f"{name}.txt"):
            # pip-compile writes 1.2 for the font package that calls itself 1.002: the same version (PEP 440).
            assert Version(here[pin.name]) == Version(pin.version), name


def test_a_requirement_that_cannot_be_installed_fails_in_pips_own_words(tmp_path: Path) -> None:
    # Given: a version that does not exist.
    requirements = tmp_path / "impossible.txt"
    requirements.write_text(f"pydantic==0.0.0.1 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    # When / Then: an error that names it, and nothing left behind that a later build would take for a layer.
    with pytest.raises(LayerBuildError, match=r"pydantic==0\.0\.0\.1"):
        build_layer(requirements)
    with pytest.raises(LayerBuildError):
        build_layer(requirements)


def test_a_layer_is_not_built_of_what_its_lock_has_no_hash_for(tmp_path: Path) -> None:
    # Given: the smallest of pins, once without a hash, once with that of another file.
    requirements = tmp_path / "unlocked.txt"
    for pin in ("six==1.17.0", f"six==1.17.0 --hash=sha256:{'0' * 64}"):
        requirements.write_text(f"{pin}\n", encoding="utf-8")
        # When / Then
        with pytest.raises(LayerBuildError, match=r"(?i)hash"):
            build_layer(requirements)


def test_two_builds_of_one_layer_at_once_give_one_whole_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given: a cache of its own, and a deployment and a test run that both need a layer.
    monkeypatch.setattr(dependency_layers, "_CACHE", tmp_path / "cache")
    requirements = tmp_path / "small.txt"
    requirements.write_text((LAYERS_FOLDER / "diagrams.txt").read_text(encoding="utf-8"), encoding="utf-8")
    # When
    with ThreadPoolExecutor() as builders:
        first, second = builders.map(build_layer, [requirements, requirements])
    # Then
    assert first == second
    assert (first / "python" / "mermaidx").is_dir()
    assert list((tmp_path / "cache").iterdir()) == [first]
