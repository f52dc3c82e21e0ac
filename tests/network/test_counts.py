"""Observed traffic: what a row may say, and the finding for each thing that it may not."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from milepost.network import count_checks
from milepost.network.checks import findings, nothing_starts_or_ends_at_a_waypoint
from milepost.network.network import Network
from milepost.network.paths import route
from milepost.records import Count, Country, Link, Node, Records, Route, Settings
from milepost.records.starter import starter_params

SETTINGS = Settings(
    title="t",
    base_date=dt.date(2026, 1, 1),
    base_year=2025,
    discount_rate_per_year=0.05,
    horizon=dt.date(2040, 1, 1),
)
#   A (AAA) -- rail, road -- B (BBB) -- sea -- W (waypoint) -- sea -- C (CCC)
NODES = (
    Node(id="A", name="A", country="AAA", lat=0, lon=0, kind="city", trade_share=1, basis="assumed"),
    Node(id="B", name="B", country="BBB", lat=0, lon=1, kind="port", trade_share=1, basis="assumed"),
    Node(id="W", name="W", country="ROW", lat=0, lon=2, kind="waypoint", basis="assumed"),
    Node(id="C", name="C", country="CCC", lat=0, lon=3, kind="port", trade_share=1, basis="assumed"),
)
LINKS = tuple(
    Link(id=f"{a}-{b}-{mode}", from_node=a, to_node=b, mode=mode, km=112, state="open", basis="assumed")
    for a, b, mode in (("A", "B", "rail"), ("A", "B", "road"), ("B", "W", "sea"), ("W", "C", "sea"))
)
WORLD = Records(
    settings=SETTINGS,
    nodes=NODES,
    links=LINKS,
    countries=tuple(
        Country(id=c, name=c, gdp_usd_m=100, basis="assumed") for c in ("AAA", "BBB", "CCC", "ROW")
    ),
    params=starter_params(),
)


def count(place_table: str, place: str, **over: object) -> Count:
    cells = {"id": "K1", "mt": 1.0, "sample": "fit", "basis": "assumed", "line": 2, **over}
    return Count.model_validate({"place_table": place_table, "place": place, **cells})


GOOD = (
    count("links", "A-B-rail", mode="rail"),
    count("links", "A-B-rail", direction="forward"),
    count("nodes", "B", mode="sea", direction="import"),
    count("borders", "AAA-BBB", direction="back"),
    count("borders", "BBB-AAA", mode="road"),
    count("countries", "CCC", direction="transit"),
    count("corridors", "by anywhere", mt=None, sample="check"),
    count("links", "A-B-road", mt=0.0),
    count("links", "A-B-rail;A-B-road"),
    count("nodes", "B; C", mode="sea"),
)
BAD = (
    (count("links", "A-C-rail"), "place", "no 'A-C-rail' among the links"),
    (count("nodes", "X"), "place", "no 'X' among the nodes"),
    (count("countries", "XXX"), "place", "no 'XXX' among the countries"),
    (count("borders", "AAA"), "place", "no pair of countries"),
    (count("borders", "AAA-AAA"), "place", "no pair of countries"),
    (count("borders", "AAA-XXX"), "place", "no country 'XXX'"),
    (count("borders", "AAA-CCC"), "place", "no link crosses the border AAA-CCC"),
    (count("borders", "AAA-BBB", mode="ferry"), "place", "no link by ferry crosses"),
    (count("corridors", "", sample="check"), "place", "counts nowhere"),
    (count("corridors", "western"), "sample", "counts a corridor"),
    (count("links", "A-B-rail", mode="road"), "mode", "a link by rail, not by road"),
    (count("nodes", "A", mode="sea"), "mode", "no link by sea touches A"),
    (count("links", "A-B-rail", mt=None), "mt", "neither mt nor teu"),
    (count("links", "A-B-rail", direction="export"), "direction", "cannot go 'export'"),
    (count("countries", "AAA", direction="forward"), "direction", "cannot go 'forward'"),
    (count("links", "A-B-rail;A-C-rail"), "place", "no 'A-C-rail' among the links"),
    (count("links", "A-B-rail; A-B-rail"), "place", "names a place twice"),
    (count("links", "A-B-rail;A-B-road", mode="rail"), "mode", "A-B-road is a link by road, not by rail"),
)


def test_counts_of_what_exists_have_no_finding() -> None:
    assert GOOD
    found = findings(WORLD.with_rows(counts=GOOD))
    assert [f for f in found if f.table == "counts"] == []


@pytest.mark.parametrize(("row", "column", "words"), BAD, ids=lambda x: str(x)[:40])
def test_a_count_that_nothing_answers_to_is_one_finding_with_its_cell(
    row: Count, column: str, words: str
) -> None:
    records = WORLD.with_rows(counts=(row,))
    found = [f for rule in count_checks.RULES for f in rule(records)]
    assert [(f.table, f.line, f.id, f.column) for f in found] == [("counts", 2, "K1", column)]
    assert words in found[0].message


@pytest.mark.parametrize("cell", [{"mt": -1}, {"teu": -1}, {"months": 0}, {"mt": float("nan")}])
def test_negative_tonnes_and_no_months_are_refused(cell: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        count("links", "A-B-rail", **cell)


def test_a_waypoint_is_passed_without_a_stop_and_has_no_cargo() -> None:
    there = route(Network.of(WORLD), "B", "C")
    port = WORLD.with_rows(nodes=tuple(n.model_copy(update={"kind": "port"}) for n in NODES))
    assert there.days < route(Network.of(port), "B", "C").days, "a port on the way costs a transshipment"
    assert [leg for leg in there.arcs if leg.key[:2] == ("cross", "W") and leg.wait_hours] == []
    loaded = WORLD.with_rows(
        nodes=tuple(n.model_copy(update={"trade_share": 1.0}) if n.id == "W" else n for n in NODES)
    )
    assert [f.column for f in nothing_starts_or_ends_at_a_waypoint(loaded)] == ["trade_share"]
    assert list(nothing_starts_or_ends_at_a_waypoint(WORLD)) == []


def test_a_published_way_names_what_it_passes_or_is_one_finding() -> None:
    row = Route(id="P1", origin="A", destination="B", via=("C", "A-B-rail"), basis="assumed", line=2)
    assert [f for f in findings(WORLD.with_rows(routes=(row,))) if f.table == "routes"] == []
    lost = row.model_copy(update={"via": ("C", "A-C-rail")})
    found = [f for f in findings(WORLD.with_rows(routes=(lost,))) if f.table == "routes"]
    assert [(f.line, f.id, f.column) for f in found] == [(2, "P1", "via")]
    assert "no 'A-C-rail' among the nodes and the links" in found[0].message


def test_days_that_end_before_they_begin_are_one_finding() -> None:
    row = Route(id="P1", origin="A", destination="B", days_min=3, days_max=3, basis="assumed", line=2)
    assert [f for f in findings(WORLD.with_rows(routes=(row,))) if f.table == "routes"] == []
    turned = row.model_copy(update={"days_min": 5.0})
    found = [f for f in findings(WORLD.with_rows(routes=(turned,))) if f.table == "routes"]
    assert [(f.line, f.id, f.column) for f in found] == [(2, "P1", "days_min")]
    assert "its days go from 5 down to 3" in found[0].message


def test_a_published_price_is_above_nothing() -> None:
    """What nobody pays is no price: a fit would look for a path that is free."""
    with pytest.raises(ValidationError, match="greater than 0"):
        Route(id="P1", origin="A", destination="B", cost=0.0, cost_unit="USD/t", basis="assumed")
