"""A brief as PDF (Typst, PDF/UA-1), Word, Excel or one HTML file. A file appears whole or not at all."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import typst
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from pypdf import PdfReader

from milepost.errors import WrongUse
from milepost.files import keep_text, write_whole
from milepost.languages import Language
from milepost.languages.catalogue import FONTS
from milepost.report.brief.blocks import Block, Figures, Grid, Items, Lights, Paragraph, Picture, Quantity
from milepost.report.brief.paper import Brief

_HERE = Path(__file__).resolve().parent
_TEMPLATE, _ONE_PAGE = _HERE / "brief.typ", _HERE / "one_page.typ"
_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)  # of the letters of the one page, points: the largest that fits
_MARKS = frozenset(
    "\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069"
)  # joiners and directions: invisible, and needed
_NO_FONT = re.compile(  # what lies outside the scripts of the fonts that milepost carries
    "[^ -~\u00a0-\u024f\u02b0-\u036f\u0370-\u052f\u0600-\u06ff\u0750-\u077f"
    "\u1e00-\u206f\u20a0-\u21ff\u2200-\u22ff\ufb50-\ufdff\ufe70-\ufeff]"
)
_UNIVERSAL: Any = {"pdf_standards": ["ua-1"]}
_LIGHTS = {"red": "B3261E", "amber": "8A5A00", "green": "1B6E3C", "grey": "44525F"}
FORMATS = (".pdf", ".docx", ".xlsx", ".html")


def write_brief(brief: Brief, target: Path) -> Path:
    """Write the brief in the format that the name of the target asks for. Raises ``WrongUse`` for another
    one."""
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise WrongUse(f"A brief is written as {', '.join(FORMATS)}; '{target.name}' is none of them.")
    writers = {".pdf": pdf, ".docx": docx, ".xlsx": xlsx, ".html": page}
    content = writers[suffix](brief)
    write_whole(target, content)
    return target


def pdf(brief: Brief) -> bytes:
    """The brief as PDF/UA-1: tagged, with language and title, readable by a screen reader; fonts embedded.

    It is set in the fonts that milepost carries, so it is the same on every machine; scripts that these lack
    are set in fonts of the machine, and what no font has stands as a question mark and is said to.
    """
    lost = unshown(brief)
    if lost:
        said = brief.language.say("brief-unshown", count=len(lost))
        brief = replace(brief, lead=(*brief.lead, said))
    text = json.dumps(_shown(_plain(brief)), ensure_ascii=False)
    text = "".join("?" if c in lost else c for c in text)
    if not brief.one_page:
        return _compiled(_TEMPLATE, text)
    for size in _SIZES:
        made = _compiled(_ONE_PAGE, text, size=f"{size}pt")
        if len(PdfReader(io.BytesIO(made)).pages) == 1:
            return made
    raise WrongUse("The titles are too long for one page; write the brief, or the page as .docx or .html.")


def _compiled(template: Path, text: str, **inputs: str) -> bytes:
    for _ in range(30):
        try:
            made = typst.compile(
                template.read_bytes(),
                font_paths=[str(FONTS)],
                ignore_system_fonts=not _NO_FONT.search(text),
                sys_inputs={"brief": text, **inputs},
                format="pdf",
                **_UNIVERSAL,
            )
        except typst.TypstError as fault:
            # PDF/UA forbids what no font can show: a sign of a script that the fonts have in part, or one
            # that has a font alone and none beside its neighbour
            found = re.search(r'the text `?"(.+?)"`? could not be displayed', str(fault))
            if found is None:
                raise
            bad = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), found[1])
            text = "".join("?" if c in bad and c > "~" else c for c in text)
            continue
        assert isinstance(made, bytes)
        return made
    raise WrongUse(
        "The brief holds too many characters that no font of the PDF can show; write it as .docx or .html."
    )


def unshown(brief: Brief) -> str:
    """The characters of a brief that no font shows in its PDF, neither milepost's nor the machine's, each
    once, in order."""
    asked = set(_NO_FONT.findall(json.dumps(_shown(_plain(brief)), ensure_ascii=False)))
    return "".join(sorted(c for c in asked if not _has_font(c)))


@cache
def _has_font(character: str) -> bool:
    """Whether some font shows a character: PDF/UA refuses what none does."""
    source = '#set document(title: "-")\n#set text(font: ("Noto Sans", "Noto Naskh Arabic"))\n#sys.inputs.c'
    try:
        typst.compile(
            source.encode(), font_paths=[str(FONTS)], sys_inputs={"c": character}, format="pdf", **_UNIVERSAL
        )
    except typst.TypstError as fault:
        if "could not be displayed" in str(fault):
            return False
        raise
    return True


def page(brief: Brief) -> bytes:
    """The brief as one HTML file without scripts or requests."""
    lang = brief.language
    out = [
        f'<!doctype html><html lang="{lang.code}" dir="{lang.direction}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(brief.title)}</title><style>{_STYLE}</style></head><body><main>",
        f'<p class="programme">{html.escape(brief.programme)}</p><h1>{html.escape(brief.title)}</h1><ul '
        'class="lead">',
        *(f"<li>{html.escape(line)}</li>" for line in brief.lead),
        "</ul>",
    ]
    for number, section in enumerate(brief.sections):
        if section.title:
            heading = f'<h2 id="s{number}">{html.escape(section.title)}</h2>'
            out.append(f'<section aria-labelledby="s{number}">{heading}')
        else:
            out.append("<section>")
        out += [_html(block, section.title) for block in section.blocks]
        out.append("</section>")
    out.append(f"</main><footer>{html.escape(brief.footer)}</footer></body></html>\n")
    return "".join(out).encode()


def _html(block: Block, title: str) -> str:
    """A block under the heading of its section."""
    if isinstance(block, Paragraph):
        return f"<p>{html.escape(block.text)}</p>"
    if isinstance(block, Items):
        tag = "ol" if block.numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{html.escape(i)}</li>' for i in block.items)}</{tag}>"
    if isinstance(block, Figures):
        pairs = "".join(
            f"<div><dd>{html.escape(value)}</dd><dt>{html.escape(what)}</dt></div>"
            for value, what in block.rows
        )
        return f'<dl class="figures">{pairs}</dl>'
    if isinstance(block, Lights):
        rows = zip(block.rows, block.lines, strict=True)
        items = "".join(f'<li class="{row.level}"><bdi>{html.escape(line)}</bdi></li>' for row, line in rows)
        return f'<ul class="lights">{items}</ul>'
    if isinstance(block, Picture):
        return (
            f'<div class="map" dir="ltr" role="img" aria-label="{html.escape(block.alt)}">{block.svg}</div>'
        )
    head = "".join(f'<th scope="col">{html.escape(c)}</th>' for c in block.columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_number(block, k)}><bdi>{html.escape(c)}</bdi></td>" for k, c in enumerate(row))
        + "</tr>"
        for row in block.rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(title)}"><table><thead>'
        f"<tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def docx(brief: Brief) -> bytes:
    """The brief as a Word document, right to left where the language runs so."""

    document = Document()
    _laid_out(document, brief)
    pen = _Pen(document, brief.language)
    pen.write(document.add_paragraph(), brief.programme)
    pen.write(document.add_heading(level=1), brief.title)
    for line in brief.lead:
        pen.write(document.add_paragraph(style="List Bullet"), line)
    for part in brief.sections:
        if part.title:
            heading = document.add_heading(level=2)
            heading.paragraph_format.page_break_before = part.own_page or None
            pen.write(heading, part.title)
        for block in part.blocks:
            pen.block(block)
    pen.write(document.sections[0].footer.paragraphs[0], brief.footer)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _laid_out(document: Any, brief: Brief) -> None:
    """Landscape A4, and who, what and in which language."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.6)
    document.core_properties.title = brief.title
    document.core_properties.subject = brief.programme
    document.core_properties.language = brief.language.code
    document.core_properties.author = "milepost"
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Normal"].font.name = "Noto Sans"


