"""Where figures stand, and how the text names them."""

import pytest

from book_builder.lesson_markdown import section_markdown
from course_kit.records.visuals import Figure, VisualKind

TAG = "[VISUAL: 01-01-0001 - x]"
PICTURE = "![Caption](images/01-01-0001.png)"
MENTION = "([Figure 1.1](#figure-01-01-0001))"
FIGURE = Figure(
    visual_id="01-01-0001",
    kind=VisualKind.DIAGRAM,
    caption="Caption",
    alt_text="Alt",
    png_key="a.png",
    width=10,
    height=10,
)


def placed(text: str, number: str = "Figure 1.1") -> str:
    markdown = section_markdown(f"# T\n\n{text}\n", {"01-01-0001": FIGURE}, lambda f: f.caption, lambda f: number)
    return markdown.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Text ends.\n\n{TAG}\n\nMore.", f"Text ends {MENTION}.\n\n{PICTURE}\n\nMore."),
        (f"Text ends:\n{TAG}\nMore.", f"Text ends {MENTION}:\n\n{PICTURE}\n\nMore."),
        (f"**Bold end**\n\n{TAG}", f"**Bold end** {MENTION}\n\n{PICTURE}"),
        (f"See Figure 1.1 here.\n\n{TAG}", f"See Figure 1.1 here.\n\n{PICTURE}"),
        (f"Before.\n\n## H\n\n{TAG}", f"Before.\n\n### H\n\n{PICTURE}"),
        (f"As {TAG} shows, it goes on.\n\nNext.", f"As {MENTION} shows, it goes on.\n\n{PICTURE}\n\nNext."),
    ],
)
def test_the_paragraph_before_a_figure_names_it(text: str, expected: str) -> None:
    assert squeezed(placed(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"> Quoted.\n>\n> {TAG}\n>\n> More.\n\nNext.", f"> Quoted.\n>\n>\n>\n> More.\n\n{PICTURE}\n\nNext."),
        (f"- one\n{TAG}\n- two\n\nNext.", f"- one\n\n- two\n\n{PICTURE}\n\nNext."),
        (f"- one\n\n  {TAG}\n\n- two", f"- one\n\n  {PICTURE}\n\n- two"),
    ],
)
def test_a_figure_stands_behind_what_encloses_its_tag(text: str, expected: str) -> None:
    assert squeezed(placed(text, number="")) == expected


def test_in_japanese_a_figure_is_named_between_full_width_brackets() -> None:
    assert "（[図1.1](#figure-01-01-0001)）。" in placed(f"本文です。\n\n{TAG}", number="図1.1")


def squeezed(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text
