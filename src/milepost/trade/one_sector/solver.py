"""The trade equilibrium in changes: the one-sector exact hat of Dekle, Eaton and Kortum (2007, AER 97(2);
2008, IMF Staff Papers 55(3)), which Armington's and Eaton and Kortum's models share (Arkolakis, Costinot and
Rodriguez-Clare 2012, AER 102(1)).

A hat is the ratio of new to baseline. X_ij: flow from origin i to destination j; Y_i its row sum (income),
E_j its column sum (expenditure), pi_ij = X_ij / E_j, D_j = E_j - Y_j; k_ij the hat of the iceberg cost
(given), w_i of the wage (solved).

    (1)  phi_ij = k_ij ^ -theta                                    an infinite k is a ban: phi = 0
    (2)  S_j    = sum_i pi_ij phi_ij w_i ^ -theta ,   P_j = S_j ^ (-1/theta)              price index
    (3)  X'_ij  = X_ij phi_ij w_i ^ -theta (E'_j / E_j) / S_j                             new flows
    (4)  w_i Y_i = sum_j X'_ij                                                            markets clear
    (5)  E'_j   = w_j Y_j                       closure zero (after re-basing: E = Y)
         E'_j   = w_j Y_j + D_j                 closure fixed, with the numeraire (6)
         E'_j   = mu w_j E_j ,  mu = sum wY / sum wE              closure multiplicative
    (6)  sum_i w_i Y_i = sum_i Y_i              numeraire: world income keeps its value
    (7)  solved as Z_i = (sum_j X'_ij) / Y_i - w_i = 0 in w, with the analytic Jacobian
    (8)  real income hat = (E'_j / E_j) / P_j ;  equivalent variation = E_j (real income hat - 1), MUSD a year
    (9)  real wage hat w_j / P_j = (pi'_jj / pi_jj) ^ (-1/theta) / k_jj
         (the identity of ACR 2012; a check, never used)

Why mu: without it expenditure over the world would differ from income over the world, n equations would stand
against n - 1 relative wages, and one of them would have to be dropped in silence.

The baseline is an equilibrium before any shock is put to it. With closure zero it is solved again without
deficits and the economy is re-based on the answer; what that changed is in :class:`Rebasing`. With the other
two the data are already an equilibrium of the closure, because Y and E are the sums of the flows. One closure
holds in the baseline and in the counterfactual; there is no way to mix two.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from milepost.errors import NoSolution, WrongUse
from milepost.languages import Said
from milepost.results import Result, by_country, plain, solved_in_words
from milepost.trade.closures import Closure, Matrix, Vector
from milepost.trade.one_sector import kernel
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_way import one_way, one_way_error
from milepost.trade.parts import parts_of
from milepost.trade.rebasing import keep_deficits, moved_most

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-14  # largest |Z_i| / w_i


@dataclass(frozen=True)
class Rebasing:
    """What was done to the data before the first shock. All zero (or one) when the data were balanced
    already."""

    closure: Closure
    deficit_musd: Vector  # E - Y in the data, by country
    wage_hat: Vector  # wages after / before
    real_income_hat: Vector  # real income after / before: what losing or paying back the deficit does
    flows_changed: float  # sum |X after - X before| / sum X before

    def sentences(self, countries: tuple[str, ...]) -> tuple[str, ...]:
        """The same in words, for a report."""
        if self.closure != "zero":
            return (Said("note-deficits-kept", closure=self.closure),)
        if self.flows_changed < 1e-9:
            return (Said("note-balanced"),)
        most = int(np.argmax(np.abs(self.deficit_musd)))
        return (
            f"Trade deficits were removed before any shock: {self.flows_changed:.2%} of all trade moved; the "
            "largest "
            f"deficit or surplus was {self.deficit_musd[most]:,.0f} MUSD ({countries[most]}); real incomes "
            "of the "
            f"balanced baseline differ most from the data in {moved_most(countries, self.real_income_hat)}.",
            *keep_deficits(countries, self.real_income_hat),
        )


@dataclass(frozen=True)
class Checks:
    """Independent checks of a solution in levels, each a largest relative error; they use none of the
    solver's sums."""

    market_clearing: float  # sales against wage income, equation (4)
    budget: float  # purchases against income plus deficit, equation (5)
    real_wage_identity: float  # equation (9), over countries with domestic trade
    world_income: float  # equation (6)

    @property
    def worst(self) -> float:
        """The largest of the four."""
        return max(self.market_clearing, self.budget, self.real_wage_identity, self.world_income)


