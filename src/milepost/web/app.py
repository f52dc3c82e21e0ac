"""The server: ``/api/v1`` and the built page.

Every endpoint is registered with the action it needs (:mod:`milepost.web.rights`), which also stands in the
OpenAPI document as ``x-milepost-action``: there is no endpoint without one.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

import milepost
from milepost.acts.rights import Forbidden
from milepost.errors import BadData, MilepostError, NoSolution, OurFault, Unavailable
from milepost.languages.said import finding_as_read
from milepost.store.edits import LostRace
from milepost.web import faults, views
from milepost.web.bodies import Whole
from milepost.web.desk import API, Config, Desk, Entrance, UnknownQuery
from milepost.web.endpoints import (
    appraisals,
    calendars,
    features,
    intake,
    jobs,
    overview,
    people,
    programme,
    proposals,
    register,
    tables,
    values,
)
from milepost.web.logs import Logged, number_of
from milepost.web.operations import Counted, Metrics, add_operations
from milepost.web.page import PAGE, add_page
from milepost.web.ready import Ready
from milepost.web.rights import NotSignedIn, NotThere
from milepost.web.security import Aged, Below, Forwarded, Guard, Heads, embedders, networks
from milepost.web.several import Programmes, Together, visible
from milepost.web.state import NotReady, State, Valued

_LOG = logging.getLogger("milepost.web")
__all__ = ["API", "PAGE", "Config", "create_app", "create_several", "warm", "warm_state"]


def create_app(config: Config) -> FastAPI:
    """The application. Nothing is read until the first request or :func:`warm`. Raises ``WrongUse`` for a
    proxy that is no network, or a site that is none."""
    networks(config.proxies)
    embedders(config.embed_in)
    desk = Desk(config)
    app = programme_app(desk)
    metrics = Metrics([desk])
    add_operations(app, [desk], metrics)
    guard(app, config, metrics)
    return app


def create_several(config: Config, desks: Sequence[Desk]) -> FastAPI:
    """The application of several programmes: an overview and one inbox at ``/``, each programme as it would
    stand alone under ``/p/KEY``, and the people, threads and limits of ``config`` for all. Raises
    ``WrongUse`` for a proxy that is no network, or a site that is none."""
    networks(config.proxies)
    embedders(config.embed_in)
    entrance = Entrance(config, desks[0].shared)

    def close() -> None:
        for desk in desks:
            desk.close()

    app = _bare(close)
    app.state.jobs = Together(tuple(d.jobs for d in desks))
    people.add(entrance)
    overview.add(entrance, lambda request: visible(entrance, desks, request))
    app.include_router(entrance.router)
    _errors(app)
    add_page(app, several=True)
    apps = {d.config.key: (d, programme_app(d)) for d in desks}
    app.mount("/p", Programmes(entrance, apps))
    metrics = Metrics(desks)
    add_operations(app, desks, metrics)
    guard(app, config, metrics)
    return app


def programme_app(desk: Desk) -> FastAPI:
    """The addresses of one programme, without what a server has once."""
    app = _bare(desk.close)
    app.state.milepost, app.state.jobs, app.state.config = desk.state, desk.jobs, desk.config
    about_rows = (register, proposals, intake)
    for subject in (people, programme, values, appraisals, tables, *about_rows, features, calendars, jobs):
        subject.add(desk)
    overview.add(desk, lambda request: [(desk, desk.who(request))])
    app.include_router(desk.router)
    _errors(app)
    add_page(app)
    app.add_middleware(Ready, desk=desk)
    app.add_middleware(Aged, age=lambda: _age(desk.state))
    return app


def guard(app: FastAPI, config: Config, metrics: Metrics) -> None:
    """Put what every request passes around an application."""
    app.add_middleware(Heads)
    app.add_middleware(
        Guard, hosts=config.hosts, limits=config.limits, https=config.https, embed_in=config.embed_in
    )
    app.add_middleware(Whole, most_bytes=4 * config.limits.body_bytes)
    app.add_middleware(Counted, metrics=metrics)
    app.add_middleware(Logged)
    app.add_middleware(Below, root=config.root)
    app.add_middleware(Forwarded, proxies=config.proxies, https=config.https)


def _bare(close: Callable[[], Any]) -> FastAPI:
    @asynccontextmanager
    async def life(_app: FastAPI) -> Any:
        yield
        close()

    app = FastAPI(
        title="milepost",
        version=milepost.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        description="Agreements, commitments and evidence of a corridor programme, its network, and what "
        "each promise is worth to "
        "each country. Money is in million USD (MUSD); days are Gregorian, ISO 8601. What cannot be known is "
        "null, never zero.",
        license_info={"name": "Apache-2.0"},
        lifespan=life,
    )
    made = app.openapi

    def openapi() -> dict[str, Any]:
        schema = made()
        schema.setdefault("components", {}).setdefault("schemas", {})["GeoJson"] = {
            "type": "object",
            "required": ["type", "links"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature", "FeatureCollection"]},
                "links": {"type": "array", "items": {"type": "object", "required": ["href", "rel"]}},
            },
        }
        schema["components"]["schemas"]["Fault"] = {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {"type": "string"},
                "request": {"type": "string"},
                "findings": {"type": "array", "items": {"type": "object"}},
                "conflicts": {"type": "array", "items": {"type": "object"}},
            },
        }
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def warm(app: FastAPI, stays: Callable[[], None] = lambda: None) -> None:
    """Read the programme; value it a moment later, or when the page asks; ``stays`` as in
    :func:`warm_state`. Raises ``BadData`` if there is no programme."""
    warm_state(app.state.milepost, stays)


_OF_THE_TIME = 30  # to keep values takes a thirtieth of it at the most


def warm_state(state: State, stays: Callable[[], None] = lambda: None) -> None:
    """Read a programme; value it a moment later, or when the page asks. ``stays`` is called when much was
    made that will not go soon: the first view, and the first values. Raises ``BadData`` if there is no
    programme.

    The moment is for the first view: who opens the page at once is not to wait for the valuation.
    """
    first, again = [stays], [0.0]

    def keeps(made: Valued) -> None:
        if first:
            first.pop()()
        began = time.monotonic()
        if began < again[0]:
            return  # beside one edit after the other, the last run may be one of a moment ago
        views.keep_run(state, made)
        again[0] = time.monotonic() + _OF_THE_TIME * (time.monotonic() - began)

    state.keeps = keeps
    valued = state.current()
    if not valued.findings:

        def first_view() -> None:
            views.register_json(valued)
            views.network(valued, views.land_of(state.path))
            stays()

        # beside the reader, who has only just been told the address and waits for the rest of it alone
        threading.Thread(target=first_view, daemon=True, name="first view").start()
    # where the last run left values to show, the first readers have the machine to themselves for longer
    wait = 5.0 if state.last_run else 1.5
    state.begins = time.monotonic() + wait if state.last_run else 0.0
    later = threading.Timer(wait + 0.1, state.value)
    later.daemon = True
    later.start()


def _age(state: State) -> tuple[tuple[bytes, bytes], ...]:
    """What an answer out of memory says of its age (RFC 9111), while the store cannot be reached."""
    since = state.away_since
    if since is None:
        return ()
    seconds = max(0, int((dt.datetime.now(dt.UTC) - since).total_seconds()))
    told = (
        f'110 milepost "the store cannot be reached since {since.isoformat()}; this is what was read before"'
    )
    return ((b"age", str(seconds).encode()), (b"warning", told.encode()))


def _errors(app: FastAPI) -> None:
    """Each fault of ours to one status, once."""

    def answer(status: int, text: str, **more: Any) -> JSONResponse:
        return JSONResponse({"error": text, **more}, status_code=status)

    def not_valid(request: Request) -> int:
        """The status of a query that is none: 400 in the features, as OGC API - Features wants it (OGC
        17-069r4, req/core/query-param-unknown and query-param-invalid)."""
        path = str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))
        return 400 if path.startswith(f"{API}/features") else 422

    def unavailable(request: Request, fault: Exception) -> JSONResponse:
        """What the server itself lacks: the cause to its log, and a sentence without it to the reader."""
        number = number_of(request.scope)
        _LOG.error("unavailable, in request %s: %s", number, str(fault).strip().split("\n")[0][:300])
        told = fault.public if isinstance(fault, Unavailable) else Unavailable("").public
        return JSONResponse({"error": told, "request": number}, status_code=503, headers={"retry-after": "5"})

    def ours(request: Request, fault: Exception) -> JSONResponse:
        if isinstance(fault, BadData):
            return answer(422, str(fault), findings=[finding_as_read(f) for f in fault.findings])
        if isinstance(fault, LostRace):
            rows = [
                {"table": e.table, "id": e.id, "yours": e.cells, "theirs": now} for e, now in fault.conflicts
            ]
            return answer(409, str(fault), conflicts=rows)
        for kind, status in (
            (NotSignedIn, 401),
            (Forbidden, 403),
            (NotThere, 404),
            (NotReady, 202),
            (NoSolution, 422),
            (UnknownQuery, not_valid(request)),
            (OurFault, 500),
        ):
            if isinstance(fault, kind):
                more = {"request": number_of(request.scope)} if status >= 500 else {}
                return answer(status, str(fault), **more)
        return answer(400, str(fault))

    def invalid(request: Request, fault: Exception) -> JSONResponse:
        rows = faults.findings(fault.errors()) if isinstance(fault, RequestValidationError) else []
        return answer(
            not_valid(request),
            " ".join(r["message"] for r in rows)[: faults.MOST_TOLD] or "The request is not valid.",
            findings=rows,
        )

    def http(_request: Request, fault: Exception) -> JSONResponse:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        texts = {
            404: f"There is no such address; see {API}/openapi.json.",
            405: "This address does not take that method.",
        }
        headers = dict(getattr(fault, "headers", None) or {})
        if "GET" in headers.get("Allow", "").split(", "):
            headers["Allow"] += ", HEAD"
        return JSONResponse(
            {"error": texts.get(status, str(getattr(fault, "detail", fault)))},
            status_code=status,
            headers=headers,
        )

    app.add_exception_handler(MilepostError, ours)
    app.add_exception_handler(Unavailable, unavailable)
    app.add_exception_handler(SQLAlchemyError, unavailable)  # of the accounts
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
