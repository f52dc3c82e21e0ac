"""One line a request, for who runs a server: what was asked for, what came of it, how long it took.

A line holds the number of the request, the method, the address as the API's document writes it (without what
a reader put into it), the status, milliseconds, and the number of the account. No name, no address of a
person, no query, no token, no header: nothing that would have to be kept secret.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import sys
import time
from typing import Any, Literal, TextIO

from milepost.web.people import account_number
from milepost.web.security import App, Message, Scope

Form = Literal["json", "text"]
HEADER = b"x-request-id"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_REQUESTS = logging.getLogger("milepost.requests")
_REQUESTS.propagate = False
_SAID = ("request", "method", "route", "status", "ms", "account")


class Logged:
    """The layer that numbers requests and writes a line for each, if lines are wanted. The number is the
    server's own, never a client's; it stands in the header ``X-Request-Id`` of the answer."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, number, status = time.monotonic(), secrets.token_hex(8), 0
        state = scope.setdefault("state", {})  # what layers within copy of a request, they share
        state["request"] = number

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, number.encode())]
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        finally:
            if _REQUESTS.isEnabledFor(logging.INFO) and _REQUESTS.handlers:
                ms = round(1000 * (time.monotonic() - began), 1)
                _REQUESTS.info("request", extra={"told": _line(scope, status, ms)})


def _line(scope: Scope, status: int, ms: float) -> dict[str, Any]:
    method = scope["method"]
    person = scope["state"].get("person")
    known = (
        scope["state"]["request"],
        method if method in METHODS else "other",
        getattr(scope.get("route"), "path", "") or "none",
        status or None,  # none: who asked went away
        ms,
        account_number(person.name)
        if person is not None and person.role not in ("local", "public reader")
        else "",
    )
    return dict(zip(_SAID, known, strict=True))


def number_of(scope: Scope) -> str:
    """The number of a request; "" where none was given."""
    return str(scope.get("state", {}).get("request", ""))


class _Lines(logging.Formatter):
    """A record as one line of JSON, or as words and ``name=value``."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = getattr(record, "told", None) or {"message": record.getMessage()}
        if record.exc_info:
            told = {**told, "trace": self.formatException(record.exc_info)}
        if self._form == "json":
            return json.dumps({"at": at, "level": record.levelname.lower(), **told}, ensure_ascii=False)
        words = (
            f"{k}={'' if v is None else v}" if k != "message" else v for k, v in told.items() if k != "trace"
        )
        return " ".join([at, record.levelname.lower(), *words]) + (
            f"\n{told['trace']}" if "trace" in told else ""
        )


def write_lines(form: Form, to: TextIO | None = None) -> None:
    """Write a line a request, and whatever else the server has to say, to standard error in this form."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(_Lines(form))
    for name in ("milepost", "milepost.requests", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.getLogger("milepost").setLevel(logging.WARNING)
    _REQUESTS.setLevel(logging.INFO)
