"""V of a real programme: the chain of rooms against a slow one, and the laws that must hold on it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.network.network import CLASSES, UNREACHABLE, Network
from milepost.network.paths import skim
from milepost.programme import Programme
from milepost.records import Node, Records
from milepost.trade.one_sector.from_records import base
from milepost.trade.one_sector.solver import solve
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.sensitivity import value_of_time


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def cargo_of(records: Records, exporter: str, importer: str) -> dict[str, tuple[float, float]]:
    """Share of the value and USD per tonne of each class: the rows of the most particular key there is."""
    plain = {
        name: records.param("cargo_value_usd_per_t", name) * records.param("cargo_value_factor", name)
        for name in CLASSES
    }
    for key in ((exporter, importer), (exporter, "*"), ("*", importer), ("*", "*")):
        rows = [row for row in records.cargo if (row.exporter, row.importer) == key]
        if not rows:
            continue
        total = sum(row.share for row in rows)
        found = {name: (0.0, plain[name]) for name in CLASSES}
        for row in rows:
            if row.cargo_class in found:
                fitted = row.basis in ("assumed", "estimated")
                factor = records.param("cargo_value_factor", row.cargo_class) if fitted else 1.0
                value = row.usd_per_t * factor if row.usd_per_t else plain[row.cargo_class]
                found[row.cargo_class] = (row.share / total, value)
        return found
    return {name: (records.param("trade_share", name), plain[name]) for name in CLASSES}


def zone_share(records: Records, zone: Node, way: str, name: str, partner: str) -> float:
    """A zone's share of what its country sends to a partner, or takes from it, of one class."""
    home = {n.id: n.country for n in records.nodes}
    for other in (partner, "*"):
        key = (zone.country, way, name, other)
        rows = [
            r for r in records.zone_shares if (home[r.node], r.direction, r.cargo_class, r.partner) == key
        ]
        if rows:
            return sum(r.share for r in rows if r.node == zone.id)
    return zone.trade_share or 0.0


def slowly(programme: Programme, group: tuple[str, ...]) -> np.ndarray:
    """What users gain, without overlay, kernel or memory: two searches, a loop over cells, one solve."""
    records = programme.records
    made = base(records)
    economy, spent = made.economy, made.economy.flows.copy()
    at = {c: i for i, c in enumerate(economy.countries)}
    shut = programme.baseline.usual  # what is in force today holds before and after
    networks = (Network.of(records, (), (), shut), Network.of(records, group, (), shut))
    before, after = (skim(network).cost for network in networks)
    types = len(before) // len(CLASSES)
    zones = [(o, n) for o, n in enumerate(n for n in records.nodes if n.trade_share)]
    of = {c: [(o, n) for o, n in zones if n.country == c] for c in economy.countries}
    k = np.ones((len(at), len(at)))
    for i, j in itertools.permutations(range(len(at)), 2):
        ends = list(itertools.product(of[economy.countries[i]], of[economy.countries[j]]))
        if not ends:
            continue
        cargo = cargo_of(records, economy.countries[i], economy.countries[j])
        off_network = 1.0 - sum(share for share, _ in cargo.values())
        total, all_spent = off_network, off_network
        shares = {
            (way, n.id, name): zone_share(records, n, way, name, partner)
            for way, zone_of, partner in (
                ("export", of[economy.countries[i]], economy.countries[j]),
                ("import", of[economy.countries[j]], economy.countries[i]),
            )
            for _, n in zone_of
            for name in CLASSES
        }
        for ((o, a), (d, b)), (s, name), t in itertools.product(ends, enumerate(CLASSES), range(types)):
            share, v = cargo[name]
            x, y = before[s * types + t, o, d], after[s * types + t, o, d]
            r = (v + y / 1000) / (v + x / 1000) if max(x, y) < UNREACHABLE else 1.0
            dollars = shares["export", a.id, name] * shares["import", b.id, name] * share / types
            if not (made.matrix.cif[i, j] or x >= UNREACHABLE):
                dollars *= 1 + x / 1000 / v
            total += dollars * r**-economy.theta
            all_spent += dollars
        k[i, j] = (total / all_spent) ** (-1 / economy.theta)
        spent[i, j] *= all_spent
    return solve(replace(economy, flows=spent), k).equivalent_variation_musd


def test_v_equals_the_slow_chain_for_every_set(ridge: Programme) -> None:
    table = ridge.game.table()
    fresh = corridor_game(Baseline.of(ridge.records))
    for size in range(5):
        for group in itertools.combinations(ridge.game.players, size):
            slow = slowly(ridge, group)
            np.testing.assert_allclose(table[ridge.game.mask(group)], slow, rtol=1e-6, atol=1e-6)
            np.testing.assert_array_equal(fresh.value(group), table[ridge.game.mask(group)])


def test_v_equals_the_slow_chain_on_north_south(north_south: Programme) -> None:
    slow, game = slowly(north_south, ("C01", "C14")), north_south.game
    received = game.received(("C01", "C14"))
    assert received is not None
    np.testing.assert_allclose(game.value(("C01", "C14")) - received, slow, rtol=1e-6, atol=1e-5)
    assert slow.sum() > 1


