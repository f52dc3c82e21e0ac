r"""Structural gravity from a user's own flows: Poisson pseudo maximum likelihood with exporter and importer
effects.

    (1)  E[ X_ij ] = exp( b' z_ij + exporter_i + importer_j )

(Santos Silva and Tenreyro 2006, Review of Economics and Statistics 88(4); with these effects it satisfies
adding up, Fally 2015, JIE 97(1)). Fitted by statsmodels' GLM, standard errors robust to heteroskedasticity
(HC1, every effect counted as a parameter). Zeros belong in the data: what is not there is counted and, if the
data are to be square, filled with zero and said. Left out and named are countries without any positive flow
on a side, whose effect does not exist, and zeros that a regressor sets apart from all positive flows (Santos
Silva and Tenreyro 2010, Economics Letters 107(2); Correia, Guimaraes and Zylkin 2019, arXiv 1903.01633): with
them the likelihood has no maximum, and their fit is zero. Countries with a single pair on a side are fitted
exactly and say nothing; they are named. With flows net of tariffs a coefficient b on ln(1 + tariff) is -(1 +
theta).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from milepost.errors import MilepostError, NoSolution, WrongUse
from milepost.results import Result

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Gravity(Result):
    """Coefficients and standard errors by regressor, the fitted square and what was done to the data."""

    regressors: tuple[str, ...]
    coefficient: Floats
    standard_error: Floats
    countries: tuple[str, ...]
    fitted: Floats  # [exporter, importer]; NaN where a regressor is missing
    observations: int
    correlation: float  # of fitted and observed flows, squared
    notes: tuple[str, ...]
    theta: tuple[float, float] | None = None  # trade elasticity with its standard error, if asked for

    def with_elasticity(self, regressor: str) -> Gravity:
        """The same with the trade elasticity from one coefficient, as :meth:`elasticity` finds it."""
        return replace(self, theta=self.elasticity(regressor))

    def elasticity(self, regressor: str) -> tuple[float, float]:
        """Trade elasticity theta = -b - 1 from the coefficient of ln(1 + tariff), and its standard error."""
        if regressor not in self.regressors:
            raise WrongUse(f"'{regressor}' is no regressor; there are {', '.join(self.regressors)}.")
        k = self.regressors.index(regressor)
        theta = -float(self.coefficient[k]) - 1.0
        if theta <= 0:
            raise NoSolution(
                f"The coefficient of {regressor} is {self.coefficient[k]:.3g}; a trade elasticity needs one "
                "below -1. Too little "
                "variation in tariffs within pairs of exporter and importer is the usual reason."
            )
        return theta, float(self.standard_error[k])

    def filled(self, observed: Floats) -> tuple[Floats, int, int]:
        """Observed flows [exporter, importer], NaN where none, filled by fitted ones; how many were, how many
        remain."""
        empty = np.isnan(observed)
        answer = np.where(empty, self.fitted, observed)
        left = np.isnan(answer)
        return answer, int((empty & ~left).sum()), int(left.sum())

    def headed(self) -> str:
        """What was fitted to how much."""
        return f"gravity (PPML) of {len(self.countries)} countries, {self.observations} pairs"

    def frame(self) -> pd.DataFrame:
        """A row per regressor: coefficient and standard error."""
        index = pd.Index(self.regressors, name="regressor")
        return pd.DataFrame(
            {"coefficient": self.coefficient, "standard_error": self.standard_error}, index=index
        )

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost trade gravity``."""
        return {
            "coefficients": dict(zip(self.regressors, self.coefficient.tolist(), strict=True)),
            "standard_errors": dict(zip(self.regressors, self.standard_error.tolist(), strict=True)),
            "observations": self.observations,
            "countries": len(self.countries),
            "squared_correlation": self.correlation,
            "notes": list(self.notes),
            "trade_elasticity": self.theta[0] if self.theta else None,
            "trade_elasticity_standard_error": self.theta[1] if self.theta else None,
        }


