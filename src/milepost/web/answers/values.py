"""What the promises are worth: the book, shares, a day's cost, forecasts, trials."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from milepost.web.answers.base import Answer, Moment
from milepost.web.answers.commitments import Country

ByCountry = Annotated[dict[str, float], Field(description="country -> value")]


class Said(Answer):
    """A sentence that a model made: its English text, and the message it was made from."""

    text: str
    """English text."""
    key: str
    """Key of the message in the catalogue; empty: the text is shown as it is."""
    values: dict[str, str | int]
    """Values of the message."""


class Pace(Answer):
    """How V grows: factors on it, from days after that of the book on."""

    starts: list[int]
    """First days, the first of them 0."""
    factors: list[list[float]]
    """A row for each of them: a factor for each country."""
    parts: dict[str, list[float]]
    """What each commitment counts for, by country, in what capacities leave of V of a set; empty: they leave
    all."""
    kept: dict[str, list[float]]
    """The share of a commitment's value that they leave, for each of the days."""


class SpendingByDate(Answer):
    """Present value of what is spent for a commitment, a straight line between two days; never: nothing."""

    days: list[int]
    """Days from that of the book to delivery."""
    musd: list[float]
    """MUSD present value, for all who pay."""


class Book(Answer):
    """V of every set of dated commitments that the timetable may pass through."""

    unit: str
    """MUSD/year."""
    commitments: list[str]
    """Dated commitments; the k-th is the bit 2^k of a set."""
    countries: list[str]
    """Countries, in the order of a row."""
    complete: bool
    """Does it hold every set? If not, it is exact for one more moved date."""
    masks: list[str]
    """Sets of an incomplete book, hexadecimal; empty: all sets from 0."""
    row_of: list[int]
    """Row of each set, from 0."""
    grain_musd: float
    """Of which values are whole multiples, MUSD."""
    rows: str
    """V by row and country in grains, a row where a set first names it. In base64: of each number twice it,
    or twice its size less one where it is below zero, as eight bytes, first the lowest byte of each, then the
    second, and so on. Of a complete book from the third row on, of a set with commitments i < j at its end,
    what V(without i) + V(without j) - V(without both) leaves."""
    on: dt.date
    """Day to which present values are discounted."""
    horizon: dt.date
    """Last day that is counted."""
    discount_rate_per_year: float
    """Annual rate, a share, as appraisals state it."""
    continuous_rate_per_year: float
    """The same as a continuous rate, by which values are discounted."""
    days_per_year: float
    """Days of a year in the discounting."""
    pace: Pace | None
    """How V grows with trade; null where nothing says that it does."""
    dates: dict[str, dt.date]
    """Date of each commitment."""
    spending: dict[str, SpendingByDate]
    """What each costs by its date, where that is stated."""


class Rests(Answer):
    """Which share of a value rests on flows that nobody records, to first order."""

    all: float | None
    """Of all countries together, from 0 to 1; null: nothing is gained."""
    countries: dict[str, float | None]
    """By country: of what is saved on its own exports and imports."""


class Delay(Answer):
    """Cost of a day's delay of each commitment."""

    unit: str
    """MUSD/day, present value."""
    on: dt.date
    """Day it is seen from."""
    days: int
    """Days of delay."""
    discount_rate_per_year: float
    """Annual rate, a share, as appraisals state it."""
    continuous_rate_per_year: float
    """The same as a continuous rate, by which values are discounted."""
    horizon: dt.date
    """Last day that is counted."""
    grows: bool
    """Whether V grows with trade, by the rows of growth."""
    dates: dict[str, dt.date]
    """Date of each commitment."""
    undated: list[str]
    """Valued commitments without a date."""
    beyond_horizon: list[str]
    """Commitments dated after the horizon."""
    commitments: dict[str, ByCountry]
    """Commitment -> country -> benefit lost; ``all`` is the sum over every country of the model."""
    received: dict[str, ByCountry] | None
    """The part of it that is taxes and margins not received; null: no dollar changes hands."""
    deferred: dict[str, float]
    """What spending later saves, MUSD, of commitments whose cost is stated."""
    escalation: dict[str, float]
    """What of it is lost again, because what waits becomes dearer."""
    saved: dict[str, float]
    """The one less the other."""
    net: dict[str, float]
    """Benefit lost by all countries less what is saved, MUSD; the dearest first."""
    estimated_share: Rests | None
    """Share of the value of what is dated that rests on flows nobody records."""


class SharesByCommitment(Answer):
    """Shapley shares of each commitment in V of everything."""

    unit: str
    """MUSD/year."""
    method: str
    """Exact, sampled or stratified."""
    commitments: dict[str, list[float]]
    """Commitment -> share by country."""
    received: dict[str, list[float]] | None
    """The part of it that is taxes and margins received; null: no dollar changes hands."""
    countries: list[str]
    """Countries, in the order of a share."""
    total: list[float]
    """V of everything by country."""
    total_received: list[float] | None
    """The part of it that is taxes and margins received; null: no dollar changes hands."""
    estimated_share: Rests | None
    """Share of it that rests on flows nobody records."""


