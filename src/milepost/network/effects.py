"""What delivering commitments changes in the network: which effects are valued, and their values in force.

An effect counts if its row has ``use = model`` and changes one of

    links      state (to ``open``), speed_kmh, usd_per_tkm, usd_per_t, capacity
    lines      usd_per_tkm_factor, speed_kmh, capacity      (every link that carries the line's name)
    nodes      capacity
    crossings  hours, usd_per_t
    services   headway_hours

Effects only improve. Where several are in force on one attribute the best holds (levels: 3 days, 2 days, 1
day); factors on the rate multiply, in the order of the table. A value that is worse than today's changes
nothing, and is a finding of ``milepost check``. A capacity is valued by the queue it shortens
(:mod:`milepost.network.queues`), where load and capacity today are stated. Restrictions in force close and
surcharge links whatever is delivered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from milepost.errors import BadData, Finding
from milepost.languages import Said
from milepost.network.queues import is_capacity_valued, why_not_valued
from milepost.network.restrictions import NO_RESTRICTIONS, Restrictions
from milepost.records import Effect, Records

VALUED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "links": ("state", "speed_kmh", "usd_per_tkm", "usd_per_t", "capacity"),
        "lines": ("usd_per_tkm_factor", "speed_kmh", "capacity"),
        "nodes": ("capacity",),
        "tariffs": ("duty",),
        "crossings": ("hours", "usd_per_t"),
        "services": ("headway_hours",),
    }
)
RISING = ("speed_kmh", "capacity")  # more is better; of every other number less is better
ABOVE_ZERO = ("speed_kmh", "headway_hours", "capacity")
MONEY = ("usd_per_tkm", "usd_per_tkm_factor", "usd_per_t")

Lowers = Literal["resource", "tax", "margin"]

_WHY_NOT = {
    "draught": "why-draught",
    "duty": "why-duty",
    "cost": "why-cost",
}


@dataclass(frozen=True)
class Changes:
    """Values in force with some commitments delivered.

    ``opened``: ids of links that carry freight now; ``best``: (table, id, attribute) -> the best value
    promised (km/h, USD/tkm, USD/t, h); ``rate_factor``: link id -> factor on its freight rate, at most 1.
    ``lowers``: what becomes less by the best value of money, and ``factors``: those that make up
    ``rate_factor``, in order, each with what it lowers.
    """

    opened: frozenset[str]
    best: Mapping[tuple[str, str, str], float]
    rate_factor: Mapping[str, float]
    restricted: Restrictions = NO_RESTRICTIONS
    lowers: Mapping[tuple[str, str, str], Lowers] = field(default_factory=dict)
    factors: Mapping[str, tuple[tuple[float, Lowers], ...]] = field(default_factory=dict)

    def elements(self) -> Iterator[tuple[str, str]]:
        """(table, id) of everything that is not as the rows have it; an element may come twice."""
        yield from (("links", link) for link in (*self.opened, *self.rate_factor))
        yield from ((table, ident) for table, ident, _ in self.best)

    def smaller(self, table: str, ident: str, attribute: str, today: float) -> float:
        """Today's value or the promised one, whichever is smaller."""
        promised = self.best.get((table, ident, attribute))
        return today if promised is None else min(today, promised)

    def larger(self, table: str, ident: str, attribute: str, today: float) -> float:
        """Today's value or the promised one, whichever is larger."""
        promised = self.best.get((table, ident, attribute))
        return today if promised is None else max(today, promised)


NOTHING = Changes(frozenset(), MappingProxyType({}), MappingProxyType({}))


def is_valued(records: Records, effect: Effect) -> bool:
    """Whether the model values the effect at all."""
    if effect.use != "model" or effect.attribute not in VALUED.get(effect.target_table, ()):
        return False
    if effect.attribute == "duty":
        return records.settings.model != "one-sector" and not why_no_duty(records, effect)
    return effect.attribute != "capacity" or is_capacity_valued(records, effect)


def duty_of(records: Records, effect: Effect) -> tuple[str, str, str, float]:
    """Exporter, importer, sector ("" = all) and new duty as a share of the value, of a valued effect on a
    duty."""
    pair, _, sector = effect.target.partition("/")
    exporter, _, importer = pair.partition("-")
    share = float(effect.after) / (100 if effect.unit == "%" else 1)
    return exporter, importer, sector, share


def why_no_duty(records: Records, effect: Effect) -> str:
    """Why an effect on a duty has no value, as a clause; empty if it has one."""
    if records.settings.model == "one-sector":
        return Said(_WHY_NOT["duty"])
    pair, _, sector = effect.target.partition("/")
    ends = pair.split("-")
    known = {c.id for c in records.countries}
    if len(ends) != 2 or not set(ends) <= known or ends[0] == ends[1]:
        return Said("why-duty-pair", target=effect.target)
    if sector and sector not in {s.id for s in records.sectors}:
        return Said("why-duty-sector", sector=sector)
    if effect.unit not in ("", "share", "%"):
        return Said("why-duty-unit", unit=effect.unit)
    return ""


