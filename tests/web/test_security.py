"""What an attacker tries first: headers on every answer, hosts, sessions, uploads, and the trail of
accounts."""

from __future__ import annotations

import io
import logging
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from serving import PASSWORD, Client, running

import milepost
from milepost.web import views
from milepost.web.app import API, Config
from milepost.web.people import People
from milepost.web.security import COOKIE, CSRF_HEADER, HEADERS, Limits

Team = Callable[[str], Client]


def test_a_fault_of_ours_is_one_sentence_with_all_headers(
    alone: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(views, "about", broken)
    with caplog.at_level(logging.ERROR):
        answer = alone.get("/programme")
    assert answer.status_code == 500
    assert "our fault" in answer.json()["error"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "a secret of the inside" in caplog.text, "who runs the server can find out"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_headers_are_on_streams_assets_refusals_and_redirects_too(alone: Client) -> None:
    job = alone.send("POST", "/jobs", {"kind": "draws", "draws": 10}).json()["id"]
    paths = [
        f"{API}/jobs/{job}/events",
        f"{API}/tables/nodes.csv",
        f"{API}/openapi.json",
        f"{API}/session",
        "/nowhere",
    ]
    page = alone.http.get("/")
    assert page.status_code == 200, "build the page: make page"
    paths += [part.split('"')[0] for part in page.text.split('src="')[1:]]
    for path in paths:
        answer = alone.http.get(path)
        assert all(answer.headers[k] == v for k, v in HEADERS.items()), path
    for answer in (
        alone.http.request("TRACE", f"{API}/programme"),
        alone.http.post(f"{API}/trial", json={}),
        alone.http.get(f"{API}/programme", headers={"host": "evil.example"}),
    ):
        assert answer.status_code >= 400
        assert all(answer.headers[k] == v for k, v in HEADERS.items())


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8", 200),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("[::1", 421),
        ("", 421),
        ("localhost.", 421),
    ],
)
def test_only_its_own_names_are_answered(alone: Client, host: str, status: int) -> None:
    assert alone.http.get(f"{API}/programme", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    "origin", ["http://[", "https://localhost.evil.example", "null", "file://", "http://localhost:1"]
)
def test_writing_from_another_origin_is_refused(alone: Client, origin: str) -> None:
    answer = alone.http.post(
        f"{API}/trial", json={"dates": {}}, headers={CSRF_HEADER: alone.csrf, "origin": origin}
    )
    assert answer.status_code == 403


def test_a_lie_about_the_length_and_a_deep_body_are_refused(alone: Client) -> None:
    where = alone.http.base_url
    for length in ("-1", "1e9", "99999999999", "7; 8"):
        with socket.create_connection((where.host, where.port or 80), timeout=10) as link:
            head = (
                f"POST {API}/trial HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                f"Content-Length: {length}",
            )
            link.sendall("\r\n".join((*head, "", "{}")).encode())
            link.shutdown(socket.SHUT_WR)
            status = link.recv(100).split()[1:2]
            assert status in ([b"400"], [b"413"]), (length, status)
    deep = b'{"dates": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    answer = alone.http.post(
        f"{API}/trial", content=deep, headers={CSRF_HEADER: alone.csrf, "content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_signing_in_makes_a_new_session_and_ends_the_old_one(team: Team, people: People) -> None:
    client = team("olga")
    first = client.http.cookies[COOKIE]
    assert client.sign_in("viktor").status_code == 200
    second = client.http.cookies[COOKIE]
    assert second != first
    assert people.session(first) is None
    assert people.session(second)
    planted = team("")
    planted.http.cookies.set(COOKIE, "chosen by somebody else")
    answer = planted.http.post(f"{API}/session", json={"name": "olga", "password": PASSWORD})
    assert answer.status_code == 200
    assert "chosen" not in answer.headers["set-cookie"]
    assert people.session("chosen by somebody else") is None


def test_signing_in_is_not_done_for_others(team: Team) -> None:
    nobody = team("")
    body = '{"name": "olga", "password": "' + PASSWORD + '"}'
    for headers in (
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json", "origin": "https://evil.example"},
        {"content-type": "application/json", "sec-fetch-site": "cross-site"},
    ):
        answer = nobody.http.post(f"{API}/session", content=body, headers=headers)
        assert answer.status_code in (403, 422), headers
        assert "set-cookie" not in answer.headers


def test_cookies_are_out_of_reach(ridge: Path, people: People) -> None:
    with running(Config(str(ridge), people=people, https=True)) as address:
        with httpx2.Client(base_url=address) as client:
            answer = client.post(f"{API}/session", json={"name": "olga", "password": PASSWORD})
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith(f"__host-{COOKIE}=")
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        assert "domain" not in cookie
        assert answer.headers["strict-transport-security"]


def test_sign_ins_are_limited_for_an_address(ridge: Path, people: People) -> None:
    with running(Config(str(ridge), people=people, limits=Limits(sign_ins_per_minute=6))) as address:
        client = Client(address)
        codes = [client.sign_in(f"nobody {k}", "x" * 12).status_code for k in range(9)]
        assert set(codes[-2:]) == {429}
        assert client.http.get(f"{API}/oidc/begin").status_code == 429
        assert client.get("/session").status_code == 200


def test_jobs_and_calendars_of_others_are_not_there(team: Team) -> None:
    olga, viktor = team("olga"), team("viktor")
    job = olga.send("POST", "/jobs", {"kind": "draws", "draws": 10}).json()["id"]
    for method, path in (("GET", ""), ("GET", "/events"), ("GET", "/result"), ("DELETE", "")):
        assert viktor.send(method, f"/jobs/{job}{path}").status_code == 404
    olga.get(f"/jobs/{job}/events")
    assert olga.get(f"/jobs/{job}/result").status_code == 200
    path = olga.send("POST", "/feeds").json()["path"]
    other = viktor.send("POST", "/feeds").json()["path"]
    assert path != other
    assert olga.http.get(path.replace(".ics", "x.ics")).status_code == 404


def test_the_trail_names_who_did_what_with_accounts(team: Team, people: People) -> None:
    olga, sara = team("olga"), team("sara")
    assert sara.sign_in("sara", "not the password").status_code == 400
    assert sara.sign_in("hunter2 typed here", "x" * 12).status_code == 400
    olga.send("POST", "/feeds")
    answer = sara.http.post(
        f"{API}/documents", files={"file": ("a.pdf", b"%PDF-1.7")}, headers={CSRF_HEADER: sara.csrf}
    )
    assert answer.status_code == 201, answer.text
    olga.send("DELETE", "/session")
    people.set_role("olga", "council", by="command line, root")
    people.set_password("olga", "another long one")
    people.remove("olga", by="command line, root")
    trail = [(e.what, e.name) for e in people.trail()]
    for line in (
        ("added", "olga"),
        ("signed in", "olga"),
        ("calendar address", "olga"),
        ("signed out", "olga"),
        ("new role", "olga"),
        ("new password", "olga"),
        ("removed", "olga"),
        ("sign-in failed", "sara"),
        ("sign-in failed", ""),
        ("kept a document", "sara"),
    ):
        assert line in trail, line
    assert "hunter2" not in repr(people.trail())
    assert people.trail(1)[0].by == "command line, root"
    for _ in range(7):
        sara.sign_in("vera", "wrong password")
    assert people.trail(1)[0].what == "sign-in locked"


def test_every_write_leaves_an_entry_that_names_the_person(team: Team) -> None:
    sara, viktor, vera, anna, carl = (team(n) for n in ("sara", "viktor", "vera", "anna", "carl"))

    def last(by: str) -> None:
        entry = sara.get("/history?limit=1").json()[0]
        assert entry["by"] == by
        assert entry["reason"]

    said = viktor.send(
        "POST",
        "/evidence",
        {"commitment": "R2", "reported_on": "2025-12-20", "shows": "progress", "source": "s"},
    )
    last("verifier: viktor")
    vera.send("POST", f"/evidence/{said.json()['id']}/confirmation", {"verdict": "in part"})
    last("verifier: vera")
    mine = next(
        c
        for c in anna.get("/commitments").json()
        if "XRL" in c["owed_by"] and not c["closed"] and c["status"]["latest_promised"]
    )
    year = int(mine["status"]["latest_promised"][:4]) + 1
    reason = anna.get("/programme").json()["reasons"][0]
    asked = anna.send(
        "POST", "/requests", {"item": mine["id"], "new_date": f"{year}-03-31", "reason": reason}
    )
    last("XRL: anna")
    carl.send("POST", f"/requests/{asked.json()['id']}/decision", {"grant": False})
    last("council: carl")
    row = next(r for r in sara.get("/rows/commitments").json() if r["id"] == "R2")
    edit = {
        "table": "commitments",
        "id": "R2",
        "cells": {**row["cells"], "title": "Other"},
        "seen": row["digest"],
    }
    assert sara.send("POST", "/edits", {"edits": [edit], "reason": "better"}).status_code == 200
    last("secretariat: sara")


def workbook(sheet: str) -> bytes:
    """An .xlsx whose sheet of commitments is written by hand: whatever stands in it."""
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].title = "commitments"
    whole, out = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def cells(*found: str, before: str = "") -> str:
    """A sheet with these cells."""
    rows = "".join(
        f'<row r="{where.strip("AXFD")}"><c r="{where}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for where, text in zip(found[::2], found[1::2], strict=True)
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


LAUGHS = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))


