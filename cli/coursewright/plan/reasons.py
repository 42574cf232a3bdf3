"""Why a run makes an artefact, or keeps it though something has changed: in words for `plan`."""

from collections.abc import Collection, Iterator, Mapping

from course_kit.records.written import Written
from course_kit.store.artefact import Artefact
from course_kit.work.wanted import Verdict, Wanted, is_legacy

# What is asked for, by its name in `Wanted.asked`.
_ASKED = {
    "language": "the language has changed",
    "brief": "its part of the brief has changed",
    "example": "the running example has changed",
    "levels": "its Bloom levels have changed",
    "description": "its description has changed",
    "objectives": "its objectives have changed",
    "title": "its title has changed",
    "lesson": "its lesson has changed",
    "parts": "other parts are asked for",
    "plan": "its plan has changed",
    "requirements": "the requirements of labs have changed",
    "text": "the text before it has changed",
    "source": "its diagram has changed",
    "picture": "its picture is asked for differently",
    "words": "its caption or alternative text has changed",
    "renderer": "diagrams are drawn differently now",
}
# What shapes it otherwise, by its name in `Wanted.shaped`.
_SHAPED = {
    "prompt": "an earlier prompt",
    "model": "another model",
    "title": "its earlier title",
    "course": "the course's earlier title or level",
    "shared_brief": "an earlier brief",
    "level": "the course's earlier level",
    "audience": "another audience",
    "module": "its module's earlier title or summary",
    "module_objectives": "its module's earlier objectives",
    "module_levels": "its module's earlier Bloom levels",
    "neighbours": "other neighbours",
    "length": "other minutes",
    "objectives": "earlier objectives",
    "topics": "earlier topics",
    "style": "an earlier style of pictures",
}
_SHOWN = 3


def reason(wanted: Wanted, stored: Artefact | None, known: Written | None, found: Verdict) -> str:
    """Return why a run reaches a verdict; empty for what simply stays.

    Parameters
    ----------
    stored, known
        What is stored, and what the module's manifest remembers about it.
    """
    if found is Verdict.YOURS:
        changed = _changed(wanted, known)
        return f"yours; asked for differently since: {changed}" if changed else "yours"
    if found is Verdict.STALE:
        return _stale(wanted, stored, known)
    if found is not Verdict.MAKE:
        return ""
    if stored is None:
        return "new"
    return _changed(wanted, known) or ("named by --regenerate" if wanted.is_forced else "asked for differently")


def what_changed(asked: Mapping[str, str], before: Mapping[str, str], names: Collection[str]) -> list[str]:
    """Return in words which of some sources have changed."""
    return [_ASKED[name] for name in names if asked.get(name, "") != before.get(name, "")]


def _stale(wanted: Wanted, stored: Artefact | None, known: Written | None) -> str:
    if stored is not None and is_legacy(stored):
        return "of an earlier version of Coursewright"
    shaped = known.shaped if known else {}
    names = [name for name in _SHAPED if shaped and shaped.get(name, "") != wanted.shaped.get(name, "")]
    return f"of {' and '.join(_SHAPED[name] for name in names)}" if names else "of an earlier prompt, model or title"


def _changed(wanted: Wanted, known: Written | None) -> str:
    if known is None or not known.asked:
        return ""
    return "; ".join([*_differences(wanted.asked, known.asked), *_minutes(wanted, known)][:_SHOWN])


def _minutes(wanted: Wanted, known: Written) -> Iterator[str]:
    if wanted.has_other_minutes(known.minutes):
        yield f"{wanted.minutes} minutes instead of {known.minutes}"


def _differences(asked: Mapping[str, str], before: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(asked.keys() | before.keys()):
        now, then = asked.get(name, ""), before.get(name, "")
        if now == then:
            continue
        if name == "topics":
            yield from _lines("topic", now, then)
        elif name in _ASKED:
            yield _ASKED[name]
        else:
            # A lab in its module's plan, by its id.
            yield f"lab {name} {'added' if not then else 'removed' if not now else 'changed'}"


def _lines(what: str, now: str, then: str) -> Iterator[str]:
    lines, earlier = now.split("\n"), then.split("\n")
    added = [line for line in lines if line and line not in earlier]
    removed = [line for line in earlier if line and line not in lines]
    yield from (f"{what} added: {line}" for line in added)
    yield from (f"{what} removed: {line}" for line in removed)
    if not added and not removed:
        yield f"{what}s in another order"
