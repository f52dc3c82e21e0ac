"""Headline routes beside the range of their branch, and what is furthest off."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import get_args

import pytest

import milepost
from milepost.records import Records, Route
from milepost.value.baseline import Baseline
from milepost.value.observed import HowWell, Kind, Model, Observation, Told
from milepost.value.rival_paths import rivals


def with_routes(records: Records, rows: list[Route], headline: list[str]) -> Records:
    settings = records.settings.model_copy(update={"headline_routes": tuple(headline)})
    return replace(records, settings=settings).with_rows(routes=rows)


@pytest.mark.parametrize("name", ["north-south", "northern-corridor"])
def test_every_headline_route_of_an_example_has_a_path_and_a_range(name: str) -> None:
    programme = milepost.open(milepost.example(name))
    found = rivals(Model(programme.world))
    assert [r.route.id for r in found] == list(programme.settings.headline_routes)
    assert len(found) >= 3
    for one in found:
        assert one.path is not None
        assert one.days_min <= (one.route.days_min or 0) <= (one.route.days_max or 0) <= one.days_max
        assert one.off_days is not None


def test_ranges_by_looking_at_every_pair_of_rows() -> None:
    """Random published routes between zones of the ridge, without one that cannot be reached."""
    records = milepost.open(milepost.example("ridge")).records
    zones = [n for n in records.nodes if n.trade_share]
    country = {n.id: n.country for n in records.nodes}
    rng = random.Random(11)
    for _ in range(4):
        rows = []
        for k in range(14):
            a, b = rng.sample(zones, 2)
            least = rng.uniform(1, 20)
            row = Route(
                id=f"P{k}",
                origin=a.id,
                destination=b.id,
                branch=rng.choice(["", "north", "south"]),
                days_min=rng.choice([None, least]),
                days_max=least + rng.choice([0.0, 5.0]),
                sample=rng.choice(["", "fit", "held out"]),
                basis="assumed",
            )
            rows.append(row)
        names = [r.id for r in rows]
        found = {r.route.id: r for r in rivals(Model(Baseline.of(with_routes(records, rows, names))))}
        assert found
        assert set(found) == {r.id for r in rows if r.sample and r.days_min}
        for mine in rows:
            if mine.id not in found:
                continue
            low, high = mine.days_min, mine.days_max
            assert low
            assert high
            for other in rows:
                there = (country[other.origin], country[other.destination])
                here = (country[mine.origin], country[mine.destination])
                between = there in (here, here[::-1])
                if other.sample and other.days_min and mine.branch == other.branch != "" and between:
                    low, high = min(low, other.days_min), max(high, other.days_max or 0)
            one = found[mine.id]
            assert (one.days_min, one.days_max) == (low, high)
            assert one.path is not None
            days = one.path.days
            assert one.off_days is not None
            assert one.off_days == (
                days - high if days > high + 0.5 else min(0, days - low if days < low - 0.5 else 0)
            )


def told(kind: Kind, name: str, sample: str, observed: float, model: float | None) -> Told:
    one = Observation(kind, name, name, sample, observed, 2024, "")
    return Told(one, model, "" if model is not None else "no such path")


def test_nothing_that_counts_is_further_off_than_the_furthest() -> None:
    rng = random.Random(12)
    zeros = 0
    for _ in range(200):
        rows = tuple(
            told(
                rng.choice(get_args(Kind)),
                f"N{k}",
                rng.choice(["fit", "held out", "check"]),
                rng.choice([0.0, rng.uniform(0.1, 50)]),
                rng.choice([None, 0.0, rng.uniform(0.01, 90), rng.uniform(0.01, 90)]),
            )
            for k in range(rng.randint(0, 12))
        )
        furthest = HowWell(rows).furthest()
        counting = [r for r in rows if r.ratio is not None and r.observation.sample != "check"]
        assert {f.observation.kind for f in furthest} == {r.observation.kind for r in counting}
        assert len({f.observation.kind for f in furthest}) == len(furthest)
        for far in furthest:
            assert far in counting
            for row in counting:
                if row.observation.kind != far.observation.kind:
                    continue
                if far.model == 0:
                    zeros += 1
                    assert row.model or row.observation.observed <= far.observation.observed
                else:
                    assert row.model
                    assert far.model
                    there, here = (
                        math.log(r.model or 0) - math.log(r.observation.observed) for r in (row, far)
                    )
                    assert abs(there) <= abs(here) + 1e-12
    assert zeros
