"""Files made to hold up their reader: refused in a sentence, within bounds of time and memory."""

from __future__ import annotations

import io
import random
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from docx import Document as Word

from milepost.acts.bring import uploaded
from milepost.apart import apart
from milepost.errors import BadData, MilepostError, WrongUse
from milepost.intake import documents
from milepost.intake.documents import read_document
from milepost.intake.drafts import propose
from milepost.intake.foreign.grid import grid_of
from milepost.packed import Most, must_be_bounded
from milepost.store.folder import new_programme
from milepost.store.workbook import read_workbook

UNITS = (
    *("mr. mr. ", "Iran, ", "Iran and ", "a. ", "1. ", "(", "A.", "shall ", "by 31 ", "- ", "; ", "the "),
    *("no. ", "Art. 5 ", "31 January 2027 ", "within 30 days of ", "by the end of ", "U.S. ", "x-\n", '"'),
    *("и ", "Иран, ", "г. ", "ایران، ", "و ", "| a ", "10 km of ", "USD 5 million ", "Iran; ", "e.g. "),
)


def seconds(text: str, folder: Path) -> float:
    """Seconds of the processor that a text takes, read and drafted."""
    file = folder / "text.txt"
    file.write_text(text, encoding="utf-8")
    began = time.process_time()
    with suppress(MilepostError):
        propose(read_document(file))
    return time.process_time() - began


def test_the_two_texts_of_the_issue(tmp_path: Path) -> None:
    seconds("Iran shall build a road.", tmp_path)
    assert seconds("mr. mr. " * 25_000, tmp_path) < 2
    assert seconds("Iran, " * 17_000, tmp_path) < 2


def test_time_grows_with_the_text_and_no_faster(tmp_path: Path) -> None:
    seconds("Iran shall build a road by 2027.", tmp_path)
    draw = random.Random(5)
    mixed = ["".join(draw.choices(UNITS, k=4)) for _ in range(6)]
    for unit in (*UNITS, *mixed):
        one = seconds(unit * (12_000 // len(unit)), tmp_path)
        four = seconds(unit * (48_000 // len(unit)), tmp_path)
        assert four < 10 * max(one, 0.03), (unit, one, four)


def slow(n: int) -> int:
    """Never ends in time, if it is to count far."""
    found = 0
    for k in range(n):
        found += k
    return found


def large(n: int) -> int:
    """Fills the memory."""
    return len(bytearray(n))


def test_what_is_read_apart_has_its_limits() -> None:
    assert apart(slow, 1_000, what="this") == 499_500
    began = time.process_time()
    with pytest.raises(WrongUse, match=r"^this takes more than 1 seconds or too much memory to read; save"):
        apart(slow, 10**12, what="this", seconds=1)
    with pytest.raises(WrongUse, match="too much memory"):
        apart(large, 4_000_000_000, what="this", memory=1_500_000_000)
    assert time.process_time() - began < 1, "this process did not work for it"


@pytest.mark.parametrize(
    "page",
    [
        "<div>word " * 20_000,
        "<![CDATA[" * 200_000,
        '<a href="' * 200_000,
        "<p>" + "<b>a</b>" * 200_000,
    ],
    ids=["deep", "cdata", "open", "many"],
)
def test_pages(page: str) -> None:
    raw = f"<html><body>{page}".encode()
    with pytest.raises(WrongUse, match=r"^'page.html' takes more than 2 seconds"):
        apart(documents.paragraphs, "page.html", raw, "html", what="'page.html'", seconds=2)


def workbook(body: str) -> bytes:
    """A workbook whose sheet holds this XML."""
    made, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as plain, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in plain.infolist():
            content = plain.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                content = f'<worksheet xmlns="{name}">{body}</worksheet>'.encode()
            packed.writestr(part.filename, content)
    return out.getvalue()


# before, what is repeated, how often, after: written out by the test alone, since each worker loads this file
BOMBS = {
    "merged cells": ('<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "", 0, ""),
    "cells": ("<sheetData><row>", "<c><v>1</v></c>", 5_100_000, "</row></sheetData>"),
    "rows": ("<sheetData>", "<row/>", 1_600_000, "</sheetData>"),
    "MB": ("<sheetData>", " ", 310_000_000, "</sheetData>"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_workbooks(what: str, tmp_path: Path) -> None:
    before, repeated, times, after = BOMBS[what]
    content = workbook(before + repeated * times + after)
    assert len(content) < 1_500_000
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(content)
    began = time.process_time()
    records, findings = read_workbook(file)
    assert records is None
    assert [what in f.message and "bomb.xlsx" in f.message for f in findings] == [True]
    assert time.process_time() - began < 20
    if what == "cells":  # one is enough: it is counted, and that takes its time
        return
    with pytest.raises(BadData, match=what):
        grid_of(file)
    with pytest.raises(WrongUse, match=what):
        uploaded(content, "bomb.xlsx")


def test_a_document_that_unpacks_to_too_much(tmp_path: Path) -> None:
    made, file = io.BytesIO(), tmp_path / "bomb.docx"
    Word().save(made)
    with zipfile.ZipFile(made) as plain, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in plain.infolist():
            packed.writestr(part.filename, plain.read(part))
        packed.writestr("word/more.xml", b" " * 250_000_000)
    with pytest.raises(WrongUse, match=r"'bomb.docx' unpacks to 25\d MB, more than 200 MB"):
        read_document(file)


def test_an_honest_workbook_passes(tmp_path: Path) -> None:
    file = tmp_path / "programme.xlsx"
    new_programme(file)
    must_be_bounded(file, file.name)
    with pytest.raises(WrongUse, match="more than 10 cells"):
        must_be_bounded(file, file.name, Most(cells=10))
    assert uploaded(file.read_bytes(), "copy.xlsx").name == "copy.xlsx"
