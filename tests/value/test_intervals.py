"""Intervals: what is drawn moves, what is not stands still, and the same seed gives the same bits
anywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import milepost
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.records import Records
from milepost.store.folder import copy_example
from milepost.trade.one_sector.from_records import base
from milepost.value.intervals import drawn


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
    b = programme.intervals(12, seed=5, where="processes")
    for name in ("total", "share", "delay"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert not np.array_equal(a.total, programme.intervals(12, seed=6).total)
    assert a.as_dict()["draws"] == 12
    low, middle, high = a.quantiles(a.share)
    assert (low <= middle).all()
    assert (middle <= high).all()


def test_draws_stay_within_their_bands_and_home_sales_keep_gdp() -> None:
    records = ridge()
    gdp = {c.id: c.gdp_usd_m for c in records.countries}
    seen = []
    for seed in range(200):
        world = drawn(records, seed)
        theta = world.param("trade_elasticity")
        assert 3.0 <= theta <= 6.0
        seen.append(theta)
        made = {c: sum(f.usd_m for f in world.flows if f.exporter == c) for c in gdp}
        for country, total in made.items():
            assert total == pytest.approx(gdp[country], rel=1e-9)
    # the mean of the triangle (3, 4, 6)
    assert np.mean(seen) == pytest.approx((3 + 4 + 6) / 3, abs=4 * np.std(seen) / np.sqrt(200))


def test_without_bands_only_flows_move() -> None:
    records = milepost.open(milepost.example("ridge")).records
    one = drawn(records, 1)
    assert one.params == records.params
    moved = [
        (a.usd_m, b.usd_m)
        for a in records.flows
        for b in one.flows
        if (a.exporter, a.importer) == (b.exporter, b.importer)
    ]
    assert all(x != y for x, y in moved)
    assert np.std([np.log(y / x) for x, y in moved]) < 0.2


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(WrongUse, match="10 draws"):
        milepost.open(milepost.example("ridge")).intervals(3)


def test_many_sectors_have_intervals_too() -> None:
    records = ridge()
    records = replace(records, settings=records.settings.model_copy(update={"model": "many-sectors"}))
    found = Programme("memory", records).intervals(10, seed=1)
    low, _, high = found.quantiles(found.total.sum(axis=1))
    assert 0 < low < high
    one = drawn(records, 3)
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
    seeds = np.random.SeedSequence(3).generate_state(15)
    alone = Programme("memory", drawn(ridge(), int(seeds[4]))).game.value(players[1:])
    np.testing.assert_allclose(found.worth[4, 3], alone, rtol=1e-12)


def test_a_set_with_an_unknown_id_is_refused() -> None:
    with pytest.raises(WrongUse, match="Nowhere"):
        milepost.open(milepost.example("ridge")).intervals(10, sets=[["Nowhere"]])


@pytest.mark.parametrize("name", ["ridge", "north-south"])
def test_a_draw_moves_trade_and_leaves_gdp(name: str) -> None:
    """Home sales are what is left of GDP, also where drawn exports would be more than there is."""
    records = milepost.open(milepost.example(name)).records
    before = base(records).economy.flows
    for seed in range(25):
        after = base(drawn(records, seed)).economy.flows
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