class ForecastOf(Answer):
    """Drawn dates of one commitment."""

    promised: dt.date | None
    """The promised date; null: none."""
    p10: dt.date
    """Day by which it has come in 10 of 100 draws."""
    p50: dt.date
    """The same in 50 of 100."""
    p80: dt.date
    """The same in 80 of 100."""
    p95: dt.date
    """The same in 95 of 100."""
    on_time: float | None
    """Share of the draws in which it comes by its promised date; null: it has none."""
    critical: float
    """Share of the draws in which it ends last."""
    basis: str
    """What its durations rest on."""


class Forecast(Answer):
    """Drawn dates of what is open."""

    commitments: dict[str, ForecastOf]
    """By commitment."""
    left_out: dict[str, Said]
    """Why a commitment is not drawn."""
    seed: int
    """Seed of the draws."""
    draws: int
    """How many."""


class Call(Answer):
    """Whom to call about one commitment or milestone."""

    commitment: str
    """Its id."""
    milestone: str | None
    """Id of the milestone; null: the commitment itself."""
    title: str
    """Its title."""
    firmness: str | None
    """How firmly it is promised: legal duty, agreed, vowed, must strive, considered; null: not stated."""
    owed_by: list[str]
    """Parties that owe it."""
    due: dt.date | None
    """When it is due; null: no date is promised."""
    days_late: int
    """Days by which its date is passed."""
    delivery: str
    """How far it is."""
    timing: str
    """Whether it is on time."""
    flags: list[str]
    """What a reader must know besides."""
    missing: list[str]
    """What is not on record."""
    waits_for: list[str]
    """Ids of what must come before it."""
    holds_up: list[str]
    """Ids of what waits for it."""
    escalated_to: str | None
    """Office that it is with now; null: none."""
    cost_of_a_day_musd: float | None
    """Benefit that a day's delay loses all countries together, MUSD present value; null: not valued."""
    received_of_a_day_musd: float | None
    """The part of it that is taxes and margins not received, MUSD; null: no dollar changes hands."""
    saved_of_a_day_musd: float | None
    """What spending later saves, MUSD; null: nobody states what it costs."""
    net_of_a_day_musd: float | None
    """Benefit lost less what is saved, MUSD, by which calls are ranked; null: not valued."""
    dearest_for: dict[str, float]
    """Countries that lose most by a day -> MUSD."""
    why_not_valued: str | None
    """Why it has no cost; null where it has one."""


class Values(Answer):
    """Everything the page needs to value any date."""

    book: Book
    """V of every set of dated commitments."""
    delay: Delay
    """Cost of a day's delay."""
    shares: SharesByCommitment
    """Shapley shares."""
    forecast: Forecast
    """Drawn dates."""
    calls: list[Call]
    """Whom to call, dearest day first."""
    not_valued: dict[str, Said]
    """Why a commitment has no value."""
    notes: list[Said]
    """What the values rest on."""
    why_zero: dict[str, str]
    """Day from which a commitment that gains nothing alone begins to change a path; empty: never."""
    together: dict[str, list[tuple[str, float, float]]]
    """What each needs or competes with: the other, MUSD a year beside nothing and beside everything."""
    restrictions: list[str]
    """Ids of the restrictions in force."""
    fingerprint: str
    """Fingerprint of the data."""
    made_at: Moment
    """When the values were made."""
    stale: bool
    """Are they the last good ones, of data before the present?"""
    failed: str
    """Why there are no newer ones; empty: nothing failed."""


class Quantiles(Answer):
    """5th, 50th and 95th percentile over the draws."""

    p5: float
    """5th percentile."""
    p50: float
    """Median."""
    p95: float
    """95th percentile."""


class Band(Quantiles):
    """Percentiles over the draws, beside the value that the parameters as they stand give."""

    central: float
    """Value without draws."""


class IntervalOfSet(Answer):
    """V of one set of commitments."""

    delivered: list[str]
    """The set."""
    countries: dict[str, Band]
    """By country, MUSD a year."""
    sum: Band
    """All countries together, MUSD a year."""


class BySource(Answer):
    """V of everything where flows are read from one source, all countries together, MUSD a year."""

    source: str
    """recorded, reported or gravity."""
    weight: float
    """How often it is drawn; the weights add up to 1."""
    draws: int
    """How many draws fell to it."""
    p5: float | None
    """5th percentile of these; null: no draw fell to it."""
    p50: float | None
    """Median of these."""
    p95: float | None
    """95th percentile of these."""


class Drawn(Answer):
    """A parameter that is drawn."""

    id: str
    """Row of params."""
    name: str
    """Its name."""
    applies_to: str
    """Mode, cargo class or all."""
    value: float
    """Value on record, the mode of the draws."""
    low: float
    """Low end of its band."""
    high: float
    """High end of its band."""
    unit: str
    """Unit."""
    shape: str
    """triangular, or log-triangular: the same of the logarithm."""
    moves_with: str
    """Rows with the same text here share their draws."""


