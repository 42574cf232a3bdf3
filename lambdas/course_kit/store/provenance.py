"""Which execution made an artefact, and what that used: kept in the artefact's own metadata.

A function may be killed between saving an artefact and entering it in a manifest. The next attempt finds here that it
was its own execution that paid for it, and for how much.
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from course_kit.store.artefact import Artefact
from course_kit.usage import Usage

_MADE_BY, _CALLS, _INPUT, _OUTPUT = "made-by", "model-calls", "input-tokens", "output-tokens"
_READ, _WRITTEN, _SHORT = "cache-read-tokens", "cache-write-tokens", "by-short-model"
DRAWN_FROM = "drawn-from"
"""In the metadata of a PNG that was drawn from the author's SVG: the hash of that."""
_MAKER, _AUTHOR, _WHO, _NOTE = "maker", "author", "who", "note"


def provenance(execution_name: str, usage: Usage) -> dict[str, str]:
    """Return the metadata of an artefact that an execution makes now."""
    cached = ((_READ, usage.cache_read_tokens), (_WRITTEN, usage.cache_write_tokens))
    return {
        _MADE_BY: quote(execution_name),
        _CALLS: str(usage.model_calls),
        _INPUT: str(usage.input_tokens),
        _OUTPUT: str(usage.output_tokens),
        **{name: str(tokens) for name, tokens in cached if tokens},
        # One model makes an artefact.
        **({_SHORT: "yes"} if usage.short else {}),
    }


def authors_provenance(who: str, note: str = "") -> dict[str, str]:
    """Return the metadata of an artefact that a person saves, with the person's name and reason."""
    return {_MAKER: _AUTHOR, _WHO: quote(who), _NOTE: quote(note)}


def is_marked_as_authors(artefact: Artefact) -> bool:
    """Whether an artefact says that a person saved it."""
    return artefact.metadata.get(_MAKER) == _AUTHOR


def as_authors(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata of an artefact that is the author's, whoever wrote them, as those of one that says so."""
    executions = (_MADE_BY, _CALLS, _INPUT, _OUTPUT, _READ, _WRITTEN, _SHORT)
    return {**authors_provenance(""), **{name: text for name, text in metadata.items() if name not in executions}}


def marks_of_author(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return what metadata say about an artefact's author, for one that is merged with it.

    It stays the author's also where the author left no name, as another program does.
    """
    return {name: metadata[name] for name in (_MAKER, _WHO, _NOTE) if name in metadata} or authors_provenance("")


def maker_of(artefact: Artefact) -> str:
    """Return the name of the execution or of the person that saved an artefact; empty when it does not say."""
    return unquote(artefact.metadata.get(_WHO) or artefact.metadata.get(_MADE_BY, ""))


def note_of(artefact: Artefact) -> str:
    """Return the reason that a person gave for saving an artefact; empty without one."""
    return unquote(artefact.metadata.get(_NOTE, ""))


def is_made_by(artefact: Artefact, execution_name: str) -> bool:
    """Whether this very execution made an artefact."""
    return artefact.metadata.get(_MADE_BY) == quote(execution_name)


def usage_of(artefact: Artefact) -> Usage:
    """Return what making an artefact used."""
    used = Usage(
        model_calls=int(artefact.metadata.get(_CALLS, 0)),
        input_tokens=int(artefact.metadata.get(_INPUT, 0)),
        output_tokens=int(artefact.metadata.get(_OUTPUT, 0)),
        cache_read_tokens=int(artefact.metadata.get(_READ, 0)),
        cache_write_tokens=int(artefact.metadata.get(_WRITTEN, 0)),
    )
    return used.by_short_model() if _SHORT in artefact.metadata else used
