"""Random registers from a seed: acts with exact, vague and missing dates; reports, promises and requests."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from functools import cache
from typing import Any

import milepost
from milepost.records import (
    Agreement,
    DateChange,
    DateRequest,
    Dependency,
    Evidence,
    ForceCondition,
    ForceRule,
    Instrument,
    Milestone,
    PartialDate,
    Party,
    Policy,
    Records,
)

CONVENTIONS = (
    "same_day",
    "nth_day_after",
    "after_elapsed_days",
    "months_after",
    "first_of_month_after_nth_day",
    "first_of_nth_month_after_month_of",
)
BINDING = ("ratification", "accession", "acceptance", "definitive signature")
OTHER = (
    "signature",
    "adoption",
    "withdrawal",
    "withdrawal",
    "succession",
    "entry into force",
    "provisional application",
)
RARE = ("suspension", "resumption", "extension", "termination", "supersession", "decision", "observer")


@cache
def ridge() -> Records:
    """The invented corridor."""
    return milepost.open(milepost.example("ridge")).records


def date(rng: random.Random, first: int, last: int, missing: float = 0.1) -> PartialDate | None:
    """A date of some year: a day, a month, a year, an open side, or none."""
    if rng.random() < missing:
        return None
    text = f"{rng.randint(first, last)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    text = text[: rng.choice((4, 7, 10, 10, 10))]
    side = "" if rng.random() < 0.9 else rng.choice(("before ", "after "))
    return PartialDate(side + text)


def force_world(seed: int) -> tuple[Records, dt.date, dt.date | None]:
    """Two agreements with acts and perhaps rules, a day, and a day of knowledge."""
    rng = random.Random(seed)
    names = ["XA", "XB", "XC"]
    parties = [
        Party(
            id=n,
            name=n,
            kind=rng.choice(("country", "country", "organisation")),
            existed_from=date(rng, 1990, 2003, 0.8),
            existed_until=date(rng, 2004, 2012, 0.85),
            basis="sourced",
        )
        for n in names
    ]
    agreements = [
        Agreement(
            id=a,
            title=a,
            basis="sourced",
            signed=date(rng, 2000, 2006, 0.6),
            in_force=date(rng, 2000, 2010, 0.8),
            expires=date(rng, 2006, 2012, 0.8),
            entry_into_force_rule=rng.choice(("", "when all have ratified")),
        )
        for a in "AB"
    ]
    acts: list[Instrument] = []
    rules: list[ForceRule] = []
    conditions: list[ForceCondition] = []
    for agreement in agreements:
        for _ in range(rng.randint(0, 8)):
            kind = rng.choice(rng.choices((BINDING, OTHER, RARE), (6, 3, 1.5))[0])
            common = kind in (*RARE, "adoption", "entry into force") and rng.random() < 0.6
            acts.append(
                Instrument(
                    id=f"i{len(acts)}",
                    agreement=agreement.id,
                    party="" if common else rng.choice(names),
                    kind=kind,
                    date=date(rng, 2000, 2010),
                    takes_effect=date(rng, 2002, 2011, 0.85),
                    until=date(rng, 2006, 2014, 0.7),
                    known_on=date(rng, 2002, 2010, 0.9),
                    by_agreement="B" if agreement.id == "A" and rng.random() < 0.8 else "",
                    basis="sourced",
                )
            )
        if rng.random() < 0.7:
            for applies in ("agreement", "party")[: rng.choice((1, 2, 2))]:
                unit = rng.choice(("month", "year"))
                convention = rng.choice(CONVENTIONS)
                if convention not in CONVENTIONS[3::2]:
                    unit = rng.choice(("day", "month"))
                rules.append(
                    ForceRule(
                        id=f"{agreement.id}-{applies}",
                        agreement=agreement.id,
                        applies=applies,
                        offset=0 if convention == "same_day" else rng.randint(0, 40 if unit == "day" else 3),
                        offset_unit=unit,
                        convention=convention,
                        floor=date(rng, 2001, 2006, 0.9),
                        organisation_counts=rng.choice((0, 1)),
                        basis="sourced",
                    )
                )
            conditions.append(
                ForceCondition(
                    id=agreement.id,
                    rule=f"{agreement.id}-agreement",
                    condition=rng.choices(("count", "decision", "all of"), (8, 1, 1))[0],
                    at_least=rng.randint(1, 3),
                    among=tuple(names[:2]) if rng.random() < 0.3 else (),
                    basis="sourced",
                )
            )
    records = ridge().with_rows(
        parties=parties,
        agreements=agreements,
        instruments=acts,
        force_rules=rules,
        force_conditions=conditions,
        force_weights=(),
    )
    on = dt.date(rng.randint(2000, 2014), rng.randint(1, 12), rng.randint(1, 28))
    return records, on, rng.choice((None, on, dt.date(2008, 1, 1)))


def status_world(seed: int) -> tuple[Records, dt.date]:
    """The invented corridor with other reports, promises, milestones and requests, and a day."""
    rng = random.Random(seed)
    base = ridge()
    items = [(c.id, "") for c in base.commitments]
    steps = [Milestone(id=f"{c}.m", commitment=c, title=c, basis="assumed") for c, _ in items[:3]]
    items += [(m.commitment, m.id) for m in steps]
    reports = []
    for number in range(rng.randint(0, 14)):
        commitment, milestone = rng.choice(items)
        percent = rng.choice((None, 0.0, 20.0, 50.0, 80.0))
        reports.append(
            Evidence(
                id=f"e{number}",
                commitment=commitment,
                milestone=milestone,
                reported_on=date(rng, 2020, 2027),
                happened_on=date(rng, 2018, 2027, 0.7),
                shows=rng.choice(("context", "started", "progress", "delivered", "in effect", "stopped")),
                standing=rng.choice(("owner", "outside", "unknown")),
                document=rng.choice(("primary", "secondary")),
                meets_test=rng.choice(("", "yes", "in part", "no")),
                measured_days=rng.choice((None, 60, 120)),
                percent=percent,
                percent_of=rng.choice(("works", "Works ", "land", "")) if percent is not None else "",
                disputes=f"e{rng.randint(0, 5)}" if rng.random() < 0.2 else "",
                basis="sourced",
            )
        )
    requests = _requests(rng, items)
    promises = [
        _promise(rng, number, *rng.choice(items), [r.id for r in requests])
        for number in range(rng.randint(0, 14))
    ]
    names = [c for c, milestone in items if not milestone]
    waits = [
        Dependency(
            id=f"y{n}",
            predecessor=names[n],
            successor=names[n + 1],
            kind=rng.choice(("FS", "FF", "SS")),
            basis="assumed",
        )
        for n in range(len(names) - 1)
        if rng.random() < 0.5
    ]
    policy = Policy(
        delivered_needs=rng.choice(("primary document", "statement")),
        requests_since=dt.date(rng.choice((2020, 2025)), 1, 1),
        requests_by_notice=rng.choice((0, 1)),
        longest_extension_days=rng.choice((400, 4000)),
    )
    changed = base.with_rows(
        evidence=reports, date_changes=promises, milestones=steps, date_requests=requests, dependencies=waits
    )
    return replace(changed, policy=policy), dt.date(rng.randint(2020, 2028), rng.randint(1, 12), 15)


def _requests(rng: random.Random, items: list[tuple[str, str]]) -> list[DateRequest]:
    rows = []
    for number in range(rng.randint(0, 6)):
        commitment, milestone = rng.choice(items)
        decision = rng.choice(("pending", "granted", "granted", "refused", "withdrawn"))
        rows.append(
            DateRequest(
                id=f"q{number}",
                commitment=commitment,
                milestone=milestone,
                ordinal=number + 1,
                asked_on=date(rng, 2021, 2026, 0) or PartialDate("2021"),
                asked_by=rng.choice(("XWV", "XRL", "XEM")),
                new_date=PartialDate(str(rng.randint(2024, 2032))),
                reason="land",
                decision=decision,
                decided_on=None if decision == "pending" else date(rng, 2021, 2027),
                basis="sourced",
            )
        )
    return rows


def _promise(
    rng: random.Random, number: int, commitment: str, milestone: str, requests: list[str]
) -> DateChange:
    return DateChange(
        id=f"d{number}",
        commitment=commitment,
        milestone=milestone,
        announced_on=date(rng, 2015, 2027),
        promised_for=date(rng, 2020, 2032),
        request=rng.choice(requests) if requests and rng.random() < 0.4 else "",
        basis="sourced",
    )


def wish(seed: int) -> tuple[str, dict[str, Any]]:
    """A wish to move a date, mostly a sound one."""
    rng = random.Random(seed)
    return rng.choices(("R1", "R2", "R3", "R4", "R1.m", "R9"), (6, 4, 4, 4, 3, 1))[0], {
        "new_date": rng.choices((str(rng.randint(2023, 2036)), "after 2030", "soon"), (10, 1, 1))[0],
        "by": rng.choice(("XWV", "XRL", "XEM")),
        "reason": rng.choice(("land", "land", "land", "mood")),
    }