@dataclass(frozen=True)
class _Pen:
    """Writes the blocks of a brief into a Word document."""

    document: Any
    language: Language

    def write(self, paragraph: Any, text: str, *, bold: bool = False) -> None:
        run = paragraph.add_run(_xml_safe(text))
        run.bold = bold or None
        if self.language.right_to_left:
            _flag(paragraph._p.get_or_add_pPr(), "bidi")
            _flag(run._r.get_or_add_rPr(), "rtl")

    def block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            self.write(self.document.add_paragraph(), block.text)
        elif isinstance(block, Items):
            style = "List Number" if block.numbered else "List Bullet"
            for item in block.items:
                self.write(self.document.add_paragraph(style=style), item)
        elif isinstance(block, Picture):
            self.picture(block)
        elif isinstance(block, Figures):
            self.write(
                self.document.add_paragraph(), "  ·  ".join(f"{v} {w}" for v, w in block.rows), bold=True
            )
        elif isinstance(block, Lights):
            for row, line in zip(block.rows, block.lines, strict=True):
                paragraph = self.document.add_paragraph(style="List Bullet")
                self.write(paragraph, line)
                paragraph.runs[0].font.color.rgb = RGBColor.from_string(_LIGHTS[row.level])
        else:
            self.table(block)

    def picture(self, block: Picture) -> None:

        shape = self.document.add_picture(io.BytesIO(_png(block.svg)), height=Cm(14.5))
        if shape.width > Cm(25):
            shape.height, shape.width = round(shape.height * Cm(25) / shape.width), Cm(25)
        shape._inline.docPr.set("descr", block.alt)

    def table(self, block: Grid) -> None:

        rtl = self.language.right_to_left
        table = self.document.add_table(rows=1, cols=len(block.columns), style="Light Grid Accent 1")
        if rtl:
            _flag(table._tbl.tblPr, "bidiVisual")
        _flag(table.rows[0]._tr.get_or_add_trPr(), "tblHeader")
        for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
            self.write(cell.paragraphs[0], name, bold=True)
        for row in block.rows:
            cells = table.add_row().cells
            for number, (cell, text) in enumerate(zip(cells, row, strict=True)):
                self.write(cell.paragraphs[0], self.language.apart(text))
                if number in block.right and not rtl:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for one in table.rows:
            for cell in one.cells:
                for run in cell.paragraphs[0].runs:
                    run.font.size = Pt(8)


