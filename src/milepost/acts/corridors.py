"""A corridor out of open data becomes a programme, or adds countries to one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from milepost.acts.bring import Brought, Copy, bring
from milepost.acts.persons import Person
from milepost.acts.programmes import exists, form_fits
from milepost.acts.writing import Register, Written
from milepost.atlas.corridor import Asked, Corridor, Tell, asked_for, corridor
from milepost.atlas.extension import extended
from milepost.atlas.sources import SOURCES, WORLD_BANK, credit
from milepost.errors import BadData, WrongUse
from milepost.intake.names import by_code, known_names, plain
from milepost.records import Param
from milepost.records.starter import starter_params
from milepost.store.folder import new_programme
from milepost.store.stores import open_store
from milepost.store.transfer import copy as copy_to
from milepost.trade.gravity import coefficients
from milepost.trade.rebasing import REST_OF_WORLD


@dataclass(frozen=True, repr=False)
class Drawn(Written):
    """A corridor that was made of open data: what it holds, who its partners are, what was closed, assumed
    and left out, and whom its licences ask to name."""

    created: str
    through: tuple[str, ...]
    gateways: tuple[str, ...]
    beyond: tuple[str, ...]
    towns: int
    borders: int
    ports: int
    links: dict[str, int]
    assumed_rows: int
    joins: int
    longest_join_km: float
    assumed_roads: int
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    packages: tuple[str, ...]
    credit: str

    def headed(self) -> str:
        """Where it is, and through which countries."""
        return f"Created {self.created}: a corridor through {', '.join(self.through)}."


def pull(gdp: float, other_gdp: float, km: float, border: bool) -> float:
    """Trade that the gravity of :mod:`milepost.trade.gravity` expects before it is balanced; without a
    unit."""
    found = coefficients()["coefficients"]
    return gdp * other_gdp * math.exp(found["ln_km"] * math.log(km) + found["contiguity"] * border)


def params_like(address: str) -> tuple[Param, ...]:
    """The parameters of another programme, or those that every model starts from. Raises ``BadData`` for one
    that cannot be read."""
    if not address:
        return starter_params()
    records, findings = open_store(address).read()
    if records is None or findings:
        raise BadData(findings)
    return records.params


def codes_of(names: Sequence[str]) -> tuple[str, ...]:
    """ISO 3166-1 alpha-3 codes of countries from codes of three or two letters in any case, or names in any
    language of the catalogue, usual and former ones too; what is none of these as it was written."""
    return tuple(by_code(name) or known_names().get(plain(name), name) for name in names)


def asked_in_words(
    through: Sequence[str], modes: Sequence[str], towns: int, beyond: Sequence[str], day: dt.date
) -> Asked:
    """The question for a corridor as a person puts it, checked as :func:`milepost.atlas.corridor.asked_for`
    does."""
    return asked_for(codes_of(through), modes, towns, codes_of(beyond), day)


def draw(target: str, asked: Asked, params: Sequence[Param], tell: Tell | None = None) -> Drawn:
    """The corridor as a new programme: a folder, a workbook or a database. Raises ``WrongUse`` if something
    stands there, without the extra, and where nothing is connected."""
    form_fits(target)
    if exists(target):  # before half a minute of work, not after
        raise WrongUse(f"'{target}' exists; choose another name.")
    made = corridor(asked, params, pull, tell)
    if "://" not in target and Path(target).suffix.lower() in ("", ".xlsx"):
        new_programme(Path(target), made.records)
    else:
        copy_to(made.records, target, by="atlas", reason=f"corridor through {', '.join(asked.through)}")
    return _told(target, asked, made)


def extend(
    register: Register,
    person: Person,
    asked: Asked,
    *,
    apply: bool = False,
    reason: str = "",
    tell: Tell | None = None,
) -> tuple[Brought, tuple[str, ...]]:
    """Countries added to a programme: what that adds, row by row, applied if asked for; and what a person
    must know of it, in sentences.

    What is there is not changed. Raises ``WrongUse`` as :func:`milepost.atlas.extension.extended`,
    ``BadData`` for a programme with findings.
    """
    opened = register.now()[1]
    made, lost = extended(asked, opened.sound(), tell)
    copy = Copy(made, name="the atlas")
    why = reason or f"extended by {', '.join(asked.through)} from open data"
    done = bring(register, person, copy, apply=apply, reason=why)
    notes = [f"Left out, since nothing reaches them: {', '.join(lost)}."] if lost else []
    if any(country.id == REST_OF_WORLD for country in made.countries):
        gdp = sum(country.gdp_usd_m for country in made.countries if country.id in asked.through)
        notes.append(
            f"{REST_OF_WORLD} still counts the new countries: lower its gdp_usd_m by {gdp:,.0f} if so."
        )
    return done, (*notes, credit())


def _told(target: str, asked: Asked, made: Corridor) -> Drawn:
    records = made.records
    modes = sorted({link.mode for link in records.links})
    return Drawn(
        target,
        asked.through,
        made.gateways,
        made.beyond,
        sum(1 for node in records.nodes if node.trade_share),
        sum(1 for row in records.crossings if row.kind == "border"),
        sum(1 for node in records.nodes if node.kind == "port"),
        {mode: sum(1 for link in records.links if link.mode == mode) for mode in modes},
        sum(1 for row in records.all_rows() if getattr(row, "basis", "") == "assumed"),
        len(made.joins),
        max((metres for _, metres in made.joins), default=0) / 1000,
        made.assumed_roads,
        made.left_out,
        made.missing,
        (*(f"{s.package} {s.version} ({s.licence})" for s in SOURCES), WORLD_BANK),
        credit(),
    )
