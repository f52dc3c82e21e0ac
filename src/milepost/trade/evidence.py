r"""Trade between countries by evidence: what is recorded, what is reported, and an estimate of what nobody
records.

Each pair of countries takes the best evidence that there is:

1. *recorded*: its row of ``flows``, a recorded 0 included. A pair without a row is not recorded, which is not
   zero.
2. *reported*: a row of ``reported_trade`` with use = model, scaled from the months it covers to a year. A
   turnover less what is known of one direction is the other; where neither is known it is divided as the
   estimate of the two is.
3. *estimated*, by gravity at the level of what each country records: with the prediction P of
   :mod:`milepost.trade.gravity` from GDP and geography,

    (1)  X_ij = a_i b_j P_ij
    (2)  a_i = (R_i + p_i) / (sum_j b_j P_ij + p_i),   b_j = (C_j + q_j) / (sum_i a_i P_ij + q_j)

   sums over recorded pairs only, R_i and C_j what i and j record with them. Without p and q these are the
   exporter and importer effects of Poisson maximum likelihood (Fally 2015, J. Int. Econ. 97); p_i and q_j,
   the mean predicted flow of a recorded pair, are a Gamma prior around GDP that weighs as much as one pair.
   So a country that records little stays near what its GDP says, and (2) has one solution (the posterior is
   concave in logs).

What is estimated is then balanced to what totals leave (iterative proportional fitting): a country's exports
or imports where ``reported_trade`` states them (partner ``*``); GDP on both sides, home sales among what is
estimated, for a country that records nothing at all; and in any case no more than GDP less a twentieth, which
is sold at home. Home sales that nobody states are GDP less exports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.languages import Said
from milepost.records import Country, Records, ReportedTrade
from milepost.records.kinds import ANY
from milepost.trade.gravity import Floats, balance, coefficients, great_circle_km, predict
from milepost.trade.rebasing import REST_OF_WORLD

Bools = NDArray[np.bool_]
RECORDED, REPORTED, ESTIMATED, RESIDUAL = "recorded", "reported", "estimated", "residual"
HOME_LEAST = 0.05  # of GDP is sold at home, whatever is estimated


@dataclass(frozen=True)
class Comparison:
    """What is reported beside what the model holds; MUSD a year. A ``turnover`` is both ways together."""

    exporter: str
    importer: str
    reported_musd: float
    estimated_musd: float
    period: str
    kind: str = "flow"


@dataclass(frozen=True)
class FlowMatrix:
    """Trade [exporter, importer], MUSD a year, and what each cell rests on.

    ``mark`` is recorded, reported, estimated, or residual (home sales as GDP less exports); ``source`` names
    the row or method. ``cif``: the value is that at the importer's border, freight included; else at the
    exporter's. ``residual`` countries have home sales that follow from GDP.
    """

    countries: tuple[str, ...]
    flows: Floats
    mark: NDArray[np.str_]
    source: NDArray[np.object_]
    cif: Bools
    notes: tuple[str, ...]
    comparison: tuple[Comparison, ...]

    @property
    def estimated(self) -> Bools:
        """Cells between two countries that nobody records or reports."""
        return np.asarray((self.mark == ESTIMATED) & ~np.eye(len(self.countries), dtype=bool))

    @property
    def residual(self) -> Bools:
        """Countries whose home sales are what exports leave of GDP."""
        return np.asarray(self.mark.diagonal() != RECORDED)


@dataclass
class _Cells:
    """The matrix as it fills."""

    at: dict[str, int]
    X: Floats
    mark: NDArray[np.str_]
    source: NDArray[np.object_]
    cif: Bools

    @classmethod
    def of(cls, names: tuple[str, ...]) -> _Cells:
        n = len(names)
        return cls(
            {c: k for k, c in enumerate(names)},
            np.zeros((n, n)),
            np.full((n, n), ESTIMATED),
            np.full((n, n), "gravity", dtype=object),
            np.zeros((n, n), dtype=bool),
        )

    def put(self, i: int, j: int, usd_m: float, mark: str, source: str, valuation: str) -> None:
        self.X[i, j], self.mark[i, j], self.source[i, j] = usd_m, mark, source
        self.cif[i, j] = valuation == "cif"


def flow_matrix(records: Records) -> FlowMatrix:
    """The matrix of a programme with one sector, by the rules of the module.

    Raises ``NoSolution`` where what is held leaves no room in the totals.
    """
    names = tuple(c.id for c in records.countries)
    cells = _Cells.of(names)
    for row in records.flows:
        where = cells.at[row.exporter], cells.at[row.importer]
        cells.put(*where, row.usd_m, RECORDED, row.source or records.file("flows"), row.valuation)
    abroad = ~np.eye(len(names), dtype=bool)
    unknown = abroad & (cells.mark != RECORDED)
    guessed = np.zeros_like(abroad)  # rows of flows that say themselves that they are an estimate
    for row in records.flows:
        guessed[cells.at[row.exporter], cells.at[row.importer]] = row.basis == ESTIMATED
    recorded = abroad & ~unknown & ~guessed
    notes: list[str] = []
    if records.flows:
        notes.append(
            Said(
                "note-flows",
                count=str(len(records.flows)),
                file=records.file("flows"),
                closure=records.settings.deficits,
            )
        )
    if unknown.any():
        start = _prediction(records)
        start *= np.outer(*country_effects(cells.X, start, recorded))
        _hold_reported(records, cells, start)
        _estimate(records, cells, start, recorded)
        notes += _told(records, cells, recorded)
    if records.flows:
        notes += _home_sales(records, cells)
    else:
        cells.cif |= (cells.mark == ESTIMATED) & abroad  # balanced to GDP, so as bought: freight included
    cells.mark[guessed & abroad] = ESTIMATED
    comparison = _compared(records, cells)
    return FlowMatrix(names, cells.X, cells.mark, cells.source, cells.cif, tuple(notes), comparison)


def country_effects(recorded_musd: Floats, start: Floats, recorded: Bools) -> tuple[Floats, Floats]:
    """Equation (2): factors on a prediction by exporter and by importer, 1 for who records nothing."""
    known = np.where(recorded, recorded_musd, 0.0)
    predicted = np.where(recorded, start, 0.0)
    sums = known.sum(axis=1), known.sum(axis=0)
    prior = tuple(
        np.where(count > 0, total / np.maximum(count, 1), 1.0)
        for total, count in (
            (predicted.sum(axis=1), recorded.sum(axis=1)),
            (predicted.sum(axis=0), recorded.sum(axis=0)),
        )
    )
    a, b = np.ones(len(start)), np.ones(len(start))
    for _ in range(10_000):
        new_a = (sums[0] + prior[0]) / (predicted @ b + prior[0])
        new_b = (sums[1] + prior[1]) / (new_a @ predicted + prior[1])
        moved = max(np.abs(np.log(new_a / a)).max(), np.abs(np.log(new_b / b)).max())
        a, b = new_a, new_b
        if moved < 1e-12:
            break
    return a, b


def _prediction(records: Records) -> Floats:
    found = coefficients()["coefficients"]
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    km, contiguity = geography(records.countries)
    return predict(gdp, km, contiguity, found["ln_km"], found["contiguity"], found["border"])


def between(records: Records, *, held: bool) -> list[ReportedTrade]:
    """Reported rows between two countries of the model: those that are held, or all of them."""
    names = {c.id for c in records.countries}
    return [
        r
        for r in records.reported_trade
        if (r.use == "model" or not held)
        and r.exporter in names
        and r.importer in names
        and r.exporter != r.importer
    ]


def _hold_reported(records: Records, cells: _Cells, start: Floats) -> None:
    """Rows of reported_trade into cells that are not recorded; one-way flows first, then turnovers."""
    rows = sorted(between(records, held=True), key=lambda r: r.kind != "flow")
    for row in rows:
        i, j = cells.at[row.exporter], cells.at[row.importer]
        source = f"{row.table} {row.id}"
        if row.kind == "flow":
            if cells.mark[i, j] == ESTIMATED:
                cells.put(i, j, row.usd_m_per_year, REPORTED, source, row.valuation)
            continue
        known = [cells.mark[where] != ESTIMATED for where in ((i, j), (j, i))]
        if all(known):
            continue
        if any(known):
            free, other = ((j, i), (i, j)) if known[0] else ((i, j), (j, i))
            left = max(row.usd_m_per_year - cells.X[other], 0.0)
            cells.put(*free, left, REPORTED, source, row.valuation)
            continue
        share = start[i, j] / (start[i, j] + start[j, i])
        cells.put(i, j, share * row.usd_m_per_year, REPORTED, source, row.valuation)
        cells.put(j, i, (1 - share) * row.usd_m_per_year, REPORTED, source, row.valuation)


def _estimate(records: Records, cells: _Cells, start: Floats, recorded: Bools) -> None:
    """The cells that are left, from ``start``, balanced to what totals leave."""
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    n = len(gdp)
    exports, imports = _stated_totals(records, cells.at)
    silent = ~(recorded.any(axis=0) | recorded.any(axis=1)) & np.isnan(exports) & np.isnan(imports)
    silent &= cells.mark.diagonal() == ESTIMATED
    held = cells.mark != ESTIMATED
    own = np.eye(n, dtype=bool)
    held |= own & ~(own & silent)  # home sales are among what is estimated only of who records nothing
    kept = np.where(own & ~(own & silent), 0.0, cells.X)
    rows, columns = (np.where(silent, gdp, stated) for stated in (exports, imports))
    sold = np.where(held, kept, 0.0).sum(axis=1)
    least = np.minimum(HOME_LEAST * gdp, np.maximum(gdp - sold, 0.0) / 2)
    stated_home = (cells.mark == RECORDED).diagonal()
    most = np.where(silent | stated_home | np.isfinite(exports), np.inf, gdp - least)
    balanced = balance(np.where(held, kept, start), rows, columns, held, most=most)
    cells.X = np.where(own & ~(own & silent), cells.X, balanced)


def _stated_totals(records: Records, at: dict[str, int]) -> tuple[Floats, Floats]:
    """Exports and imports of countries that are reported as a whole, MUSD a year; NaN for the others."""
    exports, imports = np.full(len(at), np.nan), np.full(len(at), np.nan)
    for row in records.reported_trade:
        if row.use == "model" and row.kind == "flow" and (row.exporter == ANY) != (row.importer == ANY):
            if row.importer == ANY and row.exporter in at:
                exports[at[row.exporter]] = row.usd_m_per_year
            if row.exporter == ANY and row.importer in at:
                imports[at[row.importer]] = row.usd_m_per_year
    return exports, imports


def _told(records: Records, cells: _Cells, recorded: Bools) -> list[str]:
    """What was reported and estimated, as sentences."""
    names = len(records.countries)
    pairs = names * (names - 1)
    own = np.eye(names, dtype=bool)
    held = int((cells.mark == REPORTED).sum())
    estimated = (cells.mark == ESTIMATED) & ~own
    fit = coefficients()["fit_from_gdp_and_geography_alone"]["flows above 100 MUSD"]
    notes: list[str] = []
    if not recorded.any():
        notes.append(
            Said(
                "note-estimated",
                held=str(held),
                pairs=str(pairs),
                countries=str(coefficients()["countries"]),
                year=str(coefficients()["year"]),
                correlation=f"{fit['correlation_of_log_flows']:.2f}",
                within=f"{100 * fit['share_within_factor_two']:.0f}",
            )
        )
    else:
        total = float(cells.X[~own].sum())
        notes.append(
            Said(
                "note-evidence",
                recorded=str(int(recorded.sum())),
                held=str(held),
                estimated=str(int(estimated.sum())),
                pairs=str(pairs),
                share=f"{100 * float(cells.X[estimated].sum()) / total:.1f}" if total > 0 else "0",
            )
        )
    used = {str(s) for s in cells.source[cells.mark == REPORTED]}
    scaled = [
        f"{r.id} ({r.months:g})"
        for r in between(records, held=True)
        if r.months != 12 and f"{r.table} {r.id}" in used
    ]
    if scaled:
        notes.append(Said("note-scaled", rows=", ".join(scaled)))
    return notes


def _home_sales(records: Records, cells: _Cells) -> list[str]:
    """Home sales that nobody states: GDP less exports."""
    X = cells.X
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    residual = np.diag(X) == 0
    for i in np.flatnonzero(residual):
        cells.mark[i, i], cells.source[i, i] = RESIDUAL, "GDP less exports"
    if not residual.any():
        return []
    np.fill_diagonal(X, np.where(residual, gdp - (X.sum(axis=1) - np.diag(X)), np.diag(X)))
    who = ", ".join(c.id for c, w in zip(records.countries, residual, strict=True) if w)
    return [Said("note-domestic", countries=who)]


def _compared(records: Records, cells: _Cells) -> tuple[Comparison, ...]:
    """Reported rows that are not held themselves, beside what the model holds."""
    found = []
    for row in between(records, held=False):
        i, j = cells.at[row.exporter], cells.at[row.importer]
        ours = f"{row.table} {row.id}"
        if ours in (cells.source[i, j], cells.source[j, i]):
            continue
        model = cells.X[i, j] + (cells.X[j, i] if row.kind == "turnover" else 0.0)
        found.append(
            Comparison(row.exporter, row.importer, row.usd_m_per_year, float(model), row.period, row.kind)
        )
    return tuple(found)


def geography(countries: tuple[Country, ...]) -> tuple[Floats, Bools]:
    """Distances in km (n, n), inside a country on the diagonal, and common borders."""
    n = len(countries)
    km = np.empty((n, n))
    near = np.zeros((n, n), dtype=bool)
    for i, a in enumerate(countries):
        for j, b in enumerate(countries):
            if i == j:
                km[i, j] = a.internal_km or 200.0
            elif REST_OF_WORLD in (a.id, b.id):
                km[i, j] = (b if a.id == REST_OF_WORLD else a).rest_of_world_km or 7500.0
            else:
                km[i, j] = max(float(great_circle_km(a.lat, a.lon, b.lat, b.lon)), 10.0)
                near[i, j] = b.id in a.neighbours or a.id in b.neighbours
    return km, near
