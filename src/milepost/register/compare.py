"""What is different between two days: promises made, moved, delivered, verified or stopped in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.errors import WrongUse
from milepost.register.status import Headline, Status
from milepost.results import Cell, Result

What = Literal["first promise", "delivery", "timing", "date", "days late", "percent", "flags"]


@dataclass(frozen=True)
class Difference:
    """One thing that differs: of which commitment or milestone, what, as it was known on the earlier day and
    as it is on the later one (None: nothing)."""

    commitment: str
    milestone: str
    title: str
    what: What
    before: str | None
    after: str | None

    def as_dict(self) -> dict[str, Any]:
        """The difference as plain JSON values."""
        return {
            "commitment": self.commitment,
            "milestone": self.milestone or None,
            "title": self.title,
            "what": self.what,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, repr=False)
class Comparison(Result):
    """Two days of the register side by side, each as it was known on that day."""

    since: dt.date
    on: dt.date
    before: Headline
    after: Headline
    differences: tuple[Difference, ...]

    def headed(self) -> str:
        """How many differences, between which days."""
        return f"{len(self.differences)} differences between {self.since} and {self.on}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost status --since``."""
        return {
            "since": self.since.isoformat(),
            "on": self.on.isoformat(),
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "differences": [d.as_dict() for d in self.differences],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a difference."""
        heads = ["commitment", "milestone", "title", "what", "before", "after"]
        rows = [d.as_dict() for d in self.differences]
        return heads, [[row[name] for name in heads] for row in rows]


def differences(before: Status, after: Status, title: str) -> tuple[Difference, ...]:
    """What differs in one commitment or milestone. A delay that only grew with the days is told as days late,
    and no slip is told of a date that nobody moved."""
    pairs: list[tuple[What, object, object]] = []
    if before.latest_promised is None and after.latest_promised is not None:
        pairs.append(("first promise", None, after.latest_promised))
    elif before.latest_promised != after.latest_promised:
        pairs.append(("date", before.latest_promised, after.latest_promised))
    pairs += [
        ("delivery", before.delivery, after.delivery),
        ("timing", before.timing, after.timing),
        ("days late", before.days_late or None, after.days_late or None),
        ("percent", _percent(before), _percent(after)),
        ("flags", ", ".join(before.flags) or None, ", ".join(after.flags) or None),
    ]
    return tuple(
        Difference(after.commitment, after.milestone, title, what, _text(old), _text(new))
        for what, old, new in pairs
        if old != new
    )


def in_order(since: dt.date, on: dt.date) -> None:
    """Raises ``WrongUse`` unless the first day lies before the second."""
    if since >= on:
        raise WrongUse(f"The day to compare with must lie before {on}; {since} does not.")


def _percent(status: Status) -> str | None:
    return None if status.percent is None else f"{status.percent:g} % of {status.percent_of}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
