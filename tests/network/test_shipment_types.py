"""Shipment types: one a class is the old model; with more, promises never raise a cost, no order of rows
matters, a link cut in two costs the same, and a plain twin that follows every type by itself agrees."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from scipy.special import ndtr
from test_network import SETTINGS, params, worlds

import milepost
from milepost.errors import MilepostError, NoSolution
from milepost.network.assignment import assign
from milepost.network.effects import changes
from milepost.network.loads import loads
from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE, Arc, Network
from milepost.network.overlay import Overlay
from milepost.network.paths import route, skim
from milepost.network.rates import Rates
from milepost.network.select_link import arcs_of, closed, select
from milepost.network.shipment_types import ShipmentTypes, element, normal
from milepost.records import Country, Crossing, Link, Node, Param, Records
from opened import opened
from torture import cases

MANY = {"shipment_types": 4, "time_spread": 0.7, "taste_spread": 0.3, "cost_variance": 20.0}


def typed(records: Records, **over: float) -> Records:
    rows = [
        Param(id=f"T{k}", name=name, applies_to="all", value=value, basis="assumed")
        for k, (name, value) in enumerate({**MANY, **over}.items())
    ]
    return records.with_rows(params=[*records.params, *rows])


@pytest.mark.parametrize("name", ["ridge", "northern-corridor", "north-south"])
def test_one_type_is_the_cost_at_the_mean_whatever_the_spreads(name: str) -> None:
    records = milepost.open(milepost.example(name)).records
    records = records.with_rows(params=[p for p in records.params if p.name not in MANY])
    network, one = Network.of(records), Network.of(typed(records, shipment_types=1))
    assert len(network.arcs) > 50
    np.testing.assert_array_equal(network.cost, np.array([a.cost for a in network.arcs]).T)
    np.testing.assert_array_equal(one.cost, network.cost)
    # types without a spread are copies of each other
    same = typed(records, time_spread=0, taste_spread=0, cost_variance=0)
    np.testing.assert_array_equal(Network.of(same).cost, np.repeat(network.cost, 4, axis=0))


@cases(16, 40)
@given(worlds(), st.randoms())
def test_delivering_never_raises_a_types_cost(world: tuple[Records, tuple[str, ...]], random: object) -> None:
    records, players = world
    records = typed(records, cost_variance=500.0)  # so wide that the floor of a tenth holds on many arcs
    before = Network.of(records)
    known = {a.key: before.cost[:, k] for k, a in enumerate(before.arcs)}
    floor = False
    for size in range(1, len(players) + 1):
        after = Network.of(records, players[:size])
        for k, arc in enumerate(after.arcs):
            if arc.key in known:
                assert (after.cost[:, k] <= known[arc.key]).all()
            known[arc.key] = after.cost[:, k]
            floor = floor or bool((after.cost[:, k] < 0.5 * np.array(arc.cost).repeat(4)).any())
    assert floor


def test_equation_2_rises_with_cost_for_any_draw() -> None:
    g = np.linspace(0, 400, 200_001)[1:]
    for z in np.linspace(-6, 6, 41):
        for beta in (0.1, 5.0, 300.0):
            cost = np.maximum(0.1 * g, g + np.sqrt(beta * g) * z)
            assert (np.diff(cost) >= 0.0999 * np.diff(g)).all()


@cases(12, 30)
@given(worlds(), st.randoms(use_true_random=False))
def test_no_order_of_rows_changes_a_cost(world: tuple[Records, tuple[str, ...]], random: object) -> None:
    records, players = world
    records = typed(records)
    rng = np.random.default_rng(3)
    mixed = records.with_rows(
        **{
            name: [getattr(records, name)[k] for k in rng.permutation(len(getattr(records, name)))]
            for name in ("links", "crossings", "services", "params")
        }
    )
    found = []
    for one in (records, mixed):
        network = Network.of(one, players)
        found.append({a.key: network.cost[:, k].tolist() for k, a in enumerate(network.arcs)})
    assert found[0] == found[1]
    both = [skim(Network.of(one, players)).cost for one in (records, mixed)]
    np.testing.assert_array_equal(both[0], both[1])


@cases(12, 30)
@given(worlds())
def test_every_set_equals_a_full_search_for_every_type(world: tuple[Records, tuple[str, ...]]) -> None:
    records, players = world
    records = typed(records)
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:
        reject()
    for size in range(len(players) + 1):
        for group in itertools.combinations(players, size):
            truth, found = skim(Network.of(records, group)), overlay.skim(frozenset(group))
            assert truth.cost.shape[0] == 4 * len(CLASSES)
            np.testing.assert_array_equal(overlay.cost(frozenset(group)), truth.cost)
            for name in ("cost", "hours", "usd_per_t", "km"):
                np.testing.assert_array_equal(getattr(found, name), getattr(truth, name))


def test_both_directions_and_both_ends_of_a_stay_are_one_element() -> None:
    assert element(("link", "L1", "A")) == element(("link", "L1", "B")) != element(("link", "L2", "A"))
    assert element(("load", "A", "rail1520")) == element(("unload", "A", "rail1520"))
    assert element(("cross", "A", "rail", "road")) == element(("cross", "A", "road", "rail"))
    assert len({element(("cross", "A", a, b)) for a in "xy" for b in "xy"}) == 3


def test_draws_are_standard_normal_and_one_of_each_part() -> None:
    z = normal(16, 7, "bulk", [f"link/{k}" for k in range(4000)])
    assert z.shape == (16, 4000)
    assert abs(z.mean()) < 0.002
    assert abs(z.std() - 1) < 0.01
    assert (np.sort((ndtr(z) * 16).astype(int), axis=0) == np.arange(16)[:, None]).all()
    # independent from element to element, from type to type, from class to class and seed to seed
    for other in (normal(16, 7, "general", [f"link/{k}" for k in range(4000)]), np.roll(z, 1, axis=1)):
        assert abs(np.corrcoef(z.ravel(), other.ravel())[0, 1]) < 0.02
    assert (normal(16, 8, "bulk", ["link/1"]) != z[:, 1:2]).all()


def parallel(pieces: int, seed: int) -> Records:
    """Two ways between two cities, one of them by a link that is cut into some pieces by plain nodes."""
    middle = [f"M{k}" for k in range(pieces - 1)]
    stops = ["A", *middle, "B"]
    nodes = [
        Node(
            id=n,
            name=n,
            country="AAA" if n != "B" else "BBB",
            lat=0,
            lon=0,
            kind="city",
            trade_share=1.0 if n in "AB" else None,
            basis="assumed",
        )
        for n in stops
    ]
    links = [
        Link(
            id=f"cut{k}/{pieces}",
            from_node=a,
            to_node=b,
            mode="rail",
            km=1000 / pieces,
            state="open",
            basis="assumed",
        )
        for k, (a, b) in enumerate(itertools.pairwise(stops))
    ]
    links.append(
        Link(id="other", from_node="A", to_node="B", mode="road", km=1010, state="open", basis="assumed")
    )
    records = Records(
        settings=SETTINGS,
        nodes=tuple(nodes),
        links=tuple(links),
        countries=tuple(Country(id=c, name=c, gdp_usd_m=1, basis="assumed") for c in ("AAA", "BBB")),
        params=params(),
    )
    return typed(records, shipment_types=16, taste_spread=0.15, cost_variance=5.0, shipment_seed=seed)


def test_a_link_cut_in_two_changes_expected_costs_by_less_than_the_draws_do() -> None:
    expected = []
    for pieces in (1, 2, 4):
        found = []
        for seed in range(24):
            cost = skim(Network.of(parallel(pieces, seed))).cost.astype(float)
            assert (cost[:, 0, 1] < UNREACHABLE).all()
            found.append(cost.reshape(len(CLASSES), 16, 2, 2).mean(axis=1)[:, 0, 1] * UNIT_USD_PER_T)
        expected.append(np.array(found))
    one, two, four = expected
    assert one.std(axis=0).min() > 0
    for cut in (two, four):
        # of one seed's own error, and, over many, within what is left of it
        assert (abs(cut.mean(axis=0) - one.mean(axis=0)) < one.std(axis=0)).all()
        left = np.hypot(cut.std(axis=0), one.std(axis=0)) / np.sqrt(24)
        assert (abs(cut.mean(axis=0) - one.mean(axis=0)) < 3 * left).all()


def plain_loads(network: Network, demand: np.ndarray) -> dict[int, float]:
    """The twin: every type of every class by Dijkstra in plain Python, and every pair along its own path."""
    answer: dict[int, float] = {}
    leaving: dict[int, list[int]] = {}
    for k, arc in enumerate(network.arcs):
        leaving.setdefault(arc.tail, []).append(k)
    origins, destinations = network.frame.zone_ends()
    types = network.types.types
    for row in range(len(network.cost)):
        s = row // types
        for o, origin in enumerate(origins.tolist()):
            heap: list[tuple[tuple[int, ...], int, int]] = [((0, 0, 0, 0), origin, -1)]
            came: dict[int, int] = {}
            while heap:
                key, node, by = heapq.heappop(heap)
                if node in came:
                    continue
                came[node] = by
                for k in leaving.get(node, []):
                    arc = network.arcs[k]
                    more = (
                        int(network.cost[row, k]),
                        *(round(x * 1e6) for x in (arc.hours + arc.wait_hours, arc.usd_per_t[s], arc.km)),
                    )
                    heapq.heappush(heap, (tuple(map(sum, zip(key, more, strict=True))), arc.head, k))
            for d, destination in enumerate(destinations.tolist()):
                node = destination
                while node in came and came[node] >= 0:
                    k = came[node]
                    answer[k] = answer.get(k, 0.0) + demand[s, o, d] / types
                    node = network.arcs[k].tail
    return answer


@cases(12, 30)
@given(worlds())
def test_loads_by_types_equal_the_plain_twin_and_lose_nothing(world: tuple[Records, tuple[str, ...]]) -> None:
    records, players = world
    network = Network.of(typed(records), players)
    P = len(network.zones)
    assume(P > 1)
    demand = np.random.default_rng(P).integers(1, 50, (len(CLASSES), P, P)).astype(float)
    found = assign(network, demand)
    reached = (skim(network).cost[::4] < UNREACHABLE).reshape(demand.shape)
    assert found.lost == pytest.approx(float(demand[~reached].sum()))
    # what is loaded anywhere is what has a path
    loading = np.array([a.key[0] == "load" for a in network.arcs])
    assert found.load[loading].sum() == pytest.approx(float(demand[reached].sum()))
    plain = np.zeros(len(network.arcs))
    for k, amount in plain_loads(network, demand).items():
        plain[k] = amount
    assert plain.any() == found.load.any()
    # of paths equal in cost, hours, dollars and km either may be taken, so what is compared are the sums
    for what in (
        [a.hours + a.wait_hours for a in network.arcs],
        [a.km for a in network.arcs],
        [float(a.key[0] == "load") for a in network.arcs],
    ):
        assert np.dot(what, found.load) == pytest.approx(np.dot(what, plain))


def test_shares_of_paths_are_those_of_the_loads_and_add_up() -> None:
    records = typed(opened("north-south").records, shipment_types=16)
    network = Network.of(records)
    zones = [z.node for z in network.zones]
    several = 0
    for a, b in (("Mumbai", "Moscow"), (zones[0], zones[-1]), (zones[3], zones[-5])):
        if a not in zones or b not in zones or a == b:
            continue
        try:
            found = route(network, a, b)
        except NoSolution:
            continue
        assert sum(p.share for p in found.shares) == pytest.approx(1.0)
        assert found.shares[0].links == found.links
        assert found.shares[0].hours == pytest.approx(found.hours)
        several = max(several, len(found.shares))
        demand = np.zeros((len(CLASSES), len(zones), len(zones)))
        demand[CLASSES.index("containers"), zones.index(a), zones.index(b)] = 16e6
        by_link = loads(records, network, demand).by_link()
        want: dict[str, float] = {}
        for path in found.shares:
            for link in path.links:
                want[link] = want.get(link, 0.0) + 16 * path.share
        assert {k: v for k, v in by_link.items() if v} == pytest.approx(want)
    assert several > 1


def selected_by_hand(network: Network, demand: np.ndarray, links: Sequence[str]) -> float:
    zones = [z.node for z in network.zones]
    total = 0.0
    for s, cargo in enumerate(CLASSES):
        for o, d in itertools.permutations(range(len(zones)), 2):
            try:
                paths = route(network, zones[o], zones[d], cargo=cargo).shares
            except NoSolution:
                continue
            total += demand[s, o, d] * sum(p.share for p in paths if set(p.links) & set(links))
    return total / 1e6


def test_select_link_tells_who_uses_it_and_what_takes_over() -> None:
    records = typed(milepost.open(milepost.example("ridge")).records, shipment_types=8)
    network = Network.of(records)
    P = len(network.zones)
    demand = np.random.default_rng(0).uniform(1e5, 9e5, (len(CLASSES), P, P)) * (1 - np.eye(P))
    before = loads(records, network, demand).by_link()
    busy = max(before, key=lambda x: before[x])
    chosen = arcs_of(network, "link", busy)
    found = select(network, closed(network, chosen), demand, "link", busy, chosen)
    assert found.mt == pytest.approx(before[busy])
    assert found.mt == pytest.approx(selected_by_hand(network, demand, [busy]))
    assert found.shift[busy] == pytest.approx(-before[busy])
    after = loads(records, closed(network, chosen), demand)
    for link, gain in found.shift.items():
        assert gain == pytest.approx(after.by_link().get(link, 0.0) - before.get(link, 0.0))
    assert found.without_path_mt == pytest.approx(after.without_path_mt)
    assert sum(found.by_class().values()) == pytest.approx(found.mt)
    assert found.gains() or found.without_path_mt
    # a node: what is loaded, unloaded or passes there, once
    node = next(x for x in records.links if x.id == busy).from_node
    at = arcs_of(network, "node", node)
    there = select(network, closed(network, at), demand, "node", node, at)
    assert there.mt >= found.mt * (1 - 1e-12)


def test_the_programme_selects_links_nodes_and_commitments() -> None:
    programme = milepost.open(milepost.example("ridge"))
    busy = programme.loads().links[0]
    assert programme.select_link(busy.link).mt == pytest.approx(busy.total_mt)
    player = "R1"
    found = programme.select_link(player)
    assert found.what == "commitment"
    assert found.as_dict()["total"] == pytest.approx(found.mt)
    shift = programme.loads([player]).shift
    for link, gain in found.shift.items():
        assert gain == pytest.approx(-shift[link])
    with pytest.raises(MilepostError, match="link, node or commitment"):
        programme.select_link("nowhere")


def test_the_types_of_records_are_made_once_and_keep_the_mean() -> None:
    records = typed(milepost.open(milepost.example("ridge")).records, shipment_types=16)
    types = ShipmentTypes.of(records)
    np.testing.assert_allclose(types.time.mean(axis=1), 1.0)
    np.testing.assert_allclose(types.taste.mean(axis=1), 1.0)
    assert types.time.std() > 0.3
    assert (replace(types, variance=0.0).cost(Network.of(records).arcs) >= 0).all()


def test_a_constant_of_a_country_is_on_its_links_by_that_mode_alone() -> None:
    """Inside it whole, over its borders by half, elsewhere and by other modes not at all; days and prices
    stay."""
    records = milepost.open(milepost.example("ridge")).records
    country = {n.id: n.country for n in records.nodes}
    ends = {x.id: [country[x.from_node], country[x.to_node]] for x in records.links}
    chosen = next(ends[x.id][0] for x in records.links if x.mode == "rail" and x.state == "open")
    row = Param(
        id="new",
        name="country_constant_usd_per_tkm",
        applies_to=f"rail/{chosen}",
        value=0.02,
        basis="assumed",
    )
    before = Network.of(records)
    after = Network.of(records.with_rows(params=[*records.params, row]))
    seen = set()
    for old, new in zip(before.arcs, after.arcs, strict=True):
        shared = ends[old.row].count(chosen) if old.key[0] == "link" and old.mode == "rail" else 0
        seen.add(shared)
        more = 0.01 * shared * old.km
        assert new.constant_usd_per_t == pytest.approx([c + more for c in old.constant_usd_per_t])
        assert (new.hours, new.wait_hours, new.usd_per_t) == (old.hours, old.wait_hours, old.usd_per_t)
    assert {0, 2} <= seen
    assert (after.cost >= before.cost).all()
    assert (after.cost > before.cost).any()


def test_a_constant_of_a_class_is_on_its_links_by_that_mode_for_that_class_alone() -> None:
    records = milepost.open(milepost.example("ridge")).records
    row = Param(
        id="new",
        name="class_constant_usd_per_tkm",
        applies_to="rail/containers",
        value=0.02,
        basis="assumed",
    )
    before = Network.of(records)
    after = Network.of(records.with_rows(params=[*records.params, row]))
    boxes = CLASSES.index("containers")
    there = False
    for old, new in zip(before.arcs, after.arcs, strict=True):
        on = old.key[0] == "link" and old.mode == "rail"
        more = [0.02 * old.km * (on and s == boxes) for s in range(len(CLASSES))]
        assert new.constant_usd_per_t == pytest.approx(np.add(old.constant_usd_per_t, more))
        assert (new.hours, new.wait_hours, new.usd_per_t) == (old.hours, old.wait_hours, old.usd_per_t)
        bound = [on and s == boxes for s in range(len(CLASSES))]
        assert [n > o for o, n in zip(old.cost, new.cost, strict=True)] == bound
        there |= on
    assert there
    rows = after.types.rows_of("containers")
    others = [r for r in range(len(after.cost)) if r not in rows]
    assert (after.cost[others] == before.cost[others]).all()
    assert (after.cost[rows.start : rows.stop] > before.cost[rows.start : rows.stop]).any()


@cases(20, 200)
@given(
    st.floats(-0.3, 0.5),
    st.lists(st.floats(0.1, 400), min_size=2, max_size=8),
    st.integers(1, 40),
)
def test_a_dollar_off_a_price_is_a_dollar_whatever_the_constant(
    constant: float, prices: list[float], types: int
) -> None:
    """At the mean of the types, as long as a constant leaves more than a tenth of the price; and never does a
    lower price cost more."""
    records = typed(milepost.open(milepost.example("ridge")).records, shipment_types=types)
    made = replace(ShipmentTypes.of(records), variance=0.0)
    arc = next(a for a in Network.of(records).arcs if a.key[0] == "link")
    n = len(CLASSES)
    weighed = [replace(arc, usd_per_t=(p,) * n, constant_usd_per_t=(constant * p,) * n) for p in prices]
    lower = [replace(a, usd_per_t=tuple(p * 0.99 for p in a.usd_per_t)) for a in weighed]
    before, after = made.cost(weighed), made.cost(lower)
    assert (after <= before).all()
    for k, price in enumerate(prices):
        saved = (before - after)[:, k].reshape(len(CLASSES), types).mean(axis=1) * UNIT_USD_PER_T
        assert saved == pytest.approx(0.01 * price, abs=UNIT_USD_PER_T, rel=1e-6)


def test_the_wait_at_the_berth_of_a_ferry_is_that_of_ports_unless_a_row_has_it_apart() -> None:
    records = milepost.open(milepost.example("northern-corridor")).records
    port = records.param("added_wait_hours", "port")

    def arcs(hours: float) -> tuple[Arc, ...]:
        row = Param(id="new", name="added_wait_hours", applies_to="ferry", value=hours, basis="assumed")
        return tuple(Network.of(records.with_rows(params=[*records.params, row])).arcs)

    before, same, more = Network.of(records).arcs, arcs(port), arcs(port + 10)
    met = set()
    for old, equal, new in zip(before, same, more, strict=True):
        assert equal.wait_hours == pytest.approx(old.wait_hours)
        names = old.key[2:] if old.key[0] != "link" else ()
        passes = old.key[0] == "cross" and len(set(names)) == 1
        own = 10 if "ferry" in names and not passes else 0
        met.add(own)
        assert new.wait_hours == pytest.approx(old.wait_hours + own), old.key
    assert met == {0, 10}


def test_between_two_ferries_the_wait_is_that_of_ferries_between_two_ships_that_of_ports() -> None:
    records = milepost.open(milepost.example("northern-corridor")).records
    waits = [
        Param(id=f"new-{key}", name="added_wait_hours", applies_to=key, value=hours, basis="assumed")
        for key, hours in (("ferry", 3.0), ("port", 50.0))
    ]
    kept = [p for p in records.params if p.name != "added_wait_hours"]
    port = next(n.id for n in records.nodes if n.kind == "port")
    posts = [
        Crossing(id=f"new-{m}", node=port, kind="terminal", from_mode=m, to_mode=m, hours=7, basis="assumed")
        for m in ("ferry", "sea")
    ]
    changed = records.with_rows(params=[*kept, *waits], crossings=[*records.crossings, *posts])
    rates = Rates(changed, changes(changed, frozenset()))
    assert rates.crossing(port, "ferry", "ferry").wait_hours == 7 + 3
    assert rates.crossing(port, "sea", "sea").wait_hours == 7 + 50


def test_a_truck_that_runs_half_of_the_day_takes_twice_as_long_and_a_train_as_long() -> None:
    records = milepost.open(milepost.example("northern-corridor")).records
    row = Param(id="new", name="running_hours_per_day", applies_to="road", value=12.0, basis="assumed")
    before, after = Network.of(records), Network.of(records.with_rows(params=[*records.params, row]))
    met = set()
    for old, new in zip(before.arcs, after.arcs, strict=True):
        road = old.key[0] == "link" and old.mode == "road"
        met.add(road)
        assert new.hours == pytest.approx(old.hours * (2 if road else 1))
        assert (new.wait_hours, new.usd_per_t) == (old.wait_hours, old.usd_per_t)
    assert met == {True, False}
