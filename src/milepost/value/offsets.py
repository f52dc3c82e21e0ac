r"""Who bears what by restrictions, on which side, and how much of it commitments give back.

With R the restrictions, S a set of delivered commitments, W real income against today without either, MUSD a
year:

    (1)  alone      W(R, none)
    (2)  value      V(S) = W(R, S) - W(R, none)              what S is worth while R holds
    (3)  together   W(R, S) = (1) + (2)
    (4)  delivered  W(R, S) - W(none, S)                     what R costs once S is there

(3) says whether a country is better or worse off than today; (4) less (1) is how much S takes off the cost of
R or adds to it: a commitment may be worth much while R holds and not make R any cheaper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from milepost.records import Records
from milepost.results import Result, frame_of

if TYPE_CHECKING:
    import pandas as pd

    from milepost.value.baseline import World

Side = Literal["imposes", "targeted", "both", "others"]


@dataclass(frozen=True, repr=False)
class Offset(Result):
    """Equations (1) to (4) by country, MUSD a year, and each country's side."""

    side: dict[str, Side]
    alone: dict[str, float]
    value: dict[str, float]
    delivered: dict[str, float]

    @property
    def together(self) -> dict[str, float]:
        """Equation (3)."""
        return {c: self.alone[c] + v for c, v in self.value.items()}

    @property
    def lost(self) -> float:
        """What the restrictions alone cost all countries together."""
        return -sum(self.alone.values())

    @property
    def lost_then(self) -> float:
        """What they cost all countries once the commitments are delivered."""
        return -sum(self.delivered.values())

    @property
    def given_back(self) -> float:
        """V(S) of all countries together while the restrictions hold."""
        return sum(self.value.values())

    def share(self) -> float | None:
        """V(S) over the loss of all countries together by the restrictions alone; none where these cost
        nothing."""
        return self.given_back / self.lost if self.lost > 0 else None

    def whole(self) -> dict[str, float]:
        """The four sums over all countries."""
        parts = {
            "value": self.value,
            "alone": self.alone,
            "delivered": self.delivered,
            "together": self.together,
        }
        return {name: sum(part.values()) for name, part in parts.items()}

    def by_side(self) -> dict[Side, dict[str, float]]:
        """The four sums on each side that there is."""
        sides: tuple[Side, ...] = ("imposes", "targeted", "both", "others")
        parts = {
            "value": self.value,
            "alone": self.alone,
            "delivered": self.delivered,
            "together": self.together,
        }
        return {
            side: {
                name: sum(part[c] for c, s in self.side.items() if s == side) for name, part in parts.items()
            }
            for side in sides
            if side in self.side.values()
        }

    def headed(self) -> str:
        """What it is, in which unit."""
        return f"who bears what by restrictions, {len(self.side)} countries, MUSD/year"

    def frame(self) -> pd.DataFrame:
        """A row per country: its side, and equations (1) to (4), MUSD a year."""
        parts = {
            "alone": self.alone,
            "value": self.value,
            "together": self.together,
            "delivered": self.delivered,
        }
        rows = [
            {"country": c, "side": s} | {f"{k}_musd_per_year": v[c] for k, v in parts.items()}
            for c, s in self.side.items()
        ]
        return frame_of(rows)

    def as_dict(self) -> dict[str, Any]:
        """Part of the JSON of ``milepost value --with``."""
        return {
            "side": dict(self.side),
            "restriction_effect_delivered": dict(self.delivered),
            "together": self.together,
            "by_side": self.by_side(),
            "offset_share": self.share(),
        }


def sides(records: Records, ids: Iterable[str], countries: Iterable[str]) -> dict[str, Side]:
    """Who imposes and who is targeted by restrictions on countries; a restriction without ``imposed_by`` has
    no imposing side."""
    wanted = frozenset(ids)
    imposing: set[str] = set()
    targeted: set[str] = set()
    for row in records.restrictions:
        if row.id in wanted:
            imposing |= set(row.imposed_by)
            if row.target_table == "countries":
                targeted |= {c for c in (row.target, row.partner) if c and c not in row.imposed_by}
    answer: dict[str, Side] = {}
    for c in countries:
        answer[c] = (
            "both"
            if c in imposing & targeted
            else "imposes"
            if c in imposing
            else "targeted"
            if c in targeted
            else "others"
        )
    return answer


def offset(
    world: World, alone: Mapping[str, float], value: Mapping[str, float], usual: Mapping[str, float]
) -> Offset:
    """From (1), (2) and ``usual``, V(S) without the restrictions; sides are those of what the world adds to
    its baseline's or lifts."""
    delivered = {c: alone[c] + value[c] - usual[c] for c in value}
    return Offset(sides(world.records, world.changed, value), dict(alone), dict(value), delivered)
