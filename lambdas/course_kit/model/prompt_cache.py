"""The cache point of a call: what all calls of a function share is read from Bedrock's cache, at a tenth of the price.

It is set by hand: after the part of a system prompt that other functions send as well, else after the whole prompt.
"""

from dataclasses import dataclass
from typing import Self

from strands.types.content import CachePoint, SystemContentBlock
from strands.types.tools import ToolSpec

from course_kit.model.call_budget import bytes_of
from course_kit.models import Caching, KnownTextModel
from course_kit.text.prompt_template import SystemPrompt

# System prompts have 3.9 to 4.8 bytes a token (Mistral's tekken), and other languages fewer: at five, what counts as
# long enough is so. A point after a prompt that is too short is only ignored, but its budget would reserve too much.
_BYTES_PER_TOKEN = 5


@dataclass(frozen=True)
class PromptCache:
    """How one model's prompts are cached; without ``caching``, not at all."""

    caching: Caching | None = None

    @classmethod
    def of(cls, known: KnownTextModel | None) -> Self:
        """Return the cache of a model; an unknown one may refuse a cache point, and gets none."""
        return cls(known.caching if known else None)

    def has_point(self, system: str, tool: ToolSpec | None) -> bool:
        """Whether calls with this system prompt and tool get a cache point."""
        if self.caching is None:
            return False
        # Bedrock's order is tools, system prompt, messages: a point after the system prompt covers the tools as well.
        covered = [_shared(system), tool] if tool and self.caching.tools else [_shared(system)]
        return sum(map(bytes_of, covered)) // _BYTES_PER_TOKEN >= self.caching.min_tokens

    def blocks(self, system: str, tool: ToolSpec | None) -> list[SystemContentBlock]:
        """Return a system prompt for Converse, with its cache point if it gets one."""
        blocks: list[SystemContentBlock] = [{"text": _shared(system)}]
        if self.caching and self.has_point(system, tool):
            point: CachePoint = {"type": "default"}
            if self.caching.hour:
                # Later modules of a long course begin when five minutes are over.
                point["ttl"] = "1h"
            blocks.append({"cachePoint": point})
        if isinstance(system, SystemPrompt):
            blocks.append({"text": system.own.lstrip()})
        return blocks


def _shared(system: str) -> str:
    return system.shared if isinstance(system, SystemPrompt) else system
