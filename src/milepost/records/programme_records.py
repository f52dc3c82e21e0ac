"""All rows of one programme, and its settings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from milepost.errors import WrongUse
from milepost.params import EVERY, Parameter, declared
from milepost.records import tables as t
from milepost.records.kinds import Row


class Settings(BaseModel):
    """``programme.toml``: what holds for the whole programme."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, description="title of the programme")]
    base_date: Annotated[dt.date, Field(description="today's network is what is open on this day")]
    base_year: Annotated[
        int, Field(ge=1900, le=2200, description="year of the money and of the trade matrix")
    ]
    currency: Annotated[Literal["USD"], Field(description="currency of every amount")] = "USD"
    discount_rate_per_year: Annotated[
        float,
        Field(
            ge=0,
            le=0.5,
            description="continuous discount rate, per year; answers state the annual one, exp(r) - 1",
        ),
    ]
    horizon: Annotated[dt.date, Field(description="value after this day is not counted")]
    deficits: Annotated[
        Literal["zero", "fixed", "multiplicative"],
        Field(description="closure of the trade model: what becomes of trade deficits"),
    ] = "zero"
    model: Annotated[
        Literal["one-sector", "many-sectors"],
        Field(
            description="trade model: one sector, or the sectors of the tables sectors, sector_trade, "
            "_accounts and _inputs"
        ),
    ] = "one-sector"
    boundary_disclaimer: Annotated[str, Field(description="printed under every map")] = (
        "Boundaries and names on the map do not imply any opinion on the legal status of any territory."
    )
    headline_routes: Annotated[
        tuple[str, ...],
        Field(description="ids of routes shown side by side in the report, one for each rival path"),
    ] = ()
    summary: Annotated[str, Field(description="one paragraph about the programme")] = ""
    language: Annotated[
        Literal["en", "fr", "ru", "fa", "ar"],
        Field(description="language that the tables are written in; texts holds the others"),
    ] = "en"
    key: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9-]{0,40}$",
            description="short name that never changes, by which calendars know its events: small "
            "letters, digits and hyphens",
        ),
    ] = ""


