"""An agreement with and without: laws, a slow twin, and the published case of the WTO/UNCTAD guide.

Of the guide's data ../shared holds the year 1994 and the published results. The panel of six years, from
which its coefficient and pair effects come, is looked for beside them; what needs it is skipped without it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import WrongUse
from milepost.trade.counterfactual import Agreement, counterfactual
from milepost.trade.counterfactual_files import Question, from_file, from_frame
from milepost.trade.gravity_files import Columns
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import solve
from milepost.trade.panel_gravity import panel_ppml
from torture import cases

NAFTA = ("CAN", "MEX", "USA")
GIVEN = 0.5571853  # the guide's own estimate, chapter 2
RESISTANCE = ("log(DIST)", "CNTG", "LANG", "CLNY")


def panel(seed: int, n: int = 5, years: int = 4) -> pd.DataFrame:
    """A made panel: pairs alike in both directions, an agreement that starts in some year, some zeros."""
    rng = np.random.default_rng(seed)
    names = [f"P{k}" for k in range(n)]
    effect = rng.normal(-1, 0.5, (n, n))
    start = rng.integers(1, years + 2, (n, n))
    rows = []
    for t in range(years):
        sells, buys = rng.normal(0, 0.5, n), rng.normal(0, 0.5, n)
        for i in range(n):
            for j in range(n):
                a, b = min(i, j), max(i, j)
                has = float(i != j and t >= start[a, b])
                level = sells[i] + buys[j] + (effect[a, b] if i != j else 2.0) + 0.5 * has
                flow = float(rng.poisson(40 * np.exp(level)))
                rows.append((names[i], names[j], 2000 + t, flow, has))
    return pd.DataFrame(rows, columns=["exporter", "importer", "year", "flow", "has"])


def dummies(frame: pd.DataFrame) -> tuple[float, float, float]:
    """The oracle: every effect a column, fitted by Newton's steps; robust and clustered errors by hand."""
    home = frame.exporter == frame.importer
    low = frame[["exporter", "importer"]].min(axis=1)
    high = frame[["exporter", "importer"]].max(axis=1)
    pair = np.where(home, "home", low + high)
    sides = [frame.exporter + frame.year.astype(str), frame.importer + frame.year.astype(str), pair]
    design = np.column_stack(
        [frame["has"].to_numpy(float), *(pd.get_dummies(pd.Series(s), dtype=float).to_numpy() for s in sides)]
    )
    y = frame.flow.to_numpy()
    beta = np.linalg.lstsq(design, np.log(y + 1), rcond=None)[0]
    for _ in range(60):  # Newton's steps, the common level of the effects by the least norm
        weight = np.exp(design @ beta)
        slope = np.linalg.pinv(design.T @ (weight[:, None] * design), rcond=1e-11, hermitian=True)
        beta = beta + slope @ (design.T @ (y - weight))
    b, weight = float(beta[0]), np.exp(design @ beta)
    bread = np.linalg.pinv(design.T @ (weight[:, None] * design), rcond=1e-11, hermitian=True)
    score = design * (y - weight)[:, None]
    n = len(y)
    sums = pd.DataFrame(score).groupby((low + high).to_numpy()).sum().to_numpy()
    g = len(sums)
    robust = bread @ (score.T @ score) @ bread * n / (n - 1)
    clustered = bread @ (sums.T @ sums) @ bread * g / (g - 1)
    return b, float(np.sqrt(robust[0, 0])), float(np.sqrt(clustered[0, 0]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_panel_is_fitted_as_with_a_column_an_effect(seed: int) -> None:
    frame = panel(seed)
    found = panel_ppml(frame, ["has"], year="year")
    b, robust, clustered = dummies(frame)
    assert found.coefficient[0] == pytest.approx(b, abs=1e-6)
    assert found.standard_error[0] == pytest.approx(robust, rel=1e-4)
    assert found.clustered_error[0] == pytest.approx(clustered, rel=1e-4)
    again = panel_ppml(
        frame.sample(frac=1, random_state=seed).assign(flow=lambda f: 9 * f.flow), ["has"], year="year"
    )
    assert again.coefficient[0] == pytest.approx(found.coefficient[0], abs=1e-7)
    np.testing.assert_allclose(again.pair_effect, found.pair_effect, atol=1e-6)


def test_what_a_panel_refuses() -> None:
    frame = panel(4)
    with pytest.raises(WrongUse, match="stand twice in a year"):
        panel_ppml(pd.concat([frame, frame.head(1)]), ["has"], year="year")
    with pytest.raises(WrongUse, match="has to change in time"):
        panel_ppml(
            frame.assign(has=frame.groupby(["exporter", "importer"]).has.transform("max")),
            ["has"],
            year="year",
        )
    with pytest.raises(WrongUse, match="negative"):
        panel_ppml(frame.assign(flow=-1.0), ["has"], year="year")


def made(seed: int, n: int) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.lognormal(0, 1, (n, n))
    np.fill_diagonal(X, X.sum(axis=1) * rng.uniform(1, 4, n))
    touches = np.zeros((n, n))
    touches[0, 1] = touches[1, 0] = 1
    return tuple(f"P{k}" for k in range(n)), X, touches


@cases(25, 250)
@given(st.integers(0, 10**6), st.integers(3, 8))
def test_laws_of_an_agreement(seed: int, n: int) -> None:
    names, X, touches = made(seed, n)
    out = counterfactual(names, X, Agreement(touches, 0.5, 6.0), reference=names[2])
    assert out.check < 1e-9
    assert out.price_index_hat[2] == pytest.approx(1.0, abs=1e-12)
    both = out.conditional_exports_hat[:2]
    assert (both > 1).all()
    assert (out.real_gdp_hat[:2] > 1).all()
    # what was taken away from the data is what a world without it would get by adding it
    without = solve(Economy(names, X, 5.0, "multiplicative"), np.exp(0.5 * touches) ** (1 / 5)).flows
    back = counterfactual(names, without, Agreement(touches, 0.5, 6.0, "added"), reference=names[2])
    np.testing.assert_allclose(back.real_gdp_hat, out.real_gdp_hat, rtol=1e-9)
    np.testing.assert_allclose(back.exports_hat, out.exports_hat, rtol=1e-9)
    nothing = counterfactual(names, X, Agreement(touches, 0.0, 6.0))
    np.testing.assert_allclose(nothing.real_gdp_hat, 1.0, atol=1e-12)
    np.testing.assert_allclose(nothing.conditional_exports_hat, 1.0, atol=1e-12)


def twin(X: np.ndarray, touches: np.ndarray, b: float, sigma: float) -> np.ndarray:
    """Prices by damped steps from Armington demand in levels; real GDP, with over without."""
    Y, E = X.sum(axis=1), X.sum(axis=0)
    taste, p = X / E * np.exp(-b * touches), np.ones(len(Y))
    for _ in range(200_000):
        index = taste.T @ p ** (1 - sigma)
        spend = p * E * (p @ Y) / (p @ E)
        sold = (taste * (p ** (1 - sigma))[:, None] / index * spend).sum(axis=1)
        step = (sold / (p * Y)) ** (1 / sigma)
        p = p * step / ((p * step) @ Y) * Y.sum()
        if np.abs(step - 1).max() < 1e-13:
            break
    return np.asarray(index ** (1 / (1 - sigma)) / p)


def year_1994(shared: Path) -> Path:
    return shared / "data/trade/agtpa/agtpa_69x69_1994.csv.gz"


def asked(**options: object) -> Question:
    usual = {"indicator": "RTA", "columns": Columns("trade"), "reference": "DEU"}
    return Question(NAFTA, **{**usual, **options})  # type: ignore[arg-type]


@pytest.mark.shared
def test_nafta_from_observed_flows(shared: Path) -> None:
    """From the flows as they are the case is another than the published one, which starts from fitted flows:
    close for the USA, not for Mexico, whose trade with the two was not yet what the panel's mean says."""
    out = from_file(year_1994(shared), asked(coefficient=GIVEN))
    frame = pd.read_csv(year_1994(shared))
    X = frame.pivot(index="exporter", columns="importer", values="trade").to_numpy()
    touches = np.array(
        [[float(a != b and {a, b} <= set(NAFTA)) for b in out.countries] for a in out.countries]
    )
    assert len(out.pairs) == touches.sum() == 6
    np.testing.assert_allclose(out.real_gdp_hat, twin(X, touches, GIVEN, 7.0), rtol=1e-8)
    published = pd.read_csv(shared / "data/trade/agtpa/rta_results.csv", index_col="country")
    gap = (out.frame().conditional_exports_added_pct - published.change_Xi_CDL)[list(NAFTA)].abs()
    assert gap["USA"] < 0.01
    assert gap["CAN"] < 2.5
    assert 7 < gap["MEX"] < 9  # the documented miss


@pytest.mark.shared
def test_nafta_as_published(shared: Path) -> None:
    """Chapter 2, application 2, to the digits that the published loop has."""
    file = shared / "data/trade/agtpa/agtpa_panel.csv.gz"
    if not file.exists():
        pytest.skip("needs the guide's panel of six years beside its year 1994: agtpa_panel.csv.gz")
    frame = pd.read_csv(file)
    frame = frame[frame.year.isin([1986, 1990, 1994, 1998, 2002, 2006])]
    out = from_frame(frame, asked(year="year", base="1994", resistance=RESISTANCE, guide=True))
    published = pd.read_csv(shared / "data/trade/agtpa/rta_results.csv", index_col="country")
    assert out.coefficient == pytest.approx(GIVEN, abs=5e-8)
    assert "(standard error 0.0558, clustered by pair 0.1022)" in " ".join(out.notes)
    table = out.frame()
    for ours, theirs, within in (
        ("conditional_exports", "change_Xi_CDL", 5e-4),
        ("guide_exports", "change_Xi_FULL", 5e-4),
        ("guide_real_gdp", "change_rGDP_FULL", 5e-5),
        ("real_gdp", "change_rGDP_FULL", 0.04),
        ("exports", "change_Xi_FULL", 0.75),
    ):
        gap = (table[f"{ours}_added_pct"] - published[theirs]).abs()
        assert gap.max() < within, ours
    assert out.guide is not None
    assert out.guide.passes == 3
    assert 0.003 < out.guide.market_gap < 0.004
    assert out.check < 1e-12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_guides_loop_is_near_the_equilibrium_where_trade_is_balanced(seed: int) -> None:
    """The guide stops early and holds expenditure to output: near the solution, and its gap is told."""
    names, X, touches = made(seed, 6)
    X = X + X.T
    for change in ("removed", "added"):
        asked_for = Agreement(touches, 0.3, 7.0, change)
        found = counterfactual(names, X, asked_for, reference=names[4], guide=True)
        loop = found.guide
        assert loop is not None
        assert 2 <= loop.passes < 100
        assert loop.market_gap < 0.01
        for mine, theirs in ((found.exports_hat, loop.exports_hat), (found.real_gdp_hat, loop.real_gdp_hat)):
            assert np.abs(theirs - mine).max() < 0.1 * np.abs(mine - 1).max()
        columns = found.percent()
        assert {"guide_exports_added_pct", "guide_real_gdp_removed_pct"} <= set(columns)
        added, removed = columns["guide_exports_added_pct"], columns["guide_exports_removed_pct"]
        np.testing.assert_allclose((1 + added / 100) * (1 + removed / 100), 1.0, rtol=1e-12)
    with pytest.raises(WrongUse, match="needs a reference country"):
        counterfactual(names, X, Agreement(touches, 0.3, 7.0), guide=True)
    X[4, 0] = 0.0
    with pytest.raises(WrongUse, match="trade with every other"):
        counterfactual(names, X, Agreement(touches, 0.3, 7.0), reference=names[4], guide=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"touches": np.zeros((4, 4))}, "changes no pair"),
        ({"sigma": 1.0}, "must be above 1"),
        ({"sigma": np.nan}, "must be above 1"),
        ({"coefficient": np.inf}, "no finite number"),
        ({"reference": "XX"}, "XX is not in the data"),
    ],
)
def test_what_is_no_agreement_is_refused(change: dict[str, object], sentence: str) -> None:
    names, X, touches = made(3, 4)
    cells = {"touches": touches, "coefficient": 0.4, "sigma": 6.0, "reference": ""} | change
    reference = str(cells.pop("reference"))
    with pytest.raises(WrongUse, match=sentence):
        counterfactual(names, X, Agreement(**cells), reference=reference)  # type: ignore[arg-type]


