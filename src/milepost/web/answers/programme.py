"""The programme itself: what it is, what its numbers rest on, its rows and their history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from milepost.web.answers.base import Answer, Moment, Row, with_columns
from milepost.web.answers.values import Said


class FindingOf(Answer):
    """One fault in the data."""

    table: str
    """Table."""
    file: str
    """File."""
    line: int
    """Line of the file; 0: the whole file."""
    id: str
    """Row."""
    message: str
    """What was found."""
    remedy: str
    """What to do about it."""
    column: str
    """Column; empty: the whole row."""
    needed_for: str
    """What cannot be done until it is repaired: everything, or values."""
    says: list[Said]
    """What was found, and what to do about it, as messages of the catalogue; without a key: English alone."""


class Programme(Answer):
    """The programme: what it is, on which day, from which data."""

    title: str
    """Title."""
    summary: str
    """What it is, in a few sentences."""
    base_date: dt.date
    """Base date: which commitments are valued follows from it."""
    day: dt.date
    """Day on which the register stands: where its last entry left it."""
    base_year: int
    """Year of prices and trade."""
    horizon: dt.date
    """Last day that is counted."""
    discount_rate_per_year: float
    """Annual rate, a share, as appraisals state it; the setting of this name is the continuous one."""
    model: str
    """Model of trade."""
    disclaimer: str
    """What the map's boundaries mean."""
    fingerprint: str
    """Fingerprint of the data (SHA-256)."""
    commitments: int
    """How many."""
    entries: int
    """Entries of the chain."""
    root: str
    """Hash of its last entry; empty: there is none."""
    version: str
    """Version of milepost."""
    read_at: Moment
    """When the data were read."""
    known_on: dt.date | None
    """Day as known on which the register is shown; null: as it is now."""
    findings: list[FindingOf]
    """What is wrong with the data."""
    alone: bool
    """Is it a register without a network? Then nothing is valued, and there is no map."""
    can_edit: bool
    """Can rows be written back?"""
    limits: list[Said]
    """What the model cannot say."""
    headline_routes: list[str]
    """Ids of the routes that the programme is looked at by."""
    reasons: list[str]
    """Reasons for moving a date that the policy knows."""
    decided_by: str
    """Who decides requests, by the policy."""


class ParamKnown(Row):
    """A parameter of the model."""

    value: float
    """Its value, in the unit of the row."""
    low: float | None
    """Low end of its plausible band; null: none is stated."""
    high: float | None
    """High end of its plausible band; null: none is stated."""


if TYPE_CHECKING:  # a checker of types does not know the columns
    ParamRow = ParamKnown
else:
    ParamRow = with_columns(ParamKnown, "params")


class Told(Answer):
    """A published figure beside the model's."""

    kind: Literal["days", "cost", "count"]
    """What it is a figure of."""
    id: str
    """Id of the route or count."""
    where: str
    """Of which route, link, border, node or country."""
    sample: Literal["fit", "held out", "check"]
    """Fit: fitted to; held out: only compared; check: shown, in no statistic."""
    year: int | None
    """Year of the figure; null: not stated."""
    observed: float
    """As published, in its unit."""
    model: float | None
    """Of the model; null: it says nothing of this."""
    ratio: float | None
    """Model over published; null: one of them is missing, or zero is published."""
    unit: str
    """Unit of both."""
    why_not: str
    """Why nothing can be compared; empty: it is."""
    source: str
    """Where it is published."""


class Near(Answer):
    """How near the model is to the figures of one kind and sample."""

    kind: Literal["days", "cost", "count"]
    """Of what."""
    sample: Literal["fit", "held out"]
    """Of which sample."""
    rows: int
    """How many figures, or places and paths."""
    median_error: float
    """Median of how far off they are, as a share of what is published."""
    within_quarter: float
    """Share of them within 25 %."""
    within_half: float
    """Share of them within 50 %."""


class HowWell(Answer):
    """How well the model tells what is known."""

    summary: list[Near]
    """By kind and sample."""
    each_once: list[Near]
    """The same, each place or path once: beside the lowest and highest of its figures."""
    observations: list[Told]
    """Figure by figure."""


class GravityFit(Answer):
    """How well trade is told from GDP and geography alone."""

    pairs: int
    """Pairs of countries."""
    correlation_of_log_flows: float
    """Correlation."""
    share_within_factor_two: float
    """Share of pairs."""
    share_within_factor_two_by_value: float
    """Share of trade."""


class Gravity(Answer):
    """The gravity equation that flows without a source come from."""

    model: str
    """The equation."""
    method: str
    """How it was fitted."""
    year: int
    """Year of trade."""
    countries: int
    """How many."""
    observations: int
    """How many pairs."""
    left_out: list[str]
    """Countries left out."""
    domestic_trade_clipped: list[str]
    """Countries whose trade at home was clipped."""
    coefficients: dict[str, float]
    """Coefficients."""
    standard_errors: dict[str, float]
    """Their standard errors."""
    fit_from_gdp_and_geography_alone: dict[str, GravityFit]
    """By size of flow."""
    data: str
    """Sources."""


class Model(Answer):
    """What the numbers rest on."""

    params: list[ParamRow]
    """Parameters that the model uses."""
    rows_by_basis: dict[str, dict[str, int]]
    """Table -> basis -> how many rows."""
    how_well: HowWell
    """Published days, costs and counts beside the model's."""
    gravity: Gravity | None
    """The gravity equation; null: the model does not use it."""


class Computed(Answer):
    """One computed table."""

    answers: str
    """What it answers."""
    takes: list[str]
    """What it may be asked."""


class TableNames(Answer):
    """What can be had as a table."""

    tables: list[str]
    """Names."""
    formats: list[str]
    """Formats."""
    columns: dict[str, list[str]]
    """Columns of the tables of the register, in order."""
    dates: dict[str, list[str]]
    """Those of them that hold dates."""
    computed: dict[str, Computed]
    """Computed tables."""


class RowOfTable(Answer):
    """One row as text cells."""

    id: str
    """Key of the row."""
    cells: dict[str, str]
    """Column -> text; empty: not known."""
    digest: str
    """Digest, by which an edit says what it saw (SHA-256)."""


class Change(Answer):
    """What an entry of the chain did to one row."""

    table: str
    """Table."""
    id: str
    """Key of the row."""
    what: str
    """Added, changed or removed."""
    before: dict[str, str] | None
    """Cells before; null: there was no such row."""
    after: dict[str, str] | None
    """Cells after; null: the row was removed."""


class EntryOfChain(Answer):
    """One entry of the audit chain."""

    n: int
    """Its number."""
    at: str
    """Moment."""
    by: str
    """Who wrote it."""
    reason: str
    """Why."""
    hash: str
    """Its hash."""
    changes: list[Change]
    """What it changed, fifty rows at most."""


class Checked(Answer):
    """Why rows would not be written."""

    error: str
    """The sentence; empty: they would be written."""
    findings: list[FindingOf]
    """What is wrong with which cell."""


class KeptDocument(Answer):
    """A document that is kept under its digest."""

    sha256: str
    """SHA-256 of its bytes."""
    name: str
    """Name under which it is fetched."""
    bytes: int
    """Size, bytes."""
    media_type: Literal["image/png", "image/jpeg", "application/octet-stream"]
    """Content type of a picture, or of what is only fetched."""
