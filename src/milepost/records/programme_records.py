"""All rows of one programme, and its settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from milepost.errors import WrongUse
from milepost.records import tables as t
from milepost.records.kinds import Row


class Settings(BaseModel):
    """``programme.toml``: what holds for the whole programme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, description="title of the programme")]
    base_date: Annotated[dt.date, Field(description="today's network is what is open on this day")]
    base_year: Annotated[int, Field(ge=1900, le=2200, description="year of the money and of the trade matrix")]
    currency: Annotated[Literal["USD"], Field(description="currency of every amount")] = "USD"
    discount_rate_per_year: Annotated[float, Field(ge=0, le=0.5, description="continuous discount rate, per year")]
    horizon: Annotated[dt.date, Field(description="value after this day is not counted")]
    deficits: Annotated[
        Literal["zero", "fixed", "multiplicative"],
        Field(description="closure of the trade model: what becomes of trade deficits"),
    ] = "zero"
    boundary_disclaimer: Annotated[str, Field(description="printed under every map")] = (
        "Boundaries and names on the map do not imply any opinion on the legal status of any territory."
    )
    headline_routes: Annotated[
        tuple[str, ...], Field(description="ids of routes shown side by side in the report, one for each rival way")
    ] = ()
    summary: Annotated[str, Field(description="one paragraph about the programme")] = ""


@dataclass(frozen=True)
class Records:
    """Every table of a programme, in file order. Built by a store, never changed."""

    settings: Settings
    parties: tuple[t.Party, ...] = ()
    agreements: tuple[t.Agreement, ...] = ()
    instruments: tuple[t.Instrument, ...] = ()
    commitments: tuple[t.Commitment, ...] = ()
    date_changes: tuple[t.DateChange, ...] = ()
    dependencies: tuple[t.Dependency, ...] = ()
    evidence: tuple[t.Evidence, ...] = ()
    nodes: tuple[t.Node, ...] = ()
    links: tuple[t.Link, ...] = ()
    crossings: tuple[t.Crossing, ...] = ()
    services: tuple[t.Service, ...] = ()
    effects: tuple[t.Effect, ...] = ()
    restrictions: tuple[t.Restriction, ...] = ()
    countries: tuple[t.Country, ...] = ()
    flows: tuple[t.Flow, ...] = ()
    reported_trade: tuple[t.ReportedTrade, ...] = ()
    routes: tuple[t.Route, ...] = ()
    params: tuple[t.Param, ...] = ()
    files: dict[str, str] = field(default_factory=dict, compare=False)  # table -> file (or sheet) it was read from
    fingerprint: str = field(default="", compare=False)  # SHA-256 of the canonical content

    def rows(self, table: str) -> Sequence[Row]:
        """Rows of a table by its name."""
        rows: Sequence[Row] = getattr(self, table)
        return rows

    def all_rows(self) -> Iterator[Row]:
        """Every row of every table."""
        for table in t.TABLES:
            yield from self.rows(table)

    def file(self, table: str) -> str:
        """File (or sheet) that a table was read from."""
        return self.files.get(table, f"{table}.csv")

    @cached_property
    def _params(self) -> dict[tuple[str, str], t.Param]:
        return {(p.name, p.applies_to): p for p in self.params if p.use == "model"}

    def find_param(self, name: str, *applies_to: str) -> t.Param | None:
        """The first model parameter that applies: the most particular key first, ``all`` last."""
        for key in (*applies_to, "all"):
            if found := self._params.get((name, key)):
                return found
        return None

    def param(self, name: str, *applies_to: str, default: float | None = None) -> float:
        """Value of a model parameter; ``WrongUse`` names it when it is missing and has no default."""
        found = self.find_param(name, *applies_to)
        if found is not None:
            return found.value
        if default is None:
            where = applies_to[0] if applies_to else "all"
            raise WrongUse(f"params.csv has no model row '{name}' for '{where}'. Add it with its basis and source.")
        return default

    def with_param(self, name: str, value: float, applies_to: str | None = None) -> Records:
        """The same records with a model parameter set (every row of that name, or one), for sensitivity."""
        return replace(
            self,
            params=tuple(
                p.model_copy(update={"value": value})
                if p.use == "model" and p.name == name and applies_to in (None, p.applies_to)
                else p
                for p in self.params
            ),
        )

    def with_rows(self, **tables: Sequence[Any]) -> Records:
        """The same records with whole tables replaced."""
        new: dict[str, Any] = {name: tuple(rows) for name, rows in tables.items()}
        return replace(self, **new)
