"""What is owed by when and on what evidence: commitments, dates, their order and risks, meetings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from milepost.records.kinds import (
    Date,
    Id,
    NotNegative,
    Number,
    Percent,
    Positive,
    Ref,
    Row,
    Sourced,
    Text,
    Texts,
)


class Commitment(Sourced):
    """One thing promised. Whether it is done is never typed here: evidence proves it."""

    table: ClassVar[str] = "commitments"
    required: ClassVar[bool] = True
    id: Annotated[Id, Field(description="short code, such as C01")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement it follows from")]
    title: Annotated[Text, Field(description="short title")]
    text: Annotated[Text, Field(description="what is promised")] = ""
    owed_by: Annotated[Texts, Ref("parties"), Field(description="parties that owe it, separated by ;")] = ()
    kind: Annotated[
        Id,
        Field(
            description="what sort of thing is promised: build-link, upgrade, border, port-capacity, tariff, "
            "service, sign, ratify, body, meet, report, study, finance, pay, exchange-data ... or another"
        ),
    ]
    firmness: Annotated[
        Literal["", "legal duty", "agreed", "vowed", "must strive", "considered"],
        Field(description="how firmly it is promised, by the words of the source"),
    ] = ""
    fields: Annotated[
        Texts, Field(description="fields it is about, such as transport, energy, science, separated by ;")
    ] = ()
    beneficiaries: Annotated[
        Texts, Ref("parties"), Field(description="parties that it is owed to, separated by ;")
    ] = ()
    acceptance_test: Annotated[Text, Field(description="what must be seen before it counts as delivered")] = (
        ""
    )
    cost_usd_m: Annotated[NotNegative | None, Field(description="cost of the works, million USD")] = None
    cost_basis: Annotated[Text, Field(description="basis of the cost")] = ""
    cost_note: Annotated[Text, Field(description="how the cost was stated or converted")] = ""
    network_ref: Annotated[
        Texts, Field(description="links (L:) and nodes (N:) it is about, for readers")
    ] = ()
    status_reported: Annotated[
        Text, Field(description="status in the words of the source; not used by any rule")
    ] = ""
    status_reported_on: Annotated[Date | None, Field(description="date of that report")] = None

    @field_validator("kind", mode="before")
    @classmethod
    def _in_small_letters(cls, kind: object) -> object:
        """A spreadsheet capitalises words: 'Build-Link' is no other kind."""
        return kind.strip().lower() if isinstance(kind, str) else kind


class Milestone(Sourced):
    """A step on the way to a commitment, with its own owner and test. Its dates are rows of date_changes."""

    table: ClassVar[str] = "milestones"
    id: Annotated[Id, Field(description="short code, such as C01.m1")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment it leads to")]
    title: Annotated[Text, Field(description="short title")]
    owed_by: Annotated[
        Texts, Ref("parties"), Field(description="parties that owe it; empty = those of the commitment")
    ] = ()
    acceptance_test: Annotated[Text, Field(description="what must be seen before it counts as delivered")] = (
        ""
    )


class DateChange(Sourced):
    """One promised date with the day it was announced. The first is the baseline; none is overwritten."""

    table: ClassVar[str] = "date_changes"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment promised")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone promised; empty = the whole commitment")
    ] = ""
    announced_on: Annotated[Date | None, Field(description="when the date was announced")] = None
    promised_for: Annotated[
        Date | None, Field(description="date promised; a year or month counts to its last day")
    ] = None
    statement: Annotated[Text, Field(description="who said what")] = ""
    request: Annotated[
        Text, Ref("date_requests"), Field(description="granted request by which the date moved")
    ] = ""


class DateRequest(Sourced):
    """A request to move a date. Once requests are required, only a granted one moves a date."""

    table: ClassVar[str] = "date_requests"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment whose date is to move")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone; empty = the whole commitment")
    ] = ""
    ordinal: Annotated[int, Field(ge=1, le=999, description="first, second ... request for this date")]
    asked_on: Annotated[Date, Field(description="day of the request")]
    asked_by: Annotated[Id, Ref("parties"), Field(description="party that asks")]
    new_date: Annotated[Date, Field(description="date asked for")]
    reason: Annotated[Id, Field(description="reason code of the policy file")]
    reason_text: Annotated[Text, Field(description="the reason in the words of the party")] = ""
    decision: Annotated[
        Literal["pending", "granted", "refused", "withdrawn"], Field(description="what became of it")
    ] = "pending"
    decided_on: Annotated[Date | None, Field(description="day of the decision")] = None
    decided_by: Annotated[Text, Field(description="who decided: a party or a body of contacts")] = ""
    decision_text: Annotated[Text, Field(description="the decision in words")] = ""


class Dependency(Sourced):
    """One commitment waits for another."""

    table: ClassVar[str] = "dependencies"
    id: Annotated[Id, Field(description="short code")]
    predecessor: Annotated[Id, Ref("commitments"), Field(description="what comes first")]
    successor: Annotated[Id, Ref("commitments"), Field(description="what waits")]
    kind: Annotated[
        Literal["FS", "SS", "FF", "SF"],
        Field(description="finish-start, start-start, finish-finish, start-finish"),
    ] = "FS"
    lag_days: Annotated[Number, Field(description="days between the two, may be negative")] = 0.0


class Duration(Sourced):
    """How long the rest of a commitment or milestone takes: three points, a calendar, shared risks."""

    table: ClassVar[str] = "durations"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment estimated")]
    low_days: Annotated[NotNegative, Field(description="shortest, days from its start")]
    likely_days: Annotated[NotNegative, Field(description="most likely, days from its start")]
    high_days: Annotated[NotNegative, Field(description="longest, days from its start")]
    shape: Annotated[
        Literal["triangular", "beta-pert", "exponential", "normal", "log-normal", "reference class"],
        Field(
            description="triangular; beta-pert; exponential with mean likely_days; normal with 5 % below low "
            "and above high; log-normal with median likely_days and 90 % as wide as low to high; reference "
            "class: likely_days is the promised span, times the ratio of the class"
        ),
    ] = "triangular"
    starts_after: Annotated[
        Date | None, Field(description="cannot start before this day; empty = the day of valuation")
    ] = None
    calendar: Annotated[
        Text, Field(description="ISO alpha-3 country whose working days count; empty = calendar days")
    ] = ""
    drivers: Annotated[
        Texts, Ref("drivers"), Field(description="shared risks that stretch it, separated by ;")
    ] = ()


class Driver(Sourced):
    """A risk that several commitments share: one draw stretches all of them by the same factor."""

    table: ClassVar[str] = "drivers"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="what may happen")]
    low_factor: Annotated[Positive, Field(description="smallest factor on durations")] = 1.0
    likely_factor: Annotated[Positive, Field(description="most likely factor")] = 1.0
    high_factor: Annotated[Positive, Field(description="largest factor")] = 1.0


class Evidence(Sourced):
    """One dated report about a commitment. Conflicting reports are kept side by side."""

    table: ClassVar[str] = "evidence"
    id: Annotated[Id, Field(description="short code")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment reported on")]
    milestone: Annotated[
        Text, Ref("milestones"), Field(description="milestone reported on; empty = the whole commitment")
    ] = ""
    reported_on: Annotated[Date | None, Field(description="date of the report")] = None
    shows: Annotated[
        Literal["context", "started", "progress", "delivered", "in effect", "stopped"],
        Field(
            description="what the report shows; only 'delivered', 'in effect' and 'stopped' close a "
            "commitment"
        ),
    ] = "context"
    happened_on: Annotated[
        Date | None, Field(description="when the thing reported happened; empty = date of the report")
    ] = None
    standing: Annotated[
        Literal["owner", "outside", "unknown"],
        Field(description="whose word it is: a body that owes the commitment, one outside it, or not known"),
    ] = "unknown"
    document: Annotated[
        Literal["primary", "secondary"],
        Field(description="primary: the body's own document; secondary: it is quoted by another"),
    ] = "secondary"
    meets_test: Annotated[
        Literal["", "yes", "in part", "no"],
        Field(description="does it meet the acceptance test? empty = not judged"),
    ] = ""
    measured_days: Annotated[
        NotNegative | None, Field(description="days over which an effect was measured")
    ] = None
    disputes: Annotated[Text, Ref("evidence"), Field(description="report that this one contradicts")] = ""
    percent: Annotated[
        Percent | None, Field(description="percent as reported; read percent_of before using it")
    ] = None
    percent_of: Annotated[
        Text, Field(description="what the percent is a percent of (land, works, funds ...)")
    ] = ""
    report: Annotated[Text, Field(description="what was reported")] = ""


class Meeting(Sourced):
    """A session of a body that decides or is told. Decisions fall on the next one."""

    table: ClassVar[str] = "meetings"
    id: Annotated[Id, Field(description="short code")]
    body: Annotated[Text, Field(description="body that meets")]
    title: Annotated[Text, Field(description="title of the meeting")]
    date: Annotated[Date | None, Field(description="day it is or was held; empty = not set")] = None
    place: Annotated[Text, Field(description="where")] = ""
    parties: Annotated[
        Texts, Ref("parties"), Field(description="parties that sit in it, separated by ; (empty: all)")
    ] = ()


class Attendance(Sourced):
    """Who was at a meeting: one party a row."""

    table: ClassVar[str] = "attendance"
    key: ClassVar[tuple[str, ...]] = ("meeting", "party")
    meeting: Annotated[Id, Ref("meetings"), Field(description="meeting attended")]
    party: Annotated[Id, Ref("parties"), Field(description="party, or body that observes")]
    presence: Annotated[
        Literal["present", "absent", "excused", "observer"], Field(description="was it there")
    ] = "present"
    led_by: Annotated[Text, Field(description="office that led its delegation")] = ""


class Decision(Sourced):
    """One decision of a meeting, in its words, and the commitments that it is about."""

    table: ClassVar[str] = "decisions"
    id: Annotated[Id, Field(description="short code, such as M3.1")]
    meeting: Annotated[Id, Ref("meetings"), Field(description="meeting that decided")]
    text: Annotated[Text, Field(min_length=1, description="what was decided, in the words of the minutes")]
    stands: Annotated[
        Literal["draft", "decided", "noted", "deferred", "withdrawn"],
        Field(description="draft: proposed to the meeting; noted: taken note of; deferred: to a later one"),
    ] = "decided"
    commitments: Annotated[
        Texts, Ref("commitments"), Field(description="commitments it is about, separated by ;")
    ] = ()
    owed_by: Annotated[
        Texts, Ref("parties"), Field(description="parties that are to act on it, separated by ;")
    ] = ()
    due: Annotated[
        Date | None, Field(description="by when they are to act; no promised date moves by it")
    ] = None


class Contact(Sourced):
    """An office to which reminders go, by party and role; no names of persons are needed."""

    table: ClassVar[str] = "contacts"
    id: Annotated[Id, Field(description="short code")]
    party: Annotated[
        Text, Ref("parties"), Field(description="party it belongs to; empty for a common body")
    ] = ""
    role: Annotated[
        Literal["focal point", "approver", "secretariat", "council", "verifier"],
        Field(description="its place in the escalation ladder"),
    ]
    office: Annotated[Text, Field(description="name of the office")] = ""
    email: Annotated[Text, Field(description="address for reminders; empty = none is sent")] = ""
    language: Annotated[
        Literal["en", "ru", "fa", "ar", "fr"], Field(description="language of its letters")
    ] = "en"


class KnownAs(Row):
    """What a row is called elsewhere: an id in a file that was imported, or a name that somebody confirmed.
    By it the next import finds the row again."""

    table: ClassVar[str] = "known_as"
    id: Annotated[Id, Field(description="short code, made from the three columns after it")]
    system: Annotated[
        Text,
        Field(
            description="whose id it is: a kind of file and what the file calls itself, such as mspdi:plan; "
            "names = a name that somebody confirmed"
        ),
    ]
    of_table: Annotated[Text, Field(description="table of the row")]
    name: Annotated[Text, Field(description="the id or name there")]
    row: Annotated[Text, Field(description="id of the row here; it may have been removed since")]
    said: Annotated[Text, Field(description="digest of what the file said when it was last imported")] = ""
    held: Annotated[Text, Field(description="digest of the row here after that import")] = ""
