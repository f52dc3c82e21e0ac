"""Write page/tests/books.json: books of V and worths that Python computed without them; a test keeps it current."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import milepost
from milepost.value.book import book
from milepost.value.delays import worth

TARGET = Path(__file__).resolve().parent.parent / "page/tests/books.json"


def fixture() -> str:
    """The content of the file."""
    made = []
    for name in ("ridge", "northern-corridor"):
        programme = milepost.open(milepost.example(name))
        s, due = programme.settings, programme.timetable()
        held = {c: due.dates.get(c) for c in programme.game.players}
        kept = book(programme.game, held, on=due.on, rate_per_year=s.discount_rate_per_year, horizon=s.horizon)
        rng = random.Random(7)
        cases = []
        for _ in range(30):
            dates: dict[str, dt.date | None] = dict(kept.dates)
            for c in rng.sample(kept.commitments, rng.randint(0, len(kept.commitments))):
                dates[c] = None if rng.random() < 0.1 else due.on + dt.timedelta(days=rng.randint(-300, 12_000))
            by = due.on + dt.timedelta(days=0 if len(cases) < 3 else rng.randint(0, 6_000))
            total = worth(programme.game, dates, on=due.on, rate_per_year=s.discount_rate_per_year, horizon=s.horizon)
            value = programme.game.value([c for c, d in dates.items() if d and d <= by > due.on])
            cases.append(
                {
                    "dates": {c: d.isoformat() if d else None for c, d in dates.items()},
                    "worth": [round(float(v), 9) for v in total],
                    "by": by.isoformat(),
                    "value": [round(float(v), 9) for v in value],
                }
            )
        made.append({"name": name, "book": kept.as_dict(), "cases": cases})
    return json.dumps(made, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    TARGET.write_text(fixture(), encoding="utf-8")
