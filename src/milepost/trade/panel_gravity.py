r"""Structural gravity from a panel: Poisson pseudo maximum likelihood with exporter-year, importer-year and
pair effects.

    (1)  E[ X_ijt ] = exp( b' z_ijt + exporter_it + importer_jt + pair_ij ),   pair_ij = pair_ji

(Baier and Bergstrand 2007, JIE 71(1); Yotov, Piermartini, Monteiro and Larch 2016, An Advanced Guide to
Trade Policy Analysis, WTO and UNCTAD, chapter 1). What a pair always has, distance or language, is in its
effect, so that b is told only by what changes in time. All sales at home share one effect: with pairs alike
in both directions that is a choice of unit, not a restriction, and it makes exp(pair_ij) a trade cost against
home.

Fitted by iterated weighted least squares; at each step the effects are taken out of the response and of each
regressor by a sparse least squares (LSMR), so that no dummy is ever stored as a column (Correia, Guimaraes
and Zylkin 2020, Stata Journal 20(1)). Standard errors: robust to heteroskedasticity with n / (n - 1), as
Stata's ppml prints them; and clustered by pair, both directions and all years together, with g / (g - 1). The
second are the ones to read where a pair is observed more than once.

Left out and counted are rows of an exporter-year, an importer-year or a pair that trades nothing: its effect
does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, lsmr

from milepost.errors import NoSolution, WrongUse
from milepost.results import Result

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

STEPS = 100
SETTLED = 1e-9  # of a coefficient, and of the deviance in itself
FINE, COARSE = 1e-11, 1e-6  # of the sparse least squares: at the end, and on the way


@dataclass(frozen=True, repr=False)
class PanelGravity(Result):
    """Coefficients with two standard errors, and the effect of each pair against sales at home."""

    regressors: tuple[str, ...]
    coefficient: Floats
    standard_error: Floats  # robust to heteroskedasticity
    clustered_error: Floats  # clustered by pair
    pairs: tuple[tuple[str, str], ...]  # in order of the alphabet within a pair and between them
    pair_effect: Floats
    years: tuple[str, ...]
    observations: int
    notes: tuple[str, ...]

    def headed(self) -> str:
        """What was fitted to how much."""
        return f"gravity (PPML) of {len(self.pairs)} pairs in {len(self.years)} years, with pair effects"

    def frame(self) -> pd.DataFrame:
        """A row per regressor: coefficient and both standard errors."""
        return pd.DataFrame(
            {
                "coefficient": self.coefficient,
                "standard_error": self.standard_error,
                "clustered_error": self.clustered_error,
            },
            index=pd.Index(self.regressors, name="regressor"),
        )

    def as_dict(self) -> dict[str, Any]:
        """Coefficients by regressor, and what they rest on; the effects are for Python."""

        def named(values: Floats) -> dict[str, float]:
            return dict(zip(self.regressors, values.tolist(), strict=True))

        return {
            "coefficients": named(self.coefficient),
            "standard_errors": named(self.standard_error),
            "standard_errors_clustered_by_pair": named(self.clustered_error),
            "observations": self.observations,
            "pairs": len(self.pairs),
            "years": list(self.years),
            "notes": list(self.notes),
        }


class _Effects:
    """Three sets of effects, each row in one of each; taken out of a variable by weighted least squares."""

    def __init__(self, codes: Sequence[Codes]) -> None:
        rows = len(codes[0])
        first = np.concatenate([[0], np.cumsum([c.max() + 1 for c in codes])])
        self.columns = np.column_stack([c + at for c, at in zip(codes, first[:-1], strict=True)])
        self.first = first
        shape = (rows, int(first[-1]))
        ends = np.arange(rows + 1) * len(codes)
        self._design = csr_array((np.ones(self.columns.size), self.columns.ravel(), ends), shape=shape)
        self._turned = self._design.T.tocsr()

    def of(self, variable: Floats, weight: Floats, tolerance: float) -> Floats:
        """The effects that fit a variable best, in the order of their columns."""
        root = np.sqrt(weight)
        scale = 1.0 / np.sqrt(self._turned @ weight)
        operator = LinearOperator(
            self._design.shape,
            matvec=lambda x: root * (self._design @ (scale * np.ravel(x))),
            rmatvec=lambda y: scale * (self._turned @ (root * np.ravel(y))),
            dtype=np.float64,
        )
        found = lsmr(operator, root * variable, atol=tolerance, btol=tolerance, maxiter=20_000)
        return np.asarray(scale * found[0])

    def without(self, variable: Floats, weight: Floats, tolerance: float) -> Floats:
        """What the effects leave of a variable."""
        return np.asarray(variable - self._design @ self.of(variable, weight, tolerance))


def panel_ppml(
    frame: pd.DataFrame,
    regressors: Sequence[str],
    *,
    year: str,
    flow: str = "flow",
    exporter: str = "exporter",
    importer: str = "importer",
) -> PanelGravity:
    """Fit (1).

    Raises ``WrongUse`` for missing columns, several rows of a pair in a year or a regressor that the effects
    explain, ``NoSolution`` if the fit does not converge.
    """
    notes: list[str] = []
    data = _prepared(frame, list(regressors), (flow, exporter, importer, year), notes)
    codes = _codes(data, exporter, importer, year)
    effects = _Effects([c for c, _ in codes])
    z = data[list(regressors)].to_numpy(dtype=np.float64)
    y = data[flow].to_numpy(dtype=np.float64)
    y = y / y.mean()
    coefficient, left, mu, index = _fitted(y, z, effects, list(regressors))
    bread = np.linalg.inv(left.T @ (mu[:, None] * left))
    score = left * (y - mu)[:, None]
    n = len(y)
    group, pairs = codes[2]
    # sales at home share an effect, but they are as many clusters as countries
    named = data[exporter].str.cat(data[importer], sep="\n")
    own = pd.factorize(named.where(data[exporter] == data[importer], ""))[0]
    cluster = np.unique(np.column_stack([group, own]), axis=0, return_inverse=True)[1].ravel()
    sums = np.column_stack([np.bincount(cluster, column) for column in score.T]).astype(np.float64)
    many = len(sums)

    def errors(parts: Floats, small: float) -> Floats:
        return np.asarray(np.sqrt(small * np.diag(bread @ (parts.T @ parts) @ bread)))

    of_pair = effects.of(index - z @ coefficient, np.ones(n), FINE)[effects.first[2] :]
    home = [k for k, (a, b) in enumerate(pairs) if a == b]
    of_pair = of_pair - of_pair[home[0]] if home else of_pair
    abroad = sorted(set(range(len(pairs))) - set(home), key=lambda k: pairs[k])
    return PanelGravity(
        tuple(regressors),
        coefficient,
        errors(score, n / (n - 1)),
        errors(sums, many / max(1, many - 1)),
        tuple(pairs[k] for k in abroad),
        of_pair[abroad],
        tuple(sorted(set(data[year]))),
        n,
        tuple(notes),
    )


def _prepared(
    frame: pd.DataFrame, regressors: list[str], columns: tuple[str, str, str, str], notes: list[str]
) -> pd.DataFrame:
    """The rows that can be fitted, names as text. Raises ``WrongUse`` for what cannot be fitted."""
    flow, exporter, importer, year = columns
    wanted = [*columns, *regressors]
    missing = [c for c in wanted if c not in frame.columns]
    if missing:
        raise WrongUse(
            f"There is no column {', '.join(missing)}; there are {', '.join(map(str, frame.columns[:15]))}."
        )
    if not regressors or len(set(wanted)) < len(wanted):
        raise WrongUse("Name at least one regressor, and each column once.")
    data = frame[wanted].copy()
    for name in (flow, *regressors):
        data[name] = pd.to_numeric(data[name], errors="coerce").replace([np.inf, -np.inf], np.nan)
    unknown = data.isna().any(axis=1)
    if unknown.any():
        notes.append(
            f"{int(unknown.sum())} rows without a flow, a regressor, a year or a name were left out."
        )
        data = data[~unknown]
    for name in (exporter, importer, year):
        data[name] = data[name].astype(str).str.removesuffix(".0")
    twice = data.duplicated([exporter, importer, year])
    if twice.any():
        i, j, t = data.loc[twice, [exporter, importer, year]].iloc[0]
        raise WrongUse(f"{int(twice.sum())} pairs stand twice in a year, the first {i}-{j} in {t}.")
    if (data[flow] < 0).any():
        i, j, t = data.loc[data[flow] < 0, [exporter, importer, year]].iloc[0]
        raise WrongUse(f"{int((data[flow] < 0).sum())} flows are negative, the first {i}-{j} in {t}.")
    data = _trading(data, columns, notes)
    if data.empty:
        raise WrongUse("No positive flow with all regressors is left to fit. " + " ".join(notes))
    return data


def _trading(data: pd.DataFrame, columns: tuple[str, str, str, str], notes: list[str]) -> pd.DataFrame:
    """The rows whose pair, and whose exporter and importer in their year, trade something."""
    flow, exporter, importer, year = columns
    before = len(data)
    while True:
        live = np.ones(len(data), dtype=bool)
        for codes, _ in _codes(data, exporter, importer, year):
            live &= np.bincount(codes, data[flow])[codes] > 0
        if live.all():
            break
        data = data[live]
    if len(data) < before:
        notes.append(
            f"{before - len(data)} rows were left out: their pair, or their exporter or importer in that "
            "year, trades nothing."
        )
    return data


def _codes(
    data: pd.DataFrame, exporter: str, importer: str, year: str
) -> list[tuple[Codes, list[tuple[str, str]]]]:
    """Which exporter-year, importer-year and pair each row has, and their names; all sales at home are one
    pair."""
    first = np.minimum(data[exporter].to_numpy(dtype=object), data[importer].to_numpy(dtype=object))
    last = np.maximum(data[exporter].to_numpy(dtype=object), data[importer].to_numpy(dtype=object))
    home = first == last
    sides: list[tuple[Any, Any]] = [
        (data[exporter], data[year]),
        (data[importer], data[year]),
        (np.where(home, "", first), np.where(home, "", last)),
    ]
    answer = []
    for a, b in sides:
        codes, names = pd.factorize(pd.MultiIndex.from_arrays([a, b]))
        answer.append((np.asarray(codes, dtype=np.int64), [(str(i), str(j)) for i, j in names]))
    return answer


def _fitted(
    y: Floats, z: Floats, effects: _Effects, regressors: list[str]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Coefficients, the regressors without the effects, the fit, and its logarithm."""
    mu = (y + y.mean()) / 2
    index = np.log(mu)
    coefficient, deviance, tolerance = np.full(z.shape[1], np.inf), np.inf, COARSE
    for _ in range(STEPS):
        response = index + (y - mu) / mu
        rest = effects.without(response, mu, tolerance)
        left = np.column_stack([effects.without(column, mu, tolerance) for column in z.T])
        flat = np.abs(left).max(axis=0) < 1e-6 * np.maximum(1.0, np.abs(z).max(axis=0))
        if flat.any() or np.linalg.matrix_rank(left * np.sqrt(mu)[:, None]) < len(regressors):
            what = ", ".join(r for r, f in zip(regressors, flat, strict=True) if f) or "one of them"
            raise WrongUse(
                f"The effects of exporters, importers and pairs, or other regressors, explain {what} fully: "
                "with pair effects a regressor has to change in time."
            )
        found = np.linalg.solve(left.T @ (mu[:, None] * left), left.T @ (mu * rest))
        index = response - (rest - left @ found)
        mu = np.exp(np.minimum(index, 50.0))
        now = 2 * float(np.where(y > 0, y * (np.log(np.where(y > 0, y, 1.0)) - index), 0.0).sum())
        now -= 2 * float((y - mu).sum())
        moved = float(np.max(np.abs(found - coefficient)))
        settled = moved < SETTLED and abs(now - deviance) <= SETTLED * max(1.0, abs(now))
        coefficient, deviance = found, now
        if settled and tolerance == FINE:
            return coefficient, left, mu, index
        if moved < 1e-4:
            tolerance = FINE
    raise NoSolution(f"The fit did not converge in {STEPS} steps; look for a regressor that separates.")
