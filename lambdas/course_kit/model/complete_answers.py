"""Structured answers about several things at once: none is left out, and none that nobody asked for gets in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from course_kit.errors import TextRejected

Answer = TypeVar("Answer")

_ROUNDS = 2
_SHOWN = 5


async def answers_for_all(
    names: Mapping[str, str],
    ask: Callable[[frozenset[str]], Awaitable[Mapping[str, Answer]]],
    subject: str,
) -> dict[str, Answer]:
    """Ask once for all, then once more for what the answer left out.

    Parameters
    ----------
    names
        What is asked about: id → the name that an error gives it. None at all costs no call.
    ask
        Asks the model about some ids; gives its answers by id.
    subject
        Names the whole in an error.

    Returns
    -------
    dict
        An answer for each id.

    Raises
    ------
    TextRejected
        Something is still left out; it is named, and so are answers to what nobody asked.
    """
    answers: dict[str, Answer] = {}
    unknown: set[str] = set()
    for _ in range(_ROUNDS):
        missing = frozenset(names.keys() - answers.keys())
        if not missing:
            break
        given = await ask(missing)
        answers |= {key: answer for key, answer in given.items() if key in missing}
        unknown |= given.keys() - names.keys()
    left_out = [name for key, name in names.items() if key not in answers]
    if left_out:
        answered = f", and answers to {', '.join(sorted(unknown)[:_SHOWN])}, which nobody asked for" if unknown else ""
        raise TextRejected(f"{subject} leaves out {', '.join(left_out)}{answered}")
    return answers
