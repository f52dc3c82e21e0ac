"""The base of the trade model from the records: a user's matrix, or one filled around reported totals and
marked so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from milepost.languages import Said
from milepost.records import Country, Records
from milepost.trade.gravity import Floats, balance, coefficients, great_circle_km, predict
from milepost.trade.one_sector.economy import Economy
from milepost.trade.rebasing import REST_OF_WORLD
from milepost.trade.world_notes import world_notes


@dataclass(frozen=True)
class Base:
    """The economy and how it was made. ``mark[i, j]``: user, reported or estimated."""

    economy: Economy
    mark: NDArray[np.str_]
    notes: tuple[str, ...]
    comparison: tuple[Comparison, ...]


@dataclass(frozen=True)
class Comparison:
    """A reported flow that was not held, beside the filled one; MUSD a year."""

    exporter: str
    importer: str
    reported_musd: float
    estimated_musd: float
    period: str


def base(records: Records) -> Base:
    """Flows, elasticity and closure; every choice as a sentence in ``notes``."""
    theta = records.param("trade_elasticity")
    names = tuple(c.id for c in records.countries)
    made = _given(records, names, theta) if records.flows else _filled(records, names, theta)
    return replace(made, notes=(*made.notes, *world_notes(records, records.flows)))


def _given(records: Records, names: tuple[str, ...], theta: float) -> Base:
    at = {c: k for k, c in enumerate(names)}
    X = np.zeros((len(names), len(names)))
    for row in records.flows:
        X[at[row.exporter], at[row.importer]] = row.usd_m
    notes: list[str] = [
        Said(
            "note-flows",
            count=str(len(records.flows)),
            file=records.file("flows"),
            closure=records.settings.deficits,
        )
    ]
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    without = np.diag(X) == 0
    if without.any():
        np.fill_diagonal(X, np.where(without, gdp - (X.sum(axis=1) - np.diag(X)), np.diag(X)))
        who = ", ".join(n for n, w in zip(names, without, strict=True) if w)
        notes.append(Said("note-domestic", countries=who))
    economy = Economy(names, X, theta, records.settings.deficits)
    return Base(economy, np.full(X.shape, "user"), tuple(notes), ())


def _filled(records: Records, names: tuple[str, ...], theta: float) -> Base:
    found = coefficients()["coefficients"]
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    km, contiguity = geography(records.countries)
    made = predict(gdp, km, contiguity, found["ln_km"], found["contiguity"], found["border"])
    at = {c: k for k, c in enumerate(names)}
    held = np.zeros(made.shape, dtype=bool)
    X = made.copy()
    for row in records.reported_trade:
        if row.use == "model" and row.kind == "flow" and row.exporter in at and row.importer in at:
            i, j = at[row.exporter], at[row.importer]
            X[i, j], held[i, j] = row.usd_m * 12 / row.months, True
    X = balance(X, gdp, gdp, held)
    comparison = tuple(
        Comparison(
            r.exporter,
            r.importer,
            r.usd_m * 12 / r.months,
            float(X[at[r.exporter], at[r.importer]]),
            r.period,
        )
        for r in records.reported_trade
        if r.kind == "flow"
        and r.exporter in at
        and r.importer in at
        and not held[at[r.exporter], at[r.importer]]
    )
    pairs = len(names) * (len(names) - 1)
    fit = coefficients()["fit_from_gdp_and_geography_alone"]["flows above 100 MUSD"]
    notes = (
        Said(
            "note-estimated",
            held=str(held.sum()),
            pairs=str(pairs),
            countries=str(coefficients()["countries"]),
            year=str(coefficients()["year"]),
            correlation=f"{fit['correlation_of_log_flows']:.2f}",
            within=f"{100 * fit['share_within_factor_two']:.0f}",
        ),
    )
    mark = np.where(held, "reported", "estimated")
    return Base(Economy(names, X, theta, "zero"), mark, notes, comparison)


def geography(countries: tuple[Country, ...]) -> tuple[Floats, NDArray[np.bool_]]:
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
