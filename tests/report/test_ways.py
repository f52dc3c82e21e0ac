"""Ways of a country: each is what the search for that one way says, and the order is what a reader asks for
first."""

from __future__ import annotations

import numpy as np
import pytest

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.report.ways import Ways, country_ways


@pytest.mark.parametrize("name", ["north-south", "northern-corridor", "ridge"])
def test_each_way_is_the_cheapest_one(name: str) -> None:
    p = milepost.open(milepost.example(name))
    delivered = p.game.players
    found = Ways.of(p, delivered)
    rng = np.random.default_rng(5)
    countries = [c for c in found.countries if c in found.main]
    looked = 0
    for country in rng.permutation(countries)[:4].tolist():
        for way in found.of_country(country, most=3).ways:
            for passage, names in ((way.today, ()), (way.then, delivered)):
                try:
                    one = p.route(way.from_node, way.to_node, delivered=names)
                except NoSolution:
                    assert passage is None
                    continue
                assert passage is not None
                assert passage.cost_usd_per_t == pytest.approx(one.cost_usd_per_t, abs=1e-3)
                looked += 1
    assert looked >= 6


def test_those_whose_way_changes_most_come_first_and_nobody_is_dearer_for_it() -> None:
    p = milepost.open(milepost.example("north-south"))
    ways = country_ways(p, "IRQ", p.game.players, most=50).ways
    assert len(ways) > 15

    def weight(k: int) -> float:
        w = ways[k]
        assert w.today is not None
        assert w.then is not None
        assert w.then.cost_usd_per_t <= w.today.cost_usd_per_t + 1e-9
        return (w.today.cost_usd_per_t - w.then.cost_usd_per_t) * w.trade_musd

    told = [weight(k) for k in range(len(ways))]
    changed = [v for v in told if v > 0]
    assert changed == sorted(changed, reverse=True)
    assert told[: len(changed)] == changed
    rest = [w.trade_musd for w in ways[len(changed) :]]
    assert rest == sorted(rest, reverse=True)


def test_strangers_are_refused_and_a_country_off_the_network_has_no_way() -> None:
    p = milepost.open(milepost.example("north-south"))
    with pytest.raises(WrongUse, match="XXX"):
        country_ways(p, "XXX")
    with pytest.raises(WrongUse, match="C99"):
        country_ways(p, "IRN", ["C99"])
    off = next(c for c in Ways.of(p).countries if c not in Ways.of(p).main)
    assert country_ways(p, off).ways == ()
    assert country_ways(p, off).as_dict() == {"country": off, "delivered": [], "ways": []}
