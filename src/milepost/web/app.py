"""The server: ``/api/v1`` and the built page. Endpoints parse, ask, answer; the work is done in the rooms below.

Every endpoint is registered with the action it needs (:mod:`milepost.web.rights`), which also stands in the OpenAPI document
as ``x-milepost-action``: there is no endpoint without one.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, File, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

import milepost
from milepost.errors import BadData, MilepostError, NoSolution, WrongUse, one_of
from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import page_messages
from milepost.store.edits import LostRace
from milepost.web import downloads, features, views, writes
from milepost.web.jobs import Jobs, Work
from milepost.web.on_day import link_states
from milepost.web.people import People, Person, Session
from milepost.web.rights import ACTIONS, Forbidden, NotSignedIn, NotThere, must
from milepost.web.security import COOKIE, CSRF_HEADER, Guard, Limits
from milepost.web.state import State, Valued

API = "/api/v1"
PAGE = Path(__file__).resolve().parent / "static"
LOCAL = Person("local user", "local", "")
_DAY = Query(max_length=10, description="day, YYYY-MM-DD")
Day = Annotated[str, _DAY]
Ids = Annotated[str, Query(max_length=4_000, description="ids of commitments, separated by commas")]
Short = Annotated[str, Query(max_length=100)]
Lang = Annotated[str, Query(max_length=5, description="language: en, ru, fa, ar, fr")]
Format = Annotated[str, Query(pattern="^(json|geojson|)$", description="there is one format an address; may be left out")]
_GEO: dict[int | str, dict[str, Any]] = {
    200: {"description": "GeoJSON.", "content": {features.GEO: {"schema": {"$ref": "#/components/schemas/GeoJson"}}}}
}
_FAULTS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}}
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


@dataclass(frozen=True)
class Config:
    """How a server is run. Without ``people`` one local user may do everything, on loopback only."""

    path: str
    people: People | None = None
    oidc: Any = None
    public: bool = False  # may anybody read without signing in?
    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1"})
    https: bool = False
    documents: Path | None = None
    interval_draws: int = 0  # draws for intervals on V, made by a process beside the server
    limits: Limits = field(default_factory=Limits)


class NotReady(MilepostError):
    """The values are being computed."""


class SignIn(writes.Body):
    """Name and password."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


class Trial(writes.Body):
    """Dates to try; null is never."""

    dates: dict[str, dt.date | None] = Field(max_length=200)


class TableNames(BaseModel):
    """What can be had as a table: names, formats, and for the computed ones what they answer and may be asked."""

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


class Written(Answer):
    """The entry of the chain that a write made; null if nothing differed."""

    id: str
    entry: int | None
    hash: str | None


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


class Kept(Answer):
    """A kept document."""

    sha256: str
    name: str
    bytes: int
    source: str


class NewJob(writes.Body):
    """Long work: ``kind`` is intervals, draws, report, brief-pdf, brief-docx, brief-xlsx, brief-html or snapshot."""

    kind: str = Field(max_length=20)
    draws: int = Field(default=100, ge=10, le=100_000)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    delivered: list[list[str]] = Field(default=[], max_length=20)
    meeting: str = Field(default="", max_length=60)
    party: str = Field(default="", max_length=20)
    sections: list[str] = Field(default=[], max_length=20, description="parts of a brief; none: all")
    lang: str = Field(default="en", max_length=5)
    known_on: str = Field(default="", max_length=10, description="the register as it was known on this day")


