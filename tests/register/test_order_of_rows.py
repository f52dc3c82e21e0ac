"""The order of rows in a table is not on record, so it decides no answer: only in which order things are
shown, and the last digits of sums."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from random_worlds import status_world

import milepost
from milepost.programme import Programme
from milepost.records import TABLES, Records
from milepost.register.status import milestone_status, status
from torture import first_seed, many, tortured

ASKED: dict[str, Callable[[Programme, dt.date], Any]] = {
    "headline": lambda p, on: p.headline(on),
    "force": lambda p, on: p.force(on),
    "timetable": lambda p, on: p.timetable(on),
    "links": lambda p, on: p.link_states(on),
    "since": lambda p, on: p.since("2024-01-01", on),
    "notices": lambda p, on: p.notices(on),
    "forecast": lambda p, on: p.forecast(on),
    "ledger": lambda p, _: p.ledger(),
    "value": lambda p, _: p.value(),
}


def shuffled(records: Records, seed: int) -> Records:
    """The same rows, each table in another order."""
    rng = random.Random(seed)
    tables = {name: list(records.rows(name)) for name in TABLES}
    for rows in tables.values():
        rng.shuffle(rows)
    return records.with_rows(**{name: tuple(rows) for name, rows in tables.items()})


def in_order(found: Any) -> Any:
    """The same with every list sorted; numbers to ten digits, lists within a sentence by their words."""
    if isinstance(found, dict):
        return {name: in_order(value) for name, value in sorted(found.items())}
    if isinstance(found, list | tuple | frozenset):
        return sorted((in_order(value) for value in found), key=lambda v: json.dumps(v, sort_keys=True))
    if isinstance(found, float):
        return float(f"{found:.6g}") if abs(found) > 1e-6 else 0.0
    return sorted(found.replace(",", "").split()) if isinstance(found, str) else found


def told(found: Any) -> Any:
    """What an answer says, in any order."""
    words = found.as_dict() if hasattr(found, "as_dict") else found
    return in_order(json.loads(json.dumps(words, default=str)))


@tortured(many(60, 1000))
def test_a_status_follows_from_the_rows_in_any_order() -> None:
    percent = 0
    for seed in range(first_seed(0), first_seed(0) + many(60, 1000)):
        records, on = status_world(seed)
        other = shuffled(records, seed)
        for judge in (status, milestone_status):
            was, now = (told([vars(s) for s in judge(r, on)]) for r in (records, other))
            assert was == now, seed
        percent += sum(s.percent is not None for s in status(records, on))
    assert percent > 10


def test_where_one_day_has_two_percentages_the_lower_holds() -> None:
    records, on = milepost.open(milepost.example("ridge")).records, dt.date(2027, 1, 1)
    row = records.evidence[0].model_dump() | {"shows": "progress", "reported_on": "2026-05-05"}
    kind = type(records.evidence[0])
    both = [kind(**row | {"id": f"E9{n}", "percent": percent}) for n, percent in enumerate((30.0, 60.0))]
    for rows in (both, both[::-1]):
        found = status(records.with_rows(evidence=tuple(rows)), on)
        assert [s.percent for s in found if s.percent is not None] == [30.0]


@pytest.mark.parametrize("name", ["ridge", "northern-corridor"])
def test_answers_follow_from_the_rows_in_any_order(name: str) -> None:
    whole, on = milepost.open(milepost.example(name)), dt.date(2027, 1, 1)
    other = Programme(Path(), shuffled(whole.records, 1))
    for asked, ask in ASKED.items():
        was, now = (told(ask(p, on)) for p in (whole, other))
        assert was == now, asked
