"""What every endpoint stands on: how the server is run, the programme behind it, who asks, and the one way to
add an endpoint."""

from __future__ import annotations

import datetime as dt
import functools
import hmac
import inspect
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.routing import BaseRoute

from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden
from milepost.errors import WrongUse, one_of
from milepost.web.callers import counted_as
from milepost.web.jobs import KEPT as KEPT_JOBS
from milepost.web.jobs import Jobs
from milepost.web.passkeys import Site, site_of
from milepost.web.people import NO_ROLE, People, Session
from milepost.web.pool import KeptAnswers, Pool, Written
from milepost.web.ready import MARK, InMemory, KeptRoute
from milepost.web.rights import NotSignedIn, must
from milepost.web.security import COOKIE, CSRF_HEADER, OUTER_PORT, Limits
from milepost.web.shapes import FAULTS
from milepost.web.state import KEPT as KEPT_STATES
from milepost.web.state import State, Valued

API = "/api/v1"
WRITERS = 16  # threads for acts; of those who write to a database most wait for one transaction
HEAVY = 2  # threads for what is computed, and for passwords
MADE_UP = ("known_on", "as_of", "scenario", "delivered", "base")  # what a reader makes up is computed anew
READ_ON = 300.0  # seconds that a session is believed while the accounts cannot be reached
_READS = ("GET", "HEAD")
LOCAL = Person("local user", "local", "")
NOBODY = Person("", "public reader", "")


@dataclass(frozen=True)
class Config:
    """How a server is run. Without ``people`` one local user may do everything, on loopback only."""

    path: str
    key: str = ""  # of the programme, where a server has several
    people: People | None = None
    oidc: Any = None
    public: bool = False  # may anybody read without signing in?
    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1"})
    https: bool = False
    root: str = ""  # the part of a site's addresses below which it lies: /milepost
    ports: tuple[tuple[str, int], ...] = ()  # of a host name, the port that browsers use, where it is known
    proxies: tuple[str, ...] = ()  # addresses or networks whose forwarded headers are believed
    embed_in: tuple[str, ...] = ()  # sites that may show the page in a frame
    documents: Path | None = None
    interval_draws: int = 0  # draws for intervals on V, made by a process beside the server
    limits: Limits = field(default_factory=Limits)


