"""A document as paragraphs with their places: plain text, HTML, Word and PDF. Faults are one sentence."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from milepost.apart import apart
from milepost.errors import WrongUse
from milepost.late import Late
from milepost.packed import Most, must_be_bounded

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

# only the process that reads a file apart asks these for anything
_bs4, _docx_table, _docx_file = Late("bs4"), Late("docx.table"), Late("docx")
_pypdf, _pypdf_errors = Late("pypdf"), Late("pypdf.errors")

MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000  # bytes that a Word file may unpack to
MOST_PAGES = 400
SECONDS, SECONDS_OF_A_PDF = 20, 60  # of the processor
MOST_CHARACTERS = 1_000_000  # about 400 pages of text
BAR = " | "
Role = Literal["text", "item", "heading", "row"]
_DIGITS = r"[0-9\u06f0-\u06f9\u0660-\u0669]{1,2}"
MARKER = re.compile(  # a bullet, a number or a letter that begins an item of a list
    r"^\s*(?:[-\u2010-\u2015*\u2022\u25aa\u25cf\u25cb\u25a0\u25e6\u00b7\u2023\uf0b7\u2713\u27a2]+"
    rf"|\(?{_DIGITS}(?:[.\-]{_DIGITS}){{0,3}}[.)\u0640-]"
    r"|\(?(?:[a-hA-H]|[ivxIVX]{1,4}|[\u0430-\u0437]|[\u0627-\u064a])[.)])\s*(?=\S)"
)
_NO_TEXT = (
    *("script", "style", "nav", "header", "footer", "aside", "noscript", "template", "form", "button"),
    *("select", "iframe", "svg", "figcaption", "menu", "dialog", "textarea", "label"),
)
_BESIDE = re.compile(
    r"(?:^|[-_ ])(?:menu|nav|navbar|navigation|comments?|respond|sidebar|breadcrumbs?|share|sharing|social|"
    r"related|cookies?|banner|promo|subscribe|newsletter|widget|tags|footer|header|pagination|advert|ads?|popup|"
    r"modal|login)"
    r"(?:$|[-_ ])",
    re.I,
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "title"])
_BLOCKS = _HEADINGS | frozenset(
    (
        *("p", "li", "td", "th", "tr", "div", "blockquote", "section", "article", "main", "ul", "ol", "dl"),
        *("dt", "dd", "pre", "center", "body", "table", "figure", "address"),
    )
)


@dataclass(frozen=True)
class Block:
    """A piece of a document before it has its place: text, role, and for a row of a table the headings
    above it."""

    text: str
    role: Role = "text"
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its text, blanks folded, and where it stands ("paragraph 3", "page 2, paragraph 4").

    ``role`` tells an item of a list, a heading and a row of a table (cells parted by ``BAR``, ``head``
    above them) from running text.
    """

    text: str
    place: str
    role: Role = "text"
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """What was read: name, kind, SHA-256 of the bytes, paragraphs in order."""

    name: str
    kind: str
    sha256: str
    paragraphs: tuple[Paragraph, ...]


def read_document(path: Path) -> Document:
    """Read a communique or article.

    Raises ``WrongUse`` for a file that is missing, empty, too large, of no known kind, encrypted, damaged or
    without text.
    """
    if not path.is_file():
        raise WrongUse(f"There is no file '{path}'.")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise WrongUse(
            f"'{path.name}' has {size / 1e6:,.0f} MB; a text to read has at most {MOST_BYTES / 1e6:,.0f} MB."
        )
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise WrongUse(f"Cannot read '{path.name}': {fault.strerror}.") from None
    if not raw.strip():
        raise WrongUse(f"'{path.name}' is empty.")
    suffix = path.suffix.lower()
    if raw.startswith(b"%PDF-"):
        kind, found = "pdf", _apart(path.name, raw, "pdf")
    elif raw.startswith(b"PK\x03\x04") and suffix == ".docx":
        kind, found = "docx", _apart(path.name, raw, "docx")
    elif suffix in (".html", ".htm", ".xhtml") or re.match(rb"\s*(<!doctype html|<html)", raw[:200], re.I):
        kind, found = "html", _apart(path.name, raw, "html")
    elif b"\0" in raw[:8192] or suffix in (".doc", ".xlsx", ".zip", ".docx", ".pdf"):
        raise WrongUse(
            f"'{path.name}' is no text, HTML, .docx or PDF file that can be read; save it as one of these."
        )
    else:
        kind, found = "text", list(_text(path.name, raw))
    if not found:
        hint = (
            " It may hold pictures of pages only; run text recognition on it first." if kind == "pdf" else ""
        )
        raise WrongUse(f"'{path.name}' holds no text.{hint}")
    if sum(len(p.text) for p in found) > MOST_CHARACTERS:
        raise _too_long(path.name)
    return Document(path.name, kind, hashlib.sha256(raw).hexdigest(), tuple(found))


