"""When do the acts on record meet the trigger of a rule, and who acted on that day?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from milepost.records import Instrument, Party
from milepost.register.acts import Side, day, made, stretches
from milepost.register.entry_rules import Condition, Rule

Stretches = Mapping[str, list[tuple[dt.date, dt.date]]]


def triggered(
    rule: Rule, acts: Iterable[Instrument], parties: Mapping[str, Party], side: Side = "last"
) -> tuple[dt.date, tuple[str, ...]] | None:
    """First day on which the rule's trigger holds, and who acted on it; None if the acts on record never
    reach it.

    ``side`` chooses the reading of imprecise dates: with ``first`` the earliest day that it may hold, with
    ``last`` the first day on which it holds in every reading.
    """
    acts = list(acts)
    bound = stretches(acts, rule.kinds, parties, side)
    decisions = [day(made(a), side) for a in acts if a.kind == "decision" and made(a)]
    days = {start for mine in bound.values() for start, _ in mine} | set(decisions)
    for on in sorted(days):
        if not _met(rule, bound, decisions, parties, on):
            continue
        today = [n for n in bound if any(start == on for start, _ in bound[n])]
        # of several acts on the day, those without which the trigger would not have been met
        needed = [
            n
            for n in today
            if not _met(rule, {**bound, n: [s for s in bound[n] if s[0] != on]}, decisions, parties, on)
        ]
        if on in decisions and not _met(rule, bound, [d for d in decisions if d != on], parties, on):
            needed.append("decision")
        return on, tuple(needed or [*today, *(["decision"] if on in decisions else [])])
    return None


def _met(
    rule: Rule, bound: Stretches, decisions: list[dt.date], parties: Mapping[str, Party], on: dt.date
) -> bool:
    inside = _bound(bound, on)
    decided = any(d <= on for d in decisions)
    return any(
        branch and all(_holds(c, inside, rule, parties, decided) for c in branch)
        for branch in rule.alternatives
    )


def _bound(bound: Stretches, on: dt.date) -> set[str]:
    return {name for name, mine in bound.items() if any(start <= on < end for start, end in mine)}


def _holds(c: Condition, bound: set[str], rule: Rule, parties: Mapping[str, Party], decided: bool) -> bool:
    if c.kind == "decision":
        return decided
    if c.kind == "all of":
        return bool(c.among) and c.among <= bound
    counted = bound & c.among if c.among else bound
    if c.kind == "weight":
        return _weight(c, counted, rule, parties) >= c.at_least - 1e-9
    total = sum(_adds(p, rule, parties) for p in counted)
    return total >= c.at_least if c.kind == "count" else c.base > 0 and total / c.base >= c.at_least - 1e-12


def _weight(c: Condition, counted: set[str], rule: Rule, parties: Mapping[str, Party]) -> float:
    """Weight of who counts. What an organisation weighs is what its members weigh: where it is not additional
    to them, only the members that have acted weigh."""
    return sum(c.weights.get(p, 0.0) for p in sorted(counted) if not _inside(p, rule, parties))


def _inside(name: str, rule: Rule, parties: Mapping[str, Party]) -> bool:
    """Is it an organisation that adds nothing to its members?"""
    return not rule.organisation_counts and name in parties and parties[name].kind != "country"


def _adds(name: str, rule: Rule, parties: Mapping[str, Party]) -> float:
    return rule.organisation_counts if name in parties and parties[name].kind != "country" else 1.0


def count(rule: Rule, acts: list[Instrument], parties: Mapping[str, Party], on: dt.date) -> str:
    """How far the acts on record are from the trigger on a day, condition by condition."""
    bound = _bound(stretches(acts, rule.kinds, parties, "last"), on)
    says = []
    for branch in rule.alternatives:
        for c in branch:
            inside = bound & c.among if c.among else bound
            if c.kind == "count":
                says.append(f"{sum(_adds(p, rule, parties) for p in inside):g} of {c.at_least:g} parties")
            elif c.kind == "share":
                says.append(
                    f"{sum(_adds(p, rule, parties) for p in inside):g} of {c.base:g} parties, needs "
                    f"{c.at_least:.0%}"
                )
            elif c.kind == "weight":
                says.append(f"weight {_weight(c, inside, rule, parties):g} of {c.at_least:g}")
            elif c.kind == "all of":
                says.append(f"no dated act of {', '.join(sorted(c.among - bound))}")
            else:
                says.append("no decision")
    return "; ".join(says) or "the rule has no condition on record"
