"""The API answers what the library computes, refuses in one sentence, and loses no edit."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
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
from milepost.languages import LANGUAGES, Language
from milepost.value.delays import worth
from milepost.web.app import API, Config
from milepost.web.downloads import COMPUTED
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
        wanted = worth(
            programme.game, dates, on=s.base_date, rate_per_year=s.discount_rate_per_year, horizon=s.horizon
        )
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
        answer = alone.get(f"/tables/{name}.{kind}")
        assert answer.status_code == 200, f"{name}: {answer.text}"
        want = json.loads(alone.get(f"/tables/{name}.json").content)["rows"]
        readers: dict[str, Callable[[bytes], list[Any]]] = {
            "csv": lambda c: list(csv.DictReader(io.StringIO(c.decode("utf-8-sig")))),
            "json": lambda c: list(json.loads(c)["rows"]),
            "xlsx": _sheet,
            "parquet": lambda c: pd.read_parquet(io.BytesIO(c)).to_dict("records"),
        }
        got = readers[kind](answer.content)
        assert len(got) == len(want), name
        if want:
            assert list(got[0]) == list(want[0]), f"{name}: the same columns in every format"
            assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", c) for c in want[0]), (
                f"{name}: Stata could not read it"
            )
            cells = [str(v) for row in got for v in row.values() if isinstance(v, str)]
            assert not any(v.startswith(("{", "[", "(")) and v.endswith(("}", "]", ")")) for v in cells), (
                f"{name}: nested"
            )
        looked += len(want)
    assert looked > 100


def _sheet(content: bytes) -> list[dict[str, Any]]:
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]] if rows else []


def test_days_are_iso_in_every_format_and_counts_are_whole(alone: Client) -> None:
    iso = re.compile(r"\d{4}-\d{2}-\d{2}")
    for name, column in (
        ("calls", "due"),
        ("forecast", "P50"),
        ("timetable", "due"),
        ("status", "delivered_on"),
    ):
        for kind in ("json", "csv", "xlsx", "parquet"):
            content = alone.get(f"/tables/{name}.{kind}").content
            frame = {
                "json": lambda c: pd.DataFrame(json.loads(c)["rows"]),
                "csv": lambda c: pd.read_csv(io.BytesIO(c), dtype=str),
                "xlsx": lambda c: pd.DataFrame(_sheet(c)),
                "parquet": lambda c: pd.read_parquet(io.BytesIO(c)),
            }[kind](content)
            assert all(iso.fullmatch(str(v)) for v in frame[column].dropna()), f"{name}.{kind}"
    text = alone.get("/tables/status.csv").content.decode("utf-8-sig")
    level = [row["level"] for row in csv.DictReader(io.StringIO(text))]
    assert any(level)
    assert all(v == "" or v.isdigit() for v in level)


def test_tables_have_stable_addresses_with_day_knowledge_and_scenario(alone: Client) -> None:
    def rows(address: str, **query: str) -> list[dict[str, Any]]:
        answer = alone.get(f"/tables/{address}.json", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["rows"]
        return found

    late, now = rows("timetable", as_of="2029-01-01"), rows("timetable")
    assert sum(r["overdue_days"] for r in late) > sum(r["overdue_days"] for r in now)
    assert min(r["change"] for r in rows("trial", scenario="R2:2033-01-01")) < 0
    assert {r["change"] for r in rows("trial")} == {0.0}
    moved = {r["commitment"]: r for r in rows("timetable", scenario="R2:2033-01-01,R1:never")}
    assert (moved["R2"]["due"], moved["R2"]["moved"]) == ("2033-01-01", True)
    assert moved["R1"]["due"] is None
    assert not moved["R3"]["moved"]
    cost = {r["commitment"]: r["all"] for r in rows("delay")}
    later = {r["commitment"]: r["all"] for r in rows("delay", scenario="R2:2040-01-01")}
    assert later["R2"] < cost["R2"], "a day that comes later is discounted more"
    called = {
        r["commitment"]: r["cost_of_a_day_musd"]
        for r in rows("calls", scenario="R2:2040-01-01")
        if not r["milestone"]
    }
    assert called["R2"] == pytest.approx(later["R2"])
    assert rows("value", delivered="R3")
    assert rows("value", as_of="2040-01-01") == rows("value", delivered="R1,R2,R3")
    assert rows("value", as_of="2040-01-01", scenario="R2:never") == rows("value", delivered="R1,R3")
    assert rows("loads", as_of="2040-01-01") == rows("loads", delivered="R1,R2,R3")
    assert rows("forecast", as_of="2026-06-01") != rows("forecast")
    assert {r["commitment"] for r in rows("shapley")} >= {"R1", "R2", "R3"}
    assert all(r["agreement"] for r in rows("force"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing.csv", "no table"),
        ("nodes.pdf", "no format"),
        ("nodes.csv?lang=tlh", "no language"),
        ("nodes.csv?known_on=yesterday", "no day"),
        ("trial.csv?scenario=R2", "no moved date"),
        ("trial.csv?scenario=R99:2030-01-01", "no open commitment"),
        ("nodes.csv?as_of=2026-06-01", "known_on"),
        ("shapley.csv?as_of=2026-06-01", "changes nothing"),
        ("shapley.csv?scenario=R2:2030-01-01", "timetable, delay"),
        ("status.csv?scenario=R2:2030-01-01", "changes nothing"),
        ("evidence.csv?scenario=R2:2030-01-01", "changes nothing"),
        ("delay.csv?delivered=R2", "changes nothing"),
        ("value.csv?scenario=R2:2030-01-01", "by which day"),
        ("value.csv?delivered=R2&as_of=2030-01-01", "not both"),
    ],
)
def test_what_cannot_change_a_table_is_refused_in_words(alone: Client, path: str, said: str) -> None:
    answer = alone.get(f"/tables/{path}")
    assert answer.status_code == 400, path
    assert said in answer.json()["error"], answer.text


_ALIKE = {"mode", "source", "direction"}  # French words as well


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_a_workbook_speaks_the_language_and_the_rest_keeps_its_names(alone: Client, lang: str) -> None:
    say = Language(lang)
    same_everywhere = {"P10", "P50", "P80", "P95", "XWV", "XRL", "XEM"}
    for name in COMPUTED:
        heads = list(_sheet(alone.get(f"/tables/{name}.xlsx?lang={lang}").content)[0])
        names = list(_sheet(alone.get(f"/tables/{name}.xlsx").content)[0])
        assert len(set(heads)) == len(heads) == len(names)
        assert {
            h for h in heads if re.fullmatch(r"[A-Za-z_0-9]+", h) and h in names
        } <= same_everywhere | _ALIKE, name
        for kind in ("csv", "json"):
            assert (
                alone.get(f"/tables/{name}.{kind}?lang={lang}").content
                == alone.get(f"/tables/{name}.{kind}").content
            )
    rows = _sheet(alone.get(f"/tables/status.xlsx?lang={lang}").content)
    plain = _sheet(alone.get("/tables/status.xlsx").content)
    assert rows[0][say.say("column-state")] == say.word("delivery", plain[0]["delivery"])
    flags = {p["commitment"]: p["flags"] for p in plain}
    commitment, several = next((c, f) for c, f in flags.items() if f)
    shown = next(r for r in rows if r[say.say("column-commitment")] == commitment)[say.say("column-flags")]
    assert shown == "; ".join(say.word("flag", f) for f in several.split("; "))
    register = [
        list(_sheet(alone.get(f"/tables/commitments.xlsx?lang={code}").content)[0]) for code in (lang, "en")
    ]
    assert register[0] == register[1], "rows that are kept as they are keep their names too"


def test_a_cell_cannot_become_a_formula(alone: Client) -> None:
    row = {"commitment": "R1", "reported_on": "2026-01-05", "report": '=HYPERLINK("x")', "source": "@cmd"}
    assert alone.send("POST", "/evidence", row).status_code == 201
    text = alone.get("/tables/evidence.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@cmd" in text
    sheet = load_workbook(io.BytesIO(alone.get("/tables/evidence.xlsx").content)).worksheets[0]
    assert any(c.value == '=HYPERLINK("x")' and c.data_type == "s" for r in sheet.iter_rows() for c in r)


def test_edits_that_lose_the_race_are_refused_whole(alone: Client) -> None:
    row = next(r for r in alone.get("/rows/commitments").json() if r["id"] == "R2")
    other = next(r for r in alone.get("/rows/commitments").json() if r["id"] == "R3")

    def edit(title: str) -> httpx2.Response:
        change = [
            {
                "table": "commitments",
                "id": "R3",
                "cells": {**other["cells"], "title": f"{title} too"},
                "seen": other["digest"],
            },
            {
                "table": "commitments",
                "id": "R2",
                "cells": {**row["cells"], "title": title},
                "seen": row["digest"],
            },
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
        "POST",
        "/edits",
        {"edits": [{"table": "nodes", "id": "ZZ", "cells": {"id": "ZZ", "lat": "900"}}], "reason": "x"},
    )
    assert bad.status_code == 422
    assert len(bad.json()["findings"]) >= 2, "all faults at once"


def test_writers_lose_no_update(alone: Client, ridge: Path) -> None:
    address = str(alone.http.base_url)

    def write(k: int) -> None:
        mine = Client(address)
        for n in range(4):
            body = {
                "commitment": "R2",
                "reported_on": "2026-01-05",
                "report": f"writer {k} report {n}",
                "source": "s",
            }
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
            f"{API}/workbook",
            params=query,
            files={"file": ("w.xlsx", file.read_bytes())},
            headers={CSRF_HEADER: alone.csrf},
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
    answer = alone.http.post(
        f"{API}/workbook", files={"file": ("w.xlsx", bomb)}, headers={CSRF_HEADER: alone.csrf}
    )
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
    by_digest = alone.get(f"/documents/{kept['source'].removeprefix('sha256:')}")
    assert by_digest.content == b"%PDF-1.7 hello"
    assert f'filename="{kept["name"]}"' in by_digest.headers["content-disposition"]
    assert alone.get("/documents/" + "0" * 64).status_code == 404
    assert keep("page.html", b"<script>").status_code == 400
    assert keep("thing.exe", b"MZ").status_code == 400
    assert keep("thing.jar", _zip({"a": b""})).status_code == 400
    assert alone.get("/documents/..%2F..%2Fprogramme.toml").status_code in (400, 404)


def test_jobs_tell_how_far_they_are_and_can_be_cancelled(alone: Client) -> None:
    job = alone.send("POST", "/jobs", {"kind": "intervals", "draws": 12, "delivered": [["R2"]]}).json()
    events = [
        json.loads(x[6:])
        for x in alone.get(f"/jobs/{job['id']}/events").text.splitlines()
        if x.startswith("data: ")
    ]
    assert events[-1]["state"] == "done", events[-1]
    assert events[-1]["done"] == events[-1]["of"] == 12
    found = alone.get(f"/jobs/{job['id']}/result").json()
    assert found["sets"][0]["delivered"] == ["R2"]
    asked = {"kind": "tornado", "delivered": [["R2"]], "cost_musd": 1.5}
    job = alone.send("POST", "/jobs", asked).json()
    alone.get(f"/jobs/{job['id']}/events")
    moved = alone.get(f"/jobs/{job['id']}/result").json()
    assert (moved["delivered"], moved["cost"]) == (["R2"], 1.5)
    assert [bar["id"] for bar in moved["bars"]] == ["flows"], "ridge gives no bands"
    long = alone.send("POST", "/jobs", {"kind": "intervals", "draws": 1000}).json()
    waiting = alone.send("POST", "/jobs", {"kind": "brief-pdf"}).json()
    assert alone.get(f"/jobs/{waiting['id']}/result").status_code == 400
    alone.send("DELETE", f"/jobs/{waiting['id']}")
    alone.send("DELETE", f"/jobs/{long['id']}")
    last = [
        json.loads(x[6:])
        for x in alone.get(f"/jobs/{long['id']}/events").text.splitlines()
        if x.startswith("data: ")
    ][-1]
    assert last["state"] == "cancelled"
    assert alone.get(f"/jobs/{waiting['id']}").json()["state"] == "cancelled"
    assert alone.send("POST", "/jobs", {"kind": "juggle"}).status_code == 400
    assert alone.get("/jobs/none").status_code == 404


@pytest.mark.parametrize(
    ("kind", "magic"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!doctype")]
)
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
        for headers in (
            {"origin": "http://evil.example"},
            {"sec-fetch-site": "cross-site"},
            {"origin": "null"},
        ):
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
    (ridge / "links.csv").write_text(
        "\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8"
    )
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
    (ridge / "params.csv").write_text(
        params.replace(row, row.replace(f",{value},", ",7.5,", 1)), encoding="utf-8"
    )
    os.utime(ridge / "params.csv")
    for _ in range(600):  # under load the server looks a little later
        now = alone.get("/values").json()
        if now.get("book") and not now["stale"] and now["fingerprint"] != before["fingerprint"]:
            break
        time.sleep(0.05)
    assert now["fingerprint"] != before["fingerprint"]
    assert now["shares"]["total"] != before["shares"]["total"]


def test_words_of_the_page_in_every_language(alone: Client) -> None:
    for code in LANGUAGES:
        found = alone.get(f"/messages/{code}").json()
        assert "page-overview = " in found["messages"]
        assert found["dir"] == ("rtl" if code in ("fa", "ar") else "ltr")


def test_as_known_on_a_day_holds_everywhere(alone: Client) -> None:
    """What was written today is not known in 2020, whichever way it is asked for."""

    def change(table: str, ident: str, **cells: str) -> None:
        row = next(r for r in alone.get(f"/rows/{table}").json() if r["id"] == ident)
        edit = {"table": table, "id": ident, "cells": {**row["cells"], **cells}, "seen": row["digest"]}
        answer = alone.send("POST", "/edits", {"edits": [edit], "reason": "later"})
        assert answer.status_code == 200, answer.text

    first = {
        table: alone.get(f"/rows/{table}").json()[0]["id"] for table in ("nodes", "countries", "meetings")
    }
    change("nodes", first["nodes"], name="Newname")
    change("countries", first["countries"], name="Newland")
    change("meetings", first["meetings"], title="Newmeeting")
    change(
        "params",
        next(r["id"] for r in alone.get("/rows/params").json() if r["cells"]["name"] == "trade_elasticity"),
        value="9",
    )
    values(alone)
    for path, word in (
        (f"/features/collections/nodes/items/{first['nodes']}", "Newname"),
        ("/features/collections/nodes/items", "Newname"),
        ("/network", "Newname"),
        ("/tables/nodes.csv", "Newname"),
        ("/rows/nodes", "Newname"),
        ("/countries", "Newland"),
        ("/register", "Newmeeting"),
    ):
        assert word in alone.get(path).text, path
        assert word not in alone.get(path, params={"known_on": "2020-01-01"}).text, path
    now = alone.send("POST", "/trial", {"dates": {"R2": "2033-01-01"}}).json()
    then = alone.send("POST", "/trial?known_on=2020-01-01", {"dates": {"R2": "2033-01-01"}}).json()
    assert now["before"] != then["before"]
    for path in ("/calendar.ics", "/programme.xlsx", "/values", "/value", "/flows", "/routes", "/map.svg"):
        assert alone.get(path, params={"known_on": "2020-01-01"}).status_code == 200, path
    job = alone.send("POST", "/jobs", {"kind": "draws", "draws": 10, "known_on": "2020-01-01"})
    assert job.status_code == 202
    assert alone.send("POST", "/jobs", {"kind": "snapshot", "known_on": "2020-01-01"}).status_code == 400
