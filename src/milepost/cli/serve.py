"""``milepost serve``: the page and its API."""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, get_args

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG

import milepost
from milepost.cli.app import app
from milepost.errors import MilepostError, WrongUse
from milepost.store.stores import keep_connections
from milepost.web.app import Config, create_app, create_several, warm, warm_state
from milepost.web.logs import Form, write_lines
from milepost.web.oidc import Oidc
from milepost.web.people import People
from milepost.web.security import root_of
from milepost.web.several import desks_of

STOP_SECONDS = 9.0  # before a container that was asked to stop is killed (ten seconds)
Folders = Annotated[
    list[str],
    typer.Argument(
        metavar="DIR...",
        help="Programme: a folder, an .xlsx, an SQLite .db, or postgresql://user@host/name; several, each "
        "with its key (KEY=DIR) or with that of its settings.",
    ),
]
Proxies = Annotated[
    list[str] | None,
    typer.Option(
        "--trusted-proxy",
        help="Address or network of a proxy whose X-Forwarded headers are believed; may be given again "
        "(with --https: this machine's own).",
    ),
]


Sites = Annotated[
    list[str] | None,
    typer.Option(
        "--embed-in",
        metavar="SITE",
        help="Site that may show the page in a frame (https://portal.example); may be given again.",
    ),
]
Issuer = Annotated[str, typer.Option("--oidc-issuer", help="Sign-in by OpenID Connect: the issuer.")]
Client = Annotated[str, typer.Option("--oidc-client", help="Client id; the secret is MILEPOST_OIDC_SECRET.")]
Root = Annotated[
    str,
    typer.Option(
        "--root-path", metavar="/PART", help="It lies below this part of a site's addresses (/milepost)."
    ),
]
Log = Annotated[
    str,
    typer.Option(
        "--log", metavar="FORM", help="A line a request on standard error, without secrets: json or text."
    ),
]


@app.command()
def serve(
    programmes: Folders,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8420,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; beyond loopback only with --people.")
    ] = "127.0.0.1",
    people: Annotated[
        str,
        typer.Option("--people", metavar="FILE-OR-URL", help="Accounts (milepost people add): for teams."),
    ] = "",
    public: Annotated[bool, typer.Option("--public", help="Let anybody read without signing in.")] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name", help="Host name the server answers to, with :PORT if not the usual; may be given again."
        ),
    ] = None,
    https: Annotated[
        bool, typer.Option("--https", help="It stands behind HTTPS: secure cookies and HSTS.")
    ] = False,
    trusted_proxy: Proxies = None,
    embed_in: Sites = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Folder for documents brought as evidence.")
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws", min=0, help="Draws for intervals on values, made beside the server (0: none)."
        ),
    ] = 40,
    root_path: Root = "",
    oidc_issuer: Issuer = "",
    oidc_client: Client = "",
    log: Log = "",
) -> int:
    """Open the programme in the browser: the page and its API.

    On loopback for one person, or for a team with accounts; several programmes get one overview and inbox.
    """
    _few_heaps()
    _write_lines(log)
    persons, oidc = _persons(host, people, public, oidc_issuer, oidc_client)
    if 0 < draws < 10:
        raise WrongUse("An interval from fewer than 10 draws says nothing: ask for 10 or more, or for 0.")
    config = Config(
        programmes[0],
        people=persons,
        oidc=oidc,
        public=public,
        **_names(name or ()),
        https=https,
        root=root_of(root_path),
        proxies=tuple(trusted_proxy or (("127.0.0.1", "::1") if https else ())),
        embed_in=tuple(embed_in or ()),
        documents=documents,
        interval_draws=draws,
    )
    keep_connections(8)  # the first look at the store has to use them too
    made = _of_one(config) if len(programmes) == 1 else _of_several(programmes, config)
    link = _listening(host, port)
    _take_turns()
    address = _address(host, link.getsockname()[1], config.root)
    server = _Server(made)
    server.take_signals()  # before the address is told: from then on somebody may want it to end
    with suppress(KeyboardInterrupt):  # Ctrl+C is how one stops it
        print(f"milepost {milepost.__version__}: {address}   (stop with Ctrl+C)", flush=True)
        server.run(sockets=[link])
    return 0


def _address(host: str, port: int, root: str) -> str:
    """What a browser is given."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{root}/"


_COUNTED = (10_000, 10, 30)  # of Python's own, (700, 10, 10), each look would meet few that are gone


def _take_turns() -> None:
    """See to it that no thread holds up the others for long."""
    # a reader is not to wait for the valuation that runs beside: let threads take turns five times as often
    sys.setswitchinterval(0.001)
    _stays()
    gc.set_threshold(*_COUNTED)


def _stays() -> None:
    """What there is stays: to look through it again and again for what can be thrown away would stop
    everybody, for a second where the register is large."""
    gc.collect()
    gc.freeze()
    gc.collect()  # from here on it counts what comes and goes


_MOST_HEAPS, _LARGE_BYTES = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of malloc.h


def _few_heaps() -> None:
    """Give answers of megabytes back to the system when they are old, by whatever thread they were made: the
    C library of Linux otherwise keeps a heap for each thread."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such thing
            c_library = ctypes.CDLL(None)
            c_library.mallopt(_MOST_HEAPS, 2)
            c_library.mallopt(_LARGE_BYTES, 1 << 18)