def _apart(name: str, raw: bytes, kind: str) -> list[Paragraph]:
    """The paragraphs, read in a process of its own: these kinds can hold up whatever reads them."""
    seconds = SECONDS_OF_A_PDF if kind == "pdf" else SECONDS
    return apart(paragraphs, name, raw, kind, what=f"'{name}'", seconds=seconds)


def paragraphs(name: str, raw: bytes, kind: str) -> list[Paragraph]:
    """The paragraphs of the bytes of a file of a kind: pdf, docx or html. Raises ``WrongUse``."""
    found: list[Paragraph] = []
    length = 0
    for one in {"pdf": _pdf, "docx": _docx, "html": _html}[kind](name, raw):
        length += len(one.text)
        if length > MOST_CHARACTERS:
            raise _too_long(name)
        found.append(one)
    return found


def _too_long(name: str) -> WrongUse:
    return WrongUse(f"'{name}' holds more than {MOST_CHARACTERS:,} characters; split it and read the parts.")


def _text(name: str, raw: bytes) -> Iterator[Paragraph]:
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"'{name}' is not UTF-8 text; save it as UTF-8.") from None
    yield from _placed(_blocks(text))


def _html(name: str, raw: bytes) -> Iterator[Paragraph]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a page that is XML, or names a file, is read as what it is
        soup = _bs4.BeautifulSoup(raw, "html.parser")
    for tag in soup(list(_NO_TEXT)):
        tag.decompose()
    whole = len(soup.get_text(" ", strip=True)) or 1
    for tag in soup.find_all(_beside_the_text):
        if not tag.decomposed and len(tag.get_text(" ", strip=True)) < 0.5 * whole:
            tag.decompose()
    yield from _placed(_html_blocks(soup))


def _beside_the_text(tag: Tag) -> bool:
    """Menus, comments and the like, by what their class or id says."""
    names = [*(tag.get("class") or []), tag.get("id") or "", tag.get("role") or ""]
    return any(_BESIDE.search(str(n)) for n in names)


def _html_blocks(soup: BeautifulSoup) -> Iterator[Block]:
    current: Tag | None = None
    words: list[str] = []
    linked = 0
    tables: set[int] = set()
    for node in (soup.body or soup).descendants:
        if isinstance(node, _bs4.Tag):
            if node.name == "br":
                words.append("\0")
            elif node.name == "table" and not node.find("table"):
                yield from _html_text(words, linked, current)
                words, linked = [], 0
                tables.add(id(node))
                yield from _html_table(node)
            continue
        if type(node) is not _bs4.NavigableString or _inside(node, tables):
            continue
        block = node.find_parent(list(_BLOCKS))
        if block is not current:
            yield from _html_text(words, linked, current)
            words, linked, current = [], 0, block
        words.append(str(node))
        if node.find_parent("a") is not None:
            linked += len(" ".join(str(node).split()))
    yield from _html_text(words, linked, current)


def _html_text(words: list[str], linked: int, block: Tag | None) -> Iterator[Block]:
    """The text of one block; one that is mostly links is a menu."""
    name = block.name if block is not None else ""
    role: Role = "item" if name == "li" else "heading" if name in _HEADINGS else "text"
    for part in "".join(words).split("\0"):
        folded = " ".join(part.split())
        if folded and not (linked > 0.6 * len(folded) and len(folded) < 160):
            yield Block(folded, _role(folded, role))


def _inside(node: PageElement, tables: set[int]) -> bool:
    return bool(tables) and any(id(p) in tables for p in node.parents)


def _html_table(table: Tag) -> Iterator[Block]:
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])]
        for row in table.find_all("tr")
    ]
    yield from _rows(rows)


def _docx(name: str, raw: bytes) -> Iterator[Paragraph]:
    blocks: list[Block] = []
    try:
        must_be_bounded(raw, name, Most(unpacked=MOST_UNPACKED))
        word = _docx_file.Document(io.BytesIO(raw))
        for part in word.iter_inner_content():
            if isinstance(part, _docx_table.Table):
                blocks += _rows([[c.text for c in row.cells] for row in part.rows])
                continue
            style = str(part.style.name if part.style else "").lower()
            given: Role = "item" if "list" in style or _numbered_in_word(part) else "text"
            given = "heading" if style.startswith(("heading", "title")) else given
            for line in part.text.split("\n"):
                folded = " ".join(line.split())
                if folded:
                    blocks.append(Block(folded, _role(folded, given)))
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, EOFError) as fault:
        raise WrongUse(
            f"'{name}' is damaged ({type(fault).__name__}); open it in a word processor and save it again."
        ) from None
    except WrongUse:
        raise
    except Exception as fault:  # a damaged file may fail anywhere inside the reader: still the file's fault
        raise WrongUse(f"'{name}' cannot be read as a Word document ({type(fault).__name__}).") from None
    yield from _placed(blocks)


