"""`milepost serve` as a user starts it, and the accounts it works with."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

import milepost
from milepost.cli import run
from milepost.cli.serve import _listening
from milepost.store import stores
from milepost.web.people import account_number


@pytest.fixture(autouse=True)
def kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was started in here keeps connections: the tests after it do not."""
    monkeypatch.setattr(stores, "_KEPT", [])


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    """A copy of the small example."""
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    return tmp_path / "ridge"


def test_it_tells_its_address_answers_and_stops_at_once_with_work_under_way_and_somebody_watching(
    ridge: Path,
) -> None:
    command = [sys.executable, "-m", "milepost", "serve", str(ridge), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert found, line
            api = f"{found[0]}api/v1"
            with httpx2.Client(timeout=30) as client:
                assert client.get(f"{api}/programme").json()["title"]
                assert client.get(found[0]).headers["content-type"].startswith("text/html")
                token = {"x-milepost-csrf": client.get(f"{api}/session").json()["csrf"]}
                job = client.post(
                    f"{api}/jobs", json={"kind": "intervals", "draws": 1000}, headers=token
                ).json()["id"]
                with client.stream("GET", f"{api}/jobs/{job}/events") as stream:
                    assert next(stream.iter_lines()).startswith("data: ")
                    process.send_signal(signal.SIGINT)
                    process.wait(30)
        finally:
            process.kill() if process.poll() is None else None
            _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes among the files")
def test_it_ends_although_an_answer_waits_for_a_disk_that_never_gives_one(ridge: Path) -> None:
    command = [sys.executable, "-m", "milepost", "serve", str(ridge), "--port", "0", "--draws", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert found
            os.mkfifo(ridge / "changes.jsonl")  # who reads it waits for a writer that never comes
            with pytest.raises(httpx2.ReadTimeout):
                httpx2.get(f"{found[0]}api/v1/history", timeout=2)
            assert httpx2.get(f"{found[0]}health/live", timeout=10).status_code == 200
            process.terminate()
            process.wait(25)
        finally:
            process.kill() if process.poll() is None else None
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("missing", 1, "there is no folder"),
        ("empty folder", 1, "programme.toml"),
        ("no workbook", 1, "not an .xlsx workbook"),
        ("a text file", 1, "no .xlsx workbook"),
        ("no database", 2, "not a database"),
        ("another database", 2, "holds no programme"),
        ("no server", 2, "refused"),
        ("no file", 2, "There is no file"),
        ("port in use", 2, "choose another --port"),
        ("people that do not answer", 2, "cannot be kept"),
        ("no such host", 2, "Cannot listen"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_sentence(
    ridge: Path, tmp_path: Path, what: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket
    import sqlite3

    where, more = str(tmp_path / what), ["--port", "0"]
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    held.listen()
    if what == "empty folder":
        Path(where).mkdir()
    if what == "no workbook":
        where += ".xlsx"
        Path(where).write_text("no workbook", encoding="utf-8")
    if what == "a text file":
        Path(where).write_text("no programme", encoding="utf-8")
    if what == "no database":
        where += ".db"
        Path(where).write_bytes(b"no database at all" * 100)
    if what == "no file":
        where += ".db"
    if what == "another database":
        where += ".db"
        link = sqlite3.connect(where)
        link.execute("create table a (b)")
        link.close()
    if what == "no server":
        where = f"postgresql://nobody@127.0.0.1:{held.getsockname()[1]}/none?connect_timeout=2"
        held.close()
    if what == "port in use":
        where, more = str(ridge), ["--port", str(held.getsockname()[1])]
    if what == "no such host":
        where, more = str(ridge), ["--port", "0", "--host", "192.0.2.1", "--people", str(tmp_path / "p.db")]
    if what == "people that do not answer":
        where, more = str(ridge), ["--port", "0", "--people", "postgresql://anna:hunter2@127.0.0.1:1/none"]
    try:
        assert run(["serve", where, *more]) == code
    finally:
        held.close()
    out, err = capsys.readouterr()
    text = " ".join(f"{out} {err}".split())
    assert said in text, text
    assert text
    assert "Traceback" not in text
    assert len(text) < 600, text
    assert what != "no file" or not Path(where).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "Without accounts"),
        (["--public"], "--people"),
        (["--people", "p.db", "--oidc-issuer", "https://id.example"], "needs --people"),
        (["--port", "1", "--host", "127.0.0.1"], "another --port" if os.geteuid() else ""),
    ],
)
def test_what_would_expose_the_register_is_refused(
    ridge: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if not said:
        pytest.skip("root may listen on any port")
    monkeypatch.chdir(tmp_path)
    assert run(["serve", str(ridge), *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_accounts_are_kept_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    where = ["--people", str(tmp_path / "people.db")]

    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    typed("a long enough one\n")
    assert (
        run(["people", "add", "anna", "--role", "approver", "--party", "IRN", "--password-stdin", *where])
        == 0
    )
    assert (
        run(
            [
                "people",
                "add",
                "otto",
                "--role",
                "observer",
                "--oidc-issuer",
                "https://id.example",
                "--oidc-subject",
                "42",
                *where,
            ]
        )
        == 0
    )
    typed("short\n")
    assert run(["people", "add", "bob", "--role", "observer", "--password-stdin", *where]) == 2
    capsys.readouterr()
    assert run(["people", "list", "--json", *where]) == 0
    assert [p["name"] for p in json.loads(capsys.readouterr().out)["people"]] == ["anna", "otto"]
    typed("another long one\n")
    assert run(["people", "password", "anna", "--password-stdin", *where]) == 0
    assert run(["people", "role", "anna", "--role", "council", "--csv", *where]) == 0
    assert run(["people", "remove", "otto", *where]) == 0
    capsys.readouterr()
    assert run(["people", "list", "--csv", *where]) == 0
    assert capsys.readouterr().out.split() == [
        "name,role,party,programme,number",
        f"anna,council,,,{account_number('anna')}",
    ]
    assert run(["people", "list", *where]) == 0
    assert run(["people", "remove", "otto", *where]) == 2
    capsys.readouterr()
    assert run(["people", "log", "--json", *where]) == 0
    trail = json.loads(capsys.readouterr().out)["log"]
    assert [(e["what"], e["name"]) for e in reversed(trail)] == [
        ("added", "anna"),
        ("added", "otto"),
        ("new password", "anna"),
        ("new role", "anna"),
        ("removed", "otto"),
    ]
    assert all(e["by"].startswith("command line") for e in trail)
    assert run(["people", "log", *where]) == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--root-path", "//evil.example"], "no part of an address"),
        (["--root-path", "/a b"], "no part of an address"),
        (["--root-path", "/x/../y"], "no part of an address"),
        (["--root-path", "/api"], "milepost's own addresses"),
        (["--root-path", "/site/p"], "milepost's own addresses"),
        (["--name", "corridor.example:99999"], "a name and a port"),
        (["--name", "https://corridor.example"], "a name and a port"),
        (["--name", "corridor.example:x"], "a name and a port"),
    ],
)
def test_a_part_of_a_site_and_a_name_are_looked_at(
    wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", str(milepost.example("ridge")), "--port", "0", *wrong]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_an_answer_does_not_wait_for_the_word_that_its_headers_came_through() -> None:
    """Nagle's delay is off: with it a body comes 40 ms after its headers."""
    off: list[int] = []

    async def look() -> None:
        def seen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            link = writer.get_extra_info("socket")
            off.append(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        link = _listening("127.0.0.1", 0)
        async with await asyncio.start_server(seen, sock=link):
            reader, writer = await asyncio.open_connection(*link.getsockname())
            await reader.read()
            writer.close()

    asyncio.run(look())
    assert len(off) == 1
    assert off[0] != 0
