"""Network: random worlds for the laws, a plain twin straight from the rows for the numbers, cases by hand."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

import milepost
from milepost.errors import MilepostError, NoSolution, WrongUse
from milepost.network.network import CLASSES, UNREACHABLE, Network
from milepost.network.overlay import Overlay
from milepost.network.paths import route, skim
from milepost.network.trees import Graph, distances
from milepost.records import (
    Commitment,
    Country,
    Crossing,
    Effect,
    Link,
    Node,
    Param,
    Records,
    Service,
    Settings,
)
from torture import TIMES, cases

SETTINGS = Settings(
    title="t",
    base_date=dt.date(2026, 1, 1),
    base_year=2025,
    discount_rate_per_year=0.05,
    horizon=dt.date(2040, 1, 1),
)


def params(**over: float) -> tuple[Param, ...]:
    values: dict[tuple[str, str], float] = {}
    for s, (v, t) in zip(CLASSES, ((300, 0.002), (1200, 0.006), (3000, 0.008)), strict=True):
        values["cargo_value_usd_per_t", s] = v
        values["value_of_time_share_per_day", s] = t
        values["trade_share", s] = 1 / 3
    for mode in ("rail", "road", "sea", "ferry", "river"):
        values["speed_kmh", mode] = 40
        values["freight_rate_usd_per_tkm", mode] = 0.05
        for name in ("loading_hours", "border_hours", "internal_border_hours", "handling_hours"):
            values[name, mode] = 0.0
    for name in ("handling_hours", "transshipment_hours", "gauge_change_hours"):
        values[name, "all"] = 10.0
    values |= {(k, "all"): v for k, v in over.items()}
    return tuple(
        Param(id=f"P{i}", name=n, applies_to=a, value=v, basis="assumed")
        for i, ((n, a), v) in enumerate(values.items())
    )


def crossings_at(rng: np.random.Generator, nodes: list[Node]) -> list[Crossing]:
    """A border or a terminal at about half of the nodes."""
    made = []
    for i, node in enumerate(nodes):
        if rng.random() < 0.5:
            modes = rng.choice(["rail-rail", "road-road", "sea-rail", "sea-road"]).split("-")
            kind = "border" if modes[0] == modes[1] else "terminal"
            made.append(
                Crossing(
                    id=f"X{i}",
                    node=node.id,
                    kind=kind,
                    from_mode=modes[0],
                    to_mode=modes[1],
                    hours=30.0,
                    basis="assumed",
                )
            )
    return made


@st.composite
def worlds(draw: st.DrawFn, players_count: int | None = None) -> tuple[Records, tuple[str, ...]]:
    """Small multimodal worlds: gauge breaks, borders, ferries, dead ends, islands, joint effects, levels,
    halves."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = int(rng.integers(4, 9))
    countries = [Country(id=c, name=c, gdp_usd_m=1, basis="assumed") for c in ("AAA", "BBB", "CCC")]
    nodes = [
        Node(
            id=f"N{i}",
            name=f"N{i}",
            country=countries[int(rng.integers(3))].id,
            lat=0,
            lon=0,
            kind=str(rng.choice(["city", "port", "border"])),
            trade_share=0.5 if rng.random() < 0.7 else None,
            basis="assumed",
        )
        for i in range(n)
    ]
    links: list[Link] = []
    effects: list[Effect] = []
    services: list[Service] = []
    players = tuple(f"C{k}" for k in range(players_count or int(rng.integers(1, 6))))
    for i in range(int(rng.integers(n - 1, 3 * n))):
        a, b = rng.choice(n, 2, replace=False)
        mode = str(rng.choice(["rail", "rail", "road", "sea", "ferry"]))
        state = "planned" if rng.random() < 0.3 else "open"
        links.append(
            Link(
                id=f"L{i}",
                from_node=f"N{a}",
                to_node=f"N{b}",
                mode=mode,
                km=float(rng.integers(1, 900)),
                state=state,
                gauge_mm=float(rng.choice([1435, 1520])) if mode == "rail" else None,
                usd_per_tkm=0.0 if rng.random() < 0.1 else None,
                lines=("west",) if rng.random() < 0.4 else (),
                basis="assumed",
            )
        )
        if mode == "ferry":
            services.append(
                Service(id=f"S{i}", link=f"L{i}", headway_hours=float(rng.integers(10, 90)), basis="assumed")
            )
    crossings = crossings_at(rng, nodes)

    def effect(
        player: str, table: str, target: str, attribute: str, after: str, together: tuple[str, ...]
    ) -> None:
        effects.append(
            Effect(
                id=f"E{len(effects)}",
                commitment=player,
                target_table=table,
                target=target,
                attribute=attribute,
                after=after,
                together_with=together,
                basis="assumed",
            )
        )

    for player in players:
        for _ in range(int(rng.integers(1, 4))):
            others = tuple(p for p in players if p != player)
            together = (str(rng.choice(others)),) if others and rng.random() < 0.2 else ()
            what = rng.random()
            link = links[int(rng.integers(len(links)))]
            if what < 0.35:
                effect(player, "links", link.id, "state", "open", together)
            elif what < 0.55:
                effect(player, "links", link.id, "speed_kmh", str(int(rng.integers(41, 120))), together)
            elif what < 0.7:
                effect(player, "lines", "west", "usd_per_tkm_factor", "0.7", together)
            elif what < 0.85 and crossings:
                row = crossings[int(rng.integers(len(crossings)))]
                effect(player, "crossings", row.id, "hours", str(int(rng.integers(0, 30))), together)
            elif services:
                row2 = services[int(rng.integers(len(services)))]
                effect(player, "services", row2.id, "headway_hours", str(int(rng.integers(1, 10))), together)
    records = Records(
        settings=SETTINGS,
        nodes=tuple(nodes),
        links=tuple(links),
        crossings=tuple(crossings),
        services=tuple(services),
        effects=tuple(effects),
        countries=tuple(countries),
        params=params(),
        commitments=tuple(
            Commitment(id=p, agreement="A", title=p, kind="upgrade", basis="assumed") for p in players
        ),
    )
    return records, players