def _numbered_in_word(paragraph: Any) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _pdf(name: str, raw: bytes) -> Iterator[Paragraph]:
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = _pypdf.PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise WrongUse(f"'{name}' is encrypted; save a copy without a password.")
        if len(reader.pages) > MOST_PAGES:
            raise WrongUse(f"'{name}' has {len(reader.pages)} pages; at most {MOST_PAGES} are read.")
        pages = []
        for page in reader.pages:
            pages.append(page.extract_text() or "")
            if sum(map(len, pages)) > MOST_CHARACTERS:
                raise _too_long(name)
    except WrongUse:
        raise
    except _pypdf_errors.PdfReadError as fault:
        raise WrongUse(f"'{name}' is a damaged PDF ({str(fault)[:80]}).") from None
    except Exception as fault:  # as above
        raise WrongUse(f"'{name}' cannot be read as a PDF ({type(fault).__name__}).") from None
    for number, text in enumerate(pages, start=1):
        yield from _placed(_blocks(text), f"page {number}, ")


# --- plain text: lines that were broken at a margin become paragraphs again -----------------------------


def _blocks(text: str) -> Iterator[Block]:
    lines = [line.rstrip() for line in re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text)]
    filled = sorted(len(line) for line in lines if line.strip())
    width = filled[int(0.9 * (len(filled) - 1))] if filled else 0
    current: list[str] = []
    table: list[list[str]] = []
    for line in [*lines, ""]:
        cells = _cells(line)
        if table and not cells:
            yield from _rows(table)
            table = []
        if cells:
            yield from _joined(current)
            current = []
            table.append(cells)
        elif not line.strip():
            yield from _joined(current)
            current = []
        elif current and _continues(current[-1], line, width):
            current.append(line)
        else:
            yield from _joined(current)
            current = [line]


def _cells(line: str) -> list[str]:
    """Cells of a table drawn with bars or tabs; empty for a line of text."""
    if line.count("|") >= 2:
        return [c.strip() for c in line.strip().strip("|").split("|")]
    if "\t" in line.strip():
        cells = [c.strip() for c in line.strip().split("\t")]
        return cells if sum(bool(c) for c in cells) >= 3 else []
    return []


def _continues(before: str, line: str, width: int) -> bool:
    """Whether a line goes on with the sentence of the line before."""
    if MARKER.match(line) or _shouting(before) != _shouting(line):
        return False
    last = before.rstrip()
    starts_low = line.lstrip()[:1].islower()
    if starts_low:
        return True
    if width > 160:  # a file with one paragraph a line
        return False
    ended = last.endswith((".", "!", "?", ":", ";", "\u061f", "\u061b", "\u2026"))
    if ended:
        return len(last) >= 0.8 * width and not last.endswith(":")
    return len(last) >= 0.55 * width or last.endswith((",", "\u060c"))


def _shouting(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return bool(letters) and all(c.isupper() for c in letters)


def _joined(lines: list[str]) -> Iterator[Block]:
    if not lines:
        return
    parts = [lines[0]]
    for line in lines[1:]:
        following = line.lstrip()
        if re.search(r"\w-$", parts[-1][-2:]) and following[:1].islower():
            parts[-1] = parts[-1][:-1]
        else:
            parts.append(" ")
        parts.append(following)
    folded = " ".join("".join(parts).split())
    if folded:
        yield Block(folded, _role(folded, "text"))


def _role(text: str, given: Role) -> Role:
    if given != "text":
        return given
    if MARKER.match(text):
        rest = MARKER.sub("", text, count=1)
        return "heading" if _titled(rest) else "item"
    return "heading" if _titled(text) else "text"


def _titled(text: str) -> bool:
    return (
        len(text) < 90
        and (_shouting(text) or not re.search(r"[.;:,!?\u060c\u061b]$", text))
        and len(text.split()) <= 9
    )


def _rows(rows: list[list[str]]) -> Iterator[Block]:
    """Rows of a table, each with the headings of its columns; a table of one column is text."""
    rows = [r for r in rows if any(re.search(r"\w", c) for c in r)]
    if not rows:
        return
    if max(len(r) for r in rows) == 1:
        for row in rows:
            yield Block(row[0], _role(row[0], "text"))
        return
    if len(rows) == 1:
        # "CITY, Country | AGENCY | The ministers agreed ...": no table, and nothing of it lost
        for one in filter(re.compile(r"\w").search, rows[0]):
            yield Block(" ".join(one.split()), _role(one, "text"))
        return
    head = tuple(rows[0])
    for number, row in enumerate(rows):
        cells = tuple(" ".join(c.split()) for c in row)
        yield Block(BAR.join(cells), "row", head if number else ())


def _placed(blocks: Iterable[Block], prefix: str = "") -> Iterator[Paragraph]:
    for count, block in enumerate(blocks, start=1):
        yield Paragraph(block.text, f"{prefix}paragraph {count}", block.role, block.head)