@dataclass(frozen=True, repr=False)
class Outcome(Result):
    """A counterfactual equilibrium against its (re-based) baseline. Arrays by country; flows [origin,
    destination], MUSD a year.

    Hats are ratios of new to old; its table has a row per country.
    """

    countries: tuple[str, ...]
    closure: Closure
    wage_hat: Vector
    price_hat: Vector
    real_income_hat: Vector
    equivalent_variation_musd: Vector
    flows: Matrix
    baseline_flows: Matrix
    iterations: int
    residual: float
    checks: Checks

    def headed(self) -> str:
        """Who, how closed, how well solved."""
        return solved_in_words(self)

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON values; arrays as nested lists, in the order of ``countries``."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    def frame(self) -> pd.DataFrame:
        """A row per country: hats (new over old) and equivalent variation, MUSD a year."""
        return by_country(self, "wage_hat", "price_hat", "real_income_hat", "equivalent_variation_musd")


class Solver:
    """Solve one economy again and again. The baseline is solved once; then a small shock takes tens of
    microseconds.

    Nothing is carried from one solve to the next: the answer to a shock is the same bits in any order and on
    any thread. ``base`` is the economy that counterfactuals start from; ``rebasing`` says how it differs from
    the data. Raises ``NoSolution`` if the balanced baseline does not exist.
    """

    def __init__(self, economy: Economy) -> None:
        self.base, self.rebasing = rebase(economy)
        n = len(economy.countries)
        self._X = self.base.flows
        self._Y = self._X.sum(axis=1)
        self._E = self._X.sum(axis=0)
        self._theta = float(economy.theta)
        multiplicative = economy.closure == "multiplicative"
        part, self._parts = parts_of(self._X)
        zero = np.zeros(n)
        world = kernel.World(
            X=self._X,
            Y=self._Y,
            E=self._E,
            theta=self._theta,
            closure=kernel.MULTIPLICATIVE if multiplicative else kernel.PLAIN,
            part=part,
            parts=self._parts,
            start=zero,
            slope=np.ones(n) if economy.closure == "zero" else self._Y / self._E,
            HT=np.zeros((n, n)),
        )
        J = kernel.jacobian(world, self._X, kernel.State(zero, zero, zero, zero, zero, zero, zero))
        inverse = kernel.solve_linear(J, np.eye(n))
        self._world = world._replace(HT=np.ascontiguousarray(inverse.T))

    @property
    def theta(self) -> float:
        """The trade elasticity."""
        return self._theta

    def solve(self, cost_hat: ArrayLike) -> Outcome:
        """The equilibrium under iceberg cost hats [origin, destination]; > 0, ``inf`` off the diagonal is a
        ban.

        Raises ``WrongUse`` for hats that are none, ``NoSolution`` if no equilibrium is found.
        """
        k = self._hats(cost_hat)
        n = self._Y.size
        phi = np.empty((n, n))
        kernel.openness(k, self._theta, phi)
        banned = bool((phi == 0).any())
        apart = self._world
        if banned:
            self._refuse_one_way(phi)
            apart = kernel.parted(self._world, self._X * phi)
        dw, dS, dE = np.zeros(n), np.zeros(n), np.zeros(n)
        status, iterations, residual, steps = kernel.equilibrium(
            self._world, apart, phi, banned, dw, dS, dE, TOLERANCE
        )
        if status != kernel.SOLVED:
            raise self._unsolved(residual, iterations, steps, apart.parts)
        gain = np.empty(n)
        kernel.gains(dS, dE, self._theta, gain)
        wage = 1.0 + dw
        price = (1.0 + dS) ** (-1.0 / self._theta)
        # the new flows from the definition, not from the kernel's sums
        sold_for = self._X * k**-self._theta * (wage**-self._theta)[:, None]
        flows = sold_for * ((1.0 + dE) * self._E / sold_for.sum(axis=0))[None, :]
        return Outcome(
            countries=self.base.countries,
            closure=self.base.closure,
            wage_hat=wage,
            price_hat=price,
            real_income_hat=1.0 + gain,
            equivalent_variation_musd=self._E * gain,
            flows=flows,
            baseline_flows=self._X,
            iterations=int(iterations),
            residual=float(residual),
            checks=_checks(self.base, k, wage, price, flows),
        )

    def worth(self, cost_hat: ArrayLike) -> Vector:
        """Equivalent variation of one shock, MUSD a year by country: :meth:`solve` without the rest of the
        outcome."""
        return self._worth(self._hats(cost_hat)[None])[0]

    def worth_many(self, cost_hats: ArrayLike, *, threads: int = 1) -> Matrix:
        """Equivalent variation of many shocks [scenario, origin, destination] -> [scenario, country], MUSD a
        year.

        Bit for bit what :meth:`worth` gives one by one, whatever ``threads``. Raises as :meth:`solve`, naming
        the scenario.
        """
        return self._many(cost_hats, threads, None)

    def worth_and_moved(self, cost_hats: ArrayLike, *, threads: int = 1) -> tuple[Matrix, Matrix]:
        """The same, and by how much wages, spending and the competition of others change the quantity that is
        traded [scenario, origin, destination]: w_i^-(theta + 1) E'_j / (E_j S_j). What a pair's own cost
        changes, k_ij^-(theta + 1), comes on top."""
        moved = np.empty((len(np.asarray(cost_hats)), 2, self._Y.size))
        found = self._many(cost_hats, threads, moved)
        return found, moved[:, 0, :, None] ** -(self._theta + 1.0) * moved[:, 1, None, :]

    def _many(self, cost_hats: ArrayLike, threads: int, moved: Matrix | None) -> Matrix:
        hats = np.ascontiguousarray(cost_hats, dtype=np.float64)
        n = self._Y.size
        if hats.ndim != 3 or hats.shape[1:] != (n, n):
            raise WrongUse(f"Many cost hats have shape {hats.shape}; wanted (scenarios, {n}, {n}).")
        if not (hats > 0).all() or not np.isfinite(hats.diagonal(axis1=1, axis2=2)).all():
            for hat in hats:
                self._hats(hat)
        parts = max(1, min(threads, len(hats)))
        blocks = np.array_split(hats, parts) if len(hats) else [hats]
        room = [None] * parts if moved is None else np.array_split(moved, parts)
        if len(blocks) == 1:
            return self._worth(blocks[0], room[0])
        with ThreadPoolExecutor(len(blocks)) as pool:
            return np.concatenate(list(pool.map(self._worth, blocks, room)))

    def _worth(self, shocks: Matrix, moved: Matrix | None = None) -> Matrix:
        out = np.empty((len(shocks), self._Y.size))
        trouble = np.zeros(len(shocks), np.int64)
        room = np.empty((0, 2, self._Y.size)) if moved is None else moved
        kernel.worth_many(self._world, shocks, TOLERANCE, out, trouble, room)
        for s in np.flatnonzero(trouble):
            phi = shocks[s] ** -self._theta
            which = int(s) if len(shocks) > 1 else None  # one alone needs no number
            self._refuse_one_way(phi, which)
            if trouble[s] != kernel.ONE_WAY:
                raise self._unsolved(np.nan, 0, 0, parts_of(self._X * phi)[1], scenario=which)
        return out

    def _hats(self, cost_hat: ArrayLike) -> Matrix:
        k = np.ascontiguousarray(cost_hat, dtype=np.float64)
        n = self._Y.size
        if k.shape != (n, n):
            raise WrongUse(
                f"The cost hats have shape {k.shape}; {n} countries need {(n, n)}, origins in rows."
            )
        if not (k > 0).all():
            raise WrongUse(
                "A cost hat is zero, negative or NaN; it is the ratio of new to old cost, 1 = no change."
            )
        if not np.isfinite(k.diagonal()).all():
            raise WrongUse("A country's trade with itself cannot be banned: its cost hat must be finite.")
        return k

    def _refuse_one_way(self, phi: Matrix, scenario: int | None = None) -> None:
        which = one_way(self._X * phi > 0) if self.base.closure == "zero" else []
        if which:
            raise one_way_error(self.base.countries, which, scenario)

    def _unsolved(
        self, residual: float, iterations: int, steps: int, parts: int, scenario: int | None = None
    ) -> NoSolution:
        which = "" if scenario is None else f" of scenario {scenario}"
        why = "the shock is very large"
        if self.base.closure == "fixed":
            why = (
                "deficits are held fixed while a country's income falls below what it owes, or its trade "
                "is banned"
            )
        if parts > self._parts:
            why = "the bans cut the world apart, and a part cannot pay its deficit or sells without buying"
        tried = (
            f" after {iterations} iterations and {steps} steps (residual {residual:.1e})"
            if iterations
            else ""
        )
        return NoSolution(
            f"The trade equilibrium{which} was not found{tried}: markets do not clear. The usual reason: "
            f"{why}. Try the "
            "closure 'zero', a smaller shock, or look for a country with a very small or one-way trade."
        )