@dataclass(frozen=True)
class _Columns:
    """Names of the columns of a table of flows."""

    regressors: list[str]
    flow: str
    exporter: str
    importer: str


def ppml(
    frame: pd.DataFrame,
    regressors: Sequence[str],
    *,
    flow: str = "flow",
    exporter: str = "exporter",
    importer: str = "importer",
    square: bool = False,
) -> Gravity:
    """Fit (1). ``square``: pairs that are not in the data count as zeros where their regressors are known.

    Raises ``WrongUse`` for missing columns, several rows of a pair or collinear regressors, ``NoSolution`` if
    the fit does not converge, ``MilepostError`` if statsmodels is not installed.
    """
    try:
        import statsmodels.api as sm
    except ImportError:
        raise MilepostError(
            "Gravity is fitted by statsmodels: install it with pip install 'milepost[gravity]'."
        ) from None
    column = _Columns(list(regressors), flow, exporter, importer)
    notes: list[str] = []
    everywhere, data = _prepared(frame, column, square, notes)
    countries = tuple(sorted(set(data[exporter]) | set(data[importer])))
    absent = len(countries) ** 2 - len(data)
    if absent:
        notes.append(
            f"The data are not square: {absent} of {len(countries) ** 2} pairs (home trade included) are not "
            "in the fit."
        )
    used, set_apart = _kept_together(data, column, notes)
    a, b, part = _effects(used, exporter, importer)
    design = _design(used, column, (a, b), set_apart)
    y = used[flow].to_numpy(dtype=np.float64)
    scale = float(y.mean())
    fit = sm.GLM(y / scale, design, family=sm.families.Poisson(), hasconst=True).fit(
        maxiter=200, tol=1e-12, cov_type="HC1"
    )
    if not fit.converged:
        raise NoSolution("The fit did not converge in 200 iterations; look for a regressor that separates.")
    # statsmodels leaves the N / (N - k) of HC1 out of its GLM; it matters, because every effect is a
    # parameter
    small = np.sqrt(len(used) / (len(used) - design.shape[1]))
    K = len(regressors)
    export_effect = dict(zip(a.columns, fit.params[K : K + a.shape[1]], strict=True))
    import_effect = dict.fromkeys(used[importer], 0.0) | dict(
        zip(b.columns, fit.params[K + a.shape[1] :], strict=True)
    )
    levels = (export_effect, import_effect)
    fitted = scale * _everywhere(everywhere, countries, fit.params[:K], levels, part)
    at = {c: k for k, c in enumerate(countries)}
    for i, j in set_apart.itertuples(index=False):
        fitted[at[i], at[j]] = 0.0
    spread = float(np.std(fit.fittedvalues) * np.std(y))
    return Gravity(
        tuple(regressors),
        np.asarray(fit.params[:K]),
        small * np.asarray(fit.bse[:K]),
        countries,
        fitted,
        len(used),
        float(np.corrcoef(fit.fittedvalues, y)[0, 1] ** 2) if spread else 1.0,
        tuple(notes),
    )


