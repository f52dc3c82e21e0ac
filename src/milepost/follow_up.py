"""Whom to call first: open commitments, their owners, days late, and what one more day costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from milepost.records import Records
from milepost.register.status import Status
from milepost.value.delays import DelayCost


@dataclass(frozen=True)
class Call:
    """One open commitment to follow up. ``cost_of_a_day_musd`` is None when it is not valued or not dated."""

    commitment: str
    title: str
    owed_by: tuple[str, ...]
    due: dt.date | None
    days_late: int
    cost_of_a_day_musd: float | None
    dearest_for: tuple[tuple[str, float], ...]
    why_not_valued: str


def calls(
    records: Records, statuses: tuple[Status, ...], delay: DelayCost, not_valued: Mapping[str, str], *, most: int = 3
) -> tuple[Call, ...]:
    """Open commitments, dearest day first, then the latest, then by id.

    ``dearest_for`` names the ``most`` countries that lose most, in MUSD a day.
    """
    rows = {row.id: row for row in records.commitments}
    costs = dict(zip(delay.commitments, delay.cost, strict=True))
    answer = []
    for status in statuses:
        if status.delivery in ("delivered", "stopped"):
            continue
        name = status.commitment
        cost = costs.get(name)
        dearest = (
            ()
            if cost is None
            else sorted(zip(delay.countries, cost.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))[:most]
        )
        why = not_valued.get(name, "")
        if not why and cost is None:
            why = "due after the horizon" if name in delay.beyond_horizon else "no date is promised"
        answer.append(
            Call(
                commitment=name,
                title=rows[name].title,
                owed_by=rows[name].owed_by,
                due=status.latest_promised.last if status.latest_promised else None,
                days_late=status.days_late,
                cost_of_a_day_musd=None if cost is None else float(cost.sum()),
                dearest_for=tuple(dearest),
                why_not_valued=why,
            )
        )
    return tuple(sorted(answer, key=lambda c: (-(c.cost_of_a_day_musd or 0.0), -c.days_late, c.commitment)))
