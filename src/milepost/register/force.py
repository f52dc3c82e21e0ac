"""In force since when, for whom, and why? Computed from acts and rules, with two times: valid on, known on.

An agreement enters into force when its *trigger* holds, after an *offset*; a party that acts later follows
its own rule. With ``bound(t)`` the parties that have acted by day ``t``, still exist and have not withdrawn,
a condition holds at

* count:    sum over bound(t) of k(p) >= n, where k is 1 for a state and ``organisation_counts`` for
            an organisation
* share:    the same sum divided by a frozen ``base`` >= s
* weight:   sum over bound(t) of w(p) >= x, where w is a table frozen on a date
* all of:   a named set is contained in bound(t)
* decision: an act of kind *decision* is dated by t

The trigger is the first day on which all conditions of one alternative hold (Vienna Convention on the Law of
Treaties, article 24: an agreement enters into force as it provides). "Thirty days after" is not one rule, so
each offset names its counting convention (:func:`after`). What sources do not say stays *not evidenced*:
nothing is guessed, and where only a month or year is known the answer is an interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from milepost.records import Agreement, Instrument, PartialDate, Party, Records
from milepost.records.kinds import CALENDAR
from milepost.register.acts import NOT_EVIDENCED, Side, When, day, effect, made, stretches, until
from milepost.register.entry_rules import BINDING, Condition, Offset, Rule, after, after_span, rules_of
from milepost.register.party_force import Entry, Legal, PartyForce, ended, halted, party_forces, provisional

__all__ = [
    "BINDING",
    "NOT_EVIDENCED",
    "Condition",
    "Force",
    "Legal",
    "Offset",
    "PartyForce",
    "Rule",
    "after",
    "events",
    "force",
    "triggered",
]

Basis = Literal["computed", "stated", "not evidenced"]
Stretches = Mapping[str, list[tuple[dt.date, dt.date]]]


@dataclass(frozen=True)
class Force:
    """Entry into force of one agreement. ``in_force`` is a date, a month or year as stated, an interval, None
    (not reached), or *not evidenced*; ``basis`` says whether it was computed from a rule or stated by a
    source."""

    agreement: str
    state: Legal
    in_force: str | None
    basis: Literal["computed", "stated", "not evidenced"]
    trigger_date: dt.date | None
    trigger_parties: tuple[str, ...]
    parties: tuple[PartyForce, ...]
    working: tuple[str, ...]
    conflicts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost force``."""
        trigger = (
            {"date": self.trigger_date.isoformat(), "party": "; ".join(self.trigger_parties)}
            if self.trigger_date
            else None
        )
        return {
            "state": self.state,
            "in_force": self.in_force,
            "basis": self.basis,
            "trigger": trigger,
            "per_party": {p.party: p.in_force for p in self.parties if p.in_force is not None},
            "parties": {
                p.party: {
                    "state": p.state,
                    "in_force": p.in_force,
                    "until": p.until,
                    "act": p.act,
                    "working": p.working,
                }
                for p in self.parties
            },
            "working": list(self.working),
            "conflicts": list(self.conflicts),
        }


def force(
    records: Records, on: dt.date | None = None, known_on: dt.date | None = None, *, history: bool = True
) -> tuple[Force, ...]:
    """Entry into force of every agreement, valid ``on`` a day (default: the base date) as ``known_on`` a day
    (default: all that is on record).

    ``history=False`` is a negative control: it reads the register as today's lists of participants do,
    without the states that vanished and with each party's latest act only. It gives the wrong dates that such
    lists give.
    """
    at = on or records.settings.base_date
    parties = {p.id: p for p in records.parties}
    acts: dict[str, list[Instrument]] = {}
    for act in events(records.instruments, known_on):
        acts.setdefault(act.agreement, []).append(act)
    rules = rules_of(records)
    answers: dict[str, Force] = {}
    for agreement in records.agreements:
        mine = acts.get(agreement.id, [])
        if not history:
            mine = _as_listed_today(mine, parties, at)
        answers[agreement.id] = _force(agreement, rules.get(agreement.id), mine, parties, at, known_on)
    return tuple(_superseded(answers[a.id], acts.get(a.id, []), answers, at) for a in records.agreements)