class Shared:
    """What the programmes of one server have together, so that it is bounded however many there are: threads
    and their queues, kept answers, and the turns in which they are valued, drawn and worked for."""

    def __init__(self, programmes: int = 1) -> None:
        self.heavy = Pool(HEAVY, queue=64, of_one=48, seconds=60)
        self.writing = Pool(WRITERS, queue=256, of_one=256, seconds=60, to_the_end=True)
        self.hashing = Pool(HEAVY, queue=32, of_one=8, seconds=20, to_the_end=True)
        self.answers = KeptAnswers()
        self._turns = [threading.Lock() for _ in range(3)]
        self._programmes = programmes

    def state(self, path: str, draws: int) -> State:
        """The programme behind a desk."""
        kept = max(2, KEPT_STATES // self._programmes)
        return State(path, draws, kept=kept, valuing=self._turns[0], drawing=self._turns[1])

    def jobs(self) -> Jobs:
        """The long work of a programme."""
        return Jobs(turn=self._turns[2], kept=max(5, KEPT_JOBS // self._programmes))


class Entrance:
    """Who asks a server, and the router that endpoints are added to, each with the action that it needs."""

    def __init__(self, config: Config, shared: Shared | None = None) -> None:
        self.config, self.shared = config, shared or Shared()
        self.router = APIRouter(
            prefix=API, responses={code: FAULTS[code] for code in (400, 401, 403, 404, 422, 429)}
        )
        # with TLS the browser itself sees to it that no neighbouring host and no plain address can set this
        # cookie; below a part of a site's addresses it goes to that part alone, which such a name forbids
        prefix = ("__Secure-" if config.root else "__Host-") if config.https else ""
        self.cookie = f"{prefix}{COOKIE}"
        self.heavy, self.writing = self.shared.heavy, self.shared.writing
        self.hashing = self.shared.hashing
        self._seen: dict[str, tuple[Session, float]] = {}  # by token: when a session was last found good
        self._local_csrf = secrets.token_urlsafe(24)
        self.kept_routes: list[KeptRoute] = []

    def session_of(self, request: Request) -> Session | None:
        """The session that a request belongs to. While the accounts cannot be reached, whoever was signed in
        a few minutes ago may go on reading."""
        token = request.cookies.get(self.cookie, "")
        if self.config.people is None or not token:
            return None
        try:
            held = self.config.people.session_at_once(token) if request.method in _READS else None
            found = held or self.config.people.session(token)
        except SQLAlchemyError:
            known, then = self._seen.get(token, (None, 0.0))
            if known is None or request.method != "GET" or time.monotonic() - then > READ_ON:
                raise
            return known
        if found is None:
            self._seen.pop(token, None)
        else:
            self._seen[token] = (found, time.monotonic())
            while len(self._seen) > 10_000:
                self._seen.pop(next(iter(self._seen)))
        return found

    def person_of(self, request: Request) -> Person | None:
        """Who asks; None for nobody. Whoever has no role in the programme reads what anybody may read."""
        if self.config.people is None:
            return LOCAL
        found = self.session_of(request)
        if found and (found.person.role != NO_ROLE or not self.config.public):
            return found.person
        return NOBODY if self.config.public else None

    def person_at_once(self, scope: Mapping[str, Any]) -> Person | None:
        """Who asks and has a role, where that is known without asking the accounts; else None."""
        if self.config.people is None:
            return LOCAL
        cookies = [text for name, text in scope["headers"] if name.lower() == b"cookie"]
        if not cookies:
            return NOBODY if self.config.public else None
        # as Request reads them, so that nobody is one person here and another one there
        token = cookie_parser(cookies[0].decode("latin-1")).get(self.cookie, "") if len(cookies) == 1 else ""
        found = self.config.people.session_at_once(token) if token else None
        return None if found is None or found.person.role == NO_ROLE else found.person

    def who(self, request: Request) -> Person:
        """Who asks, a reader without a name if nobody."""
        return self.person_of(request) or NOBODY

    def site(self, request: Request) -> Site:
        """The site whose passkeys a request is about. Nothing in it is what a client says of itself: the
        name is one that the server answers to, the port that of this name, of a trusted proxy or of the
        socket. Raises ``WrongUse`` where there can be none."""
        name, scheme = request.url.hostname or "", request.url.scheme
        port = dict(self.config.ports).get(name.lower()) or request.scope.get(OUTER_PORT)
        if port is None and scheme == "http":
            port = (request.scope.get("server") or ("", None))[1]
        return site_of(scheme, name, port)

    def csrf_of(self, request: Request) -> str:
        """The token that writing in this session needs."""
        if self.config.people is None:
            return self._local_csrf
        found = self.session_of(request)
        return found.csrf if found else ""

    def endpoint(
        self,
        method: str,
        path: str,
        action: str,
        *,
        answer: Any = None,
        media: tuple[str, ...] = (),
        kept: bool | InMemory = False,
        heavy: bool = False,
        hashing: bool = False,
        **more: Any,
    ) -> Callable[[Any], Any]:
        """Add an endpoint with the action it needs (:mod:`milepost.web.rights`): there is none without
        one.

        ``answer`` is the shape of its body (:mod:`milepost.web.answers`), or a list of it: what the function
        gives has an ``as_dict``, or is a tuple of such, and that *is* the body. ``media`` are the content
        types of one that answers with a file or a stream. What is ``kept`` rests on the programme, the
        address and the role alone (``InMemory``: and is had out of memory); what is ``heavy`` has its turn
        in a pool, and so has whatever writes. A query parameter that it does not describe is refused, but
        with ``queries=False``: it looks at them itself.
        """
        if kept:
            assert action == "read", "what is kept is sent to whoever has a role"
            self.kept_routes.append(
                KeptRoute.of(f"{API}{path}", kept if isinstance(kept, InMemory) else None)
            )
        write = method not in ("GET", "HEAD") and action != "open"
        pool = self.writing if write and action != "try" else self.heavy if heavy else None
        pool = self.hashing if hashing else pool
        responses: dict[int | str, Any] = {409: FAULTS[409], 413: FAULTS[413]} if write else {}
        described: list[str] = []
        refuses = more.pop("queries", True)

        async def no_others(request: Request) -> None:
            if refuses and request.scope["query_string"]:
                only(request, described)

        if answer is not None:
            more["response_model"] = answer
        if media:
            more["response_class"] = more.get("response_class", Response)
            responses[200] = {"content": {name: {} for name in media}}

        def add(function: Any) -> Any:
            self.router.add_api_route(
                path,
                self._answering(function, more.get("status_code", 200), kept=bool(kept), pool=pool),
                methods=[method],
                dependencies=[Depends(self._allow(action, write=write)), Depends(no_others)],
                openapi_extra={"x-milepost-action": action},
                name=function.__name__,
                responses=responses | more.pop("responses", {}),
                **more,
            )
            described.extend(_described(self.router.routes[-1]))
            return function

        return add

    def _answering(self, function: Any, status: int, *, kept: bool, pool: Pool | None) -> Any:
        """The function in its pool, its answer kept where it may be, and not sent to who has it."""
        if inspect.iscoroutinefunction(function):
            return function

        signature = inspect.signature(function)
        asks = next((n for n, p in signature.parameters.items() if p.annotation in (Request, "Request")), "")

        @functools.wraps(function)
        async def answering(*args: Any, **named: Any) -> Any:
            request_: Request = named[asks] if asks else named.pop("request_")

            def work() -> Any:
                return _sent(function(*args, **named), status)

            if kept and (held := self._ready(request_)) is not None:
                return _as_marked(held, request_)
            query = request_.query_params
            mine = pool or (self.heavy if any(query.get(name) for name in MADE_UP) else None)
            who = counted_as(address_of(request_))
            todo = functools.partial(self._kept, request_, work) if kept else work
            found = await (mine.run(who, todo) if mine else run_in_threadpool(todo))
            return _as_marked(found, request_) if isinstance(found, Written) else found

        if not asks:
            more = inspect.Parameter("request_", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
            answering.__signature__ = signature.replace(  # type: ignore[attr-defined]
                parameters=[*signature.parameters.values(), more]
            )
        return answering

    def mark(self) -> Hashable:
        """What every answer rests on."""
        return None

    def mark_at_once(self) -> Hashable:
        """The same, if it is known without looking at the store; else None."""
        return None

    def key(self, mark: Hashable, role: str, scope: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """What an answer is kept by."""
        return self.config.key, mark, role, scope["path"], scope["query_string"]

    def _key(self, request: Request, mark: Hashable) -> Hashable:
        return self.key(mark, request.state.person.role, request.scope)

    def _ready(self, request: Request) -> Written | None:
        """The answer, if it is written already and nothing has to be asked for it: then no thread is needed,
        and whoever reads does not wait for those who compute."""
        mark = request.scope.get(MARK) or self.mark_at_once()
        return None if mark is None else self.shared.answers.get(self._key(request, mark))

    def _kept(self, request: Request, work: Callable[[], Any]) -> Any:
        """The answer as it was written for this programme, address and role."""
        key = self._key(request, request.scope.get(MARK) or self.mark())

        def make() -> Written:
            made = work()
            headers = tuple((k, v) for k, v in made.headers.items() if k == "content-disposition")
            return Written.of(bytes(made.body), made.headers.get("content-type"), headers)

        return self.shared.answers.once(key, make)

    def _allow(self, action: str, *, write: bool) -> Callable[[Request], Any]:
        def check(request: Request) -> Person:
            person = self.person_of(request)
            if action == "open":
                return person or NOBODY
            if person is not None and person.role == NO_ROLE:
                raise Forbidden("You have no role in this programme.")
            found = must(person, action)
            request.state.person = found
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

        async def check_at_once(request: Request) -> Person:
            return check(request)

        return check if self.config.people is not None else check_at_once  # accounts are asked in a thread


class UnknownQuery(WrongUse):
    """A query parameter that an address does not describe, or that stands twice."""


def only(request: Request, known: Iterable[str]) -> None:
    """Raises ``UnknownQuery`` for a query parameter that is not among these, or that stands more than once,
    of which all but the last would be passed over."""
    told = list(known)
    for name in request.query_params:
        if name in told and len(request.query_params.getlist(name)) > 1:
            raise UnknownQuery(f"The parameter '{name}' stands twice; give it once (a list with commas).")
        if name not in told:
            raise UnknownQuery(
                str(one_of("parameter", name[:40], told))
                if told
                else f"There is no parameter '{name[:40]}'; this address takes none."
            )


def _described(route: BaseRoute) -> list[str]:
    """Names of the query parameters that an endpoint describes, those of a model one by one."""
    assert isinstance(route, APIRoute)
    return [f.alias for f in get_flat_params(route.dependant) if isinstance(f.field_info, params.Query)]


class Desk(Entrance):
    """One programme on a server, and its jobs."""

    def __init__(self, config: Config, shared: Shared | None = None, state: State | None = None) -> None:
        super().__init__(config, shared)
        self.state = state or self.shared.state(config.path, config.interval_draws)
        self.jobs = self.shared.jobs()

    def mark(self) -> Hashable:
        """What every answer rests on: which reading of the programme, and which values."""
        return self.state.mark()

    def mark_at_once(self) -> Hashable:
        """The same, if it is known without looking at the store; else None."""
        return self.state.mark_at_once()

    def at(self, known_on: str) -> Valued:
        """The programme, as known on a day if one is given."""
        return self.state.current(day(known_on))

    def ready(self) -> Valued:
        """The programme with its values. Raises ``NotReady`` while there are none."""
        return self.state.ready()

    def close(self) -> None:
        """End what still runs."""
        self.jobs.close()
        self.state.close()


def _as_marked(found: Written, request: Request) -> Response:
    """A kept answer, or that it is the one which the reader has."""
    headers = {**dict(found.headers), "etag": found.mark, "cache-control": "private, no-cache"}
    if found.mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)


def body_of(answer: Any) -> Any:
    """The body of an answer: its ``as_dict``, or a list of them."""
    return [a.as_dict() for a in answer] if type(answer) is tuple else answer.as_dict()


def _sent(found: Any, status: int) -> Any:
    """What a function gives, as it is sent: no model reads or writes the body again."""
    if type(found) is tuple or hasattr(found, "as_dict"):
        return JSONResponse(body_of(found), status_code=status)
    return found


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
