"""The feature flags of the construct library: what it recommends to new projects is on."""

import json
import tarfile
from functools import cache
from importlib.resources import as_file, files

from tests.support.stacks import CONTEXT


@cache
def recommended() -> dict[str, object]:
    """The library's own list of the very version that is installed."""
    package = files("aws_cdk._jsii")
    [bundle] = [entry for entry in package.iterdir() if entry.name.endswith(".jsii.tgz")]
    with as_file(bundle) as path, tarfile.open(path) as archive:
        member = archive.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        flags: dict[str, object] = json.load(member)
    return flags


def test_every_recommended_flag_is_set_as_recommended() -> None:
    assert len(recommended()) > 50
    assert {flag: CONTEXT.get(flag, "unset") for flag in recommended()} == recommended()


def test_no_flag_is_set_that_the_library_does_not_know() -> None:
    assert {key for key in CONTEXT if key.startswith("@")} <= set(recommended())
