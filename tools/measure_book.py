"""Build a large book of different lessons and figures; print each format's seconds and peak memory.

`python tools/measure_book.py [LESSONS] [FIGURES A LESSON]`, by default 200 lessons with 2 figures each: 700 pages.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import pypdfium2

from book_builder import book_formats
from book_builder.book_document import read_document
from book_builder.book_markdown import book_parts
from book_builder.book_model import Book, BookLesson, BookModule
from book_builder.learning.book_provenance import BookProvenance
from book_builder.lesson_markdown import section_markdown
from course_kit.fonts import font_folders
from course_kit.outline import read_outline
from course_kit.outline.lesson_specification import LessonSpecification
from course_kit.records.visuals import Figure, VisualKind
from course_kit.store.ids import VisualId
from images_gen.diagram_renderer import png_size, render_diagram
from images_gen.svg_drawing import as_png
from offline_author.diagram_forms import DiagramForm, draw
from offline_author.lesson_draft import draft_lesson
from offline_author.phrases import Phrases

LESSONS_A_MODULE = 10
# The formats of the first version, for comparison.
FIRST_FORMATS = ("md", "html", "typst")
_MIB = 1024


class PeakMemory:
    """The peak memory of this process and its children in MiB, sampled ten times a second."""

    def __init__(self) -> None:
        self.mib = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            listed = subprocess.run(
                ["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True, encoding="utf-8"
            ).stdout
            own = {os.getpid()}
            total = 0
            for pid, parent, rss in (map(int, line.split()) for line in listed.splitlines()):
                if pid in own or parent in own:
                    own.add(pid)
                    total += rss
            self.mib = max(self.mib, total / _MIB)


def main(lessons: int, figures_a_lesson: int) -> None:
    """Build the book and print the measurements."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "images").mkdir()
        book = _book(lessons, figures_a_lesson, folder / "images")
        baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
        print(f"{lessons} lessons, {len(book.figures)} different figures; {baseline:.0f} MiB at the start")
        seconds: dict[str, float] = {}
        started = time.monotonic()
        document = read_document(book_parts(book), book.language)
        print(f"{'read once':>10} {time.monotonic() - started:6.1f} s")
        for name in book_formats.FORMATS:
            with PeakMemory() as peak:
                started = time.monotonic()
                target = book_formats.write_format(document, book, name, folder)
                seconds[name] = time.monotonic() - started
            print(f"{name:>10} {seconds[name]:6.1f} s {peak.mib:6.0f} MiB {target.stat().st_size / 1e6:6.1f} MB")
        with PeakMemory() as peak:
            started = time.monotonic()
            program = (
                "import sys, typst; folder = sys.argv[1]; "
                "typst.compile(folder + '/book.typst', folder + '/book.pdf', root=folder, "
                "font_paths=sys.argv[2:], ignore_system_fonts=True, pdf_standards=['ua-1'])"
            )
            subprocess.run([sys.executable, "-c", program, scratch, *map(str, font_folders())], check=True)
            seconds["pdf"] = time.monotonic() - started
        pdf = folder / "book.pdf"
        pages = len(pypdfium2.PdfDocument(pdf))
        size = pdf.stat().st_size / 1e6
        print(f"{'pdf':>10} {seconds['pdf']:6.1f} s {peak.mib:6.0f} MiB {size:6.1f} MB, {pages} pages")
        first = sum(seconds[name] for name in (*FIRST_FORMATS, "pdf"))
        print(f"all formats together take {sum(seconds.values()) / first:.2f} times what Markdown, HTML and PDF take")


def _book(lessons: int, figures_a_lesson: int, images: Path) -> Book:
    titles = [f"Lesson {number}" for number in range(1, lessons + 1)]
    modules: list[BookModule] = []
    figures: dict[str, Figure] = {}
    drawings = _drawings()
    for first in range(0, lessons, LESSONS_A_MODULE):
        module_number = first // LESSONS_A_MODULE + 1
        sections = []
        for number, title in enumerate(titles[first : first + LESSONS_A_MODULE], start=1):
            own = {}
            for position in range(1, figures_a_lesson + 1):
                visual_id = str(VisualId(module_number, number, position))
                # Drawn once a kind; each copy is a different drawing by its words.
                svg = drawings[(first + number + position) % len(drawings)].replace("Names", visual_id)
                png = as_png(svg, 2.0)
                (images / f"{visual_id}.svg").write_text(svg, encoding="utf-8")
                (images / f"{visual_id}.png").write_bytes(png)
                width, height = png_size(png)
                own[visual_id] = Figure(
                    visual_id=visual_id,
                    kind=VisualKind.DIAGRAM,
                    caption=f"Figure of {title}",
                    alt_text="A diagram",
                    png_key="-",
                    svg_key="-",
                    width=width,
                    height=height,
                )
            figures |= own
            tags = "\n\n".join(f"[VISUAL: {visual_id} - x]" for visual_id in own)
            text = f"{_lesson(title)}\n\n{tags}\n"
            sections.append(
                BookLesson(
                    number=number,
                    section=f"{module_number}.{number}",
                    title=title,
                    minutes=60,
                    key="-",
                    word_count=0,
                    markdown=section_markdown(text, own, lambda figure: figure.caption),
                )
            )
        modules.append(
            BookModule(number=module_number, title=f"Module {module_number}", summary="S", lessons=tuple(sections))
        )
    return Book(
        title="A large book",
        author="",
        description="",
        language="en",
        level="",
        audience=(),
        prerequisites=(),
        outcomes=(),
        made_on=date(2026, 1, 1),
        models=(),
        is_offline_draft=True,
        modules=tuple(modules),
        figures=figures,
        provenance=BookProvenance(),
    )


def _drawings() -> list[str]:
    phrases = Phrases.of("en")
    drawn = []
    for form in (DiagramForm.STRUCTURE, DiagramForm.OVERVIEW, DiagramForm.PROCESS):
        items = phrases.diagram_items.get(form, ["Zones", "Caches", "Keys"])
        svg = render_diagram(draw(form, "Names", ["Names", *items][:7]).mermaid).svg
        drawn.append(svg or "")
    return drawn


def _lesson(title: str) -> str:
    topics = [f"{part} of {title.lower()}" for part in ("Purpose", "Parts", "Limits", "Use")]
    outline = read_outline(
        f"course: {{title: C}}\n"
        f"modules: [{{title: M, lessons: [{{title: {title}, duration_minutes: 60, topics: {topics}}}]}}]"
    )
    specification = LessonSpecification.of(outline, outline.modules[0], outline.modules[0].lessons[0])
    return draft_lesson(specification, with_visuals=False)


if __name__ == "__main__":
    main(*(int(argument) for argument in (*sys.argv[1:], *("200", "2")[len(sys.argv) - 1 :])))
