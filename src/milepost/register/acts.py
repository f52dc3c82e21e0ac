"""What do a party's acts say, in their order? When it was bound, by which act, until which withdrawal.

A source often gives a year or a month only, so every day here has two sides, the first and the last that it
may mean (:class:`When`). A party *may* be bound on a day if some reading of its dates has it bound then, and
*is* bound if every reading has: with the first the earliest trigger is found, with the second the latest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from milepost.records import Instrument, PartialDate, Party
from milepost.records.kinds import CALENDAR

NOT_EVIDENCED = "not evidenced"
Side = Literal["first", "last"]
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class When:
    """The days that a date may mean, and its text: as the source has it, or as it was worked out."""

    first: dt.date
    last: dt.date
    text: str

    @classmethod
    def of(cls, date: PartialDate) -> When:
        """What a source states."""
        return cls(date.first, date.last, date.text)

    @classmethod
    def between(cls, first: dt.date, last: dt.date) -> When:
        """A day, an interval, or one that is open on a side; open on both it is not evidenced."""
        if first == last:
            text = first.isoformat()
        elif (first, last) == CALENDAR:
            text = NOT_EVIDENCED
        elif first == CALENDAR[0]:
            text = f"before {last + _DAY}"
        elif last == CALENDAR[1]:
            text = f"after {first - _DAY}"
        else:
            text = f"between {first} and {last}"
        return cls(first, last, text)

    def not_before(self, other: When) -> When:
        """The later of two."""
        if self.first >= other.first and self.last >= other.last:
            return self
        if other.first >= self.first and other.last >= self.last:
            return other
        return When.between(max(self.first, other.first), max(self.last, other.last))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Membership:
    """A stretch of being bound: the act that began it, the withdrawal that ends it, the withdrawal before
    it."""

    act: Instrument
    exit: Instrument | None = None
    after: PartialDate | None = None


def day(date: PartialDate | None, side: Side) -> dt.date:
    """One side of a date; what has no date lies beyond all others."""
    if date is None:
        return dt.date.max
    return date.first if side == "first" else date.last


def made(act: Instrument) -> PartialDate | None:
    """When it was made, or at the latest when it took effect."""
    return act.date or act.takes_effect


def effect(act: Instrument) -> PartialDate | None:
    """When it takes effect."""
    return act.takes_effect or act.date


def until(act: Instrument) -> dt.date:
    """Last day of what runs for a time."""
    return act.until.last if act.until else CALENDAR[1]


def in_order(acts: Iterable[Instrument]) -> list[Instrument]:
    """The dated acts of one party in the order in which they were made; on one and the same day a withdrawal
    comes first.

    A withdrawal cannot come before what it withdraws from: where a year or a month leaves the order open, it
    follows.
    """
    waiting = sorted(
        (a for a in acts if made(a)),
        key=lambda a: (day(made(a), "first"), day(made(a), "last"), a.kind != "withdrawal", a.id),
    )
    ordered: list[Instrument] = []
    bound = False
    while waiting:
        act = waiting[0]
        if act.kind == "withdrawal" and not bound:
            last = day(made(act), "last")
            joined = [a for a in waiting if a.kind != "withdrawal" and day(made(a), "first") < last]
            act = min(joined, key=lambda a: (day(made(a), "last"), a.id), default=act)
        waiting.remove(act)
        bound = act.kind != "withdrawal"
        ordered.append(act)
    return ordered


def memberships(acts: Iterable[Instrument], kinds: frozenset[str]) -> list[Membership]:
    """The stretches in which a party is bound by acts of some kinds, in order.

    An act made between the notice of a withdrawal and its effect begins the next stretch. An act without a
    date belongs to the first stretch, or after a withdrawal to a further one: nothing says that it came
    before.
    """
    acts = list(acts)
    found: list[Membership] = []
    left: PartialDate | None = None
    orphan: Instrument | None = None
    for act in in_order(a for a in acts if a.kind in kinds or a.kind == "withdrawal"):
        is_open = bool(found) and found[-1].exit is None
        if act.kind != "withdrawal":
            if not is_open:
                found.append(Membership(act, None, left))
        elif is_open:
            found[-1] = Membership(found[-1].act, act, found[-1].after)
            left = effect(act)
        else:
            orphan = orphan or act
    undated = next((a for a in acts if a.kind in kinds and not made(a)), None)
    if undated and not found:
        found.append(Membership(undated, orphan))
    elif undated and found[-1].exit is not None:
        found.append(Membership(undated, None, left))
    return found


def stretches(
    acts: Iterable[Instrument], kinds: frozenset[str], parties: Mapping[str, Party], side: Side
) -> dict[str, list[tuple[dt.date, dt.date]]]:
    """From when to before when each party may be bound (``first``) or is bound in every reading of the dates
    (``last``). A state that ceased to exist keeps what it did until then, and does nothing afterwards."""
    by_party: dict[str, list[Instrument]] = {}
    for act in acts:
        if act.party and (act.kind in kinds or act.kind == "withdrawal"):
            by_party.setdefault(act.party, []).append(act)
    answer: dict[str, list[tuple[dt.date, dt.date]]] = {}
    for name, mine in by_party.items():
        joined = [a for a in mine if a.kind != "withdrawal" and made(a)]
        exits = [a for a in mine if a.kind == "withdrawal" and made(a)]
        gone = parties[name].existed_until if name in parties else None
        for act in joined:
            begun = day(made(act), "first")
            if gone and begun > gone.last:
                continue
            others = [day(made(b), "first") for b in joined if b is not act]
            surely = [a for a in exits if _follows(a, act, others)]
            if side == "first":
                start, ends = begun, [day(effect(a), "last") for a in surely]
            else:  # whatever its day, it was made before it was withdrawn
                last = min((day(made(a), "last") - _DAY for a in surely), default=dt.date.max)
                last = min(last, gone.last) if gone else last
                start = max(begun, min(day(made(act), "last"), last))
                maybe = [a for a in exits if a in surely or day(made(a), "last") > begun]
                ends = [max(day(effect(a), "first"), begun + _DAY) for a in maybe]
            end = min(ends, default=dt.date.max)
            if start < end:
                answer.setdefault(name, []).append((start, end))
    return answer


def _follows(withdrawal: Instrument, act: Instrument, others: list[dt.date]) -> bool:
    """Was it surely made after an act? So say the days; or they leave it open, and no other act (``others``,
    their first days) can be withdrawn by it."""
    made_on = made(withdrawal)
    if day(made_on, "first") > day(made(act), "last"):
        return True
    perhaps = day(made_on, "last") > day(made(act), "first")
    return perhaps and not any(first < day(made_on, "last") for first in others)
