"""JSONata's reference implementation (npm ``jsonata``), in a process of Node that lives as long as the tests.

The definition is evaluated by a second engine, since neither is the one that Step Functions runs: where two that were
written apart agree, an expression hangs on no engine's own ways.
"""

import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

SCRIPT = Path(__file__).with_name("reference_jsonata.mjs")


class Evaluation(BaseModel):
    """What became of an expression: ``value`` unless it is undefined, or ``error``."""

    value: object = None
    error: str | None = None

    @property
    def is_defined(self) -> bool:
        """Whether there is a value; null is one."""
        return "value" in self.model_fields_set


def evaluated_by_reference(expression: str, variables: Mapping[str, object]) -> Evaluation:
    """Evaluate an expression with these variables, without the dollar in their names, bound to it."""
    node = _node()
    assert node.stdin is not None
    assert node.stdout is not None
    print(json.dumps({"expression": expression, "variables": variables}), file=node.stdin, flush=True)
    return Evaluation.model_validate_json(node.stdout.readline())


@cache
def _node() -> "subprocess.Popen[str]":
    # It ends with its standard input, so with this process.
    return subprocess.Popen(
        ["node", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
