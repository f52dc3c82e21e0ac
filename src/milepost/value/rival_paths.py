"""Headline routes beside what is published for their rivals: all routes of one branch between the same two
countries."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.network.paths import Route as Path
from milepost.records import Route
from milepost.value.observed import Model

NEAR_DAYS = 0.5  # a range stated in whole days


@dataclass(frozen=True)
class Rival:
    """A headline route: the least and the most days that are published for its branch, and the model's path;
    None where there is none."""

    route: Route
    days_min: float
    days_max: float
    path: Path | None

    @property
    def off_days(self) -> float | None:
        """Days below (negative) or above the range; within half a day of it none, without a path None."""
        if self.path is None:
            return None
        days = self.path.days
        if self.days_min - NEAR_DAYS <= days <= self.days_max + NEAR_DAYS:
            return 0.0
        return days - (self.days_min if days < self.days_min else self.days_max)


def rivals(model: Model) -> tuple[Rival, ...]:
    """Headline routes that are fitted to or held out, in the order of ``programme.toml``."""
    records = model.world.records
    timed = {r.id: r for r in records.routes if _timed(r)}
    country = {n.id: n.country for n in records.nodes}
    found = []
    for name in records.settings.headline_routes:
        if name not in timed:
            continue
        row = timed[name]
        ends = {country[row.origin], country[row.destination]}
        same = [
            r
            for r in timed.values()
            if row.branch and r.branch == row.branch and {country[r.origin], country[r.destination]} == ends
        ] or [row]
        low, high = min(r.days_min or 0.0 for r in same), max(r.days_max or 0.0 for r in same)
        found.append(Rival(row, low, high, model.path(name)))
    return tuple(found)


def _timed(row: Route) -> bool:
    return bool(row.sample and row.origin and row.destination and row.days_min and row.days_max)
