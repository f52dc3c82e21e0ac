"""The gauge of each railway: its own, or that of the country it runs in; an empty cell is no third gauge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from milepost.records import Link, Records


@dataclass(frozen=True)
class Gauges:
    """Gauge in mm of countries (as stated, or that of most km of its own railways), and countries of nodes.

    A railway between two countries whose row states none runs on the gauge of the country that it starts in,
    as far as one is known; which of two it is should be stated (a finding of ``milepost check``).
    """

    of_country: Mapping[str, float]
    country: Mapping[str, str]

    @classmethod
    def of(cls, records: Records) -> Gauges:
        """Where a country states none, its own railways do; of equal km the narrower gauge."""
        country = {node.id: node.country for node in records.nodes}
        km: dict[str, dict[float, float]] = {}
        for link in records.links:
            a, b = country.get(link.from_node, ""), country.get(link.to_node, "")
            if link.mode == "rail" and link.use == "model" and link.gauge_mm and a == b:
                of = km.setdefault(a, {})
                of[link.gauge_mm] = of.get(link.gauge_mm, 0.0) + link.km
        found = {name: min(of, key=lambda mm, of=of: (-of[mm], mm)) for name, of in km.items()}  # type: ignore[misc]
        found |= {c.id: c.gauge_mm for c in records.countries if c.gauge_mm is not None}
        return cls(MappingProxyType(found), MappingProxyType(country))

    def gauge(self, link: Link) -> float | None:
        """Gauge of a railway, mm; None for other links, and where neither row nor country says one."""
        if link.mode != "rail":
            return None
        return link.gauge_mm or next(iter(self.choices(link)), None)

    def choices(self, link: Link) -> tuple[float, ...]:
        """What an empty cell may mean, mm: the gauge of the country at the start, and that at the end."""
        ends = (self.of_country.get(self.country[node]) for node in (link.from_node, link.to_node))
        return tuple(dict.fromkeys(mm for mm in ends if mm is not None))

    def name(self, link: Link) -> str:
        """The mode of a link, for rail with its gauge: between two names goods change."""
        mm = self.gauge(link)
        return link.mode if mm is None else f"rail{mm:g}"
