"""The ledger of V: what users gain, what is received, what others suffer; and laws of transfers."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import milepost
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.network.effects import NOTHING, changes, lowered
from milepost.network.network import Network
from milepost.network.rates import Rates
from milepost.network.transfers import any_transfers, of_link
from milepost.programme import Programme
from milepost.records import Commitment, Effect, Param, Records
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.delays import delay_cost
from milepost.value.game import Game
from milepost.value.ledger import PARTS, ledger_of
from milepost.value.shares import shapley

SHARES = {
    "rate_margin_share": 0.3,
    "rate_tax_share": 0.1,
    "charge_margin_share": 0.5,
    "border_tax_share": 1.0,
}
OUTSIDE = {"co2e_kg_per_tkm": 0.08, "carbon_usd_per_t": 75.0, "accident_usd_per_tkm": 0.004}
ROAD = "VALE-RIDGETON-ROAD"


@cache
def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def having(records: Records, **values: float) -> Records:
    rows = [Param(id=f"S{k}", name=n, value=v, basis="assumed") for k, (n, v) in enumerate(values.items())]
    return records.with_rows(params=[*records.params, *rows])


def tariff(records: Records, after: float, lowers: str = "margin") -> Records:
    """One more commitment, R6: the road over the ridge asks less than its 0.09 USD a tonne-km."""
    effect = Effect(
        id="R6.f1",
        commitment="R6",
        target_table="links",
        target=ROAD,
        attribute="usd_per_tkm",
        after=str(after),
        lowers=lowers,
        basis="assumed",
    )
    agreed = records.commitments[0]
    promised = Commitment(
        id="R6", agreement=agreed.agreement, title="t", kind="tariff", owed_by=("XRL",), basis="assumed"
    )
    return records.with_rows(commitments=[*records.commitments, promised], effects=[*records.effects, effect])


def game_of(records: Records, model: str = "one-sector", counts: frozenset[str] | None = None) -> Game:
    settings = records.settings.model_copy(update={"model": model})
    base = Baseline.of(replace(records, settings=settings))
    return corridor_game(base if counts is None else replace(base, counts=counts))


def test_where_nothing_changes_hands_nothing_is_received() -> None:
    assert not any_transfers(ridge())
    assert not any(a.transfers for a in Network.of(ridge()).arcs)
    game = game_of(ridge())
    assert game.wide is None
    assert game.received(game.players) is None
    ledger = ledger_of(Baseline.of(ridge()), game, game.players)
    assert not ledger.amount[1:].any()
    np.testing.assert_array_equal(ledger.value, game.value(game.players))


@pytest.mark.parametrize("model", ["one-sector", "many-sectors"])
def test_v_of_every_set_is_the_sum_of_its_ledger(model: str) -> None:
    records = having(tariff(ridge(), 0.07), **SHARES, **OUTSIDE, shipment_types=4, cost_variance=5.0)
    settings = records.settings.model_copy(update={"model": model})
    records = replace(records, settings=settings)
    plain = game_of(records, model, frozenset())
    assert plain.wide is None
    world = Baseline.of(records)
    game, table = corridor_game(world), corridor_game(world).table()
    moved = 0
    for mask in range(len(table)):
        names = tuple(p for k, p in enumerate(game.players) if mask >> k & 1)
        np.testing.assert_array_equal(game.value(names), table[mask])
        received = game.received(names)
        assert received is not None
        np.testing.assert_allclose(table[mask] - received, plain.value(names), rtol=1e-12, atol=1e-9)
        ledger = ledger_of(world, game, names)
        np.testing.assert_allclose(ledger.value, table[mask], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(ledger.amount[0], plain.value(names), rtol=1e-12, atol=1e-9)
        moved += bool(np.abs(received).max() > 0.1)
    assert moved > 16
    for order in (game.players, game.players[::-1]):
        np.testing.assert_array_equal(corridor_game(world).along(order)[-1], table[-1])
    everything = corridor_game(replace(world, counts=frozenset({"receipts", "co2e", "accidents"})))
    ledger = ledger_of(replace(world, counts=frozenset({"co2e"})), game, game.players)
    assert ledger.counted == ("user_gain", "co2e")
    np.testing.assert_allclose(
        everything.value(game.players), ledger.amount.sum(axis=0), rtol=1e-9, atol=1e-9
    )
    assert (ledger.amount[PARTS.index("co2e")] != 0).any()


def test_a_tariff_cut_is_worth_nothing_to_all_while_traffic_does_not_move() -> None:
    """Users gain what the road loses, but for the traffic that the cut brings: with no margin today that is
    of second order."""
    kept = []
    for cut in (1e-3, 1e-4):
        game = game_of(tariff(ridge(), 0.09 - cut))
        received = game.received({"R6"})
        assert received is not None
        gain = float((game.value({"R6"}) - received).sum())
        assert gain > 0
        kept.append(abs(float(game.value({"R6"}).sum())) / gain)
    assert kept[0] < 0.05
    assert kept[1] < kept[0] / 5
    # as a cost that falls it is gained in full
    resource = game_of(tariff(ridge(), 0.089, "resource"))
    assert resource.wide is None
    assert float(resource.value({"R6"}).sum()) > 1
    # with a margin, the traffic it brings pays one
    assert float(game_of(having(tariff(ridge(), 0.089), **SHARES)).value({"R6"}).sum()) > 0


def test_what_one_pays_another_receives() -> None:
    records = having(tariff(ridge(), 0.07), **SHARES)
    to_one = records.with_rows(
        links=[x.model_copy(update={"received_by": ("XEM",)}) for x in records.links],
        crossings=[x.model_copy(update={"received_by": ("XEM",)}) for x in records.crossings],
    )
    outside = records.with_rows(
        links=[x.model_copy(update={"received_by": ("ROW",)}) for x in records.links],
        crossings=[x.model_copy(update={"received_by": ("ROW",)}) for x in records.crossings],
    )
    ledgers = []
    for one in (records, to_one, outside):
        world = Baseline.of(one)
        game = corridor_game(world)
        ledgers.append(ledger_of(world, game, game.players))
    whole = [ledger.amount[1:3].sum() + ledger.elsewhere[1:3].sum() for ledger in ledgers]
    np.testing.assert_allclose(whole, whole[0], rtol=1e-9)
    assert ledgers[0].amount[1:3].any(axis=0).all()
    links_only = ledgers[2].amount[1:3]
    assert abs(links_only).sum() < abs(ledgers[0].amount[1:3]).sum()
    assert ledgers[2].elsewhere[1:3].any()


@pytest.mark.parametrize("model", ["one-sector", "many-sectors"])
def test_by_who_pays_and_by_who_receives_it_is_the_same(model: str) -> None:
    records = having(tariff(ridge(), 0.07), **SHARES)
    records = replace(records, settings=records.settings.model_copy(update={"model": model}))
    records = records.with_rows(
        links=[
            x.model_copy(update={"received_by": ("XEM",)}) if x.mode == "rail" else x for x in records.links
        ]
    )
    world = Baseline.of(records)
    game = corridor_game(world)
    for names in ((), game.players[:1], game.players[2:], game.players):
        ledger = ledger_of(world, game, names)
        np.testing.assert_allclose(ledger.value, game.value(names), rtol=1e-9, atol=1e-9)
        received = [*ledger.amount[1:3].sum(axis=0), ledger.elsewhere[1:3].sum()]
        np.testing.assert_allclose(ledger.paid.sum(axis=0), received, rtol=1e-9, atol=1e-9)
        assert ledger.by_payer.sum() == pytest.approx(
            game.value(names).sum() + ledger.elsewhere[1:3].sum(), rel=1e-9, abs=1e-9
        )
    assert (np.abs(ledger.paid).max(axis=1) > 0.01).all()  # each pays for what it uses
    home, abroad = ledger.paid.diagonal().sum(), ledger.paid[:, :3].sum() - ledger.paid.diagonal().sum()
    assert abs(home) > 0.01
    assert abs(abroad) > 0.01


def test_a_transfer_alone_sums_to_zero_over_countries() -> None:
    """A price that only moves money, by so little that trade hardly answers: what users gain is what they pay
    less and others receive less, so all countries together have nothing."""
    dear = having(tariff(ridge(), 0.09 - 1e-4), shipment_types=1, cost_variance=0)
    world = Baseline.of(dear)
    game = corridor_game(world)
    ledger = ledger_of(world, game, ("R6",))
    gained = ledger.amount[0]
    assert gained.sum() > 1e-3
    assert (ledger.paid.sum(axis=1) < 0).all()
    assert -ledger.paid.sum() == pytest.approx(gained.sum(), rel=1e-2)
    assert abs(ledger.value.sum()) < 1e-2 * gained.sum()
    lost = ledger.amount[1:3].sum(axis=0)
    assert (lost <= 1e-12).all()
    assert lost.sum() == pytest.approx(-gained.sum(), rel=1e-2)


def test_a_link_cut_in_two_pays_the_same() -> None:
    records = having(tariff(ridge(), 0.07), **SHARES)
    road = next(x for x in records.links if x.id == "WESTPORT-VALE-ROAD")
    town = next(x for x in records.nodes if x.id == "VALE").model_copy(
        update={"id": "HALFWAY", "trade_share": None, "kind": "waypoint"}
    )
    halves = [
        road.model_copy(update={"id": "H1", "to_node": "HALFWAY", "km": road.km / 2}),
        road.model_copy(update={"id": "H2", "from_node": "HALFWAY", "km": road.km / 2}),
    ]
    split = records.with_rows(
        nodes=[*records.nodes, town], links=[*(x for x in records.links if x.id != road.id), *halves]
    )
    whole, cut = game_of(records), game_of(split)
    names = whole.players
    was, now = whole.received(names), cut.received(names)
    assert was is not None
    assert now is not None
    # costs are rounded arc by arc, to 0.001 USD a tonne
    np.testing.assert_allclose(now, was, atol=1e-3)
    np.testing.assert_allclose(cut.value(names), whole.value(names), atol=2e-3)


def test_shares_delays_and_groups_tell_both_parts() -> None:
    records = having(tariff(ridge(), 0.07), **SHARES)
    game, plain = game_of(records), game_of(records, counts=frozenset())
    found, users = shapley(game), shapley(plain)
    assert found.received is not None
    assert users.received is None
    np.testing.assert_allclose(found.share - found.received, users.share, atol=1e-9)
    whole = game.received(game.players)
    assert whole is not None
    np.testing.assert_allclose(found.received.sum(axis=0), whole, atol=1e-9)
    sampled = shapley(game, method="sampled", orders=8)
    np.testing.assert_allclose(sampled.share.sum(axis=0), found.total, atol=1e-8)
    programme = Programme("ridge", records)
    delay = programme.delay()
    assert delay.received is not None
    dates = {c: d for c, d in programme.timetable().dates.items() if d is not None}
    alone = delay_cost(
        plain, dates, on=delay.on, rate_per_year=delay.continuous_rate_per_year, horizon=delay.horizon
    )
    np.testing.assert_allclose(delay.cost - delay.received, alone.cost, atol=1e-9)
    call = next(c for c in programme.calls() if c.commitment == delay.commitments[0])
    assert call.received_of_a_day_musd == pytest.approx(float(delay.received[0].sum()))
    group = programme.group(gross=True)
    assert group.received is not None
    at = [game.countries.index(p) for p in group.parties]
    np.testing.assert_allclose(group.received, whole[at], atol=1e-9)


def test_parts_are_switched_by_name() -> None:
    programme = Programme("ridge", having(tariff(ridge(), 0.07), **SHARES, **OUTSIDE))
    without = programme.under(without=["receipts"])
    assert without.game.wide is None
    assert without.applied == programme.applied
    with_gases = programme.under(with_=["co2e"])
    assert with_gases.counts == {"receipts", "co2e"}
    assert float(with_gases.value().all) != pytest.approx(float(programme.value().all), abs=1e-6)
    with pytest.raises(WrongUse, match=r"no restriction or part of V 'co2'.*co2e"):
        programme.under(with_=["co2"])
    with pytest.raises(WrongUse, match=r"Known: .*receipts, co2e, accidents"):
        programme.under(without=["tax"])


def test_a_restriction_is_counted_with_what_it_takes_from_receipts() -> None:
    records = having(tariff(ridge(), 0.07), **SHARES)
    row = records.restrictions[0]
    programme = Programme("ridge", records).under(with_=[row.id])
    game = programme.game
    assert game.wide is not None
    assert game.wide.restriction_effect is not None
    n = len(game.countries)
    assert game.wide.restriction_effect.shape == (2 * n,)
    ledger = programme.ledger()
    np.testing.assert_allclose(ledger.value, game.value(game.players), rtol=1e-9, atol=1e-9)
    assert programme.value().offset is not None


def test_what_an_effect_lowers_by_default() -> None:
    records = ridge()

    def what(table: str, target: str, attribute: str, lowers: str = "") -> str:
        row = {"id": "E", "commitment": "R1", "target_table": table, "target": target, "after": "1"}
        made = Effect.model_validate({**row, "attribute": attribute, "lowers": lowers, "basis": "assumed"})
        return lowered(records, made)

    assert what("lines", "west", "usd_per_tkm_factor") == "margin"
    assert what("links", ROAD, "usd_per_tkm") == "resource"
    assert what("links", ROAD, "usd_per_t") == "margin"
    assert what("crossings", "G1", "usd_per_t") == "tax"
    assert what("crossings", "P1", "usd_per_t") == "margin"
    assert what("crossings", "P1", "usd_per_t", "resource") == "resource"


def test_each_dollar_of_a_link_by_hand() -> None:
    records = having(tariff(ridge(), 0.07, "tax"), **SHARES)
    link = next(x for x in records.links if x.id == ROAD)
    road = link.model_copy(update={"usd_per_t": 4.0})
    today = of_link(Rates(records, NOTHING), road)
    lower = of_link(Rates(records, changes(records, frozenset({"R6"}))), road)
    rate = 0.09 * 210

    def told(found: tuple[object, ...]) -> dict[tuple[str, str], float]:
        return {(t.kind, t.country): t.usd_per_t[0] for t in found}  # type: ignore[attr-defined]

    # it joins two countries, so each has half; a border without a row is 5 USD, all of it a fee
    assert told(today) == pytest.approx(
        {
            (kind, country): part
            for country in ("XWV", "XRL")
            for kind, part in (("tax", (0.1 * rate + 5) / 2), ("margin", (0.3 * rate + 0.5 * 4) / 2))
        }
    )
    less = told(lower)["tax", "XRL"] - told(today)["tax", "XRL"]
    assert less == pytest.approx(-0.02 * 210 / 2)


def test_the_ledger_is_told(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(milepost.example("ridge"))
    assert run(["value", folder, "--ledger", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counted"] == ["user_gain", "tax", "margin"]
    assert set(told["countries"]["XWV"]) == {*PARTS, "value"}
    assert told["all"]["value"] == pytest.approx(sum(c["value"] for c in told["countries"].values()))
    assert run(["value", folder, "--ledger"]) == 0
    assert "users gain" in capsys.readouterr().out
    assert run(["value", folder, "--ledger", "--csv", "--without", "receipts"]) == 0
    assert capsys.readouterr().out.startswith("country,user_gain,tax,margin,co2e,accidents,value,paid")
