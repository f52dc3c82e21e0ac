"""What requests carry: parameters and bodies."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query
from pydantic import Base64Bytes, Field

from milepost.web import features, writes

Day = Annotated[str, Query(max_length=10, description="day, YYYY-MM-DD")]
Ids = Annotated[str, Query(max_length=4_000, description="ids of commitments, separated by commas")]
SetOfIds = Annotated[
    str | None,
    Query(
        max_length=4_000,
        description="ids of commitments, separated by commas; all; none, or empty, for no commitment",
    ),
]
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
    """Name and password; of an account with a second factor its code too."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)
    code: str = Field(default="", max_length=20)


class NewPasskey(writes.Body):
    """A passkey that the browser made, and what its owner calls it."""

    label: str = Field(max_length=60)
    credential: dict[str, Any] = Field(
        max_length=20, description="the credential's toJSON() (WebAuthn, RegistrationResponseJSON)"
    )


class SignInByPasskey(writes.Body):
    """What a passkey signed."""

    credential: dict[str, Any] = Field(
        max_length=20, description="the credential's toJSON() (WebAuthn, AuthenticationResponseJSON)"
    )


class MovedDates(writes.Body):
    """Dates to try; null is never."""

    dates: dict[str, dt.date | None] = Field(max_length=200)


class Chance(writes.Body):
    """How likely a restriction is in a year, and how many days it would hold."""

    probability_per_year: float = Field(ge=0, le=1)
    length_days: float = Field(gt=0, le=365)


class NewView(writes.Body):
    """A view of the page for a brief."""

    title: str = Field(max_length=200)
    note: str = Field(default="", max_length=4_000)
    png: Base64Bytes = Field(max_length=2_700_000, description="picture, PNG, as base64")


class NewJob(writes.Body):
    """Long work: ``kind`` is intervals, tornado, draws, plan, resilience, report, brief-pdf, brief-docx,
    brief-xlsx, brief-html or snapshot."""

    kind: str = Field(max_length=20)
    draws: int = Field(default=100, ge=10, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    delivered: list[list[str]] = Field(default=[], max_length=20)
    cost_musd: float = Field(default=0.0, allow_inf_nan=False, description="taken off V by a tornado, a year")
    switching: bool = Field(default=False, description="a tornado with switching values")
    budget: str = Field(
        default="", max_length=400, description="of a plan, as written: 3000, 500/y, 2027:500; none: no limit"
    )
    rate: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="of a plan: discount rate, a share a year from 0 to 1; none: the programme's",
    )
    until: int | None = Field(
        default=None, ge=1800, lt=2200, description="of a plan: last year of an opening; none: ten years on"
    )
    reach_musd: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="of a plan: present value of V that the cheapest one reaches",
    )
    must: list[str] = Field(default=[], max_length=100, description="what every plan opens")
    leave_out: list[str] = Field(default=[], max_length=100, description="what no plan opens")
    risks: dict[str, Chance] | None = Field(
        default=None,
        max_length=20,
        description="of resilience: what may happen, by restriction, instead of what is on record",
    )
    meeting: str = Field(default="", max_length=60)
    party: str = Field(default="", max_length=20)
    sections: list[str] = Field(default=[], max_length=20, description="parts of a brief; none: all")
    one_page: bool = Field(default=False, description="a brief of one page, for a minister")
    annex: bool = Field(default=False, description="a brief with what was cut for length at its end")
    views: list[NewView] = Field(default=[], max_length=8, description="views that a brief ends with")
    lang: str = Field(default="en", max_length=5)
    known_on: str = Field(default="", max_length=10, description="the register as it was known on this day")
