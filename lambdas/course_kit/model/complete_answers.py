"""Structured answers for several ids: none is missing, and none has an id that was not requested."""

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
    """Ask once for all ids, then once more for missing ones.

    Parameters
    ----------
    names
        The requested ids: id → its name in an error. An empty mapping makes no call.
    ask
        Asks the model for some ids and returns its answers by id.
    subject
        The name of the whole in an error.

    Returns
    -------
    dict
        An answer for each id.

    Raises
    ------
    TextRejected
        An answer is still missing; the message names it, and answers with ids that were not requested.
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
