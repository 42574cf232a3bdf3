"""Terminal control sequences for colours, the cursor and window titles, which are not text."""

import re

from course_kit.markdown.text import parse_markdown

# CSI, strings (OSC, DCS, SOS, PM, APC), character sets and two-letter sequences (ECMA-48, 5.3 to 5.6; xterm's titles).
_SEQUENCE = re.compile(
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\\\)|\\](?:\\d+;)?|[()*+][0-9A-Za-z]|[@-Z\\\\^_=>]"
    "|[ -/][0-~])"
)
# The same without its first byte, which can get lost. `x[1m]` is no sequence, but an array or a range of PromQL.
_BARE = re.compile(r"\[(?:(?:\d{1,3}(?:;\d{1,3})*)?m|\d*(?:;\d+)?[ABCDGHJK]|\?\d+[hl])(?!\])")
_BARE_COLOUR = re.compile(r"(?<![\w\\\])])(?:\[\d*[A-K])*\[\d{1,3}(?:;\d{1,3})*m(?!\])")
_BARE_RESET = re.compile(r"\[0?m(?!\])")
# The first byte in source code. A block with this spelling is about the sequences.
_WRITTEN = re.compile(r"\\e\[|\\0?33\[|\\x1[bB]\[|\\u001[bB]\[|\\u\{1[bB]\}\[|\^\[\[|\bESC ?\[", re.IGNORECASE)
_OF_TERMINALS = frozenset(
    {"", "console", "text", "txt", "plaintext", "output", "log", "ansi", "terminal", "shell-session", "bash", "sh"}
)


def without_escape_sequences(markdown: str) -> str:
    """Return a text without terminal control sequences; their spelling in source code stays."""
    text = _SEQUENCE.sub("", markdown)
    if not _BARE_RESET.search(text):
        return text
    lines = text.split("\n")
    for token in parse_markdown(text):
        language = token.info.strip("{}. ").split(" ")[0].lower()
        if token.type != "fence" or token.map is None or language not in _OF_TERMINALS:
            continue
        code = token.content
        if _BARE_RESET.search(code) and _BARE_COLOUR.search(code) and not _WRITTEN.search(code):
            start, end = token.map
            lines[start + 1 : end] = [_BARE.sub("", line) for line in lines[start + 1 : end]]
    return "\n".join(lines)
