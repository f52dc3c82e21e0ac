r"""The nucleolus: the one division under which the coalition that fares worst fares as well as it can, then
the next one, and so on.

The excess of a coalition T under a division y is what it lacks, e(T, y) = v(T) − Σ_{i ∈ T} y_i. The nucleolus
(Schmeidler 1969) makes the excesses of all proper coalitions, sorted from the largest, smallest in the order
of a dictionary. It is one point, it lies in the least core, and in the core where there is one. Here it is
sought among all divisions of the whole, not only among those that give each party what it has alone (the
prenucleolus; the same point wherever the core is not empty), and among those that keep hard floors y_i >= f_i
where they are stated (the nucleolus of a convex set: Maschler, Potters & Tijs 1992).

It is found exactly by a sequence of linear programs (Kopelowitz 1967; Maschler, Peleg & Shapley 1979):

    (1)  minimise ε   so that   Σ_{i ∈ T} y_i + ε >= v(T)  for each open T,
                                Σ_{i ∈ T} y_i       = w(T)  for each settled T,   y >= f

Each settles what cannot be other than tight: rows with a dual price above zero, not all that happen to be
tight in one solution (the common mistake: Guajardo & Jörnsten 2015, EJOR 241). A row that is a combination of
settled ones is settled too, so n parties take n − 1 programs at most. Of 2^n rows a program holds those that
bind; the others are looked at after each solution and put in where they are missed.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from milepost.errors import NoSolution

Floats = NDArray[np.float64]
TIGHT = 1e-9  # of the largest worth: what programs are solved to, and a missed row is missed by more
PRICED = 1e-7  # a dual price above this is one: those of a program sum to 1, over n + 1 rows at most
ROWS_MORE = 64  # rows put into a program at a time


def nucleolus(members: Floats, worth: Floats, total: float, floor: Floats | None = None) -> Floats:
    """The division y of ``total``, shape (parties,), in the unit of ``worth``.

    ``members`` has a row of zeros and ones for each proper coalition, shape (coalitions, parties), ``worth``
    what it has by itself; a coalition may stand twice, and the larger worth counts. ``floor`` are hard lower
    bounds of y, −inf for none. Raises ``NoSolution`` where floors sum to more than ``total``, or if HiGHS
    finds no optimum.
    """
    n = members.shape[1]
    least = np.full(n, -np.inf) if floor is None else np.asarray(floor, dtype=np.float64)
    scale = max(1.0, abs(total), float(np.abs(worth).max(initial=0.0)))
    if float(least.sum()) > total + TIGHT * scale:
        raise NoSolution(f"The floors sum to {least.sum():g}, and there are {total:g} to divide.")
    program = _Program(members, worth / scale, least / scale, total / scale)
    while len(program.settled) < n:
        program.settle()
    found: Floats = np.linalg.solve(np.array(program.settled), np.array(program.sums))
    return held(found * scale, least, total)


def held(y: Floats, floor: Floats, total: float) -> Floats:
    """A division with rounding taken off: no party below its floor, and the sum as it is to be (where the
    floors leave nothing to divide, to the last digit)."""
    kept: Floats = np.maximum(y, floor)
    room = int(np.argmax(kept - floor))
    kept[room] = max(kept[room] + total - kept.sum(), floor[room])
    return kept


class _Program:
    """Equation (1), with what is settled so far; worths are divided by the largest."""

    def __init__(self, members: Floats, worth: Floats, floor: Floats, total: float) -> None:
        n = members.shape[1]
        self.members, self.worth = np.asarray(members, dtype=np.float64), worth
        self.bounds = [(None if low == -np.inf else low, None) for low in floor.tolist()] + [(None, None)]
        self.settled, self.sums = [np.ones(n)], [total]
        size = self.members.sum(axis=1)
        self.active = (size == 1) | (size == n - 1)  # with these ε has a bound from the first program on

    def settle(self) -> None:
        """One program, and what it settles."""
        kept = self._free(self.members)
        epsilon, price, rows = self._least(kept)
        for row in rows[np.argsort(-price, kind="stable")][: int((price > PRICED).sum())]:
            one = self.members[row]
            if len(self.settled) < len(one) and self._free(one[None])[0]:
                self.settled.append(one)
                self.sums.append(float(self.worth[row]) - epsilon)

    def _free(self, rows: Floats) -> NDArray[np.bool_]:
        """Which rows are no combination of settled ones."""
        base, _ = np.linalg.qr(np.array(self.settled).T)
        answer: NDArray[np.bool_] = np.linalg.norm(rows - (rows @ base) @ base.T, axis=1) > 1e-7
        return answer

    def _least(self, kept: NDArray[np.bool_]) -> tuple[float, Floats, NDArray[np.intp]]:
        """ε, and the prices of the rows that are in the program."""
        n = self.members.shape[1]
        cost = np.append(np.zeros(n), 1.0)
        equal = np.hstack([np.array(self.settled), np.zeros((len(self.settled), 1))])
        while True:
            rows = np.flatnonzero(kept & self.active)
            found = scipy.optimize.linprog(
                cost,
                A_ub=-np.hstack([self.members[rows], np.ones((len(rows), 1))]),
                b_ub=-self.worth[rows],
                A_eq=equal,
                b_eq=self.sums,
                bounds=self.bounds,
                method="highs",
                options={
                    "primal_feasibility_tolerance": TIGHT / 10,
                    "dual_feasibility_tolerance": TIGHT / 10,
                },
            )
            if found.status != 0:
                raise NoSolution(f"The nucleolus could not be found ({found.message}). Try fewer parties.")
            y, epsilon = np.asarray(found.x[:n]), float(found.x[n])
            missed = np.where(kept & ~self.active, self.worth - self.members @ y - epsilon, -np.inf)
            if missed.max(initial=-np.inf) <= TIGHT:
                return epsilon, -np.asarray(found.ineqlin.marginals), rows
            more = np.argsort(-missed, kind="stable")[:ROWS_MORE]
            self.active[more[missed[more] > TIGHT]] = True