def number(effect: Effect, cell: str) -> float | None:
    """A cell of an effect as a number, or None if it is none (or not finite, negative, or 0 where it cannot
    be)."""
    try:
        value = float(cell)
    except ValueError:
        return None
    if not math.isfinite(value) or value < 0 or (value == 0 and effect.attribute in ABOVE_ZERO):
        return None
    return value


def needs(effect: Effect) -> frozenset[str]:
    """Commitments that must all be delivered before the effect is felt."""
    return frozenset((effect.commitment, *effect.together_with))


def elements(records: Records, effect: Effect) -> tuple[tuple[str, str], ...]:
    """(table, id) of the rows that an effect changes; a line's effect changes every link of the line."""
    if effect.target_table == "lines":
        return tuple(("links", link.id) for link in records.links if effect.target in link.lines)
    return ((effect.target_table, effect.target),)


def changes(
    records: Records,
    delivered: frozenset[str],
    done: frozenset[str] = frozenset(),
    restricted: Restrictions = NO_RESTRICTIONS,
) -> Changes:
    """Values in force once ``delivered`` is delivered, with restrictions.

    ``done`` names commitments delivered already: the tables show their effects, so these are not applied
    again, but they satisfy ``together_with``. Raises ``BadData`` for a value that is none.
    """
    opened: set[str] = set()
    best: dict[tuple[str, str, str], float] = {}
    lowers: dict[tuple[str, str, str], Lowers] = {}
    factors: dict[str, list[tuple[float, Lowers]]] = {}
    for effect in records.effects:
        if not is_valued(records, effect) or effect.commitment not in delivered or effect.commitment in done:
            continue
        if not needs(effect) <= delivered | done:
            continue
        if effect.attribute == "state":
            if effect.after == "open":
                opened.add(effect.target)
            continue
        value = number(effect, effect.after)
        if value is None:
            raise BadData((no_number(records, effect),))
        for table, ident in elements(records, effect):
            if effect.attribute == "usd_per_tkm_factor":
                factors.setdefault(ident, []).append((min(1.0, value), lowered(records, effect)))
                continue
            key = (table, ident, effect.attribute)
            pick = max if effect.attribute in RISING else min
            if key not in best or pick(best[key], value) != best[key]:
                best[key] = value
                if effect.attribute in MONEY:
                    lowers[key] = lowered(records, effect)
    factor = {ident: math.prod(f for f, _ in made) for ident, made in factors.items()}
    told = {ident: tuple(made) for ident, made in factors.items()}
    return Changes(frozenset(opened), best, factor, restricted, lowers, told)


def lowered(records: Records, effect: Effect) -> Lowers:
    """What an effect on money makes less: what its row says, or by what it changes.

    A factor on the rates of a line is a tariff, and a fixed charge is asked for: without a word about works
    that make it cheaper to do, whoever receives the money receives less of it (margin). A charge at a border
    is a fee of the state (tax). A new rate of one link comes with works on it, such as electrification, so
    carrying costs less (resource).
    """
    if effect.lowers:
        return effect.lowers
    if effect.target_table == "crossings":
        border = any(row.id == effect.target and row.kind == "border" for row in records.crossings)
        return "tax" if border else "margin"
    return "resource" if effect.attribute == "usd_per_tkm" else "margin"


def no_number(records: Records, effect: Effect) -> Finding:
    """The fault of an effect whose new value cannot be read."""
    return Finding(
        table="effects",
        file=records.file("effects"),
        line=effect.line,
        id=effect.id,
        column="after",
        message=f"'{effect.after}' is no value for {effect.target_table}.{effect.attribute}",
        remedy="Write a number of the attribute's unit, above zero for speeds and headways",
    )


def valued(records: Records) -> dict[str, tuple[Effect, ...]]:
    """Commitments with at least one effect that the model values, in the order of the table, with those
    effects."""
    found: dict[str, list[Effect]] = {}
    for effect in records.effects:
        if is_valued(records, effect):
            found.setdefault(effect.commitment, []).append(effect)
    return {c.id: tuple(found[c.id]) for c in records.commitments if c.id in found}


def not_valued(records: Records) -> dict[str, str]:
    """Commitments without a valued effect, each with the reason as a clause without a full stop."""
    have = valued(records)
    stated: dict[str, list[Effect]] = {}
    for effect in records.effects:
        stated.setdefault(effect.commitment, []).append(effect)
    reasons: dict[str, str] = {}
    for commitment in records.commitments:
        if commitment.id in have:
            continue
        own = stated.get(commitment.id, [])
        in_model = [e for e in own if e.use == "model"]
        if not own:
            reasons[commitment.id] = Said("why-no-effect")
        elif not in_model:
            reasons[commitment.id] = Said("why-outcome")
        else:
            found = list(dict.fromkeys(_why_not(records, e) for e in in_model))
            reasons[commitment.id] = found[0] if len(found) == 1 else "; ".join(found)
    return reasons


def _why_not(records: Records, effect: Effect) -> str:
    if effect.attribute == "capacity":
        return why_not_valued(records, effect)
    if effect.attribute == "duty" and effect.target_table == "tariffs":
        return why_no_duty(records, effect)
    if effect.attribute in _WHY_NOT:
        return Said(_WHY_NOT[effect.attribute])
    return Said("why-attribute", attribute=effect.attribute, table=effect.target_table)
