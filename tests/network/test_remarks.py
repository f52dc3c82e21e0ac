"""What stops nothing and a reader should know: each remark by a row that earns it, and none without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.network.checks import effects_start_from_today
from milepost.network.remarks import remarks
from milepost.records import Cargo, Count, Crossing, Evidence, Link, Node, PartialDate, Records, Row
from milepost.store.folder import copy_example


def ridge() -> Records:
    """The invented corridor, of which nothing is remarked."""
    return milepost.open(milepost.example("ridge")).records


def changed(records: Records, table: str, ident: str, **cells: Any) -> Records:
    rows = [r.model_copy(update=cells) if r.ident == ident else r for r in records.rows(table)]
    assert rows != list(records.rows(table)), "the row is there, and another one now"
    return records.with_rows(**{table: rows})


def more(records: Records, table: str, *rows: Row) -> Records:
    return records.with_rows(**{table: [*records.rows(table), *rows]})


def link(ident: str, a: str, b: str) -> Link:
    row = {"id": ident, "from_node": a, "to_node": b, "mode": "road", "km": 40, "state": "open"}
    return Link.model_validate({**row, "basis": "assumed"})


def node(ident: str) -> Node:
    row = {"id": ident, "name": ident, "country": "XRL", "lat": 45.0, "lon": 11.0, "kind": "city"}
    return Node.model_validate({**row, "basis": "assumed"})


def count(ident: str, mt: float) -> Count:
    row = {"id": ident, "place_table": "links", "place": "VALE-SUMMIT", "mt": mt, "sample": "check"}
    return Count.model_validate({**row, "basis": "assumed"})


def cargo(ident: str, name: str, usd_per_t: float) -> Cargo:
    row = {"id": ident, "exporter": "XRL", "importer": "*", "cargo_class": name, "usd_per_t": usd_per_t}
    return Cargo.model_validate({**row, "share": 0.5, "basis": "assumed"})


def border(ident: str, at: str, mode: str) -> Crossing:
    row = {"id": ident, "node": at, "kind": "border", "from_mode": mode, "to_mode": mode, "hours": 5}
    return Crossing.model_validate({**row, "basis": "assumed"})


def without_road_to(records: Records, country: str, **cells: Any) -> Records:
    """Every link by land into a country, changed."""
    at = {n.id: n.country for n in records.nodes}
    found = records
    for row in records.links:
        ends = {at[row.from_node], at[row.to_node]}
        if country in ends and len(ends) == 2 and row.mode in ("road", "rail"):
            found = changed(found, "links", row.id, **cells)
    return found


SHUT = {"state": "suspended", "note": ""}
CASES: dict[str, tuple[Callable[[Records], Records], str]] = {
    "neighbours": (
        lambda r: without_road_to(r, "XEM", **SHUT),
        "1 pair of neighbours has no link by land: XEM-XRL",
    ),
    "dead end": (
        lambda r: more(more(r, "nodes", node("END")), "links", link("E1", "RIDGETON", "END")),
        "1 node without trade leads nowhere else: END",
    ),
    "two dead ends": (
        lambda r: more(
            more(r, "nodes", node("END"), node("FAR")),
            "links",
            link("E1", "RIDGETON", "END"),
            link("E2", "RIDGETON", "FAR"),
        ),
        "2 nodes without trade lead nowhere else: END, FAR",
    ),
    "load": (
        lambda r: changed(r, "links", "VALE-SUMMIT", load_mt_per_year=9.0, capacity_mt_per_year=8.0),
        "1 row carries more than it can: VALE-SUMMIT",
    ),
    "days": (
        lambda r: changed(r, "routes", "T1", days_min=30.0, days_max=40.0),
        "days of 1 published route are missed by more than half: T1 (",
    ),
    "cost": (
        lambda r: changed(r, "routes", "T1", cost=9_000.0, cost_unit="USD/t"),
        "USD/t of 1 published route are missed by more than half: T1 (",
    ),
    "load above twice the count": (
        lambda r: more(
            changed(r, "links", "VALE-SUMMIT", load_mt_per_year=5.0, capacity_mt_per_year=8.0),
            "counts",
            count("N1", 2.0),
            count("N2", 2.4),
        ),
        "1 stated load is more than twice what was counted, Mt a year: VALE-SUMMIT (5 for 2 of N1)",
    ),
    "a tonne": (
        lambda r: more(r, "cargo", cargo("K1", "bulk", 90_000.0), cargo("K2", "containers", 3_100.0)),
        "1 value of a tonne is more than 30 times above or below that of the class in params, USD: "
        "bulk of XRL to * 90,000 (K1)",
    ),
    "border": (
        lambda r: more(r, "crossings", border("X9", "RIDGETON", "rail")),
        "1 border row is paid by nobody, since no link of the mode crosses there: X9",
    ),
}


def test_nothing_is_remarked_of_the_small_example() -> None:
    assert remarks(ridge()) == ()


@pytest.mark.parametrize("name", CASES)
def test_a_row_that_earns_it_is_remarked_once(name: str) -> None:
    change, said = CASES[name]
    found = [f for f in remarks(change(ridge())) if f.message.startswith(said)]
    assert len(found) == 1, [f.message for f in remarks(change(ridge()))]
    assert found[0].needed_for == "nothing"
    assert found[0].remedy


def test_a_closed_border_that_says_why_is_not_remarked() -> None:
    told = without_road_to(ridge(), "XEM", state="suspended", note="closed since 2020, by decree")
    assert not [f for f in remarks(told) if "neighbours" in f.message]


@pytest.mark.parametrize(
    ("shows", "stands"), [("in effect", False), ("delivered", False), ("progress", True)]
)
def test_what_is_in_effect_is_part_of_today(shows: str, stands: bool) -> None:
    """An effect that starts from another value than today's is a fault, unless its commitment is done."""
    records = ridge()
    effect = next(
        e for e in records.effects if e.use == "model" and e.before and e.target_table == "crossings"
    )
    wrong = changed(records, "effects", effect.id, before=str(float(effect.before) + 7))
    report = Evidence(
        id="new",
        commitment=effect.commitment,
        reported_on=PartialDate("2025-12-01"),
        shows=shows,
        basis="assumed",
    )
    kept = [e for e in wrong.evidence if e.commitment != effect.commitment]
    found = list(effects_start_from_today(wrong.with_rows(evidence=[*kept, report])))
    assert bool([f for f in found if f.id == effect.id]) == stands


@pytest.mark.parametrize(("column", "value"), [("lat", "450"), ("trade_share", "70")])
def test_with_findings_nothing_is_remarked_and_nothing_fails(tmp_path: Path, column: str, value: str) -> None:
    """A node that could not be read is no row, while links still name it."""
    folder = tmp_path / "ridge"
    copy_example("ridge", folder)
    table = folder / "nodes.csv"
    head, first, *rest = table.read_text(encoding="utf-8").splitlines()
    cells = dict(zip(head.split(","), first.split(","), strict=True)) | {column: value}
    table.write_text("\n".join([head, ",".join(cells.values()), *rest]) + "\n", encoding="utf-8")
    programme = milepost.open(folder)
    assert [(f.id, f.column) for f in programme.check()] == [(cells["id"], column)]
    assert not programme.remarks()
