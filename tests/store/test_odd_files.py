"""Cells without a value in workbooks, and files that lie beside the tables of a folder: nothing is passed
over."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import milepost
from milepost.store.folder import read
from milepost.store.workbook import write_workbook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    write_workbook(milepost.open(milepost.example("ridge")).records, tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def written(path: Path, sheet: str, column: str, row: int, value: Any) -> None:
    """A cell written as a library does: a formula without a result."""
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book[sheet][1]]
    book[sheet].cell(row, heads.index(column) + 1).value = value
    book.save(path)


@pytest.mark.parametrize(
    ("sheet", "column", "value", "says"),
    [
        ("date_changes", "promised_for", "=DATE(2029,6,30)", "the formula =DATE(2029,6,30) without"),
        ("commitments", "cost_usd_m", "=240*1.1", "the formula =240*1.1 without its result"),
        ("commitments", "title", "#REF!", "the cell shows the error #REF!"),
        ("commitments", "id", "#N/A", "the cell shows the error #N/A"),
        ("programme", "value", "=0.05", "the formula =0.05 without its result"),
    ],
)
def test_a_cell_without_a_value_is_a_finding_and_its_row_is_not_read(
    book: Path, sheet: str, column: str, value: str, says: str
) -> None:
    row = 6 if sheet == "programme" else 3
    written(book, sheet, column, row, value)
    records, findings = read(book)
    assert len(findings) == 1
    assert (findings[0].line, findings[0].file) == (row, f"sheet {sheet}")
    assert says in findings[0].message
    if records is not None:
        kept = records.rows(sheet)
        assert len(kept) == len(milepost.open(milepost.example("ridge")).records.rows(sheet)) - 1


def test_every_fault_of_the_row_is_told_at_once(book: Path) -> None:
    written(book, "commitments", "title", 3, "#REF!")
    written(book, "commitments", "cost_usd_m", 3, "dear")
    _, findings = read(book)
    assert {f.column for f in findings} == {"title", "cost_usd_m"}


def test_a_formula_with_its_result_is_its_result_and_an_empty_text_is_none(book: Path) -> None:
    written(book, "commitments", "cost_usd_m", 3, "=240*1.1")
    written(book, "commitments", "cost_note", 3, '=IF(1>2,"x","")')
    kept: dict[str, bytes] = {}
    with zipfile.ZipFile(book) as parts:
        kept = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(book, "w") as parts:  # as a spreadsheet saves it
        for name, text in kept.items():
            text = text.replace(b"<f>240*1.1</f><v></v>", b"<f>240*1.1</f><v>264</v>")
            text = text.replace(b"<f>240*1.1</f><v />", b"<f>240*1.1</f><v>264</v>")
            cell = text.find(b"<f>IF(")
            if cell > 0:
                start = text.rfind(b"<c ", 0, cell)
                text = text[:start] + b'<c t="str" ' + text[start + 3 :]
            parts.writestr(name, text)
    records, findings = read(book)
    assert findings == ()
    assert records is not None
    assert records.commitments[1].cost_usd_m == 264.0
    assert records.commitments[1].cost_note == ""


@pytest.mark.parametrize(
    "name", ["evidence.CSV", "Evidence.csv", "evidence.tsv", "evidence.xlsx", "Policy.toml", "policy.TOML"]
)
def test_a_file_under_another_ending_is_named(tmp_path: Path, name: str) -> None:
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    stem = name.lower().partition(".")[0]
    right = f"{stem}.toml" if stem == "policy" else f"{stem}.csv"
    (tmp_path / "ridge" / right).rename(tmp_path / "ridge" / name)
    _, findings = read(tmp_path / "ridge")
    (found,) = [f for f in findings if f.file == name]
    assert found.message == f"'{name}' is not read; what is read is {right}"
    assert right in found.remedy


def test_what_is_no_table_may_lie_beside_them(tmp_path: Path) -> None:
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    for name in ("README.md", "evidence.pdf", "boundaries.geojson", "notes.txt", ".evidence.csv.part"):
        (tmp_path / "ridge" / name).write_text(str(dt.date(2026, 1, 1)), encoding="utf-8")
    assert read(tmp_path / "ridge")[1] == ()
