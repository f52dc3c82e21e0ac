"""A zone first reached by a promise is valued, from a stated way off the network."""

from __future__ import annotations

import itertools

import milepost
import milepost.network.checks
from milepost.records import Param
from milepost.value import Baseline, corridor_game


def test_a_zone_first_reached_by_a_promise_has_a_value_that_the_premium_bounds() -> None:
    """Ridge without the links to its eastern country but those that R1 opens."""
    ridge = milepost.open(milepost.example("ridge")).records
    east = {n.id for n in ridge.nodes if n.country == "XEM"}
    links, opened = [], ""
    for link in ridge.links:
        if len({link.from_node, link.to_node} & east) != 1:
            links.append(link)
        elif not opened:  # the one way in is promised
            opened = link.id
            links.append(link.model_copy(update={"state": "planned"}))
    assert opened
    effect = next(e for e in ridge.effects if e.commitment == "R1")
    way_in = effect.model_copy(update={"id": "way-in", "target": opened, "before": "planned"})
    records = ridge.with_rows(links=links, effects=[*ridge.effects, way_in])
    assert not [f for f in milepost.network.checks.findings(records) if f.id in east]
    worth = []
    for premium in (0.0, 0.25, 1.0):
        row = Param(id="PX", name="off_network_premium", value=premium, basis="assumed")
        game = corridor_game(Baseline.of(records.with_rows(params=[*records.params, row])))
        assert any("off the network" in str(note) for note in game.notes)
        values = {
            names: float(game.value(names).sum())
            for size in range(len(game.players) + 1)
            for names in itertools.combinations(game.players, size)
        }
        assert values[()] == 0
        table = game.table()
        for names, value in values.items():
            assert abs(table[game.mask(names)].sum() - value) < 1e-6
        worth.append(values["R1",])
    assert 0 <= worth[0] < worth[1] < worth[2]
