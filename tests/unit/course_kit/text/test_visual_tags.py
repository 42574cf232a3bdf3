"""Visual tags: found where a reader would see them, never inside code."""

from course_kit.text.visual_tags import find_visual_tags, number_visual_tags, replace_visual_tags

LESSON = """# Arrays

[VISUAL: memory layout of a[0] and a[1]]

```markdown
[VISUAL: shown as an example, not a figure]
```

Write `[VISUAL: description]` where a figure belongs, as here: [VISUAL: description]

    [VISUAL: in an indented code block]

> [VISUAL: a figure
> over two lines of a quote]

- a point

  [VISUAL: 99-99-0099 - a number that the model made up]
"""


def test_tags_are_numbered_from_the_outline_and_code_stays_as_it_is() -> None:
    # When: the tags of module 3, lesson 2 are numbered.
    numbered = number_visual_tags(LESSON, 3, 2)
    # Then: four figures, in the order of the text, brackets inside a description kept.
    assert [(tag.visual_id, tag.description) for tag in find_visual_tags(numbered)] == [
        ("03-02-0001", "memory layout of a[0] and a[1]"),
        ("03-02-0002", "description"),
        ("03-02-0003", "a figure over two lines of a quote"),
        ("03-02-0004", "a number that the model made up"),
    ]
    # And: code is untouched.
    for code in (
        "```markdown\n[VISUAL: shown as an example, not a figure]\n```",
        "`[VISUAL: description]`",
        "    [VISUAL: in an indented code block]",
    ):
        assert code in numbered


def test_numbering_twice_changes_nothing() -> None:
    once = number_visual_tags(LESSON, 3, 2)
    assert number_visual_tags(once, 3, 2) == once


def test_replacing_touches_nothing_but_the_tags() -> None:
    # When
    replaced = replace_visual_tags(LESSON, lambda tag: "FIGURE")
    # Then
    assert replaced.count("FIGURE") == 4
    assert replaced.startswith("# Arrays\n\nFIGURE\n\n```markdown")


def test_a_lesson_without_tags_has_none() -> None:
    assert find_visual_tags("# A lesson\n\nPlain text with [a link](https://example.org) and [brackets].\n") == []


def test_an_open_bracket_is_no_tag() -> None:
    assert find_visual_tags("A line with [VISUAL: that never ends\n\nand goes on.\n") == []
