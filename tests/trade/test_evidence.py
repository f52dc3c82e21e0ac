"""Flows by evidence: what is recorded stays, what is reported is held, the rest is estimated."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

import milepost
from milepost.records import Cargo, Country, Flow, Param, Records, ReportedTrade, Settings
from milepost.trade.checks import findings
from milepost.trade.evidence import country_effects, flow_matrix, geography
from milepost.trade.flows import flows_between, recorded_flows
from milepost.trade.gravity import balance, coefficients, predict
from milepost.trade.one_sector.from_records import base
from opened import opened

SETTINGS = Settings(
    title="t",
    base_date=dt.date(2026, 1, 1),
    base_year=2023,
    discount_rate_per_year=0.05,
    horizon=dt.date(2050, 1, 1),
    deficits="fixed",
)


def world(seed: int, n: int = 6) -> Records:
    """Countries of random size and place, without any flow."""
    rng = np.random.default_rng(seed)
    return Records(
        settings=SETTINGS,
        countries=tuple(
            Country(
                id=f"C{chr(65 + k)}A",
                name=str(k),
                gdp_usd_m=float(rng.lognormal(11, 1)),
                lat=float(rng.uniform(-40, 60)),
                lon=float(rng.uniform(-20, 120)),
                basis="assumed",
            )
            for k in range(n)
        ),
        params=(Param(id="p", name="trade_elasticity", value=4.0, basis="assumed"),),
    )


def recorded_of(records: Records, seed: int, share: float) -> Records:
    """Some pairs recorded, a few of them zero."""
    rng = np.random.default_rng(seed)
    names = [c.id for c in records.countries]
    gdp = {c.id: c.gdp_usd_m for c in records.countries}
    flows = [
        Flow(exporter=a, importer=b, usd_m=float(rng.choice([0, 1]) * rng.uniform(0.001, 0.05) * gdp[a]))
        for a in names
        for b in names
        if a != b and rng.random() < share
    ]
    return records.with_rows(flows=flows)


def reported(ident: str, exporter: str, importer: str, usd_m: float, **more: object) -> ReportedTrade:
    row = {"id": ident, "exporter": exporter, "importer": importer, "usd_m": usd_m, "use": "model"}
    return ReportedTrade.model_validate({**row, "basis": "sourced", **more})


@pytest.mark.parametrize("seed", range(8))
def test_what_is_recorded_stays_and_the_rest_is_estimated_above_zero(seed: int) -> None:
    records = recorded_of(world(seed), seed, 0.5)
    made = flow_matrix(records)
    at = {c: k for k, c in enumerate(made.countries)}
    known = {(at[f.exporter], at[f.importer]): f.usd_m for f in records.flows}
    assert 0 < len(known) < 30
    zeros = 0
    for i in range(6):
        for j in range(6):
            if i == j:
                continue
            if (i, j) in known:
                assert made.flows[i, j] == known[i, j]
                assert made.mark[i, j] == "recorded"
                zeros += known[i, j] == 0
            else:
                assert made.flows[i, j] > 0
                assert made.mark[i, j] == "estimated"
                assert made.estimated[i, j]
    assert zeros > 0
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    np.testing.assert_allclose(made.flows.sum(axis=1), gdp, rtol=1e-12)
    assert (made.flows.diagonal() >= 0.05 * gdp - 1e-6).all()
    shuffled = records.with_rows(flows=records.flows[::-1])
    np.testing.assert_array_equal(flow_matrix(shuffled).flows, made.flows)


def test_a_full_matrix_is_taken_as_it_is() -> None:
    """No gravity, no place of a country is asked for: home sales are GDP less exports."""
    records = recorded_of(world(3), 3, 2.0)
    made = flow_matrix(
        records.with_rows(countries=[c.model_copy(update={"lat": None}) for c in records.countries])
    )
    assert not made.estimated.any()
    assert len(made.notes) == 2
    X = np.zeros((6, 6))
    at = {c: k for k, c in enumerate(made.countries)}
    for f in records.flows:
        X[at[f.exporter], at[f.importer]] = f.usd_m
    np.fill_diagonal(X, np.array([c.gdp_usd_m for c in records.countries]) - X.sum(axis=1))
    np.testing.assert_array_equal(made.flows, X)


def test_without_any_record_all_is_gravity_balanced_to_gdp() -> None:
    records = world(5)
    made = flow_matrix(records)
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    found = coefficients()["coefficients"]
    plain = predict(gdp, *geography(records.countries), found["ln_km"], found["contiguity"], found["border"])
    np.testing.assert_allclose(made.flows, plain, rtol=1e-12)
    assert (made.mark == "estimated").all()
    assert (made.cif | np.eye(6, dtype=bool)).all()  # balanced to what is spent
    assert base(records).economy.closure == "zero"


def test_reported_rows_stand_for_what_is_not_recorded() -> None:
    """One way and both ways, scaled to a year; never over a recorded flow."""
    records = world(1)
    a, b, c, d = (x.id for x in records.countries[:4])
    records = records.with_rows(
        flows=[Flow(exporter=a, importer=b, usd_m=100), Flow(exporter=b, importer=c, usd_m=50)],
        reported_trade=[
            reported("T1", a, b, 900),  # recorded: compared only
            reported("T2", a, c, 80, months=8),
            reported("T3", b, c, 70, kind="turnover"),  # 50 of it is recorded
            reported("T4", c, d, 60, kind="turnover"),
            reported("T5", a, d, 5, use="check"),
            reported("T6", b, "EAEU", 5, use="check"),
        ],
    )
    made = flow_matrix(records)
    at = {x: k for k, x in enumerate(made.countries)}

    def cell(i: str, j: str) -> tuple[float, str]:
        return float(made.flows[at[i], at[j]]), str(made.mark[at[i], at[j]])

    assert cell(a, b) == (100, "recorded")
    assert cell(a, c) == (120, "reported")
    assert cell(c, b) == (20, "reported")
    assert cell(c, d)[0] + cell(d, c)[0] == pytest.approx(60)
    assert cell(c, d)[1] == cell(d, c)[1] == "reported"
    assert cell(a, d)[1] == "estimated"
    assert made.source[at[a], at[c]] == "reported_trade T2"
    compared = {(x.exporter, x.importer): x for x in made.comparison}
    assert set(compared) == {(a, b), (a, d)}
    assert compared[a, b].reported_musd == 900
    assert any("T2 (8)" in note for note in made.notes)
    assert not findings(records)


def test_totals_that_are_reported_bound_what_is_estimated() -> None:
    records = recorded_of(world(2), 2, 0.5)
    a, b = records.countries[0].id, records.countries[1].id
    plain = flow_matrix(records)
    sold = sum(f.usd_m for f in records.flows if f.exporter == a)
    bought = sum(f.usd_m for f in records.flows if f.importer == b)
    made = flow_matrix(
        records.with_rows(
            reported_trade=[reported("T1", a, "*", sold + 77), reported("T2", "*", b, bought + 33)]
        )
    )
    at = {x: k for k, x in enumerate(made.countries)}
    assert made.flows[at[a]][made.estimated[at[a]]].sum() == pytest.approx(77)
    assert made.flows[:, at[b]][made.estimated[:, at[b]]].sum() == pytest.approx(33)
    known = plain.mark == "recorded"
    np.testing.assert_array_equal(made.flows[known], plain.flows[known])


@pytest.mark.parametrize("seed", range(6))
def test_effects_are_the_posterior_mode_of_poisson_with_a_prior(seed: int) -> None:
    """Against scipy's minimiser on the likelihood written out."""
    rng = np.random.default_rng(seed)
    n = 5
    P = rng.lognormal(3, 1, (n, n))
    known = rng.random((n, n)) < 0.6
    np.fill_diagonal(known, False)
    X = np.where(known, P * rng.lognormal(0, 1, (n, n)), 0.0)
    a, b = country_effects(X, P, known)
    p = [P[i][known[i]].mean() if known[i].any() else 1.0 for i in range(n)]
    q = [P[:, j][known[:, j]].mean() if known[:, j].any() else 1.0 for j in range(n)]

    def minus_log_posterior(logs: np.ndarray) -> float:
        total = 0.0
        for i in range(n):
            total += p[i] * (np.exp(logs[i]) - logs[i]) + q[i] * (np.exp(logs[n + i]) - logs[n + i])
            for j in range(n):
                if known[i, j]:
                    total += P[i, j] * np.exp(logs[i] + logs[n + j]) - X[i, j] * (logs[i] + logs[n + j])
        return total

    best = minimize(minus_log_posterior, np.zeros(2 * n), method="BFGS", options={"gtol": 1e-6})
    np.testing.assert_allclose(np.exp(best.x), [*a, *b], rtol=1e-4)
    assert (np.where(known.any(axis=1), True, a == 1)).all()


