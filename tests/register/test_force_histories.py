"""Random histories of parties against a clerk who walks through the days; the wrong answers of careless
lists."""

from __future__ import annotations

import datetime as dt
import random
from typing import NamedTuple

from written_worlds import act, slug, solve, world

from milepost.records import Instrument, PartialDate
from milepost.register.entry_rules import BINDING, Rule
from milepost.register.force import triggered
from torture import first_seed, many, tortured

START = dt.date(2000, 1, 1)
STATES = ("P", "Q", "R", "S", "T")
UNION = "U"
WEIGHTS = {"P": 20.0, "Q": 25.0, "R": 15.0, "S": 30.0, "T": 10.0, UNION: 60.0}


class History(NamedTuple):
    """What the parties did, day by day, and who was gone after which day."""

    acts: list[tuple[dt.date, str, str]]
    last_day: dict[str, dt.date]


def history(rng: random.Random) -> History:
    """Deposits, withdrawals, deposits again, successions and dissolutions; one act a party and day."""
    acts = []
    for party in (*STATES, UNION):
        days = sorted(rng.sample(range(900), rng.randint(0, 4)))
        kinds = ("ratification", "accession", "acceptance", "withdrawal", "withdrawal", "succession")
        acts += [(START + dt.timedelta(days=d), party, rng.choice(kinds)) for d in days]
    gone = {p: START + dt.timedelta(days=rng.randint(0, 900)) for p in STATES if rng.random() < 0.3}
    return History(acts, gone)


def clerk(past: History, by: str, need: float, organisation_counts: int) -> dt.date | None:
    """Open the file every morning: who has deposited and not withdrawn? What dissolved states deposited stays
    in it."""
    inside: set[str] = set()
    for number in range(901):
        today = START + dt.timedelta(days=number)
        for day, party, kind in past.acts:
            if day != today:
                continue
            if kind == "withdrawal":
                inside.discard(party)
            elif kind in BINDING and today <= past.last_day.get(party, today):
                inside.add(party)
        counted = [p for p in inside if p != UNION or organisation_counts]
        total = sum(WEIGHTS[p] for p in counted) if by == "weight" else len(counted)
        if total >= need and inside:
            return today
    return None


@tortured(many(300, 5000))
def test_random_histories_against_a_clerk() -> None:
    met = looked = dissolved = 0
    for seed in range(first_seed(0), first_seed(0) + many(300, 5000)):
        rng = random.Random(seed)
        past = history(rng)
        by = rng.choice(("count", "weight"))
        need = rng.randint(1, 5) if by == "count" else rng.choice((20, 45, 60, 75))
        counts = rng.choice((0, 1))
        trigger = {"count_at_least": need} if by == "count" else {"weight_at_least": need, "weights": "w"}
        rule = Rule.of({"trigger": trigger, "organisation_counts": counts}, {"w": WEIGHTS})
        acts = [act(n, p, kind, day.isoformat()) for n, (day, p, kind) in enumerate(past.acts)]
        rng.shuffle(acts)
        ends = {p: {"existed_until": PartialDate(day.isoformat())} for p, day in past.last_day.items()}
        parties = world(acts, {"trigger": {"count_at_least": 1}}, **ends, U={"kind": "union"}).parties
        found = triggered(rule, acts, {p.id: p for p in parties})
        want = clerk(past, by, need, counts)
        assert (found[0] if found else None) == want, (seed, past, by, need, counts)
        looked += 1
        met += want is not None
        dissolved += want is not None and any(end < want for end in past.last_day.values())
    assert looked > 200
    assert met > 100
    assert dissolved > 10


YUGOSLAVIA = slug("Yugoslavia")


def deposits(*rows: tuple[str, str, str]) -> list[Instrument]:
    return [act(n, party, kind, day) for n, (party, kind, day) in enumerate(rows)]


def test_dissolved_before_the_trigger() -> None:
    """The Convention on the Law of the Sea in small: Guyana's was the sixtieth deposit, with Yugoslavia's."""
    acts = deposits(
        (YUGOSLAVIA, "ratification", "1986-05-05"),
        ("Guyana", "ratification", "1993-11-16"),
        ("Barbados", "ratification", "1994-06-21"),
        ("Bosnia", "succession", "1994-01-12"),
    )
    rule = {
        "trigger": {"count_at_least": 2},
        "offset": {"n": 12, "unit": "month", "convention": "months_after"},
    }
    records = world(acts, rule, **{YUGOSLAVIA: {"existed_until": PartialDate("1992-04-27")}})
    assert solve(records).in_force == "1994-11-16"
    # today's list of participants knows neither the state that is gone nor that it was the sixtieth
    assert solve(records, history=False).in_force == "1995-06-21"


def test_a_union_weighs_what_its_members_weigh() -> None:
    weights = {"w": {"EU": 55.0, "France": 30.0, "Italy": 25.0, "Norway": 10.0}}
    acts = deposits(
        ("EU", "approval", "2001-01-01"),
        ("France", "ratification", "2002-01-01"),
        ("Norway", "ratification", "2003-01-01"),
        ("Italy", "ratification", "2004-01-01"),
    )
    union = {p.id: p for p in world(acts, {"trigger": {"count_at_least": 1}}, EU={"kind": "union"}).parties}

    def on(counts: int) -> str:
        trigger = {"weight_at_least": 60, "weights": "w"}
        found = triggered(Rule.of({"trigger": trigger, "organisation_counts": counts}, weights), acts, union)
        assert found is not None
        return found[0].isoformat()

    assert on(0) == "2004-01-01"
    assert on(1) == "2002-01-01"  # the naive sum counts France twice
