"""What spreadsheets of other locales write: semicolons, tabs, decimal commas, other cases; read right, or
refused in words."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

import milepost
from milepost.cli import run
from milepost.errors import Finding
from milepost.records import TABLES
from milepost.store.content import content_of
from milepost.store.dialect import number_columns
from milepost.store.folder import copy_example, new_programme


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    copy_example("ridge", tmp_path / "ridge")
    return tmp_path / "ridge"


def as_excel_writes(folder: Path, sign: str, comma: bool = True, hint: bool = False) -> None:
    for file in folder.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
        numbers = {i for i, name in enumerate(rows[0]) if name in number_columns(TABLES[file.stem])}
        for row in rows[1:]:
            for i in numbers if comma else ():
                row[i] = row[i].replace(".", ",")
        out = io.StringIO()
        csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(rows)
        file.write_text(("sep=;\r\n" if hint else "") + out.getvalue(), encoding="utf-8-sig", newline="")


@pytest.mark.parametrize(
    ("sign", "comma", "hint"), [(";", True, False), (";", False, True), ("\t", True, False)]
)
def test_a_file_of_another_locale_reads_the_same(ridge: Path, sign: str, comma: bool, hint: bool) -> None:
    before = milepost.open(ridge)
    as_excel_writes(ridge, sign, comma, hint)
    after = milepost.open(ridge)
    assert after.check() == ()
    assert content_of(after.records) == content_of(before.records)


@pytest.mark.parametrize(
    ("gdp", "population", "want"),
    [
        ("12,5", "1000", 12.5),
        ("0,125", "1000", 0.125),
        ("80,400", "1000", None),  # 80.4 or 80400?
        ("80,400", "1000,25", 80.4),  # the other cell leaves no doubt
        ("12,5", "1000.5", None),  # no rule
        ("1 234,5", "1000", None),
        ("1.234,5", "1000", None),
    ],
)
def test_a_decimal_comma_is_read_right_or_refused(
    tmp_path: Path, gdp: str, population: str, want: float | None
) -> None:
    new_programme(tmp_path / "p")
    (tmp_path / "p" / "countries.csv").write_text(
        f"id;name;gdp_usd_m;population;basis\nAAA;Aland;{gdp};{population};assumed\n", encoding="utf-8"
    )
    programme = milepost.open(tmp_path / "p")
    refused = [f for f in programme.check() if "is not a number" in f.message]
    if want is None:
        assert refused
        assert "decimal point" in refused[0].remedy
    else:
        assert programme.records.countries[0].gdp_usd_m == want
        assert not refused


def test_a_point_of_thousands_or_decimals_is_named_with_both_readings(tmp_path: Path) -> None:
    new_programme(tmp_path / "p")
    (tmp_path / "p" / "countries.csv").write_text(
        "id;name;gdp_usd_m;population;basis\nAAA;Aland;12,5;1000;assumed\nBBB;Bland;1.800;2000;assumed\n",
        encoding="utf-8",
    )
    (found,) = [f for f in milepost.open(tmp_path / "p").check() if f.column == "gdp_usd_m"]
    assert (found.line, found.id) == (3, "BBB"), "the cell that may be either, not the one that is sure"
    assert "'1.800' may be 1800 or 1.8" in found.message
    assert "'12,5'" in found.message
    assert found.remedy == "Write 1800 or 1,8"


def test_a_semicolon_file_is_edited(ridge: Path) -> None:
    as_excel_writes(ridge, ";")
    assert run(["edit", str(ridge), "parties", "XWV", "name=New", "--by", "x", "--reason", "y"]) == 0
    programme = milepost.open(ridge)
    assert programme.check() == ()
    assert {p.id: p.name for p in programme.records.parties}["XWV"] == "New"


def test_choices_are_read_in_any_case_and_kept_in_one(ridge: Path) -> None:
    before = milepost.open(ridge).records
    for table, old, new in (
        ("links", ",rail,", ",Rail,"),
        ("links", ",open,", ",OPEN,"),
        ("parties", ",country,", ",Country,"),
        ("evidence", ",yes,", ",Yes,"),
    ):
        file = ridge / f"{table}.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text, (table, old)
        file.write_text(text.replace(old, new), encoding="utf-8")
    after = milepost.open(ridge)
    assert after.check() == ()
    assert after.records.fingerprint == before.fingerprint


def headed(book: openpyxl.Workbook, table: str, column: str) -> str:
    return next(cell.column_letter for cell in book[table][1] if cell.value == column)


def test_the_workbook_template_guides(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    new_programme(path)
    book = openpyxl.load_workbook(path)
    lists = {str(v.sqref).split(":")[0] for v in book["evidence"].data_validations.dataValidation}
    assert lists >= {
        headed(book, "evidence", c) + "2" for c in ("shows", "standing", "document", "meets_test", "basis")
    }
    shows = book["evidence"][headed(book, "evidence", "shows") + "1"].comment
    assert shows is not None
    assert "optional" in shows.text
    assert "delivered" in shows.text
    ident = book["parties"]["A1"].comment
    assert ident is not None
    assert "needed" in ident.text
    assert (
        book["date_changes"].column_dimensions[headed(book, "date_changes", "promised_for")].number_format
        == "@"
    )
    assert book["instruments"].data_validations.dataValidation, "a long list of choices is a drop-down too"


def test_a_spreadsheets_date_is_a_day_and_its_true_is_yes(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    new_programme(path)
    book = openpyxl.load_workbook(path)

    def add(table: str, **cells: object) -> None:
        row = book[table].max_row + 1
        for column, value in cells.items():
            book[table][f"{headed(book, table, column)}{row}"] = value  # type: ignore[assignment]

    add("parties", id="AAA", name="Aland", kind="COUNTRY", basis="assumed")
    add("agreements", id="T1", title="Treaty", signed=2024, basis="assumed")
    add(
        "commitments",
        id="C1",
        agreement="T1",
        title="Link",
        owed_by="AAA",
        kind="Build-Link",
        basis="assumed",
    )
    add("date_changes", id="D1", commitment="C1", promised_for=dt.datetime(2027, 12, 1), basis="assumed")
    add("date_changes", id="D2", commitment="C1", promised_for="2027-12", basis="assumed")
    add(
        "evidence",
        id="E1",
        commitment="C1",
        reported_on=dt.date(2025, 6, 1),
        meets_test=True,
        basis="assumed",
    )
    book.save(path)
    programme = milepost.open(path)
    stop: list[Finding] = [f for f in programme.check() if f.needed_for == "everything"]
    assert stop == []
    assert [str(d.promised_for) for d in programme.records.date_changes] == ["2027-12-01", "2027-12"]
    assert programme.records.evidence[0].meets_test == "yes"
    assert programme.records.commitments[0].kind == "build-link"
