"""What a packed file holds, told before it is read: a file of a few kilobytes may unpack to gigabytes, or
claim a billion cells."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from milepost.errors import WrongUse

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref\s*=\s*"
    rb"[\"']([A-Za-z]{1,3})(\d{1,9}):([A-Za-z]{1,3})(\d{1,9})"
)
_AT_ONCE, _TAIL = 1 << 20, 300


@dataclass(frozen=True)
class Most:
    """How much a packed file may hold."""

    unpacked: int = 300_000_000  # bytes
    parts: int = 5_000
    cells: int = 5_000_000
    rows: int = 1_500_000
    merged: int = 1_000_000  # cells under merged areas


def must_be_bounded(file: Path | bytes, name: str, most: Most | None = None) -> None:
    """Raises ``WrongUse`` for a packed file (XLSX, DOCX) that unpacks to more than ``most``; what is no such
    file, or a damaged one, is left to its reader."""
    bounds = most or Most()
    try:
        with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as packed:
            _must_be_bounded(packed, name, bounds)
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError, zlib.error, RuntimeError):
        return


def _must_be_bounded(packed: zipfile.ZipFile, name: str, most: Most) -> None:
    parts = packed.infolist()
    if len(parts) > most.parts:
        raise WrongUse(f"'{name}' holds {len(parts):,} parts, more than {most.parts:,}; it is not read.")
    told = sum(p.file_size for p in parts)
    if told > most.unpacked:
        raise WrongUse(
            f"'{name}' unpacks to {told / 1e6:,.0f} MB, more than {most.unpacked / 1e6:,.0f} MB; keep only "
            "what is needed."
        )
    cells = rows = merged = 0
    for part in parts:
        if not part.filename.startswith("xl/worksheets/"):
            continue
        tail = b""
        with packed.open(part) as sheet:
            while chunk := sheet.read(_AT_ONCE):
                text = tail + chunk
                cells += _new(_CELL, text, len(tail))
                rows += _new(_ROW, text, len(tail))
                merged += sum(_area(m) for m in _MERGED.finditer(text) if m.end() > len(tail))
                tail = text[-_TAIL:]
        _must_be_few(name, cells, most.cells, "cells")
        _must_be_few(name, rows, most.rows, "rows")
        _must_be_few(name, merged, most.merged, "merged cells")


def _new(what: re.Pattern[bytes], text: bytes, seen: int) -> int:
    """How many there are that did not end in what was seen before."""
    return sum(m.end() > seen for m in what.finditer(text))


def _must_be_few(name: str, found: int, most: int, what: str) -> None:
    if found > most:
        raise WrongUse(
            f"'{name}' has more than {most:,} {what}; delete what is not needed, or bring the table as CSV."
        )


def _area(found: re.Match[bytes]) -> int:
    left, top, right, bottom = found.groups()
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
