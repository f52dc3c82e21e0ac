"""What a country's code or number in trade data stands for: today's states, states of their time, groups.

Today's codes are those of CLDR (through Babel); ``former_codes.csv`` holds what has gone out of use, with its
years: ISO 3166-3 and, for numbers, the UN's M49 and Comtrade's lists.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global

# numbers of Comtrade and BACI that are none of ISO 3166: customs territories, by the state that reports
_NUMBERED = {
    251: "FRA",
    381: "ITA",
    490: "TWN",
    579: "NOR",
    699: "IND",
    757: "CHE",
    841: "USA",
    842: "USA",
}
# groups that look like countries and repeat their members (World Bank, Comtrade, UNCTAD, OECD, IMF)
_GROUPS = (
    "AFE AFR AFW ARB ASE CEB CSS DEA DEC DEV DNS DSA DSF DSS EAP EAR EAS ECA ECS EMU EUE EUN EUR EUU FCS HIC "
    "HPC IBB IBD IBT IDA IDB IDX INX LAC LCN LCR LDC LIC LMC LMY LTE MDE MEA MIC MNA NAC NRS NXS OEC OED OSS "
    "PRE PSS PST RRS SAS SSA SSF SST SXZ TEA TEC TLA TMN TSA TSS UMC WLD WOR WTO XZN"
)
GROUPS = frozenset(_GROUPS.split())
# groups by other words than a code of three letters, as they stand in files (capitals)
_OTHER = (
    "EA EA17 EA18 EA19 EA20 EURO_AREA OECD ASEAN APEC BRICS G7 G20 AREAS_NES AREAS_N_E_S "
    "AREAS_NOT_ELSEWHERE_SPECIFIED BUNKERS FREE_ZONES SPECIAL_CATEGORIES"
)
OTHER_GROUPS = frozenset(_OTHER.split())
_UNION = "EU EU15 EU25 EU27 EU27_2007 EU27_2020 EU28 EUROPEAN_UNION"
EUROPEAN_UNION = frozenset(_UNION.split())
_IN_UNION = (
    "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK "
    "SVN SWE"
)
_MEMBERS = frozenset(_IN_UNION.split())
# how files name the whole world beside its countries
WORLD = frozenset({"WLD", "W00", "WOR", "WORLD", "TOTAL", "ALL", "ALL COUNTRIES", "0", "000"})


@dataclass(frozen=True)
class Former:
    """A code out of use: of a state ``renamed`` (one of today under another code) or ``dissolved``."""

    code: str
    number: int | None
    name: str
    first_year: int | None
    last_year: int | None
    renamed: bool
    today: tuple[str, ...]

    def in_words(self) -> str:
        """Name, years and who is there today."""
        years = f"{self.first_year} to {self.last_year}; " if self.last_year else ""
        return f"{self.name} ({years}today {', '.join(self.today)})"

    def there_in(self, year: int | None) -> bool:
        """Whether the code was in use in ``year``; not known, yes."""
        if year is None or self.first_year is None or self.last_year is None:
            return True
        return self.first_year <= year <= self.last_year


@cache
def former() -> tuple[Former, ...]:
    """All codes out of use, by code and first year."""
    text = files("milepost.trade.readers").joinpath("former_codes.csv").read_text(encoding="utf-8")
    return tuple(
        Former(
            row["code"],
            int(row["number"]) if row["number"] else None,
            row["name"],
            int(row["first_year"]) if row["first_year"] else None,
            int(row["last_year"]) if row["last_year"] else None,
            row["kind"] == "renamed",
            tuple(row["today"].split()),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def present() -> frozenset[str]:
    """Three-letter codes of today's countries and territories, Kosovo's XKX included."""
    gone = {f.code for f in former() if f.renamed or f.code not in _still_used()}
    return frozenset(_letters()) - gone | {"XKX"}


@cache
def _still_used() -> frozenset[str]:
    """Codes of a former state that are a state's today, too (DEU, YEM)."""
    return frozenset(code for f in former() for code in f.today if code == f.code)


@cache
def _letters() -> dict[str, str]:
    """Three letters -> two letters, of what CLDR names as a territory."""
    named = set(Locale("en").territories) - {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    return {
        code: of[0]
        for code, of in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(of) == 1 and of[0] in named
    }


@cache
def two_letters() -> frozenset[str]:
    """Two-letter codes of today's countries and territories."""
    return frozenset(two for three, two in _letters().items() if three in present())


@cache
def members_of_the_union() -> frozenset[str]:
    """Codes, of three and of two letters, of the states that are or were in the European Union."""
    return _MEMBERS | {_letters()[code] for code in _MEMBERS}


@cache
def by_number() -> dict[int, str]:
    """Number in ISO 3166, M49 or Comtrade -> three-letter code, of today or of its time."""
    letters = {two: three for three, two in sorted(_letters().items(), reverse=True) if three in present()}
    of_today = {
        int(number): letters[of[0]]
        for number, of in get_global("territory_aliases").items()
        if number.isdigit() and len(of) == 1 and of[0] in letters
    }
    # 891 was Yugoslavia's, then that of Serbia and Montenegro: lists of today call it so
    of_their_time = {f.number: f.code for f in reversed(former()) if f.number is not None and not f.renamed}
    return of_today | of_their_time | _NUMBERED


def dissolved(code: str, year: int | None = None) -> Former | None:
    """The state of its time behind a code that no state has today, as it was in ``year``."""
    if code in present():
        return None
    found = [f for f in former() if f.code == code and not f.renamed]
    return next((f for f in found if f.there_in(year)), found[0] if found else None)
