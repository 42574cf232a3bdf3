"""Which artefacts are made and which are kept: one question, answered here for every function and for `plan`.

Each function says in its own ``wanted`` module which artefacts a run wants.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from course_kit.errors import RequestInvalid
from course_kit.records.project_lease import ProjectLease
from course_kit.records.written import Maker, Written, is_authors
from course_kit.store.artefact import Artefact, fingerprint_of
from course_kit.store.provenance import usage_of
from course_kit.usage import Usage

# A tenth more or less of the minutes is no other lesson.
_TOLERANCE = 0.1


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One artefact that a run wants: its name among its kind, its key, and its sources, each by name."""

    identity: str
    key: str
    asked: Mapping[str, str] = field(hash=False)
    """What is asked for. An artefact that was asked for differently is made again."""
    shaped: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What shapes it otherwise, such as prompt and model. An artefact that differs here only is stale, and kept."""
    minutes: int | None = None
    """Its minutes; None where they are no measure of it."""
    has_own_minutes: bool = False
    """Whether its author gave the minutes, so that others than before are a reason to make it again."""
    is_forced: bool = False
    """It is made again although it exists: once by an execution and those that resume it."""
    is_named: bool = False
    """It is forced by its own name, so that the author's is replaced too."""
    renews_stale: bool = False
    """It is made again if it is stale."""
    has_new_source: bool = False
    """What it follows from is newer than any artefact of an earlier version of the pipeline."""
    forgets: tuple[str, ...] = ()
    """Names of sources that are no reason to make it again when they are asked for no more."""
    asks_no_model: bool = False
    """The run may ask no model for it, so that what is stored stays, whatever is asked for."""

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint of what is asked for."""
        return fingerprint_of(dict(self.asked))

    @cached_property
    def shape(self) -> str:
        """The fingerprint of what shapes it otherwise."""
        return fingerprint_of(dict(self.shaped))

    def require_model(self, missing: str = "") -> None:
        """Raise ``RequestInvalid`` for what is missing in a run that may ask no model for it."""
        if self.asks_no_model:
            raise RequestInvalid(
                f"{missing or self.identity} is missing ({self.key}), and this run makes the books only; "
                "make it with `coursewright generate`"
            )

    def has_other_minutes(self, before: int | None) -> bool:
        """Whether its minutes differ from those of before by more than a tenth, and its author gave them."""
        if not self.has_own_minutes or self.minutes is None or not before:
            return False
        return abs(self.minutes - before) > _TOLERANCE * before


def sources(**parts: str | int | Iterable[str]) -> dict[str, str]:
    """Return the sources of an artefact, each as one text; empty ones are left out."""
    texts = {name: str(part) if isinstance(part, str | int) else "\n".join(part) for name, part in parts.items()}
    return {name: text for name, text in texts.items() if text.strip()}


@dataclass(frozen=True, kw_only=True)
class Derived:
    """One artefact that follows from others alone, such as a book. It is nobody's: it is made again from its parts."""

    key: str
    fingerprint: str

    def is_current(self, stored: Artefact | None) -> bool:
        """Whether a stored artefact was made from the same parts."""
        return stored is not None and stored.fingerprint == self.fingerprint


class Verdict(Enum):
    """What a run does with a wanted artefact. Every verdict but `MAKE` leaves the stored artefact as it is."""

    MAKE = auto()
    KEEP = auto()
    """It counts as reused."""
    STALE = auto()
    """It counts as reused: what was asked for is the same, only its prompt, its model or its surroundings changed."""
    YOURS = auto()
    """It counts as reused: the author made or changed it."""
    LEFT = auto()
    """It counts as reused: something else is asked for, but the run may ask no model for it."""
    OWN = auto()
    """An earlier attempt of this very execution made it: it counts as made, with its usage."""

    def usage(self, stored: Artefact) -> Usage:
        """Return what this execution has paid for a stored artefact; an attempt that was killed has paid, too."""
        return usage_of(stored) if self is Verdict.OWN else Usage()


