"""What the register answers as a whole: where everything stands on a day, and what is in force for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.errors import one_of
from milepost.records import Records
from milepost.register.compare import Comparison, differences, in_order
from milepost.register.force import Force
from milepost.register.status import Headline, Status, by_firmness, headline
from milepost.results import Cell, Result, Rows


@dataclass(frozen=True)
class Standing:
    """One commitment or milestone: what it is called, the state in law of the agreement it follows from,
    what the evidence proves, and how firmly it is promised (empty: not stated)."""

    title: str
    legal: str
    status: Status
    firmness: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Its id, title and state in law, then the status, in one mapping."""
        found = self.status.as_dict()
        names = {name: found.pop(name) for name in ("commitment", "milestone")}
        return {**names, "title": self.title, "legal": self.legal, "firmness": self.firmness or None, **found}


@dataclass(frozen=True, repr=False)
class StatusReport(Result):
    """Where everything stands on a day: the four shares of all and of each degree of firmness, every
    commitment, every milestone."""

    headline: Headline
    commitments: tuple[Standing, ...]
    milestones: tuple[Standing, ...]
    by_firmness: tuple[tuple[str, Headline], ...] = ()

    @classmethod
    def of(
        cls,
        records: Records,
        on: dt.date,
        statuses: Sequence[Status],
        milestones: Sequence[Status],
        forces: Iterable[Force],
    ) -> StatusReport:
        """What is known of a day, put together: titles, states in law and statuses."""
        legal = {f.agreement: f.state for f in forces}
        rows = {c.id: c for c in records.commitments}
        steps = {m.id: m.title for m in records.milestones}

        def standing(found: Status) -> Standing:
            row = rows[found.commitment]
            title = steps[found.milestone] if found.milestone else row.title
            return Standing(title, legal.get(row.agreement, ""), found, row.firmness)

        return cls(
            headline(statuses, on),
            tuple(map(standing, statuses)),
            tuple(map(standing, milestones)),
            by_firmness(records, statuses, on),
        )

    def since(self, earlier: StatusReport) -> Comparison:
        """This day beside an earlier one. Raises ``WrongUse`` unless the other lies before it."""
        in_order(earlier.on, self.on)
        old = {row.status.item: row.status for row in (*earlier.commitments, *earlier.milestones)}
        found = [
            difference
            for row in (*self.commitments, *self.milestones)
            if row.status.item in old
            for difference in differences(old[row.status.item], row.status, row.title)
        ]
        return Comparison(earlier.on, self.on, earlier.headline, self.headline, tuple(found))

    @property
    def on(self) -> dt.date:
        """The day."""
        return self.headline.on

    def headed(self) -> str:
        """How many commitments, on which day."""
        return self.headline.headed()

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost status``."""
        return {
            "on": self.on.isoformat(),
            "headline": self.headline.as_dict(),
            "by_firmness": firmness_rows(self.by_firmness),
            "commitments": [row.as_dict() for row in self.commitments],
            "milestones": [row.as_dict() for row in self.milestones],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment; milestones are in :meth:`as_dict` and ``Programme.milestones``."""
        return Rows(self.commitments).table()


def firmness_rows(found: Iterable[tuple[str, Headline]]) -> list[dict[str, Any]]:
    """The four shares of each degree of firmness as plain JSON values (None: not stated)."""
    return [
        {"firmness": name or None, "commitments": h.commitments, "stopped": h.stopped, "counts": h.counts}
        for name, h in found
    ]


class Forces(Rows[Force]):
    """Entry into force of agreements on a day, a row each."""

    heads: Sequence[str] = (
        "agreement",
        "party",
        "state",
        "in_force",
        "until",
        "basis",
        "trigger",
        "working",
    )

    def only(self, agreement: str) -> Forces:
        """The answer about one agreement. Raises ``WrongUse`` if it is not on record."""
        found = [f for f in self if f.agreement == agreement]
        if not found:
            raise one_of("agreement", agreement, [f.agreement for f in self])
        return Forces(found, self.name, self.day)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row an agreement, followed by a row for each of its parties."""
        rows: list[list[Cell]] = []
        for f in self:
            when = f.trigger_date.isoformat() if f.trigger_date else None
            rows.append([f.agreement, "", f.state, f.in_force, None, f.basis, when, "; ".join(f.working)])
            rows += [
                [f.agreement, p.party, p.state, p.in_force, p.until, "", None, p.working] for p in f.parties
            ]
        return self.heads, rows
