"""Writes the tables of docs/models.md from lambdas/course_kit/models.yaml: ``python -m tools.models_table``."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from course_kit.models import Caching, KnownImageModel, KnownTextModel, ModelTable, Streams, known_models
from course_kit.price_rows import TextPrice, UnitPrice

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models.md"
_MARK = "\n<!-- Written by `python -m tools.models_table`. -->\n"
_NOT_KNOWN, _SECOND_HAND = "–", r"\*"
_TEXT_HEAD = (
    "| Text model | profiles | streams | longest answer | context | in | out | cached | cached from | tiers | ends "
    "| instead | limits and prices read from |\n|---|---|---|--:|--:|--:|--:|--:|---|---|---|---|---|"
)
_IMAGE_HEAD = "| Image model | profiles | each | ends | instead | read from |\n|---|---|--:|---|---|---|"
_ROUTES_HEAD = "| Profiles | may route to |\n|---|---|"
_STREAMED = {Streams.EVERYTHING: "everything", Streams.TEXT: "text, not tools", Streams.NOTHING: "nothing"}
_OURS = "coursewright."


def main() -> None:
    """Write the tables into the page."""
    before = PAGE.read_text(encoding="utf-8").partition(_MARK)[0]
    PAGE.write_text(before + tables(known_models()), encoding="utf-8")


def tables(models: ModelTable) -> str:
    """Return the tables for the page's end."""
    texts = (_text_row(name, model) for name, model in models.text_models.items() if not name.startswith(_OURS))
    images = (_image_row(name, model) for name, model in models.image_models.items())
    routes = ((f"`{name}.`", ", ".join(map(_code, regions))) for name, regions in models.geographies.items())
    lines = (
        _MARK,
        f"As of {models.as_of}. {_SECOND_HAND}: read from a secondary source, not on the seller's own page.",
        "",
        *_table(_TEXT_HEAD, texts),
        "",
        *_table(_IMAGE_HEAD, images),
        "",
        *_table(_ROUTES_HEAD, routes),
        "",
    )
    return "\n".join(lines)


def _table(head: str, rows: Iterable[Sequence[str]]) -> list[str]:
    return [head, *(f"| {' | '.join(row)} |" for row in rows)]


def _code(text: str) -> str:
    return f"`{text}`"


def _text_row(name: str, model: KnownTextModel) -> tuple[str, ...]:
    price = model.price
    return (
        f"`{name}`{_mark(model.is_verified)}{', reasons' if model.reasons else ''}",
        _profiles(model.profiles),
        _STREAMED[model.streams],
        f"{model.max_output_tokens:,}",
        f"{model.context_tokens:,}",
        _dollars(price.input if price else None, price),
        _dollars(price.output if price else None, price),
        _dollars(price.cached_input if price else None, price),
        _cached_from(model.caching),
        ", ".join(f"{tier} × {factor:g}" for tier, factor in price.tier_factors.items()) if price else "",
        *_end(model),
        _sources(model, price),
    )


def _image_row(name: str, model: KnownImageModel) -> tuple[str, ...]:
    price = model.price
    return (
        f"`{name}`{_mark(model.is_verified)}",
        _profiles(model.profiles),
        _dollars(price.each if price else None, price),
        *_end(model),
        _sources(model, price),
    )


def _profiles(profiles: Sequence[str]) -> str:
    return ", ".join(f"`{profile}.`" for profile in profiles)


def _end(model: KnownTextModel | KnownImageModel) -> tuple[str, str]:
    return (str(model.end_of_life or ""), f"`{model.instead}`" if model.instead else "")


def _cached_from(caching: Caching | None) -> str:
    if caching is None:
        return _NOT_KNOWN
    remarks = ", ".join([*(["an hour"] if caching.hour else []), *([] if caching.tools else ["no tools"])])
    tokens = f"{caching.min_tokens:,}{_mark(caching.is_verified)}"
    return f"{tokens} ({remarks})" if remarks else tokens


def _dollars(usd: float | None, price: TextPrice | UnitPrice | None) -> str:
    return _NOT_KNOWN if usd is None or price is None else f"${usd:g}{_mark(price.is_verified)}"


def _mark(is_verified: bool) -> str:
    return "" if is_verified else _SECOND_HAND


def _sources(model: KnownTextModel | KnownImageModel, price: TextPrice | UnitPrice | None) -> str:
    read = f" ({price.read_on})" if price and price.read_on else ""
    of_price = f"; {price.source}{read}" if price and price.source != model.source else ""
    caching = model.caching if isinstance(model, KnownTextModel) else None
    of_caching = f"; cache: {caching.source}" if caching and caching.source != model.source else ""
    return f"{model.source}{of_price}{of_caching}"


if __name__ == "__main__":
    main()
