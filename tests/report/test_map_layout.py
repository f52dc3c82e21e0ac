"""Where things stand on the map: all of it inside the frame, and no name over another."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from functools import cache, partial
from itertools import combinations

import pytest

import milepost
from milepost.plots.land import WIDTH, Point, Projection
from milepost.report.map import (
    Drawing,
    DrawnNode,
    MapLink,
    MapMark,
    MapNode,
    State,
    lay_out,
)
from opened import opened

EXAMPLES = ("north-south", "northern-corridor", "ridge")
STATES: tuple[State, ...] = ("open", "promised", "delivered", "closed")
MARGIN = 0.06 * WIDTH
LETTER = 6.2  # what a letter is reckoned at, in units of the picture; wide letters and some fonts take more


@cache
def drawn(example: str) -> Drawing:
    drawing = milepost.corridor_map(opened(example)).drawing
    assert drawing is not None
    return drawing


def invented(seed: int) -> Drawing:
    """A world of up to 60 places anywhere but at the poles, crowded or far apart."""
    draw = random.Random(seed)
    west, south = draw.uniform(-150, 120), draw.uniform(-65, 55)
    wide, high = 10 ** draw.uniform(-2, 1.7), 10 ** draw.uniform(-2, 1.2)
    spots = [
        (west + wide * draw.random(), min(80.0, south + high * draw.random()))
        for _ in range(draw.randint(2, 60))
    ]
    names = ["".join(draw.choices("abcdefghij -", k=draw.randint(1, 22))) for _ in spots]
    modes = ("rail", "road", "sea", "ferry", "river")
    links = []
    for _ in range(40):
        start, end = draw.sample(spots, 2)
        links.append(MapLink("", start, end, draw.choice(modes), draw.choice(STATES)))
    drawing = lay_out(
        "",
        links,
        [MapNode(n, at, draw.random()) for n, at in zip(names, spots, strict=True)],
        [MapMark(f"C{k}", "", draw.choice(spots)) for k in range(draw.randint(1, 8))],
        land=("", ()),
    )
    assert drawing is not None
    return drawing


WORLDS = [
    *(pytest.param(partial(drawn, name), id=name) for name in EXAMPLES),
    *(pytest.param(partial(invented, seed), id=f"invented-{seed}") for seed in range(40)),
]


AT_SEA = [w.values[0] for w in WORLDS if w.id in ("north-south", "northern-corridor")]


def line_of(d: str) -> list[Point]:
    """Points on a drawn link, ends included; a bow is followed in steps, a line of its own as it is."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", d)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if "Q" not in d:
        return points
    (ax, ay), (bx, by), (cx, cy) = points
    return [
        (
            (1 - t) ** 2 * ax + 2 * t * (1 - t) * bx + t * t * cx,
            (1 - t) ** 2 * ay + 2 * t * (1 - t) * by + t * t * cy,
        )
        for t in (k / 20 for k in range(21))
    ]


