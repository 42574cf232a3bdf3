"""Blocks of a lesson: exact texts, kinds and headings."""

import pytest

from course_editor.checks.lesson_blocks import BlockKind, blocks_of
from tests.support.corpus.real_text import LabSample, LessonSample, labs, lessons

LESSON = """# A title

First paragraph,
on two lines.

[VISUAL: 01-01-0001 - A tree of parts]

## A heading with `code`

- one

  ```sql
  SELECT 1;
  ```
- two

| a | b |
|---|---|
| 1 | [[2.1]] |

> [!NOTE]
> A box.

```bash
echo hello
```

---

$$x^2$$
"""


def test_a_lesson_is_read_as_blocks_with_their_exact_text() -> None:
    # When
    blocks = blocks_of(LESSON)
    # Then
    assert [block.kind for block in blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.LIST,
        BlockKind.TABLE,
        BlockKind.QUOTE,
        BlockKind.CODE,
    ]
    assert [block.heading for block in blocks] == ["A title", *["A heading with `code`"] * 4]
    assert blocks[0].source == "First paragraph,\non two lines."
    assert blocks[1].codes[0].language == "sql"
    assert blocks[2].rows == (("a", "b"), ("1", "[[2.1]]"))
    assert blocks[4].source == "```bash\necho hello\n```"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whatever_ends_its_lines_a_block_stands_in_the_lesson_to_the_letter(end: str) -> None:
    text = LESSON.replace("\n", end)
    assert [text[block.start : block.end] for block in blocks_of(text)] == [block.source for block in blocks_of(text)]
    assert len(blocks_of(text)) == 5


@pytest.mark.parametrize("text", [*lessons(), *labs()], ids=lambda text: text.name)
def test_blocks_of_real_texts_stand_there_to_the_letter(text: LessonSample | LabSample) -> None:
    blocks = blocks_of(text.answer)
    assert blocks
    assert all(text.answer[block.start : block.end] == block.source and block.source.strip() for block in blocks)
