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
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from milepost.value.appraisal.plan_problem import Flags, Floats, Ints, Problem, without

MOST_CUTS = 40
MOST_PRICE = 1e4
IN_MEMORY_BYTES = 1 << 28
CLOSE = 1e-4  # of the bound: the prices are good enough
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

    def value(self, prices: Prices) -> tuple[float, tuple[int, ...]]:
        """The bound at some prices, and the plan that reaches it before limits and needs are looked at."""
        needs, charges, at = prices.needs, self.charges(prices), self.end()
        taken: list[Flags] = []
        for e in reversed(range(len(charges))):
            left, took = self._step(at, e, needs, float(charges[e]))
            taken.append(took > left)
            np.maximum(left, took, out=left)
        mask, plan = 0, []
        for e, choice in enumerate(reversed(taken)):
            i = int(self.problem.who[e])
            if not mask >> i & 1 and choice[mask >> (i + 1), mask & ((1 << i) - 1)]:
                plan.append(e)
                mask |= 1 << i
        return float(at[0]) + prices.constant(self.problem), tuple(plan)

    def remaining(self, prices: Prices) -> Iterator[Floats]:
        """U after the first opening, after the second ... (2^K,), in this order.

        Where they are many, some are kept and those between are worked out again, so that memory holds about
        twice the root of their number.
        """
        needs, charges, at = prices.needs, self.charges(prices), self.end()
        count = len(charges)
        block = count if 8 * len(at) * count <= IN_MEMORY_BYTES else max(1, math.isqrt(count))
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
class Priced:
    """The best prices found, the bound at them, every plan that was met on the way (positions of openings),
    and with which weight each stands in the mixture of plans that would reach the bound."""

    prices: Prices
    bound: float
    plans: tuple[tuple[int, ...], ...]
    mixture: Floats


def best_prices(relaxation: Relaxation, start: Prices | None = None, enough: float = -math.inf) -> Priced:
    """Prices at which the bound is lowest, or close to it: any prices give a bound that holds. ``start`` are
    prices to begin with; a bound of no more than ``enough`` is low enough."""
    p = relaxation.problem
    limits, count = len(p.budget), len(p.budget) + len(p.floor)
    best = np.zeros(count) if start is None else np.concatenate([start.limits, start.needs])
    bound, plan = relaxation.value(_prices(best, limits))
    plans, points, cuts, heights = [plan], [best], [_slope(p, plan)], [bound]
    mixture, box = np.ones(1), 4.0
    for _ in range(MOST_CUTS if count else 0):
        if bound <= enough or (not best.any() and (cuts[-1] >= 0).all()):
            break
        at, promised, mixture = _lowest(points, cuts, heights, best, box)
        if bound - promised <= CLOSE * max(1.0, abs(bound)):
            if box > MOST_PRICE or not (at >= best + 0.99 * box).any():
                break
            box *= 8.0
            continue
        edge = bool((np.abs(at - best) >= 0.99 * box).any())
        height, plan = relaxation.value(_prices(at, limits))
        points.append(at)
        cuts.append(_slope(p, plan))
        heights.append(height)
        plans.append(plan)
        if height < bound:
            best, bound = at, height
            box = min(2.0 * box, MOST_PRICE) if edge else box
        else:
            box = max(box / 2.0, 0.05)
    weights = np.zeros(len(plans))
    weights[: len(mixture)] = mixture
    return Priced(_prices(best, limits), bound, tuple(plans), weights)


def _prices(at: Floats, limits: int) -> Prices:
    return Prices(at[:limits], at[limits:])


def _slope(problem: Problem, plan: tuple[int, ...]) -> Floats:
    """How the bound moves with the prices: what a plan leaves of each limit, and has above each floor."""
    _, spent, needs = problem.sums(plan)
    return np.concatenate([problem.budget - spent, needs - problem.floor])


def _lowest(
    points: list[Floats], cuts: list[Floats], heights: list[float], centre: Floats, box: float
) -> tuple[Floats, float, Floats]:
    """The lowest point of the cutting planes within a box around the best prices, its height, and the mixture
    of plans whose planes meet there."""
    slopes = np.array(cuts)
    constant = np.array([h - c @ x for h, c, x in zip(heights, cuts, points, strict=True)])
    scale = max(1.0, float(np.abs(heights).max()))
    answer = linprog(
        np.append(np.zeros(len(centre)), 1.0),
        A_ub=np.hstack([slopes / scale, -np.ones((len(cuts), 1))]),
        b_ub=-constant / scale,
        bounds=[*((max(0.0, c - box), c + box) for c in centre), (None, None)],
        method="highs",
    )
    if answer.status != 0:
        return centre, math.inf, np.ones(1)
    return np.asarray(answer.x[:-1]), float(answer.x[-1]) * scale, -np.asarray(answer.ineqlin.marginals)


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
