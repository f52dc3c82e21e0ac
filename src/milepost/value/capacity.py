r"""What a set of commitments is worth within stated capacities: added traffic is cut where a link or terminal
is full, and what is turned away keeps to its other path.

For a set S, with T tonnes of a shipment type between two zones at the flows of the base, and y its share that
gets onto its path of S:

    (1)  asked of e   A_e = Σ T     over those whose path with S passes e, and today's path does not
    (2)  room of e    B_e = max(0, capacity of e with S − load of e today)
    (3)  Σ y T <= B_e for every e, all y alike, up to 1, but for those that pass what is full already
    (4)  κ̂ of a type: y at its cost with S, 1 − y at its cost with S but without the commitments that are full

e are the links and terminals that commitments of S change, where their capacity is stated (million tonnes a
year, both ways; what S promises for it counts). A load today that is stated takes the place of the model's.
(3) is max-min fairness (Bertsekas & Gallager 1992, Data Networks, 6.5.2): shares rise together until
something is full, whoever passes it stops there, and the others go on; there is one answer, whatever the
order.

Of one set it is exact for the rule, with these limits. Tonnes are those of the base, as in ``loads``: trade
that grows with S asks for no more. Who is turned away by one commitment goes where all goods would go without
all those that are full, which is the same where one is full (``exact``). A path of equal cost with and
without e counts as one that passes it. What is turned away meets no further capacity. The game of all sets
holds V without the cut; ``docs/decisions`` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.network.loads import capacities
from milepost.network.network import UNREACHABLE, ArcKey, Network
from milepost.network.overlay import Overlay
from milepost.results import Result, frame_of
from milepost.value.answers import Answer
from milepost.value.assignment import demanded
from milepost.value.baseline import World
from milepost.value.ceilings import TRAFFIC, Ceilings

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Element = tuple[Literal["links", "nodes"], str]


@dataclass(frozen=True)
class Room:
    """A link or terminal that commitments change, million tonnes a year: (2), (1), and what of it is turned
    away there or elsewhere on its path."""

    table: str
    id: str
    commitments: tuple[str, ...]
    room_mt: float
    asked_mt: float
    turned_away_mt: float
    full: bool


@dataclass(frozen=True, repr=False)
class WithinCapacity(Result):
    """What users gain of a set within stated capacities, by country, MUSD a year, beside what they gain where
    nothing is ever full; and what is turned away."""

    delivered: tuple[str, ...]
    user_gain: dict[str, float]
    user_gain_uncut: dict[str, float]
    turned_away_mt: float
    rooms: tuple[Room, ...]
    exact: bool
    unit: str = "MUSD/year"

    @property
    def all(self) -> tuple[float, float]:
        """Both sums over all countries: within capacity, and without the cut."""
        return sum(self.user_gain.values()), sum(self.user_gain_uncut.values())

    @property
    def full(self) -> tuple[Room, ...]:
        """What is full, whatever is turned away most first."""
        return tuple(room for room in self.rooms if room.full)

    def as_dict(self) -> dict[str, Any]:
        """Part of the JSON of ``milepost value``."""
        return {
            "user_gain": dict(self.user_gain),
            "user_gain_uncut": dict(self.user_gain_uncut),
            "turned_away_mt": self.turned_away_mt,
            "exact": self.exact,
            "elements": [{**asdict(room), "commitments": list(room.commitments)} for room in self.rooms],
        }

    def frame(self) -> pd.DataFrame:
        """A row a link or terminal."""
        columns = ["table", "id", "commitments", "room_mt", "asked_mt", "turned_away_mt", "full"]
        return frame_of([asdict(room) for room in self.rooms], columns=columns)

    def headed(self) -> str:
        """How much is turned away, in which unit."""
        return f"{self.turned_away_mt:.3g} million tonnes a year turned away where capacity is stated"


class Capacities:
    """The same question for any set of an overlay's players; what no set changes is made once."""

    def __init__(self, world: World, overlay: Overlay, model: Answer) -> None:
        self.world, self.overlay, self.model = world, overlay, model
        self.zones = overlay.zones

    @cached_property
    def elements(self) -> Mapping[Element, tuple[tuple[frozenset[str], ArcKey, tuple[int, int], Ints], ...]]:
        """What players change and anybody stated a capacity of: who is needed, arc, its ends and cost of
        each added arc, in a fixed order."""
        stated = self._capacity(frozenset(self.overlay.players))
        found: dict[Element, list[tuple[frozenset[str], ArcKey, tuple[int, int], Ints]]] = {}
        for k, name in enumerate(self.overlay.order):
            for (others, a, b, cost), arc in zip(self.overlay.steps[k], self.overlay.arcs[k], strict=True):
                element = _element(arc.key)
                if element in stated:
                    found.setdefault(element, []).append((others | {name}, arc.key, (a, b), cost))
        return {element: tuple(found[element]) for element in sorted(found)}

    def of(self, delivered: frozenset[str]) -> WithinCapacity | None:
        """Of one set; None where no capacity of what it changes is stated."""
        here = {
            element: arcs
            for element, arcs in self.elements.items()
            if any(members <= delivered for members, *_ in arcs)
        }
        if not here:
            return None
        D = self.overlay.distances(delivered)
        tonnes, able = self._tonnes, self._capacity(delivered)
        added = {e: self._users(D, arcs, delivered) & ~self._today(e) for e, arcs in here.items()}
        room = {e: max(0.0, 1e6 * able[e] - self._load_today(e)) for e in here}
        share, full = _filled({e: (added[e], room[e]) for e in here}, tonnes)
        owners = {e: tuple(self._owners(arcs, delivered)) for e, arcs in here.items()}
        gone = frozenset(name for e in full for name in owners[e])
        P = self.zones
        cost = np.ascontiguousarray(D[:, :P, :P])
        uncut = self._worth(self.model.hats.of(cost), delivered)
        cut = uncut
        if gone:
            other = self.overlay.cost(delivered - gone)
            cut = self._worth(self.model.hats.of_two(cost, other, share), delivered)
        rooms = [
            Room(
                *e,
                owners[e],
                room[e] / 1e6,
                float(tonnes[added[e]].sum()) / 1e6,
                float((tonnes * (1.0 - share))[added[e]].sum()) / 1e6,
                e in full,
            )
            for e in here
        ]
        order = tuple(p for p in self.overlay.players if p in delivered)
        away = float((tonnes * (1.0 - share)).sum()) / 1e6
        rooms.sort(key=lambda r: (-r.turned_away_mt, r.table, r.id))
        with_cut, without = (dict(zip(self.model.countries, v.tolist(), strict=True)) for v in (cut, uncut))
        return WithinCapacity(order, with_cut, without, away, tuple(rooms), len(gone) <= 1)

    @cached_property
    def ceilings(self) -> Ceilings | None:
        """What of each player's value is kept as trade grows; None where no capacity of what they change is
        stated."""
        if not self.elements:
            return None
        everyone, P = frozenset(self.overlay.players), self.zones
        D, able = self.overlay.distances(everyone), self._capacity(everyone)
        today = {e: self._today(e) for e in self.elements}
        load = {e: self._load_today(e) for e in self.elements}
        added = {e: self._users(D, arcs, everyone) & ~today[e] for e, arcs in self.elements.items()}
        after, players = D[:, :P, :P], self.overlay.players
        without = self.overlay.costs([everyone - {name} for name in players])
        saved = [
            np.where(one < UNREACHABLE, self._tonnes * (one.astype(np.float64) - after), 0.0)
            for one in without
        ]
        part = np.array([self._by_country(one.sum(axis=0)) for one in saved])
        whole = part.sum(axis=1)
        kept = np.ones((len(players), len(TRAFFIC)))
        held = np.zeros(self._tonnes.shape, dtype=np.bool_)  # who is there today, and stays
        for here in today.values():
            held |= here
        rooms = {e: (added[e] | today[e], max(0.0, 1e6 * able[e] - load[e])) for e in added}
        for k, times in enumerate(TRAFFIC.tolist()):
            share, _ = _filled(rooms, (times - held) * self._tonnes)
            through = np.where(held, (1.0 + share * (times - 1.0)) / times, share)
            for i, one in enumerate(saved):
                if whole[i] > 0.0:
                    kept[i, k] = float((one * through).sum()) / whole[i]
        trade = self.model.flows.sum(axis=0) + self.model.flows.sum(axis=1)
        return Ceilings(players, kept, part, trade / max(float(trade.sum()), 1e-300))

    def _by_country(self, saved: Floats) -> Floats:
        """What zones save on their trade (from, to), by country: half to who sends, half to who receives."""
        country, n = self.model.costs.country, len(self.model.countries)
        both = (saved.sum(axis=1), saved.sum(axis=0))
        found: Floats = sum((np.bincount(country, one, n) for one in both), np.zeros(n)) / 2
        return found

    def _worth(self, hats: Floats, delivered: frozenset[str]) -> Floats:
        """What users gain by hats, besides what the world changes without the set."""
        duties = delivered & self.model.duties
        worth: Floats = self.model.many(hats[None], [duties])[0]
        if self.world.changed or self.world.shock is not None:
            start = self.model.hats.of(self.overlay.cost(frozenset()))
            worth = worth - self.model.many(start[None], [frozenset()])[0]
        return worth

    def _capacity(self, delivered: frozenset[str]) -> dict[Element, float]:
        """Stated capacities with a set delivered, million tonnes a year."""
        records, there = self.world.records, self.world.delivered | delivered
        tables: tuple[Literal["links", "nodes"], ...] = ("links", "nodes")
        return {
            (table, ident): mt
            for table in tables
            for ident, mt in capacities(records, there, self.world.done, table).items()
        }

    @cached_property
    def _tonnes(self) -> Floats:
        """Tonnes of each type (rows, zones, zones)."""
        demand = demanded(self.world)
        types = len(self.overlay.base) // len(demand)
        return np.repeat(demand / types, types, axis=0)

    @cached_property
    def _now(self) -> Mapping[ArcKey, int]:
        """The arcs of today's network."""
        return {arc.key: k for k, arc in enumerate(self.overlay.today.arcs)}

    def _today(self, element: Element) -> Bools:
        """Types and pairs whose path passes an element today."""
        today: Network = self.overlay.today
        used = np.zeros(self._tonnes.shape, dtype=np.bool_)
        for _, key, ends, _ in self.elements[element]:
            if key in self._now:
                used |= _passes(self.overlay.base, ends, today.cost[:, self._now[key]], self.zones)
        return used

    def _users(self, D: Ints, arcs: tuple[Any, ...], delivered: frozenset[str]) -> Bools:
        """Types and pairs whose path passes one of an element's arcs, each at the best it is in a set."""
        best: dict[tuple[ArcKey, tuple[int, int]], Ints] = {}
        for members, key, ends, cost in arcs:
            at = (key, ends)
            if members <= delivered:
                best[at] = np.minimum(best[at], cost) if at in best else cost
            if key in self._now:
                now = self.overlay.today.cost[:, self._now[key]]
                best[at] = np.minimum(best[at], now) if at in best else now
        used = np.zeros(self._tonnes.shape, dtype=np.bool_)
        for (_, ends), cost in best.items():
            used |= _passes(D, ends, cost, self.zones)
        return used

    def _load_today(self, element: Element) -> float:
        """Tonnes a year: stated, or what the model sends."""
        table, ident = element
        rows: Mapping[str, Any] = {row.ident: row for row in self.world.records.rows(table)}
        stated: float | None = rows[ident].load_mt_per_year
        return float(self._tonnes[self._today(element)].sum()) if stated is None else 1e6 * stated

    def _owners(self, arcs: tuple[Any, ...], delivered: frozenset[str]) -> list[str]:
        """Commitments of a set that change an element."""
        there = frozenset(name for members, *_ in arcs if members <= delivered for name in members)
        return [p for p in self.overlay.players if p in there]