def _prepared(
    frame: pd.DataFrame, column: _Columns, square: bool, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All pairs with their regressors, and those with a flow. Raises ``WrongUse`` for what cannot be
    fitted."""
    flow, exporter, importer, regressors = column.flow, column.exporter, column.importer, column.regressors
    wanted = [flow, exporter, importer, *regressors]
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
    nameless = data[[exporter, importer]].isna().any(axis=1)
    if nameless.any():
        notes.append(f"{int(nameless.sum())} rows without an exporter or importer were left out.")
        data = data[~nameless]
    for side in (exporter, importer):
        data[side] = data[side].astype(str)
    twice = data.duplicated([exporter, importer])
    if twice.any():
        first = data[twice].iloc[0]
        raise WrongUse(
            f"{int(twice.sum())} pairs stand twice, the first {first[exporter]}-{first[importer]}; choose "
            "one year and one sector."
        )
    unknown = data[list(regressors)].isna().any(axis=1)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} pairs without a regressor were left out.")
    data = data[~unknown]
    everywhere = data[[exporter, importer, *regressors]]
    empty = data[flow].isna()
    if empty.any():
        notes.append(
            f"{int(empty.sum())} pairs without a flow were {'counted as zeros' if square else 'left out'}."
        )
        data = data.assign(**{flow: data[flow].fillna(0.0)}) if square else data[~empty]
    if (data[flow] < 0).any():
        first = data[data[flow] < 0].iloc[0]
        raise WrongUse(
            f"{int((data[flow] < 0).sum())} flows are negative, the first "
            f"{first[exporter]}-{first[importer]}."
        )
    return everywhere, data


def _kept_together(
    data: pd.DataFrame, column: _Columns, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is left to fit, and the zeros that a regressor sets apart, whose fit is zero."""
    flow, exporter, importer = column.flow, column.exporter, column.importer
    used = _with_effects(data, flow, exporter, importer, notes)
    if used.empty:
        raise WrongUse("No positive flow with all regressors is left to fit. " + " ".join(notes))
    apart = _separated(used, column.regressors, flow, exporter, importer)
    if apart.any():
        first = used[apart].iloc[0]
        notes.append(
            f"{int(apart.sum())} zeros were left out because a regressor sets them apart from all positive "
            "flows, the first "
            f"{first[exporter]}-{first[importer]}; their fit is zero."
        )
    set_apart = used.loc[apart, [exporter, importer]]
    used = _with_effects(used[~apart], flow, exporter, importer, notes)
    alone = sorted(
        {str(c) for side in (exporter, importer) for c, k in used[side].value_counts().items() if k == 1}
    )
    if alone:
        notes.append(
            f"With a single pair on a side, so fitted exactly and telling nothing: {', '.join(alone[:8])}."
        )
    zeros = int((used[flow] == 0).sum())
    notes.append(f"{len(used)} pairs in the fit, {zeros} of them without trade.")
    return used, set_apart


def _design(
    used: pd.DataFrame, column: _Columns, effects: tuple[pd.DataFrame, pd.DataFrame], set_apart: pd.DataFrame
) -> Floats:
    """Regressors and effects side by side. Raises ``WrongUse`` where a regressor has no coefficient."""
    regressors = column.regressors
    z = used[regressors].to_numpy(dtype=np.float64)
    a, b = effects
    design = np.column_stack([z, a.to_numpy(), b.to_numpy()])
    if len(used) <= design.shape[1]:
        raise WrongUse(
            f"{len(used)} pairs cannot tell {design.shape[1]} coefficients, effects included; bring more of "
            "the square."
        )
    # a regressor that the effects explain has no coefficient
    beside = design[:, len(regressors) :]
    left = z - beside @ np.linalg.lstsq(beside, z, rcond=None)[0]
    flat = [
        r
        for k, r in enumerate(regressors)
        if np.abs(left[:, k]).max() < 1e-8 * max(1.0, np.abs(z[:, k]).max())
    ]
    if flat or np.linalg.matrix_rank(left) < len(regressors):
        what = ", ".join(flat) or "one of them"
        if len(set_apart):
            first = set_apart.iloc[0]
            raise WrongUse(
                f"{len(set_apart)} pairs, the first {first[column.exporter]}-{first[column.importer]}, "
                "trade nothing and are set apart from "
                f"all positive flows by {what}, whose coefficient would be infinite. Leave it out, or leave "
                "those pairs out."
            )
        raise WrongUse(f"The effects of exporters and importers, or other regressors, explain {what} fully.")
    return np.asarray(design)


def _everywhere(
    everywhere: pd.DataFrame,
    countries: tuple[str, ...],
    slopes: Floats,
    levels: tuple[dict[str, float], dict[str, float]],
    part: dict[str, int],
) -> Floats:
    """The fit of every pair whose regressors are known [origin, destination], NaN of others, in units of the
    fit."""
    export_effect, import_effect = levels
    at = {c: k for k, c in enumerate(countries)}
    fitted = np.full((len(countries), len(countries)), np.nan)
    for i, j, *row in everywhere.itertuples(index=False):
        # effects of parts without a pair between them have no common level
        if i in export_effect and j in import_effect and part[f"{i}>"] == part[f">{j}"]:
            index = float(np.dot(np.asarray(row, float), slopes)) + export_effect[i] + import_effect[j]
            fitted[at[i], at[j]] = np.exp(index)
    return fitted


def _effects(
    used: pd.DataFrame, exporter: str, importer: str
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Dummies of exporters and importers, one importer less for each part of the data that has no pair with
    the rest, and the part of each country's exports ("country>") and imports (">country")."""
    i, sells = pd.factorize(used[exporter], sort=True)
    j, buys = pd.factorize(used[importer], sort=True)
    size = len(sells) + len(buys)
    _, label = connected_components(
        coo_array((np.ones(len(used)), (i, len(sells) + j)), shape=(size, size)), directed=False
    )
    part = {f"{c}>": int(k) for c, k in zip(sells, label[: len(sells)], strict=True)}
    part |= {f">{c}": int(k) for c, k in zip(buys, label[len(sells) :], strict=True)}
    first = [buys[int(np.flatnonzero(label[len(sells) :] == k)[0])] for k in range(label.max() + 1)]
    a, b = pd.get_dummies(used[exporter], dtype=float), pd.get_dummies(used[importer], dtype=float)
    return a, b.drop(columns=first), part


def _with_effects(
    used: pd.DataFrame, flow: str, exporter: str, importer: str, notes: list[str]
) -> pd.DataFrame:
    """Without the countries that have no positive flow on a side, until none is left; each is named in
    ``notes``."""
    while len(used):
        sells, buys = (
            used.groupby(exporter)[flow].transform("sum") > 0,
            used.groupby(importer)[flow].transform("sum") > 0,
        )
        if (sells & buys).all():
            break
        gone = sorted(set(used[~sells][exporter]) | set(used[~buys][importer]))
        notes.append(
            "Left out, without any positive flow on one side and so without an effect: "
            f"{', '.join(map(str, gone))}."
        )
        used = used[sells & buys]
    return used


def _separated(
    used: pd.DataFrame, regressors: list[str], flow: str, exporter: str, importer: str
) -> NDArray[np.bool_]:
    """Zeros at which some combination of regressors and effects is positive that is zero at every positive
    flow, none negative.

    Exact: the combinations that vanish on the positive flows are the null space of their design; a linear
    programme finds the largest set of zeros that one of them reaches.
    """
    y = used[flow].to_numpy(dtype=np.float64)
    answer = np.zeros(len(used), dtype=bool)
    if not (y == 0).any():
        return answer
    a, b, _ = _effects(used, exporter, importer)
    z = used[regressors].to_numpy(dtype=np.float64)
    z = z / np.maximum(np.abs(z).max(axis=0), 1e-300)
    design = np.column_stack([z, a.to_numpy(), b.to_numpy()])
    some = design[y > 0]
    values, vectors = np.linalg.eigh(some.T @ some)
    null = vectors[:, values < 1e-10 * values[-1]]
    reach = design[y == 0] @ null
    moves = np.abs(reach).max(axis=0, initial=0.0) > 1e-7
    if not moves.any():
        return answer
    reach = reach[:, moves]
    zeros, free = reach.shape
    # t <= reach @ g, 0 <= t <= 1, sum of t as large as can be: a cone can be stretched until every t that may
    # be above 0 is 1
    found = linprog(
        np.concatenate([np.zeros(free), -np.ones(zeros)]),
        A_ub=np.hstack([-reach, np.eye(zeros)]),
        b_ub=np.zeros(zeros),
        bounds=[(None, None)] * free + [(0.0, 1.0)] * zeros,
        method="highs",
    )
    if found.status == 0:
        answer[np.flatnonzero(y == 0)[found.x[free:] > 0.5]] = True
    return answer
