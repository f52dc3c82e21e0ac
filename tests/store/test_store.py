"""Reading and writing: bad input by hand, fuzzed input, and round trips as laws. The rows stand where they
are tested."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import milepost
from milepost.errors import BadData, Finding, WrongUse
from milepost.records import TABLES, PartialDate
from milepost.store.folder import copy_example, examples, new_programme, read, write
from milepost.store.workbook import write_workbook
from torture import cases


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    return folder


def edit(folder: Path, table: str, old: str, new: str) -> None:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text, f"the test looks for {old!r} in {table}, which is not there"
    file.write_text(text.replace(old, new), encoding="utf-8")


def found(folder: Path) -> tuple[Finding, ...]:
    try:
        return milepost.open(folder).check()
    except BadData as fault:
        return fault.findings


def one(folder: Path, words: str) -> Finding:
    hits = [f for f in found(folder) if words in f.message]
    assert hits, f"no finding says {words!r}: {[f.message for f in found(folder)]}"
    assert all(f.remedy for f in hits)
    return hits[0]


@pytest.mark.parametrize("name", ["ridge", "north-south", "northern-corridor"])
def test_examples_have_no_findings(name: str) -> None:
    assert name in examples()
    assert milepost.open(milepost.example(name)).check() == ()


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no programme.toml" in found(tmp_path / "empty")[0].message
    assert "there is no folder" in found(tmp_path / "nowhere")[0].message


def test_a_binary_table(ridge: Path) -> None:
    (ridge / "links.csv").write_bytes(bytes(range(256)) * 40)
    assert one(ridge, "binary").file == "links.csv"
    (ridge / "links.csv").write_bytes(b"id,from_node\nK\xf6ln,A\n")
    assert one(ridge, "not UTF-8").line == 2


def test_a_file_that_is_no_programme(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"not a workbook")
    assert "not an .xlsx" in found(tmp_path / "x.xlsx")[0].message
    (tmp_path / "x.csv").write_text("a")
    assert "single file" in found(tmp_path / "x.csv")[0].message


def test_a_missing_column(ridge: Path) -> None:
    edit(ridge, "links", "id,from_node,to_node,mode,km", "id,from_node,to_node,mode,kilometres")
    assert one(ridge, "the column 'km' is missing").line == 1
    assert one(ridge, "no column 'kilometres'").file == "links.csv"


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("date_changes", "2027-06,after", "2027-13,after", "'2027-13' is no date"),
        ("date_changes", "2027-06,after", "soon,after", "'soon' is no date"),
        ("links", "rail,80,1435", "rail,NaN,1435", "'NaN' is not a number"),
        ("links", "rail,80,1435", "rail,inf,1435", "'inf' is not a number"),
        ("links", "rail,80,1435", "rail,80 km,1435", "'80 km' is not a number"),
        ("links", "rail,80,1435", "rail,,1435", "the cell is empty"),
        ("links", "rail,80,1435", "rail,-80,1435", "out of range"),
        ("links", "rail,80,1435", "trail,80,1435", "'trail' is not a choice"),
        ("crossings", "road,road,30", "road,road,-30", "out of range"),
        ("nodes", "45.0,10.0,city,0.7", "145.0,10.0,city,0.7", "out of range"),
        (
            "links",
            "WESTPORT-VALE,WESTPORT,VALE",
            "WESTPORT-VALE,WESTPROT,VALE",
            "there is no 'WESTPROT' in nodes.csv",
        ),
        ("links", "VALE-SUMMIT,VALE", "WESTPORT-VALE,VALE", "stands on line"),
        (
            "effects",
            "R1,links,VALE-SUMMIT",
            "R1,links,VALE-SUMIT",
            "there is no 'VALE-SUMIT' among the links",
        ),
        ("effects", "R3,crossings,G1,hours,30,6", "R3,crossings,G1,hours,30,96", "worse"),
        ("effects", "R3,crossings,G1,hours,30,6", "R3,crossings,G1,hours,48,6", "today, not 48"),
        ("effects", "R3,crossings,G1,hours,30,6", "R3,crossings,G1,hours,30,x", "no value"),
        ("dependencies", "Y1,R1,R2,FF,0", "Y1,R1,R2,FF,0,assumed,,\nY2,R2,R1,FF,0", "circle: R1 → R2 → R1"),
        ("nodes", "city,0.6", "city,0.5", "add up to 0.9"),
        (
            "links",
            "VALE-RIDGETON-ROAD,VALE,RIDGETON,road,210",
            "VALE-RIDGETON-ROAD,VALE,RIDGETON,road,21",
            "lie",
        ),
        ("links", "rail,80,1435", "rail,80000,1435", "km is 80000, outside 0 to 45000"),
        ("crossings", "road,road,30", "road,road,30000", "hours is 30000, outside"),
        (
            "params",
            "border_usd_per_t,road,5",
            "border_usd_per_t,road,50000",
            "border_usd_per_t is 50000, outside",
        ),
        ("params", "loading_hours,road,6", "loading_hours,road,60000", "loading_hours is 60000, outside"),
        (
            "effects",
            "R3,crossings,G1,hours,30,6,h",
            "R3,crossings,G1,hours,30,6,days",
            "hours is in h, not in 'days'",
        ),
        (
            "effects",
            "R3,crossings,G1,hours,30,6,h",
            "R3,crossings,G1,hours,30,6,minutes",
            "hours is in h, not in 'minutes'",
        ),
        ("effects", "headway_hours,72,24,h", "headway_hours,72,24,d", "headway_hours is in h, not in 'd'"),
        ("params", "trade_elasticity", "trade_elastic", "no trade elasticity"),
        (
            "params",
            "speed_kmh,rail",
            "speed_kmh,mule",
            "1 parameter is missing: 'speed_kmh' for 'rail' (usually 41.6 km/h)",
        ),
    ],
)
def test_one_fault_one_sentence(ridge: Path, table: str, old: str, new: str, words: str) -> None:
    edit(ridge, table, old, new)
    assert one(ridge, words).file == f"{table}.csv"


def with_row(folder: Path, table: str, ident: str, **cells: str) -> None:
    """One row of a table with other cells."""
    import csv

    file = folder / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(cells if row["id"] == ident else {})
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("table", "cells", "words"),
    [
        ("countries", {"gdp_usd_m": "80400000000"}, "more than all countries have"),
        ("countries", {"gdp_usd_m": "80.4", "population": "10000000"}, "8.04 USD a head"),
        ("countries", {"population": "9.5"}, "for 10 inhabitants"),
        ("commitments", {"cost_usd_m": "410500000"}, "more than the GDP of all who owe it"),
        ("evidence", {"reported_on": "2150-01-01"}, "still to come"),
    ],
)
def test_a_slip_of_magnitude_is_found(ridge: Path, table: str, cells: dict[str, str], words: str) -> None:
    with_row(ridge, table, milepost.open(ridge).records.rows(table)[0].ident, **cells)
    (finding,) = [f for f in found(ridge) if words in f.message]
    assert finding.table == table
    assert finding.column == next(iter(cells)) or table == "countries"


def test_a_report_after_the_base_date_is_no_fault(ridge: Path) -> None:
    base = f"base_date = {milepost.open(ridge).settings.base_date}"
    text = (ridge / "programme.toml").read_text(encoding="utf-8")
    (ridge / "programme.toml").write_text(text.replace(base, "base_date = 2020-01-01"), encoding="utf-8")
    assert milepost.open(ridge).settings.base_date.year == 2020
    assert not [f for f in found(ridge) if f.table == "evidence"]


@pytest.mark.parametrize("unit", ["", "h", "Hours"])
def test_a_unit_that_is_meant_is_read(ridge: Path, unit: str) -> None:
    edit(ridge, "effects", "R3,crossings,G1,hours,30,6,h", f"R3,crossings,G1,hours,30,6,{unit}")
    assert found(ridge) == ()


def test_a_country_without_trade(ridge: Path) -> None:
    for line in ("XRL,XEM,900", "XWV,XEM,1200"):
        edit(ridge, "flows", line, line.rsplit(",", 1)[0] + ",0")
    assert one(ridge, "XEM has no imports").table == "countries"


def test_an_unreachable_zone(ridge: Path) -> None:
    for link in (
        "GATE-EASTMERE-ROAD,GATE,EASTMERE,road,60,,open",
        "HAVEN-EASTMERE-ROAD,HAVEN,EASTMERE,road,65,,open",
    ):
        edit(ridge, "links", link, link.replace("open", "suspended"))
    assert one(ridge, "EASTMERE cannot be reached").column == "trade_share"


def test_all_faults_at_once_and_nothing_is_computed(ridge: Path) -> None:
    edit(ridge, "links", "rail,80,1435", "rail,NaN,1435")
    edit(ridge, "date_changes", "2027-06,after", "soon,after")
    edit(ridge, "nodes", "city,0.6", "city,0.5")
    assert len({f.file for f in found(ridge)}) == 3
    programme = milepost.open(ridge)
    with pytest.raises(BadData, match="findings"):
        programme.value()


def test_bad_settings(ridge: Path) -> None:
    file = ridge / "programme.toml"
    good = file.read_text(encoding="utf-8")
    for text, words in (
        (good.replace("base_year = 2025", ""), "'base_year' is missing"),
        (good.replace("0.05", "5"), "cannot be"),
        (good + "\ncolour = 3\n", "no setting 'colour'"),
        ("\x00\x01", "not TOML"),
        (good.replace("2045-12-31", "2020-01-01"), "not after"),
    ):
        file.write_text(text, encoding="utf-8")
        assert one(ridge, words)
    file.unlink()
    assert one(ridge, "programme.toml is missing")


def test_bom_crlf_and_blank_lines_are_fine(ridge: Path) -> None:
    file = ridge / "nodes.csv"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n,,,,,,,,,\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert found(ridge) == ()


@pytest.mark.parametrize("name", ["ridge", "north-south"])
def test_round_trips_are_the_same_bytes(name: str, tmp_path: Path) -> None:
    records, none = read(milepost.example(name))
    assert records is not None
    assert none == ()
    write(records, tmp_path / "one")
    write_workbook(records, tmp_path / "book.xlsx")
    again, none = read(tmp_path / "book.xlsx")
    assert again is not None
    assert none == ()
    assert again == records
    assert again.fingerprint == records.fingerprint
    write(again, tmp_path / "two")
    names = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert len(names) >= 10
    for file in names:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_templates_open_and_nothing_is_overwritten(tmp_path: Path) -> None:
    new_programme(tmp_path / "mine")
    new_programme(tmp_path / "mine.xlsx")
    for path in (tmp_path / "mine", tmp_path / "mine.xlsx"):
        assert found(path)
        with pytest.raises(WrongUse, match="exists"):
            new_programme(path)
    assert {p.name for p in (tmp_path / "mine").iterdir()} == {
        "programme.toml",
        "policy.toml",
        *(f"{t}.csv" for t in TABLES),
    }
    with pytest.raises(WrongUse, match=r"There is no example 'rigde'. Did you mean ridge"):
        copy_example("rigde", tmp_path / "x")


@cases(52, 150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1))
def test_fuzzed_tables_give_findings_or_numbers_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = random.Random(seed)
    folder = tmp_path_factory.mktemp("fuzz") / "p"
    copy_example("ridge", folder)
    for _ in range(rng.randint(1, 3)):
        file = rng.choice(sorted(folder.iterdir()))
        data = bytearray(file.read_bytes())
        at = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randint(1, 40)]
        elif kind == 2:
            data[at:at] = rng.choice(
                [b'"', b",", b"\n", b"NaN", b"-1", b"1e400", b"\xff", b"\0", b"; ;", b"9999999"]
            )
        elif kind == 3:
            lines = data.split(b"\n")
            rng.shuffle(lines)
            data = bytearray(b"\n".join(lines))
        else:
            data = data[:at]
        file.write_bytes(bytes(data))
    findings = found(folder)
    assert all(f.message and f.remedy and f.file for f in findings)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.sampled_from([4, 7, 10]))
def test_partial_dates_are_as_precise_as_their_source(day: dt.date, length: int) -> None:
    date = PartialDate(day.isoformat()[:length])
    assert date.first <= day <= date.last
    days = (date.last - date.first).days
    assert days in {4: (364, 365), 7: (27, 28, 29, 30), 10: (0,)}[length]
    assert str(date) == day.isoformat()[:length]
