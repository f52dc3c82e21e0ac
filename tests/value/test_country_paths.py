"""Paths of a country: each is what the search for that one path says, and the order is what a reader asks for
first."""

from __future__ import annotations

import numpy as np
import pytest

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.value.country_paths import Skims, paths_of_country


@pytest.mark.parametrize("name", ["north-south", "northern-corridor", "ridge"])
def test_each_path_is_the_cheapest_one(name: str) -> None:
    p = milepost.open(milepost.example(name))
    delivered = p.game.players
    found = Skims.of(p.world, delivered)
    rng = np.random.default_rng(5)
    countries = [c for c in found.countries if c in found.main]
    looked = 0
    for country in rng.permutation(countries)[:4].tolist():
        for path in found.of_country(country, most=3).paths:
            for sums, names in ((path.today, ()), (path.then, delivered)):
                try:
                    one = p.route(path.from_node, path.to_node, delivered=names)
                except NoSolution:
                    assert sums is None
                    continue
                assert sums is not None
                # at the mean of the shipment types: what its paths are, weighted by who takes them
                assert sum(x.share for x in one.shares) == pytest.approx(1.0)
                assert sums.km == pytest.approx(sum(x.share * x.km for x in one.shares), abs=1e-2)
                assert sums.days == pytest.approx(sum(x.share * x.hours for x in one.shares) / 24, abs=1e-3)
                freight = sum(x.share * x.usd_per_t for x in one.shares)
                assert sums.usd_per_t == pytest.approx(freight, abs=1e-2)
                assert sums.cost_usd_per_t > freight
                looked += 1
    assert looked >= 6


def test_those_whose_path_changes_most_come_first_and_nobody_is_dearer_for_it() -> None:
    p = milepost.open(milepost.example("north-south"))
    paths = paths_of_country(p.world, "IRQ", p.game.players, most=50).paths
    assert len(paths) > 15

    def weight(k: int) -> float:
        w = paths[k]
        assert w.today is not None
        assert w.then is not None
        assert w.then.cost_usd_per_t <= w.today.cost_usd_per_t + 1e-9
        return (w.today.cost_usd_per_t - w.then.cost_usd_per_t) * w.trade_musd

    told = [weight(k) for k in range(len(paths))]
    changed = [v for v in told if v > 0]
    assert changed == sorted(changed, reverse=True)
    assert told[: len(changed)] == changed
    rest = [w.trade_musd for w in paths[len(changed) :]]
    assert rest == sorted(rest, reverse=True)


def test_unknown_countries_are_refused_and_one_off_the_network_has_no_path() -> None:
    p = milepost.open(milepost.example("north-south"))
    with pytest.raises(WrongUse, match="XXX"):
        paths_of_country(p.world, "XXX")
    with pytest.raises(WrongUse, match="C99"):
        paths_of_country(p.world, "IRN", ["C99"])
    found = Skims.of(p.world)
    off = next(c for c in found.countries if c not in found.main)
    assert paths_of_country(p.world, off).paths == ()
    assert paths_of_country(p.world, off).as_dict() == {"country": off, "delivered": [], "paths": []}
