"""What a link may end in: towns, ports and the two sides of a border; and the links between them, as drafts
of rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Literal

from milepost.atlas.geometry import Line, Point, km_between
from milepost.atlas.sources import GEONAMES, Town, towns
from milepost.records.tables.network import Mode

Kind = Literal["city", "port", "terminal", "border", "waypoint"]
SUBURB_KM = 25.0  # a town so near a larger one is a part of it
AT_LEAST = 3  # towns of a country, however small they are
ROW = "ROW"


@dataclass(frozen=True)
class Spot:
    """A node to be: ``people`` is 0 where nothing starts or ends."""

    id: str
    name: str
    country: str
    lat: float
    lon: float
    kind: Kind
    people: int = 0
    basis: Literal["sourced", "computed", "assumed"] = "sourced"
    source: str = ""
    note: str = ""

    @property
    def at(self) -> Point:
        """Longitude and latitude."""
        return self.lon, self.lat


@dataclass(frozen=True)
class Draft:
    """A link to be: ends by the ids of spots, metres, its line, the joins on it and the roads on it that are
    assumed (metres each). ``border``: the link across a border."""

    a: str
    b: str
    mode: Mode
    metres: int
    line: Line
    joins: tuple[int, ...] = ()
    border: bool = False
    assumed: tuple[int, ...] = ()


@dataclass
class Names:
    """Ids that are taken, and new ones from names: capitals and digits, at most 24."""

    taken: set[str] = field(default_factory=set)

    def fresh(self, *parts: str) -> str:
        """A short id that nothing has yet; a number is added where it must be."""
        base = "-".join(filter(None, map(slug, parts)))[:56].strip("-") or "X"
        found, number = base, 1
        while found in self.taken:
            number += 1
            found = f"{base}{number}"
        self.taken.add(found)
        return found


def slug(text: str) -> str:
    """A name in capitals and digits: Kars -> KARS, São Tomé -> SAOTOME."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9-]", "", plain.upper())[:24]


def towns_of(country: str, least: int, names: Names, most: int = 10_000) -> list[Spot]:
    """Towns of a country with at least ``least`` inhabitants, the largest first; suburbs left out; at least
    three, if it has them."""
    found: list[Spot] = []
    cited = GEONAMES.cited
    for town in towns():
        if town.country != country or len(found) >= most:
            continue
        if town.population < least and len(found) >= min(AT_LEAST, most):
            break
        here = (town.lon, town.lat)
        if all(km_between(here, other.at) > SUBURB_KM for other in found):
            name = (
                names.fresh(town.name)
                if slug(town.name) not in names.taken
                else names.fresh(town.name, country)
            )
            found.append(
                Spot(name, town.name, country, town.lat, town.lon, "city", town.population, "sourced", cited)
            )
    return found


def nearest_town(point: Point, countries: Container[str]) -> Town | None:
    """The nearest town of 15,000 inhabitants in some countries, for the name of a border."""
    around = [t for t in towns() if t.country in countries and abs(t.lat - point[1]) < 4]
    return min(around, key=lambda t: (km_between(point, (t.lon, t.lat)), t.name), default=None)