class FlowError(Answer):
    """Errors of flows that are drawn."""

    name: str
    """Parameter that says their size, and side."""
    log_sd: float
    """Standard deviation of the logarithm."""
    shape: str
    """Distribution."""


class NotDrawn(Answer):
    """Parameters that are not drawn."""

    why: str
    """Why."""
    ids: list[str]
    """Rows of params."""


class Intervals(Answer):
    """Intervals on what everything valued is worth, and on a day's delay."""

    unit: str
    """MUSD/year."""
    draws: int
    """How many; 0: this server draws none."""
    seed: int
    """Seed of the draws."""
    orders: int
    """Orders for the shares in each draw; 0: shares are exact or not drawn."""
    sets: list[IntervalOfSet]
    """Sets that were asked for."""
    total: dict[str, Band]
    """V of everything by country, MUSD a year."""
    total_sum: Band
    """The same, all countries together."""
    alone: dict[str, Band]
    """What each commitment is worth when it is the only one, MUSD a year."""
    last: dict[str, Band]
    """What each adds when all others are delivered, MUSD a year."""
    share: dict[str, Band]
    """Share of each commitment, MUSD a year."""
    delay_of_a_day: dict[str, Quantiles]
    """Cost of a day's delay of each commitment, MUSD present value."""
    flow_sources: list[BySource]
    """V of everything by the source of flows."""
    drawn: list[Drawn]
    """Parameters that are drawn."""
    flow_errors: list[FlowError]
    """Sizes of the errors of flows."""
    not_drawn: list[NotDrawn]
    """Parameters that are not drawn, and why."""


class RoomThere(Answer):
    """A link or terminal that commitments change and whose capacity is stated; million tonnes a year."""

    table: str
    """links or nodes."""
    id: str
    """Its id."""
    commitments: list[str]
    """Those of the set that change it."""
    room_mt: float
    """Capacity less the load of today."""
    asked_mt: float
    """Added tonnes that would pass it."""
    turned_away_mt: float
    """Of these, what does not get through, here or elsewhere on its path."""
    full: bool
    """Is it full?"""


class WithinCapacity(Answer):
    """What users gain where added traffic is cut at stated capacities, MUSD a year."""

    user_gain: ByCountry
    """With the cut."""
    user_gain_uncut: ByCountry
    """Without."""
    turned_away_mt: float
    """All that is turned away, million tonnes a year."""
    exact: bool
    """At most one commitment is full; else it is an approximation."""
    elements: list[RoomThere]
    """What is turned away most first."""


class Value(Answer):
    """V of a set of commitments."""

    unit: str
    """MUSD/year."""
    base_year: int
    """Year of the prices."""
    delivered: list[str]
    """The set."""
    countries: ByCountry
    """By country, MUSD a year."""
    user_gain: ByCountry
    """The part of it that users gain."""
    received: ByCountry | None
    """The part of it that is taxes and margins received; null: no dollar changes hands."""
    restrictions: list[str]
    """Ids of the restrictions in force."""
    restriction_effect: ByCountry | None
    """What other restrictions than today's alone change; null: they are today's."""
    estimated_share: Rests | None
    """Share of it that rests on flows nobody records."""
    within_capacity: WithinCapacity | None
    """What is turned away where capacity is stated; null: none is, of what the set changes."""
    notes: list[str]
    """What it rests on."""


class Trial(Answer):
    """Present value per country of the timetable that holds, and of the one with dates moved."""

    unit: str
    """MUSD present value."""
    on: dt.date
    """Day to which it is discounted."""
    horizon: dt.date
    """Last day that is counted."""
    discount_rate_per_year: float
    """Annual rate, a share, as appraisals state it."""
    continuous_rate_per_year: float
    """The same as a continuous rate, by which values are discounted."""
    dates: dict[str, dt.date | None]
    """Dates that were tried; null: never."""
    before: ByCountry
    """As the timetable holds."""
    after: ByCountry
    """With the dates moved."""
    change: ByCountry
    """After less before."""
    change_all: float
    """The same, all countries together."""
    saved: float | None
    """What is spent less, by later dates, MUSD present value; null: nobody states a cost."""
    net: float
    """Change of all countries together, and what is saved."""


class CountryValue(Country):
    """What one country gains and owes."""

    value_musd_per_year: float | None
    """V of everything, MUSD a year; null: the country is not in the model."""
    received_musd_per_year: float | None
    """The part of it that is taxes and margins received, MUSD; null: no dollar changes hands."""
    owes: list[str]
    """Open commitments that it owes."""


class Progress(Answer):
    """How far the valuation is."""

    state: Literal["ready", "working", "failed", "none"]
    """ready, working, failed, or none: nothing can be valued."""
    done: int
    """Steps done."""
    of: int
    """Steps in all."""
    what: str
    """The step that runs now: book, delay, shares, forecast or calls; or why it failed."""
