"""The synthesised app, once for all tests of this folder."""

import pytest
from aws_cdk.assertions import Template

from tests.support.definitions import definition_of
from tests.support.json_values import Json
from tests.support.stacks import VARIANTS, settings_with, synthesise


@pytest.fixture(scope="session")
def variant_templates() -> dict[str, Template]:
    return {name: synthesise(settings_with(**changes)) for name, changes in VARIANTS.items()}


@pytest.fixture(scope="session")
def template(variant_templates: dict[str, Template]) -> Template:
    return variant_templates["as in cdk.json"]


@pytest.fixture(scope="session")
def definition(template: Template) -> Json:
    return definition_of(template)
