"""What the promises are worth, as the page shows it: the book and all beside it, trials, intervals."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from milepost.languages import spoken
from milepost.value.book import Book
from milepost.value.book import book_around as moved_book
from milepost.value.evidence import EstimatedShare
from milepost.value.explain import gains_from
from milepost.value.interactions import interactions
from milepost.value.trial import Trial, try_dates
from milepost.web.answers.values import CountryValue, Intervals, Rests, SharesByCommitment, Values
from milepost.web.kept import Body, keep
from milepost.web.state import NO_INTERVALS, NotReady, State, Valued
from milepost.web.views.appraised import appraisals
from milepost.web.views.commitments import register


def values(valued: Valued, *, stale: bool = False, failed: str = "") -> Values:
    """Everything the page needs to value any date: the book, shares, a day's cost, forecasts, and why
    something has none. ``stale``: these are of data before the present, because newer ones ``failed`` or are
    being made."""
    made: Values = valued.once("values", lambda: _values(valued))
    return made.model_copy(update={"stale": stale, "failed": failed}) if stale or failed else made


def values_json(state: State, known_on: dt.date | None = None) -> bytes:
    """The values as known on a day, or the last good ones there are: of this run, or of the run before; as
    JSON, written once while they stay. Raises ``NotReady`` while there are none."""
    valued = state.current(known_on) if known_on is not None else state.value()
    if valued is None:
        found = of_last_run(state, "/values", stale=True, failed=state.failed)
        return json.dumps(found.as_dict(), ensure_ascii=False, allow_nan=False).encode()
    records, failed = valued.programme.records, "" if known_on else state.failed
    stale = known_on is None and records.fingerprint != state.current().programme.records.fingerprint
    return valued.json(
        f"values {stale} {failed}", lambda: values(valued, stale=stale, failed=failed).as_dict()
    )


def of_last_run(state: State, address: str, **marks: Any) -> Body:
    """What an address answered in the run before. Raises ``NotReady`` if that is not kept."""
    kept = state.last_run.answer(address, **marks) if state.last_run else None
    if kept is None:
        raise NotReady(state.failed or "The values are being computed; ask again in a second.")
    return kept


def keep_run(state: State, valued: Valued) -> None:
    """Keep what was worked out beside the programme, for the next start."""
    told = {"/values": values(valued).as_dict(), "/appraisals": appraisals(valued).as_dict()}
    drawn = state.intervals(valued)
    if drawn:
        told["/intervals"] = Intervals.model_validate(drawn).as_dict()
    keep(state.path, valued.programme.records.fingerprint, told)


def _values(valued: Valued) -> Values:
    programme = valued.programme
    forecast = valued.forecast.as_dict()
    rests = valued.shares.estimated_share
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
            "notes": [spoken(n) for n in (*programme.game.notes, *(rests.sentences() if rests else ()))],
            "why_zero": _gains_from(valued),
            "together": interactions(programme.game).strong(),
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
        received=None
        if shares.received is None
        else {c: shares.received[i].tolist() for i, c in enumerate(shares.commitments)},
        countries=list(shares.countries),
        total_received=None if shares.received is None else shares.received.sum(axis=0).tolist(),
        total=shares.total.tolist(),
        estimated_share=_rests(shares.estimated_share),
    )


def _rests(found: EstimatedShare | None) -> Rests | None:
    return None if found is None else Rests.model_validate(found.as_dict())


def countries(valued: Valued) -> tuple[CountryValue, ...]:
    """What each country gains from everything valued, and which open commitments it owes."""
    rows, shares = register(valued), valued.shares
    total = dict(zip(shares.countries, shares.total.tolist(), strict=True))
    got: dict[str, float] = {}
    if shares.received is not None:
        got = dict(zip(shares.countries, shares.received.sum(axis=0).tolist(), strict=True))
    return tuple(
        CountryValue(
            **c.as_dict(),
            value_musd_per_year=total.get(c.id),
            received_musd_per_year=got.get(c.id),
            owes=[k.id for k in rows.commitments if c.id in k.owed_by and not k.closed],
        )
        for c in rows.countries
    )


def intervals_at(state: State) -> Intervals | Body:
    """Those of this run, or while it values still, of the run before. Raises ``NotReady`` while there are
    none."""
    valued = state.value()
    drawn = valued is not None and (state.intervals(valued) or not state.interval_draws)
    kept = state.last_run
    mine = valued is None or (kept is not None and kept.fingerprint == valued.programme.records.fingerprint)
    if not drawn and mine and state.interval_draws and kept and "/intervals" in kept.answers:
        return of_last_run(state, "/intervals")
    return intervals(state, state.ready())


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
    return moved_book(valued.book, valued.programme.game_on(valued.book.on), dates)


def trial(valued: Valued, dates: dict[str, dt.date | None]) -> Trial:
    """Present value per country of the timetable with some dates moved (None: never), against the one that
    holds."""
    programme = valued.programme
    held, settings = programme.timetable(valued.day), programme.settings
    found = try_dates(
        programme.game_on(valued.day),
        held.dates,
        dates,
        on=held.on,
        rate_per_year=settings.discount_rate_per_year,
        horizon=settings.horizon,
        pace=programme.pace(held.on),
    )
    book = valued.book
    saved = book.spent(held.dates) - book.spent(found.dates) if book.spending else None
    return replace(found, saved=saved)


def _gains_from(valued: Valued) -> dict[str, str]:
    due = valued.programme.timetable(valued.day).dates
    found = gains_from(valued.programme.game_on(valued.day), due)
    return {c: day.isoformat() if day else "" for c, day in found.items()}
