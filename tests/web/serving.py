"""A real server on loopback, and clients of it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from milepost.web.app import API, Config, create_app, create_several
from milepost.web.security import COOKIE, CSRF_HEADER
from milepost.web.several import desks_of

PASSWORD = "a long enough one"
TEAM = (
    ("olga", "observer", ""),
    ("farid", "focal point", "XRL"),
    ("farah", "focal point", "XEM"),
    ("anna", "approver", "XRL"),
    ("sara", "secretariat", ""),
    ("viktor", "verifier", ""),
    ("vera", "verifier", ""),
    ("carl", "council", ""),
)


OPEN: list[httpx2.Client] = []


class Client:
    """A browser without a screen: cookies and the CSRF token of its session."""

    def __init__(self, address: str) -> None:
        # without certificates, which are read anew by each client: what is asked is on this machine
        self.http = httpx2.Client(base_url=address, timeout=60, verify=False)
        OPEN.append(self.http)
        self.csrf = ""
        self.look()

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"{API}/session").json()
        self.csrf = found["csrf"]
        return found

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.http.get(API + path, **more)

    def settled(self, path: str) -> httpx2.Response:
        """What stands at an address (`/api/v1/...`, `/`) once nothing is being worked out for it any more."""
        for _ in range(1_200):
            answer = self.http.get(path)
            if answer.status_code != 202:
                break
            time.sleep(0.05)
        return answer

    def send(self, method: str, path: str, json: Any = None, **more: Any) -> httpx2.Response:
        return self.http.request(method, API + path, json=json, headers={CSRF_HEADER: self.csrf}, **more)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx2.Response:
        answer = self.http.post(f"{API}/session", json={"name": name, "password": password})
        if answer.status_code == 200:
            assert COOKIE in self.http.cookies
            self.csrf = answer.json()["csrf"]
        return answer


@contextmanager
def running(config: Config) -> Iterator[str]:
    """The address of a server that runs this configuration."""
    with running_app(create_app(config)) as address:
        yield address


@contextmanager
def running_several(places: Sequence[str], config: Config) -> Iterator[str]:
    """The address of a server of several programmes."""
    with running_app(create_several(config, desks_of(places, config, config.documents))) as address:
        yield address


@contextmanager
def running_app(app: FastAPI) -> Iterator[str]:
    """The address of a server that runs an application."""
    link = socket.socket(proto=socket.IPPROTO_TCP)  # as `milepost serve` does: an answer is not held back
    link.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="error",
            ws="none",
            lifespan="on",
            proxy_headers=False,  # as `milepost serve` does
            timeout_keep_alive=75,
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [link]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{link.getsockname()[1]}"
    finally:
        while OPEN:
            OPEN.pop().close()
        server.should_exit = True
        thread.join(10)
        link.close()


@contextmanager
def served(where: str) -> Iterator[str]:
    """The address of `milepost serve` as a process of its own."""
    command = [sys.executable, "-m", "milepost", "serve", where, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line
            yield found[0]
        finally:
            while OPEN:
                OPEN.pop().close()
            process.terminate()
            process.wait(30)
