"""What is written already is sent at once: before routing, without a thread, and without looking at anything
that a reader could wait for.

An endpoint whose answer is kept says so when it is added (:meth:`milepost.web.desk.Entrance.endpoint`); its
answer rests on the programme, the address and the role alone. The first who asks for one that is not written
goes the whole way, whoever asks for the same meanwhile waits for that one, and then has it too.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.errors import MilepostError
from milepost.web.pool import Written
from milepost.web.security import App, Scope

if TYPE_CHECKING:
    from milepost.web.desk import Desk
    from milepost.web.state import Valued

MARK = (
    "milepost.mark"  # in a request's scope: the reading of the programme that it is answered from, at least
)
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class InMemory:
    """Answers without a query that are made together: ``make`` makes them of a programme, after which
    ``at_once`` has each by the parts of its address, or None for one that there is not."""

    make: Callable[[Valued], object]
    at_once: Callable[..., Written | None]


@dataclass(frozen=True)
class KeptRoute:
    """The addresses of answers that are kept."""

    path: str
    together: InMemory | None
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, path: str, together: InMemory | None) -> KeptRoute:
        """Of an address as the API's document writes it: ``/api/v1/commitments/{ident}``."""
        parts = _PART.split(path)
        text = "".join(re.escape(p) if k % 2 == 0 else f"(?P<{p}>[^/]+)" for k, p in enumerate(parts))
        return cls(path, together, re.compile(text))


class Ready:
    """The layer of one programme that sends what is kept."""

    def __init__(self, app: App, *, desk: Desk) -> None:
        self.app, self._desk = app, desk
        self._waited: dict[Hashable, asyncio.Future[None]] = {}
        self._routes: dict[str, tuple[KeptRoute, dict[str, str]]] = {}  # of the last few addresses

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        kept = self._route(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        person = self._desk.person_at_once(scope) if kept is not None else None
        valued = await self._valued() if person is not None else None
        if kept is None or person is None or valued is None:
            await self.app(scope, receive, send)
            return
        route, parts = kept
        mark = scope[MARK] = self._desk.state.mark_of(valued)
        if route.together is not None and not scope["query_string"]:
            make = functools.partial(route.together.make, valued)
            found = route.together.at_once(valued, **parts)
            if found is None:
                await self._once((route.path, valued.serial), functools.partial(asyncio.to_thread, make))
                found = route.together.at_once(valued, **parts)
        else:
            key = self._desk.key(mark, person.role, scope)
            found = self._desk.shared.answers.get(key)
            if found is None and await self._once(key, functools.partial(self.app, scope, receive, send)):
                return
            found = found or self._desk.shared.answers.get(key)
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        scope.setdefault("state", {})["person"] = person
        await found.send(scope, send)

    def _route(self, scope: Scope) -> tuple[KeptRoute, dict[str, str]] | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        found = self._routes.get(path)
        if found is None:
            known = ((route, route.pattern.fullmatch(path)) for route in self._desk.kept_routes)
            found = next(((route, match.groupdict()) for route, match in known if match), None)
            if found is None:
                return None
            if len(self._routes) >= 10_000:
                self._routes.clear()
            self._routes[path] = found
        return found

    async def _valued(self) -> Valued | None:
        """The programme now; its store is looked at once for all who ask. None where it cannot be read:
        whoever goes the whole way is told why."""
        state = self._desk.state
        if (found := state.at_once()) is None:
            with contextlib.suppress(MilepostError, OSError):
                await self._once("look", functools.partial(asyncio.to_thread, state.current))
            found = state.last_read()
        return found

    async def _once(self, what: Hashable, work: Callable[[], Awaitable[object]]) -> bool:
        """Do it, or wait for who does it already. Was it done here?"""
        loop = asyncio.get_running_loop()
        if (other := self._waited.get((loop, what))) is not None:
            await asyncio.shield(other)
            return False
        mine = self._waited[loop, what] = loop.create_future()
        try:
            await work()
        finally:
            del self._waited[loop, what]
            mine.set_result(None)
        return True