@pytest.mark.parametrize("seed", range(10))
def test_balancing_is_plain_proportional_fitting(seed: int) -> None:
    """The slow twin: cells one by one, rows and columns in turn, only totals that are known."""
    rng = np.random.default_rng(100 + seed)
    n = 5
    start = rng.lognormal(0, 1, (n, n))
    held = rng.random((n, n)) < 0.3
    truth = start * np.outer(rng.lognormal(0, 1, n), rng.lognormal(0, 1, n))
    start[held] = truth[held]
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    rows[rng.random(n) < 0.4] = np.nan
    columns[rng.random(n) < 0.4] = np.nan
    found = balance(start, rows, columns, held)
    X = start.tolist()
    for _ in range(3000):
        for i in range(n):
            free = [j for j in range(n) if not held[i, j]]
            if rows[i] == rows[i] and free:
                scale = (rows[i] - sum(X[i][j] for j in range(n) if held[i, j])) / sum(X[i][j] for j in free)
                for j in free:
                    X[i][j] *= scale
        for j in range(n):
            free = [i for i in range(n) if not held[i, j]]
            if columns[j] == columns[j] and free:
                scale = (columns[j] - sum(X[i][j] for i in range(n) if held[i, j])) / sum(
                    X[i][j] for i in free
                )
                for i in free:
                    X[i][j] *= scale
    np.testing.assert_allclose(found, X, rtol=1e-8)
    np.testing.assert_array_equal(found[held], start[held])