@cases(30, 120)
@given(worlds())
def test_every_subset_equals_a_full_search_bit_for_bit(world: tuple[Records, tuple[str, ...]]) -> None:
    records, players = world
    overlay = Overlay.of(records, players)
    seen = {}
    for mask, cost in overlay.every():
        seen[mask] = cost
    assert len(seen) == 2 ** len(players)
    for size in range(len(players) + 1):
        for group in itertools.combinations(players, size):
            truth = skim(Network.of(records, group)).cost
            np.testing.assert_array_equal(overlay.cost(frozenset(group)), truth)
            np.testing.assert_array_equal(seen[sum(1 << players.index(p) for p in group)], truth)


def plain_skim(network: Network, s: int) -> dict[tuple[int, int], tuple[int, ...]]:
    """Slow twin: for every pair of zones the least tuple of cost, hours, dollars and km over all paths."""
    leaving: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for arc in network.arcs:
        micro = (
            arc.cost[s],
            *(round(x * 1e6) for x in (arc.hours + arc.wait_hours, arc.usd_per_t[s], arc.km)),
        )
        leaving.setdefault(arc.tail, []).append((arc.head, micro))
    origins, destinations = network.frame.zone_ends()
    answer = {}
    for i, origin in enumerate(origins.tolist()):
        heap: list[tuple[tuple[int, ...], int]] = [((0, 0, 0, 0), origin)]
        best: dict[int, tuple[int, ...]] = {}
        while heap:
            key, node = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = key
            for head, micro in leaving.get(node, []):
                if head not in best:
                    heapq.heappush(heap, (tuple(map(sum, zip(key, micro, strict=True))), head))
        for j, destination in enumerate(destinations.tolist()):
            if destination in best:
                answer[i, j] = best[destination]
    return answer


