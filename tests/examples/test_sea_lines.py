"""The sea legs of the large examples are drawn by sea, by scripts/sea_lines.py; the atlas looks at them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import milepost
from milepost.atlas.borders import countries_of
from milepost.atlas.geometry import line_km
from milepost.atlas.sources import lands
from milepost.records.lines import points_of


@pytest.mark.parametrize(("example", "least"), [("north-south", 150), ("northern-corridor", 50)])
def test_sea_legs_go_by_sea(example: str, least: int) -> None:
    records = milepost.open(milepost.example(example)).records
    at = {node.id: (node.lon, node.lat) for node in records.nodes}
    legs = [link for link in records.links if link.mode == "sea" and link.geometry]
    assert len(legs) >= least
    apart, afloat, of = [], [], []
    for k, link in enumerate(legs):
        line = points_of(link.geometry)
        assert math.dist(line[0], at[link.from_node]) < 0.02, link.id
        assert math.dist(line[-1], at[link.to_node]) < 0.02, link.id
        apart.append(abs(math.log(line_km(line) / link.km)))
        points = np.array([p for pair in itertools.pairwise(line) for p in _along(*pair)])
        far = np.min([np.hypot(*(points - np.array(end)).T) for end in (line[0], line[-1])], axis=0) > 1.0
        afloat.append(points[far])
        of.append(np.full(far.sum(), k))
    points, leg = np.concatenate(afloat), np.concatenate(of)
    assert len(points) > 5_000
    ashore = countries_of(points[:, 1], points[:, 0], sorted(lands())) >= 0
    # bays, canals and straits are narrower than the map: a few points of a line may touch a coast
    told = np.bincount(leg, ashore, len(legs)) - 8 - 0.04 * np.bincount(leg, minlength=len(legs))
    assert not [legs[k].id for k in np.flatnonzero(told > 0)], "these legs cross land"
    assert np.median(apart) < 0.06, "a line is as long as the km of the table"
    assert np.quantile(apart, 0.95) < 0.35


def _along(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    steps = max(1, round(math.dist(a, b) / 0.25))
    return [(a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps)]
