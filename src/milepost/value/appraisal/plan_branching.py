r"""The best plans, proved: a search, and where it grows too large, branches.

A branch is the problem with some commitments in every plan, some in none, and some that open early or late.
Its bound is that of :mod:`milepost.value.appraisal.plan_bounds` at prices of its own. A branch that cannot
beat a plan that is known is closed; one that :mod:`milepost.value.appraisal.plan_search` goes through without
dropping a state is done; any other is divided in two, on the commitment about which the plans that make its
bound disagree most (Land & Doig 1960, *Econometrica* 28). The branch with the highest bound is looked at
first, so that when work ends before all are closed, that bound says how much a better plan could gain at
most: the gap, which is zero otherwise.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from milepost.value.appraisal.plan_bounds import Priced, Prices, Relaxation, best_prices
from milepost.value.appraisal.plan_problem import Flags, Floats, Problem
from milepost.value.appraisal.plan_search import Best, Plan, Search

STATES = 4_000  # that a search of one branch keeps
BRANCHES = 300  # that are looked at
AROUND = (1.0, 0.5, 2.0)  # of the best prices: where little money is left, higher ones bound more
FAR = 0.1  # of the bound: a branch whose best is so far below is divided before it is searched
AGREED = 0.02  # share of a mixture that is none


@dataclass(frozen=True)
class Found:
    """The best plans, best first, with what they gain; ``bound`` is the most that any plan could gain;
    ``prices`` those of limits and needs; ``branches`` how many were looked at."""

    plans: tuple[tuple[float, Plan], ...]
    bound: float
    prices: Prices
    branches: int = 0

    @property
    def gap(self) -> float:
        """How much better a plan could be at most: 0 when the best is proved."""
        best = self.plans[0][0] if self.plans else -math.inf
        return max(0.0, self.bound - best) if math.isfinite(self.bound) else 0.0


@dataclass(frozen=True)
class Branch:
    """The openings that it keeps (E,), what is out and what must come (bit masks), prices to begin with, and
    what is known of its bound already."""

    kept: Flags
    out: int
    must: int
    prices: Prices | None
    priced: Priced | None = None


def searched(
    relaxation: Relaxation,
    *,
    count: int = 1,
    sets: bool = False,
    known: Sequence[Plan] = (),
    prices: Prices | None = None,
) -> Found:
    """The best plans of a problem, at most ``count``; none where no plan keeps everything.

    With ``sets`` no two of them deliver the same commitments. ``known`` are plans to begin with; they are
    used where they keep everything. ``prices`` (default: the best ones) bound the first search.
    """
    p = relaxation.problem
    best = Best(count, p.who if sets else None)
    for plan in dict.fromkeys(known):
        if p.keeps(plan):
            best.offer(plan, p.sums(plan)[0])
    looked, left, dropped = 0, math.inf, -math.inf
    whole = np.ones(len(p.who), dtype=bool)
    if not math.isfinite(best.threshold):
        priced, left = _look(relaxation, Branch(whole, 0, 0, prices), best, far=math.inf)
        prices, looked = priced.prices, 1
    order = itertools.count()
    waiting: list[tuple[float, int, Branch]] = []
    if left > best.threshold:  # now that there is something to beat, most sets are soon ruled out
        priced = best_prices(relaxation, prices, best.threshold)
        prices, relaxation = priced.prices, relaxation.ended(priced.alive)
        if relaxation.problem.size == p.size:
            root = Branch(whole, 0, 0, prices, priced)
        else:
            p = relaxation.problem
            root = Branch(np.ones(len(p.who), dtype=bool), 0, 0, prices)
        waiting.append((-min(left, priced.bound), next(order), root))
    first = prices
    while waiting and looked < BRANCHES:
        height, _, branch = waiting[0]
        if -height <= best.threshold:
            break
        heapq.heappop(waiting)
        looked += 1
        priced, left = _look(relaxation, branch, best)
        if left > best.threshold:
            parts = _parts(p, branch, priced)
            if not parts:  # nothing is left to divide: looked at whole
                left = _look(relaxation, branch, best, far=math.inf)[1]
                dropped = max(dropped, left)
            for part in parts:
                heapq.heappush(waiting, (-min(left, -height), next(order), part))
    ranked = best.ranked()
    top = ranked[0][0] if ranked else -math.inf
    open_ = [-height for height, _, _ in waiting if -height > best.threshold]
    return Found(ranked, max([top, dropped, *open_]), first or _no_prices(p), looked)


def _no_prices(p: Problem) -> Prices:
    return Prices(np.zeros(len(p.budget)), np.zeros(len(p.floor)))


def _look(relaxation: Relaxation, branch: Branch, best: Best, *, far: float = FAR) -> tuple[Priced, float]:
    """The prices of a branch (positions of its openings), and the most that plans could gain that were not
    looked at; minus infinity if all were."""
    root = bool(branch.kept.all()) and not branch.must
    mine = relaxation if root else relaxation.narrowed(branch.kept, branch.out, branch.must)
    p = mine.problem
    priced = branch.priced or best_prices(mine, branch.prices, best.threshold)
    for plan in dict.fromkeys(priced.plans):
        if p.keeps(plan):
            gain = p.sums(plan)[0]
            if gain > best.threshold:
                best.offer(tuple(p.ident[list(plan)].tolist()), gain)
    least, bound = best.threshold, priced.bound
    if bound <= least:
        return priced, -math.inf
    if math.isfinite(least) and bound - least > far * abs(bound):
        return priced, bound
    prices = priced.prices
    around = AROUND if prices.limits.any() or prices.needs.any() else (1.0,)
    search = Search(
        mine.ended(priced.alive), tuple(Prices(f * prices.limits, f * prices.needs) for f in around)
    )
    return priced, min(search.run(best, STATES), bound)


def _parts(p: Problem, branch: Branch, priced: Priced) -> list[Branch]:
    """A branch in two: a commitment in every plan or in none, or, where all agree on that, early or late."""
    if not p.size:  # every opening was ruled out: only the empty plan is left, and it was looked at
        return []
    kept = np.flatnonzero(branch.kept)
    share = np.zeros(len(p.who))
    for plan, weight in zip(priced.plans, priced.mixture, strict=True):
        share[kept[list(plan)]] += weight
    inside = np.array([share[p.who == i].sum() for i in range(p.size)])
    free = np.array([not (branch.must | branch.out) >> i & 1 for i in range(p.size)])
    doubt = np.where(free, np.minimum(inside, 1.0 - inside), 0.0)
    i = int(np.argmax(np.where(doubt > AGREED, doubt, 0.0) * _weight(p, priced.prices)))
    if doubt[i] > AGREED:
        return _in_or_out(p, branch, i, priced.prices)
    spread = [_doubt_of_days(share[branch.kept & (p.who == k)]) for k in range(p.size)]
    k = int(np.argmax(spread))
    if spread[k] > 0:
        return _early_or_late(p, branch, k, share, priced.prices)
    if free.any():
        return _in_or_out(p, branch, int(np.flatnonzero(free)[np.argmax(inside[free])]), priced.prices)
    many = [int((branch.kept & (p.who == k)).sum()) for k in range(p.size)]
    k = int(np.argmax(many))
    return _early_or_late(p, branch, k, share, priced.prices) if many[k] > 1 else []


def _weight(p: Problem, prices: Prices) -> Floats:
    """How much the limits and needs have at stake in each commitment (K,), at their prices."""
    found = np.full(p.size, 1e-9)
    nothing = np.zeros(1, dtype=np.int64)
    for e, i in enumerate(p.who.tolist()):
        needs = float(np.abs(p.does(p.adds(nothing, e), e))[0] @ prices.needs)
        found[i] = max(found[i], needs + float(p.spent[e] @ prices.limits))
    return found


def _in_or_out(p: Problem, branch: Branch, i: int, prices: Prices) -> list[Branch]:
    return [
        Branch(branch.kept, branch.out, branch.must | 1 << i, prices),
        Branch(branch.kept & (p.who != i), branch.out | 1 << i, branch.must, prices),
    ]


def _doubt_of_days(share: Floats) -> float:
    """How much openings of one commitment share in a mixture beside the largest of them."""
    found = float(share.sum() - share.max()) if len(share) > 1 else 0.0
    return found if found > AGREED else 0.0


def _early_or_late(p: Problem, branch: Branch, i: int, share: Floats, prices: Prices) -> list[Branch]:
    """Openings of a commitment in two: about half of its share in the mixture, or of their number, each."""
    mine = np.flatnonzero(branch.kept & (p.who == i))
    weight = share[mine] if share[mine].sum() > 0 else np.ones(len(mine))
    half = np.searchsorted(np.cumsum(weight), weight.sum() / 2) + 1
    cut = int(np.clip(half, 1, len(mine) - 1))
    parts = []
    for late in (mine[cut:], mine[:cut]):
        kept = branch.kept.copy()
        kept[late] = False
        parts.append(Branch(kept, branch.out, branch.must, prices))
    return parts
