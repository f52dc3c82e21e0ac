"""Added traffic is cut at stated capacity, each set by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import milepost
from milepost.network.assignment import assign
from milepost.network.overlay import Overlay
from milepost.network.select_link import arcs_of
from milepost.programme import Programme
from milepost.value.answers import answer_of
from milepost.value.assignment import demanded
from milepost.value.capacity import Capacities, _filled

MODELS = ("one-sector", "many-sectors")


def ridge(model: str = "one-sector", types: int = 1, **capacity: float) -> Programme:
    """The invented corridor, some of whose links state another capacity."""
    opened = milepost.open(milepost.example("ridge"))
    records = opened.records
    links = [
        k.model_copy(
            update={"capacity_mt_per_year": capacity.get(k.id.replace("-", "_")), "load_mt_per_year": None}
        )
        for k in records.links
    ]
    nodes = [
        n.model_copy(update={"capacity_mt_per_year": None, "load_mt_per_year": None}) for n in records.nodes
    ]
    effects = [e for e in records.effects if e.attribute != "capacity"]
    settings = opened.settings.model_copy(update={"model": model})
    made = replace(records.with_rows(links=links, nodes=nodes, effects=effects), settings=settings)
    made = made.with_rows(
        params=[*(p for p in made.params if p.name not in ("shipment_types", "cost_variance"))]
    )
    if types > 1:
        row = made.params[0].model_copy(
            update={"id": "types", "name": "shipment_types", "applies_to": "all", "value": float(types)}
        )
        spread = row.model_copy(update={"id": "spread", "name": "cost_variance", "value": 2.0})
        made = made.with_rows(params=[*made.params, row, spread])
    return replace(opened, records=made)


EVERY = dict.fromkeys(("VALE_SUMMIT", "SUMMIT_RIDGETON", "PIER_HAVEN", "RIDGETON_GATE_ROAD"), 1000.0)
# a new railway of two halves; a ferry that runs today
SETS = {"VALE-SUMMIT": ("R1", "R2"), "PIER-HAVEN": ("R4",)}


@pytest.mark.parametrize("types", [1, 4])
@pytest.mark.parametrize("model", MODELS)
def test_where_there_is_room_nothing_is_cut(model: str, types: int) -> None:
    opened = ridge(model, types, **EVERY)
    v = opened.value("all")
    within = v.within_capacity
    assert within is not None
    assert within.rooms
    assert sum(r.asked_mt for r in within.rooms) > 0
    assert within.turned_away_mt == 0
    assert within.user_gain == within.user_gain_uncut
    assert within.exact


def test_without_a_stated_capacity_nothing_is_said() -> None:
    opened = ridge()
    assert opened.value("all").within_capacity is None


@pytest.mark.parametrize("link", SETS)
@pytest.mark.parametrize("model", MODELS)
def test_more_room_is_worth_more_from_what_the_rest_is_to_all(model: str, link: str) -> None:
    """Without room a link is worth nothing to those who do not use it today, with enough what it is worth."""
    key, delivered = link.replace("-", "_"), SETS[link]
    within = ridge(model, 4, **{key: 1000.0}).value(delivered).within_capacity
    assert within is not None
    (room,) = within.rooms
    assert (room.id, room.full) == (link, False)
    assert room.asked_mt > 0.01
    load = 1000.0 - room.room_mt
    assert (load > 0) == (link == "PIER-HAVEN")
    gains = []
    for part in (0.0, 0.2, 0.5, 0.9, 1.0, 1.5):
        cut = ridge(model, 4, **{key: max(load + part * room.asked_mt, 1e-12)})
        found = cut.value(delivered).within_capacity
        assert found is not None
        assert found.exact
        assert found.turned_away_mt == pytest.approx(max(0.0, (1 - part) * room.asked_mt), abs=1e-9)
        gains.append(found.all[0])
    whole = within.all[1]
    assert whole > 1
    if link == "VALE-SUMMIT":  # half a railway carries nobody
        assert gains[0] == pytest.approx(0.0, abs=1e-6 * whole)
    assert gains[4] == pytest.approx(whole, rel=1e-9)
    assert gains[5] == pytest.approx(whole, rel=1e-9)
    assert all(b > a - 1e-9 * whole for a, b in pairwise(gains))
    # by first order the gain follows the tonnes that get through
    assert gains[2] - gains[0] == pytest.approx(0.5 * (whole - gains[0]), rel=0.05)


@pytest.mark.parametrize("types", [1, 8])
def test_who_asks_is_who_the_assignment_sends_there(types: int) -> None:
    """Tonnes of a new link by another way: a search of the whole network with everything delivered."""
    opened = ridge("one-sector", types, **EVERY)
    players = opened.game.players
    overlay = Overlay.of(opened.records, players, opened.baseline.done, opened.baseline.usual)
    model = answer_of(opened.baseline, overlay.cost(frozenset()))
    within = Capacities(opened.baseline, overlay, model).of(frozenset(players))
    assert within is not None
    demand = demanded(opened.baseline)
    now, then = opened.baseline.network(), opened.baseline.with_delivered(players).network()
    looked = 0
    for room in within.rooms:
        new = assign(then, demand, arcs_of(then, "link", room.id)).passing
        old = assign(now, demand, arcs_of(now, "link", room.id)).passing
        if old.any():  # pairs that pass it before and after are no added traffic, type by type
            assert room.asked_mt <= new.sum() / 1e6 + 1e-9
        else:
            assert room.asked_mt == pytest.approx(new.sum() / 1e6, rel=1e-9)
            looked += room.asked_mt > 0
    assert looked


@pytest.mark.parametrize("seed", range(40))
def test_shares_rise_together_until_something_is_full(seed: int) -> None:
    """Max-min fairness: nothing carries more than its room, and whoever is held back passes something full
    on which nobody has a larger share."""
    rng = np.random.default_rng(seed)
    tonnes = rng.random((2, 3, 3))
    asked = {("links", f"L{k}"): (rng.random((2, 3, 3)) < 0.3, float(rng.random() * 2)) for k in range(5)}
    share, full = _filled(asked, tonnes)  # type: ignore[arg-type]
    for users, room in asked.values():
        assert (tonnes * share)[users].sum() <= room + 1e-12 or not users.any()
    for at in zip(*np.nonzero(share < 1), strict=True):
        mine = [e for e in full if asked[e][0][at]]
        assert any(
            share[asked[e][0]].max() <= share[at] + 1e-12
            and (tonnes * share)[asked[e][0]].sum() == pytest.approx(asked[e][1])
            for e in mine
        )
    turned, _ = _filled(dict(reversed(asked.items())), tonnes)  # type: ignore[arg-type]
    np.testing.assert_allclose(turned, share, atol=1e-12)


def test_two_that_are_full_are_said_to_be_an_approximation() -> None:
    tight = dict.fromkeys(EVERY, 1e-9)
    within = ridge("one-sector", 4, **tight).value("all").within_capacity
    assert within is not None
    assert len({c for r in within.full for c in r.commitments}) > 1
    assert not within.exact
    assert 0 < within.turned_away_mt <= sum(r.asked_mt for r in within.rooms)
    assert within.all[0] < within.all[1]
