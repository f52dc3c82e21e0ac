"""Paths on the examples that anybody can check on a map: docs/explain/validation.md says that they hold."""

from __future__ import annotations

import pytest

from milepost.network.paths import Route
from milepost.programme import Programme
from milepost.records import PartialDate, Restriction

CANAL = "SUEZ-PORTSAID-SEA"


@pytest.fixture(scope="module")
def closed(north_south: Programme) -> Programme:
    """The same world while the canal is closed."""
    records, day = north_south.records, north_south.settings.base_date
    closure = Restriction(
        id="HX",
        title="the canal",
        target_table="links",
        target=CANAL,
        starts=PartialDate(day.isoformat()),
        effect="closed",
        basis="assumed",
    )
    shut = Programme("closed", records.with_rows(restrictions=[*records.restrictions, closure]))
    assert not shut.check()
    return shut


def share_over(found: Route, link: str) -> float:
    """Of the shipments, how many take a link; or any of those at a node that ends in an asterisk."""
    assert sum(path.share for path in found.shares) == pytest.approx(1.0)
    part = link.rstrip("*")
    return sum(
        path.share
        for path in found.shares
        if any(k == link or (part != link and part in k.split("-")) for k in path.links)
    )


@pytest.mark.parametrize("cargo", ["containers", "general", "bulk"])
@pytest.mark.parametrize("destination", ["HAMBURG", "ROTTERDAM"])
def test_without_suez_india_reaches_north_europe_by_the_cape(
    north_south: Programme, closed: Programme, destination: str, cargo: str
) -> None:
    for origin in ("NHAVASHEVA", "MUNDRA"):
        open_ = north_south.route(origin, destination, cargo=cargo)
        around = closed.route(origin, destination, cargo=cargo)
        assert share_over(open_, CANAL) > 0.8
        assert share_over(open_, "CAPE*") < 0.1
        assert share_over(around, CANAL) == 0
        # dear goods turn to the roads of West Asia more than anybody has seen (docs/explain/validation.md)
        assert share_over(around, "CAPE*") > {"containers": 0.4, "general": 0.8, "bulk": 0.9}[cargo]
        assert around.cost_usd_per_t > open_.cost_usd_per_t


def test_iraq_and_turkey_trade_by_land_at_habur(north_south: Programme) -> None:
    for origin, destination in (("BAGHDAD", "ISTANBUL"), ("ISTANBUL", "BAGHDAD"), ("MERSIN", "BAGHDAD")):
        assert share_over(north_south.route(origin, destination), "HABUR*") > 0.7
