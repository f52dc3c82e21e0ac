r"""Whose doing is the value? The Shapley value of V over commitments, for every country at once.

For a game V with V(∅) = 0 over K players, the share of player i is

    (1)  φ_i = Σ_{S ∌ i}  |S|! (K − |S| − 1)! / K!  · [ V(S ∪ i) − V(S) ]

(Shapley 1953, *Contributions to the Theory of Games* II). Equivalently φ_i is the mean over all orders of
what i adds to those before it, which gives the estimator used when 2^K subsets cannot be afforded:

    (2)  φ̂_i = (1/M) Σ_m ½ [ Δ_i(π_m) + Δ_i(reverse of π_m) ]

with M random orders π_m, each paired with its reverse (antithetic; Mitchell et al. 2022, JMLR 23(43)); the
standard error is that of the mean of the M pairs. In (1) and (2) the shares add up to V(all); this is
checked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.errors import NoSolution, WrongUse
from milepost.results import Cell, Result, frame_of, largest
from milepost.value.evidence import EstimatedShare
from milepost.value.game import MOST_CELLS, Game

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 0.002  # standard error of a share on a large network, as a part of V(all)
LOOK_EVERY = 16  # pairs of orders
AT_MOST = 48  # pairs of orders on a large network: of 36,000 nodes a pair takes three seconds
EXACT_UP_TO = 20
EFFICIENCY_TOLERANCE = 1e-9
EXACT_IN_PASSING = 12  # a group of this size costs less in full than in samples
AT_ONCE = 1 << 20  # rows of a table that are looked at together


@dataclass(frozen=True, repr=False)
class Shares(Result):
    """Shapley shares in MUSD a year.

    ``share``, ``error``, ``alone`` (what a commitment adds when it is the only one) and ``last`` (what it
    adds when all others are delivered) have shape (commitments, countries); ``total`` = V(all), shape
    (countries,). ``error`` is the standard error, zero when the method is exact. ``estimated_share`` is the
    part of V(all) that rests on flows which nobody records. ``received`` (commitments, countries) is the part
    of ``share`` that is taxes and margins received, the rest is what users gain; None where nothing is.
    ``error_of_sum`` (commitments,) is the standard error of a share summed over countries.
    """

    commitments: tuple[str, ...]
    countries: tuple[str, ...]
    share: NDArray[np.float64]
    error: NDArray[np.float64]
    alone: NDArray[np.float64]
    last: NDArray[np.float64]
    total: NDArray[np.float64]
    error_of_sum: NDArray[np.float64]
    method: Literal["exact", "sampled", "stratified"]
    orders: int = 0
    seed: int | None = None
    unit: str = "MUSD/year"
    estimated_share: EstimatedShare | None = None
    received: NDArray[np.float64] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost shapley --json``."""
        return {
            "unit": self.unit,
            "method": self.method,
            "orders": self.orders,
            "seed": self.seed,
            "shares": _nested(self.commitments, self.countries, self.share),
            "received": None
            if self.received is None
            else _nested(self.commitments, self.countries, self.received),
            "error": _nested(self.commitments, self.countries, self.error),
            "error_of_sum": dict(zip(self.commitments, self.error_of_sum.tolist(), strict=True)),
            "alone": _nested(self.commitments, self.countries, self.alone),
            "last": _nested(self.commitments, self.countries, self.last),
            "total": dict(zip(self.countries, self.total.tolist(), strict=True)),
            "estimated_share": None if self.estimated_share is None else self.estimated_share.as_dict(),
        }

    def sums(self, values: NDArray[np.float64]) -> dict[str, float]:
        """``share``, ``alone`` or ``last`` by commitment, summed over countries."""
        return dict(zip(self.commitments, values.sum(axis=1).tolist(), strict=True))

    def halved(self) -> Shares:
        """Of shares of a game with what is received behind V: those of V, with what is received beside."""
        n = len(self.countries) // 2
        first = {name: getattr(self, name)[:, :n] for name in ("share", "error", "alone", "last")}
        return replace(
            self, countries=self.countries[:n], total=self.total[:n], received=self.share[:, n:], **first
        )

    @property
    def total_all(self) -> float:
        """V(all) of all countries together."""
        return float(self.total.sum())

    def ranked(self) -> list[tuple[str, float]]:
        """Commitments by their share summed over countries, largest first."""
        sums = self.share.sum(axis=1)
        return sorted(zip(self.commitments, sums.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))

    def frame(self, *, long: bool = False) -> pd.DataFrame:
        """Shares as a table: a row per commitment, a column per country, MUSD a year, which names the axis of
        columns.

        ``long``: a row per commitment and country instead, with its standard error, as
        ``milepost shapley --csv`` writes it.
        """
        if long:
            n, K = len(self.countries), len(self.commitments)
            return frame_of(
                {
                    "commitment": [c for c in self.commitments for _ in range(n)],
                    "country": list(self.countries) * K,
                    "musd_per_year": self.share.ravel(),
                    "standard_error": self.error.ravel(),
                }
            )
        return frame_of(self.share, self.countries, self.commitments, row="commitment", column=self.unit)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment and country, with the standard error."""
        return ["commitment", "country", "musd_per_year", "standard_error"], [
            [commitment, country, float(self.share[i, j]), float(self.error[i, j])]
            for i, commitment in enumerate(self.commitments)
            for j, country in enumerate(self.countries)
        ]

    def most(self, commitment: str, number: int = 2) -> list[tuple[str, float]]:
        """The countries whose share of a commitment is largest in size, and these shares."""
        row = self.share[self.commitments.index(commitment)].tolist()
        return largest(self.countries, row, number)

    def headed(self) -> str:
        """Unit, method, size."""
        return (
            f"Shapley shares, {self.unit}, {self.method}, {len(self.commitments)} commitments, "
            f"{len(self.countries)} countries"
        )


def shapley(
    game: Game,
    *,
    method: Literal["auto", "exact", "sampled", "stratified"] = "auto",
    orders: int = 500,
    seed: int = 0,
    until_error: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Shares:
    """Shapley share of every commitment for every country.

    ``auto`` is exact up to 20 commitments, on a large network up to fewer, and samples ``orders`` pairs of
    orders beyond; on a large network it samples no more of them than it takes to tell each share within a
    five-hundredth of V(all), as a standard error, and 48 at most, whatever the error, which the answer tells;
    ``sampled`` draws what it is asked for; ``stratified`` samples random orders with their rotations,
    so that every commitment stands once in every place (``orders`` counts those bundles). Groups that never
    interact are told apart first (a sum of games has the sum of the shares), and each is exact if it is
    small. With ``until_error``, MUSD a year, sampling stops as soon as the standard error of every
    commitment's share, summed over countries, is no larger (looked at every 16 pairs, after 32 at least);
    ``orders`` is the most.
    ``progress(done, of)`` is called now and then. Raises ``WrongUse`` for a method that cannot be and for
    values that are no V (:class:`Game`), ``NoSolution`` if the shares fail to add up to V(all) within 1e-9 of
    the largest value or share.
    """
    if game.wide is not None:
        both = shapley(
            game.wide, method=method, orders=orders, seed=seed, until_error=until_error, progress=progress
        )
        return replace(both.halved(), estimated_share=game.estimated_share(game.players))
    K = len(game.players)
    if method == "auto":
        few = K <= EXACT_UP_TO and game.cells * 2.0**K <= MOST_CELLS and game.fits_a_table
        method = "exact" if few else "sampled"
        if not few and until_error is None and game.cells * 2.0 ** min(K, EXACT_UP_TO) > MOST_CELLS:
            # a set takes long there: no more of them than the answer needs
            until_error = ENOUGH * float(np.abs(_all_worth(game)).sum()) or None
            orders = min(orders, AT_MOST)
    if method == "exact" and K > EXACT_UP_TO + 4:
        raise WrongUse(
            f"{K} commitments have 2^{K} subsets; ask for method='sampled' beyond {EXACT_UP_TO + 4}."
        )
    if method in ("sampled", "stratified") and (not isinstance(orders, int | np.integer) or orders < 2):
        raise WrongUse(
            "A sampled share needs at least 2 orders, and a whole number of them, to have a standard error."
        )
    if until_error is not None and not until_error > 0:
        raise WrongUse("The standard error to stop at is a number above zero, MUSD a year.")
    if method == "exact":
        result = _exact(game, progress)
    elif method in ("sampled", "stratified"):
        result = _by_parts(game, method, orders, seed, until_error, progress)
    else:
        raise WrongUse(f"There is no method '{method}'. Known: auto, exact, sampled, stratified.")
    game.value(())  # refuses a V that does not start from nothing
    gap = float(np.abs(result.share.sum(axis=0) - result.total).max(initial=0.0))
    # where gains and losses cancel, V(all) may be zero while the shares are not: rounding is that of the
    # larger
    scale = max(
        float(np.abs(result.total).max(initial=0.0)), float(np.abs(result.share).max(initial=0.0)), 1e-300
    )
    if not gap <= EFFICIENCY_TOLERANCE * scale:  # NaN is no agreement either
        raise NoSolution(
            f"The shares miss V(all) by {gap:.3g} MUSD a year, more than rounding explains; "
            "the values of this game are not numbers of one and the same function."
        )
    return result if game.counted else replace(result, estimated_share=game.estimated_share(game.players))


def shapley_from_table(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equation (1) on a full table: ``table[mask, country]`` (2^K, n) -> shares (K, n)."""
    size, n = table.shape
    K = size.bit_length() - 1
    if size != 1 << K:
        raise WrongUse(f"A table of all subsets has 2^K rows, this one has {size}.")
    counts = np.zeros(1, dtype=np.int64)
    for _ in range(K - 1):
        counts = np.concatenate([counts, counts + 1])
    weight = np.array([1.0 / (K * math.comb(K - 1, s)) for s in range(K)])[counts] if K else np.zeros(0)
    share = np.empty((K, n))
    for i in range(K):
        halves = table.reshape(size >> (i + 1), 2, 1 << i, n)
        if size <= AT_ONCE:
            share[i] = weight @ (halves[:, 1] - halves[:, 0]).reshape(size >> 1, n)
            continue
        # a table on disk is read piece by piece
        share[i] = 0.0
        inner, outer = 1 << i, size >> (i + 1)
        rows, columns = max(1, AT_ONCE // inner), min(inner, AT_ONCE)
        for a in range(0, outer, rows):
            for b in range(0, inner, columns):
                piece = halves[a : a + rows, :, b : b + columns]
                some = weight.reshape(outer, inner)[a : a + rows, b : b + columns]
                share[i] += some.reshape(-1) @ (piece[:, 1] - piece[:, 0]).reshape(-1, n)
    return share


def _exact(game: Game, progress: Callable[[int, int], None] | None) -> Shares:
    table = game.table(progress=progress)
    K = len(game.players)
    full = (1 << K) - 1
    bits = [1 << i for i in range(K)]
    return Shares(
        commitments=game.players,
        countries=game.countries,
        share=shapley_from_table(table),
        error=np.zeros((K, len(game.countries))),
        alone=table[bits] - table[0] if K else np.zeros((0, len(game.countries))),
        last=table[full] - table[[full ^ b for b in bits]] if K else np.zeros((0, len(game.countries))),
        total=table[full] - table[0],
        error_of_sum=np.zeros(K),
        method="exact",
    )


def _by_parts(
    game: Game,
    method: Literal["sampled", "stratified"],
    orders: int,
    seed: int,
    until_error: float | None,
    progress: Callable[[int, int], None] | None,
) -> Shares:
    """Groups that never interact one by one; only what is large is sampled."""
    if len(game.parts) < 2 or game.part is None:
        return _sampled(game, method, orders, seed, until_error, progress)
    K, n = len(game.players), len(game.countries)
    share, error, alone, last = (np.zeros((K, n)) for _ in range(4))
    of_sum = np.zeros(K)
    where = {p: k for k, p in enumerate(game.players)}
    used = 0
    sampled = False
    for names in game.parts:
        at = [where[p] for p in names]
        part = game.part(names)
        small = len(names) <= EXACT_IN_PASSING
        found = _exact(part, None) if small else _sampled(part, method, orders, seed, until_error, progress)
        share[at], error[at], alone[at], last[at] = found.share, found.error, found.alone, found.last
        of_sum[at] = found.error_of_sum
        used, sampled = max(used, found.orders), sampled or not small
    total = game.value(game.players) - game.value(())
    if not sampled:
        return Shares(game.players, game.countries, share, error, alone, last, total, of_sum, "exact")
    return Shares(game.players, game.countries, share, error, alone, last, total, of_sum, method, used, seed)


def _sampled(
    game: Game,
    method: Literal["sampled", "stratified"],
    orders: int,
    seed: int,
    until_error: float | None,
    progress: Callable[[int, int], None] | None,
) -> Shares:
    K, n = len(game.players), len(game.countries)
    rng = np.random.default_rng(seed)
    everyone = frozenset(game.players)
    nothing = game.value(frozenset())
    total = game.value(everyone) - nothing
    mean, square = np.zeros((K, n)), np.zeros((K, n))
    sum_mean, sum_square = np.zeros(K), np.zeros(K)
    used = 0
    ahead: list[NDArray[np.intp]] = []
    for m in range(orders):
        if not ahead:  # many orders at once, as far as they are gone through in any case
            ahead = [rng.permutation(K) for _ in range(min(LOOK_EVERY, orders - m))]
            if game.each is not None and method == "sampled":
                game.values(_passed(game.players, ahead))
        order = ahead.pop(0)
        if method == "stratified":
            pair = sum((_marginals(game, np.roll(order, k)) for k in range(K)), np.zeros((K, n))) / max(K, 1)
        else:
            pair = 0.5 * (_marginals(game, order) + _marginals(game, order[::-1]))
        step = pair - mean  # Welford: mean and spread in one pass, the same bits for the same seed
        mean += step / (m + 1)
        square += step * (pair - mean)
        whole_pair = pair[:, : game.counted or n].sum(axis=1)
        sum_step = whole_pair - sum_mean
        sum_mean += sum_step / (m + 1)
        sum_square += sum_step * (whole_pair - sum_mean)
        used = m + 1
        if progress is not None:
            progress(used, orders)
        look = until_error is not None and used >= 2 * LOOK_EVERY and used % LOOK_EVERY == 0
        if look and float(np.sqrt(sum_square / (used - 1) / used).max(initial=0.0)) <= (until_error or 0.0):
            break
    error, of_sum = (np.sqrt(found / (used - 1) / used) for found in (square, sum_square))
    alone = game.values([{p} for p in game.players]) - nothing
    last = game.value(everyone) - game.values([everyone - {p} for p in game.players])
    return Shares(game.players, game.countries, mean, error, alone, last, total, of_sum, method, used, seed)


def _all_worth(game: Game) -> NDArray[np.float64]:
    """V(all) for each country that it is summed over."""
    total: NDArray[np.float64] = game.value(game.players) - game.value(())
    return total[: game.counted or len(total)]


def _passed(players: tuple[str, ...], orders: list[NDArray[np.intp]]) -> Iterator[frozenset[str]]:
    """Every set that is passed through by orders and their reverses."""
    for order in orders:
        for one in (order, order[::-1]):
            yield from (frozenset(players[i] for i in one[: k + 1]) for k in range(len(one)))


def _marginals(game: Game, order: NDArray[np.intp]) -> NDArray[np.float64]:
    values = game.along([game.players[i] for i in order])
    added = np.empty((len(order), len(game.countries)))
    added[order] = np.diff(values, axis=0, prepend=game.value(())[None])
    return added


def _nested(
    rows: tuple[str, ...], columns: tuple[str, ...], values: NDArray[np.float64]
) -> dict[str, dict[str, float]]:
    return {
        row: dict(zip(columns, line, strict=True)) for row, line in zip(rows, values.tolist(), strict=True)
    }