def _element(key: ArcKey) -> Element:
    """What an arc belongs to: a link, or the terminal where goods are handled."""
    if key[0] == "link":
        return "links", key[1]
    return "nodes", "" if key[0] == "cross" and key[2] == key[3] else key[1]


def _passes(D: Ints, ends: tuple[int, int], cost: Ints, zones: int) -> Bools:
    """Types and pairs of zones with a best path over an arc."""
    a, b = ends
    to, on = D[:, :zones, a].astype(np.int64), D[:, b, :zones].astype(np.int64)
    through = to[:, :, None] + np.asarray(cost, dtype=np.int64)[:, None, None] + on[:, None, :]
    reached = (to < UNREACHABLE)[:, :, None] & (on < UNREACHABLE)[:, None, :]
    answer: Bools = reached & (through == D[:, :zones, :zones])
    return answer


def _filled(
    asked: Mapping[Element, tuple[Bools, float]], tonnes: Floats
) -> tuple[Floats, tuple[Element, ...]]:
    """Equation (3): the share of each type and pair that gets through, and what is full."""
    share = np.ones(tonnes.shape)
    free = np.ones(tonnes.shape, dtype=np.bool_)
    full: list[Element] = []
    while True:
        level: dict[Element, float] = {}
        for element, (users, room) in asked.items():
            rising = float(tonnes[users & free].sum())
            held = float((tonnes * share)[users & ~free].sum())
            if rising > 0.0 and element not in full:
                level[element] = (room - held) / rising
        least = min(level.values(), default=1.0)
        if least >= 1.0:
            return share, tuple(full)
        first = next(element for element, value in level.items() if value == least)
        stops = asked[first][0] & free
        share[stops] = max(0.0, least)
        free &= ~stops
        full.append(first)
