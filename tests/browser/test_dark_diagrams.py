"""Every kind of diagram on a dark page: as many a reader sees it, its words are read."""

import base64
from pathlib import Path

from playwright.sync_api import Page

from images_gen.diagram_renderer import render_diagram
from offline_author.diagram_design import VisualRequest, VisualWanted, design_visuals
from offline_author.diagram_forms import DiagramForm
from offline_author.phrases import Phrases
from tests.support.chromium import NEEDS_CHROMIUM, NewPage

THEME = Path(__file__).parents[2] / "lambdas/book_builder/templates/web/theme.css"
# WCAG 2.2, success criterion 1.4.3: text against what is behind it.
READABLE = 4.5
# The lightest against the darkest pixel within each word's box, as WCAG counts contrast.
CONTRASTS = """async ([picture, boxes]) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const linear = value => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return boxes.map(box => {
    const { data } = context.getImageData(...box);
    let darkest = 1, lightest = 0;
    for (let at = 0; at < data.length; at += 4) {
      const light = 0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1]) + 0.0722 * linear(data[at + 2]);
      darkest = Math.min(darkest, light);
      lightest = Math.max(lightest, light);
    }
    return (lightest + 0.05) / (darkest + 0.05);
  });
}"""

pytestmark = NEEDS_CHROMIUM


def drawings() -> dict[str, str]:
    """Every form of diagram, as SVG."""
    phrases = Phrases.of("en")
    wanted = [
        VisualWanted(
            visual_id="01-01-0001",
            description=phrases.visuals[form].format(
                topic="Names", items="; ".join(phrases.diagram_items.get(form, ["Names", "Zones", "Caches", "Keys"]))
            ),
        )
        for form in DiagramForm
    ]
    designs = design_visuals(VisualRequest(language="en", lesson_title="L", visuals=wanted))
    return {form: render_diagram(design.mermaid).svg or "" for form, design in zip(DiagramForm, designs, strict=True)}


def least_contrast(page: Page, svg: str, theme: str) -> float:
    """Return the contrast of the word that is hardest to read, within the book's own style sheet."""
    page.set_content(
        f'<html data-theme="{theme}"><style>{THEME.read_text(encoding="utf-8")}</style><body>'
        f'<figure><img class="diagram" alt=""></figure><div>{svg}</div></body></html>'
    )
    # The same filter and ground as a figure's, around a drawing whose words can be asked where they are.
    boxes = page.evaluate("""() => {
      const shown = getComputedStyle(document.querySelector("img.diagram")), place = document.querySelector("div");
      Object.assign(place.style, { filter: shown.filter, background: shown.backgroundColor, width: "max-content" });
      return [...place.querySelectorAll("text")].filter(text => text.textContent.trim()).map(text => {
        const box = text.getBoundingClientRect();
        return [box.x, box.y, Math.max(1, box.width), Math.max(1, box.height)].map(Math.round);
      });
    }""")
    assert boxes
    picture = base64.b64encode(page.screenshot(full_page=True)).decode()
    return float(min(page.evaluate(CONTRASTS, [f"data:image/png;base64,{picture}", boxes])))


def test_the_words_of_every_kind_of_diagram_are_read_on_light_and_on_dark_pages(new_page: NewPage) -> None:
    contrasts: dict[str, float] = {}
    page = new_page(viewport={"width": 1200, "height": 900})
    for form, svg in drawings().items():
        for theme in ("light", "dark"):
            contrasts[f"{form}, {theme}"] = round(least_contrast(page, svg, theme), 1)
    assert {name: value for name, value in contrasts.items() if value < READABLE} == {}
