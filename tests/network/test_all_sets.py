"""The walk over all sets: bit for bit what each set gives by itself, for any number of types and sectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from test_network import worlds
from test_shipment_types import typed

import milepost
from milepost.errors import MilepostError
from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE
from milepost.network.overlay import Overlay
from milepost.records import Records
from milepost.trade.costs import Hats, TradeCosts
from milepost.value.all_sets import Seen, pieces
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game


def costs_of(overlay: Overlay, sectors: int, by_pair: bool) -> Hats:
    """Random weights of zones, classes and countries; elasticities that differ, and one that comes twice."""
    rng = np.random.default_rng(overlay.zones)
    n = 3
    shape = (len(CLASSES), n, n) if by_pair else (len(CLASSES),)
    country, share = rng.integers(0, n, overlay.zones), rng.random(overlay.zones)
    value = rng.uniform(100, 3000, shape)
    return Hats(
        tuple(
            TradeCosts(
                today=overlay.cost(frozenset()),
                unit=UNIT_USD_PER_T,
                unreachable=int(UNREACHABLE),
                country=country,
                share=share,
                class_share=rng.random(shape),
                cargo_value_usd_per_t=value,
                countries=n,
                theta=float(theta),
            )
            for theta in (4.0, 5.5, 4.0)[:sectors]
        )
    )


def plain_hat(costs: TradeCosts, cost: np.ndarray) -> np.ndarray:
    """The twin: equation (2) of trade.costs as it is written."""
    total, all_ = np.zeros((3, 3)), np.zeros((3, 3))
    types = len(cost) // len(CLASSES)
    pick = (
        costs.class_share
        if costs.class_share.ndim == 3
        else costs.class_share[:, None, None] + np.zeros((3, 3))
    )
    value = costs.cargo_value_usd_per_t
    value = value if value.ndim == 3 else value[:, None, None] + np.zeros((3, 3))
    for row, o, d in np.ndindex(*cost.shape):
        s, i, j = row // types, costs.country[o], costs.country[d]
        if i == j:
            continue
        before, after = costs.today[row, o, d] / 1000, cost[row, o, d] / 1000
        kappa = 1.0 if before * 1000 >= UNREACHABLE else (value[s, i, j] + after) / (value[s, i, j] + before)
        weight = costs.share[o] * costs.share[d] * pick[s, i, j] / types
        total[i, j] += weight * (kappa**-costs.theta - 1)
        all_[i, j] += weight
    return (1 + total) ** (-1 / costs.theta)


@given(
    worlds(), st.sampled_from([1, 3, 1024]), st.sampled_from([1, 3]), st.sampled_from([1, 3]), st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_gains_of_all_sets_are_those_of_each_bit_for_bit(
    world: tuple[Records, tuple[str, ...]], at_once: int, types: int, sectors: int, by_pair: bool
) -> None:
    records, players = world
    try:
        overlay = Overlay.of(typed(records, shipment_types=types), players)
    except MilepostError:
        reject()
    if not overlay.zones:
        reject()
    hats = costs_of(overlay, sectors, by_pair)
    seen = Seen(len(players))
    seen_twin: dict[tuple[bytes, int], int] = {}
    met: list[int] = []
    for piece in pieces(overlay, hats, at_once):
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
