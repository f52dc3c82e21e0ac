"""The API answers what the library computes, refuses in one sentence, and loses no edit."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from serving import Client, running

import milepost
from milepost.languages import LANGUAGES
from milepost.value.delays import worth
from milepost.web.app import API, Config
from milepost.web.security import CSRF_HEADER, POLICY, Limits


def values(client: Client) -> dict[str, Any]:
    """The values, waited for."""
    for _ in range(200):
        answer = client.get("/values")
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        assert answer.status_code == 202, answer.text
        time.sleep(0.05)
    raise AssertionError("no values after ten seconds")


def test_a_trial_is_the_worth_of_the_library(alone: Client) -> None:
    programme = milepost.open(milepost.example("ridge"))
    held = {c: d for c, d in programme.timetable().dates.items() if c in programme.game.players}
    moved = {"R2": dt.date(2031, 3, 1), "R1": None}
    found = alone.send("POST", "/trial", {"dates": {"R2": "2031-03-01", "R1": None}}).json()
    s = programme.settings
    for key, dates in (("before", held), ("after", {**held, **moved})):
        wanted = worth(programme.game, dates, on=s.base_date, rate_per_year=s.discount_rate_per_year, horizon=s.horizon)
        np.testing.assert_allclose(list(found[key].values()), wanted, rtol=1e-12)
    assert found["change_all"] < 0
    assert alone.send("POST", "/trial", {"dates": {"R9": "2031-03-01"}}).status_code == 400


def test_values_carry_the_whole_page(alone: Client) -> None:
    found = values(alone)
    assert found["book"]["complete"]
    assert not found["stale"]
    assert set(found["delay"]["commitments"]) <= set(found["shares"]["commitments"])
    assert len(found["shares"]["total"]) == len(found["book"]["countries"]) > 0


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "parquet"])
def test_every_table_in_every_format(alone: Client, kind: str) -> None:
    names = alone.get("/tables").json()["tables"]
    assert len(names) > 40
    looked = 0
    for name in names:
        answer = alone.get(f"/tables/{name}.{kind}", params={"as_of": "2026-06-01"})
        assert answer.status_code == 200, f"{name}: {answer.text}"
        want = len(json.loads(alone.get(f"/tables/{name}.json", params={"as_of": "2026-06-01"}).content)["rows"])
        got = {
            "csv": lambda c: len(list(csv.DictReader(io.StringIO(c.decode("utf-8-sig"))))),
            "json": lambda c: len(json.loads(c)["rows"]),
            "xlsx": lambda c: load_workbook(io.BytesIO(c)).worksheets[0].max_row - 1,
            "parquet": lambda c: len(pd.read_parquet(io.BytesIO(c))),
        }[kind](answer.content)
        assert got == want or (want == 0 and got <= 0), name
        looked += want
    assert looked > 100


def test_tables_have_stable_addresses_with_day_knowledge_and_scenario(alone: Client) -> None:
    late = alone.get("/tables/timetable.json", params={"as_of": "2029-01-01"}).json()["rows"]
    now = alone.get("/tables/timetable.json").json()["rows"]
    assert sum(r["overdue_days"] for r in late) > sum(r["overdue_days"] for r in now)
    moved = alone.get("/tables/trial.json", params={"scenario": "R2:2033-01-01"}).json()["rows"]
    assert min(r["change"] for r in moved) < 0
    assert alone.get("/tables/value.json", params={"delivered": "R3"}).json()["rows"]
    for path, said in (
        ("/tables/nothing.csv", "no table"),
        ("/tables/nodes.pdf", "no format"),
        ("/tables/nodes.csv?lang=tlh", "no language"),
        ("/tables/nodes.csv?known_on=yesterday", "no day"),
        ("/tables/trial.csv?scenario=R2", "no moved date"),
        ("/commitments/R99", "no commitment"),
        ("/features/collections/none/items", "no collection"),
        ("/features/collections/nodes/items?bbox=1,2,3", "four numbers"),
    ):
        answer = alone.get(path)
        assert answer.status_code == 400, path
        assert said in answer.json()["error"], answer.text


def test_a_cell_cannot_become_a_formula(alone: Client) -> None:
    row = {"commitment": "R1", "reported_on": "2026-01-05", "report": '=HYPERLINK("x")', "source": "@cmd"}
    assert alone.send("POST", "/evidence", row).status_code == 201
    text = alone.get("/tables/evidence.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@cmd" in text
    sheet = load_workbook(io.BytesIO(alone.get("/tables/evidence.xlsx").content)).worksheets[0]
    assert any(c.value == '=HYPERLINK("x")' and c.data_type == "s" for r in sheet.iter_rows() for c in r)


def test_features_page_by_page_and_by_box(alone: Client) -> None:
    assert "core" in alone.get("/features/conformance").json()["conformsTo"][0]
    for name in ("nodes", "links"):
        whole = alone.get(f"/features/collections/{name}/items").json()
        seen: list[str] = []
        path: str | None = f"{API}/features/collections/{name}/items?limit=2"
        while path:
            page = alone.http.get(path).json()
            seen += [f["id"] for f in page["features"]]
            path = next((k["href"] for k in page["links"] if k["rel"] == "next"), None)
        assert seen == [f["id"] for f in whole["features"]]
        assert whole["numberMatched"] == len(seen) > 3
        one = alone.get(f"/features/collections/{name}/items/{seen[0]}").json()
        assert one["properties"]["id"] == seen[0]
    node = alone.get("/features/collections/nodes/items?limit=1").json()["features"][0]
    lon, lat = node["geometry"]["coordinates"]
    near = alone.get(
        "/features/collections/nodes/items", params={"bbox": f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"}
    ).json()
    assert [f["id"] for f in near["features"]] == [node["id"]]


def test_edits_that_lose_the_race_are_refused_whole(alone: Client) -> None:
    row = next(r for r in alone.get("/rows/commitments").json() if r["id"] == "R2")
    other = next(r for r in alone.get("/rows/commitments").json() if r["id"] == "R3")

    def edit(title: str) -> httpx2.Response:
        change = [
            {"table": "commitments", "id": "R3", "cells": {**other["cells"], "title": f"{title} too"}, "seen": other["digest"]},
            {"table": "commitments", "id": "R2", "cells": {**row["cells"], "title": title}, "seen": row["digest"]},
        ]
        answer: httpx2.Response = alone.send("POST", "/edits", {"edits": change, "reason": "a better title"})
        return answer

    assert edit("First").status_code == 200
    lost = edit("Second")
    assert lost.status_code == 409
    assert {c["id"] for c in lost.json()["conflicts"]} == {"R2", "R3"}
    titles = {c["id"]: c["title"] for c in alone.get("/commitments").json()}
    assert titles["R2"] == "First"
    assert titles["R3"] == "First too"
    bad = alone.send(
        "POST", "/edits", {"edits": [{"table": "nodes", "id": "ZZ", "cells": {"id": "ZZ", "lat": "900"}}], "reason": "x"}
    )
    assert bad.status_code == 422
    assert len(bad.json()["findings"]) >= 2, "all faults at once"


def test_writers_lose_no_update(alone: Client, ridge: Path) -> None:
    address = str(alone.http.base_url)

    def write(k: int) -> None:
        mine = Client(address)
        for n in range(4):
            body = {"commitment": "R2", "reported_on": "2026-01-05", "report": f"writer {k} report {n}", "source": "s"}
            while mine.send("POST", "/evidence", body).status_code == 409:
                pass

    threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    said = [e.report for e in milepost.open(ridge).records.evidence if e.report.startswith("writer")]
    assert sorted(said) == sorted(f"writer {k} report {n}" for k in range(4) for n in range(4))


def test_a_workbook_goes_out_and_comes_back_with_a_diff_first(alone: Client, tmp_path: Path) -> None:
    content = alone.get("/programme.xlsx").content
    file = tmp_path / "w.xlsx"
    file.write_bytes(content)
    book = load_workbook(file)
    sheet = book["commitments"]
    head = [c.value for c in sheet[1]]
    column = head.index("title") + 1
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == "R2")
    sheet.cell(row, column).value = "Retitled in Excel"
    book.save(file)

    def bring(**query: str) -> httpx2.Response:
        answer: httpx2.Response = alone.http.post(
            f"{API}/workbook", params=query, files={"file": ("w.xlsx", file.read_bytes())}, headers={CSRF_HEADER: alone.csrf}
        )
        return answer

    diff = bring().json()
    assert [(d["table"], d["id"]) for d in diff["differences"]] == [("commitments", "R2")]
    assert not diff["applied"]
    assert bring(apply="true", reason="from Excel").json()["applied"]
    assert alone.get("/commitments/R2").json()["title"] == "Retitled in Excel"
    for name, body in (("text", b"hello"), ("zip", _zip({"a.txt": b"x"}))):
        file.write_bytes(body)
        assert bring().status_code == 400, name


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_a_bomb_is_not_unpacked(alone: Client) -> None:
    bomb = _zip({"xl/workbook.xml": b"<x/>", "xl/big.xml": b"\0" * 110_000_000})
    answer = alone.http.post(f"{API}/workbook", files={"file": ("w.xlsx", bomb)}, headers={CSRF_HEADER: alone.csrf})
    assert answer.status_code == 400
    assert "100 MB" in answer.json()["error"]


def test_documents_are_kept_by_their_digest(alone: Client) -> None:
    def keep(name: str, content: bytes) -> httpx2.Response:
        answer: httpx2.Response = alone.http.post(
            f"{API}/documents", files={"file": (name, content)}, headers={CSRF_HEADER: alone.csrf}
        )
        return answer

    kept = keep("paper.pdf", b"%PDF-1.7 hello").json()
    assert alone.get(f"/documents/{kept['name']}").content == b"%PDF-1.7 hello"
    assert keep("page.html", b"<script>").status_code == 400
    assert keep("thing.exe", b"MZ").status_code == 400
    assert keep("thing.jar", _zip({"a": b""})).status_code == 400
    assert alone.get("/documents/..%2F..%2Fprogramme.toml").status_code in (400, 404)


def test_jobs_tell_how_far_they_are_and_can_be_cancelled(alone: Client) -> None:
    job = alone.send("POST", "/jobs", {"kind": "intervals", "draws": 12, "delivered": [["R2"]]}).json()
    events = [json.loads(x[6:]) for x in alone.get(f"/jobs/{job['id']}/events").text.splitlines() if x.startswith("data: ")]
    assert events[-1]["state"] == "done", events[-1]
    assert events[-1]["done"] == events[-1]["of"] == 12
    found = alone.get(f"/jobs/{job['id']}/result").json()
    assert found["sets"][0]["delivered"] == ["R2"]
    long = alone.send("POST", "/jobs", {"kind": "intervals", "draws": 1000}).json()
    waiting = alone.send("POST", "/jobs", {"kind": "brief-pdf"}).json()
    assert alone.get(f"/jobs/{waiting['id']}/result").status_code == 400
    alone.send("DELETE", f"/jobs/{waiting['id']}")
    alone.send("DELETE", f"/jobs/{long['id']}")
    last = [json.loads(x[6:]) for x in alone.get(f"/jobs/{long['id']}/events").text.splitlines() if x.startswith("data: ")][-1]
    assert last["state"] == "cancelled"
    assert alone.get(f"/jobs/{waiting['id']}").json()["state"] == "cancelled"
    assert alone.send("POST", "/jobs", {"kind": "juggle"}).status_code == 400
    assert alone.get("/jobs/none").status_code == 404


@pytest.mark.parametrize(("kind", "magic"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype")])
def test_the_brief_in_every_format(alone: Client, kind: str, magic: bytes) -> None:
    job = alone.send("POST", "/jobs", {"kind": f"brief-{kind}", "lang": "fa"}).json()
    alone.get(f"/jobs/{job['id']}/events")
    assert alone.get(f"/jobs/{job['id']}/result").content.lower().startswith(magic.lower())


def test_calendars_by_secret_address(team: Callable[[str], Client]) -> None:
    olga, nobody = team("olga"), team("")
    path = olga.send("POST", "/feeds?lang=ru").json()["path"]
    assert nobody.http.get(path).text.startswith("BEGIN:VCALENDAR")
    assert nobody.get("/calendar.ics").status_code == 401
    newer = olga.send("POST", "/feeds?lang=ru").json()["path"]
    assert nobody.http.get(path).status_code == 404
    assert nobody.http.get(newer).status_code == 200


def test_every_answer_carries_the_headers(alone: Client) -> None:
    for path in ("/", f"{API}/programme", f"{API}/nowhere", f"{API}/commitments/R99", "/assets/none.js"):
        answer = alone.http.get(path)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY


def test_other_hosts_origins_and_large_bodies_are_refused(ridge: Path) -> None:
    limits = Limits(reads_per_minute=600, writes_per_minute=30, body_bytes=10_000)
    with running(Config(str(ridge), limits=limits)) as address:
        client = Client(address)
        assert client.http.get(f"{API}/programme", headers={"host": "evil.example"}).status_code == 421
        token = {CSRF_HEADER: client.csrf}
        for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            answer = client.http.post(f"{API}/trial", json={"dates": {}}, headers=token | headers)
            assert answer.status_code == 403, headers
        assert client.http.post(f"{API}/trial", content=b"x" * 20_000, headers=token).status_code == 413

        def pieces() -> Any:
            for _ in range(20):
                yield b"x" * 1_000

        assert client.http.post(f"{API}/trial", content=pieces(), headers=token).status_code == 413
        codes = [client.send("POST", "/trial", {"dates": {}}).status_code for _ in range(40)]
        assert 429 in codes
        assert client.get("/programme").status_code == 200, "reading goes on"


def test_data_with_findings_are_shown_as_findings(ridge: Path) -> None:
    lines = (ridge / "links.csv").read_text(encoding="utf-8").splitlines()
    where = lines[0].split(",").index("from_node")
    cells = lines[1].split(",")
    cells[where] = "NOWHERE"
    (ridge / "links.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    with running(Config(str(ridge))) as address:
        client = Client(address)
        found = client.get("/programme").json()["findings"]
        assert found
        answer = client.get("/register")
        assert answer.status_code == 422
        assert answer.json()["findings"] == found
        assert client.get("/values").status_code == 202


def test_a_file_changed_by_hand_is_seen_and_old_values_are_named_old(alone: Client, ridge: Path) -> None:
    before = values(alone)
    params = (ridge / "params.csv").read_text(encoding="utf-8")
    row = next(line for line in params.splitlines() if "trade_elasticity" in line)
    value = next(p for p in row.split(",") if p.replace(".", "").isdigit())
    time.sleep(0.06)
    (ridge / "params.csv").write_text(params.replace(row, row.replace(f",{value},", ",7.5,", 1)), encoding="utf-8")
    os.utime(ridge / "params.csv")
    stale = alone.get("/values").json()
    if stale.get("book"):
        assert stale["stale"] or stale["book"]["rows"] != before["book"]["rows"]
    for _ in range(100):
        now = alone.get("/values").json()
        if not now.get("stale", True):
            break
        time.sleep(0.05)
    assert now["fingerprint"] != before["fingerprint"]
    assert now["shares"]["total"] != before["shares"]["total"]


def test_words_of_the_page_in_every_language(alone: Client) -> None:
    for code in LANGUAGES:
        found = alone.get(f"/messages/{code}").json()
        assert "page-overview = " in found["messages"]
        assert found["dir"] == ("rtl" if code in ("fa", "ar") else "ltr")
