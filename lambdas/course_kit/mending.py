"""What code can mend of a model's Markdown before anybody checks it, so that nobody pays for a second text."""

import re

_WHOLE_REPLY_FENCED = re.compile(r"\A\s*```(?:markdown|md)?[ \t]*\n(?P<inner>#.*)\n```\s*\Z", re.DOTALL)


def mended(text: str) -> str:
    """Return a reply without the code fence that models like to put around a whole document."""
    match = _WHOLE_REPLY_FENCED.match(text)
    return (match["inner"] if match else text).strip() + "\n"