def of(parties: tuple[str, ...], **options: object) -> Question:
    usual = {"coefficient": 0.5, "columns": Columns("flow"), "year": "year", "base": "2003"}
    return Question(parties, **{**usual, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (of(("P0", "P1"), deficits="gone"), "rule for deficits"),
        (of(("P0", "P1"), coefficient=None), "Give the agreement's coefficient"),
        (of(("P0", "P1"), indicator="hat"), "Did you mean has"),
        (of(("P0", "P1"), base="1999"), "--base"),
        (of(("P0", "P1"), year="", base=""), "stand twice"),
        (of(("P0", "QQ")), "QQ"),
        (of(("P0-P0",)), "no pair of two countries"),
        (of(("P0",)), "at least two countries"),
        (of(("P0", "P1"), coefficient=None, indicator="has", costs="flow"), "not from both"),
    ],
)
def test_what_a_file_cannot_answer_is_said(question: Question, sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        from_frame(panel(5), question)


def test_one_year_tells_no_coefficient() -> None:
    frame = panel(5).assign(has=lambda f: ((f.exporter < "P2") & (f.importer > "P2")).astype(float))
    with pytest.raises(WrongUse):
        from_frame(frame[frame.year == 2003], of(("P0", "P1"), coefficient=None, indicator="has"))


def test_an_agreement_is_removed_where_it_is_in_force_and_added_where_none_is() -> None:
    frame = panel(6)
    last = frame[frame.year == 2003]
    has = {(r.exporter, r.importer): r.has for r in last.itertuples()}
    pairs = [(a, b) for a in ("P0", "P1", "P2", "P3") for b in ("P0", "P1", "P2", "P3") if a != b]
    within = {pair for pair in pairs if has[pair]}
    assert 0 < len(within) < len(pairs)
    for change, changed in (("removed", within), ("added", set(pairs) - within)):
        found = from_frame(frame, of(("P0", "P1", "P2", "P3"), indicator="has", change=change))
        assert set(found.pairs) == {p for p in changed if p[0] < p[1]} or set(found.pairs) == changed
        assert any(f"{len(pairs) - len(changed)} of {len(pairs)} pairs have" in note for note in found.notes)
        assert found.baseline == "observed"


def test_a_column_of_costs_fits_the_baseline_and_regressors_fill_its_holes() -> None:
    frame = panel(7)
    frame = frame[frame.year == 2003].drop(columns="year")
    far = {name: 1 + k for k, name in enumerate(sorted(set(frame.exporter)))}
    frame["km"] = [
        100.0 * abs(far[a] - far[b]) + 50 for a, b in zip(frame.exporter, frame.importer, strict=True)
    ]
    frame["cost"] = np.where(
        frame.exporter == frame.importer, 0.0, 0.1 * np.cos(frame.km) - np.log(frame.km / 50)
    )
    asked_for = {"year": "", "base": "", "costs": "cost"}
    whole = from_frame(frame, of(("P0", "P1"), **asked_for))
    assert whole.baseline == "fitted"
    assert (whole.conditional_exports_hat[:2] > 1).all()
    hole = frame.assign(cost=frame.cost.where((frame.exporter != "P2") | (frame.importer != "P3")))
    left = from_frame(hole, of(("P0", "P1"), **asked_for))
    assert "1 pairs without a trade cost do not trade in either world." in left.notes
    filled = from_frame(hole, of(("P0", "P1"), resistance=("log(km)",), **asked_for))
    assert any("have their cost from log(km)" in note for note in filled.notes)
    assert not any("do not trade" in note for note in filled.notes)
    with pytest.raises(WrongUse, match="column"):
        from_frame(hole, of(("P0", "P1"), resistance=("log(miles)",), **asked_for))
    abroad = frame[frame.exporter != frame.importer]
    with pytest.raises(WrongUse, match="sales at home"):
        from_frame(abroad, of(("P0", "P1"), **asked_for))