def xlsx(brief: Brief) -> bytes:
    """The brief as a workbook: a sheet for the sentences and one for each table, whole however long."""
    brief = replace(brief, sections=brief.full or brief.sections)
    book = openpyxl.Workbook()
    text = book.active
    assert text is not None
    text.title = "1"
    text.append([_xml_safe(brief.programme)])
    text.append([_xml_safe(brief.title)])
    for line in brief.lead:
        text.append([_xml_safe(line)])
    bold: list[int] = [2]
    for section in brief.sections:
        text.append([])
        text.append([_xml_safe(section.title)])
        bold.append(text.max_row)
        for block in section.blocks:
            for line in _lines(block):
                text.append([_xml_safe(line)])
            if isinstance(block, Grid):
                plain = "".join(c for c in section.title if c not in "[]:*?/" + chr(92))
                name = f"{len(book.worksheets) + 1} {plain}"[:31]
                text.append([f"→ {name}"])
                _grid_sheet(book.create_sheet(name), block)
    text.append([])
    text.append([_xml_safe(brief.footer)])
    text.column_dimensions["A"].width = 120
    for row_number in bold:
        text.cell(row=row_number, column=1).font = Font(bold=True, size=13)
    for line_cells in text.iter_rows():
        for cell in line_cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = brief.language.right_to_left
        footer: Any = sheet.oddFooter
        footer.center.text = brief.footer.replace("&", "&&")
        _no_formulas(sheet)
    book.properties.title = brief.title
    book.properties.creator = "milepost"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(block: Block) -> list[str]:
    """What the sheet of sentences holds of a block: of a picture its description, of a table nothing."""
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Items):
        return [
            f"{number}. {item}" if block.numbered else item
            for number, item in enumerate(block.items, start=1)
        ]
    if isinstance(block, Lights):
        return list(block.lines)
    if isinstance(block, Figures):
        return [f"{value} {what}" for value, what in block.rows]
    return [block.alt] if isinstance(block, Picture) else []


