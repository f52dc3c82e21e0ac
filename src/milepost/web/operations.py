"""For who runs a server: is it alive, is it ready, and what does it do, in Prometheus' words.

``/health/live`` and ``/health/ready`` tell nothing of the programme, so they need nobody signed in; of
``/metrics`` only this machine sees anything.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from milepost.errors import MilepostError
from milepost.web.desk import Desk
from milepost.web.security import App, Scope


class Metrics:
    """The numbers of one server; no name, address or path of a row is in them."""

    def __init__(self, desks: Sequence[Desk]) -> None:
        shared, several = desks[0].shared, len(desks) > 1
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "milepost_answers", "Answers by method and status", ["method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "milepost_answer_seconds",
            "Seconds until an answer was sent, by method",
            ["method"],
            registry=self.registry,
            buckets=(0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
        )
        of_programmes: tuple[tuple[str, str, Callable[[Desk], float]], ...] = (
            ("entries", "Entries of the chain, as last read", _entries),
            ("store_away", "1 while the store cannot be used", lambda d: float(not _answers(d))),
            ("values_ready", "1 while there are values", lambda d: float(d.state.good is not None)),
        )
        for name, told, read in of_programmes:
            names = ["programme"] if several else []
            gauge = Gauge(f"milepost_{name}", told, names, registry=self.registry)
            for desk in desks:
                mine = gauge.labels(desk.config.key) if several else gauge
                mine.set_function(partial(read, desk))
        of_server: tuple[tuple[str, str, Callable[[], float]], ...] = (
            ("heavy_waiting", "Askings that wait for a turn", lambda: shared.heavy.waiting),
            ("writes_waiting", "Writers that wait for a turn", lambda: shared.writing.waiting),
            ("sign_ins_waiting", "Passwords that wait for a turn", lambda: shared.hashing.waiting),
            ("threads", "Threads of the process", threading.active_count),
        )
        for name, told, count in of_server:
            Gauge(f"milepost_{name}", told, registry=self.registry).set_function(count)

    def count(self, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        known = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS") else "other"
        self._answers.labels(known, str(status)).inc()
        self._seconds.labels(known).observe(seconds)


class Counted:
    """The layer that counts answers."""

    def __init__(self, app: App, *, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()

        async def counted(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count(scope["method"], message["status"], time.monotonic() - began)
            await send(message)

        await self.app(scope, receive, counted)


def add_operations(app: FastAPI, desks: Sequence[Desk], metrics: Metrics) -> None:
    """Add the addresses; they stand beside the API and are no part of it."""

    @app.get("/health/live", include_in_schema=False)
    async def live() -> Response:
        return JSONResponse({"live": True}, headers={"cache-control": "no-store"})

    @app.get("/health/ready", include_in_schema=False)
    def ready() -> Response:
        good = [_answers(desk) for desk in desks]
        told: dict[str, Any] = {"ready": any(good), "store": "answers" if all(good) else "away"}
        if len(good) > 1:  # one that cannot be read does not take the others down
            told |= {"programmes": len(good), "away": good.count(False)}
        return JSONResponse(told, 200 if any(good) else 503, headers={"cache-control": "no-store"})

    @app.get("/metrics", include_in_schema=False)
    def told(request: Request) -> Response:
        if not _is_here(request.client.host if request.client else ""):
            return JSONResponse({"error": "Numbers of the server are told to its own machine."}, 403)
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _answers(desk: Desk) -> bool:
    try:
        desk.state.current()
    except MilepostError:
        return False
    return desk.state.away_since is None


def _entries(desk: Desk) -> float:
    try:
        return desk.state.current().head[0]
    except MilepostError:
        return 0


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
