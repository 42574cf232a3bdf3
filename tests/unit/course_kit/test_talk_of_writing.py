"""Refusals and scratchpads are told in every language served; lessons about models and dialogues are not."""

import pytest

from course_kit.markdown_text import markup_faults, paragraphs, parse_markdown
from course_kit.talk_of_writing import talk_of_writing

TALK = [
    "I'm sorry, but I can't help with that.",
    "I’m sorry, I cannot write this lesson.",
    "Unfortunately, I am unable to continue.",
    "I cannot provide a lesson on this topic.",
    "Packets travel. As an AI, I have never seen one.",
    "As a large language model, my knowledge ends somewhere.",
    "I am just an AI and cannot test this.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Como modelo de lenguaje, no puedo probarlo.",
    "Soy una inteligencia artificial.",
    "Desculpe, mas não posso ajudar com isso.",
    "Como uma IA, não tenho acesso.",
    "Je suis désolé, mais je ne peux pas répondre.",
    "En tant que modèle de langage, je ne peux pas le tester.",
    "En tant qu'IA, je n'ai pas d'avis.",
    "Es tut mir leid, aber ich kann das nicht schreiben.",
    "Als KI-Sprachmodell kann ich das nicht prüfen.",
    "Als Sprachmodell habe ich keinen Zugriff.",
    "Mi dispiace, ma non posso aiutarti.",
    "申し訳ありませんが、お手伝いできません。",
    "抱歉,我无法完成。",
    "<scratchpad>Long enough?</scratchpad>",
    "[Rest of the lesson omitted for brevity]",
    "[Content generation failed]",
    "Lorem ipsum dolor sit amet.",
    "Let me know if you want more!",
]
SUBJECT = [
    "GPT serves as a language model for search. I recommend a test.",
    "BERT can be used as a language model and as an encoder.",
    "An AI assistant answers tickets; as an AI product, it needs monitoring.",
    "Técnicas como inteligencia artificial y minería de datos ayudan.",
    "El sistema actúa como modelo de lenguaje y clasifica textos.",
    "Die Anwendung dient als Sprachmodell für Anfragen.",
    "L'outil sert en tant que modèle de langage dans la chaîne.",
    "The agent says: sorry, I cannot help with refunds, and hands over.",
    "Leider fällt der Dienst manchmal aus.",
    "Unfortunately, caches go stale.",
    "The [omitted] field is optional.",
    "",
]


@pytest.mark.parametrize("text", TALK)
def test_talk_of_the_writing_itself_is_told(text: str) -> None:
    assert talk_of_writing(paragraphs(parse_markdown(text)))


@pytest.mark.parametrize("text", SUBJECT)
def test_a_lesson_may_speak_of_models_and_quote_refusals(text: str) -> None:
    assert talk_of_writing([text]) is None


def test_quotations_and_code_are_not_looked_at() -> None:
    text = (
        "A bot refuses:\n\n> I'm sorry, but I can't help with that.\n\n```\nAs an AI, I cannot.\n```\n\n`Lorem ipsum`\n"
    )
    assert talk_of_writing(paragraphs(parse_markdown(text))) is None


@pytest.mark.parametrize(
    ("markdown", "named"),
    [
        ("<script>alert(1)</script>", "`<script>alert(1)</script>` is HTML"),
        ("A <b>bold</b> word", "`<b>` is HTML"),
        ("A `List` of List<String>", "`<String>` is HTML"),
        ("<!-- hidden -->", "is HTML"),
        ("[x](javascript:alert(1))", "the link to `javascript:alert(1)`"),
        ("[x](  JaVaScript:alert(1))", "is not a link to a web page"),
        ("[x](data:text/html;base64,xx)", "is not a link to a web page"),
        ("[x](file:///etc/passwd)", "is not a link to a web page"),
        ("![x](https://example.com/pixel.png)", "the picture `https://example.com/pixel.png`"),
        ("| a |\n|---|\n| <iframe src=x> |", "`<iframe src=x>` is HTML"),
    ],
)
def test_what_no_book_may_print_is_named(markdown: str, named: str) -> None:
    assert any(named in fault for fault in markup_faults(parse_markdown(markdown)))


@pytest.mark.parametrize(
    "markdown",
    [
        "`<b>` and `List<String>`",
        "```html\n<script>alert(1)</script>\n```",
        "| a |\n|---|\n| one<br>two<br/>three |",
        "[docs](https://kubernetes.io/docs) <https://example.com> [below](#steps) [mail](mailto:a@example.com)",
        "a < b and c > d, 1 <2",
        "[VISUAL: a box]",
    ],
)
def test_what_a_book_prints_is_left_alone(markdown: str) -> None:
    assert list(markup_faults(parse_markdown(markdown))) == []
