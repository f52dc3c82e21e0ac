"""A large network on a map: what somebody may ask about is drawn link by link, the rest of each mode as one
picture, with no more lines than an eye can tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from milepost.network.link_facts import LinkFacts
from milepost.plots.land import Point
from milepost.report.thinned import simpler

SINGLY = 1_500  # links that are drawn one by one, and dots; smaller networks are drawn whole
VERTICES = 12_000  # of all the rest together
_FINEST = 0.5  # units of the picture, of which there are a thousand from left to right

Spot = tuple[int, int]


@dataclass(frozen=True)
class DrawnTogether:
    """Links of one mode and state as one line of the picture; ``links`` is how many they are."""

    mode: str
    state: str
    links: int
    d: str


def of_note(facts: Iterable[LinkFacts], also: Iterable[str] = ()) -> frozenset[str]:
    """Ids of the links that are drawn one by one: all of a network that is not large; else those named in
    ``also``, then what promises are about, what a restriction burdens, what is not open, what has a service,
    a border or a capacity."""
    every, named = list(facts), frozenset(also)
    if len(every) <= SINGLY:
        return frozenset(f.id for f in every)
    ranked = sorted(every, key=lambda f: _rank(f, named))  # of one rank, in the order of the rows
    return frozenset(f.id for f in ranked[:SINGLY] if _rank(f, named) < 6) | named


def _rank(link: LinkFacts, named: frozenset[str]) -> int:
    reasons: tuple[object, ...] = (
        link.id in named,
        link.commitments or link.opened_by,
        link.closed_by or link.restricted_by,
        link.today != "open",
        link.services or link.lines or link.border_from,
        link.capacity_mt_per_year is not None or link.load_mt_per_year is not None,
    )
    return next((n for n, holds in enumerate(reasons) if holds), len(reasons))


def together(groups: dict[tuple[str, str], list[list[Point]]]) -> tuple[DrawnTogether, ...]:
    """Lines in the picture, by mode and state, with at most so many vertices: moved onto a grid that is as
    fine as that allows, what then falls on one another drawn once, and straight on where they meet."""
    points = sum(len(line) for lines in groups.values() for line in lines)
    step = _FINEST * max(1.0, points / VERTICES) ** 0.5
    while True:
        drawn = {key: _runs(_segments(lines, step), step) for key, lines in groups.items()}
        if sum(len(run) for runs in drawn.values() for run in runs) <= VERTICES:
            break
        step *= 1.5
    return tuple(
        DrawnTogether(mode, state, len(groups[mode, state]), _path(runs, step))
        for (mode, state), runs in drawn.items()
    )


def _segments(lines: Sequence[Sequence[Point]], step: float) -> dict[Spot, set[Spot]]:
    """Which spots of the grid are joined."""
    beside: dict[Spot, set[Spot]] = {}
    for line in lines:
        spots = [(round(x / step), round(y / step)) for x, y in line]
        for a, b in pairwise(spots):
            if a != b:
                beside.setdefault(a, set()).add(b)
                beside.setdefault(b, set()).add(a)
    return beside


def _runs(beside: dict[Spot, set[Spot]], step: float) -> list[list[Point]]:
    """Every segment once, in lines that go on as straight as they can, with no vertex that is not needed."""
    runs: list[list[Point]] = []
    for start in list(beside):
        while beside[start]:
            run = [start]
            after: Spot | None = min(beside[start])
            while after is not None:
                beside[run[-1]].discard(after)
                beside[after].discard(run[-1])
                run.append(after)
                after = _onward(run[-2], run[-1], beside[run[-1]])
            points = [(float(x), float(y)) for x, y in run]
            runs.append(simpler(points, max(0.75, 0.75 / step)) if len(points) > 2 else points)
    return runs


def _onward(before: Spot, here: Spot, beside: set[Spot]) -> Spot | None:
    """Where a line goes on: the straightest way, if it is no sharp turn."""
    dx, dy = here[0] - before[0], here[1] - before[1]
    best, least = None, 0.5  # cosine of the turn
    for spot in sorted(beside):
        ex, ey = spot[0] - here[0], spot[1] - here[1]
        cosine = (dx * ex + dy * ey) / (math.hypot(dx, dy) * math.hypot(ex, ey))
        if cosine > least:
            best, least = spot, cosine
    return best


def _path(runs: Sequence[Sequence[Point]], step: float) -> str:
    return "".join("M" + "L".join(f"{x * step:.1f},{y * step:.1f}" for x, y in run) for run in runs)
