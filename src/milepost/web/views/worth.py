"""What the promises are worth, as the page shows it: the book and all beside it, trials, intervals."""

from __future__ import annotations

import datetime as dt

from milepost.errors import one_of
from milepost.languages import spoken
from milepost.programme import Programme
from milepost.value.book import Book, book
from milepost.value.delays import worth
from milepost.value.interactions import interactions
from milepost.web.answers.values import CountryValue, Intervals, SharesByCommitment, Trial, Values
from milepost.web.state import NO_INTERVALS, NotReady, State, Valued
from milepost.web.views.commitments import register


def values(valued: Valued, *, stale: bool = False, failed: str = "") -> Values:
    """Everything the page needs to value any date: the book, shares, a day's cost, forecasts, and why
    something has none. ``stale``: these are of data before the present, because newer ones ``failed`` or are
    being made."""
    made: Values = valued.once("values", lambda: _values(valued))
    return made.model_copy(update={"stale": stale, "failed": failed}) if stale or failed else made


def values_at(state: State, known_on: dt.date | None = None) -> Values:
    """The values as known on a day, or the last good ones there are. Raises ``NotReady`` while there are
    none."""
    if known_on is not None:
        return values(state.current(known_on))
    valued = state.ready()
    stale = valued.programme.records.fingerprint != state.current().programme.records.fingerprint
    return values(valued, stale=stale, failed=state.failed)


def _values(valued: Valued) -> Values:
    programme = valued.programme
    forecast = valued.forecast.as_dict()
    return Values.model_validate(
        {
            "book": valued.book.as_dict(),
            "delay": valued.delay.as_dict(),
            "shares": _shares(valued),
            "forecast": {
                "commitments": forecast["commitments"],
                "left_out": {c: spoken(why) for c, why in forecast["left_out"].items()},
                "seed": forecast["seed"],
                "draws": forecast["draws"],
            },
            "calls": [c.as_dict() for c in valued.calls],
            "not_valued": {c: spoken(why) for c, why in programme.game_on(valued.day).not_valued.items()},
            "notes": [spoken(note) for note in programme.game.notes],
            "why_zero": _why_zero(programme, valued.day),
            "together": _together(programme),
            "restrictions": list(programme.game.restrictions),
            "fingerprint": programme.records.fingerprint,
            "made_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
            "stale": False,
            "failed": "",
        }
    )


def _shares(valued: Valued) -> SharesByCommitment:
    shares = valued.shares
    return SharesByCommitment(
        unit=shares.unit,
        method=shares.method,
        commitments={c: shares.share[i].tolist() for i, c in enumerate(shares.commitments)},
        countries=list(shares.countries),
        total=shares.total.tolist(),
    )


def countries(valued: Valued) -> tuple[CountryValue, ...]:
    """What each country gains from everything valued, and which open commitments it owes."""
    rows, shares = register(valued), valued.shares
    total = dict(zip(shares.countries, shares.total.tolist(), strict=True))
    return tuple(
        CountryValue(
            **c.as_dict(),
            value_musd_per_year=total.get(c.id),
            owes=[k.id for k in rows.commitments if c.id in k.owed_by and not k.closed],
        )
        for c in rows.countries
    )


def intervals(state: State, valued: Valued) -> Intervals:
    """Intervals on V(all) by country and on a day's delay, none on a server that draws none. Raises
    ``NotReady`` while they are being drawn."""
    drawn = state.intervals(valued)
    if drawn is None and state.interval_draws:
        raise NotReady("Intervals are being drawn; ask again in some seconds.")
    return Intervals.model_validate(drawn or NO_INTERVALS)


def book_around(valued: Valued, dates: dict[str, dt.date | None]) -> Book:
    """The book around a timetable with some dates moved (None: never): where a book is incomplete it is exact
    for one more.

    Raises ``WrongUse`` for a date of what is not valued or has none.
    """
    programme, held = valued.programme, valued.book
    for name in dates:
        if name not in held.dates:
            raise one_of("dated commitment", name, list(held.dates))
    never = programme.settings.horizon + dt.timedelta(days=1)
    moved = {name: never if (d := dates.get(name, day)) is None else d for name, day in held.dates.items()}
    rate, horizon = programme.settings.discount_rate_per_year, programme.settings.horizon
    return book(programme.game_on(held.on), moved, on=held.on, rate_per_year=rate, horizon=horizon)


def trial(valued: Valued, dates: dict[str, dt.date | None]) -> Trial:
    """Present value per country of the timetable with some dates moved (None: never), against the one that
    holds."""
    programme = valued.programme
    due = programme.timetable(valued.day)
    game = programme.game_on(valued.day)
    held = {c: due.dates.get(c) for c in game.players}
    rate, horizon = programme.settings.discount_rate_per_year, programme.settings.horizon
    moved = {**held, **dates}
    before = worth(game, held, on=due.on, rate_per_year=rate, horizon=horizon)
    after = worth(game, moved, on=due.on, rate_per_year=rate, horizon=horizon)
    change = after - before
    return Trial(
        unit="MUSD present value",
        on=due.on,
        horizon=horizon,
        discount_rate_per_year=rate,
        dates=moved,
        before=dict(zip(game.countries, before.tolist(), strict=True)),
        after=dict(zip(game.countries, after.tolist(), strict=True)),
        change=dict(zip(game.countries, change.tolist(), strict=True)),
        change_all=float(change.sum()),
    )


def _together(programme: Programme) -> dict[str, list[tuple[str, float, float]]]:
    """What each commitment needs or competes with: the other, beside nothing else and beside everything, MUSD
    a year."""
    found = interactions(programme.game)
    least = 1e-3 * abs(float(programme.game.value(programme.game.players).sum()))
    return {name: found.of(name, least) for name in found.commitments}


def _why_zero(programme: Programme, day: dt.date) -> dict[str, str]:
    """From when a commitment that gains nothing today begins to change a best way, if it ever does."""
    game = programme.game_on(day)
    due = programme.timetable(day)
    dated = sorted((d, c) for c, d in due.dates.items() if d is not None and c in game.players)
    answer = {}
    for name in game.players:
        if abs(game.value([name])).max() > 1e-9:
            continue
        before: list[str] = []
        since = ""
        for when, other in dated:
            if other == name:
                continue
            before.append(other)
            if abs(game.value([*before, name]) - game.value(before)).max() > 1e-9:
                since = when.isoformat()
                break
        answer[name] = since
    return answer