@cases(12, 100)
@given(worlds(players_count=12), st.integers(0, 2**32 - 1))
def test_twelve_commitments_cell_by_cell_and_sum_by_sum(
    world: tuple[Records, tuple[str, ...]], seed: int
) -> None:
    records, players = world
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:  # more than six on one thing is refused
        reject()
    every = dict(overlay.every())
    assert len(every) == 4096
    rng = np.random.default_rng(seed)
    masks = [0, 4095, *rng.integers(0, 4096, 25).tolist()]
    for mask in masks:
        delivered = frozenset(p for k, p in enumerate(players) if mask >> k & 1)
        truth, found = skim(Network.of(records, delivered)), overlay.skim(delivered)
        for name in ("cost", "hours", "usd_per_t", "km"):
            np.testing.assert_array_equal(
                getattr(found, name), getattr(truth, name), err_msg=f"{name} of {mask}"
            )
        np.testing.assert_array_equal(every[mask], truth.cost)
    s = int(rng.integers(len(CLASSES)))
    delivered = frozenset(p for k, p in enumerate(players) if masks[-1] >> k & 1)
    found, plain = overlay.skim(delivered), plain_skim(Network.of(records, delivered), s)
    for i, j in np.ndindex(found.cost.shape[1:]):
        cell = (found.cost[s, i, j], found.hours[s, i, j], found.usd_per_t[s, i, j], found.km[s, i, j])
        if (i, j) in plain:
            cost, hours, usd, km = plain[i, j]
            np.testing.assert_array_equal(cell, (cost, hours * 1e-6, usd * 1e-6, km * 1e-6))
        else:
            assert found.cost[s, i, j] == UNREACHABLE
            assert np.isnan(cell[1:]).all()


@cases(3, 3)
@given(worlds(players_count=12 if TIMES else 7))
def test_every_set_sum_by_sum(world: tuple[Records, tuple[str, ...]]) -> None:
    records, players = world
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:
        reject()
    for mask in range(1 << len(players)):
        delivered = frozenset(p for k, p in enumerate(players) if mask >> k & 1)
        truth, found = skim(Network.of(records, delivered)), overlay.skim(delivered)
        for name in ("cost", "hours", "usd_per_t", "km"):
            np.testing.assert_array_equal(
                getattr(found, name), getattr(truth, name), err_msg=f"{name} of {mask}"
            )


@cases(15, 40)
@given(worlds(players_count=8), st.randoms())
def test_a_chain_in_any_order_and_the_idle(world: tuple[Records, tuple[str, ...]], random: Random) -> None:
    records, players = world
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:
        reject()
    order = list(players)
    random.shuffle(order)
    for k, cost in enumerate(overlay.chain(order)):
        np.testing.assert_array_equal(cost, overlay.cost(frozenset(order[: k + 1])))
    reach = overlay.reach()
    idle = {p for p, pairs in reach.items() if not pairs.any()}
    for mask, cost in overlay.every():
        busy = frozenset(p for k, p in enumerate(players) if mask >> k & 1) - idle
        np.testing.assert_array_equal(cost, overlay.cost(busy))
        # a player out of whose reach a pair lies never changes it, whoever else is there
        out_of_reach = players[0]
        if mask & 1:
            without = overlay.cost(
                frozenset(p for k, p in enumerate(players) if mask >> k & 1 and p != out_of_reach)
            )
            np.testing.assert_array_equal(cost[:, ~reach[out_of_reach]], without[:, ~reach[out_of_reach]])


def sparse_of(size: int, tail: np.ndarray, head: np.ndarray, cost: np.ndarray) -> csr_matrix:
    """scipy's matrix with the cheapest of parallel arcs."""
    order = np.lexsort((cost, head, tail))
    ends = np.stack([tail, head])[:, order]
    kept = order[np.concatenate([[True], (ends[:, 1:] != ends[:, :-1]).any(axis=0)])]
    return csr_matrix((cost[kept].astype(np.float64), (tail[kept], head[kept])), shape=(size, size))


@cases(15, 60)
@given(worlds(), st.randoms())
def test_several_sets_at_once_are_those_one_by_one(
    world: tuple[Records, tuple[str, ...]], random: Random
) -> None:
    records, players = world
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:
        reject()
    whole = frozenset(players)
    sets = [frozenset(), whole, *(whole - {p} for p in players), *(frozenset({p}) for p in players)]
    sets += [frozenset(p for p in players if random.random() < 0.5) for _ in range(8)]
    random.shuffle(sets)
    sets.append(sets[0])
    found = overlay.costs(sets)
    assert len(found) == len(sets)
    for one, cost in zip(sets, found, strict=True):
        np.testing.assert_array_equal(cost, overlay.cost(one))
    assert overlay.costs([]) == []


