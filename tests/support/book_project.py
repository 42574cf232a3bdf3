"""A project in a bucket whose lessons are ready for the book."""

from datetime import UTC, datetime

from course_kit.outline import read_outline
from course_kit.records.manifest import LessonRecord, ModuleManifest
from course_kit.records.visuals import Figure, VisualKind
from course_kit.store.artefact_store import ArtefactStore
from tests.support.buckets import BUCKET

OUTLINE = """
course:
  title: 'Redes: ¿qué es?'
  language: es
  description: De los cables a los nombres.
  author: Ana Núñez
  level: inicial
  audience: [Personal técnico]
  learning_outcomes: [Explicar qué es un paquete]
modules:
- title: Fundamentos
  summary: Qué es una red.
  lessons:
  - {title: Cables *y* fibra, duration_minutes: 15}
  - {title: Radio, duration_minutes: 15}
- {number: null, title: Nombres, lessons: [{title: DNS, duration_minutes: 30}]}
"""
LESSON = """# The writer's own title

Un párrafo con acentos: ñ, ¿, ç, ß.

## Tema con `código`

[VISUAL: 01-01-0001 - dos nodos]

```bash
# not a heading
ip addr  # [VISUAL: not a figure]
```

| a | b |
|---|---|
| 1 | 2 |

Subrayado
---------

Fin.
"""
NOW = datetime(2026, 3, 4, tzinfo=UTC)
EVENT = {
    "course_bucket": BUCKET,
    "outline_s3_key": "p/outline.yaml",
    "project_folder": "p",
    "execution_name": "run-1",
    "manifest_keys": ["p/manifests/module-01.json", "p/manifests/module-02.json"],
    "failed_modules": [],
}
FIGURE = Figure(
    visual_id="01-01-0001",
    kind=VisualKind.DIAGRAM,
    caption="Dos nodos",
    alt_text="Un nodo y otro",
    png_key="p/images/01-01-0001.png",
    width=600,
    height=300,
)


def lesson_key(module: int, lesson: int) -> str:
    return f"p/lessons/module-{module}-lesson-{lesson}-x.md"


def save_module(
    store: ArtefactStore,
    number: int,
    lessons: list[str],
    model_id: str = "anthropic.x",
    figures: dict[str, Figure] | None = None,
) -> None:
    records = []
    title, titles = titles_of(store, number)
    for position, text in enumerate(lessons, start=1):
        key = lesson_key(number, position)
        store.write(key, text, content_type="text/markdown", replacing=store.find(key))
        records.append(
            LessonRecord(
                lesson_number=position,
                title=titles.get(position, "t"),
                s3_key=key,
                fingerprint=text,
                word_count=100,
                visual_count=0,
                model_id=model_id,
                is_reused=False,
                started_at=NOW,
                ended_at=NOW,
            )
        )
    manifest = ModuleManifest(
        module_number=number,
        title=title,
        execution_name="run-1",
        lesson_total=len(lessons),
        started_at=NOW,
        lessons=tuple(records),
        figures=figures or ({"01-01-0001": FIGURE} if number == 1 else {}),
    )
    key = f"p/manifests/module-{number:02d}.json"
    store.write_model(key, manifest, replacing=store.find(key))


def titles_of(store: ArtefactStore, number: int) -> tuple[str, dict[int, str]]:
    """Return the titles of a module and its lessons in the stored outline, by which a project knows them."""
    outline = store.read("p/outline.yaml")
    if outline is None:
        return "M", {}
    module = read_outline(outline.decode()).module(number)
    return module.title, {lesson.number: lesson.title for lesson in module.lessons}


def read(store: ArtefactStore, key: str) -> str:
    return (store.read(key) or b"").decode()