def test_a_row_that_may_not_be_exceeded_is_scaled_only_if_it_would_be() -> None:
    start, none = np.array([[1.0, 3.0], [1.0, 1.0]]), np.full(2, np.nan)
    held = np.zeros((2, 2), dtype=bool)
    np.testing.assert_array_equal(balance(start, none, none, held, most=np.array([9.0, 9.0])), start)
    capped = balance(start, none, none, held, most=np.array([2.0, 9.0]))
    np.testing.assert_allclose(capped, [[0.5, 1.5], [1.0, 1.0]])
    both = balance(start, none, np.array([4.0, np.nan]), held, most=np.array([2.0, 9.0]))
    np.testing.assert_allclose(both.sum(axis=0)[0], 4.0)
    assert both.sum(axis=1)[0] <= 2 + 1e-9
    nothing = balance(start, none, none, np.array([[True, False], [False, False]]), most=np.array([1.0, 9.0]))
    np.testing.assert_array_equal(nothing, [[1.0, 0.0], [1.0, 1.0]])


def test_a_row_that_calls_itself_an_estimate_is_one() -> None:
    """It is held as it is, and teaches nothing about others."""
    records = recorded_of(world(4), 4, 0.6)
    first = records.flows[0]
    marked = records.with_rows(flows=[first.model_copy(update={"basis": "estimated"}), *records.flows[1:]])
    without = records.with_rows(flows=records.flows[1:])
    made, other = flow_matrix(marked), flow_matrix(without)
    at = {x: k for k, x in enumerate(made.countries)}
    cell = at[first.exporter], at[first.importer]
    assert made.flows[cell] == first.usd_m
    assert made.estimated[cell]
    rest = made.estimated & (other.mark == "estimated")
    rest[cell] = False
    assert rest.any()
    np.testing.assert_allclose(made.flows[rest], other.flows[rest], rtol=1e-9)


def facts(shared: Path) -> list[dict[str, str]]:
    with (shared / "facts/flows_2023.csv").open() as file:
        return list(csv.DictReader(file))


def recorded_world(shared: Path) -> tuple[Records, list[dict[str, str]]]:
    """The countries of the example with the recorded flows of 2023 between them."""
    records = opened("north-south").records
    names = {c.id for c in records.countries}
    rows = [r for r in facts(shared) if {r["exporter"], r["importer"]} <= names]
    flows = [
        Flow(exporter=r["exporter"], importer=r["importer"], usd_m=float(r["musd"]), basis="sourced")
        for r in rows
    ]
    settings = records.settings.model_copy(update={"deficits": "fixed"})
    return replace(records.with_rows(flows=flows), settings=settings), rows


