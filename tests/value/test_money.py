"""Present value, ratio, payback, rates of return: laws, other programs, published figures."""

from __future__ import annotations

import csv
import math
import time
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy_financial
import openpyxl
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

import milepost
from milepost.errors import WrongUse
from milepost.value.appraisal.roots import Eirr

AMOUNT = st.integers(-1000, 1000).map(lambda cents: cents / 8)
STREAM = st.lists(AMOUNT, min_size=1, max_size=24)
RATE = st.floats(-0.9, 3.0)


def by_hand(stream: list[float], rate: float) -> float:
    """Equation 1, one year after the other."""
    total, factor = 0.0, 1.0
    for amount in stream:
        total += amount * factor
        factor /= 1.0 + rate
    return total


@given(STREAM, RATE)
def test_net_present_value_is_the_sum_by_hand(stream: list[float], rate: float) -> None:
    size = by_hand([abs(c) for c in stream], rate)
    assert milepost.npv(stream, rate) == pytest.approx(by_hand(stream, rate), abs=1e-9 * (1 + size))
    assert milepost.npv(stream, rate) == pytest.approx(
        numpy_financial.npv(rate, stream), abs=1e-9 * (1 + size)
    )


@given(STREAM, AMOUNT, RATE)
def test_it_is_linear_in_money(stream: list[float], factor: float, rate: float) -> None:
    other = stream[::-1]
    mixed = [factor * a + b for a, b in zip(stream, other, strict=True)]
    size = by_hand([abs(c) + abs(d) for c, d in zip(mixed, stream, strict=True)], rate) * (1 + abs(factor))
    assert milepost.npv(mixed, rate) == pytest.approx(
        factor * milepost.npv(stream, rate) + milepost.npv(other, rate), abs=1e-9 * (1 + size)
    )


@given(st.lists(st.integers(1, 900), min_size=1, max_size=5), st.lists(st.integers(0, 900), max_size=30))
def test_with_one_change_of_sign_it_falls_while_it_is_above_zero(spent: list[int], gained: list[int]) -> None:
    stream = [-float(c) for c in spent] + [float(c) for c in gained] + [1.0]
    found = milepost.eirr(stream)
    assert found.rate is not None
    at = [milepost.npv(stream, r) for r in np.linspace(-0.5, found.rate, 40) if r <= found.rate]
    assert all(b <= a + 1e-9 * abs(a) for a, b in pairwise(at))
    assert milepost.npv(stream, found.rate + 0.01) < 0


def sturm(stream: list[float]) -> int:
    """How many rates there are, by Sturm's chain in fractions: slow, and shares no code."""
    P = [Fraction(c) for c in stream]
    while P and not P[-1]:
        P.pop()
    while P and not P[0]:
        P.pop(0)
    if len(P) == 1:
        return 0
    chain = [P, [k * c for k, c in enumerate(P)][1:]]
    while len(chain[-1]) > 1:
        rest, by = list(chain[-2]), chain[-1]
        while len(rest) >= len(by):
            top = rest[-1] / by[-1]
            for k in range(len(by)):
                rest[len(rest) - len(by) + k] -= top * by[k]
            rest.pop()
        while rest and not rest[-1]:
            rest.pop()
        if not rest:
            break
        chain.append([-c / abs(rest[-1]) for c in rest])

    def changes(values: list[Fraction]) -> int:
        signs = [v > 0 for v in values if v]
        return sum(a != b for a, b in pairwise(signs))

    return changes([p[0] for p in chain]) - changes([p[-1] for p in chain])


@given(STREAM.filter(any))
def test_every_rate_is_found_and_is_one(stream: list[float]) -> None:
    roots = milepost.eirr(stream).roots
    assert len(roots) == sturm(stream)
    assert list(roots) == sorted(set(roots))
    for root in roots:
        size = by_hand([abs(c) * (k + 1) for k, c in enumerate(stream)], root)
        assert abs(milepost.npv(stream, root)) <= 1e-13 * size


@given(
    st.lists(st.integers(-7, 30).map(lambda n: n / 8).filter(lambda r: r != 0), min_size=1, max_size=5),
    st.integers(1, 3),
)
def test_rates_that_are_put_in_come_out(rates: list[float], times: int) -> None:
    stream = np.array([1.0])
    for rate in rates * times:  # exact in binary: a rate may stand several times
        stream = np.convolve(stream, [1.0, -(1.0 + rate)])
    if np.abs(stream).max() < 2**53 / 8 ** (len(rates) * times):
        assert milepost.eirr(stream).roots == pytest.approx(sorted(set(rates)), abs=1e-15)


