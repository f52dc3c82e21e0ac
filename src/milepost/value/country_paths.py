"""The paths of one country: from its main zone to those of its partners, today and with commitments
delivered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import one_of
from milepost.network.network import UNIT_USD_PER_T, UNREACHABLE, Network
from milepost.network.paths import skim
from milepost.results import Result, frame_of
from milepost.trade.flows import flows_between
from milepost.value.baseline import World
from milepost.value.game import ids_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PathSums:
    """The cheapest path of a container, at the mean of its shipment types: what a skim says of it.

    None in place of one: there is no path."""

    days: float
    usd_per_t: float
    km: float
    cost_usd_per_t: float


@dataclass(frozen=True)
class PartnerPath:
    """From the country's main zone to a partner's; ``trade_musd`` is trade both ways, MUSD a year."""

    partner: str
    from_node: str
    to_node: str
    trade_musd: float
    today: PathSums | None
    then: PathSums | None


@dataclass(frozen=True, repr=False)
class CountryPaths(Result):
    """Paths to the partners whose path changes most, weighted by trade, then to the largest partners."""

    country: str
    delivered: tuple[str, ...]
    paths: tuple[PartnerPath, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "country": self.country,
            "delivered": list(self.delivered),
            "paths": [asdict(p) for p in self.paths],
        }

    def frame(self) -> pd.DataFrame:
        """A row a partner: trade, and days and freight of the path today and then."""
        rows: dict[str, list[Any]] = {
            "partner": [p.partner for p in self.paths],
            "trade_musd_per_year": [p.trade_musd for p in self.paths],
        }
        for name in ("today", "then"):
            found = [getattr(p, name) for p in self.paths]
            rows[f"days_{name}"] = [None if p is None else p.days for p in found]
            rows[f"usd_per_t_{name}"] = [None if p is None else p.usd_per_t for p in found]
        return frame_of(rows)

    def headed(self) -> str:
        """Whose, and with what delivered."""
        names = ", ".join(self.delivered) or "nothing"
        return f"{len(self.paths)} paths of {self.country}, with {names} delivered"


@dataclass(frozen=True)
class Skims:
    """Skims of containers between the main zones of all countries, in a world and with ``delivered`` besides,
    and trade between them.

    ``skims`` holds two arrays [origin, destination, (cost USD/t, hours, USD/t, km)]; NaN where there is no
    path.
    """

    countries: tuple[str, ...]
    main: dict[str, tuple[int, str]]  # country -> its main zone: position, node
    skims: tuple[Floats, Floats]
    trade_musd: dict[tuple[str, str], float]
    delivered: tuple[str, ...]

    @classmethod
    def of(cls, world: World, delivered: Iterable[str] = ()) -> Skims:
        """Two skims. Raises ``WrongUse`` for an unknown commitment."""
        records = world.records
        names = tuple(dict.fromkeys(ids_of(delivered)))
        networks = world.network(), world.with_delivered(names).network()
        zones = networks[0].frame.zones
        largest: dict[str, int] = {}
        for k, zone in enumerate(zones):
            if zone.country not in largest or zone.share > zones[largest[zone.country]].share:
                largest[zone.country] = k
        countries, flows = flows_between(records)
        both = flows + flows.T
        trade = {
            (a, b): float(both[i, j])
            for i, a in enumerate(countries)
            for j, b in enumerate(countries)
            if i != j
        }
        before, after = (_containers(n) for n in networks)
        main = {c: (k, zones[k].node) for c, k in largest.items()}
        return cls(tuple(c.id for c in records.countries), main, (before, after), trade, names)

    def of_country(self, country: str, *, most: int = 8) -> CountryPaths:
        """At most ``most`` paths of a country; none for one without a zone on the network. Raises
        ``WrongUse`` for an unknown one."""
        if country not in self.countries:
            raise one_of("country", country, list(self.countries))
        if country not in self.main:
            return CountryPaths(country, self.delivered, ())
        home, node = self.main[country]
        rows: list[tuple[float, PartnerPath]] = []
        for partner, (to, end) in self.main.items():
            if partner == country:
                continue
            today, then = (_sums(found[home, to]) for found in self.skims)
            both = self.trade_musd.get((country, partner), 0.0)
            change = today.cost_usd_per_t - then.cost_usd_per_t if today and then else np.inf if then else 0.0
            weight = abs(change) * (both or 1e-9) if change else 0.0
            rows.append((float(weight), PartnerPath(partner, node, end, both, today, then)))
        rows.sort(key=lambda r: (-r[0], -r[1].trade_musd, r[1].partner))
        return CountryPaths(country, self.delivered, tuple(p for _, p in rows[:most]))


def paths_of_country(
    world: World, country: str, delivered: Iterable[str] = (), *, most: int = 8
) -> CountryPaths:
    """The paths of one country. Raises ``WrongUse`` for an unknown country or commitment."""
    return Skims.of(world, delivered).of_country(country, most=most)


def _containers(network: Network) -> Floats:
    found, rows = skim(network), list(network.types.rows_of("containers"))
    cost = np.where(found.cost[rows] < UNREACHABLE, found.cost[rows] * UNIT_USD_PER_T, np.nan)
    sums = (cost, found.hours[rows], found.usd_per_t[rows], found.km[rows])
    answer: Floats = np.stack([x.mean(axis=0) for x in sums], axis=-1)
    return answer


def _sums(row: Floats) -> PathSums | None:
    cost, hours, usd, km = map(float, row)
    return None if np.isnan(cost) else PathSums(hours / 24, usd, km, cost)