def events(instruments: Iterable[Instrument], known_on: dt.date | None) -> tuple[Instrument, ...]:
    """The acts as known on a day: later ones left out, corrected ones replaced. None = all that is on
    record."""
    known = [i for i in instruments if known_on is None or _known(i) <= known_on]
    corrected = {i.corrects for i in known if i.corrects}
    return tuple(i for i in known if i.id not in corrected)


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


def _force(
    agreement: Agreement,
    rule: Rule | None,
    acts: list[Instrument],
    parties: Mapping[str, Party],
    on: dt.date,
    known_on: dt.date | None,
) -> Force:
    working: list[str] = []
    conflicts: list[str] = []
    stated = _stated(agreement, acts, known_on)
    undated = [a for a in acts if made(a) is None and rule and a.kind in rule.kinds]
    entry: When | None = None
    trigger: When | None = None
    by: tuple[str, ...] = ()
    hangs: When | None = None
    basis: Basis = "not evidenced"
    if rule is not None:
        early, late = triggered(rule, acts, parties, "first"), triggered(rule, acts, parties)
        if early and late:
            trigger, by = When.between(early[0], late[0]), late[1]
            entry, basis = after_span(trigger, rule.offset), "computed"
            working.append(f"trigger met {_on(trigger)} by {', '.join(by)}")
            working.append(f"offset {rule.offset}: in force {entry}")
        elif early:
            hangs = after_span(When.between(early[0], CALENDAR[1]), rule.offset)
            working.append(
                "whether the acts meet the trigger hangs on dates that are not exact; if so, in force "
                f"{hangs}"
            )
        else:
            working.append("the acts on record do not meet the trigger: " + _count(rule, acts, parties, on))
        if undated:
            working.append(
                f"{len(undated)} acts have no date and are not counted: {', '.join(a.party for a in undated)}"
            )
    else:
        words = f'; its words: "{agreement.entry_into_force_rule}"' if agreement.entry_into_force_rule else ""
        working.append(f"no rule of entry into force is on record{words}")
    if stated is not None:
        working.append(f"a source states entry into force {stated}")
        if entry is None or entry.text == NOT_EVIDENCED:
            entry, basis = When.of(stated), "stated"
        elif stated.first > entry.last or stated.last < entry.first:
            conflicts.append(f"computed {entry}, a source states {stated}")
    evidenced = rule is not None and not undated and hangs is None
    state = _state(agreement, acts, entry or hangs, on)
    sure = trigger if trigger and basis == "computed" and trigger.last < CALENDAR[1] else None
    begun = Entry(entry, trigger, frozenset(by), basis != "not evidenced")
    return Force(
        agreement=agreement.id,
        state=state,
        in_force=entry.text if entry else None if evidenced else NOT_EVIDENCED,
        basis=basis,
        trigger_date=sure.last if sure else None,
        trigger_parties=by if sure else (),
        parties=tuple(party_forces(rule, acts, parties, begun, state, on)),
        working=tuple(working),
        conflicts=tuple(conflicts),
    )


def _state(agreement: Agreement, acts: list[Instrument], entry: When | None, on: dt.date) -> Legal:
    if ended(acts, "", on):
        return "terminated"
    if entry and entry.last <= on:
        if not _within_term(agreement, acts, on):
            return "terminated"
        return "suspended" if halted(acts, "", on) else "in force"
    if entry and entry.first <= on:
        return "not evidenced"
    if provisional(acts, on):
        return "provisionally applied"
    signed = agreement.signed is not None and agreement.signed.known_from <= on
    if signed or any(
        a.kind in ("signature", *BINDING) and (a.date is None or a.date.known_from <= on) for a in acts
    ):
        return "signed"
    if any(a.kind == "adoption" and a.date and a.date.known_from <= on for a in acts):
        return "adopted"
    return "draft"


