r"""A network of activities, for many draws at once: when does each start and end, and which of them hold up
the end?

With durations D_j (shape (draws,)), the earliest start of j is the latest of its own bound and what its
predecessors i demand, and its end is e_j = s_j + D_j:

    (1)  FS: s_j >= e_i + lag    SS: s_j >= s_i + lag    FF: e_j >= e_i + lag    SF: e_j >= s_i + lag

(Kelley & Walker 1959; precedence diagramming). FF and SF push the start as well: s_j >= ... - D_j. The
backward pass gives the latest ends that do not move the end of the whole; an activity without slack is
critical in that draw.

With a calendar a duration is counted in its working days: the n-th working day after the start. Draws are
columns of arrays, activities are visited in topological order, so 100,000 draws cost one pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse

Days = NDArray[np.float64]


@dataclass(frozen=True)
class Link:
    """Precedence between two activities by index: ``kind`` FS, SS, FF or SF, ``lag`` in calendar days."""

    first: int
    then: int
    kind: str = "FS"
    lag: float = 0.0


@dataclass(frozen=True)
class WorkingDays:
    """A calendar: ``before[d]`` working days lie before day d, ``nth[k]`` is the k-th working day (both from
    day 0)."""

    before: NDArray[np.int64]
    nth: NDArray[np.int64]

    @classmethod
    def of(cls, works: NDArray[np.bool_]) -> WorkingDays:
        """From one flag a day."""
        return cls(
            np.concatenate(([0], np.cumsum(works, dtype=np.int64))), np.flatnonzero(works).astype(np.int64)
        )

    def end(self, start: Days, duration: Days) -> Days:
        """Day on which ``duration`` working days after ``start`` are over; a duration of nothing ends at its
        start.

        Raises ``WrongUse`` when the calendar is too short.
        """
        long = len(
            self.before
        )  # what lies beyond the calendar is too long, however long: no count may overflow
        work = np.ceil(np.minimum(duration, long)).astype(np.int64)
        first = np.ceil(np.minimum(start, long - 1)).astype(np.int64)
        last = self.before[first] + work - 1
        if last.size and int(last.max()) >= len(self.nth):
            raise WrongUse("A drawn timetable runs beyond the calendar of working days; check the durations.")
        ends = self.nth[np.maximum(last, 0)] + 1.0
        return np.where(work == 0, start, ends)


@dataclass(frozen=True)
class Passed:
    """Starts and ends, days, shape (activities, draws); ``critical`` says where an activity has no slack."""

    start: Days
    end: Days
    critical: NDArray[np.bool_]


def order(n: int, links: Sequence[Link]) -> list[int]:
    """Activities in topological order, smallest index first. Raises ``WrongUse`` for a circle."""
    waits = [0] * n
    after: list[list[int]] = [[] for _ in range(n)]
    for link in links:
        waits[link.then] += 1
        after[link.first].append(link.then)
    ready = sorted(i for i in range(n) if not waits[i])
    found = []
    while ready:
        i = ready.pop(0)
        found.append(i)
        for j in after[i]:
            waits[j] -= 1
            if not waits[j]:
                ready.append(j)
    if len(found) < n:
        raise WrongUse("The dependencies run in a circle; 'milepost check' shows where.")
    return found


def passes(
    durations: Days,
    links: Sequence[Link],
    bounds: Sequence[float] | None = None,
    calendars: Mapping[int, WorkingDays] | None = None,
    *,
    slack: bool = True,
) -> Passed:
    """Forward and (with ``slack``) backward pass. ``durations`` and results have shape (activities, draws).

    ``bounds`` are earliest starts; ``calendars`` count an activity's duration in working days. Where
    calendars are used the slack is measured on spans (end less start) as drawn.
    """
    n, draws = durations.shape
    incoming: list[list[Link]] = [[] for _ in range(n)]
    outgoing: list[list[Link]] = [[] for _ in range(n)]
    for link in links:
        incoming[link.then].append(link)
        outgoing[link.first].append(link)
    start, end = np.empty((n, draws)), np.empty((n, draws))
    sequence = order(n, links)
    for j in sequence:
        begin = np.full(
            draws, bounds[j] if bounds is not None else 0.0, dtype=np.float64
        )  # a bound may be a whole number
        least = None
        for link in incoming[j]:
            demand = (end if link.kind in ("FS", "FF") else start)[link.first] + link.lag
            if link.kind in ("FS", "SS"):
                np.maximum(begin, demand, out=begin)
            else:
                least = demand if least is None else np.maximum(least, demand)
        calendar = (calendars or {}).get(j)
        if calendar is not None:
            np.maximum(begin, 0.0, out=begin)
        finish = begin + durations[j] if calendar is None else calendar.end(begin, durations[j])
        if least is not None:
            late = np.maximum(least - finish, 0.0)  # an end that must wait takes the start with it
            begin, finish = begin + late, finish + late
        start[j], end[j] = begin, finish
    critical = np.zeros((n, draws), dtype=bool)
    if slack and n:
        latest = np.broadcast_to(end.max(axis=0), (n, draws)).copy()
        for i in reversed(sequence):
            span = end[i] - start[i]
            for link in outgoing[i]:
                span_then = end[link.then] - start[link.then]
                limit = latest[link.then] - link.lag - (span_then if link.kind in ("FS", "SS") else 0.0)
                np.minimum(latest[i], limit + (span if link.kind in ("SS", "SF") else 0.0), out=latest[i])
            critical[i] = latest[i] - end[i] <= 1e-9
    return Passed(start, end, critical)
