"""V that grows, in every present value: a slow twin, no growth at all, and one answer by every way."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
import pytest

import milepost
from milepost.records import Growth
from milepost.value.book import book, book_around
from milepost.value.delays import delay_cost, worth
from milepost.value.drawn_worth import present_values
from milepost.value.game import Game
from milepost.value.pace import Pace, weight
from milepost.value.trial import try_dates

ON, HORIZON, RATE = dt.date(2026, 11, 23), dt.date(2040, 6, 1), 0.05
DATES: dict[str, dt.date | None] = {"A": dt.date(2028, 3, 1), "B": dt.date(2033, 7, 15), "C": None}
GROWTH = (
    Growth(id="1", country="XWV", first_year=2026, last_year=2030, percent_per_year=4, basis="assumed"),
    Growth(id="2", country="*", first_year=2027, percent_per_year=-2, basis="assumed"),
)


def game() -> Game:
    def of(names: frozenset[str]) -> np.ndarray:
        both = 5.0 if {"A", "B"} <= names else 0.0
        return np.array([len(names) + both, 2.0 * ("A" in names), -1.0 * ("C" in names)])

    return Game(("A", "B", "C"), ("XWV", "XRL", "XEM"), of)


def pace(*rows: Growth) -> Pace | None:
    records = milepost.open(milepost.example("ridge")).records.with_rows(growth=rows)
    return Pace.of(records, ("XWV", "XRL", "XEM"), ON, HORIZON)


def grown(day: dt.date) -> np.ndarray:
    """Factors of a year since 2025, by hand."""
    known = 1.04 ** (min(day.year, 2030) - 2025)
    other = 0.98 ** (day.year - 2026)
    return np.array([known, other, other])


def by_days(dates: Mapping[str, dt.date | None]) -> np.ndarray:
    """Equation 1 of the delays a day at a time, at noon."""
    total, V = np.zeros(3), game()
    for n in range((HORIZON - ON).days):
        day = ON + dt.timedelta(days=n)
        there = frozenset(c for c, d in dates.items() if d is not None and d <= day)
        total += math.exp(-RATE * (n + 0.5) / 365.25) / 365.25 * grown(day) * V.value(there)
    return total


def test_worth_is_that_of_a_slow_twin() -> None:
    found = worth(game(), DATES, on=ON, rate_per_year=RATE, horizon=HORIZON, pace=pace(*GROWTH))
    assert found == pytest.approx(by_days(DATES), rel=1e-8)


def test_without_growth_every_bit_stays() -> None:
    assert pace() is None
    options = {"on": ON, "rate_per_year": RATE, "horizon": HORIZON}
    still = pace(Growth(id="1", country="*", first_year=2026, percent_per_year=0, basis="assumed"))
    assert still is not None
    flat = worth(game(), DATES, **options)  # type: ignore[arg-type]
    assert worth(game(), DATES, **options, pace=still) == pytest.approx(flat, rel=1e-14)  # type: ignore[arg-type]
    assert still.weight(3, 9, RATE) == pytest.approx([weight(3, 9, RATE)] * 3, rel=1e-15)
    assert still.weight(3, 900, 0.0) == pytest.approx([897 / 365.25] * 3)


def test_a_delay_is_the_difference_of_two_worths() -> None:
    speed = pace(*GROWTH)
    found = delay_cost(game(), DATES, on=ON, rate_per_year=RATE, horizon=HORIZON, days=400, pace=speed)
    assert found.commitments == ("A", "B")
    assert found.grows
    assert found.as_dict()["grows"] is True
    for k, name in enumerate(found.commitments):
        day = DATES[name]
        assert day is not None
        late = {**DATES, name: day + dt.timedelta(days=400)}
        before, after = (
            worth(game(), d, on=ON, rate_per_year=RATE, horizon=HORIZON, pace=speed) for d in (DATES, late)
        )
        assert found.cost[k] == pytest.approx(before - after, rel=1e-9)
    flat = delay_cost(game(), DATES, on=ON, rate_per_year=RATE, horizon=HORIZON, days=400)
    assert not flat.grows
    assert found.cost[0, 0] > flat.cost[0, 0]
    assert found.cost[0, 1] < flat.cost[0, 1]


def test_book_trial_and_draws_say_the_same() -> None:
    speed = pace(*GROWTH)
    moved = {**DATES, "A": dt.date(2031, 1, 1), "C": dt.date(2029, 9, 9)}
    want = worth(game(), moved, on=ON, rate_per_year=RATE, horizon=HORIZON, pace=speed)
    kept = book(
        game(), {**DATES, "C": dt.date(2030, 1, 1)}, on=ON, rate_per_year=RATE, horizon=HORIZON, pace=speed
    )
    given = {c: d for c, d in moved.items() if d is not None}
    assert kept.worth(given) == pytest.approx(want, rel=1e-12)
    assert book_around(kept, game(), moved).worth(given) == pytest.approx(want, rel=1e-12)
    told = kept.as_dict()["pace"]
    assert [len(told["starts"]), *np.shape(told["factors"])] == [15, 15, 3]
    asked = try_dates(game(), DATES, moved, on=ON, rate_per_year=RATE, horizon=HORIZON, pace=speed)
    assert asked.after == pytest.approx(want, rel=1e-12)
    ends = np.array([[(d - ON).days for d in given.values()]] * 2, dtype=float).T
    drawn = present_values(
        game(), list(given), ends, rate_per_year=RATE, horizon_days=(HORIZON - ON).days, pace=speed
    )
    assert drawn == pytest.approx(np.array([want, want]), rel=1e-9)
    free = present_values(game(), list(given), ends, rate_per_year=0.0, horizon_days=5000.0, pace=speed)
    assert free.shape == (2, 3)


def test_a_programme_with_growth_shows_it_everywhere() -> None:
    still = milepost.open(milepost.example("ridge"))
    assert still.pace() is None
    assert not still.delay().grows
    assert "pace" in book(game(), {}, on=ON, rate_per_year=RATE, horizon=HORIZON).as_dict()


def test_what_a_delay_saves_is_shown_beside_what_it_loses() -> None:
    """Ridge by its stated costs: 240 MUSD over the 545 days to delivery put off by 30 days."""
    opened = milepost.open(milepost.example("ridge"))
    found, told = opened.delay(days=30), opened.delay(days=30).as_dict()
    assert set(found.saved) == {"R1", "R2", "R3"}
    assert 0 < found.saved["R1"] < 240 * 0.0513 * 30 / 365 * 1.2
    assert [name for name, _ in found.ranked()] == sorted(told["net"], key=lambda c: -told["net"][c])
    for name, lost in found.sums(found.cost).items():
        assert told["net"][name] == pytest.approx(lost - found.saved[name])
        assert told["deferred"][name] == pytest.approx(found.saved[name] + told["escalation"][name])
        assert told["saved"][name] == found.saved[name]
    day = opened.appraise(draws=0).day["R1"]
    assert opened.delay().saved["R1"] == pytest.approx(day[1], rel=1e-9)
