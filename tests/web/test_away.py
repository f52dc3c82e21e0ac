"""The server's own faults: its store goes away, readers go on, nobody is told where it lies; and HEAD."""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from serving import PASSWORD, TEAM, Client, running
from sqlalchemy import make_url

import milepost
from milepost.store.folder import read
from milepost.store.journal import JOURNAL
from milepost.store.transfer import copy
from milepost.web.app import API, Config
from milepost.web.people import People

ADDRESSES = ("/programme", "/register", "/commitments/R1", "/rows/commitments", "/tables/nodes.csv")


class Between:
    """What stands between a server and its database, and can be cut."""

    def __init__(self, to: tuple[str, int] | str) -> None:
        self._to, self._links, self._cut = to, [], False  # type: ignore[var-annotated]
        self._door = socket.socket()
        self._door.bind(("127.0.0.1", 0))
        self._door.listen(64)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if self._cut:
                near.close()
                continue
            far = (
                socket.socket(socket.AF_UNIX)
                if isinstance(self._to, str)
                else socket.create_connection(self._to)
            )
            if isinstance(self._to, str):
                far.connect(self._to)
            self._links += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for link in (one, other):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def cut(self, yes: bool = True) -> None:
        """Cut every link, and refuse new ones; or let them through again."""
        self._cut = yes
        while self._links:
            link = self._links.pop()
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def close(self) -> None:
        self.cut()
        self._door.close()


@contextmanager
def cut_off(kind: str, where: str) -> Iterator[tuple[str, Callable[[bool], None]]]:
    """A store's address, and what cuts it off and gives it back."""
    if kind == "postgresql":
        url = make_url(where)
        host = url.host or url.query.get("host", "")
        assert isinstance(host, str)
        port = url.port or int(str(url.query.get("port", 5432)))
        between = Between(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))
        through = url.set(host="127.0.0.1", port=between.port, query={})
        yield through.render_as_string(hide_password=False), between.cut
        between.close()
        return
    path = Path(where.removeprefix("sqlite:///"))

    def move(away: bool = True) -> None:
        there = path.with_name(path.name + ".away")
        os.replace(*((path, there) if away else (there, path)))

    yield where, move


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["folder", "sqlite", "postgresql"])
def test_readers_go_on_while_the_store_is_away(
    kind: str, place: Callable[[str], str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    store = copy(records, place(kind), by="test", reason="start")
    getattr(store, "close", lambda: None)()
    secret = store.name if kind == "folder" else str(make_url(store.name).database)
    with cut_off(kind, store.name) as (where, cut), running(Config(where)) as address:
        client = Client(address)
        before = {path: client.get(path).content for path in ADDRESSES}
        cut(True)
        time.sleep(0.1)
        with caplog.at_level(logging.WARNING):
            for path, content in before.items():
                answer = client.get(path)
                assert answer.status_code == 200, (path, answer.text)
                assert answer.content == content or path == "/programme"
            until = time.monotonic() + 30  # a server under load sees it a little later
            while int((answer := client.get("/programme")).headers.get("age", 0)) < 1:
                assert time.monotonic() < until
                time.sleep(0.2)
        assert int(answer.headers["age"]) >= 1
        assert "cannot be reached since" in answer.headers["warning"]
        row = {"commitment": "R1", "reported_on": "2026-01-05", "report": "x", "source": "y"}
        began = time.monotonic()
        for answer in (
            client.send("POST", "/evidence", row),
            client.get("/programme?known_on=2025-01-01"),
            client.get("/history"),
        ):
            if kind == "folder" and answer.status_code == 200:
                continue
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"]
            told = answer.json()["error"]
            assert "fault is the server's" in told
            assert not re.search(r"127\.0\.0\.1|localhost|\d{4,}|/tmp|\.db|postgres", told), told
            assert secret not in told
        assert time.monotonic() - began < 10
        assert "cannot be used" in caplog.text
        cut(False)
        until = time.monotonic() + 10
        while "age" in (answer := client.get("/programme")).headers and time.monotonic() < until:
            time.sleep(0.2)
        assert "age" not in answer.headers, "it is read again"
        assert client.send("POST", "/evidence", row).status_code == 201


@pytest.mark.parametrize("why", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_is_the_servers_fault_and_names_no_folder(
    why: int, ridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"commitment": "R1", "reported_on": "2026-01-05", "report": "x", "source": "y"}
    with running(Config(str(ridge))) as address:
        client = Client(address)
        assert client.get("/programme").status_code == 200

        def refused(*_args: object, **_more: object) -> None:
            raise OSError(why, os.strerror(why))

        with monkeypatch.context() as broken:
            broken.setattr("milepost.store.journal.write_bytes", refused)
            answer = client.send("POST", "/evidence", row)
        assert answer.status_code == 503, answer.text
        assert str(ridge) not in answer.text
        assert "fault is the server's" in answer.json()["error"]
        assert client.send("POST", "/evidence", row).status_code == 201, "and nothing stands in its way after"


def test_a_damaged_journal_is_the_servers_fault_and_readers_go_on(ridge: Path) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        assert client.get("/programme").status_code == 200
        (ridge / JOURNAL).write_text('{"files": ', encoding="utf-8")
        row = {"commitment": "R1", "reported_on": "2026-01-05", "report": "x", "source": "y"}
        answer = client.send("POST", "/evidence", row)
        assert answer.status_code == 503, answer.text
        assert str(ridge) not in answer.text
        assert client.get("/programme").status_code == 200
        (ridge / JOURNAL).unlink()
        assert client.send("POST", "/evidence", row).status_code == 201


def test_who_was_signed_in_reads_on_while_the_accounts_are_away(ridge: Path, tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    people.add(*TEAM[4], PASSWORD)
    with running(Config(str(ridge), people=people)) as address:
        client = Client(address)
        assert client.sign_in(TEAM[4][0]).status_code == 200
        assert client.get("/register").status_code == 200
        people.close()
        shutil.move(tmp_path / "people.db", tmp_path / "away.db")
        for left in tmp_path.glob("people.db-*"):
            left.unlink()
        (tmp_path / "people.db").mkdir()
        assert client.get("/register").status_code == 200
        answer = client.send("POST", "/meetings", {"body": "x", "title": "y"})
        assert answer.status_code == 503
        assert "people.db" not in answer.text
        client.http.cookies.clear()
        other = client.http.get(f"{API}/register", headers={"cookie": "milepost_session=another"})
        assert other.status_code == 503
        assert client.http.post(f"{API}/session", json={"name": "x", "password": "y" * 12}).status_code == 503


def test_head_answers_wherever_get_does(alone: Client) -> None:
    job = alone.send("POST", "/jobs", {"kind": "draws", "draws": 10}).json()["id"]
    addresses = ["/", f"{API}/openapi.json", f"{API}/jobs/{job}/events", "/nowhere"]
    schema = alone.http.get(f"{API}/openapi.json").json()
    addresses += [path for path, methods in schema["paths"].items() if "get" in methods and "{" not in path]
    addresses += [f"{API}/commitments/R1", f"{API}/tables/nodes.csv", f"{API}/rows/links"]
    assert len(addresses) > 25
    for path in addresses:
        get = alone.settled(path)
        head = alone.http.head(path)
        assert head.status_code == get.status_code, path
        assert head.content == b""
        if "/events" not in path and "programme.xlsx" not in path:
            assert head.headers.get("content-type") == get.headers.get("content-type"), path
            assert head.headers.get("content-length") == get.headers.get("content-length"), path
    refused = alone.http.delete(f"{API}/register")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD"
    assert alone.http.head(f"{API}/edits").status_code == 405
