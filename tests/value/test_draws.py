"""Drawn timetables against closed forms, published critical paths, a plain twin, and laws."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.errors import BadData, WrongUse
from milepost.programme import Programme
from milepost.records import Commitment, DateChange, Dependency, Driver, Duration, PartialDate
from milepost.value.delays import worth
from milepost.value.drawn_worth import present_values
from milepost.value.draws import Draws, draw, stream, working_days
from milepost.value.duration_shapes import duration_draws, triangular
from milepost.value.schedule import Link, WorkingDays, passes
from torture import cases

ON = dt.date(2026, 1, 1)


def world(durations: list[Duration], links: list[tuple[int, int, str, float]] = [], **more: Any) -> Programme:  # noqa: B006
    """A programme of commitments W0, W1 ... with durations, promised for a day if given."""
    base = milepost.open(milepost.example("ridge"))
    model = base.records.commitments[0]
    rows = [model.model_copy(update={"id": d.commitment, "title": d.commitment}) for d in durations]
    edges = [
        Dependency(
            id=f"y{n}", predecessor=f"W{a}", successor=f"W{b}", kind=kind, lag_days=lag, basis="assumed"
        )
        for n, (a, b, kind, lag) in enumerate(links)
    ]
    records = base.records.with_rows(
        commitments=rows,
        durations=durations,
        dependencies=edges,
        effects=[],
        evidence=[],
        date_changes=more.pop("dates", []),
        **more,
    )
    return replace(base, records=records)


def take(programme: Programme, draws: int = 40_000, seed: int = 1) -> Draws:
    return draw(programme.records, programme.status(), on=ON, draws=draws, seed=seed)


def item(n: int, low: float, likely: float, high: float, **more: Any) -> Duration:
    return Duration(
        id=f"d{n}",
        commitment=f"W{n}",
        low_days=low,
        likely_days=likely,
        high_days=high,
        basis="assumed",
        **more,
    )


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size))


def test_the_last_of_k_exponentials_comes_at_the_harmonic_number() -> None:
    for k in (1, 3, 8):
        found = take(world([item(n, 0, 1, 9, shape="exponential") for n in range(k)]))
        mean, error = mean_and_error(found.ends.max(axis=0))
        assert abs(mean - sum(1 / n for n in range(1, k + 1))) < 3 * error


def test_the_later_of_two_normals() -> None:
    z = 1.6448536269514722
    found = take(world([item(n, 1000 - z, 1000, 1000 + z, shape="normal") for n in range(2)]))
    mean, error = mean_and_error(found.ends.max(axis=0))
    assert abs(mean - 1000 - 1 / np.sqrt(np.pi)) < 3 * error


def test_ten_at_eighty_percent_are_all_on_time_one_time_in_ten() -> None:
    # uniform on 0..100 days is triangular with its mode at an end only in the limit: use the exponential's 80
    # % point
    due = int(np.ceil(1000 * np.log(5)))
    dates = [
        DateChange(
            id=f"p{n}",
            commitment=f"W{n}",
            announced_on=PartialDate("2025-01-01"),
            basis="assumed",
            promised_for=PartialDate((ON + dt.timedelta(days=due)).isoformat()),
        )
        for n in range(10)
    ]
    found = take(world([item(n, 0, 1000, 9000, shape="exponential") for n in range(10)], dates=dates))
    assert found.on_time == pytest.approx(np.full(10, 0.8), abs=0.01)
    error = np.sqrt(0.107 * 0.893 / found.draws)
    assert abs(found.all_on_time - 0.8**10) < 3 * error + 0.001


def test_triangular_draws_have_the_moments_of_the_triangle() -> None:
    u = stream(3, "x", 200_000)
    values = triangular(u, 2, 3, 10)
    mean, error = mean_and_error(values)
    assert abs(mean - 5) < 3 * error
    assert values.var() == pytest.approx((4 + 9 + 100 - 6 - 20 - 30) / 18, rel=0.02)
    assert values.min() >= 2
    assert values.max() <= 10
    assert duration_draws(item(0, 5, 5, 5), u[:4], RATIO).tolist() == [5, 5, 5, 5]


RATIO = (1.84, 0.42)


def test_each_shape_has_the_moments_and_percentiles_that_it_is_named_for() -> None:
    u = stream(4, "x", 200_000)
    pert = duration_draws(item(0, 2, 3, 10, shape="beta-pert"), u, RATIO)
    mean, error = mean_and_error(pert)
    assert abs(mean - (2 + 4 * 3 + 10) / 6) < 3 * error
    first, then = 1 + 4 * (3 - 2) / 8, 1 + 4 * (10 - 3) / 8
    assert pert.var() == pytest.approx(
        64 * first * then / ((first + then) ** 2 * (first + then + 1)), rel=0.02
    )
    assert pert.min() >= 2
    assert pert.max() <= 10
    assert duration_draws(item(0, 5, 5, 5, shape="beta-pert"), u[:3], RATIO).tolist() == [5, 5, 5]
    wide = duration_draws(item(0, 100, 200, 400, shape="log-normal"), u, RATIO)
    assert np.percentile(wide, (5, 50, 95)) == pytest.approx([100, 200, 400], rel=0.01)
    skew = duration_draws(item(0, 100, 200, 900, shape="log-normal"), u, RATIO)
    low, middle, high = np.percentile(skew, (5, 50, 95))
    assert middle == pytest.approx(200, rel=0.01)
    assert high / low == pytest.approx(9, rel=0.02)  # as wide as the two points, around the likely
    works = duration_draws(item(0, 0, 365, 730, shape="reference class"), u, RATIO)
    assert np.median(works) == pytest.approx(365 * 1.84, rel=0.01)
    assert np.log(works).std() == pytest.approx(0.42, rel=0.01)


# Activities, three points and what comes first, of an exercise in textbooks of operations research;
# published for beta-PERT: 0.851 by day 55, 80 % by 54.35
FOURTEEN = """A 5 5 7 -; B 1 2 5 -; C 5 5 5 A; D 4 8 13 A; E 1 10 17 BC; F 1 5 7 D; G 2 6 9 D; H 4 4 6 EF;
I 2 7 10 GH; J 2 4 7 I; K 6 10 13 I; L 2 6 6 J; M 2 2 3 K; N 7 7 12 LM"""


def test_a_published_network_of_fourteen_activities() -> None:
    rows, links = [], []
    for number, text in enumerate(FOURTEEN.split(";")):
        _, low, likely, high, before = text.split()
        rows.append(item(number, float(low), float(likely), float(high), shape="beta-pert"))
        links += [("ABCDEFGHIJKLMN".index(first), number, "FS", 0.0) for first in before if first != "-"]
    assert len(rows) == 14
    found = take(world(rows, links), draws=40_000)
    end = found.ends.max(axis=0)
    assert (end == found.ends[-1]).all()
    assert abs((end <= 55).mean() - 0.851) < 3 * np.sqrt(0.851 * 0.149 / end.size)
    assert abs(float(np.percentile(end, 80)) - 54.35) < 0.1


def test_dates_alone_are_drawn_from_a_register_without_a_network_and_what_has_none_is_no_number() -> None:
    bare = world([item(0, 10, 20, 30), item(1, 5, 6, 7)])
    records = bare.records.with_rows(nodes=(), links=(), flows=(), countries=(), effects=(), params=())
    programme = Programme(path="", records=records)
    assert programme.check()
    with pytest.raises(BadData):
        programme.draws(draws=100)
    answer = programme.draws(draws=100, worth=False).as_dict()
    assert answer["all_on_time"] is None  # nothing is promised for a day
    assert [row["on_time"] for row in answer["commitments"].values()] == [None, None]
    json.dumps(answer, allow_nan=False)


@pytest.mark.shared
def test_critical_paths_of_the_scheduling_library(shared: Path) -> None:
    looked = 0
    for file in sorted((shared / "data/register/psplib").glob("*.sm")):
        text = file.read_text(encoding="latin-1")
        want = int(text.split("MPM-Time")[1].split("\n")[1].split()[-1])
        jobs = text.split("successors\n")[1].split("***")[0].strip().split("\n")
        links = [
            Link(int(row.split()[0]) - 1, int(follower) - 1) for row in jobs for follower in row.split()[3:]
        ]
        lengths = re.findall(
            r"^ *(\d+) +1 +(\d+) +\d+ +\d+ +\d+ +\d+ *$", text.split("REQUESTS/DURATIONS")[1], re.M
        )
        days = np.array([[float(d)] for _, d in lengths])
        assert len(days) == len(jobs)
        passed = passes(days, links)
        assert passed.end.max() == want
        assert passed.critical[0, 0]
        assert passed.critical[-1, 0]
        looked += 1
    assert looked == 4


def slow(lengths: list[float], links: list[tuple[int, int, str, float]]) -> list[float]:
    """Ends by pushing until nothing moves, as a planner would."""
    start = [0.0] * len(lengths)
    moved = True
    while moved:
        moved = False
        for a, b, kind, lag in links:
            first = start[a] + (lengths[a] if kind[0] == "F" else 0.0) + lag
            need = first - (lengths[b] if kind[1] == "F" else 0.0)
            if start[b] < need - 1e-9:
                start[b], moved = need, True
    return [s + d for s, d in zip(start, lengths, strict=True)]


@cases(120, 1200)
@given(st.data())
def test_against_a_planner_who_pushes_until_nothing_moves(data: Any) -> None:
    n = data.draw(st.integers(1, 7))
    lengths = data.draw(st.lists(st.integers(0, 30).map(float), min_size=n, max_size=n))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    kinds = st.sampled_from(["FS", "SS", "FF", "SF"])
    links = [
        (a, b, data.draw(kinds), float(data.draw(st.integers(-5, 9))))
        for a, b in (data.draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True)) if pairs else [])
    ]
    found = passes(np.array(lengths)[:, None], [Link(*x) for x in links])
    assert found.end[:, 0].tolist() == pytest.approx(slow(lengths, links))
    # a law: what is critical moves the end when it takes longer; what is not does not, for a little
    for k in range(n):
        longer = list(lengths)
        longer[k] += 0.01
        later = max(slow(longer, links)) > found.end.max() + 1e-9
        if not any("F" not in kind[:1] and a == k for a, _b, kind, _ in links) and not any(
            kind[1] == "F" and b == k for _a, b, kind, _ in links
        ):
            assert later == bool(found.critical[k, 0]), (lengths, links, k)


def test_adding_a_commitment_leaves_the_draws_of_the_others() -> None:
    two = take(world([item(0, 1, 2, 9), item(1, 1, 2, 9)]))
    three = take(world([item(0, 1, 2, 9), item(1, 1, 2, 9), item(2, 1, 2, 9)]))
    assert np.array_equal(two.ends, three.ends[:2])
    assert np.array_equal(two.ends, take(world([item(0, 1, 2, 9), item(1, 1, 2, 9)])).ends)
    assert not np.array_equal(two.ends, take(world([item(0, 1, 2, 9), item(1, 1, 2, 9)]), seed=2).ends)
    with pytest.raises(WrongUse, match="at least two"):
        take(world([]), draws=1)


def test_a_shared_risk_moves_what_it_touches_together_and_is_told_in_days() -> None:
    driver = Driver(id="X", title="x", low_factor=1, likely_factor=1, high_factor=2, basis="assumed")
    rows = [
        item(0, 100, 100, 100, drivers=("X",)),
        item(1, 200, 200, 200, drivers=("X",)),
        item(2, 50, 60, 70),
    ]
    found = take(world(rows, drivers=[driver]))
    assert np.corrcoef(found.ends[0], found.ends[1])[0, 1] == pytest.approx(1)
    assert abs(np.corrcoef(found.ends[0], found.ends[2])[0, 1]) < 0.03
    assert found.driver_days[0] == pytest.approx(
        300 / 3, rel=0.02
    )  # a triangle from 1 to 2 with its mode at 1 has the mean 4/3


def test_working_days_of_a_country() -> None:
    friday = working_days("IRN", dt.date(2026, 6, 1), 400)
    week = [bool(friday.before[n + 1] - friday.before[n]) for n in range(7)]
    assert week[4] is False  # 5 June 2026 is a Friday
    flags = WorkingDays.of(np.array([True, False, False, True, True, True]))
    assert flags.end(np.array([0.0, 0.0, 1.0, 0.0]), np.array([1.0, 2.0, 1.0, 0.0])).tolist() == [
        1.0,
        4.0,
        4.0,
        0.0,
    ]
    whole = take(world([item(0, 10, 10, 10, calendar="RUS")]), draws=2)
    assert whole.ends[0, 0] > 14  # 1 to 8 January are holidays
    with pytest.raises(WrongUse, match="No calendar"):
        take(world([item(0, 10, 10, 10, calendar="XWV")]), draws=2)


def test_worth_of_drawn_timetables_is_that_of_the_delays() -> None:
    programme = milepost.open(milepost.example("ridge"))
    game = programme.game
    rng = np.random.default_rng(4)
    names = list(game.players)
    ends = rng.integers(0, 9000, (len(names), 12)).astype(float)
    horizon = dt.date(2045, 12, 31)
    got = present_values(game, names, ends, rate_per_year=0.05, horizon_days=float((horizon - ON).days))
    for k in range(12):
        dates: dict[str, dt.date | None] = {
            n: ON + dt.timedelta(days=int(ends[i, k])) for i, n in enumerate(names)
        }
        want = worth(game, dates, on=ON, rate_per_year=0.05, horizon=horizon)
        assert got[k] == pytest.approx(want, rel=1e-9, abs=1e-9)
    found = programme.draws(draws=4000)
    assert found.cost.sum() > 0
    assert (found.cost_error >= 0).all()


def test_north_south_says_where_its_figures_come_from() -> None:
    programme = milepost.open(milepost.example("north-south"))
    found = programme.draws(draws=4000, worth=False)
    assert all(why.startswith("reference class") for why in found.basis.values())
    assert set(found.left_out) | set(found.commitments) == {
        s.commitment for s in programme.status() if not s.closed
    }
    # what is long overdue is not taken to come tomorrow, and waits for what must come first
    assert (found.day("C33", 50) - found.on).days > 90
    first, then = found.commitments.index("C19"), found.commitments.index("C35")
    assert (found.ends[then] >= found.ends[first] - 1e-6).all()
    assert all(found.day(n, 10) <= found.day(n, 50) <= found.day(n, 95) for n in found.commitments)
    assert isinstance(programme.records.commitments[0], Commitment)


@pytest.mark.parametrize("kind", ["FS", "SS"])
@pytest.mark.parametrize("calendar", ["", "IRN"])
def test_what_starts_later_and_waits_for_another(kind: str, calendar: str) -> None:
    later = PartialDate("2026-03-02")  # a whole number of days after the day of valuation
    rows = [item(0, 10.5, 10.5, 10.5), item(1, 5, 5, 5, starts_after=later, calendar=calendar)]
    ends = take(world(rows, [(0, 1, kind, 0.0)]), draws=4).ends
    assert ends[1, 0] >= (dt.date(2026, 3, 2) - ON).days + 5
    assert passes(np.full((1, 2), 1.5), [], [3]).end.tolist() == [[4.5, 4.5]]


def test_what_cannot_be_drawn_is_found_by_the_check() -> None:
    def columns(programme: Programme) -> list[str]:
        return [f.column for f in programme.check() if f.table in ("durations", "drivers", "dependencies")]

    assert columns(world([item(0, 1, 2, 1e300)])) == ["high_days"]
    assert columns(world([item(0, 1, 2, 3, calendar="XXX")])) == ["calendar"]
    assert columns(world([item(0, 1, 2, 3, calendar="IRN")])) == []
    assert columns(world([item(0, 1, 2, 3), item(1, 1, 2, 3)], [(0, 1, "FS", 1e300)])) == ["lag_days"]
    storm = Driver(
        id="storm", title="Storms", low_factor=1, likely_factor=1, high_factor=1e300, basis="assumed"
    )
    assert columns(world([item(0, 1, 2, 3, drivers=("storm",))], drivers=[storm])) == ["high_factor"]
    short = WorkingDays.of(np.ones(10, dtype=bool))
    with pytest.raises(WrongUse, match="beyond the calendar"):
        short.end(np.array([0.0]), np.array([1e300]))


def test_the_error_of_all_countries_is_that_of_their_sum() -> None:
    """All countries share the draws: the error of the sum is measured on the sum, and seeds spread as it
    says."""
    programme = milepost.open(milepost.example("ridge"))
    found = [programme.draws(draws=400, seed=seed) for seed in range(30)]
    spread = float(np.std([f.cost.sum() for f in found], ddof=1))
    said = float(np.mean([f.cost_error_all for f in found]))
    assert 0.6 < spread / said < 1.6
    assert said > 1.2 * float(np.sqrt((found[0].cost_error ** 2).sum())), (
        "countries gain and lose together here"
    )