def rebase(economy: Economy) -> tuple[Economy, Rebasing]:
    """The economy that counterfactuals start from under its closure, and what changed. Raises
    ``NoSolution``."""
    X = economy.flows
    Y, E = X.sum(axis=1), X.sum(axis=0)
    n = len(economy.countries)
    if economy.closure != "zero":
        one = np.ones(n)
        return economy, Rebasing(economy.closure, E - Y, one, one, 0.0)
    part, parts = parts_of(X)
    dw, dS, dE = np.zeros(n), np.zeros(n), np.zeros(n)
    slope = Y / E
    start = slope - 1.0  # E' = w Y: the deficit is taken away
    world = kernel.World(
        X, Y, E, float(economy.theta), kernel.PLAIN, part, parts, start, slope, np.zeros((n, n))
    )
    which = one_way(X > 0)
    if which:
        raise NoSolution(
            "There is no baseline without trade deficits: trade of "
            f"{', '.join(economy.countries[i] for i in which[:6])} goes one "
            "way only, and no wages balance that. Add the missing flows, or set deficits = 'fixed' in "
            "programme.toml."
        )
    status, _, residual, _ = _remove_deficits(world, dw, dS, dE)
    if status != kernel.SOLVED:
        raise NoSolution(
            f"There is no baseline without trade deficits (residual {residual:.1e}): no wages were found "
            "that balance trade. The "
            "usual reason: a country that sells or buys next to nothing. Look for its flows, or set deficits "
            "= 'fixed' in "
            "programme.toml."
        )
    gain = np.empty(n)
    kernel.gains(dS, dE, economy.theta, gain)
    flows = X * ((1.0 + dw) ** -economy.theta)[:, None] * ((1.0 + dE) / (1.0 + dS))[None, :]
    moved = float(np.abs(flows - X).sum() / X.sum())
    based = Economy(economy.countries, flows, economy.theta, economy.closure, economy.marks)
    return based, Rebasing("zero", E - Y, 1.0 + dw, 1.0 + gain, moved)


