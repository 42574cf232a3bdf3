"""Where a text ends is judged as its last block needs it: good endings of every kind pass, endings cut off do not."""

import pytest

from course_kit.markdown.text import parse_markdown
from course_kit.text.last_sentence import ending_fault


def fault(text: str) -> str | None:
    markdown = f"# T\n\nThe first sentence.\n\n{text}\n"
    return ending_fault(parse_markdown(markdown), markdown)


@pytest.mark.parametrize(
    "text",
    [
        "> | a | b |\n> |---|---|\n> | 1 | 2 |",
        "- x\n\n  | a |\n  |---|\n  | 1 |",
        "- a\n- b",
        "1. Do it\n2. Do that",
        "- Turn it on\n- Log in\n- Say no",
        "- Send traffic to healthy instances of the service in each zone only\n"
        "- Restart the service after each change of its configuration file",
        "- What an index is for\n- Where it comes from",
        "- Plan A\n- Plan B",
        "- **Term**: a definition of some length, without a stop at its end as many writers have it",
        "- TCP → reliable\n- UDP → fast",
        "- 状態を確認する\n- 再起動する",
        "これで終わりです",
        "ありがとうございました",
        "- 为什么需要索引\n- 什么是事务",
        "จบบทเรียนแล้ว",
        "ចប់។",
        "ပြီးပါပြီ။",
        "انتهى.\u200f",
        "끝났습니다",
    ],
)
def test_a_good_ending_passes(text: str) -> None:
    assert fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|",
        "> [!NOTE]",
        "- [ ]",
        "- What is a lock?\n- Why does the",
        "- What is a lock?\n- Why does it wait",
        "- Name two kinds of lock in a database and\n- Say when the",
        "- The index is kept sorted by its key.\n- The planner reads it when the condition names the first column of",
        "> | a | b |\n> |---|---|\n> | 1 | tw",
        "- ルーターはキューがいっぱいになるとパケットを破棄します。\n"
        "- 送信側はしばらく待ってから同じパケットをもう一度送る",
        "1 +",
    ],
)
def test_an_ending_that_was_cut_off_is_told(text: str) -> None:
    assert fault(text)