@pytest.mark.parametrize("name", ["ridge", "north-south", "northern-corridor"])
def test_laws_on_the_examples(name: str) -> None:
    programme = milepost.open(milepost.example(name))
    game = programme.game
    assert game.players
    assert (game.value(()) == 0).all()
    shares = programme.shapley()
    np.testing.assert_allclose(
        shares.share.sum(axis=0), shares.total, rtol=1e-9, atol=1e-9 * abs(shares.total).max()
    )
    for i, _ in enumerate(game.players):
        table = game.table().reshape(-1, 2, 1 << i, len(game.countries))
        if (table[:, 0] == table[:, 1]).all():
            assert (shares.share[i] == 0).all()
    assert set(game.not_valued) | set(game.players) == {c.id for c in programme.records.commitments}


def test_two_halves_are_worth_nothing_alone(ridge: Programme) -> None:
    game = ridge.game
    assert (game.value({"R1"}) == 0).all()
    assert (game.value({"R2"}) == 0).all()
    assert (game.value({"R1", "R2"}) > 1).all()
    shares = ridge.shapley()
    np.testing.assert_allclose(shares.share[0], shares.share[1], rtol=1e-12)


def test_scaling_all_flows_scales_v(ridge: Programme) -> None:
    records = ridge.records
    bigger = records.with_rows(
        flows=[f.model_copy(update={"usd_m": 10 * f.usd_m}) for f in records.flows],
        countries=[c.model_copy(update={"gdp_usd_m": 10 * c.gdp_usd_m}) for c in records.countries],
    )
    everyone = ridge.game.players
    np.testing.assert_allclose(
        corridor_game(Baseline.of(bigger)).value(everyone), 10 * ridge.game.value(everyone), rtol=1e-9
    )


def test_a_commitment_without_a_place_to_act_is_worth_exactly_nothing(ridge: Programme) -> None:
    """It speeds up a railway that leads nowhere: no path takes it, in whatever set."""
    records = ridge.records
    there, like = records.nodes[0], records.links[0]
    end = there.model_copy(
        update={"id": "NOWHERE", "name": "Nowhere", "trade_share": 0.0, "kind": "junction"}
    )
    spur = like.model_copy(
        update={"id": "SPUR", "from_node": there.id, "to_node": "NOWHERE", "mode": "rail", "gauge_mm": 1435}
        | {"state": "open", "commitment": "", "geometry": ""}
    )
    moved = next(e for e in records.effects if e.target_table == "links")
    effect = moved.model_copy(
        update={"id": "idle", "commitment": "R4", "target": "SPUR", "attribute": "speed_kmh"}
        | {"before": "", "after": "200", "together_with": (), "unit": "km/h"}
    )
    kept = [e for e in records.effects if e.commitment != "R4"]
    world = records.with_rows(
        nodes=[*records.nodes, end], links=[*records.links, spur], effects=[*kept, effect]
    )
    shares = Programme("spur", world).shapley()
    assert (shares.share[shares.commitments.index("R4")] == 0).all()
    assert (shares.share != 0).any()


def test_north_south_values_are_told_to_whom(north_south: Programme) -> None:
    game = north_south.game
    assert len(game.players) == 18
    reasons = game.not_valued
    assert reasons["C22"] == "no effect stated"
    assert "capacity" in reasons["C05"]
    assert "delivered" in reasons["C02"]
    assert "stopped" in reasons["C12"]
    with pytest.raises(WrongUse, match="C05 is not valued: its effect is on capacity"):
        game.value({"C05"})


def test_days_worth_more_raise_what_saves_time(ridge: Programme) -> None:
    found = value_of_time(ridge.baseline)
    border = found.commitments.index("R3")
    worth = [row[border] for row in found.worth_musd]
    assert worth[0] < worth[1] < worth[2]


def test_a_value_of_time_is_half_alone_and_half_last(ridge: Programme) -> None:
    found = value_of_time(ridge.baseline, (0.01, 0.02))
    centre = ridge.records.param("value_of_time_share_per_day", "containers")
    records = ridge.records
    for p in records.params:
        if p.name == "value_of_time_share_per_day":
            records = records.with_param(p.name, p.value * 0.02 / centre, p.applies_to)
    game = corridor_game(ridge.baseline.with_records(records))
    whole = game.value(game.players).sum()
    for name, worth in zip(found.commitments, found.worth_musd[1], strict=True):
        alone = game.value((name,)).sum()
        last = whole - game.value([p for p in game.players if p != name]).sum()
        assert worth == pytest.approx((alone + last) / 2, rel=1e-9)


def test_slipping_never_gains_on_the_ridge(ridge: Programme) -> None:
    assert (ridge.delay().cost >= 0).all()
    assert (ridge.delay(days=365).cost >= ridge.delay(days=30).cost - 1e-12).all()
