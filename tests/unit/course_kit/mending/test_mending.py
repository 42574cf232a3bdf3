"""What code takes off a model's text and brings to one form, and what it leaves alone."""

from cProfile import Profile

import pytest

from course_kit.markdown.text import parse_markdown
from course_kit.mending.mended_text import mended

LESSON = "# Packets\n\nA packet carries a header.\n\n## Loss\n\n```bash\nping -c 1 host\n```\n"


@pytest.mark.parametrize(
    "answer",
    [
        LESSON,
        f"<think>\nThe user wants a lesson.\n</think>\n\n{LESSON}",
        f"I should begin.\n</think>\n\n{LESSON}",
        f"<Reasoning>one</Reasoning>{LESSON}",
        f"Here is the lesson you asked for:\n\n{LESSON}",
        f"Aquí tiene la lección:\n\n---\n\n{LESSON}",
        f"```markdown\n{LESSON}```\n",
        f"````markdown\n{LESSON}````\n",
        f"~~~\n{LESSON}~~~",
        f"Sure! Here is the lesson:\n\n```markdown\n{LESSON}```\n\nI hope this helps!",
        f"---\ntitle: Packets\ntags:\n  - net\n---\n\n{LESSON}",
        f"\ufeff{LESSON}",
        LESSON.replace("\n", "\r\n"),
        f"{LESSON}<|im_end|>",
        f"{LESSON}\n</s>\n<|endoftext|>\n",
    ],
)
def test_what_stands_around_a_text_is_taken_off(answer: str) -> None:
    assert mended(answer) == LESSON
    assert mended(mended(answer)) == LESSON


@pytest.mark.parametrize(
    "text",
    [
        "# ChatML\n\nA turn ends with `<|im_end|>`.\n\n```text\n<|im_start|>user\n<|im_end|>\n```\n",
        "# Prompts\n\nSome models write `<think>` before they answer.\n",
        "Plans\n=====\n\nText under an underlined title.\n",
        "# YAML\n\n```yaml\n---\ntitle: x\n---\n```\n",
        "No title at all, and `# no heading`.\n\n```bash\n# a comment\n```\n",
    ],
)
def test_what_belongs_to_a_text_stays(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("> [!INFO] Custom title\n> Text.", "> [!NOTE] Custom title\n> Text."),
        ("> [!TIP]- Folded\n> Text.", "> [!TIP] Folded\n> Text."),
        ("> [!danger]\n> Text.", "> [!CAUTION]\n> Text."),
        (":::tip Docusaurus\nText.\n:::", "> [!TIP] Docusaurus\n> Text."),
        ("::: {.callout-warning}\nText.\n:::", "> [!WARNING]\n> Text."),
        (":::{note} MyST\nText.\n:::", "> [!NOTE] MyST\n> Text."),
        ('!!! warning "Mind it"\n    Text.\n\n    - item', "> [!WARNING] Mind it\n> Text.\n>\n> - item"),
        ("??? note\n    Text.", "> [!NOTE]\n> Text."),
        ('{% hint style="info" %}\nText.\n{% endhint %}', "> [!NOTE]\n> Text."),
        ("> **Note:** Text.", "> [!NOTE]\n> Text."),
        ("> ⚠️ **Achtung**: Text.", "> [!WARNING]\n> Text."),
        ("> **Atención:** si cambia, avise.", "> [!WARNING]\n> Si cambia, avise."),
        ("> **注意：** 本文。", "> [!WARNING]\n> 本文。"),
        (":::tip\n```bash\nls\n```\n:::", "> [!TIP]\n> ```bash\n> ls\n> ```"),
    ],
)
def test_boxes_of_every_tool_become_ours(box: str, expected: str) -> None:
    assert mended(f"# T\n\n{box}\n") == f"# T\n\n{expected}\n"


@pytest.mark.parametrize(
    "text",
    [
        "> **Ada:** I said so.",
        "> Quoted.\n>\n> — Somebody",
        "```text\n:::tip\nx\n:::\n```",
        "::: nothing known\nText.\n:::",
        "What a surprise!!! note it.",
    ],
)
def test_what_is_no_box_stays(text: str) -> None:
    assert mended(f"# T\n\n{text}\n") == f"# T\n\n{text}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>.", "Press `Ctrl`+`C`."),
        ("H<sub>2</sub>O and m<sup>2</sup>, 10<sup>-3</sup>", "H₂O and m², 10⁻³"),
        ("<b>bold</b> and <i>italic</i>", "**bold** and *italic*"),
        ("A List<String> and <your-name>", r"A List\<String> and \<your-name>"),
        ("a <!-- note --> b", "a  b"),
        ('<a href="https://x.org">here</a>', "[here](https://x.org)"),
        ("<details><summary>Answer</summary>\n\nYes.\n\n</details>", "**Answer**\n\nYes."),
        ("`<kbd>` stays", "`<kbd>` stays"),
    ],
)
def test_html_that_does_not_act_is_markdown_or_text(text: str, expected: str) -> None:
    assert mended(f"# T\n\n{text}\n") == f"# T\n\n{expected}\n"


def test_a_drawing_in_a_fence_becomes_a_tag_but_in_a_lesson_about_it() -> None:
    fence = "```mermaid\nflowchart TD\n  A[Start] --> B{OK?}\n```\n"
    source = "flowchart TD; A[Start] --> B{OK?}"
    assert f"[VISUAL: the diagram of this Mermaid source: {source}]" in mended(f"# Flows\n\n{fence}")
    assert fence in mended(f"# Drawing with Mermaid\n\n{fence}")


def test_colours_of_terminals_are_taken_out_of_code() -> None:
    text = mended("# T\n\n```console\n\x1b[32m✓\x1b[0m passed\n\x1b]0;title\x07$ ls\n```\n\n```text\n[31mbad[0m\n```\n")
    assert [token.content for token in parse_markdown(text) if token.type == "fence"] == ["✓ passed\n$ ls\n", "bad\n"]
    # And: an array's index is no colour.
    assert "[0m" not in text and "a[1m]" in mended("# T\n\n```c\na[1m];\n```\n")


def calls_to_mend(text: str) -> int:
    profile = Profile()
    profile.runcall(mended, text)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(
    "beginning",
    ["[visual: ", "[VISUAL: a ", "![visual: x](", "\\( ", "\\[ ", "$` ", "<ul>\n", "<table>\n", "::: note\n"],
)
def test_a_beginning_that_a_model_repeats_for_ever_is_as_much_work_each_time(beginning: str) -> None:
    # Given: what a parser gets ready once.
    mended("# T\n")
    # When: an answer is twice as long
    fewer, more = (calls_to_mend(f"# T\n\n{beginning * times}") for times in (300, 600))
    # Then: so is the work, with some room, not four times as long.
    assert more < 2.5 * fewer, (fewer, more)
