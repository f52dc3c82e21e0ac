"""A large network on the map: what is asked about is drawn link by link, the rest with no more lines than are
seen, and nothing of it is far from where it lies."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

import milepost
from milepost.report import corridor_map, generalised
from milepost.report.generalised import VERTICES, of_note, together
from milepost.web.state import State
from milepost.web.views import drawn_map

Line = list[tuple[float, float]]


def grid(wide: int, high: int) -> list[Line]:
    """Roads as in a plain: links from crossing to crossing, a little off the straight."""

    def at(x: int, y: int) -> tuple[float, float]:
        return 1000 * x / wide + 0.3 * math.sin(x + y), 600 * y / high + 0.3 * math.cos(x * y)

    across = [[at(x, y), at(x + 1, y)] for x in range(wide - 1) for y in range(high)]
    return across + [[at(x, y), at(x, y + 1)] for x in range(wide) for y in range(high - 1)]


def drawn(d: str) -> list[Line]:
    return [
        [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", run)]
        for run in d.split("M")[1:]
    ]


def off(point: tuple[float, float], runs: list[Line]) -> float:
    """How far a point is from the nearest line."""
    px, py = point
    least = math.inf
    for run in runs:
        for (ax, ay), (bx, by) in pairwise(run):
            dx, dy = bx - ax, by - ay
            at = max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)))
            least = min(least, math.hypot(px - ax - at * dx, py - ay - at * dy))
    return least


@pytest.mark.parametrize(("wide", "high", "most"), [(12, 8, 3.0), (60, 40, 3.0), (300, 180, 12.0)])
def test_the_rest_is_drawn_where_it_lies_with_a_bounded_number_of_lines(
    wide: int, high: int, most: float
) -> None:
    lines = grid(wide, high)
    (one,) = together({("road", "open"): lines})
    runs = drawn(one.d)
    assert one.links == len(lines)
    assert sum(map(len, runs)) <= VERTICES
    assert len(one.d) < 200_000
    for line in lines[:: max(1, len(lines) // 60)]:
        (ax, ay), (bx, by) = line
        assert off(((ax + bx) / 2, (ay + by) / 2), runs) < most


def test_of_a_small_network_every_link_is_drawn_by_itself() -> None:
    programme = milepost.open(milepost.example("northern-corridor"))
    drawing = milepost.corridor_map(programme).drawing
    assert drawing is not None
    assert drawing.together == ()
    assert len(drawing.links) == len(programme.link_facts())


def test_of_a_large_one_what_is_asked_about_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (generalised, corridor_map, drawn_map):
        monkeypatch.setattr(module, "SINGLY", 20)
    programme = milepost.open(milepost.example("northern-corridor"))
    facts = programme.link_facts()
    noted = of_note(facts, [facts[-1].id])
    assert len(noted) <= 21
    assert facts[-1].id in noted
    first = [f.id for f in facts if f.commitments or f.opened_by]
    assert noted.issuperset(first[:19])
    made = milepost.corridor_map(programme)
    assert made.drawing is not None
    assert {link.id for link in made.drawing.links} == of_note(facts)
    assert len(made.drawing.nodes) <= 20
    left = len(facts) - len(made.drawing.links)
    assert sum(t.links for t in made.drawing.together) == left > 0
    assert made.svg.count('class="together') == len(made.drawing.together)


def test_the_page_gets_those_and_a_program_every_one(monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(milepost.example("ridge"))
    whole = drawn_map.network(state.current())
    assert (len(whole.links), len(whole.nodes)) == (whole.links_in_all, whole.nodes_in_all)
    for module in (generalised, corridor_map, drawn_map):
        monkeypatch.setattr(module, "SINGLY", 4)
    valued = State(milepost.example("ridge")).current()
    few, every = drawn_map.network(valued), drawn_map.network(valued, every=True)
    assert len(few.links) <= 4 < few.links_in_all == len(every.links) == len(whole.links)
    assert len(few.nodes) <= 4 < few.nodes_in_all == len(every.nodes)