def _within_term(agreement: Agreement, acts: list[Instrument], on: dt.date) -> bool:
    """Has the term, with its extensions, not run out? An extension that came too late leaves a gap."""
    if agreement.expires is None:
        return True
    terms = [(dt.date.min, agreement.expires.last)]
    for act in sorted(
        (a for a in acts if a.kind == "extension" and effect(a)), key=lambda a: day(effect(a), "last")
    ):
        start, end = day(effect(act), "last"), until(act)
        if start - dt.timedelta(days=1) <= terms[-1][1]:
            terms[-1] = (terms[-1][0], max(end, terms[-1][1]))
        else:
            terms.append((start, end))
    return any(start <= on <= end for start, end in terms)


def _superseded(
    answer: Force, acts: list[Instrument], all_of_them: Mapping[str, Force], on: dt.date
) -> Force:
    for act in acts:
        if act.kind != "supersession":
            continue
        effective = effect(act)
        heir = all_of_them.get(act.by_agreement)
        ends = effective.last if effective else None
        note = f"superseded by {act.by_agreement or 'a later agreement'}" + (
            f" on {effective}" if effective else ""
        )
        if (ends and ends <= on) or (ends is None and heir is not None and heir.state == "in force"):
            parties = tuple(
                replace(p, state="superseded") if p.state == "in force" else p for p in answer.parties
            )
            return replace(answer, state="superseded", parties=parties, working=(*answer.working, note))
    return answer


def _as_listed_today(acts: list[Instrument], parties: Mapping[str, Party], on: dt.date) -> list[Instrument]:
    latest: dict[tuple[str, bool], Instrument] = {}
    kept = []
    for act in acts:
        party = parties.get(act.party)
        if party and party.existed_until and party.existed_until.last < on:
            continue
        if act.kind not in BINDING:
            kept.append(act)
            continue
        key = (act.party, True)
        old = latest.get(key)
        if old is None or day(act.date, "last") >= day(old.date, "last"):
            latest[key] = act
    return [*kept, *latest.values()]


def _holds(c: Condition, bound: set[str], rule: Rule, parties: Mapping[str, Party], decided: bool) -> bool:
    if c.kind == "decision":
        return decided
    if c.kind == "all of":
        return bool(c.among) and c.among <= bound
    counted = bound & c.among if c.among else bound
    if c.kind == "weight":
        return sum(c.weights.get(p, 0.0) for p in sorted(counted)) >= c.at_least - 1e-9
    total = sum(_adds(p, rule, parties) for p in counted)
    return total >= c.at_least if c.kind == "count" else c.base > 0 and total / c.base >= c.at_least - 1e-12


def _adds(name: str, rule: Rule, parties: Mapping[str, Party]) -> float:
    return rule.organisation_counts if name in parties and parties[name].kind != "country" else 1.0


def _count(rule: Rule, acts: list[Instrument], parties: Mapping[str, Party], on: dt.date) -> str:
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
                says.append(f"weight {sum(c.weights.get(p, 0.0) for p in inside):g} of {c.at_least:g}")
            elif c.kind == "all of":
                says.append(f"no dated act of {', '.join(sorted(c.among - bound))}")
            else:
                says.append("no decision")
    return "; ".join(says) or "the rule has no condition on record"


def _stated(agreement: Agreement, acts: list[Instrument], known_on: dt.date | None) -> PartialDate | None:
    found = [a.date for a in acts if a.kind == "entry into force" and a.date and not a.party]
    if found:
        return found[-1]
    date = agreement.in_force
    return None if date is None or (known_on is not None and date.known_from > known_on) else date


def _on(when: When) -> str:
    return f"on {when}" if when.first == when.last else when.text


def _known(act: Instrument) -> dt.date:
    date = act.known_on or act.date
    return date.known_from if date else dt.date.min
