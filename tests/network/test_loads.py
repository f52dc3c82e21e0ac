"""Loads: nothing is lost on the way, and a plain twin that follows each path by itself agrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from test_network import worlds

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.network.loads import arc_loads, loads, tonnes
from milepost.network.network import CLASSES, UNREACHABLE, Network
from milepost.network.paths import route, skim
from milepost.records import Records
from torture import cases


@cases(60, 600)
@given(worlds())
def test_tonnes_times_cost_are_the_same_counted_by_arc_and_by_pair(
    world: tuple[Records, tuple[str, ...]],
) -> None:
    records, players = world
    network = Network.of(records, players)
    P = len(network.zones)
    demand = np.random.default_rng(P).integers(0, 50, (len(CLASSES), P, P)).astype(float)
    # by arc, class after class
    cost = skim(network).cost.astype(float)
    reached = cost < UNREACHABLE
    by_pair = sum(float((demand[s] * cost[s])[reached[s]].sum()) for s in range(len(CLASSES)))
    by_arc, lost = 0.0, 0.0
    for s in range(len(CLASSES)):
        one = np.zeros_like(demand)
        one[s] = demand[s]
        load, gone = arc_loads(network, one)
        by_arc += float((load * network.cost[s]).sum()) if len(load) else 0.0
        lost += gone
    assert by_arc == pytest.approx(by_pair)
    assert lost == pytest.approx(float(demand[~reached].sum()))
    # what a node takes in it gives out, but for what begins and ends there
    total, _ = arc_loads(network, demand)
    balance = np.zeros(network.frame.size)
    np.add.at(balance, network.head, total)
    np.subtract.at(balance, network.tail, total)
    origins, destinations = network.frame.zone_ends()
    kept = np.where(reached, demand, 0.0).sum(axis=0)
    # a pair of one zone with itself goes nowhere
    np.subtract.at(balance, destinations, kept.sum(axis=0))
    np.add.at(balance, origins, kept.sum(axis=1))
    assert np.abs(balance).max(initial=0.0) < 1e-6 * max(1.0, demand.sum())


def test_the_plain_twin_follows_each_path() -> None:
    programme = milepost.open(milepost.example("ridge"))
    records = programme.records
    network = Network.of(records, ["R1", "R2"])
    zones = [p.node for p in network.zones]
    P = len(zones)
    demand = np.random.default_rng(1).integers(1, 90, (len(CLASSES), P, P)).astype(float)
    for k in range(P):
        demand[:, k, k] = 0.0
    want: dict[str, float] = {}
    for s, cargo in enumerate(CLASSES):
        for o, origin in enumerate(zones):
            for d, destination in enumerate(zones):
                if o == d:
                    continue
                try:
                    path = route(network, origin, destination, cargo=cargo)
                except NoSolution:
                    continue
                for arc in path.arcs:
                    if arc.key[0] == "link":
                        want[arc.row] = want.get(arc.row, 0.0) + demand[s, o, d] / 1e6
    got = loads(records, network, demand).by_link()
    assert {k: v for k, v in got.items() if v} == pytest.approx(want)
    assert want


def test_tonnes_of_the_flows() -> None:
    records = milepost.open(milepost.example("ridge")).records
    countries = ("XWV", "XRL", "XEM")
    flows = np.zeros((3, 3))
    flows[0, 2] = 100.0
    demand = tonnes(records, flows, countries)
    value = sum(demand[s].sum() * records.param("cargo_value_usd_per_t", c) for s, c in enumerate(CLASSES))
    shares = sum(records.param("trade_share", c) for c in CLASSES)
    assert value == pytest.approx(100e6 * shares)


def test_north_south_shows_bottlenecks_and_what_a_railway_shifts() -> None:
    programme = milepost.open(milepost.example("north-south"))
    today = programme.loads()
    assert today.moved_mt > 10
    assert sum(x.total_mt for x in today.links) > today.moved_mt
    then = programme.loads(["C01"])
    assert then.by_link()["RASHT-ASTARAIR"] > 0
    assert "RASHT-ASTARAIR" not in today.by_link()
    assert then.moved_mt == pytest.approx(today.moved_mt)
    assert all((x.use or 0) > 1 for x in today.bottlenecks())
    with pytest.raises(WrongUse, match="no commitment 'C99'"):
        programme.loads(["C99"])
