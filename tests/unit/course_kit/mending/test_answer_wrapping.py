"""What stands around a lesson in a model's answer is taken off, layer by layer; what belongs to the lesson is not."""

import pytest

from course_kit.mending.mended_text import mended

LESSON = "# Packets\n\nA packet carries a header.\n\n## Loss\n\n```bash\nping -c 1 host\n```\n\nQueues fill.\n"


@pytest.mark.parametrize(
    "answer",
    [
        f'<think effort="high">\nplan\n</think>\n{LESSON}',
        f"<think>\n# Packets\n\nA plan.\n</think>\n\n{LESSON}",
        f"A plan.\n\n# Draft\n\nmore\n</think>\n\n{LESSON}",
        f"<think>a</think>\n<reasoning>b</reasoning>\n{LESSON}",
        f"<|thinking|>a<|/thinking|>{LESSON}",
        f"[THINK]a[/THINK]{LESSON}",
        f"Okay.\n<think>a</think>\nHere is the lesson:\n\n```markdown\n{LESSON}```\n",
        f"<think>a</think><answer>\n{LESSON}</answer>\n",
        f"Here it is:\n\n<lesson>\n{LESSON}</lesson>",
        f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{LESSON}<|return|>",
        f"<|im_start|>assistant\n{LESSON}<|im_end|>",
        f"<|start_header_id|>assistant<|end_header_id|>\n\n{LESSON}<|eot_id|>",
        f"{LESSON}<｜end▁of▁sentence｜>",
        f"{LESSON}<|END_OF_TURN_TOKEN|>",
        f"{LESSON}\n[DONE]\n",
        f"{LESSON}<|im_end|>\n<|im_start|>user\nThank you!<|im_end|>",
        f'```markdown title="lesson.md"\n{LESSON}```',
        f"  ```markdown\n{LESSON}  ```",
        f"```markdown\n{LESSON}",
        f"```\n{LESSON}```",
        f"Sure:\n\n````markdown\n---\ntitle: x\n---\n\n{LESSON}````\n",
        f"<answer>\n{LESSON}<|im_end|>\n</answer>",
        f"---\n# config\ntitle: x\n\nauthor: y\n---\n{LESSON}",
        f'+++\ntitle = "x"\n+++\n\n{LESSON}',
        f"I will cover:\n\n- Headers\n- Loss\n\n{LESSON}",
        f"以下がご依頼のレッスンです。\n\n{LESSON}",
        f"إليك الدرس المطلوب:\n\n{LESSON}",
        LESSON.replace("\n", "\r"),
        LESSON.replace("# P", "#\u00a0P", 1),
    ],
)
def test_every_layer_around_a_lesson_is_taken_off(answer: str) -> None:
    assert mended(answer) == LESSON


def test_a_fence_whose_end_is_missing_leaves_the_last_block_its_own() -> None:
    lesson = LESSON.removesuffix("\nQueues fill.\n")
    assert mended(f"```markdown\n{lesson}") == lesson
    assert mended(f"```markdown\n{lesson}```\n") == lesson


@pytest.mark.parametrize(
    "text",
    [
        "# ChatML\n\nThe end of a turn:\n\n    <|im_end|>\n",
        "# ChatML\n\nThe end of a turn:\n\n```text\n<|im_end|>\n<|im_start|>user\nHi\n```\n\nThat is all.\n",
        "# ChatML\n\nBehind `<|im_end|>` comes `<|im_start|>user` and the next question.\n",
        "# Prompts\n\nModels write:\n\n```text\n<think>\nhm\n</think>\n# Answer\n```\n\nThen they answer.\n",
        "Prompts\n=======\n\nThe answer begins behind `</think>` always. More here.\n",
        "# Prompts\n\nWrap it so:\n\n```xml\n<answer>\n42\n</answer>\n```\n",
        "# Markdown\n\nWrite this:\n\n````markdown\n# Title\n\n```bash\nls\n```\n````\n",
        "The opening that belongs to the text.\n\n# One\n\nText.\n\n# Two\n\nText.\n",
        "---\n\nA line, then text: with a colon.\n\n---\n\nMore text.\n",
    ],
)
def test_what_belongs_to_a_text_is_not_taken_off(text: str) -> None:
    assert mended(text) == text
