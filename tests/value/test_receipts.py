"""What countries receive: a plain twin that traces every path of every set, and what holds of transfers."""

from __future__ import annotations

import heapq
import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from milepost.errors import MilepostError
from milepost.network.network import CLASSES, UNREACHABLE, Arc, Network
from milepost.network.overlay import Overlay
from milepost.network.traced import Traced, hashed
from milepost.params import COUNTED
from milepost.records import Effect, Param, Records
from milepost.value.all_sets import Seen, Walk, pieces
from milepost.value.few_sets import few_sets
from milepost.value.gathered import UNIT
from milepost.value.pair_tables import MOST_BYTES
from milepost.value.receipts import Receivers, counted_on

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "network"))
from test_all_sets import costs_of
from test_network import worlds
from test_shipment_types import typed

COUNTRIES = ("AAA", "BBB", "CCC")


def asked(records: Records, **shares: float) -> Records:
    """The records with shares of money that only changes hands, for every mode."""
    rows = [
        Param(id=f"S{k}", name=name, applies_to="all", value=value, basis="assumed")
        for k, (name, value) in enumerate(shares.items())
    ]
    return records.with_rows(params=[*records.params, *rows])


def with_transfers(records: Records, players: tuple[str, ...], seed: int) -> Records:
    """Random shares, rows with their own, and promises that lower money of every kind."""
    rng = np.random.default_rng(seed)
    links = [
        link.model_copy(
            update={
                "usd_per_t": float(rng.choice([0, 7])),
                "tax_share": float(rng.random() / 2) if rng.random() < 0.3 else None,
                "margin_share": float(rng.random() / 2) if rng.random() < 0.3 else None,
                "received_by": ("CCC", "ZZZ") if rng.random() < 0.2 else (),
            }
        )
        for link in records.links
    ]
    crossings = [
        row.model_copy(update={"usd_per_t": 9.0, "margin_share": 0.25 if rng.random() < 0.5 else None})
        for row in records.crossings
    ]
    effects = list(records.effects)
    for k, player in enumerate(players):
        table, attribute, after = [
            ("links", "usd_per_tkm", "0.03"),
            ("links", "usd_per_t", "2"),
            ("crossings", "usd_per_t", "4"),
            ("lines", "usd_per_tkm_factor", "0.8"),
        ][k % 4]
        targets = {
            "links": [x.id for x in links],
            "crossings": [x.id for x in crossings],
            "lines": ["west"],
        }[table]
        target = targets[int(rng.integers(len(targets)))] if targets else ""
        if target:
            effects.append(
                Effect(
                    id=f"M{k}",
                    commitment=player,
                    target_table=table,
                    target=target,
                    attribute=attribute,
                    after=after,
                    lowers=str(rng.choice(["", "resource", "tax", "margin"])),
                    basis="assumed",
                )
            )
    shares = {
        "rate_margin_share": 0.3,
        "rate_tax_share": 0.1,
        "charge_margin_share": 0.6,
        "border_tax_share": 1.0,
    }
    return asked(records.with_rows(links=links, crossings=crossings, effects=effects), **shares)


def arcs_with(overlay: Overlay, delivered: frozenset[str]) -> list[tuple[Arc, int]]:
    """Today's arcs and those that the delivered add, each with its number."""
    there = [(arc, hashed(arc.key)) for arc in overlay.today.arcs]
    for name, steps, arcs in zip(overlay.order, overlay.steps, overlay.arcs, strict=True):
        for (others, *_), arc in zip(steps, arcs, strict=True):
            if {*others, name} <= delivered:
                there.append((arc, hashed(arc.key, {*others, name})))
    return there


def traced_plainly(
    network: Network, arcs: list[tuple[Arc, int]], row: int, s: int
) -> dict[tuple[int, int], tuple[int, dict[str, float]]]:
    """The twin: Dijkstra by pairs (cost, sum of the arcs' numbers), and what is received along the path."""
    cost = network.types.cost([arc for arc, _ in arcs])[row]
    leaving = defaultdict(list)
    for k, (arc, number) in enumerate(arcs):
        leaving[arc.tail].append((arc.head, (int(cost[k]), number), k))
    origins, destinations = network.frame.zone_ends()
    answer = {}
    for i, origin in enumerate(origins.tolist()):
        heap: list[tuple[tuple[int, int], int, tuple[int, ...]]] = [((0, 0), origin, ())]
        best: dict[int, tuple[tuple[int, int], tuple[int, ...]]] = {}
        while heap:
            key, node, walked = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = key, walked
            for head, (c, h), k in leaving[node]:
                if head not in best:
                    heapq.heappush(heap, ((key[0] + c, key[1] + h), head, (*walked, k)))
        for j, destination in enumerate(destinations.tolist()):
            if destination in best:
                got: dict[str, float] = defaultdict(float)
                for k in best[destination][1]:
                    for t in arcs[k][0].transfers:
                        got[t.country] += t.usd_per_t[s]
                answer[i, j] = best[destination][0][0], got
    return answer