def _grid_sheet(sheet: Any, block: Grid) -> None:

    sheet.append([_xml_safe(c) for c in block.columns])
    for row in block.rows:
        sheet.append([c.value if isinstance(c, Quantity) else _xml_safe(c) for c in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, (int, float)):
                cell.number_format = "#,##0"  # as the other formats show it; the cell keeps all its digits
    for number, _ in enumerate(block.columns, start=1):
        widest = max(len(str(r[number - 1])) for r in (block.columns, *block.rows))
        sheet.column_dimensions[get_column_letter(number)].width = max(8, min(48, widest + 2))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _no_formulas(sheet: Any) -> None:
    """Text stays text, also where a spreadsheet would take it for a formula."""
    for cells in sheet.iter_rows():
        for cell in cells:
            keep_text(cell)


def _plain(brief: Brief) -> dict[str, Any]:
    sections = []
    for section in brief.sections:
        blocks: list[dict[str, Any]] = []
        for block in section.blocks:
            if isinstance(block, Paragraph):
                blocks.append({"kind": "paragraph", "text": block.text})
            elif isinstance(block, Items):
                blocks.append({"kind": "items", "items": list(block.items), "numbered": block.numbered})
            elif isinstance(block, Picture):
                blocks.append({"kind": "picture", "svg": block.svg, "alt": block.alt})
            elif isinstance(block, Figures):
                blocks.append({"kind": "figures", "rows": [list(row) for row in block.rows]})
            elif isinstance(block, Lights):
                lit = zip(block.rows, block.lines, strict=True)
                blocks.append({"kind": "lights", "rows": [[row.level, line] for row, line in lit]})
            else:
                blocks.append(
                    {
                        "kind": "table",
                        "columns": list(block.columns),
                        "rows": [[brief.language.apart(c) for c in r] for r in block.rows],
                        "right": list(block.right),
                        "widths": list(block.widths or [1.0] * len(block.columns)),
                    }
                )
        sections.append(
            {"title": section.title, "blocks": blocks, "own_page": section.own_page, "name": section.name}
        )
    lang = brief.language
    return {
        "lang": lang.code,
        "dir": lang.direction,
        "programme": brief.programme,
        "title": brief.title,
        "lead": list(brief.lead),
        "sections": sections,
        "footer": brief.footer,
        "page": lang.say("page", page="{page}", pages="{pages}"),
        "digits": [lang.digits(str(n)) for n in range(10)],
    }


def _png(svg: str) -> bytes:
    """The picture for Word, which shows no SVG everywhere: drawn by Typst, 200 dots an inch."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "
        '"svg", width: 24cm)'
    )
    # names on a map may be of a script that only the fonts of the machine have
    carried = not _NO_FONT.search(svg)
    options: Any = {"font_paths": [str(FONTS)], "ignore_system_fonts": carried, "sys_inputs": {"svg": svg}}
    made = typst.compile(source.encode(), format="png", ppi=200.0, **options)
    assert isinstance(made, bytes)
    return made


def _shown(value: Any) -> Any:
    """The same without control characters, which no font can show; joiners and direction marks stay."""
    if isinstance(value, str):
        return "".join(c for c in value if c in _MARKS or unicodedata.category(c)[0] != "C")
    if isinstance(value, list):
        return [_shown(v) for v in value]
    return {k: _shown(v) for k, v in value.items()} if isinstance(value, dict) else value


def _number(block: Grid, column: int) -> str:
    return ' class="n"' if column in block.right else ""


def _xml_safe(text: str) -> str:
    """Without the control characters that XML cannot carry."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
    )


def _flag(properties: Any, name: str) -> None:
    properties.append(OxmlElement(f"w:{name}"))


_STYLE = (
    "body{font:16px/1.5 'Noto Sans','Noto Naskh "
    "Arabic',system-ui,sans-serif;color:#14202b;background:#fff;margin:0}"
    "main{max-width:70rem;margin:0 auto;padding:1.5rem}h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 "
    ".8rem}"
    "h2{font-size:1.2rem;margin:1.8rem 0 .5rem;border-bottom:2px solid #1f4e79;padding-bottom:.2rem}"
    "dl.figures{display:flex;flex-wrap:wrap;gap:1.5rem}dl.figures "
    "dd{margin:0;font-size:1.7rem;font-weight:700}"
    "dl.figures dt{color:#44525f}dl.figures div{display:flex;flex-direction:column}"
    ".lights .red{color:#b3261e}.lights .amber{color:#8a5a00}.lights .green{color:#1b6e3c}.lights "
    ".grey{color:#44525f}"
    ".map svg{width:100%;height:auto;max-height:80vh}"
    ".programme{color:#44525f;margin:0}.lead{color:#26333e}table{border-collapse:collapse;width:100%;font-size:.88rem}"
    "th,td{border-bottom:1px solid #c9d3dc;padding:.35rem .5rem;text-align:start;vertical-align:top}"
    "th{background:#e8eef4}td.n{text-align:end;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}"
    "footer{max-width:70rem;margin:0 auto;padding:1rem 1.5rem 2rem;color:#44525f;font-size:.85rem}"
    "@media print{main{max-width:none;padding:0}h2{break-after:avoid}tr{break-inside:avoid}}"
)