@given(st.lists(st.integers(1, 900), min_size=1, max_size=5), st.lists(st.integers(1, 900), min_size=1))
def test_one_rate_is_what_others_find(spent: list[int], gained: list[int]) -> None:
    stream = [-float(c) for c in spent] + [float(c) for c in gained]
    rate = milepost.eirr(stream).rate
    assert rate is not None
    found = brentq(lambda r: by_hand(stream, r) * (1 + r) ** len(stream), -0.9999, 1e4, xtol=1e-13)
    assert rate == pytest.approx(found, abs=1e-9 * (1 + abs(found)))
    other = pyxirr.irr(stream)  # gives up near -100 %
    assert (
        other is None if rate < -0.9 and other is None else rate == pytest.approx(other, rel=1e-7, abs=1e-9)
    )


def test_three_rates_are_said() -> None:
    found = milepost.eirr([1, -4.68, 5.3447, -1.71114])
    assert found.roots == pytest.approx([-0.43, -0.05, 2.16], abs=1e-12)
    assert found.rate is None
    assert found.sentence.startswith("Three rates set the net present value to zero: -43 %, -5 %, 216 %.")
    assert "go by the net present value" in found.sentence
    assert found.as_dict()["roots"] == list(found.roots)
    assert found.table() == (["rate_share_per_year"], [[r] for r in found.roots])


@pytest.mark.parametrize(
    ("stream", "roots", "said"),
    [
        ([1, -2, 1.0001], (), "above zero at every one"),
        ([-1, 2, -1.5], (), "below zero at every one"),
        ([-1, 2, -1], (0.0,), "One rate"),  # touches zero, and does not cross it
        ([-5, -6], (), "Every amount is a cost"),
        ([0, 6, 0], (), "Every amount is a gain"),
        ([0, 0], (), "zero throughout"),
        ([0, -4, 0, 1, 0], (-0.5,), "One rate"),
        ([-1, 6, -11, 6], (0.0, 1.0, 2.0), "Three rates"),
        ([1, -4, 5, -2], (0.0, 1.0), "Two rates"),
        ([1e300, -1e-300, 1e300], (), "above zero"),
        ([1, -1e-300], (), ""),  # so near to -100 % that no number tells them apart
    ],
)
def test_none_and_several(stream: list[float], roots: tuple[float, ...], said: str) -> None:
    found = milepost.eirr(stream)
    assert isinstance(found, Eirr)
    assert found.roots == roots
    assert said in found.sentence
    assert milepost.eirr([-1e-300, 1]).roots == pytest.approx([1e300], rel=1e-14)


def test_a_long_stream_with_many_changes_is_quick() -> None:
    rng = np.random.default_rng(5)
    stream = np.round(rng.normal(size=48), 2)
    begun = time.perf_counter()
    roots = milepost.eirr(stream).roots
    assert time.perf_counter() - begun < 2.0
    assert len(roots) == sturm(stream.tolist())


def sections(shared: Path) -> list[tuple[list[float], dict[str, str]]]:
    streams: dict[str, list[float]] = defaultdict(list)
    with (shared / "data" / "appraisal" / "road_sections_streams.csv").open() as file:
        for row in csv.DictReader(file):
            assert int(row["year_index"]) == len(streams[row["section"]])
            streams[row["section"]].append(float(row["net_benefit_m_usd"]))
    with (shared / "data" / "appraisal" / "road_sections_results.csv").open() as file:
        return [(streams[row["section"]], row) for row in csv.DictReader(file)]


@pytest.mark.shared
def test_road_sections_have_their_printed_figures(shared: Path) -> None:
    """Year 0 undiscounted prints the published NPV; its EIRR is one of ours, and often not the only one."""
    found = sections(shared)
    assert len(found) == 9
    several = 0
    for stream, printed in found:
        rate, result = float(printed["discount_rate"]), milepost.eirr(stream)
        assert milepost.npv(stream, rate) == pytest.approx(float(printed["npv_m_usd"]), abs=1e-9)
        late = float(printed["npv_m_usd"]) / (1 + rate)  # year 0 discounted by a year, as a spreadsheet does
        assert milepost.npv([0.0, *stream], rate) == pytest.approx(late, abs=1e-9)
        if printed["eirr"] == "nan":
            assert not any(stream)
            assert not result.roots
            continue
        assert min(abs(root - float(printed["eirr"])) for root in result.roots) < 1e-9
        several += len(result.roots) > 1
        for root in result.roots:
            assert milepost.npv(stream, root) == pytest.approx(0.0, abs=1e-9 * (1 + root) ** -19)
    assert several == 7  # each of them has a second rate, near -92 %, that the publisher does not print


