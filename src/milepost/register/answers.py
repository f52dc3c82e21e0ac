"""What the register answers as a whole: where everything stands on a day, and what is in force for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.errors import one_of
from milepost.records import Records
from milepost.register.force import Force
from milepost.register.status import Headline, Status, headline
from milepost.results import Cell, Result, Rows


@dataclass(frozen=True)
class Standing:
    """One commitment or milestone: what it is called, the state in law of the agreement it follows from,
    and what the evidence proves."""

    title: str
    legal: str
    status: Status

    def as_dict(self) -> dict[str, Any]:
        """Its id, title and state in law, then the status, in one mapping."""
        found = self.status.as_dict()
        names = {name: found.pop(name) for name in ("commitment", "milestone")}
        return {**names, "title": self.title, "legal": self.legal, **found}


@dataclass(frozen=True, repr=False)
class StatusReport(Result):
    """Where everything stands on a day: the four shares, every commitment, every milestone."""

    headline: Headline
    commitments: tuple[Standing, ...]
    milestones: tuple[Standing, ...]

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
            return Standing(title, legal.get(row.agreement, ""), found)

        return cls(headline(statuses, on), tuple(map(standing, statuses)), tuple(map(standing, milestones)))

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
            "commitments": [row.as_dict() for row in self.commitments],
            "milestones": [row.as_dict() for row in self.milestones],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a commitment; milestones are in :meth:`as_dict` and ``Programme.milestones``."""
        return Rows(self.commitments).table()


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