def create_app(config: Config) -> FastAPI:
    """The application. Nothing is read until the first request or :func:`warm`."""
    state, jobs = State(config.path, config.interval_draws), Jobs()
    local_csrf = secrets.token_urlsafe(24)

    @asynccontextmanager
    async def life(_app: FastAPI) -> Any:
        yield
        jobs.close()
        state.close()

    app = FastAPI(
        title="milepost", version=milepost.__version__, docs_url=None, redoc_url=None, openapi_url=f"{API}/openapi.json",
        description="Agreements, commitments and evidence of a corridor programme, its network, and what each promise is worth to "
        "each country. Money is in million USD (MUSD); days are Gregorian, ISO 8601. What cannot be known is null, never zero.",
        license_info={"name": "Apache-2.0"}, lifespan=life,
    )  # fmt: skip
    app.state.milepost, app.state.jobs, app.state.config = state, jobs, config
    router = APIRouter(prefix=API, responses={code: _FAULTS[code] for code in (400, 401, 403, 404, 422, 429)})

    # with TLS the browser itself sees to it that no neighbouring host and no plain address can set this cookie
    name_of_cookie = f"__Host-{COOKIE}" if config.https else COOKIE

    def session_of(request: Request) -> Session | None:
        token = request.cookies.get(name_of_cookie, "")
        return config.people.session(token) if config.people and token else None

    def person_of(request: Request) -> Person | None:
        if config.people is None:
            return LOCAL
        found = session_of(request)
        if found:
            return found.person
        return Person("", "public reader", "") if config.public else None

    def csrf_of(request: Request) -> str:
        if config.people is None:
            return local_csrf
        found = session_of(request)
        return found.csrf if found else ""

    def allow(action: str, *, write: bool) -> Callable[[Request], Person]:
        def check(request: Request) -> Person:
            person = person_of(request)
            if action == "open":
                return person or Person("", "public reader", "")
            found = must(person, action)
            if write:
                wanted = csrf_of(request)
                if not wanted and action != "try":
                    raise NotSignedIn("Sign in first.")
                if wanted and not hmac.compare_digest(wanted.encode(), request.headers.get(CSRF_HEADER, "").encode()):
                    raise Forbidden(f"The header {CSRF_HEADER} does not carry the token of this session (GET {API}/session).")
            return found

        return check

    def endpoint(method: str, path: str, action: str, **more: Any) -> Callable[[Any], Any]:
        write = method not in ("GET", "HEAD") and action != "open"

        def add(function: Any) -> Any:
            router.add_api_route(
                path, function, methods=[method], dependencies=[Depends(allow(action, write=write))],
                openapi_extra={"x-milepost-action": action}, name=function.__name__,
                responses=({409: _FAULTS[409], 413: _FAULTS[413]} if write else {}) | more.pop("responses", {}), **more,
            )  # fmt: skip
            return function

        return add

    def who(request: Request) -> Person:
        return person_of(request) or Person("", "public reader", "")

    def at(known_on: str) -> Valued:
        return state.current(day(known_on))

    # ---- who is here -------------------------------------------------------------------------------------------------

    def describe(request: Request, person: Person, csrf: str) -> dict[str, Any]:
        known = config.people is None or config.public or bool(person.name)
        return {
            "signed_in": bool(person.name), "name": person.name, "role": person.role, "party": person.party, "csrf": csrf,
            "teams": config.people is not None, "oidc": config.oidc is not None,
            "may": sorted(a for a, roles in ACTIONS.items() if person.role in roles and (known or a == "open")),
        }  # fmt: skip

    @endpoint("GET", "/session", "open", response_model=SessionAnswer, tags=["people"])
    def session(request: Request) -> dict[str, Any]:
        """Who is signed in, what the person may do, and the token that writing needs."""
        return describe(request, who(request), csrf_of(request))

    @endpoint("POST", "/session", "open", response_model=SessionAnswer, tags=["people"])
    def sign_in(body: SignIn, request: Request, response: Response) -> dict[str, Any]:
        """Sign in with name and password."""
        if config.people is None:
            raise WrongUse("This server has a single local user; there is nobody to sign in.")
        token, found = config.people.login(body.name, body.password, address=address_of(request))
        cookie(request, response, token)
        return describe(request, found.person, found.csrf)

    @endpoint("DELETE", "/session", "open", tags=["people"])
    def sign_out(request: Request, response: Response) -> dict[str, Any]:
        """Sign out; the session ends on the server."""
        found = session_of(request)
        if config.people is not None and found:
            if not hmac.compare_digest(found.csrf.encode(), request.headers.get(CSRF_HEADER, "").encode()):
                raise Forbidden(f"The header {CSRF_HEADER} does not carry the token of this session.")
            config.people.logout(request.cookies[name_of_cookie], said=True)
        response.delete_cookie(name_of_cookie, path="/", secure=config.https, httponly=True, samesite="strict")
        return {"signed_in": False}

    def address_of(request: Request) -> str:
        return request.client.host if request.client else ""

    def cookie(request: Request, response: Response, token: str) -> None:
        before = request.cookies.get(name_of_cookie, "")
        if config.people and before:
            config.people.logout(before)  # who signs in again leaves no open session behind
        response.set_cookie(
            name_of_cookie, token, max_age=12 * 3600, httponly=True, samesite="strict", secure=config.https, path="/"
        )

    @endpoint("GET", "/oidc/begin", "open", tags=["people"], response_class=RedirectResponse, status_code=303)
    def oidc_begin(request: Request) -> Response:
        """Go to the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        url, pending = config.oidc.begin(str(request.base_url).rstrip("/") + f"{API}/oidc/finish")
        answer = RedirectResponse(url, status_code=303)
        answer.set_cookie("milepost_oidc", pending, max_age=600, httponly=True, samesite="lax", secure=config.https, path=API)
        return answer

    @endpoint("GET", "/oidc/finish", "open", tags=["people"], response_class=RedirectResponse, status_code=303)
    def oidc_finish(request: Request) -> Response:
        """Come back from the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        token, _found = config.oidc.finish(str(request.url), request.cookies.get("milepost_oidc", ""), address=address_of(request))
        answer = RedirectResponse("/", status_code=303)
        cookie(request, answer, token)
        answer.delete_cookie("milepost_oidc", path=API)
        return answer

    @endpoint("GET", "/messages/{lang}", "open", tags=["page"])
    def messages(lang: str) -> dict[str, Any]:
        """The words of the page in one language (Fluent), and the names of countries."""
        language = Language(lang)
        return {"lang": lang, "dir": language.direction, "languages": LANGUAGES, "messages": page_messages(lang)}

    # ---- reading ----------------------------------------------------------------------------------------------------

    @endpoint("GET", "/programme", "read", response_model=About, tags=["programme"])
    def programme(known_on: Day = "") -> dict[str, Any]:
        """The programme: title, days, rates, version, fingerprint of its data, findings."""
        return views.about(state, at(known_on))

    @endpoint("GET", "/register", "read", tags=["register"], response_class=JSONResponse, response_model=dict[str, Any])
    def register(known_on: Day = "") -> Response:
        """All commitments with status, promises, evidence and milestones; parties, agreements, meetings."""
        valued = at(known_on)
        return Response(valued.json("register", lambda: views.register(valued)), media_type="application/json")

    @endpoint("GET", "/commitments", "read", response_model=list[Commitment], tags=["register"])
    def commitments(known_on: Day = "") -> list[dict[str, Any]]:
        """All commitments."""
        found: list[dict[str, Any]] = views.register(at(known_on))["commitments"]
        return found

    @endpoint("GET", "/commitments/{ident}", "read", response_model=Commitment, tags=["register"])
    def commitment(ident: str, known_on: Day = "") -> dict[str, Any]:
        """The fiche of one commitment."""
        rows = {c["id"]: c for c in views.register(at(known_on))["commitments"]}
        if ident not in rows:
            raise one_of("commitment", ident, list(rows))
        return dict(rows[ident])

    @endpoint("GET", "/timetable", "read", response_model=TimetableAnswer, tags=["register"])
    def timetable(as_of: Day = "", known_on: Day = "") -> dict[str, Any]:
        """When what is open is due, on a day, as known on a day."""
        valued = at(known_on)
        found = valued.programme.timetable(day(as_of) or valued.day)
        return {
            "on": found.on.isoformat(),
            "dates": {c: d.isoformat() if d else None for c, d in found.dates.items()},
            "overdue_days": dict(found.overdue),
        }

    @endpoint("GET", "/network", "read", response_model=NetworkAnswer, tags=["network"])
    def network(as_of: Day = "", known_on: Day = "") -> dict[str, Any]:
        """The map, its links and places, and each link's state on a day (``on_day``: open, delivered, promised, closed)."""
        valued = at(known_on)
        found = views.network(valued, views.land_of(state.path))
        due = valued.programme.timetable(valued.day).dates
        when = day(as_of) or valued.day
        states = link_states(valued, when)
        links = [{**k, "on_day": states[k["id"]]} for k in found["links"]]
        by_then = sorted(c for c, d in due.items() if d and d <= when) if as_of else []
        return {**found, "links": links, "as_of": when.isoformat(), "due_by_then": by_then}

    @endpoint("GET", "/map.svg", "read", tags=["network"], response_class=Response)
    def map_svg(as_of: Day = "", known_on: Day = "") -> Response:
        """The map as one SVG file; with ``as_of`` what is due by that day is drawn as delivered."""
        from milepost.report.corridor_map import corridor_map

        drawn = corridor_map(at(known_on).programme, on=day(as_of), land=views.land_of(state.path))
        return Response(drawn.svg, media_type="image/svg+xml")

    @endpoint("GET", "/flows", "read", tags=["network"])
    def flows(known_on: Day = "") -> dict[str, Any]:
        """Tonnes on each link, today and with everything valued delivered."""
        return views.flows(at(known_on))

    @endpoint("GET", "/countries", "read", tags=["value"], responses={202: _FAULTS[202]})
    def countries(known_on: Day = "") -> list[dict[str, Any]]:
        """What each country gains from everything valued, what it owes and what is owed to the programme by others."""
        valued = at(known_on) if known_on else ready()
        found = views.values(valued)["shares"]
        rows = views.register(valued)
        total = dict(zip(found["countries"], found["total"], strict=True))
        return [
            {**c, "value_musd_per_year": total.get(c["id"]),
             "owes": [k["id"] for k in rows["commitments"] if c["id"] in k.get("owed_by", []) and not k["closed"]]}
            for c in rows["countries"]
        ]  # fmt: skip

    @endpoint("GET", "/countries/{ident}/ways", "read", tags=["network"])
    def ways(ident: str, delivered: Ids = "", known_on: Day = "") -> dict[str, Any]:
        """The ways of a country to its partners, today and with commitments delivered."""
        return views.country_ways(at(known_on), ident, ids(delivered))

    @endpoint("GET", "/routes", "read", tags=["network"])
    def routes(delivered: Ids = "", base: Ids = "", known_on: Day = "") -> list[dict[str, Any]]:
        """The headline ways: ``today`` (or with the commitments of ``base`` delivered) and ``then`` with ``delivered``."""
        return views.routes(at(known_on), ids(delivered), ids(base))

    @endpoint("GET", "/routes/{origin}/{destination}", "read", tags=["network"])
    def route(
        origin: str, destination: str, delivered: Ids = "", base: Ids = "", cargo: str = "containers", known_on: Day = ""
    ) -> dict[str, Any]:  # fmt: skip
        """The cheapest way between two places, today (or with ``base`` delivered) and with ``delivered``."""
        p = at(known_on).programme
        return {
            "today": views.way(p, origin, destination, ids(base), cargo),
            "then": views.way(p, origin, destination, ids(delivered), cargo),
        }

    def ready() -> Valued:
        found = state.value()
        if found is None:
            raise NotReady(state.failed or "The values are being computed; ask again in a second.")
        return found

    @endpoint("GET", "/values", "read", tags=["value"], responses={202: _FAULTS[202]})
    def all_values(known_on: Day = "") -> dict[str, Any]:
        """The exact table of V (the book), shares, cost of a day's delay, forecasts; ``stale``: they are the last good ones."""
        if known_on:
            return {**views.values(at(known_on)), "stale": False, "failed": ""}
        valued = ready()
        stale = valued.programme.records.fingerprint != state.current().programme.records.fingerprint
        return {**views.values(valued), "stale": stale, "failed": state.failed}

    @endpoint("GET", "/intervals", "read", tags=["value"], responses={202: _FAULTS[202]})
    def intervals() -> dict[str, Any]:
        """Intervals on V of everything valued by country, and on a day's delay; ``draws`` 0: this server draws none."""
        valued = ready()
        if config.interval_draws and "intervals" not in valued.made:
            raise NotReady("Intervals are being drawn; ask again in some seconds.")
        return views.intervals(valued)

    @endpoint("GET", "/model", "read", tags=["programme"])
    def model(known_on: Day = "") -> dict[str, Any]:
        """What the numbers rest on: parameters with basis and source, rows by basis, the model beside published times."""
        return views.model(at(known_on))

    @endpoint("GET", "/value", "read", response_model=ValueAnswer, tags=["value"])
    def value(delivered: Ids = "", known_on: Day = "") -> dict[str, Any]:
        """V of a set of commitments (without ids: of all that are valued), MUSD a year per country."""
        return at(known_on).programme.value(ids(delivered) or "all").as_dict()

    @endpoint("POST", "/trial", "try", tags=["value"])
    def trial(body: Trial, known_on: Day = "") -> TrialResult:
        """Present value of the timetable with dates moved; nothing is saved."""
        return TrialResult(**views.trial(at(known_on), dict(body.dates)))

    @endpoint("POST", "/book", "try", tags=["value"])
    def book(body: Trial) -> dict[str, Any]:
        """The book around a timetable with dates moved: where it is incomplete it is exact for one more moved date."""
        return views.book_around(ready(), dict(body.dates))

    @endpoint("GET", "/tables", "read", tags=["tables"])
    def tables() -> TableNames:
        """Names of all tables and formats, and what each computed table answers and may be asked."""
        about = {n: {"answers": text, "takes": sorted({"known_on", *takes})} for n, (text, takes) in downloads.COMPUTED.items()}
        return TableNames(
            tables=list(downloads.names()), formats=list(downloads.MEDIA), columns=downloads.columns(), computed=about
        )

    @endpoint(
        "GET", "/tables/{name}.{kind}", "read", tags=["tables"], response_class=Response,
        responses={200: {"description": "The table.", "content": {m.partition(";")[0]: {} for m in downloads.MEDIA.values()}}},
    )  # fmt: skip
    def table(
        request: Request, name: str, kind: str,
        as_of: Annotated[str, Query(max_length=10, description="day looked at, YYYY-MM-DD: from which the timetable is seen, or by "
                                    "which what is due counts as delivered (value, loads)")] = "",
        known_on: Annotated[str, Query(max_length=10, description="the register as it was known on this day")] = "",
        scenario: Annotated[str, Query(max_length=4_000, description="dates to try: C01:2030-06-30,C05:never")] = "",
        delivered: Ids = "",
        lang: Annotated[str, Query(max_length=5, description="words in the headings and cells of a workbook: en, ru, fa, ar, fr; "
                                   "csv, json and parquet have the same names in every language")] = "en",
    ) -> Response:  # fmt: skip
        """One table as csv, xlsx, json or parquet: rows of the register, or computed (GET /tables says which take what).

        A question that cannot change the table is refused with the tables that it applies to. Names of columns are stable and fit
        Stata; days are ISO 8601; a cell holds one value, or values with semicolons; what is not known is empty; text is UTF-8.
        """
        if kind not in downloads.MEDIA:
            raise one_of("format", kind, list(downloads.MEDIA))
        if name == "contacts":
            must(person_of(request), "read offices")
        Language(lang)
        asked = downloads.Asked(day(as_of), scenario_dates(scenario), ids(delivered) if delivered else None)
        valued = at(known_on)

        def make() -> bytes:
            return downloads.write(downloads.table(valued, name, asked), kind, lang, name)

        # what is asked for again and again is written once; what a reader makes up is not kept
        key = f"{name}.{kind} {lang if kind == 'xlsx' else ''}"
        content: bytes = valued.once(key, make) if asked.plain else make()
        return Response(content, media_type=downloads.MEDIA[kind], headers=attachment(f"{name}.{kind}"))

    @endpoint("GET", "/history", "read offices", response_model=list[EntryOfChain], tags=["register"])
    def history(
        table: Annotated[str, Query(max_length=60)] = "", row: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The chain of entries, newest first: who wrote what, when and why."""
        return writes.history(state, table, row, limit)

    @endpoint("GET", "/rows/{table}", "read", response_model=list[RowOfTable], tags=["register"])
    def rows(request: Request, table: str, known_on: Day = "") -> list[dict[str, Any]]:
        """Rows of one table with the digest that an edit must say it saw."""
        from milepost.records import TABLES

        if table not in TABLES:
            raise one_of("table", table, list(TABLES))
        if table == "contacts":
            must(person_of(request), "read offices")
        return views.rows_of_register(at(known_on).programme.records, table)

    # ---- features ---------------------------------------------------------------------------------------------------

    def base(request: Request) -> str:
        return str(request.base_url).rstrip("/") + f"{API}/features"

    @endpoint("GET", "/features", "read", tags=["features"])
    def feature_landing(request: Request, f: Format = "") -> features.Landing:
        """OGC API - Features: landing page."""
        features.only(request.query_params, ("f",))
        return features.Landing(**features.landing(base(request), state.current().programme.settings.title))

    @endpoint("GET", "/features/api", "read", tags=["features"], response_class=JSONResponse,
              responses={200: {"description": "OpenAPI 3.0.", "content": {features.OPENAPI: {}}}})  # fmt: skip
    def feature_api(request: Request, f: Format = "") -> Response:
        """What the features answer, as OpenAPI 3.0."""
        features.only(request.query_params, ("f",))
        found = features.description(app.openapi(), f"{API}/features")
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.OPENAPI)

    @endpoint("GET", "/features/conformance", "read", tags=["features"])
    def feature_conformance(request: Request, f: Format = "") -> features.Conformance:
        """Conformance classes."""
        features.only(request.query_params, ("f",))
        return features.Conformance(conformsTo=features.CONFORMANCE)

    @endpoint("GET", "/features/collections", "read", tags=["features"])
    def feature_collections(request: Request, known_on: Day = "", f: Format = "") -> features.Collections:
        """Collections."""
        features.only(request.query_params, ("f", "known_on"))
        return features.Collections(**features.collections(base(request), at(known_on)))

    @endpoint("GET", "/features/collections/{name}", "read", tags=["features"])
    def feature_collection(request: Request, name: str, known_on: Day = "", f: Format = "") -> features.Collection:
        """One collection."""
        features.only(request.query_params, ("f", "known_on"))
        return features.Collection(**features.collection(base(request), at(known_on), name))

    @endpoint("GET", "/features/collections/{name}/items", "read", tags=["features"], response_class=Response, responses=_GEO)
    def feature_items(
        request: Request, name: str,
        limit: Annotated[int, Query(ge=1, description=f"how many at most; more than {features.MOST:,} are never given")] = 1_000,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        bbox: Annotated[str, Query(max_length=200, description="west,south,east,north in degrees; six numbers with heights")] = "",
        datetime: Annotated[str, Query(max_length=100, description="moment or interval; no feature has one, so all meet it")] = "",
        as_of: Annotated[str, Query(max_length=10, description="day of the property on_day of links")] = "",
        known_on: Day = "", f: Format = "",
    ) -> Response:  # fmt: skip
        """Features, page by page; a query parameter named like a property filters by equality."""
        valued = at(known_on)
        named = ("limit", "offset", "bbox", "datetime", "as_of", "known_on", "f")
        features.only(request.query_params, (*named, *features.properties(valued, name)))
        extra = tuple((k, v) for k, v in request.query_params.multi_items() if k not in named)
        moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = features.Query(limit, offset, bbox, datetime, as_of, known_on, extra)
        found = features.items(base(request), valued, name, query, day(as_of) or valued.day, moment)
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.GEO)

    @endpoint("GET", "/features/collections/{name}/items/{ident}", "read", tags=["features"], response_class=Response,
              responses=_GEO)  # fmt: skip
    def feature_item(request: Request, name: str, ident: str, as_of: Day = "", known_on: Day = "", f: Format = "") -> Response:
        """One feature."""
        features.only(request.query_params, ("as_of", "known_on", "f"))
        valued = at(known_on)
        found = features.item(base(request), valued, name, ident, day(as_of) or valued.day)
        return Response(json.dumps(found, ensure_ascii=False), media_type=features.GEO)

    # ---- calendars --------------------------------------------------------------------------------------------------

    def ics(party: str, body: str, lang: str, known_on: str = "") -> Response:
        from milepost.report.calendar import calendar

        content = calendar(at(known_on).programme, party=party, body=body, language=lang)
        return Response(content, media_type="text/calendar; charset=utf-8", headers=attachment("milepost.ics"))

    @endpoint("GET", "/calendar.ics", "read", tags=["calendar"], response_class=Response)
    def calendar_now(party: Short = "", body: Short = "", lang: Lang = "en", known_on: Day = "") -> Response:
        """The calendar of due dates and meetings."""
        return ics(party, body, lang, known_on)

    @endpoint("POST", "/feeds", "subscribe", tags=["calendar"])
    def new_feed(request: Request, party: Short = "", body: Short = "", lang: Lang = "en") -> dict[str, Any]:
        """A secret address of the calendar for a calendar program; a new one ends the old one."""
        ics(party, body, lang)  # refuse now what could not be shown later
        if config.people is None:
            return {"path": f"{API}/calendar.ics?{urlencode({'party': party, 'body': body, 'lang': lang})}", "secret": False}
        token = config.people.feed_token(who(request).name, json.dumps([party, body, lang]))
        return {"path": f"{API}/feeds/{token}.ics", "secret": True}

    @endpoint("GET", "/feeds/{token}.ics", "open", tags=["calendar"], response_class=Response)
    def feed(token: str) -> Response:
        """A calendar by its secret address."""
        found = config.people.feed(token) if config.people else None
        if found is None:
            raise NotThere("There is no such calendar; ask for a new address.")
        return ics(*json.loads(found[1]))

    # ---- writing ----------------------------------------------------------------------------------------------------

    @endpoint("POST", "/evidence", "report", response_model=Written, tags=["register"], status_code=201)
    def add_evidence(body: writes.NewEvidence, request: Request) -> dict[str, Any]:
        """Add a report. A party reports on what it owes, and disputes what is said of others."""
        return writes.add_evidence(state, who(request), body)

    @endpoint("POST", "/evidence/{ident}/confirmation", "confirm", response_model=Written, tags=["register"])
    def confirm(ident: str, body: writes.Confirmation, request: Request) -> dict[str, Any]:
        """Judge whether a report meets the acceptance test: by another person than the one who entered it."""
        return writes.confirm(state, who(request), ident, body)

    @endpoint("POST", "/requests", "ask", response_model=Written, tags=["register"], status_code=201)
    def ask_date(body: writes.NewRequest, request: Request) -> dict[str, Any]:
        """Ask to move a date."""
        return writes.ask_date(state, who(request), body)

    @endpoint("POST", "/requests/{ident}/decision", "decide", response_model=Written, tags=["register"])
    def decide_date(ident: str, body: writes.Decision, request: Request) -> dict[str, Any]:
        """Grant or refuse a request: by another person than the one who asked."""
        return writes.decide_date(state, who(request), ident, body)

    @endpoint("POST", "/edits", "edit", response_model=Written, tags=["register"])
    def edits(body: writes.Edits, request: Request) -> dict[str, Any]:
        """Write rows together, each with the digest of what was seen (optimistic locking)."""
        return writes.write_rows(state, who(request), body)

    @endpoint("POST", "/workbook", "edit", tags=["register"])
    def bring_workbook(
        request: Request,
        file: Annotated[UploadFile, File()],
        apply: bool = False,
        reason: Annotated[str, Query(max_length=2_000)] = "",
    ) -> dict[str, Any]:
        """Bring a workbook: the difference first, applied only when asked, and only whole."""
        return writes.bring_workbook(state, who(request), file.file.read(), apply=apply, reason=reason)

    @endpoint("GET", "/programme.xlsx", "read offices", tags=["register"], response_class=Response)
    def workbook(known_on: Day = "") -> Response:
        """The programme as a workbook, to edit and bring back."""
        import tempfile

        from milepost.store.workbook import write_workbook

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "programme.xlsx"
            write_workbook(at(known_on).programme.records, file)
            return Response(file.read_bytes(), media_type=downloads.MEDIA["xlsx"], headers=attachment("programme.xlsx"))

    @endpoint("POST", "/documents", "report", response_model=Kept, tags=["register"], status_code=201)
    def keep(request: Request, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
        """Keep a document (PDF, picture, office file) under its SHA-256, to name as the source of a report."""
        kept = writes.keep_document(documents(), file.file.read(), file.filename or "")
        if config.people is not None:
            config.people.record("kept a document", who(request).name, detail=kept["source"], address=address_of(request))
        return kept

    @endpoint("GET", "/documents/{name}", "read", tags=["register"], response_class=FileResponse)
    def document(name: str) -> Response:
        """A kept document."""
        found = writes.document(documents(), name)
        return FileResponse(found, media_type="application/octet-stream", headers=attachment(found.name))

    def documents() -> Path:
        if config.documents is None:
            raise WrongUse("This server keeps no documents; start it with --documents FOLDER.")
        return config.documents

    # ---- long work --------------------------------------------------------------------------------------------------

    @endpoint("POST", "/jobs", "compute", response_model=JobState, tags=["jobs"], status_code=202)
    def new_job(body: NewJob, request: Request) -> dict[str, Any]:
        """Start long work."""
        return jobs.start(body.kind, who(request).name, work(state, body)).as_dict()

    @endpoint("GET", "/jobs/{ident}", "compute", response_model=JobState, tags=["jobs"])
    def job(ident: str, request: Request) -> dict[str, Any]:
        """How far it is."""
        return jobs.find(ident, who(request).name).as_dict()

    @endpoint("GET", "/jobs/{ident}/events", "compute", tags=["jobs"], response_class=StreamingResponse)
    async def job_events(ident: str, request: Request) -> Response:
        """Its progress as server-sent events, until it has ended."""
        found = jobs.find(ident, who(request).name)

        async def events() -> Any:
            async for now in jobs.watch(found):
                if await request.is_disconnected():
                    return
                # a line of comment now and then keeps what stands between from closing the stream
                yield f"data: {json.dumps(now)}\n\n" if now else ": waiting\n\n"

        return StreamingResponse(events(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    @endpoint("GET", "/jobs/{ident}/result", "compute", tags=["jobs"], response_class=Response)
    def job_result(ident: str, request: Request) -> Response:
        """What came of it."""
        found = jobs.find(ident, who(request).name)
        if found.state != "done":
            raise WrongUse(f"The job is {found.state}." + (f" {found.error}" if found.error else ""))
        return Response(found.content, media_type=found.media_type, headers=attachment(found.name))

    @endpoint("DELETE", "/jobs/{ident}", "compute", response_model=JobState, tags=["jobs"])
    def cancel_job(ident: str, request: Request) -> dict[str, Any]:
        """Cancel it."""
        found = jobs.find(ident, who(request).name)
        jobs.cancel(found)
        return found.as_dict()

    app.include_router(router)
    _errors(app)
    _page(app)
    app.add_middleware(Guard, hosts=config.hosts, limits=config.limits, https=config.https)
    made = app.openapi

    def openapi() -> dict[str, Any]:
        schema = made()
        schema.setdefault("components", {}).setdefault("schemas", {})["GeoJson"] = {
            "type": "object", "required": ["type", "links"],
            "properties": {"type": {"type": "string", "enum": ["Feature", "FeatureCollection"]},
                           "links": {"type": "array", "items": {"type": "object", "required": ["href", "rel"]}}},
        }  # fmt: skip
        schema["components"]["schemas"]["Fault"] = {
            "type": "object", "required": ["error"],
            "properties": {"error": {"type": "string"}, "findings": {"type": "array", "items": {"type": "object"}},
                           "conflicts": {"type": "array", "items": {"type": "object"}}},
        }  # fmt: skip
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def warm(app: FastAPI) -> None:
    """Read the programme; value it a moment later, or when the page asks. Raises ``BadData`` if there is no programme.

    The moment is for the first view: who opens the page at once is not to wait for the valuation.
    """
    state: State = app.state.milepost
    valued = state.current()
    if not valued.findings:
        views.register(valued)
        views.network(valued, views.land_of(state.path))
    later = threading.Timer(1.5, state.value)
    later.daemon = True
    later.start()


def day(text: str) -> dt.date | None:
    """A day of a request; None for none. Raises ``WrongUse``."""
    if not text:
        return None
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        found = dt.date.min
    if len(text) != 10 or not 1900 <= found.year <= 2200:
        raise WrongUse(f"'{text[:20]}' is no day between 1900 and 2200; write it as 2026-11-24.")
    return found


def ids(text: str) -> tuple[str, ...]:
    """Ids separated by commas."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def scenario_dates(text: str) -> dict[str, dt.date | None]:
    """``C01:2030-06-30,C05:never``. Raises ``WrongUse``."""
    found: dict[str, dt.date | None] = {}
    for part in ids(text):
        name, _, when = part.partition(":")
        if not when:
            raise WrongUse(f"'{part[:40]}' is no moved date; write C01:2030-06-30 or C01:never.")
        found[name] = None if when == "never" else day(when)
    return found


def attachment(name: str) -> dict[str, str]:
    """Headers of a download."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return {"content-disposition": f'attachment; filename="{safe}"'}


def work(state: State, body: NewJob) -> Work:
    """The work of a job. Raises ``WrongUse`` for an unknown kind."""
    valued = state.current(day(body.known_on))
    p = valued.programme
    p.sound()
    if body.kind == "snapshot" and body.known_on:
        raise WrongUse("A snapshot is of what is known now.")

    def as_json(found: Any, name: str) -> tuple[bytes, str, str]:
        return json.dumps(found, ensure_ascii=False).encode(), "application/json", name

    def intervals(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        found = p.intervals(min(body.draws, 1_000), orders=30, seed=body.seed, sets=body.delivered, progress=tell)
        return as_json(found.as_dict(), "intervals.json")

    def draws(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        tell(0, 1)
        return as_json(p.draws(draws=body.draws, seed=body.seed).as_dict(), "draws.json")

    def report(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.report.document import html_report

        return html_report(p, progress=tell).encode(), "text/html; charset=utf-8", "report.html"

    def snapshot(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.web.snapshot import snapshot_html

        tell(0, 1)
        return snapshot_html(state, language=body.lang).encode(), "text/html; charset=utf-8", "corridor.html"

    def brief(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.report.brief import brief as make
        from milepost.report.brief.writers import docx, page, pdf, xlsx

        tell(0, 2)
        made = make(
            p, meeting=body.meeting, party=body.party, language=body.lang, version=milepost.__version__, root=valued.head[1],
            sections=body.sections,
        )  # fmt: skip
        tell(1, 2)
        kind = body.kind.partition("-")[2]
        writer, media = {
            "pdf": (pdf, "application/pdf"),
            "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            "xlsx": (xlsx, downloads.MEDIA["xlsx"]),
            "html": (page, "text/html; charset=utf-8"),
        }[kind]
        return writer(made), media, f"brief.{kind}"

    kinds: dict[str, Work] = {
        "intervals": intervals, "draws": draws, "report": report, "snapshot": snapshot,
        **{f"brief-{k}": brief for k in ("pdf", "docx", "xlsx", "html")},
    }  # fmt: skip
    if body.kind not in kinds:
        raise one_of("kind of job", body.kind, list(kinds))
    Language(body.lang)
    return kinds[body.kind]


def _errors(app: FastAPI) -> None:
    """Each fault of ours to one status, once."""

    def answer(status: int, text: str, **more: Any) -> JSONResponse:
        return JSONResponse({"error": text, **more}, status_code=status)

    def ours(_request: Request, fault: Exception) -> JSONResponse:
        if isinstance(fault, BadData):
            return answer(422, str(fault), findings=[f.as_dict() for f in fault.findings])
        if isinstance(fault, LostRace):
            rows = [{"table": e.table, "id": e.id, "yours": e.cells, "theirs": now} for e, now in fault.conflicts]
            return answer(409, str(fault), conflicts=rows)
        for kind, status in ((NotSignedIn, 401), (Forbidden, 403), (NotThere, 404), (NotReady, 202), (NoSolution, 422)):
            if isinstance(fault, kind):
                return answer(status, str(fault))
        return answer(400, str(fault))

    def invalid(request: Request, fault: Exception) -> JSONResponse:
        found = fault.errors() if isinstance(fault, RequestValidationError) else []
        rows = [{"where": ".".join(str(p) for p in e["loc"]), "message": str(e["msg"])} for e in found]
        status = 400 if request.url.path.startswith(f"{API}/features") else 422  # as OGC API - Features wants it
        return answer(
            status, "; ".join(f"{r['where']}: {r['message']}" for r in rows)[:2_000] or "The request is not valid.", findings=rows
        )

    def http(_request: Request, fault: Exception) -> JSONResponse:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        texts = {404: f"There is no such address; see {API}/openapi.json.", 405: "This address does not take that method."}
        headers = getattr(fault, "headers", None)
        return JSONResponse({"error": texts.get(status, str(getattr(fault, "detail", fault)))}, status_code=status, headers=headers)

    app.add_exception_handler(MilepostError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _page(app: FastAPI) -> None:
    """The built page: ``/`` and what it needs. Names of assets carry a hash, so they are kept for a year."""

    def files() -> Iterator[Path]:
        yield from (PAGE / "assets").glob("*") if (PAGE / "assets").is_dir() else ()

    @app.get("/", include_in_schema=False)
    def index() -> Response:
        if not (PAGE / "index.html").is_file():
            return Response(
                "The page is not built: run 'make page' (needs Node 20), or install a released wheel. The API is at /api/v1.",
                media_type="text/plain", status_code=503,
            )  # fmt: skip
        return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})

    @app.get("/assets/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        known = {f.name: f for f in files()}
        if name not in known:
            raise HTTPException(404)
        return FileResponse(known[name], headers={"cache-control": "public, max-age=31536000, immutable"})