def test_ratio_payback_first_year_and_residual() -> None:
    costs, gains = [100.0, 50.0, 0.0, 0.0], [0.0, 0.0, 110.0, 121.0]
    assert milepost.bcr(gains, costs, 0.0) == pytest.approx(231 / 150)
    assert milepost.bcr(gains, costs, 0.1) == pytest.approx((110 / 1.21 + 121 / 1.331) / (100 + 50 / 1.1))
    assert milepost.bcr(gains, [0.0] * 4, 0.1) is None
    assert milepost.payback([-100, 50, 50, 1]) == 2.0
    assert milepost.payback([-100, 60, 60]) == pytest.approx(1 + 40 / 60)
    assert milepost.payback([-100, 60, 60], 0.25) is None
    assert milepost.payback([-100, 150, -80, 20, 40]) == pytest.approx(3 + 10 / 40)  # it falls below again
    assert milepost.payback([5, -1]) == 0.0
    assert milepost.first_year_return(13.3, [100.0], 0.1) == pytest.approx(13.3 / 110)
    assert milepost.first_year_return(13.3, [100.0, 100.0], 0.1) == pytest.approx(13.3 / (121 + 110))
    assert milepost.first_year_return(1.0, [0.0], 0.1) is None
    assert milepost.residual_value(100.0, 40, 10) == 75.0
    assert milepost.residual_value(100.0, 40, 50) == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: milepost.npv([], 0.1),
        lambda: milepost.npv([[1.0]], 0.1),
        lambda: milepost.npv([1.0, math.nan], 0.1),
        lambda: milepost.npv(["a"], 0.1),
        lambda: milepost.npv([1.0], -1.0),
        lambda: milepost.npv([1.0], math.inf),
        lambda: milepost.eirr([]),
        lambda: milepost.bcr([1.0], [1.0, 2.0], 0.1),
        lambda: milepost.residual_value(1.0, 0, 1),
    ],
)
def test_what_is_no_stream_or_rate_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(WrongUse):
        wrong()


def test_the_bypass_has_its_published_figures() -> None:
    """A bypass in Slovakia, of the package transport-cba 0.1.2 (MIT): 3.336 MEUR, 5.62 %, 1.076.

    Yearly benefits (what is left at the end among them) and costs are those that the package works out from
    its sample; its printed ratio is 1.0757620136184416, of sums that it rounds to cents before.
    """
    with (Path(__file__).parent / "bypass.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    benefit = np.array([float(row["benefit_eur"]) for row in rows])
    cost = -np.array([float(row["cost_eur"]) for row in rows])
    assert [int(row["year"]) for row in rows] == list(range(2020, 2050))
    assert milepost.npv(benefit - cost, 0.05) / 1e6 == pytest.approx(3.336, abs=5e-4)
    assert milepost.npv(benefit - cost, 0.05) == pytest.approx(3335828.583976236, abs=0.01)
    found = milepost.eirr(benefit - cost)
    assert found.rate == pytest.approx(0.05620480482145562, abs=1e-9)
    assert milepost.bcr(benefit, cost, 0.05) == pytest.approx(1.0757620136184416, abs=2e-9)
    assert found.rate == pytest.approx(numpy_financial.irr(benefit - cost), abs=1e-9)


@pytest.mark.shared
def test_the_bypass_is_that_of_the_published_workbook(shared: Path) -> None:
    book = openpyxl.load_workbook(shared / "data" / "appraisal" / "bypass.xlsx", data_only=True)
    rows = list(book["capex"].iter_rows(values_only=True))
    assert rows[0][2:] == (2020, 2021, 2022)
    spent = [sum(float(str(row[k])) for row in rows[1:]) for k in (2, 3, 4)]
    assert spent == [16_270_000.0] * 3
    with (Path(__file__).parent / "bypass.csv").open(encoding="utf-8") as file:
        cost = [-float(row["cost_eur"]) for row in csv.DictReader(file)][:3]
    assert cost == [14_672_000.0] * 3  # at prices of the economy
