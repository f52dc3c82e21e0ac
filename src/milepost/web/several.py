"""Several programmes on one server: whose address is whose, and who may know of which.

To who may not see a programme its addresses answer as those of one that there is not: by the same code, with
the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from milepost.acts.persons import Person
from milepost.errors import MilepostError, WrongUse
from milepost.web.desk import Config, Desk, Entrance, Shared
from milepost.web.endpoints.calendars import NO_CALENDAR
from milepost.web.jobs import Jobs
from milepost.web.people import KEY, NO_ROLE
from milepost.web.rights import NotSignedIn, NotThere
from milepost.web.security import Scope
from milepost.web.state import State

_GIVEN = re.compile(rf"({KEY.pattern})=(.+)")  # a key of one's own: north=/data/north
_FEED = re.compile(r"api/v1/feeds/([^/]+)\.ics")


def key_of(state: State) -> str:
    """The key of a programme: that of its settings, or made of the name of its folder or database."""
    try:
        if key := state.current().programme.settings.key:
            return key
    except MilepostError:
        pass  # what cannot be read has the name of its file
    name = Path(state.path.partition("?")[0].rstrip("/")).name.lower()
    stem = name if Path(state.path).is_dir() else name.rpartition(".")[0] or name
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40] or "programme"


def desks_of(programmes: Sequence[str], config: Config, documents: Path | None) -> list[Desk]:
    """A desk for each programme, read where it can be; threads and kept answers are shared. Each may be given
    a key of its own (``north=/data/north``). Raises ``WrongUse`` for two of one key, or where none can be
    read."""
    shared = Shared(len(programmes))
    found: dict[str, Desk] = {}
    faults = []
    for where in programmes:
        given = None if Path(where).exists() else _GIVEN.fullmatch(where)
        path = given[2] if given else where
        state = shared.state(path, config.interval_draws)
        try:
            state.current()
        except MilepostError as fault:
            faults.append(fault)
        key = given[1] if given else key_of(state)
        if key in found:
            raise WrongUse(
                f"Two programmes have the key '{key}': {found[key].config.path} and {path}. Give one of them "
                f"another one: {key}-2={path}."
            )
        kept = documents / key if documents else Path(path) / "documents" if Path(path).is_dir() else None
        people = config.people.of(key) if config.people else None
        mine = replace(config, path=path, key=key, documents=kept, people=people)
        found[key] = Desk(mine, shared, state)
    if len(faults) == len(programmes):
        raise faults[0]
    return list(found.values())


def visible(entrance: Entrance, desks: Sequence[Desk], request: Request) -> Sequence[tuple[Desk, Person]]:
    """The programmes in which a reader has a role, and which. Raises ``NotSignedIn`` for nobody."""
    if entrance.person_of(request) is None:
        raise NotSignedIn("Sign in first.")
    each = ((desk, desk.person_of(request)) for desk in desks)
    return [(desk, who) for desk, who in each if who is not None and who.role != NO_ROLE]


@dataclass(frozen=True)
class Together:
    """The jobs of all programmes, to be stopped together."""

    jobs: tuple[Jobs, ...]

    def close(self) -> None:
        """Stop everything."""
        for jobs in self.jobs:
            jobs.close()


class Programmes:
    """Gives each request under ``/p/KEY/`` to its programme, if whoever asks may know of it."""

    def __init__(self, entrance: Entrance, apps: Mapping[str, tuple[Desk, FastAPI]]) -> None:
        self._entrance, self._apps = entrance, apps

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        root = str(scope.get("root_path", ""))
        key, slash, rest = str(scope["path"]).removeprefix(f"{root}/").partition("/")
        request = Request(scope)
        feed = _FEED.fullmatch(rest)
        if feed and request.method == "GET":
            await run_in_threadpool(self._must_be_a_feed, key, feed[1])
        elif not await run_in_threadpool(self._known, key, request):
            if rest or request.method != "GET":
                raise NotSignedIn("Sign in first.")
            home = f"{self._entrance.config.root}/"
            await RedirectResponse(home, status_code=303)(scope, receive, send)
            return
        if not slash:
            await RedirectResponse(f"{root}/{key}/", status_code=307)(scope, receive, send)
            return
        inner = {k: v for k, v in scope.items() if k not in ("endpoint", "route", "path_params", "router")}
        await self._apps[key][1]({**inner, "root_path": f"{root}/{key}"}, receive, send)

    def _known(self, key: str, request: Request) -> bool:
        """Is anybody signed in (or may anybody read)? Raises 404 for a programme that this one may not know
        of, and for one that there is not."""
        desk = self._apps[key][0] if key in self._apps else None
        if self._entrance.person_of(request) is None:
            return False
        person = desk.person_of(request) if desk else None
        if person is None or person.role == NO_ROLE:
            raise HTTPException(404)
        return True

    def _must_be_a_feed(self, key: str, token: str) -> None:
        """Raises ``NotThere`` for a secret that opens nothing in this programme."""
        people = self._entrance.config.people
        found = people.of(key).feed(token) if people and key in self._apps else None
        if found is None or found[0].role == NO_ROLE:
            raise NotThere(NO_CALENDAR)
