"""Characters that nobody sees but programs obey, and the sequences by which programs colour a terminal."""

import re
import unicodedata

# CSI, OSC, character sets and two-letter sequences (ECMA-48, 5.3 to 5.6; xterm's titles).
_ESCAPE_SEQUENCE = re.compile(
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)?|[()*+][0-9A-Za-z]|[@-Z\\\\^_=>]|[ -/][0-~])"
)
# The same without its first byte, as it gets lost on the way; only where a block resets what it has set.
_BARE_COLOUR = re.compile(r"\[(?:\d{1,3}(?:;\d{1,3})*)?m")
_RESET = re.compile(r"\[0?m")
_FENCE = re.compile(r"^(?P<mark>```+|~~~+)(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE)
# Controls, bidi embeddings, overrides and isolates, annotation marks, noncharacters, tags, lone surrogates; marks that
# scripts and emoji need (joiners, direction marks, selectors, soft hyphens) are none of them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2060-\u2069\u206a-\u206f\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\ufdd0-\ufdef\U000e0000-\U000e007f]"
)


def without_escape_sequences(markdown: str) -> str:
    """Return a text without what programs send to colour a terminal or to name its window."""
    text = _ESCAPE_SEQUENCE.sub("", markdown)
    if not _RESET.search(text):
        return text
    return _FENCE.sub(lambda block: _BARE_COLOUR.sub("", block[0]) if _RESET.search(block["code"]) else block[0], text)


def unseen_characters(text: str) -> list[str]:
    """Return what a reader does not see and a program obeys, each once, as ``U+202E (right-to-left override)``."""
    found = dict.fromkeys(_UNSEEN.findall(text))
    return [f"U+{ord(mark):04X} ({unicodedata.name(mark, 'a control character').lower()})" for mark in found]
