r"""The best plans, found exactly: a dynamic programme whose states are kept only while they may still win.

A state is what a plan has come to after some openings: the set that stands, what it gained, spent and did for
the needs, and when each commitment opened. It goes on with the next opening or without it. A state is dropped

- if it breaks a limit or a precedence;
- if what it gained and the most that it may still gain (the least of several bounds of
  :mod:`milepost.value.appraisal.plan_bounds`) is no more than a plan that is known;
- if another state with the same set gained as much, spent no more of any limit, and met every need as well.

So what is left at the end is the best plan (Morin & Marsten 1976, *Operations Research* 24: bounded dynamic
programming). Where states are more than asked for, those with the lowest bounds are dropped, and the highest
of their bounds is told: no plan that was lost gains more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from milepost.value.appraisal.plan_bounds import Prices, Relaxation
from milepost.value.appraisal.plan_problem import ROUNDING, Flags, Floats, Ints, Problem, without

LOOK_BACK = 12  # states before one that are compared with it
COMPARED = 64  # states are compared with each other from this many on
TOLERANCE = 1e-10  # of the largest gain: plans that differ by less are equal

Plan = tuple[int, ...]


@dataclass
class Best:
    """The best plans known, at most ``count``; with ``sets`` the best of each set of commitments, by the
    commitment of each opening."""

    count: int
    sets: Ints | None = None
    plans: dict[Plan, tuple[float, Plan]] = field(default_factory=dict)

    @property
    def threshold(self) -> float:
        """What a plan must beat: the last of those wanted, if there are as many; plans that differ by less
        than rounding are equal."""
        if len(self.plans) < self.count:
            return -math.inf
        least = min(gain for gain, _ in self.plans.values())
        return least + TOLERANCE * max(1.0, abs(least))

    @property
    def beaten_by(self) -> int:
        """How many states that are as good in everything make another one needless."""
        return self.count if self.sets is None else 1

    def offer(self, plan: Plan, gain: float) -> None:
        """One more plan that keeps everything."""
        key = plan if self.sets is None else tuple(sorted(self.sets[list(plan)].tolist()))
        if key not in self.plans or gain > self.plans[key][0]:
            self.plans[key] = gain, plan
        if len(self.plans) > self.count:
            del self.plans[min(self.plans, key=lambda k: self.plans[k][0])]

    def ranked(self) -> tuple[tuple[float, Plan], ...]:
        """Best first."""
        return tuple(sorted(self.plans.values(), key=lambda x: (-x[0], x[1])))


@dataclass
class _States:
    """States as columns: ``mask`` the set, ``gain``, ``spent`` (n, L), ``needs`` (n, N), ``opened`` (n, K)
    the number of each opening or -1, ``priced`` (n, prices) what was gained at each of several prices."""

    mask: Ints
    gain: Floats
    spent: Floats
    needs: Floats
    opened: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    priced: Floats

    def of(self, which: Flags | Ints) -> _States:
        """Some of them."""
        return _States(
            self.mask[which],
            self.gain[which],
            self.spent[which],
            self.needs[which],
            self.opened[which],
            self.priced[which],
        )

    def __add__(self, other: _States) -> _States:
        names = ("mask", "gain", "spent", "needs", "opened", "priced")
        return _States(*(np.concatenate([getattr(self, n), getattr(other, n)]) for n in names))


@dataclass(frozen=True)
class Search:
    """One search over a problem; ``prices`` bound it."""

    relaxation: Relaxation
    prices: tuple[Prices, ...]

    @property
    def problem(self) -> Problem:
        """What is planned."""
        return self.relaxation.problem

    def run(self, best: Best, most: int) -> float:
        """Goes through all openings with at most so many states; returns the highest bound that was dropped
        for want of memory, minus infinity if none was."""
        p, dropped = self.problem, -math.inf
        states = self._root()
        if p.last[0] and p.met(states.needs)[0]:
            best.offer((), 0.0)
        compared = 1
        charges = [self.relaxation.charges(one) for one in self.prices]
        for e, bounds in enumerate(self._bounds()):
            fresh = self._opened(states, e, bounds, charges, best)
            top = self._top(states, bounds)
            states = states.of(top > best.threshold)
            top = top[top > best.threshold]
            if len(fresh.mask):
                states = states + fresh
                top = np.concatenate([top, self._top(fresh, bounds)])
            if len(states.mask) > max(1.3 * compared, COMPARED):
                kept = ~_beaten(p, states, e, best.beaten_by)
                states, top = states.of(kept), top[kept]
                compared = len(states.mask)
            if len(states.mask) > most:
                order = np.argsort(-top, kind="stable")
                dropped = max(dropped, float(top[order[most]]))
                states = states.of(order[:most])
                compared = most
            if not len(states.mask):
                break
        return dropped

    def _root(self) -> _States:
        p = self.problem
        return _States(
            np.zeros(1, dtype=np.int64),
            np.zeros(1),
            np.zeros((1, len(p.budget))),
            np.zeros((1, len(p.floor))),
            np.full((1, p.size), -1, dtype=np.int8),
            np.array([[one.constant(p) for one in self.prices]]),
        )

    def _bounds(self) -> Iterator[list[Floats]]:
        runs = [self.relaxation.remaining(one) for one in self.prices]
        return (list(one) for one in zip(*runs, strict=True))

    def _top(self, states: _States, bounds: Sequence[Floats]) -> Floats:
        """The most that each state may come to."""
        found = np.full(len(states.mask), np.inf)
        for j, bound in enumerate(bounds):
            np.minimum(found, states.priced[:, j] + bound[states.mask], out=found)
        return found

    def _opened(
        self, states: _States, e: int, bounds: list[Floats], charges: list[Floats], best: Best
    ) -> _States:
        """The states that take an opening, where that may still win; plans that end here are offered."""
        p, i, n = self.problem, int(self.problem.who[e]), int(self.problem.number[e])
        may = (states.mask >> i & 1) == 0
        may &= (states.mask & p.before[i]) == p.before[i]
        may &= (states.spent + p.spent[e] <= p.allowed_spending).all(axis=1)
        for one in p.precedences:
            if one.then == i:
                may &= _holds(one.holds[:, n], states.opened[:, one.first])
            elif one.first == i:
                may &= _holds(one.holds[n], states.opened[:, one.then])
        at = np.flatnonzero(may)
        where, after = without(states.mask[at], i), states.mask[at] | 1 << i
        priced = states.priced[at]
        top = np.full(len(at), np.inf)
        for j, (price, bound) in enumerate(zip(self.prices, bounds, strict=True)):
            priced[:, j] += self.relaxation.gain(e, price.needs, float(charges[j][e]), where)
            np.minimum(top, priced[:, j] + bound[after], out=top)
        won = top > best.threshold
        at, after, priced = at[won], after[won], priced[won]
        parents = states.of(at)
        added = p.adds(parents.mask, e)
        opened = parents.opened.copy()
        opened[:, i] = n
        fresh = _States(
            after,
            parents.gain + p.counted * added.sum(axis=1) - p.cost[e],
            parents.spent + p.spent[e],
            parents.needs + p.does(added, e),
            opened,
            priced,
        )
        self._offer(fresh, best)
        return fresh

    def _offer(self, fresh: _States, best: Best) -> None:
        p = self.problem
        if not len(fresh.mask):
            return
        ends = p.last[fresh.mask] & p.met(fresh.needs) & (fresh.gain > best.threshold)
        at = np.flatnonzero(ends)
        at = at[np.argsort(-fresh.gain[at], kind="stable")]
        if best.sets is not None:  # the best of each set
            at = at[np.sort(np.unique(fresh.mask[at], return_index=True)[1])]
        for k in at[: best.count].tolist():
            best.offer(self._plan(fresh.opened[k]), float(fresh.gain[k]))

    def _plan(self, opened: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> Plan:
        """Openings of a state, in their order."""
        p = self.problem
        return tuple(p.ident[opened[p.who] == p.number].tolist())


def _holds(holds: Flags, opened: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> Flags:
    """Whether a precedence holds beside the opening of the other commitment; what is not open yet is looked
    at later."""
    return np.asarray((opened < 0) | holds[np.maximum(opened, 0)])


def _beaten(p: Problem, states: _States, e: int, count: int) -> Flags:
    """States that ``count`` others beat in everything that still matters after an opening."""
    waiting = sorted({k for one in p.precedences for k in (one.first, one.then)})
    keys = [
        -states.gain,
        *(states.opened[:, k].astype(np.float64) for k in waiting),
        states.mask.astype(float),
    ]
    order = np.lexsort(np.stack(keys))
    mask, gain, needs = states.mask[order], states.gain[order], states.needs[order]
    opened = states.opened[order][:, waiting]
    later = (p.spent[e + 1 :] > 0).any(axis=0)
    spent = states.spent[order][:, later]
    slack = ROUNDING * np.maximum(1.0, p.spent.sum(axis=0)[later])
    beaten_by = np.zeros(len(mask), dtype=np.int64)
    for back in range(1, min(LOOK_BACK, len(mask) - 1) + 1):
        worse = mask[back:] == mask[:-back]
        at = np.flatnonzero(worse)
        a, b = at, at + back
        beats = (opened[a] == opened[b]).all(axis=1) & (gain[a] >= gain[b])
        beats &= (spent[a] <= spent[b] + slack).all(axis=1) & (needs[a] >= needs[b]).all(axis=1)
        beaten_by[b[beats]] += 1
    found = np.zeros(len(mask), dtype=bool)
    found[order] = beaten_by >= count
    return found
