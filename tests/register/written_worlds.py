"""Registers written by hand: acts and a rule of one agreement, reports and promises of one commitment."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import milepost
from milepost.records import (
    Agreement,
    DateChange,
    Evidence,
    ForceCondition,
    ForceRule,
    ForceWeight,
    Instrument,
    PartialDate,
    Party,
    Policy,
    Records,
)
from milepost.register.force import BINDING, Force, force
from milepost.register.status import Status, status

ON = dt.date(2026, 11, 23)
ON_STATUS = dt.date(2026, 6, 1)

# Carbon dioxide of 1990 by Annex I party, gigagrams, as annexed to the report of the third conference
# (FCCC/CP/1997/7/Add.1)
CO2_1990_GG = {
    "Australia": 288965,
    "Austria": 59200,
    "Belgium": 113405,
    "Bulgaria": 82990,
    "Canada": 457441,
    "Czech Republic": 169514,
    "Denmark": 52100,
    "Estonia": 37797,
    "Finland": 53900,
    "France": 366536,
    "Germany": 1012443,
    "Greece": 82100,
    "Hungary": 71673,
    "Iceland": 2172,
    "Ireland": 30719,
    "Italy": 428941,
    "Japan": 1173360,
    "Latvia": 22976,
    "Liechtenstein": 208,
    "Luxembourg": 11343,
    "Monaco": 71,
    "Netherlands": 167600,
    "New Zealand": 25530,
    "Norway": 35533,
    "Poland": 414930,
    "Portugal": 42148,
    "Romania": 171103,
    "Russian Federation": 2388720,
    "Slovakia": 58278,
    "Spain": 260654,
    "Sweden": 61256,
    "Switzerland": 43600,
    "United Kingdom": 584078,
    "United States of America": 4957022,
}

WAIT = {"n": 30, "unit": "day", "convention": "nth_day_after"}
TWO = {"trigger": {"count_at_least": 2}, "offset": WAIT, "per_party": WAIT}

DONE = {"shows": "delivered", "reported_on": "2026-01-10"}
STATEMENT = Policy(delivered_needs="statement")


def bare() -> Records:
    """A programme without parties and agreements."""
    ridge = milepost.open(milepost.example("ridge")).records
    return ridge.with_rows(
        parties=(), agreements=(), instruments=(), force_rules=(), force_conditions=(), force_weights=()
    )


def act(number: int, party: str, kind: str, date: str, **more: Any) -> Instrument:
    more = {k: PartialDate(v) if k in ("takes_effect", "until", "known_on") else v for k, v in more.items()}
    day = PartialDate(date) if date else None
    return Instrument(
        id=f"i{number}", agreement="A", party=party, kind=kind, date=day, basis="sourced", **more
    )


def world(acts: list[Instrument], rule: dict[str, Any] | None, **parties: Any) -> Records:
    """One agreement A with acts and a rule, written into the programme's own tables."""
    names = sorted({a.party for a in acts if a.party} | set(parties))
    rows = [Party(id=n, name=n, basis="sourced", **parties.get(n, {})) for n in names]
    tables: dict[str, Any] = {
        "parties": rows,
        "agreements": [Agreement(id="A", title="A", basis="sourced")],
        "instruments": acts,
    }
    if rule is not None:
        made = []
        for applies, key in (("agreement", "offset"), ("party", "per_party")):
            wait = rule.get(key)
            if wait is None and applies == "party":
                continue
            wait = wait or {}
            trigger = rule["trigger"]
            kinds = {k.replace("_", " ") for k in trigger.get("kinds", BINDING)} - set(
                trigger.get("exclude_kinds", ())
            )
            made.append(
                ForceRule(
                    id=f"r-{applies}",
                    agreement="A",
                    applies=applies,
                    kinds=tuple(sorted(kinds)),
                    offset=wait.get("n", 0),
                    offset_unit=wait.get("unit", "day"),
                    convention=wait.get("convention", "same_day"),
                    basis="sourced",
                )
            )
        conditions = []
        for number, part in enumerate(trigger.get("all", [trigger])):
            kind = "count" if "count_at_least" in part else "weight"
            least = part.get("count_at_least", part.get("weight_at_least"))
            conditions.append(
                ForceCondition(
                    id=f"c{number}",
                    rule="r-agreement",
                    condition=kind,
                    at_least=least,
                    weights="co2" if kind == "weight" else "",
                    basis="sourced",
                )
            )
        tables |= {"force_rules": made, "force_conditions": conditions}
    total = sum(CO2_1990_GG.values())
    weights = [
        ForceWeight(weights="co2", party=slug(n), weight=100 * w / total, basis="sourced")
        for n, w in CO2_1990_GG.items()
    ]
    return bare().with_rows(force_weights=[w for w in weights if w.party in names], **tables)


def slug(name: str) -> str:
    name = re.split(r" of Great Britain", name)[0]
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60]


def solve(records: Records, **options: Any) -> Force:
    return force(records, ON, **options)[0]


def stand(records: Records, day: str) -> dict[str, tuple[str, str | None, str | None]]:
    """State, since and until of each party on a day."""
    return {
        p.party: (p.state, p.in_force, p.until) for p in force(records, dt.date.fromisoformat(day))[0].parties
    }


def base(
    *reports: dict[str, Any], policy: Policy | None = None, promises: tuple[tuple[str, str], ...] = ()
) -> Records:
    """The invented corridor with reports and promises about its commitment R1 only."""
    records = milepost.open(milepost.example("ridge")).records
    evidence = [
        Evidence(
            id=f"e{n}",
            commitment="R1",
            basis="sourced",
            **{k: PartialDate(v) if k in ("reported_on", "happened_on") else v for k, v in r.items()},
        )
        for n, r in enumerate(reports)
    ]
    dates = [
        DateChange(
            id=f"d{n}",
            commitment="R1",
            announced_on=PartialDate(a),
            promised_for=PartialDate(p),
            basis="sourced",
        )
        for n, (a, p) in enumerate(promises)
    ]
    return replace(records.with_rows(evidence=evidence, date_changes=dates), policy=policy or Policy())


def one(records: Records, on: dt.date = ON_STATUS, known_on: dt.date | None = None) -> Status:
    return status(records, on, known_on)[0]
