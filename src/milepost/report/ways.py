"""The ways of one country: from its main place to those of its partners, today and with commitments
delivered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import one_of
from milepost.network.network import CLASSES, UNIT_USD_PER_T, UNREACHABLE, Network
from milepost.network.paths import skim
from milepost.network.restrictions import in_force, restrictions
from milepost.programme import Programme
from milepost.trade.flows import flows_between

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Passage:
    """The cheapest way of a container: what a skim says of it. None in place of one: there is no way."""

    days: float
    usd_per_t: float
    km: float
    cost_usd_per_t: float


@dataclass(frozen=True)
class PartnerWay:
    """From the country's main place to a partner's; ``trade_musd`` is trade both ways, MUSD a year."""

    partner: str
    from_node: str
    to_node: str
    trade_musd: float
    today: Passage | None
    then: Passage | None


@dataclass(frozen=True)
class CountryWays:
    """Ways to the partners whose way changes most, weighted by trade, then to the largest partners."""

    country: str
    delivered: tuple[str, ...]
    ways: tuple[PartnerWay, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "country": self.country,
            "delivered": list(self.delivered),
            "ways": [asdict(w) for w in self.ways],
        }


@dataclass(frozen=True)
class Ways:
    """Skims of containers between the main places of all countries, today and with ``delivered``, and trade
    between them.

    ``skims`` holds two arrays [origin, destination, (cost USD/t, hours, USD/t, km)]; NaN where there is no
    way.
    """

    countries: tuple[str, ...]
    main: dict[str, tuple[int, str]]  # country -> its main place: position, node
    skims: tuple[Floats, Floats]
    trade_musd: dict[tuple[str, str], float]
    delivered: tuple[str, ...]

    @classmethod
    def of(cls, programme: Programme, delivered: Iterable[str] = ()) -> Ways:
        """Two skims. Raises ``WrongUse`` for an unknown commitment."""
        records = programme.sound()
        names = tuple(dict.fromkeys(delivered))
        known = [c.id for c in records.commitments]
        for name in names:
            if name not in known:
                raise one_of("commitment", name, known)
        applied = (
            in_force(records, records.settings.base_date) if programme.applied is None else programme.applied
        )
        closed = restrictions(records, applied)
        done = frozenset(s.commitment for s in programme.status() if s.done)
        networks = [Network.of(records, frozenset(s), done, closed) for s in ((), names)]
        places = networks[0].frame.places
        largest: dict[str, int] = {}
        for k, place in enumerate(places):
            if place.country not in largest or place.share > places[largest[place.country]].share:
                largest[place.country] = k
        countries, flows = flows_between(records)
        both = flows + flows.T
        trade = {
            (a, b): float(both[i, j])
            for i, a in enumerate(countries)
            for j, b in enumerate(countries)
            if i != j
        }
        before, after = (_containers(n) for n in networks)
        main = {c: (k, places[k].node) for c, k in largest.items()}
        return cls(tuple(c.id for c in records.countries), main, (before, after), trade, names)

    def of_country(self, country: str, *, most: int = 8) -> CountryWays:
        """At most ``most`` ways of a country; none for one without a place on the network. Raises
        ``WrongUse`` for a stranger."""
        if country not in self.countries:
            raise one_of("country", country, list(self.countries))
        if country not in self.main:
            return CountryWays(country, self.delivered, ())
        home, node = self.main[country]
        rows: list[tuple[float, PartnerWay]] = []
        for partner, (to, end) in self.main.items():
            if partner == country:
                continue
            today, then = (_passage(found[home, to]) for found in self.skims)
            both = self.trade_musd.get((country, partner), 0.0)
            change = today.cost_usd_per_t - then.cost_usd_per_t if today and then else np.inf if then else 0.0
            weight = abs(change) * (both or 1e-9) if change else 0.0
            rows.append((float(weight), PartnerWay(partner, node, end, both, today, then)))
        rows.sort(key=lambda r: (-r[0], -r[1].trade_musd, r[1].partner))
        return CountryWays(country, self.delivered, tuple(w for _, w in rows[:most]))


def country_ways(
    programme: Programme, country: str, delivered: Iterable[str] = (), *, most: int = 8
) -> CountryWays:
    """The ways of one country. Raises ``WrongUse`` for an unknown country or commitment."""
    return Ways.of(programme, delivered).of_country(country, most=most)


def _containers(network: Network) -> Floats:
    found, s = skim(network), CLASSES.index("containers")
    cost = np.where(found.cost[s] < UNREACHABLE, found.cost[s] * UNIT_USD_PER_T, np.nan)
    answer: Floats = np.stack([cost, found.hours[s], found.usd_per_t[s], found.km[s]], axis=-1)
    return answer


def _passage(row: Floats) -> Passage | None:
    cost, hours, usd, km = map(float, row)
    return None if np.isnan(cost) else Passage(hours / 24, usd, km, cost)
