"""Mermaid as models write it, drawn as it is meant, in the book's look and in letters that print."""

import re
from html import unescape

import pytest

from images_gen.diagram_engine import DrawingOrder
from images_gen.diagram_process import DiagramProcess
from images_gen.diagram_renderer import DiagramInvalid, render_diagram
from images_gen.diagram_source import cleaned_source


def words_of(source: str) -> str:
    svg = render_diagram(source).svg or ""
    return unescape("".join(re.findall(r">([^<>]*)<", re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL))))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            'flowchart TD\n a["Optional<User>"] --> b["Map<String, List<T>>"]',
            ["Optional<User>", "Map<String, List<T>>"],
        ),
        ('flowchart TD\n a["Say #quot;hi#quot; #lt;T#gt; #35;1"]', ['Say "hi" <T> #1']),
        ('flowchart TD\n a["a &lt; b &amp; c"]', ["a < b & c"]),
        ('flowchart TD\n a["C# and F#, 100% <b>bold</b>"]', ["C# and F#, 100% bold"]),
        (
            'sequenceDiagram\n participant A as "Alice"\n A->>B: "hello"\n Note over A: "noted"',
            ["Alice", "hello", "noted"],
        ),
        ("stateDiagram-v2\n [*] --> In Progress\n In Progress --> Done", ["In Progress", "Done"]),
        (
            "classDiagram\n class Box~T~ {\n +add(item: Map<String, List<T>>) void\n }",
            ["Map<String, List<T>>", "Box<T>"],
        ),
    ],
)
def test_text_is_drawn_as_it_is_meant(source: str, words: list[str]) -> None:
    drawn = words_of(source)
    for expected in words:
        assert expected in drawn
    assert "&quot;" not in drawn and '"Alice"' not in drawn


@pytest.mark.parametrize("name", ["end", "graph", "名前・仮", "🙂"])
def test_a_node_of_any_name_is_drawn(name: str) -> None:
    assert name in words_of(f'flowchart LR\n {name} --> b["two"]')


def test_styles_of_a_model_are_dropped_and_nodes_of_such_names_stay() -> None:
    source = cleaned_source(
        '%%{init: {"theme": "dark"}}%%\nflowchart TD\n A:::big --> style["style"]\n style A fill:#f00,stroke:#000\n'
        " classDef big font-size:40px\n class A,B big\n linkStyle 0 stroke:red"
    )
    # By another name, since Mermaid takes this one for a style.
    assert source.split("\n")[:2] == ["flowchart TD", ' A --> style_["style"]']
    for look in ("fill", "font-size", "linkStyle", "init", "class A"):
        assert look not in source


def test_a_flowchart_too_wide_for_print_runs_down_the_page() -> None:
    steps = "\n".join(f' n{n}["Step number {n}"] --> n{n + 1}["Step number {n + 1}"]' for n in range(8))
    image = render_diagram(f"flowchart LR\n{steps}")
    assert image.height > image.width


@pytest.mark.parametrize("kind", ["gantt\n title T", "journey\n title T", "sankey-beta\n A,B,1", "C4Context\n title T"])
def test_a_kind_with_a_look_of_its_own_is_refused_by_name(kind: str) -> None:
    with pytest.raises(DiagramInvalid, match=f"`{kind.split(maxsplit=1)[0]}` brings colours"):
        render_diagram(kind)


def test_a_slow_drawing_that_used_little_of_the_processor_is_waited_for() -> None:
    # Given: a limit that any drawing passes on the clock of the wall, and none by the processor time of a small one.
    process = DiagramProcess()
    order = DrawingOrder(source='flowchart TD\n a["x"] --> b["y"]', config={}, scale=1.0)
    process.draw(order)
    drawing, png = process.draw(order, time_limit=5.0)
    assert drawing.refusal == "" and png
    # And: one that would go on for ever is stopped, and was tried twice.
    endless = " & ".join(f"a{n}" for n in range(20)) + " --> " + " & ".join(f"b{n}" for n in range(20))
    drawing, _ = process.draw(order.model_copy(update={"source": f"flowchart TD\n{endless}"}), time_limit=0.5)
    assert "takes longer" in drawing.refusal
