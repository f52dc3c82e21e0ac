"""Where links run: text of a line, faults in it, and map, GeoJSON, GMNS and GeoPackage that follow it."""

from __future__ import annotations

import re
from pathlib import Path

import pyogrio.raw
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.network.verify import usd_per_tonne_hour, verify_first
from milepost.programme import Programme
from milepost.records import Link, Records
from milepost.records.lines import points_of, wkt_of
from milepost.report.corridor_map import corridor_map
from milepost.report.exchange.geo import geojson, line_of, told_of_lines
from milepost.report.exchange.write import export
from milepost.store.folder import copy_example
from torture import cases

BENT = "LINESTRING (9.4 44.6, 9.9 44.6, 10 45)"  # WESTPORT to VALE by a corner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example("ridge", tmp_path / "ridge")
    return tmp_path / "ridge"


def with_line(folder: Path, text: str) -> Programme:
    """Ridge with a line in the cell of its first link."""
    file = folder / "links.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",")
    lines = [
        lines[0] + ",geometry",
        *(line + (f',"{text}"' if k == 0 else ",") for k, line in enumerate(lines[1:])),
    ]
    assert "geometry" not in at
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return milepost.open(folder)


degrees = st.tuples(st.integers(-1_800_000, 1_800_000), st.integers(-900_000, 900_000))


@cases(60, 2000)
@given(st.lists(degrees, min_size=2, max_size=30))
def test_a_line_comes_back_from_its_text(points: list[tuple[int, int]]) -> None:
    line = [(lon / 10_000, lat / 10_000) for lon, lat in points]
    assert points_of(wkt_of(line)) == tuple(line)


@cases(60, 2000)
@given(st.text(max_size=40))
def test_any_text_is_a_line_or_a_fault_in_a_sentence(text: str) -> None:
    for cell in (text, f"LINESTRING ({text})", f"LINESTRING (1 2, {text})"):
        points, fault = read(cell)
        if fault:
            assert fault.endswith("longitude and latitude in degrees, two points or more")
        else:
            assert len(points) >= 2 or not cell.strip()
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in points)


def read(cell: str) -> tuple[tuple[tuple[float, float], ...], str]:
    """The points of a cell, and what is wrong with it."""
    try:
        return points_of(cell), ""
    except ValueError as fault:
        return (), str(fault)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("POINT (1 2)", "is no line"),
        ("LINESTRING (1 2)", "two points or more"),
        ("LINESTRING (1 2, 3)", "is no point of a line"),
        ("LINESTRING (1 2, 3 95)", "does not lie on earth"),
        ("LINESTRING (1 2, nan 5)", "does not lie on earth"),
    ],
)
def test_a_bad_line_is_one_finding_at_its_cell(folder: Path, text: str, told: str) -> None:
    (finding,) = with_line(folder, text).check()
    assert (finding.table, finding.column, finding.id) == ("links", "geometry", "WESTPORT-VALE")
    assert told in finding.message + finding.remedy


def test_map_and_exchange_follow_the_line(folder: Path, tmp_path: Path) -> None:
    opened = with_line(folder, BENT)
    records = opened.records
    bent, straight = records.links[0], records.links[1]
    assert line_of(records, bent) == [[[9.4, 44.6], [9.9, 44.6], [10.0, 45.0]]]
    assert len(line_of(records, straight)[0]) == 2
    drawing = corridor_map(opened).drawing
    assert drawing is not None
    drawn = {link.id: link.d for link in drawing.links}
    assert len(re.findall(r"[ML]", drawn[bent.id])) == 3
    assert len(re.findall(r"[ML]", drawn[straight.id])) == 2
    features = {f["properties"]["id"]: f for f in geojson(records, opened.status())["features"]}
    assert features[bent.id]["geometry"]["coordinates"] == [[9.4, 44.6], [9.9, 44.6], [10.0, 45.0]]
    total = len(records.links)
    assert told_of_lines(records) == f"{total - 1} of {total} links are straight lines between nodes"
    lines = [link.model_copy(update={"geometry": BENT}) for link in records.links]
    assert told_of_lines(records.with_rows(links=lines)) == "every link has the line of its row"
    export(opened, "geopackage", tmp_path / "out.gpkg")
    _, _, shapes, data = pyogrio.raw.read(tmp_path / "out.gpkg", layer="links")
    assert [len(shape) for shape in shapes][list(data[0]).index(bent.id)] > len(shapes[1])
    export(opened, "gmns", tmp_path / "gmns")
    assert "LINESTRING (9.400000 44.600000, 9.900000 44.600000" in (tmp_path / "gmns/link.csv").read_text()


def test_a_line_changes_no_number(folder: Path) -> None:
    plain = milepost.open(folder).value(["R3"])
    assert with_line(folder, BENT).value(["R3"]).user_gain == plain.user_gain


def test_a_line_over_180_degrees_is_cut_twice_where_it_comes_back() -> None:
    records = milepost.open("src/milepost/examples/ridge").records
    a, b = (
        n.model_copy(update={"lon": lon}) for n, lon in zip(records.nodes[:2], (170.0, 160.0), strict=True)
    )
    there = "LINESTRING (170 45, -170 45, 160 45)"
    link = _joined(records.links[0], a.id, b.id, there)
    parts = line_of(records.with_rows(nodes=(a, b, *records.nodes[2:])), link)
    assert parts == [
        [[170.0, 45.0], [180.0, 45.0]],
        [[-180.0, 45.0], [-170.0, 45.0], [-180.0, 45.0]],
        [[180.0, 45.0], [160.0, 45.0]],
    ]


def _joined(link: Link, start: str, end: str, geometry: str) -> Link:
    return link.model_copy(update={"from_node": start, "to_node": end, "geometry": geometry})


def test_what_hangs_on_a_row_is_what_v_changes_by(folder: Path) -> None:
    """Oracle: V of a commitment that makes the wait and charge of the border a tenth less."""
    opened = milepost.open(folder)
    ranked = {row.id: row.musd_if_a_tenth_off for row in opened.verify_first()}
    (folder / "effects.csv").write_text(
        (folder / "effects.csv").read_text(encoding="utf-8")
        + "T1,R3,crossings,G1,usd_per_t,6,5.4,,,model,assumed,,\n",
        encoding="utf-8",
    )
    text = (folder / "effects.csv").read_text(encoding="utf-8").replace("G1,hours,30,6,h", "G1,hours,30,27,h")
    (folder / "effects.csv").write_text(text, encoding="utf-8")
    changed = milepost.open(folder)
    assert not changed.check()
    worth = sum(changed.under(without=["receipts"]).value(["R3"]).user_gain.values())
    assert ranked["G1"] == pytest.approx(worth, rel=0.35)


def test_rows_without_traffic_or_with_a_source_are_not_ranked(folder: Path) -> None:
    opened = milepost.open(folder)
    records: Records = opened.records
    sourced = records.with_rows(
        crossings=[row.model_copy(update={"basis": "sourced"}) for row in records.crossings]
    )
    rows = verify_first(sourced, opened.loads())
    assert {row.table for row in rows} == {"links"}
    assert all(row.mt_per_year > 0 for row in rows)
    assert usd_per_tonne_hour(records) > 0
