"""What every endpoint stands on: how the server is run, the programme behind it, who asks, and the one way to
add an endpoint."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request

from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden
from milepost.errors import MilepostError, WrongUse
from milepost.web.jobs import Jobs
from milepost.web.people import People, Session
from milepost.web.rights import NotSignedIn, must
from milepost.web.security import COOKIE, CSRF_HEADER, Limits
from milepost.web.shapes import FAULTS
from milepost.web.state import State, Valued

API = "/api/v1"
LOCAL = Person("local user", "local", "")
NOBODY = Person("", "public reader", "")


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


class Desk:
    """One server: its programme, its jobs, its people, and the router that endpoints are added to."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.state, self.jobs = State(config.path, config.interval_draws), Jobs()
        self.router = APIRouter(
            prefix=API, responses={code: FAULTS[code] for code in (400, 401, 403, 404, 422, 429)}
        )
        # with TLS the browser itself sees to it that no neighbouring host and no plain address can set this
        # cookie
        self.cookie = f"__Host-{COOKIE}" if config.https else COOKIE
        self._local_csrf = secrets.token_urlsafe(24)

    def session_of(self, request: Request) -> Session | None:
        """The session that a request belongs to."""
        token = request.cookies.get(self.cookie, "")
        return self.config.people.session(token) if self.config.people and token else None

    def person_of(self, request: Request) -> Person | None:
        """Who asks; None for nobody."""
        if self.config.people is None:
            return LOCAL
        found = self.session_of(request)
        if found:
            return found.person
        return NOBODY if self.config.public else None

    def who(self, request: Request) -> Person:
        """Who asks, a reader without a name if nobody."""
        return self.person_of(request) or NOBODY

    def csrf_of(self, request: Request) -> str:
        """The token that writing in this session needs."""
        if self.config.people is None:
            return self._local_csrf
        found = self.session_of(request)
        return found.csrf if found else ""

    def endpoint(self, method: str, path: str, action: str, **more: Any) -> Callable[[Any], Any]:
        """Add an endpoint with the action it needs (:mod:`milepost.web.rights`): there is none without
        one."""
        write = method not in ("GET", "HEAD") and action != "open"

        def add(function: Any) -> Any:
            self.router.add_api_route(
                path,
                function,
                methods=[method],
                dependencies=[Depends(self._allow(action, write=write))],
                openapi_extra={"x-milepost-action": action},
                name=function.__name__,
                responses=({409: FAULTS[409], 413: FAULTS[413]} if write else {}) | more.pop("responses", {}),
                **more,
            )
            return function

        return add

    def _allow(self, action: str, *, write: bool) -> Callable[[Request], Person]:
        def check(request: Request) -> Person:
            person = self.person_of(request)
            if action == "open":
                return person or NOBODY
            found = must(person, action)
            if write:
                wanted = self.csrf_of(request)
                if not wanted and action != "try":
                    raise NotSignedIn("Sign in first.")
                if wanted and not hmac.compare_digest(
                    wanted.encode(), request.headers.get(CSRF_HEADER, "").encode()
                ):
                    raise Forbidden(
                        f"The header {CSRF_HEADER} does not carry the token of this session (GET "
                        f"{API}/session)."
                    )
            return found

        return check

    def at(self, known_on: str) -> Valued:
        """The programme, as known on a day if one is given."""
        return self.state.current(day(known_on))

    def ready(self) -> Valued:
        """The programme with its values. Raises ``NotReady`` while there are none."""
        found = self.state.value()
        if found is None:
            raise NotReady(self.state.failed or "The values are being computed; ask again in a second.")
        return found

    def close(self) -> None:
        """End what still runs."""
        self.jobs.close()
        self.state.close()


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


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