def _remove_deficits(world: kernel.World, dw: Vector, dS: Vector, dE: Vector) -> tuple[int, int, float, int]:
    """Newton from today's wages; if that fails, take the deficits away in steps."""
    phi = np.ones_like(world.X)
    n = len(world.Y)
    status, done, residual = kernel.newton(world, phi, dw, dS, dE, TOLERANCE, 60)
    good, t, pace, steps = np.zeros(n), 0.0, 0.25, 0
    while status != kernel.SOLVED or (steps and t < 1.0):
        ahead = min(1.0, t + pace)
        # E' = w Y + (1 - t) D
        here = world._replace(start=ahead * world.start)
        dw[:] = good
        status, more, residual = kernel.newton(here, phi, dw, dS, dE, TOLERANCE, 60)
        done, steps = done + more, steps + 1
        if status == kernel.SOLVED:
            good, t, pace = dw.copy(), ahead, min(0.5, 2 * pace)
        else:
            pace *= 0.5
            if pace < 1e-4 or steps > 400:
                return kernel.NOT_CONVERGED, done, residual, steps
    return status, done, residual, steps


def solve(
    economy: Economy,
    cost_hat: ArrayLike,
    *,
    closure: Closure | None = None,
) -> Outcome:
    """The trade equilibrium of one shock: iceberg cost hats [origin, destination], 1 = no change, ``inf`` =
    banned.

    ``closure`` replaces the economy's own; the baseline is solved under the same one. Raises ``WrongUse`` or
    ``NoSolution``.
    """
    return Solver(economy if closure is None else economy.closed_by(closure)).solve(cost_hat)


def _checks(base: Economy, k: Matrix, wage: Vector, price: Vector, flows: Matrix) -> Checks:
    Y, E = base.output_musd, base.expenditure_musd
    income = wage * Y
    if base.closure == "zero":
        spending = income
    elif base.closure == "fixed":
        spending = income + base.deficit_musd
    else:
        part, parts = parts_of(flows)
        spending = wage * E
        for c in range(parts):
            here = part == c
            spending[here] *= income[here].sum() / spending[here].sum()
    own = base.flows.diagonal() > 0
    share_hat = (flows.diagonal()[own] / flows.sum(axis=0)[own]) / (base.flows.diagonal()[own] / E[own])
    identity = (wage / price)[own] * k.diagonal()[own] * share_hat ** (1.0 / base.theta) - 1.0
    return Checks(
        market_clearing=float(np.max(np.abs(flows.sum(axis=1) / income - 1.0))),
        budget=float(np.max(np.abs(flows.sum(axis=0) / spending - 1.0))),
        real_wage_identity=float(np.max(np.abs(identity), initial=0.0)),
        world_income=float(abs(income.sum() / Y.sum() - 1.0)),
    )
