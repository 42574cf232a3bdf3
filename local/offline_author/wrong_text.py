"""Wrong texts of a model that misbehaves."""

from offline_author.behaviour import Misbehaviour
from offline_author.phrases import written_language

REFUSALS = {
    "en": "I'm sorry, but I can't help with writing this lesson.\n",
    "es": "Lo siento, pero no puedo ayudarte a escribir esta lección.\n",
    "pt": "Desculpe, mas não posso ajudar a escrever esta lição.\n",
    "fr": "Je suis désolé, mais je ne peux pas vous aider à rédiger cette leçon.\n",
    "de": "Es tut mir leid, aber ich kann bei dieser Lektion nicht helfen.\n",
}
WRONG_DIAGRAMS = {
    Misbehaviour.INVALID_MERMAID: "flowchart LR\n  a[[[-->",
    Misbehaviour.HOSTILE_MERMAID: (
        'flowchart LR\n  a["one"] --> b@{ img: "https://example.com/pixel.png", label: "two" }\n'
        '  click a "javascript:alert(1)"\n  click b href "https://example.com/" _blank'
    ),
    # 20 × 20 arrows in 230 characters: mermaid.js in QuickJS took 260 s for the layout on a developer's machine.
    Misbehaviour.HUGE_MERMAID: "flowchart TD\n"
    + (" & ".join(f"a{number}" for number in range(20)) + " --> " + " & ".join(f"b{number}" for number in range(20))),
}


def other_language(language: str) -> str:
    """Return a language that is not the course's."""
    return "es" if written_language(language) == "en" else "en"


def with_html(text: str) -> str:
    """Return a text with content that a book must not have, inserted after its first line."""
    first, _, rest = text.partition("\n")
    hostile = "See <script>alert(1)</script> [more](javascript:alert(1)) ![pixel](https://example.com/pixel.png)"
    return f"{first}\n\n{hostile}\n{rest}" if rest else f"{first} {hostile}"
