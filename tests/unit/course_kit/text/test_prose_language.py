"""A text in the wrong language is told, and a right one never mistaken for it."""

import pytest

from course_kit.markdown.text import paragraphs, parse_markdown
from course_kit.outline import read_outline
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.text.prose_language import OFFLINE_LANGUAGES, foreign_language, language_to_expect
from local_aws import OFFLINE_MODEL_ID
from offline_author.lesson_draft import draft_lesson

CLAUDE = "global.anthropic.claude-sonnet-4-6"
# Prose that lives on English terms, as lessons on technology do.
TECHNICAL = {
    "es": "Un Pod ejecuta containers; el kubelet del node hace pull de la image desde el registry, y el kube-scheduler "
    "decide el placement según requests, limits, taints y tolerations. ",
    "pt": "O pipeline de CI/CD faz o build da image, roda os unit tests, faz push para o registry e dispara o rolling "
    "update do Deployment no cluster. ",
    "fr": "Le cluster Kubernetes planifie les Pods sur les nodes, le kube-proxy gère le load balancing, et le "
    "Horizontal Pod Autoscaler ajuste le nombre de replicas. ",
    "de": "Der Load Balancer verteilt den Traffic auf die Backend Pods; der Ingress Controller terminiert TLS, und das "
    "Service Mesh liefert Observability out of the box. ",
    "en": "The kubelet pulls the image, the scheduler binds the Pod, and the readiness probe gates traffic. ",
}
PRODUCTS = (
    "Docker Compose, Kubernetes, Helm, Argo CD, Prometheus, Grafana, Loki, OpenTelemetry Collector, Istio, Envoy. "
)


def draft(language: str) -> list[str]:
    outline = read_outline(
        f"course: {{title: C, language: {language}}}\n"
        "modules: [{title: M, lessons: [{title: L, duration_minutes: 30, topics: [DNS, kubectl get pods]}]}]"
    )
    module = outline.modules[0]
    return paragraphs(parse_markdown(draft_lesson(LessonSpecification.of(outline, module, module.lessons[0]))))


@pytest.mark.parametrize("expected", OFFLINE_LANGUAGES)
@pytest.mark.parametrize("written", OFFLINE_LANGUAGES)
def test_a_draft_is_in_the_language_that_it_was_written_in(expected: str, written: str) -> None:
    assert foreign_language(draft(written), expected) == (None if written == expected else written)


@pytest.mark.parametrize("language", TECHNICAL)
def test_technical_prose_full_of_english_terms_is_in_its_language(language: str) -> None:
    assert foreign_language([TECHNICAL[language] * 3] * 4, language) is None


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        ["Hello there, this is far too short to tell."],
        # Much code and little prose; a list of product names is English to every model of language.
        [TECHNICAL["es"], PRODUCTS],
        # Half of it quoted in the original.
        [TECHNICAL["es"] * 4, TECHNICAL["en"] * 5],
        [PRODUCTS, "kubectl, kubeadm, kubelet", "git rebase --interactive HEAD~3, git bisect start, git stash pop"],
    ],
)
def test_short_mixed_and_code_heavy_texts_are_not_judged(pieces: list[str]) -> None:
    assert foreign_language(pieces, "es") is None


def test_only_what_can_be_told_is_judged() -> None:
    assert [language_to_expect(tag, CLAUDE) for tag in ("es-MX", "pt_BR", "EN", "zh-Hans")] == ["es", "pt", "en", "zh"]
    # A language that the model of languages does not know, or mistakes for others.
    assert [language_to_expect(tag, CLAUDE) for tag in ("tlh", "nah", "sco", "x-y")] == [None] * 4
    # The offline author has no phrases for Japanese and writes English.
    assert (language_to_expect("ja", OFFLINE_MODEL_ID), language_to_expect("ja", CLAUDE)) == (None, "ja")


def test_languages_that_look_alike_are_not_told_apart() -> None:
    norwegian = (
        "Denne leksjonen viser hvordan en tjeneste svarer når noen åpner en side, og hvorfor den kan feile. " * 6
    )
    assert foreign_language([norwegian], "da") is None
    assert foreign_language([norwegian], "sv") == "no"
