"""Since when is one party bound, until when, and by which act? With the agreement, or later by the party's
own rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from milepost.records import Instrument, Party
from milepost.records.kinds import CALENDAR
from milepost.register.acts import NOT_EVIDENCED, Membership, When, day, effect, made, memberships, until
from milepost.register.entry_rules import BINDING, Rule, after_span

Legal = Literal[
    "draft",
    "adopted",
    "signed",
    "provisionally applied",
    "in force",
    "suspended",
    "withdrawn",
    "terminated",
    "superseded",
    "not evidenced",
]


@dataclass(frozen=True)
class Entry:
    """Entry into force of the whole, as far as known: when, the days of the trigger, who triggered it."""

    when: When | None
    trigger: When | None
    by: frozenset[str]
    evidenced: bool  # computed or stated; without, nothing is known


@dataclass(frozen=True)
class PartyForce:
    """Where one party stands: since when bound, by which act, and how that was worked out."""

    party: str
    state: Legal
    in_force: str | None
    until: str | None
    act: str
    working: str


def party_forces(
    rule: Rule | None,
    acts: list[Instrument],
    parties: Mapping[str, Party],
    entry: Entry,
    whole: Legal,
    on: dt.date,
) -> Iterator[PartyForce]:
    """Every party that has acted, in the order of the table; ``whole`` is the state of the agreement on the
    day."""
    by_party: dict[str, list[Instrument]] = {}
    for act in acts:
        if act.party:
            by_party.setdefault(act.party, []).append(act)
    for name, mine in by_party.items():
        yield _party_force(name, rule, mine, parties.get(name), entry, whole, on)


def halted(acts: list[Instrument], party: str, on: dt.date) -> bool:
    """Is the last word of a party (or of all, with an empty name) on a day that application is suspended?"""
    said = [
        a
        for a in acts
        if a.kind in ("suspension", "resumption") and a.party == party and day(effect(a), "last") <= on
    ]
    said.sort(key=lambda a: (day(effect(a), "last"), a.id))
    return bool(said) and said[-1].kind == "suspension"


def ended(acts: list[Instrument], party: str, on: dt.date) -> Instrument | None:
    """The termination for a party (or for all, with an empty name) that has taken effect by a day."""
    return next(
        (a for a in acts if a.kind == "termination" and a.party == party and day(effect(a), "last") <= on),
        None,
    )


def provisional(acts: list[Instrument], on: dt.date) -> bool:
    """Is it applied provisionally on a day by one of these acts?"""
    return any(
        a.kind == "provisional application" and effect(a) and day(effect(a), "last") <= on <= until(a)
        for a in acts
    )


def _party_force(
    name: str,
    rule: Rule | None,
    mine: list[Instrument],
    party: Party | None,
    entry: Entry,
    whole: Legal,
    on: dt.date,
) -> PartyForce:
    kinds = (rule.kinds if rule else frozenset(BINDING)) | {"succession"}
    by_then = [a for a in mine if made(a) is None or day(made(a), "first") <= on]
    found = memberships(by_then, kinds) or memberships(mine, kinds)[:1]
    now = _on_day(found, on)
    since, working = _since(now, mine, rule, party, entry)
    left = When.of(date) if now and now.exit and (date := effect(now.exit)) else None
    withdrawals = [a for a in by_then if a.kind == "withdrawal"]
    undated = bool(withdrawals) and all(made(a) is None for a in withdrawals)
    if undated:
        working += "; withdrew on a day not on record"
    elif now is None and withdrawals:  # of a party that had only signed, say
        left = next(When.of(date) for a in withdrawals if (date := effect(a)))
    vanished = When.of(party.existed_until) if party and party.existed_until else None
    over = ended(mine, name, on)
    until = left or vanished or (When.of(date) if over and (date := effect(over)) else None)
    state: Legal
    if undated or (left and left.last <= on):
        state = "withdrawn"
    elif left and left.first <= on:
        state = "not evidenced"  # some day of that year or month, and nobody knows which
    elif vanished and vanished.last < on:
        state = "terminated"
    elif over is not None:
        state = "terminated"
        working += f"; terminated for it {until}"
    elif since and since.last <= on:
        stands: Legal = whole if whole in ("suspended", "terminated", "superseded") else "in force"
        state = "suspended" if stands == "in force" and halted(mine, name, on) else stands
    elif provisional(mine, on):
        state = "provisionally applied"
    elif now and since and (since.text == NOT_EVIDENCED or since.first <= on):
        state = "not evidenced"
    elif any(a.kind in ("signature", *BINDING) and (a.date is None or a.date.first <= on) for a in mine):
        state = "signed"
    else:
        state = "not evidenced"
    if vanished and vanished.last < on:
        working += f"; ceased to exist {vanished}"
    if now and until and (since is None or (since.text != NOT_EVIDENCED and until.last <= since.first)):
        if since:
            ends = "withdrew" if until is left else "terminated" if until is not vanished else "ended"
            working += f"; {ends} {until}, before the entry into force of {since}: never in force"
        since = until = None
    label = f"{now.act.kind} {now.act.date or ''}".strip() if now else mine[-1].kind
    return PartyForce(
        name, state, since.text if since else None, until.text if until else None, label, working
    )


def _on_day(found: list[Membership], on: dt.date) -> Membership | None:
    """The stretch that counts on a day: the last whose way in is free, the withdrawal before it having taken
    effect."""
    return next((m for m in reversed(found) if m.after is None or m.after.last <= on), None)


def _since(
    now: Membership | None, mine: list[Instrument], rule: Rule | None, party: Party | None, entry: Entry
) -> tuple[When | None, str]:
    """Since when a party is bound by an act, and the working."""
    unknown = When.between(*CALENDAR)
    again = When.of(now.after) if now and now.after else None
    stated = [
        a.date
        for a in mine
        if a.kind == "entry into force" and a.date and (not again or a.date.last >= again.first)
    ]
    if stated:
        return When.of(stated[-1]), "stated by a source"
    if now is None:
        return None, "no act that binds is on record: " + ", ".join(dict.fromkeys(a.kind for a in mine))
    act = now.act
    date = made(act)
    if date is None:
        return unknown, f"{act.kind} without a date"
    when = When.of(date)
    if act.kind == "succession":
        stated_or_begin = act.takes_effect or (party.existed_from if party else None) or date
        since, working = _succession(When.of(stated_or_begin), rule, entry)
        working = f"succession deposited {date}, {working}"
    elif entry.when is None or not entry.evidenced:
        working = f"{act.kind} {date}; the agreement itself is not evidenced to be in force"
        return (unknown if rule is None else None), working
    elif entry.trigger and _by_the_trigger(when, act.party, entry):
        since, working = entry.when, f"{act.kind} {date}, by the day of the trigger: with the agreement"
    elif rule and rule.per_party and entry.trigger:
        own = after_span(when, rule.per_party).not_before(entry.when)
        if (
            when.first <= entry.trigger.last and own.first > entry.when.first
        ):  # it may have been among those of the trigger
            own = When.between(entry.when.first, own.last)
        since, working = own, f"{act.kind} {date}, then {rule.per_party}"
    else:
        return unknown, f"{act.kind} {date}; no rule for a party is on record"
    if again and since:
        since = since.not_before(again)
        working += f", after the withdrawal of {again}"
    return since, working


def _succession(since: When, rule: Rule | None, entry: Entry) -> tuple[When | None, str]:
    """A successor steps in where its predecessor stood, and nobody stands in what is not in force."""
    if entry.when is not None and entry.evidenced:
        bound = since.not_before(entry.when)
        return bound, f"effective {bound}" + ("" if bound is since else ", with the agreement")
    if rule is not None:
        return None, "the agreement itself is not in force"
    return since, f"effective {since}"


def _by_the_trigger(when: When, party: str, entry: Entry) -> bool:
    """Did the party act by the day of the trigger, in every reading of the dates?"""
    if entry.trigger is None or entry.when is None:
        return False
    if party in entry.by and when.last <= entry.trigger.last:
        return True
    exact = entry.when.first == entry.when.last
    return when.last <= (entry.trigger.last if exact else entry.trigger.first)
