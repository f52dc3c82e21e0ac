"""What every answer carries and every request must pass: headers, a strict content policy, size, rate,
origin, CSRF.

Plain ASGI, so that streams stay streams. No script, style or font comes from anywhere but this server, none
is inline.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from milepost.errors import WrongUse
from milepost.web.callers import counted_as

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
_LOG = logging.getLogger("milepost.web")
COOKIE = "milepost_session"
CSRF_HEADER = "x-milepost-csrf"
OUTER_PORT = "milepost.outer_port"  # in a request's scope: the port that a trusted proxy was asked at
_WORK = (  # what a reader makes up is computed anew
    b"known_on=2",
    b"as_of=",
    b"scenario=",
    b"delivered=",
    b"basis=",
    b"rate=",
    b"to=",
    b"flat=",
)
_ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?"
)
_SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@dataclass(frozen=True)
class Limits:
    """How much one client (a session, or an address) may ask, and how large a body may be."""

    reads_per_minute: int = 6_000
    computed_per_minute: int = 1_200
    writes_per_minute: int = 300
    sign_ins_per_minute: int = 20
    body_bytes: int = 10_000_000


def embedders(texts: Iterable[str]) -> tuple[str, ...]:
    """Sites that may show the page in a frame, each as an origin. Raises ``WrongUse`` for what is none: a
    policy of headers would take a stray word for another rule."""
    found = []
    for text in texts:
        said = _ORIGIN.fullmatch(text.strip().rstrip("/").lower())
        if said is None:
            raise WrongUse(
                f"'{text[:80]}' is no site that may show the page in a frame; write it as "
                "https://portal.example, or http://127.0.0.1:8000 on this machine."
            )
        found.append(said[0])
    return tuple(dict.fromkeys(found))


def _framed(sites: tuple[str, ...]) -> dict[str, str]:
    """The headers of answers that these sites may show in a frame."""
    if not sites:
        return HEADERS
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    # the older header knows no list of sites: who heeds it heeds the policy
    return {k: v for k, v in HEADERS.items() if k != "x-frame-options"} | {"content-security-policy": policy}


def _host_name(host: str) -> str:
    """The name in a Host header, without its port; empty for what is no name."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _refuse(send: Any, status: int, text: str) -> None:
    body = json.dumps({"error": text}).encode()
    kind = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 429:
        kind.append((b"retry-after", b"10"))
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": body})


class _HeadAnswered(Exception):
    """The headers of a stream are sent."""


class Heads:
    """Whatever answers GET answers HEAD: the same headers, and no body."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        answered = False

        async def headers_only(message: Message) -> None:
            nonlocal answered
            if message["type"] != "http.response.body":
                await send(message)
            elif not answered:
                answered = True
                await send({"type": "http.response.body", "body": b""})
            if message.get("more_body"):
                raise _HeadAnswered  # a stream: its headers were all that was asked for

        inner = {**scope, "method": "GET"}
        try:
            await self.app(inner, receive, headers_only)
        except Exception:
            if not answered:
                raise
        finally:
            scope.setdefault("route", inner.get("route"))  # what the log names


class Aged:
    """Answers out of memory say of what ``age`` they are."""

    def __init__(self, app: App, *, age: Callable[[], Iterable[tuple[bytes, bytes]]]) -> None:
        self.app, self._age = app, age

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        async def aged(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._age()]
            await send(message)

        await self.app(scope, receive, aged if scope["type"] == "http" else send)


class Forwarded:
    """What a trusted proxy says of who asked it: address, scheme, host. From others it is not believed.

    ``proxies`` are addresses or networks (``10.0.0.0/8``); with ``https`` the scheme is https whoever asks,
    since the server is not reached otherwise. Raises ``WrongUse`` for what is no network.
    """

    def __init__(self, app: App, *, proxies: Iterable[str], https: bool) -> None:
        self.app, self._https, self._proxies = app, https, networks(proxies)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await self.app(self._seen(scope) if scope["type"] == "http" else scope, receive, send)

    def _trusts(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)

    def _seen(self, scope: Scope) -> Scope:
        """The request as the proxy had it."""
        address, port = scope.get("client") or ("", 0)
        scope = {**scope, "scheme": "https"} if self._https else scope
        if not self._trusts(address):
            return scope
        headers = {k.lower(): v.decode("latin-1") for k, v in scope["headers"]}
        for hop in reversed(headers.get(b"x-forwarded-for", "").split(",")):
            if not hop.strip():
                break
            address, port = hop.strip()[:100], 0
            if not self._trusts(address):
                break
        scheme = headers.get(b"x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        scheme = scheme if scheme in ("http", "https") and not self._https else scope["scheme"]
        host = headers.get(b"x-forwarded-host", "").rpartition(",")[2].strip()
        outer = headers.get(b"x-forwarded-port", "").rpartition(",")[2].strip()
        host = host or headers.get(b"host", "")
        at = int(outer) if outer.isascii() and outer.isdigit() and len(outer) < 6 else None
        if at is not None and _port(host) is None and at != _USUAL.get(scheme):
            host = f"{host}:{at}"
        kept = [(k, v) for k, v in scope["headers"] if k.lower() != b"host"]
        told = [*kept, (b"host", host.encode("latin-1"))]
        return {**scope, "client": (address, port), "scheme": scheme, "headers": told, OUTER_PORT: at}


class Below:
    """A server below a part of a site's addresses (``root``: ``/milepost``). The proxy may pass addresses on
    as they are or without that part; what is answered names the whole. Raises ``WrongUse`` for what is no
    such part."""

    def __init__(self, app: App, *, root: str) -> None:
        self.app, self._root = app, root_of(root)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await self.app(self._seen(scope) if scope["type"] == "http" and self._root else scope, receive, send)

    def _seen(self, scope: Scope) -> Scope:
        path = str(scope["path"])
        whole = path if path == self._root or path.startswith(f"{self._root}/") else self._root + path
        return {**scope, "path": whole, "raw_path": quote(whole).encode(), "root_path": self._root}


def root_of(text: str) -> str:
    """A part of a site's addresses as it is kept: "/milepost", or empty for a whole site. Raises
    ``WrongUse``."""
    root = f"/{text.strip('/')}" if text.strip("/") else ""
    if set(root.split("/")) & set(_OURS):
        raise WrongUse(f"A part of '{root[:60]}' is one of milepost's own addresses; choose another name.")
    if root and not _ROOT.fullmatch(root):
        raise WrongUse(
            f"'{text[:60]}' is no part of an address; write it as /milepost: letters, digits, - and _."
        )
    return root


_ROOT = re.compile(r"(/[A-Za-z0-9_-]{1,60}){1,8}")
_OURS = ("api", "p", "assets", "health", "metrics")
_USUAL = {"http": 80, "https": 443}


def networks(texts: Iterable[str]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Networks from their texts. Raises ``WrongUse``."""
    try:
        return tuple(ipaddress.ip_network(text, strict=False) for text in texts)
    except ValueError as fault:
        raise WrongUse(f"A trusted proxy is an address or a network, such as 10.0.0.0/8: {fault}.") from None