def test_own_trees_equal_scipys_on_random_graphs() -> None:
    rng = np.random.default_rng(5)
    for _ in range(30):
        n, m = int(rng.integers(2, 200)), int(rng.integers(1, 900))
        tail, head = rng.integers(0, n, m), rng.integers(0, n, m)
        cost = rng.integers(0, 50, m) * (rng.random(m) < 0.9)
        every = np.arange(n)
        ours = distances(Graph.of(n, tail, head), cost, every, every)
        # scipy takes an explicit zero for no arc in dense form only; parallel arcs by their least
        theirs = dijkstra(sparse_of(n, tail, head, cost), indices=every)
        np.testing.assert_array_equal(
            ours, np.where(np.isfinite(theirs), theirs, float(UNREACHABLE)).astype(np.int64)
        )


@cases(20, 40)
@given(worlds())
def test_delivering_never_makes_a_cheapest_path_dearer(world: tuple[Records, tuple[str, ...]]) -> None:
    records, players = world
    before = skim(Network.of(records)).cost
    done: set[str] = set()
    for player in players:
        done.add(player)
        after = skim(Network.of(records, done)).cost
        assert (after <= before).all()
        before = after


@cases(12, 25)
@given(worlds())
def test_routes_add_up_to_the_skim(world: tuple[Records, tuple[str, ...]]) -> None:
    records, _ = world
    network = Network.of(records)
    found = skim(network)
    for (o, a), (d, b) in itertools.permutations(enumerate(network.zones), 2):
        if found.cost[2, o, d] >= UNREACHABLE:
            assert math.isnan(found.hours[2, o, d])
            with pytest.raises(NoSolution, match="There is no path"):
                route(network, a.node, b.node)
            continue
        path = route(network, a.node, b.node)
        assert round(path.cost_usd_per_t * 1000) == found.cost[2, o, d]
        # of equally cheap paths the skim and the route may take different ones, so hours and money agree only
        # in sum
        money = path.usd_per_t + path.hours * 3000 * 0.008 / 24
        assert money == pytest.approx(found.usd_per_t[2, o, d] + found.hours[2, o, d], abs=0.05)


def test_a_ferry_waits_half_its_headway_and_gauge_breaks_cost() -> None:
    ridge = milepost.open(milepost.example("ridge"))
    path = ridge.route("PIER", "HAVEN")
    ferry = next(leg for leg in path.legs if leg.km)
    assert ferry.wait_hours == 36
    assert ferry.hours == pytest.approx(82 / 15)
    faster = ridge.route("PIER", "HAVEN", delivered=["R4"])
    assert path.hours - faster.hours == pytest.approx(24)


def test_via_and_avoid() -> None:
    ridge = milepost.open(milepost.example("ridge"))
    by_gate = ridge.route("RIDGETON", "EASTMERE", via=["GATE"])
    by_ferry = ridge.route("RIDGETON", "EASTMERE", via=["PIER", "HAVEN"])
    assert "GATE" in {leg.to_node for leg in by_gate.legs}
    assert "ferry" in {leg.mode for leg in by_ferry.legs}
    assert by_gate.hours != by_ferry.hours
    with pytest.raises(NoSolution, match="There is no path from RIDGETON to EASTMERE"):
        ridge.route("RIDGETON", "EASTMERE", avoid_modes=["road"])
    with pytest.raises(WrongUse, match="Did you mean RIDGETON"):
        ridge.route("RIDGTON", "EASTMERE")
    with pytest.raises(WrongUse, match="cargo class"):
        ridge.route("RIDGETON", "EASTMERE", cargo="gold")


def test_north_south_subsets_equal_full_searches() -> None:
    programme = milepost.open(milepost.example("north-south"))
    players = programme.game.players
    assert len(players) == 18
    overlay = Overlay.of(programme.records, players)
    rng = np.random.default_rng(5)
    for _ in range(4):
        group = frozenset(p for p in players if rng.random() < 0.5)
        np.testing.assert_array_equal(overlay.cost(group), skim(Network.of(programme.records, group)).cost)
