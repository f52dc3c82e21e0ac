"""A border is paid by who passes from one country to another, once: a plain twin from the rows, laws, and the
three cases that were wrong."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.network.gauges import Gauges
from milepost.network.link_facts import link_facts
from milepost.network.network import Network
from milepost.network.overlay import Overlay
from milepost.network.paths import route, skim
from milepost.records import Commitment, Country, Crossing, Effect, Link, Node, Param, Records
from milepost.store.assembly import template_settings
from torture import cases

MODES = ("rail", "road")
BORDER, CHANGE, GAUGE = {"rail": 41.0, "road": 10.0}, 8.0, 24.0
NAMES = ("AAA", "BBB", "CCC")


def params() -> tuple[Param, ...]:
    """One km an hour, nothing but time costs: an hour is a dollar of containers."""
    values: dict[tuple[str, str], float] = {}
    for s in ("bulk", "general", "containers"):
        values["cargo_value_usd_per_t", s] = 2400
        values["value_of_time_share_per_day", s] = 0.01
        values["trade_share", s] = 1 / 3
    for m in MODES:
        values["speed_kmh", m] = 1
        values["freight_rate_usd_per_tkm", m] = 0
        values["loading_hours", m] = 0
        values["border_hours", m] = BORDER[m]
        values["internal_border_hours", m] = 1
    values |= {("handling_hours", "rail-road"): CHANGE, ("gauge_change_hours", "rail"): GAUGE}
    values |= {("handling_hours", m): 5.0 for m in ("sea", "ferry", "river")}
    values |= {(n, m): 1 for n in ("speed_kmh", "freight_rate_usd_per_tkm") for m in ("sea",)}
    values |= {("transshipment_hours", "sea"): 3.0, ("freight_rate_usd_per_tkm", "sea"): 0.0}
    return tuple(
        Param(id=f"P{i}", name=n, applies_to=k, value=v, basis="assumed")
        for i, ((n, k), v) in enumerate(values.items())
    )


def world(
    nodes: dict[str, str], links: list[Link], crossings: tuple[Crossing, ...] = (), **tables: object
) -> Records:
    made = Records(
        settings=template_settings(),
        countries=tuple(Country(id=c, name=c, gdp_usd_m=1, basis="assumed") for c in NAMES),
        nodes=tuple(
            Node(id=n, name=n, country=c, lat=0, lon=0, trade_share=1, basis="assumed")
            for n, c in nodes.items()
        ),
        links=tuple(links),
        crossings=crossings,
        params=params(),
    )
    return replace(made, **tables)  # type: ignore[arg-type]


def link(ident: str, a: str, b: str, mode: str = "rail", km: float = 10, **more: object) -> Link:
    return Link(id=ident, from_node=a, to_node=b, mode=mode, km=km, state="open", basis="assumed", **more)


def row(ident: str, node: str, hours: float, kind: str = "border", mode: str = "rail") -> Crossing:
    return Crossing(
        id=ident, node=node, kind=kind, from_mode=mode, to_mode=mode, hours=hours, basis="assumed"
    )


def hours(records: Records, a: str, b: str) -> float:
    return route(Network.of(records), a, b).hours


def test_two_zones_with_a_wait_at_the_border_between_them() -> None:
    records = world({"A": "AAA", "B": "BBB"}, [link("L", "A", "B")])
    waits = replace(records, crossings=(row("X", "B", 72),))
    assert hours(records, "A", "B") == 10 + 41
    assert hours(waits, "A", "B") == hours(waits, "B", "A") == 10 + 72
    (facts,) = link_facts(waits)
    assert (facts.border_hours, facts.border_from) == (72, "crossings X")
    both = replace(records, crossings=(row("X", "B", 72), row("Y", "A", 5)))
    assert hours(both, "A", "B") == 10 + 77
    assert link_facts(both)[0].border_from == "crossings Y; crossings X"


def test_who_stays_in_his_country_pays_at_no_border() -> None:
    records = world(
        {"A": "AAA", "M": "AAA", "C": "AAA", "B": "BBB"},
        [link("L1", "A", "M"), link("L2", "M", "C"), link("L3", "M", "B"), link("R", "C", "M", "road")],
        (row("X", "M", 36),),
    )
    assert hours(records, "A", "C") == 20
    assert hours(records, "A", "B") == hours(records, "B", "C") == 20 + 36
    lone = replace(records, links=(link("L1", "A", "M"), link("R3", "M", "B", "road")))
    assert hours(lone, "A", "B") == 20 + CHANGE + BORDER["road"], "a rail row is nothing to a lorry"
    by_road = replace(lone, crossings=(*records.crossings, row("Y", "M", 7, mode="road")))
    assert hours(by_road, "A", "B") == 20 + CHANGE + 7, "change of mode at the border"


def test_a_gauge_row_is_for_who_changes_gauge() -> None:
    plain = world(
        {"A": "AAA", "M": "AAA", "B": "BBB"},
        [link("L1", "A", "M", gauge_mm=1520.0), link("L2", "M", "B", gauge_mm=1520.0)],
    )
    with_row = replace(plain, crossings=(row("G", "M", 48, "gauge"),))
    assert hours(plain, "A", "B") == hours(with_row, "A", "B") == 20 + 41
    other = replace(with_row, links=(plain.links[0], link("L2", "M", "B", gauge_mm=1435.0)))
    assert hours(other, "A", "B") == 20 + 41 + 48


def test_a_ship_pays_a_border_only_where_a_row_says_so() -> None:
    records = world({"A": "AAA", "B": "BBB"}, [link("S", "A", "B", "sea")], (row("X", "B", 30),))
    by_rail = hours(records, "A", "B")
    with_row = replace(records, crossings=(row("X", "B", 30, mode="sea"),))
    assert hours(with_row, "A", "B") == by_rail + 30


def test_cutting_the_wait_between_two_zones_is_in_the_matrices() -> None:
    records = world(
        {"A": "AAA", "B": "BBB", "C": "BBB"},
        [link("L", "A", "B"), link("K", "B", "C"), link("R", "A", "B", "road", 60)],
        (row("X", "B", 72), row("Y", "A", 12)),
        commitments=tuple(
            Commitment(id=c, agreement="G", title=c, kind="border", basis="assumed") for c in ("C1", "C2")
        ),
        effects=tuple(
            Effect(
                id=f"E{k}",
                commitment=c,
                target_table="crossings",
                target=x,
                attribute="hours",
                after=after,
                basis="assumed",
            )
            for k, (c, x, after) in enumerate([("C1", "X", "24"), ("C2", "Y", "6")])
        ),
    )
    overlay = Overlay.of(records, ("C1", "C2"))
    seen = []
    for done in ((), ("C1",), ("C2",), ("C1", "C2")):
        truth = skim(Network.of(records, done)).cost
        np.testing.assert_array_equal(overlay.cost(frozenset(done)), truth)
        seen.append(truth[2, 0, 2] / 1000)
    by_road = 60 + BORDER["road"] + CHANGE + 10
    assert seen == [by_road, 10 + 24 + 12 + 10, by_road, 10 + 24 + 6 + 10]


def test_links_may_be_one_way_asymmetric_and_parallel() -> None:
    there = link("F", "A", "B", direction="forward")
    one_way = world({"A": "AAA", "B": "AAA"}, [there])
    assert hours(one_way, "A", "B") == 10
    assert not np.isfinite(skim(Network.of(one_way)).hours[2, 1, 0])
    back = replace(one_way, links=(there, link("G", "B", "A", km=17, direction="forward")))
    assert (hours(back, "A", "B"), hours(back, "B", "A")) == (10, 17)
    twin = replace(back, links=(*back.links, link("H", "A", "B", km=12)))
    assert route(Network.of(twin), "A", "B").links == ("F",)
    assert route(Network.of(twin), "B", "A").links == ("H",)


def test_an_empty_gauge_is_the_countrys_own() -> None:
    records = world(
        {"A": "AAA", "M": "AAA", "C": "AAA", "B": "BBB"},
        [
            link("L1", "A", "M", gauge_mm=1520.0),
            link("L2", "M", "C"),
            link("L3", "C", "B"),
        ],
    )
    assert hours(records, "A", "C") == 20, "no change to a gauge that does not exist"
    assert {Gauges.of(records).gauge(x) for x in records.links} == {1520.0}
    stated = [c.model_copy(update={"gauge_mm": 1435.0}) if c.id == "AAA" else c for c in records.countries]
    assert hours(records.with_rows(countries=stated), "A", "C") == 20 + GAUGE


@st.composite
def countries_apart(draw: st.DrawFn) -> Records:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = int(rng.integers(3, 7))
    nodes = {f"N{i}": str(rng.choice(NAMES[: int(rng.integers(1, 4))])) for i in range(n)}
    links = []
    for i in range(int(rng.integers(2, 3 * n))):
        a, b = rng.choice(n, 2, replace=False)
        links.append(
            link(
                f"L{i}",
                f"N{a}",
                f"N{b}",
                str(rng.choice(MODES)),
                float(rng.integers(1, 40)),
                direction=str(rng.choice(["both", "forward"])),
            )
        )
    crossings = tuple(
        row(f"X{m}{node}", node, float(rng.integers(0, 60)), mode=m)
        for node in nodes
        for m in MODES
        if rng.random() < 0.4
    )
    return world(nodes, links, crossings)


def twin(records: Records) -> dict[tuple[str, str], float]:
    """Hours between all nodes, by plain relaxing over (node, mode) straight from the rows."""
    country = {n.id: n.country for n in records.nodes}
    waits = {(x.node, x.from_mode): x.hours or 0.0 for x in records.crossings}
    steps = []
    for x in records.links:
        took = x.km
        if country[x.from_node] != country[x.to_node]:
            stated = [waits[n, x.mode] for n in (x.from_node, x.to_node) if (n, x.mode) in waits]
            took += sum(stated) if stated else BORDER[x.mode]
        steps.append((x.from_node, x.to_node, x.mode, took))
        if x.direction == "both":
            steps.append((x.to_node, x.from_node, x.mode, took))
    found = {}
    for start in country:
        best = {(start, ""): 0.0}
        for _ in range(2 * len(country)):
            for a, b, mode, took in steps:
                for came in ("", *MODES):
                    spent = best.get((a, came), math.inf) + took
                    spent += CHANGE if came and came != mode else 0.0
                    best[b, mode] = min(best.get((b, mode), math.inf), spent)
        for end in country:
            found[start, end] = min(best.get((end, m), math.inf) for m in MODES)
    return found


@cases(28, 80)
@given(countries_apart())
def test_hours_equal_the_plain_twin(records: Records) -> None:
    found, slow = skim(Network.of(records)).hours[2], twin(records)
    names = [n.id for n in records.nodes]
    for (i, a), (j, b) in itertools.permutations(enumerate(names), 2):
        if math.isfinite(slow[a, b]):
            assert found[i, j] == pytest.approx(slow[a, b], abs=1e-6)
        else:
            assert math.isnan(found[i, j])


@cases(21, 60)
@given(countries_apart())
def test_a_row_that_a_path_does_not_use_changes_nothing(records: Records) -> None:
    """Where a row waits longer, only paths change that take a link which pays it."""
    network = Network.of(records)
    names = [n.id for n in records.nodes]
    whole = skim(network).cost[2]
    for gone in records.crossings:
        harder = gone.model_copy(update={"hours": (gone.hours or 0.0) + 100})
        other = skim(
            Network.of(records.with_rows(crossings=[harder if x is gone else x for x in records.crossings]))
        )
        for (i, a), (j, b) in itertools.permutations(enumerate(names), 2):
            if np.isnan(other.hours[2, i, j]):
                continue
            path = route(network, a, b)
            rows = {x.id: x for x in records.links}
            country = {n.id: n.country for n in records.nodes}
            uses = any(
                rows[k].mode == gone.from_mode
                and gone.node in (rows[k].from_node, rows[k].to_node)
                and country[rows[k].from_node] != country[rows[k].to_node]
                for k in path.links
            )
            assert uses or other.cost[2, i, j] == whole[i, j]
