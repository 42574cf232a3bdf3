"""Write the reference documents of Word books: pandoc's own, with the book's styles. Run this after a change of style.

`python tools/word_reference.py` writes lambdas/book_builder/templates/reference-a4.docx and reference-letter.docx.
"""

import io
import subprocess
import zipfile
from pathlib import Path

import docx
import pypandoc
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

TEMPLATES = Path(__file__).parents[1] / "lambdas/book_builder/templates"
# Width and height in centimetres (ISO 216; ANSI/ASME Y14.1).
PAPERS = {"a4": (21.0, 29.7), "letter": (21.59, 27.94)}
MARGIN = 2.5
INK, ACCENT, SOFT = RGBColor(0x1C, 0x24, 0x30), RGBColor(0x1D, 0x5F, 0xA6), RGBColor(0x56, 0x62, 0x75)
PANEL, LINE = "F5F7FA", "CFD8E3"
# Fonts of both Word and LibreOffice, or with a substitute of the same widths.
BODY, HEADINGS, CODE = "Cambria", "Calibri", "Consolas"
# The earliest time in a zip file, so that equal styles give equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Write a reference document for each paper size."""
    original = subprocess.run(
        [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"], capture_output=True, check=True
    )
    for paper, (width, height) in PAPERS.items():
        document = docx.Document(io.BytesIO(original.stdout))
        _style_page(document, width, height)
        _style_text(document)
        _style_headings(document, width - 2 * MARGIN)
        _style_boxes(document)
        _style_tables(document)
        _bands(document)
        written = io.BytesIO()
        document.save(written)
        _write(written, TEMPLATES / f"reference-{paper}.docx")


def _style_page(document: Document, width: float, height: float) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(width), Cm(height)
    section.left_margin = section.right_margin = Cm(MARGIN)
    section.top_margin = section.bottom_margin = Cm(MARGIN)
    _page_number(section.footer.paragraphs[0])


def _style_text(document: Document) -> None:
    styles = document.styles
    for name in ("Body Text", "First Paragraph", "Compact"):
        _text(styles[name], BODY, 11, INK)
        styles[name].paragraph_format.line_spacing = 1.2
        styles[name].paragraph_format.widow_control = True
    styles["Compact"].paragraph_format.space_before = styles["Compact"].paragraph_format.space_after = Pt(2)
    _text(styles["Title"], HEADINGS, 34, INK, bold=True)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    styles["Title"].paragraph_format.space_before = Pt(150)
    for name, size, color in (("Subtitle", 14, SOFT), ("Author", 12, INK), ("Date", 11, SOFT)):
        _text(styles[name], HEADINGS, size, color)
        styles[name].paragraph_format.space_before = Pt(14)
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _style_headings(document: Document, column: float) -> None:
    styles = document.styles
    for level, (size, color, before) in enumerate(((24, INK, 0), (16, INK, 22), (13, INK, 16), (11.5, SOFT, 12)), 1):
        heading = styles[f"Heading {level}"]
        _text(heading, HEADINGS, size, color, bold=True)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(6)
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.page_break_before = level == 1
    for name in ("Image Caption", "Table Caption"):
        _text(styles[name], HEADINGS, 9.5, SOFT)
        styles[name].font.italic = False
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Captioned Figure"].paragraph_format.keep_with_next = True
    styles["Captioned Figure"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, indent in ((1, 0.0), (2, 0.6)):
        entry = _new(document, f"toc {level}", HEADINGS, 11 if level == 1 else 10.5, INK)
        entry.element.set(qn("w:styleId"), f"TOC{level}")
        entry.font.bold = level == 1
        entry.paragraph_format.left_indent = Cm(indent)
        entry.paragraph_format.space_before = Pt(8 if level == 1 else 0)
        entry.paragraph_format.space_after = Pt(2)
        entry.paragraph_format.tab_stops.add_tab_stop(Cm(column), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _text(styles["TOC Heading"], HEADINGS, 24, INK, bold=True)
    styles["TOC Heading"].paragraph_format.page_break_before = True
    styles["Block Text"].paragraph_format.left_indent = Cm(0.8)


def _style_boxes(document: Document) -> None:
    styles = document.styles
    _text(styles["Verbatim Char"], CODE, 9.5, INK)
    code = _new(document, "Source Code", CODE, 9, INK)
    _fill(code, PANEL)
    code.paragraph_format.space_before = code.paragraph_format.space_after = Pt(8)
    _text(_new(document, "Summary", HEADINGS, 13, SOFT), HEADINGS, 13, SOFT)
    _new(document, "Minutes", HEADINGS, 9.5, SOFT).paragraph_format.keep_with_next = True
    title = _new(document, "Box Title", HEADINGS, 11, ACCENT)
    title.font.bold, title.paragraph_format.keep_with_next = True, True
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(10), Pt(0)
    box = _new(document, "Box", BODY, 11, INK)
    box.paragraph_format.space_before, box.paragraph_format.space_after = Pt(0), Pt(4)
    # No page break between a question and its options.
    kept = _new(document, "Kept Text", BODY, 11, INK)
    kept.paragraph_format.keep_with_next = kept.paragraph_format.keep_together = True
    kept.paragraph_format.space_before, kept.paragraph_format.space_after = Pt(6), Pt(2)
    for style in (title, box, kept):
        _fill(style, PANEL)
        _bar(style)


def _style_tables(document: Document) -> None:
    """Style table cells in two sizes, the smaller for tables with many columns."""
    for suffix, size in (("", 9.5), (" Small", 7.5)):
        for name in ("Table Text", "Table Head"):
            style = _new(document, f"{name}{suffix}", HEADINGS, size, INK)
            style.font.bold = name == "Table Head"
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(2)


def _text(style: ParagraphStyle, font: str, size: float, color: RGBColor, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
    style.font.color.rgb = color
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Theme fonts override named fonts; other scripts keep the reader's fonts.
    for attribute in ("asciiTheme", "hAnsiTheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    fonts.set(qn("w:hAnsi"), font)


def _new(document: Document, name: str, font: str, size: float, color: RGBColor) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name}: found {style!r}, expected a style of paragraphs")
    style.base_style = document.styles["Normal"]
    _text(style, font, size, color)
    return style


def _fill(style: ParagraphStyle, color: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_pPr().append(shade)


def _bar(style: ParagraphStyle) -> None:
    borders, bar = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", str(ACCENT))):
        bar.set(qn(f"w:{name}"), value)
    borders.append(bar)
    properties = style.element.get_or_add_pPr()
    # Word requires this order: borders before shading.
    properties.insert(list(properties).index(properties.find(qn("w:shd"))), borders)


def _bands(document: Document) -> None:
    """Give tables a line under every row and a bold first row."""
    table = document.styles["Table"].element
    properties = table.find(qn("w:tblPr"))
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.insert(list(properties).index(properties.find(qn("w:tblCellMar"))), borders)
    for condition in table.findall(qn("w:tblStylePr")):
        bold = OxmlElement("w:rPr")
        bold.append(OxmlElement("w:b"))
        condition.insert(0, bold)


def _page_number(paragraph: object) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT  # type: ignore[attr-defined]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # type: ignore[attr-defined]


def _write(written: io.BytesIO, target: Path) -> None:
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(name))


if __name__ == "__main__":
    main()
