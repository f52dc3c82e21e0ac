"""The skim is what the paths say."""

from __future__ import annotations

import pytest

import milepost


def test_a_skim_holds_what_each_route_says() -> None:
    ridge = milepost.open(milepost.example("ridge"))
    seen = 0
    for delivered in ((), ("R3", "R4")):
        found = ridge.skim(delivered)
        assert found.delivered == delivered
        for row in found.as_dict()["rows"]:
            path = ridge.route(
                row["from_node"], row["to_node"], cargo=row["cargo"], delivered=list(delivered)
            )
            assert row["cost_usd_per_t"] == pytest.approx(path.cost_usd_per_t)
            assert row["hours"] == pytest.approx(path.hours)
            assert row["km"] == pytest.approx(path.km)
            seen += 1
        assert len(found.frame()) == len(found.as_dict()["rows"])
    assert seen == 2 * 3 * 5 * 4
