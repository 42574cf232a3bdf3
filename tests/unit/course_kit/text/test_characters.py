"""Characters that nobody sees are told by name, what scripts need stays; terminals' sequences are taken out."""

import pytest

from course_kit.errors import OutlineInvalid
from course_kit.mending.mended_text import mended
from course_kit.outline import read_outline
from course_kit.text.characters import unseen_characters


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\nline",
        "soft\u00adhyphen, no-break\u00a0space, narrow\u202fone",
        "family 👨\u200d👩\u200d👧, coder 👩🏽\u200d💻, pride 🏳\ufe0f\u200d🌈, heart ❤\ufe0f\u200d🔥",
        "England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم, क्\u200dष, ക്\u200d, ශ්\u200dර",
        "ភាសា\u200bខ្មែរ, ไทย\u200bไทย",
        "العربية \u200eHTTP/2\u200f \u061c",
        "葛\U000e0100城",
    ],
)
def test_what_scripts_and_emoji_need_is_seen(text: str) -> None:
    assert unseen_characters(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("zero\u200bwidth", "U+200B"),
        ("Latin\u200djoined", "U+200D"),
        ("Latin\u200capart", "U+200C"),
        ("word\u2060joiner", "U+2060"),
        ("line\u2028separator", "U+2028"),
        ("vowel\u180eseparator", "U+180E"),
        ("filler\u3164here", "U+3164"),
        ("not\U0001fffea character", "U+1FFFE"),
        ("music\U0001d173", "U+1D173"),
        ("smuggled a\ufe01\ufe02", "U+FE02"),
        ("smuggled a\U000e0101", "U+E0101"),
        ("tags \U000e0041", "U+E0041"),
        ("🏴 no flag \U000e0067", "U+E0067"),
        ("override \u202e", "U+202E"),
        ("isolate \u2067x\u2069", "U+2067"),
        ("deprecated \u206a", "U+206A"),
        ("bell \x07", "U+0007"),
    ],
)
def test_what_nobody_sees_is_told_by_name(text: str, code: str) -> None:
    assert unseen_characters(text)[0].startswith(f"{code} (")


def test_an_outline_with_such_a_character_is_refused_by_its_field() -> None:
    outline = "course: {{title: A}}\nmodules:\n- title: M\n  lessons:\n  - title: L\n    {field}\n"
    for field, path in (
        ('description: "a \\u202E b"', "description"),
        ('topics: ["a \\u200B b"]', "topics"),
        ('topics: ["a \\u2028 b"]', "topics"),
    ):
        with pytest.raises(OutlineInvalid, match=path) as refused:
            read_outline(outline.format(field=field))
        assert "U+20" in str(refused.value)
    # And: the mark that copying leaves is no reason to refuse anything.
    assert read_outline(outline.format(field='description: "a\\uFEFFb"')).modules[0].lessons[0].description == "ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Run \x1b[1;31mred\x1b[0m.", "Run red."),
        ("See \x1b]8;;http://x.org\x1b\\text\x1b]8;;\x1b\\.", "See text."),
        ("A \x1bP1$r0m\x1b\\string.", "A string."),
        ("A title \x1b]0;without its end is text.", "A title without its end is text."),
        ("```console\n[1;32m✓ passed[m [38;5;196mred[39;49m\n```\n\nEnd.", "```console\n✓ passed red\n```\n\nEnd."),
        ("```console\n[2K[1A[32mok[0m\n```\n\nEnd.", "```console\nok\n```\n\nEnd."),
        ("- x\n\n  ```text\n  [32mok[0m\n  ```\n\nEnd.", "- x\n\n  ```text\n  ok\n  ```\n\nEnd."),
        ("> ```console\n> [32mok[0m\n> ```\n\nEnd.", "> ```console\n> ok\n> ```\n\nEnd."),
    ],
)
def test_sequences_of_terminals_are_taken_out(text: str, expected: str) -> None:
    assert mended(f"# T\n\n{text}\n") == f"# T\n\n{expected}\n"


@pytest.mark.parametrize(
    "code",
    [
        "```bash\necho -e '\\e[32mok\\e[0m'\n```",
        "```bash\nRED='\\033[31m'; RESET='\\033[0m'\n```",
        "```text\n\\x1b[31mred\\x1b[0m\n```",
        "```console\n$ cat -v log\n^[[32mok^[[0m\n```",
        "```c\nint a[0]; m = b[0m];\n```",
        "```python\nprint('\\u001b[31m' + x + '\\u001b[0m')\n```",
        "```text\nsum(rate(requests[5m])) and x[0m]\n```",
        "```js\nconst red = '[31m', reset = '[0m'\n```",
    ],
)
def test_how_source_code_writes_a_sequence_stays(code: str) -> None:
    assert mended(f"# T\n\n{code}\n\nEnd.\n") == f"# T\n\n{code}\n\nEnd.\n"
