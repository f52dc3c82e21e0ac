"""What requests carry and answers hold: parameters, bodies, and the members of an answer that are always
there."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from milepost.web import features, writes

Day = Annotated[str, Query(max_length=10, description="day, YYYY-MM-DD")]
Ids = Annotated[str, Query(max_length=4_000, description="ids of commitments, separated by commas")]
Short = Annotated[str, Query(max_length=100)]
Lang = Annotated[str, Query(max_length=5, description="language: en, ru, fa, ar, fr")]
Format = Annotated[
    str, Query(pattern="^(json|geojson|)$", description="there is one format an address; may be left out")
]
GEO: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "GeoJSON.",
        "content": {features.GEO: {"schema": {"$ref": "#/components/schemas/GeoJson"}}},
    }
}
FAULTS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    }
    for code, text in (
        (400, "The request asks for what does not exist; the sentence says what to do."),
        (401, "Nobody is signed in."),
        (404, "There is no such thing; the sentence says what there is."),
        (403, "The person may not do this, or the request lacks the CSRF token."),
        (409, "Somebody else changed a row meanwhile; nothing was written."),
        (413, "The body is too large."),
        (422, "The request or the data have faults; all of them are listed."),
        (429, "Too many requests."),
        (202, "Not computed yet; ask again in a second."),
    )
}


class SignIn(writes.Body):
    """Name and password."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


class Trial(writes.Body):
    """Dates to try; null is never."""

    dates: dict[str, dt.date | None] = Field(max_length=200)


class TableNames(BaseModel):
    """What can be had as a table: names, formats, and for the computed ones what they answer and may be
    asked."""

    tables: list[str]
    formats: list[str]
    columns: dict[str, list[str]]  # of the tables of the register, in order
    computed: dict[str, dict[str, Any]]


class Answer(BaseModel):
    """Base of what comes back: the members that are always there; a release may add others."""

    model_config = ConfigDict(extra="allow")


class SessionAnswer(Answer):
    """Who is signed in, and what the person may do."""

    signed_in: bool
    name: str
    role: str
    party: str
    csrf: str
    teams: bool
    oidc: bool
    may: list[str]


class About(Answer):
    """The programme: what it is, on which day, from which data."""

    title: str
    base_date: dt.date
    day: dt.date
    horizon: dt.date
    discount_rate_per_year: float
    fingerprint: str
    entries: int
    root: str
    version: str
    known_on: dt.date | None
    findings: list[dict[str, Any]]
    can_edit: bool


class Commitment(Answer):
    """One commitment with everything known about it."""

    id: str
    digest: str
    status: dict[str, Any]
    closed: bool
    due: dt.date | None
    overdue_days: int
    evidence: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    milestones: list[dict[str, Any]]


class TimetableAnswer(Answer):
    """Due dates of what is open, seen from a day."""

    on: dt.date
    dates: dict[str, dt.date | None]
    overdue_days: dict[str, int]


class NetworkAnswer(Answer):
    """The map and what lies behind it."""

    svg: str
    links: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    restrictions: list[str]
    as_of: dt.date
    due_by_then: list[str]


class ValueAnswer(Answer):
    """V of a set of commitments per country, million USD a year."""

    unit: str
    base_year: int
    delivered: list[str]
    countries: dict[str, float]
    notes: list[str]


class TrialResult(Answer):
    """Present value per country of the timetable that holds, and of the one with dates moved, million USD."""

    unit: str
    on: dt.date
    horizon: dt.date
    discount_rate_per_year: float
    dates: dict[str, dt.date | None]
    before: dict[str, float]
    after: dict[str, float]
    change: dict[str, float]
    change_all: float


class RowOfTable(Answer):
    """One row as text cells, with the digest by which an edit says what it saw."""

    id: str
    cells: dict[str, str]
    digest: str


class EntryOfChain(Answer):
    """One entry of the audit chain."""

    n: int
    at: str
    by: str
    reason: str
    hash: str
    changes: list[dict[str, Any]]


class JobState(Answer):
    """How far a job is: waiting, running, done, failed or cancelled."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    of: int
    error: str
    name: str
    media_type: str
    bytes: int


class NewJob(writes.Body):
    """Long work: ``kind`` is intervals, draws, report, brief-pdf, brief-docx, brief-xlsx, brief-html or
    snapshot."""

    kind: str = Field(max_length=20)
    draws: int = Field(default=100, ge=10, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    delivered: list[list[str]] = Field(default=[], max_length=20)
    meeting: str = Field(default="", max_length=60)
    party: str = Field(default="", max_length=20)
    sections: list[str] = Field(default=[], max_length=20, description="parts of a brief; none: all")
    lang: str = Field(default="en", max_length=5)
    known_on: str = Field(default="", max_length=10, description="the register as it was known on this day")