@given(
    worlds(),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1, 3]),
    st.sampled_from([1, 3]),
    st.sampled_from([MOST_BYTES, 0]),
)
@settings(max_examples=40, deadline=None)
def test_what_every_set_gathers_is_what_its_paths_pay(
    world: tuple[Records, tuple[str, ...]], seed: int, types: int, sectors: int, most_bytes: int
) -> None:
    records, players = world
    records = typed(with_transfers(records, players, seed), shipment_types=types)
    try:
        overlay = Overlay.of(records, players)
    except MilepostError:
        reject()
    if not overlay.zones:
        reject()
    hats = costs_of(overlay, sectors, 0.5)
    arcs = [*overlay.today.arcs, *(a for step in overlay.arcs for a in step)]
    receivers = Receivers.of(arcs, COUNTRIES, counted_on(records, COUNTED))
    if not receivers.column:
        reject()
    traced = Traced.of(overlay, len(receivers.column), receivers.terms)
    walk = Walk(overlay, hats, traced)
    state = walk.begin(0)
    whole = {
        mask: (piece, k)
        for piece in pieces(overlay, hats, 3, traced, most_bytes)
        for k, mask in enumerate(piece.masks.tolist())
    }
    assert len(whole) == 1 << len(players)
    names = [frozenset(p for i, p in enumerate(players) if mask >> i & 1) for mask in whole]
    few = few_sets(overlay, hats, traced, names)
    assert few is not None
    assert few.totals is not None
    assert few.totals_of is not None
    for k, (piece, at) in enumerate(whole.values()):
        gains, totals, of = piece.gains[piece.which[at]], piece.totals, piece.totals_of
        np.testing.assert_array_equal(few.gains[k], gains)
        assert totals is not None
        assert of is not None
        apart = of[piece.which[at]] >= 0
        np.testing.assert_array_equal(few.totals[few.totals_of[k]][apart], totals[of[piece.which[at]]][apart])
    asked = [*whole, *whole]  # in no order and twice: what stands of the set before may be gone on from
    random.Random(seed).shuffle(asked)
    for mask in asked:
        piece, k = whole[mask]
        delivered = frozenset(p for i, p in enumerate(players) if mask >> i & 1)
        assert piece.totals is not None
        assert piece.totals_of is not None
        found = piece.totals[piece.totals_of[piece.which[k]]].reshape(3, 3, sectors, -1) * UNIT
        found[np.arange(3), np.arange(3)] = 0.0
        leaf = sum(1 << (len(players) - 1 - r) for r, p in enumerate(overlay.order) if p in delivered)
        alone = walk.one(state, leaf)
        np.testing.assert_array_equal(alone.fingerprints[-1], piece.fingerprints[k])
        assert alone.totals is not None
        assert alone.totals_of is not None
        once = alone.totals[alone.totals_of[-1]].reshape(3, 3, sectors, -1) * UNIT
        once[np.arange(3), np.arange(3)] = 0.0
        np.testing.assert_array_equal(once, found)
        truth = np.zeros(found.shape)
        for row in range(len(CLASSES) * types):
            s = row // types
            paths = traced_plainly(overlay.today, arcs_with(overlay, delivered), row, s)
            for (o, d), (then, got) in paths.items():
                for p, costs in enumerate(hats.costs):
                    i, j, a = costs.country[o], costs.country[d], int(costs.today[row, o, d])
                    if i == j or a >= UNREACHABLE:
                        continue
                    v, weights = costs.cargo_value_usd_per_t[s, i, j], costs.weights
                    tonnes = costs.share[0, s, o, j] * costs.share[1, s, d, i]
                    tonnes *= weights.class_share[s, i, j] / types
                    tonnes /= v if costs.fob[i, j] else v + a / 1000
                    tonnes *= ((v + then / 1000) / (v + a / 1000)) ** -(costs.theta + 1)
                    for c, column in receivers.column.items():
                        truth[i, j, p, column] += tonnes * got.get(c, 0.0)
        np.testing.assert_allclose(found, truth, rtol=1e-9, atol=1e-11)


def test_sets_with_the_same_gains_that_gather_differently_are_told_apart() -> None:
    seen = Seen(2)
    assert seen is not None
