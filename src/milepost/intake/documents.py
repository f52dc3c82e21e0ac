"""A document as paragraphs with their places: plain text, HTML, Word and PDF. Faults are one sentence."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from docx import Document as Word
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from milepost.errors import WrongUse

MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its text, blanks folded, and where it stands ("paragraph 3", "page 2, paragraph 4")."""

    text: str
    place: str


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
        kind, found = "pdf", list(_pdf(path.name, raw))
    elif raw.startswith(b"PK\x03\x04") and suffix == ".docx":
        kind, found = "docx", list(_docx(path.name, raw))
    elif suffix in (".html", ".htm", ".xhtml") or re.match(rb"\s*(<!doctype html|<html)", raw[:200], re.I):
        kind, found = "html", list(_html(path.name, raw))
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
    return Document(path.name, kind, hashlib.sha256(raw).hexdigest(), tuple(found))


def _text(name: str, raw: bytes) -> Iterator[Paragraph]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"'{name}' is not UTF-8 text; save it as UTF-8.") from None
    parts = re.split(r"\r?\n[ \t]*\r?\n", text)
    if len(parts) == 1:
        parts = text.splitlines()
    yield from _numbered(parts)


def _html(name: str, raw: bytes) -> Iterator[Paragraph]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a page that is XML, or names a file, is read as what it is
        soup = BeautifulSoup(raw, "html.parser")
    for tag in soup(["script", "style", "nav", "header", "footer", "aside", "noscript", "template"]):
        tag.decompose()
    blocks = soup.find_all(["p", "li", "td", "blockquote", "h1", "h2", "h3", "h4"])
    texts = [b.get_text(" ") for b in blocks if not b.find(["p", "li", "td"])]
    yield from _numbered(texts or re.split(r"\n\s*\n", soup.get_text("\n")))


def _docx(name: str, raw: bytes) -> Iterator[Paragraph]:
    try:
        word = Word(io.BytesIO(raw))
        texts = [p.text for p in word.paragraphs]
        for table in word.tables:
            texts += [cell.text for row in table.rows for cell in row.cells]
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, EOFError) as fault:
        raise WrongUse(
            f"'{name}' is damaged ({type(fault).__name__}); open it in a word processor and save it again."
        ) from None
    except Exception as fault:  # a damaged file may fail anywhere inside the reader: still the file's fault
        raise WrongUse(f"'{name}' cannot be read as a Word document ({type(fault).__name__}).") from None
    yield from _numbered(texts)


def _pdf(name: str, raw: bytes) -> Iterator[Paragraph]:
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise WrongUse(f"'{name}' is encrypted; save a copy without a password.")
        pages = [page.extract_text() or "" for page in reader.pages]
    except WrongUse:
        raise
    except PdfReadError as fault:
        raise WrongUse(f"'{name}' is a damaged PDF ({str(fault)[:80]}).") from None
    except Exception as fault:  # as above
        raise WrongUse(f"'{name}' cannot be read as a PDF ({type(fault).__name__}).") from None
    for number, text in enumerate(pages, start=1):
        joined = re.sub(r"(\w)-\n(\w)", r"\1\2", text)
        # a line that ends a sentence short of the margin ends a paragraph
        lines = joined.split("\n")
        widest = max((len(line) for line in lines), default=0)
        parts: list[str] = [""]
        for line in lines:
            parts[-1] = f"{parts[-1]} {line}".strip()
            if not line.strip() or (
                line.rstrip().endswith((".", "!", "?", ":", ";")) and len(line) < 0.8 * widest
            ):
                parts.append("")
        yield from _numbered(parts, f"page {number}, ")


def _numbered(texts: list[str], prefix: str = "") -> Iterator[Paragraph]:
    count = 0
    for text in texts:
        folded = " ".join(text.split())
        if folded:
            count += 1
            yield Paragraph(folded, f"{prefix}paragraph {count}")
