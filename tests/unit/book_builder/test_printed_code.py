"""Code on paper: within a line it breaks as text does, in a listing between words, and a program's columns never."""

import pypdfium2
import pytest

from book_builder.book_model import BookModule
from tests.support.printed_book import BOOK, LESSON, printed

INLINE = "kubectl get deployments --all-namespaces --selector tier=frontend --output wide"
COMMAND = (
    "docker compose exec --user postgres database psql --username postgres -d postgres --variable threshold=100 "
    "--file /srv/reports/every-order-of-the-month.sql"
)
HEAD = (
    " order_id | customer_name        | placed_on  | delivered_on | status     | total_in_euros | remark_of_the_seller"
)
ROW = (
    "    4711 | Ada Lovelace         | 2026-01-02 | 2026-01-05   | delivered  |         129.90 | left with a neighbour"
)
LESSON_TEXT = f"""
Read the whole of this sentence until its command: `{INLINE}` afterwards nothing is as it was before.

```bash
{COMMAND}
```

```text
{HEAD}
{"-" * 10}+{"-" * 22}+{"-" * 12}+{"-" * 14}+{"-" * 12}+{"-" * 16}+{"-" * 22}
{ROW}
```
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> pypdfium2.PdfTextPage:
    lesson = LESSON.model_copy(update={"markdown": LESSON_TEXT, "quiz": (), "anchors": ()})
    book = BOOK.model_copy(update={"modules": (BookModule(number=1, title="M", summary="", lessons=(lesson,)),)})
    folder = printed(book, tmp_path_factory.mktemp("code"))
    pages = [each.get_textpage() for each in pypdfium2.PdfDocument(folder / "book.pdf")]
    return next(text for text in pages if "afterwards" in text.get_text_range())


def lines_of(page: pypdfium2.PdfTextPage) -> list[str]:
    text: str = page.get_text_range()
    return text.split("\r\n")


def test_the_word_behind_long_code_stands_behind_its_end(page: pypdfium2.PdfTextPage) -> None:
    # Given: code that goes on in a second line.
    text = page.get_text_range()
    place = text.index("afterwards")
    (_, first, _, _), (_, last, right, _), (left, behind, _, _) = (
        page.get_charbox(at) for at in (text.index("kubectl"), text.rindex("wide", 0, place), place)
    )
    assert first > last + 5
    # Then: in the line of its end, to the right of it.
    assert abs(behind - last) < 2 and left > right


def test_a_long_command_goes_on_behind_a_space(page: pypdfium2.PdfTextPage) -> None:
    lines = [line.strip() for line in lines_of(page)]
    begin = next(number for number, line in enumerate(lines) if line.startswith("docker compose"))
    first, second = lines[begin : begin + 2]
    assert f"{first} {second}" == COMMAND
    assert "-d postgres" in first or "-d postgres" in second


def test_what_a_program_printed_keeps_its_columns(page: pypdfium2.PdfTextPage) -> None:
    lines = ["".join(line.split()) for line in lines_of(page)]
    for line in (HEAD, ROW):
        assert "".join(line.split()) in lines