class Policy(BaseModel):
    """``policy.toml``: the rules of follow-up that the parties agreed on. Without the file, these defaults
    hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delivered_needs: Annotated[
        Literal["primary document", "statement"],
        Field(
            description="what the owner must show before 'delivered (claimed)': its own document that meets "
            "the "
            "acceptance test, or any statement of delivery that is on record"
        ),
    ] = "primary document"
    measured_days: Annotated[
        int, Field(ge=1, le=3650, description="days of measurement before 'in effect'")
    ] = 90
    stale_after_days: Annotated[
        int, Field(ge=1, le=36500, description="days without a report after which one is stale")
    ] = 365
    at_risk_days: Annotated[
        int, Field(ge=0, le=3650, description="due within these days and not yet substantial = at risk")
    ] = 180
    requests_since: Annotated[
        dt.date | None,
        Field(description="from this day on a date moves only by a granted request; empty = the base date"),
    ] = None
    request_days_before: Annotated[
        int, Field(ge=0, le=3650, description="days before the due date by which an orderly request is made")
    ] = 120
    requests_by_notice: Annotated[
        int,
        Field(ge=0, le=99, description="requests that a party may simply notify; later ones need decided_by"),
    ] = 1
    decided_by: Annotated[
        str, Field(description="body that decides on further requests: council, secretariat or a party")
    ] = "council"
    longest_extension_days: Annotated[
        int, Field(ge=1, le=36500, description="longest move of one request")
    ] = 1096
    reasons: Annotated[tuple[str, ...], Field(min_length=1, description="reason codes of a request")] = (
        "funding",
        "land",
        "design",
        "contractor",
        "procedure",
        "ratification",
        "restriction",
        "conflict",
        "weather",
        "dependency",
        "other",
    )
    reminder_days: Annotated[
        tuple[int, ...],
        Field(description="days from the due date on which its owner is reminded; negative = before"),
    ] = (-180, -120, -90, -60, -30, -14, -7, 0, 7, 14, 30)
    escalation: Annotated[
        tuple[str, ...],
        Field(description="ladder after the due date, as 'days role'; each step goes to all roles up to it"),
    ] = ("7 focal point", "30 approver", "60 secretariat", "120 council")
    intake_working_days: Annotated[
        int, Field(ge=1, le=365, description="working days to complete a new commitment")
    ] = 5
    work_plan_days: Annotated[int, Field(ge=1, le=3650, description="days to hand in a work plan")] = 14
    brief_days_before: Annotated[
        int, Field(ge=0, le=365, description="days before a meeting on which its brief goes out")
    ] = 14

    digest_day: Annotated[
        Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        Field(description="day of the week on which each office gets its one letter"),
    ] = "Monday"
    digest_items: Annotated[
        int, Field(ge=1, le=1000, description="most matters in one weekly letter; the rest is counted")
    ] = 20

    @field_validator("escalation")
    @classmethod
    def _ladder(cls, steps: tuple[str, ...]) -> tuple[str, ...]:
        for step in steps:
            days, _, role = step.partition(" ")
            if not re.fullmatch(r"[0-9]{1,5}", days) or role not in (
                "focal point",
                "approver",
                "secretariat",
                "council",
            ):
                raise ValueError(f"'{step}' is no step: write days and role, such as '30 approver'")
        return steps

    @field_validator("reminder_days")
    @classmethod
    def _within_a_century(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        for day in days:
            if abs(day) > 36_525:
                raise ValueError(f"{day} days from a due date are more than a century")
        return days

    @property
    def ladder(self) -> tuple[tuple[int, str], ...]:
        """The escalation ladder as (days after the due date, role), in order of days."""
        return tuple(
            sorted((int(step.partition(" ")[0]), step.partition(" ")[2]) for step in self.escalation)
        )


UNKNOWN = "*"  # among the ids of unread rows: there may be others


def may_be_unread(unread: Mapping[str, frozenset[str]], table: str, ident: str) -> bool:
    """Whether a row may stand in its file although it could not be read: then nobody who names it is at
    fault."""
    ids = unread.get(table, frozenset())
    return UNKNOWN in ids or ident in ids or ident.upper() in {i.upper() for i in ids}


@dataclass(frozen=True)
class Records:
    """Every table of a programme, in file order. Built by a store, never changed."""

    settings: Settings
    policy: Policy = field(default_factory=lambda: Policy())
    parties: tuple[t.Party, ...] = ()
    agreements: tuple[t.Agreement, ...] = ()
    instruments: tuple[t.Instrument, ...] = ()
    force_rules: tuple[t.ForceRule, ...] = ()
    force_conditions: tuple[t.ForceCondition, ...] = ()
    force_weights: tuple[t.ForceWeight, ...] = ()
    kinds: tuple[t.Kind, ...] = ()
    commitments: tuple[t.Commitment, ...] = ()
    milestones: tuple[t.Milestone, ...] = ()
    date_changes: tuple[t.DateChange, ...] = ()
    date_requests: tuple[t.DateRequest, ...] = ()
    dependencies: tuple[t.Dependency, ...] = ()
    durations: tuple[t.Duration, ...] = ()
    drivers: tuple[t.Driver, ...] = ()
    evidence: tuple[t.Evidence, ...] = ()
    meetings: tuple[t.Meeting, ...] = ()
    attendance: tuple[t.Attendance, ...] = ()
    decisions: tuple[t.Decision, ...] = ()
    comments: tuple[t.Comment, ...] = ()
    forecasts: tuple[t.Forecast, ...] = ()
    contacts: tuple[t.Contact, ...] = ()
    sent_letters: tuple[t.SentLetter, ...] = ()
    known_as: tuple[t.KnownAs, ...] = ()
    texts: tuple[t.Translation, ...] = ()
    nodes: tuple[t.Node, ...] = ()
    zone_shares: tuple[t.ZoneShare, ...] = ()
    links: tuple[t.Link, ...] = ()
    crossings: tuple[t.Crossing, ...] = ()
    services: tuple[t.Service, ...] = ()
    effects: tuple[t.Effect, ...] = ()
    restrictions: tuple[t.Restriction, ...] = ()
    countries: tuple[t.Country, ...] = ()
    flows: tuple[t.Flow, ...] = ()
    cargo: tuple[t.Cargo, ...] = ()
    sectors: tuple[t.Sector, ...] = ()
    sector_trade: tuple[t.SectorTrade, ...] = ()
    sector_accounts: tuple[t.SectorAccount, ...] = ()
    sector_inputs: tuple[t.SectorInput, ...] = ()
    capacities: tuple[t.Capacity, ...] = ()
    reported_trade: tuple[t.ReportedTrade, ...] = ()
    routes: tuple[t.Route, ...] = ()
    counts: tuple[t.Count, ...] = ()
    costs: tuple[t.Cost, ...] = ()
    financing: tuple[t.Financing, ...] = ()
    growth: tuple[t.Growth, ...] = ()
    prices: tuple[t.Price, ...] = ()
    params: tuple[t.Param, ...] = ()
    files: dict[str, str] = field(
        default_factory=dict, compare=False
    )  # table -> file (or sheet) it was read from
    unread: Mapping[str, frozenset[str]] = field(
        default_factory=dict, compare=False
    )  # table -> ids of rows that could not be read
    told: Mapping[str, Set[str]] = field(
        default_factory=dict, compare=False
    )  # table -> names that it lacks, of which reading has told
    fingerprint: str = field(default="", compare=False)  # SHA-256 of the canonical content

    @property
    def requests_since(self) -> dt.date:
        """From this day on a promised date moves only by a granted request."""
        return self.policy.requests_since or self.settings.base_date

    def rows(self, table: str) -> Sequence[Row]:
        """Rows of a table by its name."""
        rows: Sequence[Row] = getattr(self, table)
        return rows

    def all_rows(self) -> Iterator[Row]:
        """Every row of every table."""
        for table in t.TABLES:
            yield from self.rows(table)

    def may_have(self, table: str, ident: str) -> bool:
        """Whether a row is there, may be there unread, or is missed already by a finding of reading: what is
        not may be called unknown."""
        if ident in self.told.get(table, ()) or may_be_unread(self.unread, table, ident):
            return True
        return any(row.ident == ident for row in self.rows(table))

    def whole(self, *tables: str) -> bool:
        """Whether every row of the tables could be read: otherwise what they add up to, or lack, cannot be
        judged."""
        return not any(table in self.unread for table in tables)

    def file(self, table: str) -> str:
        """File (or sheet) that a table was read from."""
        return self.files.get(table, f"{table}.csv")

    @cached_property
    def _params(self) -> dict[tuple[str, str], t.Param]:
        return {(p.name, p.applies_to): p for p in self.params if p.use == "model"}

    def find_param(self, name: str, *applies_to: str) -> t.Param | None:
        """The first model parameter that applies: the most particular key first, ``all`` last.

        Raises ``UndeclaredParameter`` for a name, or a key of it, that :mod:`milepost.params` does not have.
        """
        return self._find_param(declared(name, *applies_to), applies_to)

    def _find_param(self, parameter: Parameter, applies_to: tuple[str, ...]) -> t.Param | None:
        for key in (*applies_to, EVERY):
            if found := self._params.get((parameter.name, key)):
                return found
        return None

    def param(self, name: str, *applies_to: str) -> float:
        """Value of a model parameter, or its declared default.

        Raises ``WrongUse`` when it is missing and has no default, and as :meth:`find_param`.
        """
        parameter = declared(name, *applies_to)
        found = self._find_param(parameter, applies_to)
        if found is not None:
            return found.value
        if parameter.default is None:
            where = applies_to[0] if applies_to else EVERY
            raise WrongUse(
                f"params.csv has no model row '{name}' for '{where}'. Add it with its basis and source."
            )
        return parameter.default

    def param_of(self, name: str, kind: str) -> float:
        """Value of a parameter for commitments of a kind. A register may have kinds of its own (a meeting, a
        report, what its table of kinds adds): one that the parameter has no rows for counts as all do."""
        return self.param(name, kind) if kind in declared(name).keys else self.param(name)

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
