"""Whom to call first: open commitments and milestones, their owners, days late, and what one more day
costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.records import Commitment, Records
from milepost.register.status import Status
from milepost.results import Rows
from milepost.value.delays import DelayCost

SHOWN_MUSD = 0.0005  # half a thousand USD a day: less is shown as nothing, and nobody bears nothing


@dataclass(frozen=True)
class Call:
    """One open commitment or milestone to follow up.

    ``cost_of_a_day_musd`` is the benefit that one more day of the commitment loses, MUSD, summed over
    countries; None when it is not valued or not dated (``why_not_valued``), and for a milestone, whose delay
    costs nothing until it delays its commitment; ``received_of_a_day_musd`` is the part of it that is taxes
    and margins not received (None where no dollar changes hands). ``saved_of_a_day_musd`` is what spending
    later saves (None: nobody states what it costs), ``net_of_a_day_musd`` the one less the other, by which
    calls are ranked. ``waits_for`` names what must come first and is still open,
    ``holds_up`` what waits for it.
    """

    commitment: str
    title: str
    owed_by: tuple[str, ...]
    due: dt.date | None
    days_late: int
    cost_of_a_day_musd: float | None
    dearest_for: tuple[tuple[str, float], ...]
    why_not_valued: str
    milestone: str = ""
    delivery: str = ""
    timing: str = ""
    flags: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    holds_up: tuple[str, ...] = ()
    escalated_to: str = ""
    received_of_a_day_musd: float | None = None
    saved_of_a_day_musd: float | None = None
    net_of_a_day_musd: float | None = None
    firmness: str = ""

    @property
    def borne_by(self) -> tuple[str, ...]:
        """The two countries that lose most of a day, of those whose loss is not shown as 0 thousand USD."""
        return tuple(country for country, musd in self.dearest_for[:2] if musd >= SHOWN_MUSD)

    def as_dict(self) -> dict[str, Any]:
        """The call as plain JSON values: what is absent is None, ``dearest_for`` maps a country to MUSD a
        day."""
        return {
            "commitment": self.commitment,
            "milestone": self.milestone or None,
            "title": self.title,
            "firmness": self.firmness or None,
            "owed_by": list(self.owed_by),
            "due": self.due.isoformat() if self.due else None,
            "days_late": self.days_late,
            "delivery": self.delivery,
            "timing": self.timing,
            "flags": list(self.flags),
            "missing": list(self.missing),
            "waits_for": list(self.waits_for),
            "holds_up": list(self.holds_up),
            "escalated_to": self.escalated_to or None,
            "cost_of_a_day_musd": self.cost_of_a_day_musd,
            "received_of_a_day_musd": self.received_of_a_day_musd,
            "saved_of_a_day_musd": self.saved_of_a_day_musd,
            "net_of_a_day_musd": self.net_of_a_day_musd,
            "dearest_for": dict(self.dearest_for),
            "why_not_valued": self.why_not_valued or None,
        }


class Calls(Rows[Call]):
    """Whom to call on a day, dearest day first; MUSD a day."""

    heads: Sequence[str] = (
        "commitment",
        "milestone",
        "title",
        "firmness",
        "owed_by",
        "due",
        "days_late",
        "delivery",
        "timing",
        "flags",
        "missing",
        "waits_for",
        "holds_up",
        "escalated_to",
        "cost_of_a_day_musd",
        "received_of_a_day_musd",
        "saved_of_a_day_musd",
        "net_of_a_day_musd",
        "dearest_for",
        "why_not_valued",
    )

    def to(self, party: str) -> Calls:
        """Only what one party owes."""
        return Calls((c for c in self if party in c.owed_by), self.name, self.day, self.unit)

    def by_step(self) -> dict[str, list[str]]:
        """Ids of what has climbed the ladder, under the office that it is with now."""
        found: dict[str, list[str]] = {}
        for call in self:
            if call.escalated_to:
                found.setdefault(call.escalated_to, []).append(call.milestone or call.commitment)
        return found


def calls(
    records: Records,
    statuses: tuple[Status, ...],
    delay: DelayCost | None,
    not_valued: Mapping[str, str],
    *,
    milestones: tuple[Status, ...] = (),
    most: int = 3,
) -> tuple[Call, ...]:
    """Open commitments, dearest day first, then the latest, then by id; each followed by its open milestones.

    A day is dear by what it costs net: benefit lost less what spending later saves, where a cost is stated.
    ``dearest_for`` names the ``most`` countries that lose most, in MUSD a day. Without ``delay`` nothing has
    a cost, and ``not_valued`` says why.
    """
    is_open = frozenset(s.commitment for s in statuses if not s.closed)
    rows = {c.id: c for c in records.commitments}
    answer = [_call(records, rows, s, delay, not_valued, is_open, most) for s in statuses if not s.closed]
    answer.sort(key=lambda c: (-(c.net_of_a_day_musd or 0.0), -c.days_late, c.commitment))
    below = _milestone_calls(records, milestones, is_open)
    return tuple(one for call in answer for one in (call, *below.get(call.commitment, ())))


def _call(
    records: Records,
    rows: Mapping[str, Commitment],
    status: Status,
    delay: DelayCost | None,
    not_valued: Mapping[str, str],
    is_open: frozenset[str],
    most: int,
) -> Call:
    """The call about one open commitment."""
    name = status.commitment
    row = rows[name]
    cost, got, why = None, None, not_valued.get(name, "")
    dearest: list[tuple[str, float]] = []
    if delay is not None and name in delay.commitments:
        at = delay.commitments.index(name)
        cost = delay.cost[at]
        got = None if delay.received is None else float(delay.received[at].sum())
        dearest = sorted(zip(delay.countries, cost.tolist(), strict=True), key=lambda p: (-p[1], p[0]))[:most]
    if not why and cost is None:
        late = delay is not None and name in delay.beyond_horizon
        why = "due after the horizon" if late else "no date is promised"
    return Call(
        commitment=name,
        title=row.title,
        owed_by=row.owed_by,
        due=status.latest_promised.last if status.latest_promised else None,
        days_late=status.days_late,
        cost_of_a_day_musd=None if cost is None else float(cost.sum()),
        dearest_for=tuple(dearest),
        why_not_valued=why,
        delivery=status.delivery,
        timing=status.timing,
        flags=status.flags,
        missing=status.missing,
        waits_for=tuple(
            d.predecessor for d in records.dependencies if d.successor == name and d.predecessor in is_open
        ),
        holds_up=tuple(
            d.successor for d in records.dependencies if d.predecessor == name and d.successor in is_open
        ),
        escalated_to=_step(records, status.days_late),
        received_of_a_day_musd=got,
        saved_of_a_day_musd=None if delay is None or cost is None else delay.saved.get(name),
        net_of_a_day_musd=None if delay is None or cost is None else delay.net[name],
        firmness=row.firmness,
    )


def _milestone_calls(
    records: Records, milestones: tuple[Status, ...], is_open: frozenset[str]
) -> dict[str, list[Call]]:
    """Calls about open milestones, by their commitment."""
    parents = {c.id: c for c in records.commitments}
    steps = {m.id: m for m in records.milestones}
    found: dict[str, list[Call]] = {}
    for status in milestones:
        step = steps[status.milestone]
        if status.closed or step.commitment not in is_open:
            continue
        call = Call(
            commitment=step.commitment,
            title=step.title,
            owed_by=step.owed_by or parents[step.commitment].owed_by,
            due=status.latest_promised.last if status.latest_promised else None,
            days_late=status.days_late,
            cost_of_a_day_musd=None,
            dearest_for=(),
            why_not_valued="a milestone; its commitment carries the value",
            milestone=step.id,
            delivery=status.delivery,
            timing=status.timing,
            flags=status.flags,
            escalated_to=_step(records, status.days_late),
            firmness=parents[step.commitment].firmness,
        )
        found.setdefault(step.commitment, []).append(call)
    return found


def _step(records: Records, days_late: int) -> str:
    """The highest step of the ladder that a delay has reached."""
    reached = [role for days, role in records.policy.ladder if days_late >= days]
    return reached[-1] if days_late and reached else ""