def test_recorded_totals_are_those_of_the_file(shared: Path) -> None:
    """BACI 2023 (CEPII): India to Kazakhstan 406 MUSD and back 571, where gravity alone said 16 bn."""
    records, rows = recorded_world(shared)
    found = recorded_flows(records)
    names, X = flows_between(records)
    at = {c: k for k, c in enumerate(names)}
    assert X[at["IND"], at["KAZ"]] == 405.92
    assert X[at["KAZ"], at["IND"]] == 571.16
    known = np.zeros(X.shape, dtype=bool)
    for row in rows:
        known[at[row["exporter"]], at[row["importer"]]] = True
    assert known.sum() == len(rows) > 800
    for c, k in at.items():
        mine = sum(float(r["musd"]) for r in rows if r["exporter"] == c)
        assert X[k][known[k]].sum() == pytest.approx(mine, rel=1e-12)
        theirs = sum(float(r["musd"]) for r in rows if r["importer"] == c)
        assert X[:, k][known[:, k]].sum() == pytest.approx(theirs, rel=1e-12)
    assert not (found.estimated & known).any()
    share = X[found.estimated].sum() / X[~np.eye(len(at), dtype=bool)].sum()
    assert 0 < share < 0.01


def test_country_effects_tell_hidden_flows_better_than_gdp_alone(shared: Path) -> None:
    """Eight countries at a time are treated as if nobody recorded what they sell to each other."""
    records, rows = recorded_world(shared)
    names = [c.id for c in records.countries]
    at = {c: k for k, c in enumerate(names)}
    X, known = np.zeros((len(at), len(at))), np.zeros((len(at), len(at)), dtype=bool)
    for row in rows:
        cell = at[row["exporter"]], at[row["importer"]]
        X[cell], known[cell] = float(row["musd"]), True
    found = coefficients()["coefficients"]
    gdp = np.array([c.gdp_usd_m for c in records.countries])
    plain = predict(gdp, *geography(records.countries), found["ln_km"], found["contiguity"], found["border"])
    rng = np.random.default_rng(0)
    whole = [k for c, k in at.items() if c != "ROW" and known[k].sum() >= len(at) - 2]
    errors: dict[str, list[float]] = {"gdp": [], "effects": []}
    for _ in range(30):
        block = rng.choice(whole, 8, replace=False)
        hidden = np.zeros_like(known)
        hidden[np.ix_(block, block)] = True
        hidden &= known & (X > 1)
        fitted = plain * np.outer(*country_effects(X, plain, known & ~hidden))
        errors["gdp"] += np.log(plain[hidden] / X[hidden]).tolist()
        errors["effects"] += np.log(fitted[hidden] / X[hidden]).tolist()
    size = {name: np.sqrt(np.mean(np.square(e))) for name, e in errors.items()}
    assert size["effects"] < 0.75 * size["gdp"]
    assert abs(np.mean(errors["effects"])) < 0.6 * abs(np.mean(errors["gdp"]))


def cargo(exporter: str, importer: str, kind: str, share: float, value: float | None = None) -> Cargo:
    return Cargo.model_validate(
        {
            "id": f"{exporter}-{importer}-{kind}".replace("*", "any"),
            "exporter": exporter,
            "importer": importer,
            "cargo_class": kind,
            "share": share,
            "usd_per_t": value,
            "basis": "assumed",
        }
    )


def said(records: Records) -> list[str]:
    return [f"{f.table} {f.column} {f.id}: {f.message}" for f in findings(records)]


def test_faults_of_cargo_are_told_with_their_cell() -> None:
    records = recorded_of(world(0), 0, 0.5)
    a, b = (c.id for c in records.countries[:2])
    good = (cargo(a, b, "bulk", 0.25, 300), cargo(a, b, "off_network", 0.75), cargo("*", "*", "bulk", 1.0))
    assert said(records.with_rows(cargo=good)) == []
    wrong = {
        "add up to 0.9": (cargo(a, b, "bulk", 0.5), cargo(a, b, "general", 0.4)),
        "there is no 'QQQ' in countries.csv; 2 more rows have this fault": tuple(
            cargo("QQQ", x, "bulk", 1.0) for x in (a, b, "*")
        ),
        "bulk of": (
            cargo(a, b, "bulk", 0.5),
            cargo(a, b, "bulk", 0.5).model_copy(update={"id": "again"}),
        ),
        "is worth 3 USD": (cargo(a, "*", "bulk", 1.0, 3.0),),
        "is not weighed": (cargo(a, "*", "off_network", 1.0, 300.0),),
    }
    for words, rows in wrong.items():
        (found,) = said(records.with_rows(cargo=rows))
        assert found.startswith("cargo ")
        assert words in found
    many = tuple(cargo(a, "*", "bulk", 1.0, 1.0).model_copy(update={"id": f"m{k}"}) for k in range(30))
    told = said(records.with_rows(cargo=many))
    assert sum("is worth 1 USD; 29 more rows have this fault" in x for x in told) == 1


