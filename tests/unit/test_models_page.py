"""docs/models.md says of each model what the functions know of it."""

from course_kit.models import DeclaredTextModel, known_models
from tools.models_table import PAGE, tables


def test_the_page_has_the_table_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(tables(known_models())), "run python -m tools.models_table"


def test_every_field_of_a_declaration_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for field in DeclaredTextModel.model_fields:
        assert f"`{field}`" in page, field