def _port(host: str) -> int | None:
    try:
        return urlsplit(f"//{host}").port
    except ValueError:
        return None


def _same_origin(origin: str, host: str) -> bool:
    """Does a page of this origin lie on this host? The usual port of a scheme is the same as none."""
    scheme = origin.partition("://")[0].lower()
    there = origin.partition("://")[2]
    ports = [_port(name) or _USUAL.get(scheme) for name in (there, host)]
    return bool(there) and _host_name(there) == _host_name(host) and ports[0] == ports[1]


class Guard:
    """The outermost layer of the server. ``hosts`` are the names it answers to (empty: any), against DNS
    rebinding; the sites of ``embed_in`` may show its pages in a frame, and no other."""

    def __init__(
        self,
        app: App,
        *,
        hosts: frozenset[str],
        limits: Limits,
        https: bool,
        embed_in: tuple[str, ...] = (),
    ) -> None:
        self.app, self.hosts, self.limits = app, frozenset(h.lower() for h in hosts), limits
        self._headers = _framed(embedders(embed_in))
        if https:
            self._headers = self._headers | {"strict-transport-security": "max-age=31536000"}
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        await (self._http if scope["type"] == "http" else self.app)(scope, receive, send)

    async def _http(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refusal(scope, headers)
        size = 0
        too_large = False

        async def counted() -> Message:
            nonlocal size, too_large
            message: Message = await receive()
            size += len(message.get("body", b""))
            if size > self.limits.body_bytes:
                too_large = True
                return {"type": "http.disconnect"}
            return message

        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if too_large and not started:
                return  # the answer to half a body is not wanted; what follows says why
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._with_ours(message["headers"])
            await send(message)

        if refusal is None:
            try:
                await self.app(scope, counted, guarded)
            except Exception as fault:
                number = str(scope.get("state", {}).get("request", ""))
                if not too_large:
                    _LOG.exception("a fault of milepost's own, in request %s", number)
                if started:
                    raise
                ours = (
                    f"milepost failed where it should not ({type(fault).__name__}); this is our fault, "
                    f"not yours. Who runs the server finds it in the log as request {number}."
                )
                refusal = (500, ours)
            if started or not (too_large or refusal):
                return
            if too_large:
                too_large = False
                refusal = (413, f"The body is larger than {self.limits.body_bytes:,} bytes.")
        assert refusal is not None
        await _refuse(guarded, *refusal)

    def _with_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Headers of an answer with those that every answer bears, where it has none of its own."""
        held = list(headers)
        present = {k.lower() for k, _ in held}
        ours = self._headers.items()
        return [*held, *((k.encode(), v.encode()) for k, v in ours if k.encode() not in present)]

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        name = _host_name(host)
        if self.hosts and name not in self.hosts:
            return 421, f"This server does not answer to the name '{name[:80]}'."
        method, path = scope["method"], scope["path"]
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > self.limits.body_bytes:
            return 413, f"The body is larger than {self.limits.body_bytes:,} bytes."
        if method not in _SAFE:
            origin = headers.get("origin")
            if origin and not _same_origin(origin, host):
                return 403, "The request comes from a page of another origin."
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return 403, "The request comes from a page of another site."
        kind, rate = "read", self.limits.reads_per_minute
        entering = path.endswith("/session") or "/session/" in path
        if (entering and method == "POST") or "/oidc/" in path:
            kind, rate = "sign in", self.limits.sign_ins_per_minute
        elif method not in _SAFE:
            kind, rate = "write", self.limits.writes_per_minute
        elif any(word in scope.get("query_string", b"") for word in _WORK):
            kind, rate = "compute", self.limits.computed_per_minute
        address = (scope.get("client") or ("", 0))[0]
        if not self._take(counted_as(address), kind, rate):
            return 429, "Too many requests; wait ten seconds."
        return None

    def _take(self, who: str, kind: str, per_minute: int) -> bool:
        now = time.monotonic()
        with self._lock:
            if len(self._buckets) > 50_000:
                self._buckets = {k: v for k, v in self._buckets.items() if now - v[1] < 60}
            left, then = self._buckets.get((who, kind), (float(per_minute), now))
            left = min(float(per_minute), left + (now - then) * per_minute / 60)
            if left < 1:
                self._buckets[who, kind] = (left, now)
                return False
            self._buckets[who, kind] = (left - 1, now)
        return True