def verdict(
    wanted: Wanted, stored: Artefact | None, lease: ProjectLease | None, known: Written | None = None
) -> Verdict:
    """Return whether an artefact is made or kept.

    Parameters
    ----------
    stored
        The artefact under the wanted key; None when there is none.
    lease
        The lease of the execution that asks. None stands for an execution that has made nothing yet.
    known
        What the project's manifest says about the key.
    """
    if stored is None:
        return Verdict.MAKE
    if is_authors(stored, known):
        # What this run has replaced already may be edited before its step is tried again.
        is_replaced = lease is not None and (lease.has_made(stored) or lease.has_inherited(stored))
        return Verdict.MAKE if wanted.is_named and not is_replaced else Verdict.YOURS
    found = _verdict_on_ours(wanted, stored, lease, known)
    return Verdict.LEFT if found is Verdict.MAKE and wanted.asks_no_model else found


def _verdict_on_ours(wanted: Wanted, stored: Artefact, lease: ProjectLease | None, known: Written | None) -> Verdict:
    """Return the verdict on what the pipeline wrote."""
    is_own = lease is not None and lease.has_made(stored)
    is_inherited = lease is not None and lease.has_inherited(stored)
    if _is_of_other_sources(wanted, stored, known):
        return Verdict.MAKE
    if is_own:
        return Verdict.OWN
    if wanted.is_forced and not is_inherited:
        return Verdict.MAKE
    if is_legacy(stored) or shape_of(stored, known) != wanted.shape:
        return Verdict.MAKE if wanted.renews_stale else Verdict.STALE
    return Verdict.KEEP


def _is_of_other_sources(wanted: Wanted, stored: Artefact, known: Written | None) -> bool:
    known = _of_this(stored, known)
    if is_legacy(stored) and not (known and known.asked):
        return wanted.has_new_source
    return not is_as_asked(wanted, stored, known)


def is_legacy(stored: Artefact) -> bool:
    """Whether an earlier version of the pipeline wrote an artefact, which does not say what was asked for.

    The first run that keeps it takes it for what is asked for then, and the manifest remembers that.
    """
    return bool(stored.fingerprint) and not stored.written_sha256


def _of_this(stored: Artefact, known: Written | None) -> Written | None:
    """Return what a manifest remembers, if it is about the stored content; another one may lie there meanwhile."""
    return known if known is not None and known.sha256 == stored.sha256 else None


def is_as_asked(wanted: Wanted, stored: Artefact, known: Written | None) -> bool:
    """Whether a stored artefact is what is asked for now."""
    known = _of_this(stored, known)
    says_it = bool(stored.fingerprint) and not is_legacy(stored)
    asked = stored.fingerprint if says_it else known.fingerprint if known else ""
    before = stored.minutes or (known.minutes if known else None)
    is_same = asked == wanted.fingerprint or (
        known is not None and asked == known.fingerprint and _is_less(wanted, known)
    )
    return is_same and not wanted.has_other_minutes(before)


def _is_less(wanted: Wanted, known: Written) -> bool:
    """Whether what is asked for now is what was asked for before without what may be left out."""
    rest = {name: text for name, text in known.asked.items() if name not in wanted.forgets}
    return bool(wanted.forgets) and rest == dict(wanted.asked)


def shape_of(stored: Artefact, known: Written | None) -> str:
    """Return the fingerprint of what shaped a stored artefact beside what was asked for."""
    return stored.shape or (known.shape if known else "")


def remembered(wanted: Wanted, found: Verdict, stored: Artefact, known: Written | None) -> Written:
    """Return what a manifest has to remember about a wanted artefact, as it is stored now.

    Of the author's artefact it goes on to remember what the pipeline last wrote, and what was asked for then.
    """
    ours = Written(
        sha256=stored.sha256,
        fingerprint=wanted.fingerprint,
        shape=wanted.shape,
        asked=dict(wanted.asked),
        shaped=dict(wanted.shaped),
        minutes=stored.minutes or wanted.minutes,
    )
    if found is Verdict.YOURS:
        return Written.of_author(known or ours.model_copy(update={"sha256": ""}))
    if found is Verdict.LEFT:
        return known or Written(
            sha256=stored.written_sha256, fingerprint=stored.fingerprint, shape=stored.shape, minutes=stored.minutes
        )
    if found is not Verdict.STALE:
        return ours
    if known is not None and known.sha256 == stored.sha256:
        return known.model_copy(update={"maker": Maker.MODEL, "is_stale": True})
    return ours.model_copy(update={"shaped": {}, "shape": stored.shape, "is_stale": True})
