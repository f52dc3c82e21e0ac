"""Write what the page's own tests read: page/tests/books.json, books of V and worths that Python computed
without them, and page/tests/reports.json, who may report what; a test keeps both current."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

import milepost
from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden, must_report
from milepost.records import Evidence, Records
from milepost.value.appraisal.by_date import spending_by_date
from milepost.value.book import book
from milepost.value.ceilings import TRAFFIC, Ceilings
from milepost.value.delays import worth
from milepost.value.pace import Pace

TESTS = Path(__file__).resolve().parent.parent / "page/tests"
TARGET, REPORTS = TESTS / "books.json", TESTS / "reports.json"


def within(programme: milepost.Programme, on: dt.date) -> Pace | None:
    """The pace of a programme with invented capacities, that leave less of the later commitments."""
    players, countries = programme.game.players, programme.game.countries
    kept = np.array([np.minimum(1.0, 1.1**k / TRAFFIC) for k in range(len(players))])
    part = np.arange(len(players), dtype=np.float64)[:, None] * np.arange(1.0, 1.0 + len(countries))
    part[::2] = part[::2, ::-1]
    weights = np.full(len(countries), 1 / len(countries))
    ceilings = Ceilings(players, kept, part, weights)
    return Pace.of(programme.records, countries, on, programme.settings.horizon, ceilings)


def fixture() -> str:
    """The content of the file."""
    made: list[dict[str, Any]] = []
    for name, full in (("ridge", False), ("northern-corridor", False), ("northern-corridor", True)):
        programme = milepost.open(milepost.example(name))
        s, due = programme.settings, programme.timetable()
        held = {c: due.dates.get(c) for c in programme.game.players}
        options: dict[str, Any] = {
            "on": due.on,
            "rate_per_year": s.discount_rate_per_year,
            "horizon": s.horizon,
            "pace": within(programme, due.on) if full else programme.pace(due.on),
        }
        spending = spending_by_date(
            programme.records, held, on=due.on, horizon=s.horizon, rate_per_year=s.discount_rate_per_year
        )
        kept = replace(book(programme.game, held, **options), spending=spending)
        rng = random.Random(7)
        cases = []
        for _ in range(30):
            dates: dict[str, dt.date | None] = dict(kept.dates)
            for c in rng.sample(kept.commitments, rng.randint(0, len(kept.commitments))):
                dates[c] = (
                    None if rng.random() < 0.1 else due.on + dt.timedelta(days=rng.randint(-300, 12_000))
                )
            by = due.on + dt.timedelta(days=0 if len(cases) < 3 else rng.randint(0, 6_000))
            total = worth(programme.game, dates, **options)
            value = programme.game.value([c for c, d in dates.items() if d and d <= by > due.on])
            cases.append(
                {
                    "dates": {c: d.isoformat() if d else None for c, d in dates.items()},
                    "worth": [round(float(v), 9) for v in total],
                    "spent": round(kept.spent(dates), 9),
                    "by": by.isoformat(),
                    "value": [round(float(v), 9) for v in value],
                }
            )
        made.append({"name": f"{name}, full" if full else name, "book": kept.as_dict(), "cases": cases})
    made.append(_large())
    return json.dumps(made, separators=(",", ":")) + "\n"


class _Sum:
    """A game of more players than a number of JavaScript has bits: each is worth something, and two together
    something more."""

    players = tuple(f"P{k:02d}" for k in range(60))
    countries = ("AAA", "BBB")

    def value(self, names: Any) -> Any:
        mine = [self.players.index(n) for n in names]
        pairs = sum(1 for k in mine if k + 53 in mine)  # partners whose bits differ by 2 to the 53rd
        return np.array([sum(k + 1 for k in mine) + 1_000.0 * pairs, len(mine) * 1.0])

    def values(self, sets: Any) -> Any:
        return np.array([self.value(names) for names in sets])


def _large() -> dict[str, Any]:
    """A book of one moved date, its case each date moved in turn."""
    game: Any = _Sum()
    on, horizon, rate = dt.date(2026, 1, 1), dt.date(2045, 12, 31), 0.05
    held: dict[str, dt.date | None] = {c: on + dt.timedelta(days=30 * k) for k, c in enumerate(game.players)}
    kept = book(game, held, on=on, rate_per_year=rate, horizon=horizon)
    assert not kept.complete
    cases = []
    for k, c in enumerate(game.players):
        dates = {**held, c: None if k % 7 == 3 else on + dt.timedelta(days=(613 * k) % 6_000)}
        by = on + dt.timedelta(days=(977 * k) % 4_000)
        total = worth(game, dates, on=on, rate_per_year=rate, horizon=horizon)
        value = game.value([name for name, day in dates.items() if day and day <= by > on])
        cases.append(
            {
                "dates": {name: day.isoformat() if day else None for name, day in dates.items()},
                "worth": [round(float(v), 9) for v in total],
                "by": by.isoformat(),
                "value": [round(float(v), 9) for v in value],
            }
        )
    return {"name": "sixty", "book": kept.as_dict(), "cases": cases}


def reports() -> str:
    """What the server takes of each writer on some commitments of north-south: pairs of what a report shows
    and whose word it is. Who owes nothing there disputes the first report on record, if there is one."""
    records = milepost.open(milepost.example("north-south")).records
    told = {c.id: [e for e in records.evidence if e.commitment == c.id] for c in records.commitments}
    unions = {p.id for p in records.parties if p.members}
    some = [c for c in records.commitments if unions & set(c.owed_by)][:2]
    some += [c for c in records.commitments if not told[c.id]][:2]
    some += [c for c in records.commitments if len(c.owed_by) > 1][:2]
    persons = [Person("x", role, p.id) for role in ("focal point", "approver") for p in records.parties]
    persons += [Person("x", role) for role in ("secretariat", "verifier", "council", "local")]
    standings = ("owner", "outside", "unknown")
    made = []
    for c in {c.id: c for c in some}.values():
        first = next((e.id for e in told[c.id] if not e.milestone), "")
        for person in persons:
            taken = [
                [shows, standing]
                for shows in get_args(Evidence.model_fields["shows"].annotation)
                for standing in standings
                if _taken(person, records, c.id, shows, standing, first)
            ]
            made.append({"role": person.role, "party": person.party, "commitment": c.id, "taken": taken})
    return json.dumps(
        {
            "parties": [{"id": p.id, "members": p.members} for p in records.parties],
            "commitments": [
                {"id": c.id, "owed_by": c.owed_by, "evidence": [{"id": e.id} for e in told[c.id]]}
                for c in some
            ],
            "may": made,
        },
        separators=(",", ":"),
    )


def _taken(person: Person, records: Records, about: str, shows: str, standing: str, first: str) -> bool:
    row = {"id": "new", "commitment": about, "shows": shows, "standing": standing, "disputes": first}
    try:
        must_report(person, records, Evidence.model_validate({**row, "basis": "assumed"}))
    except Forbidden:
        return False
    return True


if __name__ == "__main__":
    REPORTS.write_text(reports() + "\n", encoding="utf-8")
    TARGET.write_text(fixture(), encoding="utf-8")
