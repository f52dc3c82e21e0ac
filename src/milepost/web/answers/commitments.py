"""Commitments and all that is known about them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import Field

from milepost.web.answers.base import Answer, Row, with_columns


class Status(Answer):
    """State of a commitment or of a milestone on a day; days are calendar days."""

    commitment: str
    """Id of the commitment."""
    milestone: str | None
    """Id of the milestone; null: the commitment itself."""
    delivery: str
    """Not started, started, substantial, delivered, verified, in effect; or no evidence, stopped."""
    level: int | None
    """The same as 0 to 5; null without evidence, or when stopped."""
    timing: str
    """On time, late, done late and so on, in the words of the rules."""
    flags: list[str]
    """What a reader must know besides: at risk, disputed and so on."""
    missing: list[str]
    """What is not on record: owner, date, acceptance test, evidence."""
    first_promised: str | None
    """The first date ever promised, as precise as its source (2026, 2026-06 or a day); null: none."""
    latest_promised: str | None
    """The date that counts now, in the same form; null: none."""
    delivered_on: dt.date | None
    """Day of delivery; null: not delivered, or the day is not known."""
    promises: int
    """How many dates were promised."""
    redated: int
    """How often the date was moved."""
    slip_days: int | None
    """Days from the first promised date to the latest one; null where there are not both."""
    days_late: int
    """Days by which the latest promised date is passed, or was when it was delivered."""
    percent: float | None
    """What was reported done, per cent; null: nothing in figures."""
    percent_of: str
    """Per cent of what."""
    last_reported: dt.date | None
    """Day of the last report; null: there is none."""
    proofs: list[str]
    """Ids of the reports that prove delivery."""
    announced_only: list[str]
    """Ids of dates that were announced without a request granted, where requests are needed."""
    conflicts: list[str]
    """Reports that contradict one another, in words."""


class MilestoneKnown(Row):
    """A milestone of a commitment."""

    status: Status | None
    """Its state; null: its commitment is not on record."""


if TYPE_CHECKING:  # a checker of types does not know the columns
    Milestone = MilestoneKnown
    EffectRow = Row
    DateChangeRow = Row
    DateRequestRow = Row
    EvidenceRow = Row
    DecisionRow = Row
    CommentRow = Row
    AgreementRow = Row
    MeetingRow = Row
    RestrictionRow = Row
    RouteRow = Row
else:
    Milestone = with_columns(MilestoneKnown, "milestones", "Milestone")
    EffectRow = with_columns(Row, "effects")
    DateChangeRow = with_columns(Row, "date_changes")
    DateRequestRow = with_columns(Row, "date_requests")
    EvidenceRow = with_columns(Row, "evidence")
    DecisionRow = with_columns(Row, "decisions")
    CommentRow = with_columns(Row, "comments")
    AgreementRow = with_columns(Row, "agreements")
    MeetingRow = with_columns(Row, "meetings")
    RestrictionRow = with_columns(Row, "restrictions")
    RouteRow = with_columns(Row, "routes")


class CommitmentKnown(Row):
    """One commitment with everything known about it."""

    owed_by: list[str]
    """Ids of the parties that owe it."""
    status: Status
    """Its state on the day of the register."""
    closed: bool
    """Is nothing left to follow up: delivered, or stopped?"""
    due: dt.date | None
    """Day on which it is due as the register stands (the day of the register where overdue); null: it is
    closed or has no date."""
    overdue_days: int
    """Days by which its date is passed."""
    targets: list[str]
    """What it changes on the map: L: with the id of a link, N: with the id of a node."""
    valued_effects: int
    """How many of its effects the model values."""
    effects: list[EffectRow]
    """What it changes in the network."""
    promises: list[DateChangeRow]
    """Its dates, in the order of the table; those of its milestones stand elsewhere."""
    decisions: list[DecisionRow]
    """What meetings decided about it, in the order of the table."""
    requests: list[DateRequestRow]
    """Requests to move its date."""
    evidence: list[EvidenceRow]
    """Reports about it."""
    milestones: list[Milestone]
    """Its milestones."""
    waits_for: list[str]
    """Ids of what must come before it."""
    holds_up: list[str]
    """Ids of what waits for it."""


if TYPE_CHECKING:
    Commitment = CommitmentKnown
else:
    Commitment = with_columns(CommitmentKnown, "commitments", "Commitment")


class Counts(Answer):
    """How many commitments, or which share of them, stand where."""

    verified: float
    """Delivered, and an independent party confirms it."""
    claimed: float
    """Delivered as its owner says."""
    moving: float
    """Begun."""
    no_evidence: float = Field(alias="no evidence")
    """Nothing on record says that anything has begun."""


class Headline(Answer):
    """Four shares instead of one percentage, of all commitments that were not stopped."""

    on: dt.date
    """The day."""
    rules_version: int
    """Version of the rules of status."""
    commitments: int
    """How many there are, stopped ones included."""
    stopped: int
    """How many were stopped."""
    counts: Counts
    """How many stand where."""
    shares: Counts
    """Shares of those not stopped; they add up to 1."""


class Party(Answer):
    """Who promises."""

    id: str
    """ISO 3166-1 alpha-3 code of a state, or a short code."""
    name: str
    """Name in English."""
    kind: str
    """Country, union or organisation."""
    members: list[str]
    """Ids of the members of a union."""
    iso2: str
    """ISO 3166-1 alpha-2 code, for the name in other languages; empty for what is no state."""


class Country(Answer):
    """A country of the model."""

    id: str
    """ISO 3166-1 alpha-3 code, or ROW for the rest of the world."""
    name: str
    """Name in English."""
    gdp_usd_m: float
    """Gross domestic product of the base year, million USD."""
    iso2: str
    """ISO 3166-1 alpha-2 code; empty for what is no state."""


class Trigger(Answer):
    """What made an agreement enter into force."""

    date: dt.date
    """Day on which the last condition was met."""
    party: str
    """Who met it; several with semicolons."""


class ForceOfParty(Answer):
    """An agreement for one party; dates are as precise as their source (a year, month, day, interval)."""

    state: str
    """In force, not in force, provisional, ended and so on."""
    in_force: str | None
    """Since when; null: not in force, or not evidenced."""
    until: str | None
    """Last day; null: none is on record."""
    act: str
    """The act that binds it."""
    working: str
    """How that follows."""


class Force(Answer):
    """Entry into force of one agreement."""

    agreement: str
    """Id of the agreement."""
    state: str
    """Its state as a whole."""
    in_force: str | None
    """Since when, as precise as its source; null: not reached."""
    basis: str
    """Computed (from its rule), stated (by a source) or not evidenced."""
    trigger: Trigger | None
    """What made it enter into force; null where no rule was met."""
    per_party: dict[str, str]
    """Since when for each party for which it is in force."""
    parties: dict[str, ForceOfParty]
    """State for each party."""
    working: list[str]
    """How that follows from rule and acts, step by step."""
    conflicts: list[str]
    """Where sources or rule contradict one another, in words."""


class Firmness(Answer):
    """How many are promised how firmly, and how many of them stand where."""

    firmness: str | None
    """Legal duty, agreed, vowed, must strive, considered; null: not stated."""
    commitments: int
    """How many."""
    stopped: int
    """How many of them were stopped."""
    counts: dict[str, int]
    """Verified, claimed, moving, no evidence -> how many."""


class Register(Answer):
    """Commitments with everything known about them, and what they refer to."""

    commitments: list[Commitment]
    """All commitments, in the order of the table."""
    headline: Headline
    """How many stand where."""
    by_firmness: list[Firmness]
    """The same for each degree of firmness on record, the firmest first."""
    parties: list[Party]
    """Who promises."""
    countries: list[Country]
    """Countries of the model."""
    agreements: list[AgreementRow]
    """Treaties, contracts, roadmaps."""
    force: list[Force]
    """Entry into force of each agreement."""
    meetings: list[MeetingRow]
    """Meetings of the bodies."""
    restrictions: list[RestrictionRow]
    """Sanctions, closures, quotas."""
    routes: list[RouteRow]
    """Published door-to-door times and costs."""
    bodies: list[str]
    """Bodies that meet, by name."""
    language: str
    """Language that the tables are written in."""
    texts: dict[str, dict[str, dict[str, dict[str, str]]]]
    """Texts in further languages: language, table, row, column."""


class ScoredForecast(Answer):
    """One kept forecast and what became of it."""

    id: str
    """Row of forecasts."""
    of: str
    """Delivery or ratification."""
    about: str
    """Commitment, or agreement and party."""
    made_on: dt.date
    """Day it was made."""
    by_day: dt.date
    """Day that its probability is about."""
    probability: float
    """Probability that it has happened by that day."""
    happened: bool | None
    """Whether it had; null: that cannot be said yet."""
    outcome: dt.date | None
    """Day it happened; null: it has not, or the day is not known."""
    brier: float | None
    """Its term of the Brier score."""
    brier_official: float | None
    """The same of the date promised at the time."""
    crps: float | None
    """Continuous ranked probability score, days."""
    crps_official: float | None
    """Days between the promised date and the outcome."""
    inside: bool | None
    """Whether the outcome lay between the days of 10 % and 90 %."""


class CalibrationBin(Answer):
    """Forecasts of about one probability."""

    low: float
    """From this probability,"""
    high: float
    """to this one."""
    count: int
    """How many were judged."""
    forecast: float | None
    """Mean probability."""
    observed: float | None
    """Share that came true."""


class Score(Answer):
    """How kept forecasts did; null where nothing can be judged."""

    on: dt.date
    """Day they are judged on."""
    kept: int
    """Forecasts made before that day."""
    judged: int
    """Those whose outcome is known."""
    brier: float | None
    """Brier score of all."""
    brier_where_dated: float | None
    """Of those with a date promised at the time."""
    brier_official: float | None
    """Of the promised dates, taken as sure."""
    brier_skill: float | None
    """One less the ratio of the two."""
    crps_days: float | None
    """Mean CRPS, days."""
    crps_days_where_dated: float | None
    """Of those with a date promised at the time."""
    crps_days_official: float | None
    """Mean days between promised date and outcome."""
    crps_skill: float | None
    """One less the ratio of the two."""
    inside_p10_p90: float | None
    """Share of outcomes between the days of 10 % and 90 %."""
    calibration: list[CalibrationBin]
    """By five classes of probability."""
    forecasts: list[ScoredForecast]
    """Each of them."""


class Timetable(Answer):
    """Due dates of what is open, seen from a day."""

    on: dt.date
    """The day."""
    dates: dict[str, dt.date | None]
    """Day on which each open commitment is due (``on`` where it is overdue); null: no date is promised."""
    overdue_days: dict[str, int]
    """Days by which passed dates are passed."""
