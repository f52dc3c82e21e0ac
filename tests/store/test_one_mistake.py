"""One mistake is one finding: in North-South, one at a time."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import milepost
from milepost.errors import Finding

Change = Callable[[Path], object]


def cell(table: str, row: str, column: str, new: str) -> Change:
    """Another text in one cell of the row with an id."""

    def change(folder: Path) -> None:
        file = folder / f"{table}.csv"
        with file.open(newline="", encoding="utf-8") as text:
            rows = list(csv.reader(text))
        (mine,) = [r for r in rows[1:] if r[rows[0].index("id")] == row]
        mine[rows[0].index(column)] = new
        with file.open("w", newline="", encoding="utf-8") as text:
            csv.writer(text).writerows(rows)

    return change


def without(table: str) -> Change:
    return lambda folder: (folder / f"{table}.csv").unlink()


def emptied(table: str) -> Change:
    def change(folder: Path) -> None:
        file = folder / f"{table}.csv"
        file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")

    return change


CASES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a country's id": (
        cell("countries", "RUS", "id", "QQQ"),
        ("there is no 'RUS' in countries.csv", "in country of nodes.csv"),
    ),
    "a country's id, in small letters": (
        cell("countries", "RUS", "id", "rus"),
        ("there is no 'RUS' in countries.csv",),
    ),
    "a country's id that is none": (
        cell("countries", "RUS", "id", "R-U"),
        ("'R-U' is not a usable id of a country", "up to 16 letters and digits"),
    ),
    "a node's id": (
        cell("nodes", "NHAVASHEVA", "id", "ELSEWHERE"),
        ("there is no 'NHAVASHEVA' in nodes.csv", "cells: ", "of links.csv", "of routes.csv"),
    ),
    "a commitment's id": (
        cell("commitments", "C01", "id", "ZZ1"),
        ("there is no 'C01' in commitments.csv", "of evidence.csv", "of effects.csv"),
    ),
    "no nodes": (without("nodes"), ("nodes.csv is missing", "of links.csv", "of crossings.csv")),
    "nodes without a row": (emptied("nodes"), ("nodes.csv is missing or has no row",)),
    "no countries": (without("countries"), ("countries.csv is missing", "of nodes.csv")),
    "no links": (without("links"), ("links.csv is missing", "of services.csv")),
    "no services": (without("services"), ("services.csv is missing", "effects change rows of it")),
    "no crossings": (without("crossings"), ("crossings.csv is missing", "effects change rows of it")),
    "no parties": (without("parties"), ("parties.csv is missing", "of commitments.csv")),
    "no agreements": (without("agreements"), ("agreements.csv is missing", "of commitments.csv")),
}


def findings(folder: Path, change: Change) -> Sequence[Finding]:
    shutil.copytree(milepost.example("north-south"), folder)
    change(folder)
    return milepost.open(folder).check()


@pytest.mark.parametrize("what", CASES)
def test_one_mistake_is_one_finding(what: str, tmp_path: Path) -> None:
    change, said = CASES[what]
    found = findings(tmp_path / "p", change)
    own = [f for f in found if not (what == "a country's id that is none" and f.table != "countries")]
    assert len(own) == 1, [str(f) for f in found]
    for part in said:
        assert part in str(own[0])


def test_two_mistakes_are_two(tmp_path: Path) -> None:
    def both(folder: Path) -> None:
        cell("nodes", "NHAVASHEVA", "id", "ELSEWHERE")(folder)
        cell("countries", "RUS", "id", "QQQ")(folder)

    assert len(findings(tmp_path / "p", both)) == 2


@pytest.mark.parametrize("ident", ["X1", "euro27", "840", "Transcaucasia"])
def test_a_country_is_called_by_letters_and_digits(ident: str, tmp_path: Path) -> None:
    """Renamed everywhere, the invented countries of the ridge are worth to the bit what they were."""
    plain = milepost.open(milepost.example("ridge"))
    old = plain.records.countries[0].id
    folder = tmp_path / "p"
    shutil.copytree(milepost.example("ridge"), folder)
    for file in folder.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(old, ident), encoding="utf-8")
    renamed = milepost.open(folder)
    assert not renamed.check()
    before, after = plain.value("all"), renamed.value("all")
    assert {ident if c == old else c: v for c, v in before.countries.items()} == after.countries
    names = {c.id: c.name for c in renamed.records.countries}
    assert names[ident] == {c.id: c.name for c in plain.records.countries}[old]


def test_two_ids_that_differ_by_case_alone_are_one_mistake(tmp_path: Path) -> None:
    def twin(folder: Path) -> None:
        file = folder / "countries.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        lines.append(lines[1].replace("RUS", "Rus", 1))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert any("Rus and RUS differ by case alone" in f.message for f in findings(tmp_path / "p", twin))