def box_of(node: DrawnNode) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a name."""
    assert node.label_x is not None
    width = LETTER * len(node.name)
    left = node.label_x if node.anchor == "start" else node.label_x - width
    return left, node.y - 8, left + width, node.y + 5


@pytest.mark.parametrize("world", WORLDS)
def test_all_links_and_nodes_lie_inside_the_frame(world: Callable[[], Drawing]) -> None:
    drawing = world()
    assert drawing.width == WIDTH
    assert drawing.links
    assert drawing.nodes
    whole = 0
    for d in (link.d for link in drawing.links):
        inside = [0 < x < drawing.width and 0 < y < drawing.height for x, y in line_of(d)]
        if inside[0] and inside[-1]:
            assert all(inside) or d.count("L") > 1, (
                "only a ship goes round a cape that the picture does not show"
            )
            whole += 1
    # only the examples have a way around a continent, which runs out of the picture
    assert whole == len(drawing.links) or (world in AT_SEA and whole > 0.8 * len(drawing.links))
    edge = 0.0 if world in AT_SEA else MARGIN - 1e-6  # what is only passed may stand in the margin
    for node in drawing.nodes:
        assert edge <= node.x <= drawing.width - edge
        assert edge <= node.y <= drawing.height - edge


@pytest.mark.parametrize("world", WORLDS)
def test_no_name_lies_over_another_or_leaves_the_frame(world: Callable[[], Drawing]) -> None:
    drawing = world()
    boxes = [box_of(n) for n in drawing.nodes if n.label_x is not None]
    assert boxes
    for left, top, right, bottom in boxes:
        assert 0 < left < right < drawing.width
        assert 0 < top < bottom < drawing.height
    for one, other in combinations(boxes, 2):
        apart = max(other[0] - one[2], one[0] - other[2], other[1] - one[3], one[1] - other[3])
        assert apart > 0


@pytest.mark.parametrize("world", WORLDS)
def test_numbers_lie_inside_the_frame_and_apart(world: Callable[[], Drawing]) -> None:
    drawing = world()
    assert drawing.marks
    for mark in drawing.marks:
        assert 11 <= mark.x <= drawing.width - 11
        assert 11 <= mark.y <= drawing.height - 11
        assert MARGIN - 1e-6 <= mark.at_x <= drawing.width - MARGIN + 1e-6
        assert MARGIN - 1e-6 <= mark.at_y <= drawing.height - MARGIN + 1e-6
    for one, other in combinations(drawing.marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > 22, f"{one.label} covers {other.label}"


@pytest.mark.parametrize("seed", range(20))
def test_the_projection_fills_the_frame_keeps_areas_and_has_north_above(seed: int) -> None:
    draw = random.Random(seed)
    west, south = draw.uniform(-150, 100), draw.uniform(-60, 40)
    corners = [(west, south), (west + draw.uniform(2, 50), south + draw.uniform(2, 20))]
    project = Projection(corners)
    (west, south), (east, north) = corners
    across, up = (project(c) for c in corners)
    assert min(across[0], up[0]) == pytest.approx(MARGIN) or project.height == pytest.approx(
        (WIDTH - 2 * MARGIN) / 1.15 + 2 * MARGIN
    ), "the picture is as wide, or as high, as it may be"
    for lon in (west, (west + east) / 2, east):
        assert project((lon, north))[1] < project((lon, south))[1]

    def area(lon: float, lat: float) -> float:
        """Of a small square in the picture, to that on the globe."""
        e = 1e-4
        ring = [project(p) for p in ((lon, lat), (lon + e, lat), (lon + e, lat + e), (lon, lat + e))]
        twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
        return abs(twice) / math.cos(math.radians(lat + e / 2))

    areas = [area(lon, lat) for lon in (west, east) for lat in (south, (south + north) / 2, north)]
    assert max(areas) / min(areas) == pytest.approx(1, rel=1e-3)


def test_what_ships_only_pass_leaves_the_picture_to_its_subject() -> None:
    towns = [
        MapNode("A", (50.0, 40.0), 1.0),
        MapNode("B", (60.0, 35.0), 1.0),
        MapNode("C", (55.0, 30.0), 1.0),
    ]
    cape = MapNode("far", (18.0, -35.0), 1.0, passed=True)
    link = MapLink("round", cape.at, towns[2].at, "sea", "open", "round")
    with_cape, without = lay_out("t", [link], [*towns, cape]), lay_out("t", [], towns)
    assert with_cape is not None
    assert without is not None
    assert with_cape.height == without.height
    known = {n.name: (n.x, n.y) for n in with_cape.nodes}
    assert {n.name: (n.x, n.y) for n in without.nodes} == known
    assert "far" not in known, "it lies outside, and its link runs out of the picture"
    assert max(y for _, y in line_of(with_cape.links[0].d)) > with_cape.height
    alone = lay_out("t", [], [cape])
    assert alone is not None
    assert alone.nodes[0].y <= alone.height, "where there is nothing else it is the subject"
