r"""Structural gravity from a user's own flows: Poisson pseudo maximum likelihood with exporter and importer effects.

    (1)  E[ X_ij ] = exp( b' z_ij + exporter_i + importer_j )

(Santos Silva and Tenreyro 2006, Review of Economics and Statistics 88(4); with these effects it satisfies adding up, Fally 2015,
JIE 97(1)). Fitted by statsmodels' GLM, standard errors robust to heteroskedasticity (HC1). Zeros belong in the data: what is not
there is counted and, if the data are to be square, filled with zero and said. Fixed effects of a country without any positive flow
do not exist; it is left out and named. With flows net of tariffs a coefficient b on ln(1 + tariff) is -(1 + theta).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import MilepostError, NoSolution, WrongUse

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gravity:
    """Coefficients and standard errors by regressor, the fitted square and what was done to the data."""

    regressors: tuple[str, ...]
    coefficient: Floats
    standard_error: Floats
    countries: tuple[str, ...]
    fitted: Floats  # [exporter, importer]; NaN where a regressor is missing
    observations: int
    correlation: float  # of fitted and observed flows, squared
    notes: tuple[str, ...]

    def elasticity(self, regressor: str) -> tuple[float, float]:
        """Trade elasticity theta = -b - 1 from the coefficient of ln(1 + tariff), and its standard error."""
        if regressor not in self.regressors:
            raise WrongUse(f"'{regressor}' is no regressor; there are {', '.join(self.regressors)}.")
        k = self.regressors.index(regressor)
        theta = -float(self.coefficient[k]) - 1.0
        if theta <= 0:
            raise NoSolution(
                f"The coefficient of {regressor} is {self.coefficient[k]:.3g}; a trade elasticity needs one below -1. Too little "
                "variation in tariffs within pairs of exporter and importer is the usual reason."
            )
        return theta, float(self.standard_error[k])

    def filled(self, observed: Floats) -> tuple[Floats, int, int]:
        """Observed flows [exporter, importer], NaN where none, filled by fitted ones; how many were, how many remain."""
        empty = np.isnan(observed)
        answer = np.where(empty, self.fitted, observed)
        left = np.isnan(answer)
        return answer, int((empty & ~left).sum()), int(left.sum())

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost trade gravity``."""
        return {
            "coefficients": dict(zip(self.regressors, self.coefficient.tolist(), strict=True)),
            "standard_errors": dict(zip(self.regressors, self.standard_error.tolist(), strict=True)),
            "observations": self.observations,
            "countries": len(self.countries),
            "squared_correlation": self.correlation,
            "notes": list(self.notes),
        }


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

    Raises ``WrongUse`` for missing columns, several rows of a pair or collinear regressors, ``NoSolution`` if the fit does not
    converge, ``MilepostError`` if statsmodels is not installed.
    """
    try:
        import statsmodels.api as sm
    except ImportError:
        raise MilepostError("Gravity is fitted by statsmodels: install it with pip install 'milepost[gravity]'.") from None
    import pandas as pd

    wanted = [flow, exporter, importer, *regressors]
    missing = [c for c in wanted if c not in frame.columns]
    if missing:
        raise WrongUse(f"There is no column {', '.join(missing)}; there are {', '.join(map(str, frame.columns[:15]))}.")
    notes: list[str] = []
    data = frame[wanted].copy()
    for column in (flow, *regressors):
        data[column] = pd.to_numeric(data[column], errors="coerce")
    twice = data.duplicated([exporter, importer])
    if twice.any():
        first = data[twice].iloc[0]
        raise WrongUse(
            f"{int(twice.sum())} pairs stand twice, the first {first[exporter]}-{first[importer]}; choose one year and one sector."
        )
    unknown = data[list(regressors)].isna().any(axis=1)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} pairs without a regressor were left out.")
    data = data[~unknown]
    empty = data[flow].isna()
    if empty.any():
        notes.append(f"{int(empty.sum())} pairs without a flow were {'counted as zeros' if square else 'left out'}.")
        data = data.assign(**{flow: data[flow].fillna(0.0)}) if square else data[~empty]
    if (data[flow] < 0).any():
        raise WrongUse(f"{int((data[flow] < 0).sum())} flows are negative.")
    countries = tuple(sorted(set(data[exporter]) | set(data[importer])))
    absent = len(countries) ** 2 - len(data)
    if absent:
        notes.append(f"The data are not square: {absent} of {len(countries) ** 2} pairs (home trade included) are not in the fit.")
    used = data
    while True:
        sells, buys = used.groupby(exporter)[flow].transform("sum") > 0, used.groupby(importer)[flow].transform("sum") > 0
        if (sells & buys).all():
            break
        gone = sorted(set(used[~sells][exporter]) | set(used[~buys][importer]))
        notes.append(f"Left out, without any positive flow on one side and so without an effect: {', '.join(map(str, gone))}.")
        used = used[sells & buys]
    zeros = int((used[flow] == 0).sum())
    notes.append(f"{len(used)} pairs in the fit, {zeros} of them without trade.")
    a = pd.get_dummies(used[exporter], dtype=float)
    b = pd.get_dummies(used[importer], dtype=float).iloc[:, 1:]
    z = used[list(regressors)].to_numpy(dtype=np.float64)
    design = np.column_stack([z, a.to_numpy(), b.to_numpy()])
    # a regressor that the effects explain has no coefficient
    effects = design[:, len(regressors) :]
    left = z - effects @ np.linalg.lstsq(effects, z, rcond=None)[0]
    flat = [r for k, r in enumerate(regressors) if np.abs(left[:, k]).max() < 1e-8 * max(1.0, np.abs(z[:, k]).max())]
    if flat or np.linalg.matrix_rank(left) < len(regressors):
        what = ", ".join(flat) or "one of them"
        raise WrongUse(f"The effects of exporters and importers, or other regressors, explain {what} fully.")
    y = used[flow].to_numpy(dtype=np.float64)
    scale = float(y.mean())
    fit = sm.GLM(y / scale, design, family=sm.families.Poisson()).fit(maxiter=200, tol=1e-12, cov_type="HC1")
    if not fit.converged:
        raise NoSolution("The fit did not converge in 200 iterations; look for a regressor that separates.")
    K = len(regressors)
    at = {c: k for k, c in enumerate(countries)}
    export_effect = dict(zip(a.columns, fit.params[K : K + a.shape[1]], strict=True))
    import_effect = dict(zip(b.columns, fit.params[K + a.shape[1] :], strict=True))
    base = next(iter(pd.get_dummies(used[importer]).columns))
    import_effect[base] = 0.0
    fitted = np.full((len(countries), len(countries)), np.nan)
    known = frame[[exporter, importer, *regressors]].dropna()
    for i, j, *row in known.itertuples(index=False):
        if i in export_effect and j in import_effect:
            index = float(np.dot(np.asarray(row, float), fit.params[:K])) + export_effect[i] + import_effect[j]
            fitted[at[i], at[j]] = scale * np.exp(index)
    return Gravity(
        tuple(regressors), np.asarray(fit.params[:K]), np.asarray(fit.bse[:K]), countries, fitted, len(used),
        float(np.corrcoef(fit.fittedvalues, y)[0, 1] ** 2), tuple(notes),
    )  # fmt: skip
