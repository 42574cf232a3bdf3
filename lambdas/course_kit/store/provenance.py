"""Which execution made an artefact, and what that used: kept in the artefact's own metadata.

A function may be killed between saving an artefact and entering it in a manifest. The next attempt finds here that it
was its own execution that paid for it, and for how much.
"""

from urllib.parse import quote

from course_kit.store.artefact import Artefact
from course_kit.usage import Usage

_MADE_BY, _CALLS, _INPUT, _OUTPUT = "made-by", "model-calls", "input-tokens", "output-tokens"


def provenance(execution_name: str, usage: Usage) -> dict[str, str]:
    """Return the metadata of an artefact that an execution makes now."""
    return {
        _MADE_BY: quote(execution_name),
        _CALLS: str(usage.model_calls),
        _INPUT: str(usage.input_tokens),
        _OUTPUT: str(usage.output_tokens),
    }


def is_made_by(artefact: Artefact, execution_name: str) -> bool:
    """Whether this very execution made an artefact."""
    return artefact.metadata.get(_MADE_BY) == quote(execution_name)


def usage_of(artefact: Artefact) -> Usage:
    """Return what making an artefact used."""
    return Usage(
        model_calls=int(artefact.metadata.get(_CALLS, 0)),
        input_tokens=int(artefact.metadata.get(_INPUT, 0)),
        output_tokens=int(artefact.metadata.get(_OUTPUT, 0)),
    )
