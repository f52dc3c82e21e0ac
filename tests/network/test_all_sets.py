"""The walk over all sets: bit for bit what each set gives by itself, for any number of types and sectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from test_network import worlds
from test_shipment_types import typed

import milepost
from milepost.errors import MilepostError
from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE
from milepost.network.overlay import Overlay
from milepost.records import Records
from milepost.trade.costs import Hats, TradeCosts
from milepost.value import pair_tables
from milepost.value.all_sets import Seen, Walk, pieces
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.pair_tables import PairTables
from torture import cases


def costs_of(overlay: Overlay, sectors: int, fob_share: float) -> Hats:
    """Random weights of zones, classes and pairs of countries, flows valued fob or cif; elasticities that
    differ, and one that comes twice."""
    rng = np.random.default_rng(overlay.zones)
    n = 3
    value = rng.uniform(100, 3000, (len(CLASSES), n, n))  # a tonne is worth the same in every sector
    country = rng.integers(0, n, overlay.zones)
    share = rng.random((2, len(CLASSES), overlay.zones, n))  # of exports and imports, by class and partner
    return Hats(
        tuple(
            TradeCosts(
                today=overlay.cost(frozenset()),
                unit=UNIT_USD_PER_T,
                unreachable=int(UNREACHABLE),
                country=country,
                share=share,
                class_share=rng.random((len(CLASSES), n, n)),
                cargo_value_usd_per_t=value,
                fob=rng.random((n, n)) < fob_share,
                theta=float(theta),
            )
            for theta in (4.0, 5.5, 4.0)[:sectors]
        )
    )


def plain_hat(costs: TradeCosts, cost: np.ndarray) -> np.ndarray:
    """The twin: equations (2) to (4) of trade.costs as they are written."""
    total, delivered = np.zeros((3, 3)), np.ones((3, 3))
    types = len(cost) // len(CLASSES)
    for row, o, d in np.ndindex(*cost.shape):
        s, i, j = row // types, costs.country[o], costs.country[d]
        before, after = costs.today[row, o, d] / 1000, cost[row, o, d] / 1000
        if i == j or before * 1000 >= UNREACHABLE:
            continue
        v = costs.cargo_value_usd_per_t[s, i, j]
        weight = costs.share[0, s, o, j] * costs.share[1, s, d, i] * costs.class_share[s, i, j] / types
        if costs.fob[i, j]:
            delivered[i, j] += weight * before / v
            weight *= 1 + before / v
        total[i, j] += weight * (((v + after) / (v + before)) ** -costs.theta - 1)
    return (1 + total / delivered) ** (-1 / costs.theta)


@cases(24, 60)
@given(
    worlds(),
    st.sampled_from([1, 3, 1024]),
    st.sampled_from([1, 3]),
    st.sampled_from([1, 3]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([pair_tables.MOST_BYTES, 0]),
)
def test_gains_of_all_sets_are_those_of_each_bit_for_bit(
    world: tuple[Records, tuple[str, ...]],
    at_once: int,
    types: int,
    sectors: int,
    fob_share: float,
    most_bytes: int,
) -> None:
    """By tables, and by walking where there is no room for them."""
    records, players = world
    try:
        overlay = Overlay.of(typed(records, shipment_types=types), players)
    except MilepostError:
        reject()
    if not overlay.zones:
        reject()
    hats = costs_of(overlay, sectors, fob_share)
    seen = Seen(len(players))
    seen_twin: dict[tuple[bytes, int], int] = {}
    met: list[int] = []
    for piece in pieces(overlay, hats, at_once, most_bytes=most_bytes):
        first, fresh = seen.first(piece, piece.masks & 1)
        made = hats.from_gains(piece.gains)
        for k, mask in enumerate(piece.masks.tolist()):
            delivered = frozenset(p for i, p in enumerate(players) if mask >> i & 1)
            cost = overlay.cost(delivered)
            truth = hats.of(cost)
            np.testing.assert_array_equal(made[piece.which[k]], truth)
            np.testing.assert_allclose(truth[0], plain_hat(hats.costs[0], cost), rtol=1e-12)
            # two sets share a key when gains and duties are the same, and only then
            key = (piece.gains[piece.which[k]].tobytes(), mask & 1)
            assert seen_twin.setdefault(key, mask) == first[k]
            assert bool(fresh[k]) == (first[k] == mask)
        met += piece.masks.tolist()
    assert sorted(met) == list(range(1 << len(players)))


@pytest.mark.parametrize("model", ["one-sector", "many-sectors"])
def test_the_table_is_v_of_each_set_with_types(model: str) -> None:
    ridge = typed(milepost.open(milepost.example("ridge")).records, shipment_types=16)
    records = replace(ridge, settings=ridge.settings.model_copy(update={"model": model}))
    whole, one_by_one = (corridor_game(Baseline.of(records)) for _ in range(2))
    table = whole.table()
    moved = 0
    for mask in range(len(table)):
        names = [p for k, p in enumerate(whole.players) if mask >> k & 1]
        np.testing.assert_array_equal(one_by_one.value(names), table[mask])
        moved += bool(table[mask].any())
    assert moved > 8
    for order in (whole.players, whole.players[::-1]):
        np.testing.assert_array_equal(corridor_game(Baseline.of(records)).along(order)[-1], table[-1])


def test_tables_hold_what_matters_and_give_up_where_there_is_no_room() -> None:
    """A pair of countries has states for the commitments that change a path of theirs for some set, and for
    no others."""
    ridge = milepost.open(milepost.example("ridge")).records
    overlay = Overlay.of(typed(ridge, shipment_types=3), tuple(sorted({e.commitment for e in ridge.effects})))
    hats = costs_of(overlay, 1, 0.5)
    walk = Walk(overlay, hats)
    tables = PairTables.of(walk.parts(), pair_tables.MOST_BYTES)
    assert tables is not None
    K = len(overlay.players)
    for pair, support in enumerate(tables.states.support.tolist()):
        i, j = divmod(pair, 3)
        cells = [
            (o, d)
            for o in range(overlay.zones)
            for d in range(overlay.zones)
            if hats.costs[0].country[o] == i != j == hats.costs[0].country[d]
        ]
        # the twin: what changes any of these paths for any set of the others
        for k, name in enumerate(overlay.order):
            rest = [p for p in overlay.order if p != name]
            matters = any(
                any(without[:, o, d].tolist() != having[:, o, d].tolist() for o, d in cells)
                for mask in range(1 << (K - 1))
                for some in [frozenset(p for b, p in enumerate(rest) if mask >> b & 1)]
                for without, having in [(overlay.cost(some), overlay.cost(some | {name}))]
            )
            assert bool(support >> k & 1) == matters, (pair, name)
    assert PairTables.of(walk.parts(), 1000) is None