def test_faults_of_reported_trade_are_told_with_both_sums() -> None:
    records = recorded_of(world(0), 0, 0.0)
    a, b, c = (x.id for x in records.countries[:3])
    wrong = {
        "held twice: 9 MUSD a year, and 5 in T1": (reported("T1", a, b, 5), reported("T2", a, b, 9)),
        "different sums: a turnover of 10 MUSD a year, and 12": (
            reported("T1", a, b, 5),
            reported("T2", b, a, 7),
            reported("T3", b, a, 10, kind="turnover"),
        ),
        "is no country of the model": (reported("T1", a, "QQQ", 5),),
        "both sides of T1": (reported("T1", a, a, 5),),
        "bounds no flow": (reported("T1", a, "*", 5, kind="turnover"),),
        "states 5 MUSD a year in all, and 9 are recorded": (
            reported("T1", a, "*", 5),
            reported("T2", a, c, 9),
        ),
    }
    for words, rows in wrong.items():
        (found,) = said(records.with_rows(reported_trade=rows))
        assert words in found
    fair = (reported("T1", a, b, 5), reported("T2", b, a, 7), reported("T3", a, b, 12, kind="turnover"))
    assert said(records.with_rows(reported_trade=fair)) == []


def test_a_mistake_in_the_file_is_one_finding(tmp_path: Path) -> None:
    """A misspelt country in every row, a sign turned in a whole column, a file pasted twice."""
    place = tmp_path / "p"
    shutil.copytree(milepost.example("ridge"), place)
    file = place / "flows.csv"
    good = file.read_text()

    def faults(text: str) -> list[str]:
        file.write_text(text)
        return [str(f) for f in milepost.open(str(place)).check() if f.table == "flows"]

    assert faults(good) == []
    found = faults(good.replace("XWV", "XVW"))
    assert len(found) == 1
    assert "there is no 'XVW'" in found[0]
    assert "named in 4 cells: 2 in exporter of flows.csv, 2 in importer of flows.csv" in found[0]
    head, *rows = good.splitlines()
    doubled = [r.replace(r.split(",")[2], "77", 1) for r in rows]
    found = faults("\n".join([head, *rows, doubled[0]]) + "\n")
    assert len(found) == 1
    assert "stands on line 2 already, and usd_m is 1800 there and 77 here" in found[0]
    many = [f"A{chr(65 + i)}{chr(65 + j)},XRL,-5,cif,assumed,," for i in range(5) for j in range(8)]
    found = faults("\n".join([head, *many]) + "\n")
    assert sum("is out of range" in f for f in found) == 1
    assert any("-5 is out of range" in f and "40 rows have this fault" in f for f in found)


def test_a_pair_that_stands_in_no_sector_is_a_finding() -> None:
    records = milepost.open(milepost.example("ridge")).records
    records = replace(records, settings=records.settings.model_copy(update={"model": "many-sectors"}))
    assert said(records) == []
    first = records.sector_trade[0]
    rest = [t for t in records.sector_trade if (t.exporter, t.importer) != (first.exporter, first.importer)]
    (found,) = said(records.with_rows(sector_trade=rest))
    assert f"1 pairs of countries stand in no sector ({first.exporter} to {first.importer})" in found


def test_a_country_without_a_place_needs_every_pair() -> None:
    records = recorded_of(world(0), 0, 0.5)
    nowhere = [c.model_copy(update={"lat": None}) for c in records.countries]
    assert any("has no position" in x for x in said(records.with_rows(countries=nowhere)))
    full = recorded_of(world(0), 0, 2.0).with_rows(countries=nowhere)
    assert not any("has no position" in x for x in said(full))