def _names(texts: Sequence[str]) -> dict[str, Any]:
    """The host names that a server answers to, and the ports that browsers use. Raises ``WrongUse``."""
    named = [_named(text) for text in texts]
    hosts = frozenset(host for host, _ in named) | {"localhost", "127.0.0.1", "::1"}
    return {"hosts": hosts, "ports": tuple((host, port) for host, port in named if port)}


def _named(text: str) -> tuple[str, int]:
    """A host name and the port that browsers use (0: none was said). Raises ``WrongUse``."""
    host, _, port = text.lower().partition(":") if text.count(":") == 1 else (text.lower(), "", "")
    try:
        good = not port or 0 < int(port) < 65_536
    except ValueError:
        good = False
    if not host or "/" in host or not good:
        raise WrongUse(
            f"--name is a host name, or a name and a port (corridor.example:8443), not '{text[:80]}'."
        )
    return host, int(port or 0)


def _write_lines(form: str) -> None:
    if not form:
        return
    for known in get_args(Form):
        if known == form:
            write_lines(known)
            return
    raise WrongUse(f"--log is json or text, not '{form[:20]}'.")


def _of_one(config: Config) -> FastAPI:
    """The application of one programme, which has been read."""
    folder = Path(config.path)
    kept = config.documents or (folder / "documents" if folder.is_dir() else None)
    made = create_app(replace(config, documents=kept))
    warm(made, _stays)
    return made


def _of_several(programmes: list[str], config: Config) -> FastAPI:
    """The application of several; one that cannot be read is named, and the others are served."""
    desks = desks_of(programmes, config, config.documents)
    made = create_several(config, desks)
    for desk in desks:
        try:
            warm_state(desk.state, _stays)
        except MilepostError as fault:
            print(f"{desk.config.key} ({desk.config.path}) cannot be read: {fault}", file=sys.stderr)
    return made


class _Server(uvicorn.Server):
    """Stops its jobs before it waits for those who watch them."""

    def __init__(self, made: FastAPI) -> None:
        self._jobs = made.state.jobs
        super().__init__(
            uvicorn.Config(
                made,
                log_level="warning",
                log_config=None if logging.getLogger("uvicorn").handlers else LOGGING_CONFIG,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=5,
                server_header=False,
                proxy_headers=False,  # milepost.web.security.Forwarded believes whom it was told to
            )
        )

    def take_signals(self) -> None:
        """End orderly from now on. Until the loop runs, an interrupt could fall into a callback, which
        swallows it."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self.handle_exit)
            signal.signal(signal.SIGTERM, self.handle_exit)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # beside, since what this interrupts may hold the lock that is needed
        threading.Thread(target=self._jobs.close, daemon=True, name="jobs end").start()
        if not self.should_exit:
            threading.Thread(target=_leave, daemon=True, name="leave").start()
        super().handle_exit(sig, frame)


def _leave() -> None:
    """End in any case, so long after it was asked for: the interpreter would wait for every thread that
    answers somebody, and one may wait for a disk that never answers. What is written goes through a journal
    or a transaction, so nothing acknowledged is lost and nothing is left in half."""
    time.sleep(STOP_SECONDS)
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)


def _persons(
    host: str, people: str, public: bool, oidc_issuer: str, oidc_client: str
) -> tuple[People | None, Oidc | None]:
    """Who may come in, and how they sign in. Raises ``WrongUse`` for what does not go together."""
    if host not in ("127.0.0.1", "::1", "localhost") and not people:
        raise WrongUse(
            f"Without accounts the page is open to whoever reaches it: listen on 127.0.0.1, not {host}, or "
            "give --people."
        )
    if public and not people:
        raise WrongUse("--public goes with --people; without accounts there is only the local user.")
    persons = People(people) if people else None
    if not (oidc_issuer or oidc_client):
        return persons, None
    if persons is None or not (oidc_issuer and oidc_client):
        raise WrongUse("Sign-in by OpenID Connect needs --people, --oidc-issuer and --oidc-client.")
    return persons, Oidc.from_environment(oidc_issuer, oidc_client, persons)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens before its address is told: who opens it at once waits, and is not refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # said to be TCP, or the loop leaves Nagle's delay on: a body would wait 40 ms for the word that its
    # headers came through
    link = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        link.bind((host, port))
        link.listen(2048)
    except OSError as fault:
        link.close()
        raise WrongUse(
            f"Cannot listen on {host}:{port} ({fault.strerror}); choose another --port, or 0 for a free one."
        ) from None
    return link