@pytest.mark.parametrize(
    "sheet",
    [
        cells("A1", "id", "XFD1048576", "1"),
        cells("A1", "&l9;", before=f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'),
        cells("A1", "id&e;", before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'),
        "this is no XML",
    ],
    ids=["one cell far out", "a billion laughs", "a file of the server", "no XML"],
)
def test_a_workbook_that_is_a_trap_is_refused(alone: Client, sheet: str) -> None:
    content = workbook(sheet)
    answer = alone.http.post(
        f"{API}/workbook", files={"file": ("w.xlsx", content)}, headers={CSRF_HEADER: alone.csrf}, timeout=30
    )
    assert answer.status_code in (400, 422), answer.text[:300]
    name = Path("/etc/hostname")
    if name.is_file():
        assert name.read_text(encoding="utf-8").strip() not in answer.text


def test_formulas_of_a_workbook_are_text_and_not_run(alone: Client) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(alone.get("/programme.xlsx").content))
    sheet = book["commitments"]
    head = [c.value for c in sheet[1]]
    sheet.cell(2, head.index("title") + 1).value = '=WEBSERVICE("https://evil.example")'
    out = io.BytesIO()
    book.save(out)
    answer = alone.http.post(
        f"{API}/workbook", files={"file": ("w.xlsx", out.getvalue())}, headers={CSRF_HEADER: alone.csrf}
    )
    assert answer.status_code in (200, 400, 422), answer.text
    assert "http" not in str(answer.json().get("differences", "")) or "=WEBSERVICE" in answer.text


def test_documents_go_out_as_files_only(alone: Client) -> None:
    body = b"%PDF-1.7 <script>alert(1)</script>"
    kept = alone.http.post(
        f"{API}/documents", files={"file": ("../../a.pdf", body)}, headers={CSRF_HEADER: alone.csrf}
    ).json()
    answer = alone.get(f"/documents/{kept['name']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for name in (
        "..%2fprogramme.toml",
        "%2e%2e/programme.toml",
        kept["sha256"][:-1],
        kept["sha256"] + ".exe",
        kept["name"] + "%00",
        "." + kept["name"],
    ):
        assert alone.get(f"/documents/{name}").status_code == 404, name


def test_without_the_built_page_the_server_says_how_to_build_it(
    alone: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from milepost.errors import WrongUse
    from milepost.web import page, snapshot
    from milepost.web.state import State

    monkeypatch.setattr(page, "PAGE", tmp_path / "nothing")
    monkeypatch.setattr(snapshot, "PAGE", tmp_path / "nothing")
    answer = alone.http.get("/")
    assert answer.status_code == 503
    assert "make page" in answer.text
    assert all(answer.headers[k] == v for k, v in HEADERS.items())
    assert alone.http.get("/assets/x.js").status_code == 404
    assert alone.get("/programme").status_code == 200
    with pytest.raises(WrongUse, match="make page"):
        snapshot.snapshot_html(State(str(milepost.example("ridge"))))
