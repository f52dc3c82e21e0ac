"""Intervals: what is drawn moves, what is not stands still, and the same seed gives the same bits
anywhere."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import triang

import milepost
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.many import Beside
from milepost.programme import Programme
from milepost.records import Param, Records
from milepost.store.folder import copy_example
from milepost.trade.one_sector.from_records import base
from milepost.value.corridor import corridor_values
from milepost.value.drawn import Plan, _noise, drawn
from milepost.value.uncertain import NO_BAND, banded, flow_sources, from_source, not_drawn, with_values
from opened import opened


def ridge() -> Records:
    """The ridge with a band on its elasticity and on the value of time."""
    records = milepost.open(milepost.example("ridge")).records
    bands = {"trade_elasticity": (3.0, 6.0), "value_of_time_share_per_day": (0.001, 0.02)}
    return records.with_rows(
        params=[
            p.model_copy(update=dict(zip(("low", "high"), bands[p.name], strict=True)))
            if p.name in bands
            else p
            for p in records.params
        ]
    )


def test_the_same_seed_the_same_bits_here_and_in_processes() -> None:
    programme = Programme("memory", ridge())
    a = programme.intervals(12, seed=5)
    for where in ("processes", "threads", Beside(2).run):
        b = programme.intervals(12, seed=5, where=where)
        for name in ("total", "alone", "share", "delay", "central_total"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert not np.array_equal(a.total, programme.intervals(12, seed=6).total)
    assert a.as_dict()["draws"] == 12
    low, middle, high = a.quantiles(a.share)
    assert (low <= middle).all()
    assert (middle <= high).all()


def only(records: Records, *rows: Param) -> Records:
    """The records with more rows of params, each instead of the one of its name and key."""
    keys = {(r.name, r.applies_to) for r in rows}
    return records.with_rows(
        params=[*(p for p in records.params if (p.name, p.applies_to) not in keys), *rows]
    )


def param(
    name: str, value: float, low: float | None = None, high: float | None = None, key: str = "all"
) -> Param:
    return Param(
        id=f"x-{name}-{key}", name=name, applies_to=key, value=value, low=low, high=high, basis="assumed"
    )


def certain(records: Records) -> Records:
    """Recorded flows without an error."""
    return only(
        records,
        param("recorded_flow_log_sd", 0),
        param("flow_source_weight", 0, key="gravity"),
        param("flow_source_weight", 0, key="reported"),
    )


def test_draws_stay_within_their_bands_and_home_sales_keep_gdp() -> None:
    records = ridge()
    gdp = {c.id: c.gdp_usd_m for c in records.countries}
    plan = Plan.of(records, 60, 4)
    for draw in plan.draws():
        world = drawn(records, draw)
        assert 3.0 <= world.param("trade_elasticity") <= 6.0
        made = dict.fromkeys(gdp, 0.0)
        for f in world.flows:
            made[f.exporter] += f.usd_m
        assert made == pytest.approx(gdp, rel=1e-9)


def test_a_parameter_has_the_quantiles_of_its_triangle() -> None:
    """Stratified: of n draws one falls into each n-th part, so the quantiles are right to 1 / n."""
    n = 400
    linear = only(ridge(), param("loading_hours", 2, 0, 8, "rail"))
    values = sorted(d.values["x-loading_hours-rail"] for d in Plan.of(linear, n, 0).draws())
    exact = triang(c=2 / 8, loc=0, scale=8)
    np.testing.assert_allclose(exact.cdf(values), (np.arange(n) + 0.5) / n, atol=0.51 / n)
    log = only(ridge(), param("freight_rate_usd_per_tkm", 0.08, 0.04, 0.16, "rail"))
    values = sorted(d.values["x-freight_rate_usd_per_tkm-rail"] for d in Plan.of(log, n, 0).draws())
    exact = triang(c=0.5, loc=np.log(0.04), scale=np.log(4))
    np.testing.assert_allclose(exact.cdf(np.log(values)), (np.arange(n) + 0.5) / n, atol=0.51 / n)


def test_more_draws_say_it_more_exactly() -> None:
    records = ridge()

    def spread(n: int) -> float:
        means = [
            np.mean([np.exp(0.3 * d.pair[1] + 0.2 * d.exporter[0]) for d in Plan.of(records, n, s).draws()])
            for s in range(30)
        ]
        return float(np.std(means))

    assert spread(80) < spread(10) / 2


def test_a_monotone_world_of_one_parameter_has_its_quantiles() -> None:
    """V rises with the wait that a commitment cuts; the quantiles of V are V at those of the wait."""
    records = certain(
        only(milepost.open(milepost.example("ridge")).records, param("border_hours", 12, 6, 30, "road"))
    )
    found = Programme("memory", records).intervals(60, seed=2, orders=0)
    exact = triang(c=np.log(2) / np.log(5), loc=np.log(6), scale=np.log(5))
    at = [
        float(
            Programme("memory", with_values(records, {"x-border_hours-road": p}))
            .game.value(found.commitments)
            .sum()
        )
        for p in np.exp(exact.ppf([0.05, 0.5, 0.95]))
    ]
    assert at[0] != at[2]
    np.testing.assert_allclose(found.quantiles(found.total.sum(axis=1)), sorted(at), rtol=0.02)


def test_nothing_uncertain_is_a_constant() -> None:
    records = certain(milepost.open(milepost.example("ridge")).records)
    found = Programme("memory", records).intervals(10)
    for values, central in (
        (found.total, found.central_total),
        (found.alone, found.central_alone),
        (found.last, found.central_last),
        (found.share, found.central_share),
    ):
        np.testing.assert_allclose(values, np.tile(central, (10, 1)), rtol=1e-9, atol=1e-9)
    assert found.plan.banded == ()
    assert set(found.source) == {"recorded"}


def test_alone_and_last_are_those_of_the_game() -> None:
    programme = Programme("memory", ridge())
    found, game = programme.intervals(10, orders=0), programme.game
    everyone = frozenset(game.players)
    for k, name in enumerate(game.players):
        assert found.central_alone[k] == pytest.approx(float(game.value({name}).sum()))
        last = float((game.value(everyone) - game.value(everyone - {name})).sum())
        assert found.central_last[k] == pytest.approx(last)


def test_several_sets_with_receipts_are_those_of_the_game_whatever_comes_first() -> None:
    records = only(
        milepost.open(milepost.example("ridge")).records,
        param("rate_margin_share", 0.3),
        param("shipment_types", 3),
        param("cost_variance", 1),
    )
    programme = Programme("memory", records)
    players = programme.game.players
    sets = [frozenset(s) for k in range(len(players) + 1) for s in combinations(players, k)][::-1]
    wanted = np.array([programme.game.value(s) for s in sets])
    for first in ((), players[::-1], players[2:3]):
        values = corridor_values(programme.world, first=first)
        assert values.received is not None, "somebody receives something"
        np.testing.assert_allclose(values.of_each([*sets, sets[3]])[:-1], wanted, rtol=1e-9, atol=1e-9)


def test_no_order_of_rows_matters() -> None:
    records = only(ridge(), param("shipment_types", 4), param("cost_variance", 1, 0.5, 2))
    back = records.with_rows(
        **{t: getattr(records, t)[::-1] for t in ("params", "flows", "countries", "nodes", "links")}
    )
    a, b = (Programme("memory", r).intervals(10, seed=9, orders=0) for r in (records, back))
    there = [b.countries.index(c) for c in a.countries]
    np.testing.assert_allclose(a.total, b.total[:, there], rtol=1e-7)


def test_what_is_added_leaves_the_draws_of_the_rest() -> None:
    one, two = ridge(), only(ridge(), param("loading_hours", 2, 0, 8, "rail"))
    for a, b in zip(Plan.of(one, 12, 3).draws(), Plan.of(two, 12, 3).draws(), strict=True):
        assert a.values.items() <= b.values.items()
        np.testing.assert_array_equal(a.pair, b.pair)


def test_kinds_of_cargo_move_together_and_modes_do_not() -> None:
    records = only(
        ridge(),
        *(param("freight_rate_usd_per_tkm", 0.05, 0.02, 0.1, k) for k in ("rail", "rail/bulk", "road")),
    )
    for draw in Plan.of(records, 10, 0).draws():
        rail, bulk, road = (
            draw.values[f"x-freight_rate_usd_per_tkm-{k}"] for k in ("rail", "rail/bulk", "road")
        )
        assert rail == bulk != road


def test_what_is_not_drawn_says_why() -> None:
    records = only(
        ridge(),
        param("queue_power", 4, 3, 5),
        param("shipment_types", 4, 2, 8),
        param("loading_hours", 2, 2, 2, "road"),
    )
    why = not_drawn(records)
    assert "queues" in why["x-queue_power-all"]
    assert "setting" in why["x-shipment_types-all"]
    assert why["x-loading_hours-road"] == why["M11"] == NO_BAND
    assert {row.name for row in banded(records)} == {"trade_elasticity", "value_of_time_share_per_day"}
    assert len(why) + len(banded(records)) == len(records.params)


def test_shares_of_trade_add_up_whatever_is_set() -> None:
    records = ridge()
    for values in ({"M04": 0.1}, {"M04": 0.6, "M07": 0.2}, {"M04": 0.5, "M07": 0.4, "M10": 0.4}):
        after = with_values(records, values)
        assert sum(p.value for p in after.params if p.name == "trade_share") == pytest.approx(1.0)
    after = with_values(records, {"M04": 0.1})
    assert after.param("trade_share", "bulk") == 0.1
    assert after.param("trade_share", "general") == pytest.approx(0.25 * 0.9 / 0.7)


def test_estimated_flows_err_together_by_country_and_recorded_ones_little() -> None:
    records = milepost.open(milepost.example("ridge")).records
    partly = records.with_rows(flows=[f for f in records.flows if f.exporter != "XWV"])
    partly = only(partly, param("flow_source_weight", 0, key="gravity"))
    before = base(partly)
    n, size = len(before.economy.countries), 400
    log = np.empty((size, n, n))
    for k, draw in enumerate(Plan.of(partly, size, 1).draws()):
        log[k] = np.log(_noise(partly, before.mark, draw))
    estimated = before.matrix.estimated
    assert estimated.any()
    assert not estimated.all()
    np.testing.assert_allclose(log.std(axis=0)[estimated], np.sqrt(1.05**2 + 2 * 0.35**2), rtol=0.1)
    recorded = ~estimated & ~np.eye(n, dtype=bool)
    np.testing.assert_allclose(log.std(axis=0)[recorded], 0.05, rtol=0.1)
    rows = [i for i in range(n) if estimated[i].sum() > 1]
    assert rows, "an exporter with two estimated flows"
    a, b = np.flatnonzero(estimated[rows[0]])[:2]
    together = np.corrcoef(log[:, rows[0], a], log[:, rows[0], b])[0, 1]
    assert together == pytest.approx(0.35**2 / (1.05**2 + 2 * 0.35**2), abs=0.12)
    # the mean of what is drawn is what is estimated
    assert np.exp(log[:, rows[0], a]).mean() == pytest.approx(1.0, abs=0.25)


def test_the_interval_covers_v_under_recorded_flows_and_under_gravity() -> None:
    records = milepost.open(milepost.example("ridge")).records
    found = Programme("memory", records).intervals(40, orders=0)
    low, _, high = found.quantiles(found.total.sum(axis=1))
    under = {
        source: float(Programme("memory", from_source(records, source)).game.value(found.commitments).sum())
        for source in flow_sources(records)
    }
    assert set(under) == {"recorded", "gravity"}
    assert abs(under["recorded"] / under["gravity"] - 1) > 0.5, "two worlds, or there is nothing to cover"
    assert all(low <= v <= high for v in under.values())
    assert found.central_total.sum() == pytest.approx(under["recorded"])
    by = {row.source: row for row in found.by_source()}
    assert [by[s].draws for s in ("recorded", "gravity")] == [30, 10], "0.6 and 0.2 of what there is"
    for source, row in by.items():
        assert row.total is not None
        assert row.total[0] <= under[source] <= row.total[2]


def test_sources_of_flows_are_those_that_a_programme_has() -> None:
    ridge_ = milepost.open(milepost.example("ridge")).records
    assert flow_sources(ridge_) == pytest.approx({"recorded": 0.75, "gravity": 0.25})
    assert flow_sources(certain(ridge_)) == {"recorded": 1.0}
    without = ridge_.with_rows(flows=())
    assert flow_sources(without) == {"gravity": 1.0}
    none = only(without, param("flow_source_weight", 0, key="gravity"))
    assert flow_sources(none) == {"gravity": 1.0}, "one there must be"
    there = opened("north-south").records
    assert {"reported", "gravity"} <= set(flow_sources(there))
    lost = ridge_.with_rows(countries=[c.model_copy(update={"lat": None}) for c in ridge_.countries])
    assert flow_sources(lost) == {"recorded": 1.0}, "gravity needs to know where countries are"


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(WrongUse, match="10 draws"):
        milepost.open(milepost.example("ridge")).intervals(3)


def test_many_sectors_have_intervals_too() -> None:
    records = ridge()
    records = replace(records, settings=records.settings.model_copy(update={"model": "many-sectors"}))
    found = Programme("memory", records).intervals(10, seed=1)
    low, _, high = found.quantiles(found.total.sum(axis=1))
    assert 0 < low < high
    one = drawn(records, Plan.of(records, 10, 1).draws()[3])
    ratio = {
        a.trade_elasticity / b.trade_elasticity for a, b in zip(one.sectors, records.sectors, strict=True)
    }
    assert max(ratio) == pytest.approx(min(ratio))


def test_any_set_has_an_interval_in_the_same_draws() -> None:
    programme = Programme("memory", ridge())
    players = programme.game.players
    found = programme.intervals(15, seed=3, sets=[players, [], players[:1], players[1:]])
    np.testing.assert_allclose(found.worth[:, 0], found.total, rtol=1e-12)  # V(all) is V of the set of all
    np.testing.assert_array_equal(found.worth[:, 1], 0.0)
    np.testing.assert_allclose(found.central_worth[2], programme.game.value(players[:1]), rtol=1e-12)
    assert found.worth.std(axis=0)[0].max() > 0
    one = found.as_dict()["sets"][2]
    assert one["delivered"] == [players[0]]
    for numbers in (*one["countries"].values(), one["sum"]):
        assert numbers["p5"] <= numbers["p50"] <= numbers["p95"]
    # each draw is the world that its seed gives, valued on its own
    draw = Plan.of(ridge(), 15, 3).draws()[4]
    alone = Programme("memory", drawn(ridge(), draw)).game.value(players[1:])
    np.testing.assert_allclose(found.worth[4, 3], alone, rtol=1e-12)


def test_a_set_with_an_unknown_id_is_refused() -> None:
    with pytest.raises(WrongUse, match="Nowhere"):
        milepost.open(milepost.example("ridge")).intervals(10, sets=[["Nowhere"]])


@pytest.mark.parametrize("name", ["ridge", "north-south"])
def test_a_draw_moves_trade_and_leaves_gdp(name: str) -> None:
    """Home sales are what is left of GDP, also where drawn exports would be more than there is."""
    records = milepost.open(milepost.example(name)).records
    before = base(records).economy.flows
    records = only(records, *(param("flow_source_weight", 0, key=k) for k in ("gravity",)))
    for draw in Plan.of(records, 25, 0).draws():
        after = base(drawn(records, draw)).economy.flows
        np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=1e-9)
        assert (
            after.diagonal() >= np.minimum(before.diagonal(), 0.05 * before.sum(axis=1)) * (1 - 1e-9)
        ).all()
        assert np.abs(after - before).max() > 0


def test_the_csv_of_intervals_and_screening_says_its_units(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy_example("ridge", tmp_path / "ridge")
    folder = str(tmp_path / "ridge")
    for arguments, fields in (
        (
            ["intervals", folder, "--draws", "10"],
            ["share_musd_per_year", "share_p5_musd_per_year", "delay_p95_musd_per_day"],
        ),
        (
            ["intervals", folder, "--draws", "10", "--delivered", "R1"],
            ["value_musd_per_year", "p95_musd_per_year"],
        ),
        (["screen", folder], ["share_musd_per_year"]),
    ):
        assert run([*arguments, "--csv"]) == 0
        head = capsys.readouterr().out.splitlines()[0].split(",")
        assert set(fields) <= set(head)
