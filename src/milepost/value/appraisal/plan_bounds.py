r"""How much can a plan bring at most? Limits and needs priced, and a dynamic programme over all sets.

With prices λ, μ ≥ 0 in place of the limits and needs of :mod:`milepost.value.appraisal.plan_problem`, what is
left depends on the set that stands alone, so the openings in the order of their days make a dynamic programme
over sets. With g_e(S) the priced gain of opening e on top of S,

    (1)  U_{E+1}(S) = 0 ,     U_e(S) = max { U_{e+1}(S),  g_e(S) + U_{e+1}(S ∪ i(e)) }   if i(e) is not in S

and U_1(∅) + λ·B − μ·F is no less than the best plan (Lagrangian relaxation: Geoffrion 1974, *Mathematical
Programming Study* 2; Fisher 1981, *Management Science* 27). U_e(S) bounds in the same manner what any plan
that has come to S may still gain. The best prices are found by cutting planes within a box (Marsten, Hogan &
Blankenship 1975, *Operations Research* 23).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import scipy

from milepost.value.appraisal.plan_problem import Flags, Floats, Ints, Problem, without

MOST_CUTS = 40
MOST_PRICE = 1e4
IN_MEMORY_BYTES = 1 << 28
CLOSE = 1e-4  # of the bound: the prices are good enough
FAR = 0.02  # of what the bound lies above what is good enough
_ALL = slice(None)


@dataclass(frozen=True)
class Prices:
    """Prices of limits (L,) and of needs (N,), MUSD of net present value a MUSD; none below zero."""

    limits: Floats
    needs: Floats

    def constant(self, problem: Problem) -> float:
        """What the priced limits and needs bring whatever is planned."""
        return float(self.limits @ problem.budget - self.needs @ problem.floor)


@dataclass(frozen=True)
class Relaxation:
    """The dynamic programme of a problem, for any prices.

    For each opening ``whole`` (2^(K-1),) is what it adds to all countries together, over the sets without its
    commitment; for each commitment ``parts`` (N, 2^(K-1)) is V that it adds in each country that a need is
    about, MUSD a year, and ``early`` the sets that miss what must come before it, if anything must.
    """

    problem: Problem
    whole: list[Floats]
    parts: list[Floats]
    early: list[Flags | None]

    @classmethod
    def of(cls, p: Problem) -> Relaxation:
        """From the table of a problem."""
        whole: list[Floats] = [np.zeros(0)] * len(p.who)
        for i in range(p.size):
            mine = np.flatnonzero(p.who == i)
            for row, e in zip(p.weights[mine] @ _added(p, i).T, mine.tolist(), strict=True):
                whole[e] = row
        return cls(p, whole, _parts(p), [_early(p, i) for i in range(p.size)])

    def about(self, p: Problem) -> Relaxation:
        """That of a problem with the same table, openings and weights: other costs, limits, needs or ends."""
        same = np.array_equal(p.held, self.problem.held)
        return replace(self, problem=p, parts=self.parts if same else _parts(p))

    def ending(self, last: Flags) -> Relaxation:
        """The same with other sets that may stand at the end, of those that might."""
        return self.about(self.problem.ending(last))

    def ended(self, last: Flags) -> Relaxation:
        """That of the plans that end in some sets, without the commitments of none of them."""
        masks = np.flatnonzero(last & self.problem.last)
        if not len(masks):
            return self.ending(last)
        every, some = int(np.bitwise_and.reduce(masks)), int(np.bitwise_or.reduce(masks))
        out = ((1 << self.problem.size) - 1) & ~some
        kept = np.array([bool(some >> int(i) & 1) for i in self.problem.who])
        return self.ending(last).narrowed(kept, out, every)

    def narrowed(self, kept: Flags, out: int, must: int) -> Relaxation:
        """That of :meth:`Problem.narrowed`, out of what is worked out already."""
        p = self.problem
        if not out and kept.all():
            masks = np.arange(len(p.last), dtype=np.int64)
            return self.ending((masks & must) == must)
        made = p.narrowed(kept, out, must)
        stays = [i for i in range(p.size) if not out >> i & 1]
        sets = {i: _sets_within(p.size, out, i) if out else _ALL for i in stays}
        return Relaxation(
            made,
            [self.whole[e][sets[int(p.who[e])]] for e in np.flatnonzero(kept).tolist()],
            [self.parts[i][:, sets[i]] for i in stays],
            [_early(made, k) for k in range(made.size)],
        )

    def gain(self, e: int, needs: Floats, charge: float, at: Ints | slice = _ALL) -> Floats:
        """What an opening adds by priced value less what it is charged, by set without its commitment."""
        p, i = self.problem, int(self.problem.who[e])
        factor = p.counted + float(needs[p.held < 0].sum())
        found = self.whole[e][at] - charge if factor == 1.0 else factor * self.whole[e][at] - charge
        for n in np.flatnonzero((needs > 0) & (p.held >= 0)).tolist():
            found += needs[n] * p.weights[e, p.held[n]] * self.parts[i][n][at]
        return found

    def charges(self, prices: Prices) -> Floats:
        """What each opening costs at these prices (E,)."""
        p = self.problem
        return np.asarray(p.cost + p.spent @ prices.limits + p.paid @ prices.needs)

    def end(self) -> Floats:
        """What may still be gained after the last opening (2^K,)."""
        return np.where(self.problem.last, 0.0, -np.inf)

    def _step(self, at: Floats, e: int, needs: Floats, charge: float) -> tuple[Floats, Floats]:
        """What there is without an opening and with it (equation 1), by set."""
        i = int(self.problem.who[e])
        halves = at.reshape(-1, 2, 1 << i)
        taken = halves[:, 1] + self.gain(e, needs, charge).reshape(-1, 1 << i)
        early = self.early[i]
        if early is not None:
            taken[early.reshape(-1, 1 << i)] = -np.inf
        return halves[:, 0], taken

    def value(self, prices: Prices) -> Valued:
        """The bound of every set that may stand at the end, at some prices."""
        charges = self.charges(prices)
        at = np.full(len(self.problem.last), -np.inf)
        at[0] = prices.constant(self.problem)
        taken: list[Flags] = []
        for e in range(len(charges)):
            i = int(self.problem.who[e])
            halves = at.reshape(-1, 2, 1 << i)
            took = halves[:, 0] + self.gain(e, prices.needs, float(charges[e])).reshape(-1, 1 << i)
            early = self.early[i]
            if early is not None:
                took[early.reshape(-1, 1 << i)] = -np.inf
            taken.append(took > halves[:, 1])
            np.maximum(halves[:, 1], took, out=halves[:, 1])
        return Valued(self.problem, np.where(self.problem.last, at, -np.inf), taken)

    def remaining(self, prices: Prices) -> Iterator[Floats]:
        """U after the first opening, after the second ... (2^K,), in this order.

        Where they are many, some are kept and those between are worked out again, so that memory holds about
        twice the root of their number.
        """
        needs, charges, at = prices.needs, self.charges(prices), self.end()
        count = len(charges)
        block = max(1, count if 8 * len(at) * count <= IN_MEMORY_BYTES else math.isqrt(count))
        kept: dict[int, Floats] = {count: at.copy()}
        for e in reversed(range(block if count > block else count, count)):
            left, took = self._step(at, e, needs, float(charges[e]))
            np.maximum(left, took, out=left)
            if e % block == 0:
                kept[e] = at.copy()
        for begin in range(0, count, block):
            end = min(begin + block, count)
            at = kept.pop(end)
            inside = [at]
            for e in reversed(range(begin + 1, end)):
                at = at.copy()
                left, took = self._step(at, e, needs, float(charges[e]))
                np.maximum(left, took, out=left)
                inside.append(at)
            yield from reversed(inside)


@dataclass(frozen=True)
class Valued:
    """The bound of each set (2^K,), and for which sets each opening was taken last."""

    problem: Problem
    bounds: Floats
    taken: list[Flags]

    def plan(self, mask: int) -> tuple[int, ...]:
        """The plan that ends in a set and reaches its bound before limits and needs are looked at."""
        plan = []
        for e in reversed(range(len(self.taken))):
            i = int(self.problem.who[e])
            rest = mask & ~(1 << i)
            if mask >> i & 1 and self.taken[e][rest >> (i + 1), rest & ((1 << i) - 1)]:
                plan.append(e)
                mask = rest
        return tuple(reversed(plan))


@dataclass(frozen=True)
class Priced:
    """The best prices found, the bound at them, every plan that was met on the way (positions of openings),
    with which weight each stands in the mixture of plans that would reach the bound, and the sets that a plan
    which is good enough may end in (2^K,)."""

    prices: Prices
    bound: float
    plans: tuple[tuple[int, ...], ...]
    mixture: Floats
    alive: Flags


@dataclass
class _Cuts:
    """Plans by the plane that each puts under the bound as a function of the prices."""

    problem: Problem
    plans: list[tuple[int, ...]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # the set that a plan ends in
    slopes: list[Floats] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)

    def add(self, found: Valued, end: int, at: Floats) -> None:
        """The plan that reaches the bound of a set at some prices."""
        plan = found.plan(end)
        _, spent, needs = self.problem.sums(plan)
        slope = np.concatenate([self.problem.budget - spent, needs - self.problem.floor])
        self.plans.append(plan)
        self.ends.append(end)
        self.slopes.append(slope)
        self.constants.append(float(found.bounds[end] - slope @ at))

    def lowest(self, alive: Flags, centre: Floats, box: float) -> tuple[Floats, float, Floats]:
        """The lowest point of the planes of sets that are alive, within a box around the best prices; its
        height, and the mixture of plans whose planes meet there."""
        on = np.flatnonzero(alive[self.ends])
        scale = max(1.0, float(np.abs(self.constants).max()))
        answer = scipy.optimize.linprog(
            np.append(np.zeros(len(centre)), 1.0),
            A_ub=np.hstack([np.array(self.slopes)[on] / scale, -np.ones((len(on), 1))]),
            b_ub=-np.array(self.constants)[on] / scale,
            bounds=[*((max(0.0, c - box), c + box) for c in centre), (None, None)],
            method="highs",
        )
        mixture = np.zeros(len(self.plans))
        if answer.status != 0:
            return centre, math.inf, mixture
        mixture[on] = -np.asarray(answer.ineqlin.marginals)
        return np.asarray(answer.x[:-1]), float(answer.x[-1]) * scale, mixture


def best_prices(relaxation: Relaxation, start: Prices | None = None, least: float = -math.inf) -> Priced:
    """Prices at which the bound is lowest, or close to it: any prices give a bound that holds.

    ``start`` are prices to begin with. A set whose bound at any prices is no more than ``least`` ends no plan
    that is good enough and is looked at no more, so that the bound is that of the others.
    """
    p = relaxation.problem
    limits, count = len(p.budget), len(p.budget) + len(p.floor)
    best = np.zeros(count) if start is None else np.concatenate([start.limits, start.needs])
    centre = relaxation.value(_prices(best, limits))
    alive = centre.bounds > least
    cuts, mixture, box = _Cuts(p), np.zeros(0), 4.0
    told: set[int] = set()  # sets whose plane at the best prices is among the cuts
    for _ in range(MOST_CUTS if count else 0):
        if not alive.any():
            break
        end = int(np.argmax(np.where(alive, centre.bounds, -np.inf)))
        bound = float(centre.bounds[end])
        if end not in told:
            cuts.add(centre, end, best)
            told.add(end)
            if not best.any() and (cuts.slopes[-1] >= 0).all():
                break
        at, promised, mixture = cuts.lowest(alive, best, box)
        edge = bool((np.abs(at - best) >= 0.99 * box).any())
        enough = FAR * (bound - least) if math.isfinite(least) else 0.0
        if bound - promised <= max(enough, CLOSE * max(1.0, abs(bound))):
            if not edge or box >= MOST_PRICE:
                break
            box *= 8.0
            continue
        there = relaxation.value(_prices(at, limits))
        alive &= there.bounds > least
        height = float(np.max(there.bounds, where=alive, initial=-np.inf))
        if math.isfinite(height):
            cuts.add(there, int(np.argmax(np.where(alive, there.bounds, -np.inf))), at)
        if height < float(np.max(centre.bounds, where=alive, initial=-np.inf)):
            best, centre, told = at, there, {cuts.ends[-1]} if math.isfinite(height) else set()
            box = min(2.0 * box, MOST_PRICE) if edge else box
        else:
            box = max(box / 2.0, 0.05)
    if not cuts.plans and alive.any():
        cuts.add(centre, int(np.argmax(centre.bounds)), best)
    weights = np.zeros(len(cuts.plans))
    weights[: len(mixture)] = mixture
    bound = float(np.max(centre.bounds, where=alive, initial=-np.inf))
    return Priced(_prices(best, limits), bound, tuple(cuts.plans), weights, alive)


def _prices(at: Floats, limits: int) -> Prices:
    return Prices(at[:limits], at[limits:])


def _added(p: Problem, i: int) -> Floats:
    """V that a commitment adds by country, MUSD a year, over the sets without it (2^(K-1), C)."""
    halves = p.table.reshape(-1, 2, 1 << i, p.table.shape[1])
    return np.asarray((halves[:, 1] - halves[:, 0]).reshape(-1, p.table.shape[1]))


def _parts(p: Problem) -> list[Floats]:
    """For each commitment what it adds in each country that a need is about (N, 2^(K-1))."""
    table = p.table[:, np.maximum(p.held, 0)]
    found = []
    for i in range(p.size):
        halves = table.reshape(len(table) >> (i + 1), 2, 1 << i, table.shape[1])
        added = (halves[:, 1] - halves[:, 0]).reshape(len(table) >> 1, table.shape[1])
        found.append(np.ascontiguousarray(added.T))
    return found


def _early(p: Problem, i: int) -> Flags | None:
    """Sets without commitment i in which something that must come before it is missing."""
    needed = int(p.before[i])
    if not needed:
        return None
    masks = _sets_without(p.size, i)
    return np.asarray((masks & needed) != needed)


def _sets_without(size: int, i: int) -> Ints:
    """Bit masks of the sets without a commitment, in their order."""
    rest = np.arange(1 << (size - 1), dtype=np.int64)
    return np.asarray((rest >> i) << (i + 1) | rest & ((1 << i) - 1))


def _sets_within(size: int, out: int, i: int) -> Ints:
    """Positions among the sets without commitment i of those without any of ``out``."""
    masks = np.zeros(1, dtype=np.int64)
    for k in range(size):
        if k != i and not out >> k & 1:
            masks = np.concatenate([masks, masks | 1 << k])
    return without(masks, i)
