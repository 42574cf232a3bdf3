"""Boxes of every tool become the book's, with their titles and all that is in them; what is none stays."""

import pytest

from course_kit.mending.mended_text import mended


def body(text: str) -> str:
    markdown = mended(f"# T\n\n{text}\n")
    assert mended(markdown) == markdown
    return markdown.removeprefix("# T\n\n").removesuffix("\n")


@pytest.mark.parametrize(
    "text",
    [
        "::: {.callout-tip}\nText.\n:::",
        ":::tip\nText.",
        "```{tip}\nText.\n```",
        "```{admonition}\n:class: tip\nText.\n```",
        ":::{admonition}\n:class: tip dropdown\nText.\n:::",
        "!!! tip\n    Text.",
        "!!! tip\n\tText.",
        "!!! tip\n  Text.",
        "!!! tip\nText.",
        '!!! tip ""\n    Text.',
        "???+ tip\n    Text.",
        "{% hint style='success' %}\nText.\n{% endhint %}",
        '{% callout type="tip" %}\nText.\n{% /callout %}',
        "{{< callout tip >}}\nText.\n{{< /callout >}}",
        "{{% notice tip %}}\nText.\n{{% /notice %}}",
        "<Tip>\nText.\n</Tip>",
        "<Tip>Text.</Tip>",
        '<Callout type="tip">\nText.\n</Callout>',
        ".. tip:: Text.",
        ".. tip::\n\n   Text.",
        "[TIP]\n====\nText.\n====",
        "[!TIP] Text.",
        "[!TIP]\nText.",
        "> [!TIP] Text.",
        "> [!TIP]: Text.",
        "> \\[!TIP\\]\n> Text.",
        "> **[!TIP]**\n> Text.",
        "> [TIP]\n> Text.",
        "> **Tip**\n> Text.",
        "> **Tip** – Text.",
        "> *Tip:* Text.",
        "> 💡 **Tip:** Text.",
        "> **💡 Tip:** Text.",
        "> 💡 Tip: Text.",
        "> **Pro tip:** Text.",
        "> **Consejo:** Text.",
        "> **Dica:** Text.",
        "> **Astuce\u00a0:** Text.",
        "> **Tipp:** Text.",
        "> **Suggerimento:** Text.",
        "> **ヒント：** Text.",
        "> **小贴士：** Text.",
        "> **نصيحة:** Text.",
    ],
)
def test_a_tip_in_every_dialect_and_language_is_a_tip(text: str) -> None:
    assert body(text) == "> [!TIP]\n> Text."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (":::warning[Mind `it`]\nText.\n:::", "Mind `it`"),
        (':::warning{title="Mind it"}\nText.\n:::', "Mind it"),
        ('::: {.callout-warning collapse="true"}\n## Mind it\n\nText.\n:::', "Mind it"),
        ('!!! warning "Mind "it""\n    Text.', 'Mind "it"'),
        ('!!! warning inline end "Mind it"\n    Text.', "Mind it"),
        ("```{warning} Mind it\nText.\n```", "Mind it"),
        ('<Warning title="Mind it">\nText.\n</Warning>', "Mind it"),
        ('{{< admonition type=warning title="Mind it" >}}\nText.\n{{< /admonition >}}', "Mind it"),
        (".. admonition:: Mind it\n   :class: warning\n\n   Text.", "Mind it"),
        ("> **Common mistake:** Text.", "Common mistake"),
    ],
)
def test_a_box_keeps_its_title(text: str, title: str) -> None:
    assert body(text) == f"> [!WARNING] {title}\n> Text."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::::tip\n:::warning\nInner.\n:::\n\nOuter.\n::::", "> [!TIP]\n> > [!WARNING]\n> > Inner.\n>\n> Outer."),
        (":::tip\n:::warning\nInner.\n:::\nOuter.\n:::", "> [!TIP]\n> > [!WARNING]\n> > Inner.\n>\n> Outer."),
        (":::tip\n```text\n:::\n```\nEnd.\n:::", "> [!TIP]\n> ```text\n> :::\n> ```\n> End."),
        ("!!! tip\n    - a\n        - b\n\n    End.", "> [!TIP]\n> - a\n>     - b\n>\n> End."),
        ("1. Do.\n\n    !!! tip\n        Text.\n\n    Go on.", "1. Do.\n\n    > [!TIP]\n    > Text.\n\n    Go on."),
        ("> [!NOTE]\n> A.\n> [!TIP]\n> B.", "> [!NOTE]\n> A.\n\n> [!TIP]\n> B."),
        ("> A quotation.\n:::tip\nText.\n:::\nMore.", "> A quotation.\n\n> [!TIP]\n> Text.\n\nMore."),
        ("> **Nota:** si cambia.\n> - a", "> [!NOTE]\n> Si cambia.\n> - a"),
        ("> **Note:** iOS differs.", "> [!NOTE]\n> iOS differs."),
        ("> **Note:** `x` differs.", "> [!NOTE]\n> `x` differs."),
    ],
)
def test_what_is_in_and_around_a_box_stays(text: str, expected: str) -> None:
    assert body(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "> **Note on naming:** use short names.",
        "> **Caution**, he said, is a virtue.",
        "> **Note** that it ends.",
        "> Note: he said so.",
        "> Quoted.\n>\n> **Note:** not first.",
        "> **Note**",
        "```markdown\n> [!INFO] x\n:::tip\n!!! note\n    x\n```",
        "    !!! note\n        in code\n\nEnd.",
        "Use `:::tip` and `!!! note`.",
        "{% raw %}\nText.\n{% endraw %}",
        "::: columns\nText.\n:::",
        "[NOTE]\n\nText.",
        "```{python}\nx = 1\n```",
    ],
)
def test_what_means_no_box_stays(text: str) -> None:
    assert body(text) == text
