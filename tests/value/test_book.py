"""The book: exact for every timetable it promises to hold, and honest about the others."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import milepost
from milepost.errors import WrongUse
from milepost.value import book as module
from milepost.value.book import Book, book
from milepost.value.book_rows import GRAIN_MUSD, grains_of
from milepost.value.delays import worth
from milepost.value.game import Game

ON, HORIZON = dt.date(2026, 1, 1), dt.date(2041, 1, 1)


def invented(players: int, countries: int = 3, seed: int = 0) -> Game:
    """A game whose values are a random number for every set and country."""

    def evaluate(delivered: frozenset[str]) -> np.ndarray:
        rng = np.random.default_rng([seed, *(int(p[1:]) for p in sorted(delivered))])
        return rng.normal(0, 100, countries) if delivered else np.zeros(countries)

    return Game(tuple(f"P{k}" for k in range(players)), tuple(f"C{k}" for k in range(countries)), evaluate)


def of(game: Game, dates: dict[str, dt.date | None], rate: float = 0.05) -> Book:
    return book(game, dates, on=ON, rate_per_year=rate, horizon=HORIZON)


def day(n: int) -> dt.date:
    return ON + dt.timedelta(days=n)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-400, 7000), min_size=1, max_size=6),
    st.lists(st.integers(-400, 7000), min_size=6, max_size=6),
    st.sampled_from([0.0, 0.05]),
)
def test_a_complete_book_is_exact_for_any_moved_dates(
    start: list[int], moved: list[int], rate: float
) -> None:
    game = invented(len(start))
    kept = of(game, {p: day(n) for p, n in zip(game.players, start, strict=True)}, rate)
    assert kept.complete
    dates = {p: day(n) for p, n in zip(game.players, moved, strict=False)}
    np.testing.assert_allclose(
        kept.worth(dates), worth(game, dates, on=ON, rate_per_year=rate, horizon=HORIZON), atol=1e-9
    )


def unpacked(told: dict[str, Any]) -> list[list[int]]:
    """The rows of a book in grains, number by number."""
    raw, n = base64.b64decode(told["rows"]), len(told["countries"])
    count = len(raw) // 8
    plain = [sum(raw[b * count + k] << 8 * b for b in range(8)) for k in range(count)]
    numbers = [-(z + 1) // 2 if z % 2 else z // 2 for z in plain]
    rows = [numbers[k : k + n] for k in range(0, count, n)]
    for row in range(len(rows)) if told["complete"] else ():
        members = [k for k in range(16) if told["row_of"].index(row) >> k & 1]
        if len(members) >= 2:
            *rest, i, j = members
            i_out, j_out, both_out = (
                rows[told["row_of"][sum(1 << k for k in (*rest, *one))]] for one in ((j,), (i,), ())
            )
            for c in range(n):
                rows[row][c] += i_out[c] + j_out[c] - both_out[c]
    return rows


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6), st.integers(0, 9), st.integers(1, 4), st.sampled_from([1e-9, 1.0, 100.0, 3e5]))
def test_rows_come_back_as_they_were_packed(players: int, seed: int, countries: int, size: float) -> None:
    """Some sets share a row, as where a commitment changes nothing by itself."""
    game = invented(players, countries, seed)
    shared = Game(
        game.players, game.countries, lambda s: game.evaluate(s - {"P0"} if len(s) < 3 else s) * size
    )
    for most in (module.MOST_DATED, 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "MOST_DATED", most)
            kept = of(shared, {p: day(30 * k) for k, p in enumerate(game.players)})
        told = kept.as_dict()
        back = np.array(unpacked(told), dtype=float).reshape(-1, countries) * told["grain_musd"]
        np.testing.assert_array_equal(back, grains_of(kept.rows) * GRAIN_MUSD)
        assert np.abs(back - kept.rows).max() <= GRAIN_MUSD / 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6000), min_size=5, max_size=5), st.integers(0, 4), st.integers(-100, 7000))
def test_an_incomplete_book_is_exact_for_one_moved_date(start: list[int], which: int, to: int) -> None:
    game = invented(5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_DATED", 3)
        kept = of(game, {p: day(n) for p, n in zip(game.players, start, strict=True)})
    assert not kept.complete
    assert len(kept.masks) <= 2 * 25 + 1
    dates = dict(kept.dates) | {f"P{which}": day(to)}
    np.testing.assert_allclose(
        kept.worth(dates), worth(game, dates, on=ON, rate_per_year=0.05, horizon=HORIZON), atol=1e-9
    )


def test_an_incomplete_book_refuses_what_it_does_not_hold() -> None:
    game = invented(6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_DATED", 3)
        kept = of(game, {p: day(300 * k) for k, p in enumerate(game.players)})
    with pytest.raises(WrongUse, match="one moved date"):
        kept.worth({p: day(3000 - 300 * k) for k, p in enumerate(game.players)})


def test_undated_are_left_out_and_unknown_ones_refused() -> None:
    game = invented(3)
    kept = of(game, {"P0": day(10), "P1": None, "P2": day(20)})
    assert kept.commitments == ("P0", "P2")
    with pytest.raises(WrongUse, match="P1"):
        kept.worth({"P1": day(5)})
    with pytest.raises(WrongUse, match="Nobody"):
        of(game, {"Nobody": day(3)})


def test_sets_that_deliver_the_same_share_a_row() -> None:
    programme = milepost.open(milepost.example("north-south"))
    timetable = programme.timetable()
    dates = {c: timetable.dates[c] for c in programme.game.players}
    kept = book(
        programme.game, dates, on=timetable.on, rate_per_year=0.05, horizon=programme.settings.horizon
    )
    assert kept.complete
    assert len(kept.masks) == 2 ** len(kept.commitments)
    assert 100 < len(kept.rows) < len(kept.masks) / 3
    whole = kept.worth({c: d for c, d in dates.items() if d})
    expected = worth(
        programme.game, dates, on=timetable.on, rate_per_year=0.05, horizon=programme.settings.horizon
    )
    np.testing.assert_allclose(whole, expected, rtol=1e-12, atol=1e-9)
