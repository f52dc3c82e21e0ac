"""Every endpoint and every role, in one matrix; and the rules about whose record it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from serving import TEAM, Client, running

from milepost.acts.persons import ROLES
from milepost.web.app import API, Config, create_app
from milepost.web.rights import ACTIONS
from milepost.web.security import CSRF_HEADER

WHO = {
    "observer": "olga",
    "focal point": "farid",
    "approver": "anna",
    "secretariat": "sara",
    "verifier": "viktor",
    "council": "carl",
}
FILL = {
    "ident": "R1",
    "name": "nodes",
    "kind": "csv",
    "token": "nothing",
    "table": "nodes",
    "lang": "en",
    "origin": "N1",
    "destination": "N2",
}


def endpoints(ridge: Path) -> list[tuple[str, str, str]]:
    paths = create_app(Config(str(ridge))).openapi()["paths"]
    return [
        (m.upper(), p, about["x-milepost-action"])
        for p, methods in paths.items()
        for m, about in methods.items()
    ]


def test_every_endpoint_with_every_role(ridge: Path, team: Callable[[str], Client]) -> None:
    found = endpoints(ridge)
    assert len(found) > 45
    assert {a for _, _, a in found} | {"verify"} == set(ACTIONS)
    clients = {role: team(name) for role, name in WHO.items()} | {"": team("")}
    for method, path, action in found:
        if path == f"{API}/session" and method != "GET":
            continue  # signing in and out has its own tests
        where = path.removeprefix(API)
        for key, value in FILL.items():
            where = where.replace("{" + key + "}", value)
        for role, client in clients.items():
            answer = client.send(method, where)
            about = f"{role or 'nobody'} {method} {path}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500, about
            if action == "open":
                assert answer.status_code not in (401, 403), about
            elif not role:
                assert answer.status_code == 401, about
            elif role in ACTIONS[action]:
                assert answer.status_code not in (401, 403), about
            else:
                assert answer.status_code == 403, about
                assert "may not" in answer.json()["error"], about


def test_every_endpoint_with_a_public_reader(ridge: Path, people: object, tmp_path: Path) -> None:
    with running(Config(str(ridge), people=people, public=True, documents=tmp_path / "d")) as address:  # type: ignore[arg-type]
        reader = Client(address)
        for method, path, action in endpoints(ridge):
            where = path.removeprefix(API)
            for key, value in FILL.items():
                where = where.replace("{" + key + "}", value)
            answer = reader.send(method, where)
            about = f"{method} {path}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500, about
            if "public reader" in ACTIONS[action]:
                assert answer.status_code not in (401, 403), about
            else:
                assert answer.status_code == 403, about
        for address_of_offices in (
            "/rows/contacts",
            "/tables/contacts.json",
            "/programme.xlsx",
            "/history?table=contacts",
        ):
            assert reader.get(address_of_offices).status_code == 403
        assert "contacts" not in reader.get("/register").json()


def test_nothing_is_written_without_the_token_of_the_session(
    ridge: Path, team: Callable[[str], Client]
) -> None:
    sara, of_another = team("sara"), team("olga").csrf
    writing = [(m, p) for m, p, a in endpoints(ridge) if m != "GET" and a != "open"]
    assert len(writing) > 8
    for method, path in writing:
        where = path.removeprefix(API).replace("{ident}", "x")
        for headers in ({}, {CSRF_HEADER: "guess"}, {CSRF_HEADER: of_another}):
            answer = sara.http.request(method, API + where, headers=headers, json={})
            assert answer.status_code == 403, f"{method} {path} {answer.text}"


def test_roles_and_actions_name_each_other() -> None:
    assert {role for roles in ACTIONS.values() for role in roles} == set(ROLES)
    assert {role for _, role, _ in TEAM} == set(ROLES) - {"local", "public reader"}


def report(client: Client, commitment: str = "R2", **more: str) -> httpx2.Response:
    body = {
        "commitment": commitment,
        "reported_on": "2025-12-20",
        "shows": "progress",
        "report": "said",
        "source": "a paper",
        **more,
    }
    answer: httpx2.Response = client.send("POST", "/evidence", body)
    return answer


def owner(client: Client, commitment: str) -> list[str]:
    found: list[str] = client.get(f"/commitments/{commitment}").json()["owed_by"]
    return found


def test_a_party_writes_its_own_record_and_disputes_another(team: Callable[[str], Client]) -> None:
    farid, farah = team("farid"), team("farah")
    mine = [
        c["id"]
        for c in farid.get("/commitments").json()
        if "XRL" in c["owed_by"] and "XEM" not in c["owed_by"]
    ]
    assert mine
    own = report(farid, mine[0], standing="owner")
    assert own.status_code == 201, own.text
    assert report(farid, mine[0], standing="outside").status_code == 403
    assert report(farah, mine[0], standing="outside").status_code == 403
    assert report(farah, mine[0], standing="owner", disputes=own.json()["id"]).status_code == 403
    dispute = report(farah, mine[0], standing="outside", disputes=own.json()["id"])
    assert dispute.status_code == 201, dispute.text
    held = {e["id"]: e for e in farid.get(f"/commitments/{mine[0]}").json()["evidence"]}
    assert held[dispute.json()["id"]]["disputes"] == own.json()["id"]


def test_verified_needs_two_persons(team: Callable[[str], Client]) -> None:
    viktor, vera, farid = team("viktor"), team("vera"), team("farid")
    assert report(viktor, standing="outside", meets_test="yes").status_code == 403
    said = report(viktor, standing="outside", shows="delivered", document="primary")
    assert said.status_code == 201, said.text
    path = f"/evidence/{said.json()['id']}/confirmation"
    assert viktor.send("POST", path, {"verdict": "yes"}).status_code == 403
    assert farid.send("POST", path, {"verdict": "yes"}).status_code == 403
    before = viktor.get("/commitments/R2").json()["status"]["delivery"]
    assert before != "verified"
    done = vera.send("POST", path, {"verdict": "yes", "reason": "seen on the line"})
    assert done.status_code == 200, done.text
    assert viktor.get("/commitments/R2").json()["status"]["delivery"] == "verified"
    entries = vera.get("/history", params={"table": "evidence", "row": said.json()["id"]}).json()
    assert [e["by"] for e in entries] == ["verifier: vera", "verifier: viktor"]


def test_the_secretariat_cannot_judge_its_own_report_by_editing_it(team: Callable[[str], Client]) -> None:
    sara = team("sara")
    said = report(sara, standing="outside")
    assert said.status_code == 201, said.text
    row = next(r for r in sara.get("/rows/evidence").json() if r["id"] == said.json()["id"])
    edit = {
        "table": "evidence",
        "id": row["id"],
        "cells": {**row["cells"], "meets_test": "yes"},
        "seen": row["digest"],
    }
    answer = sara.send("POST", "/edits", {"edits": [edit], "reason": "judged"})
    assert answer.status_code == 403, answer.text
    assert "two persons" in answer.json()["error"]


def test_a_date_moves_by_two_persons(team: Callable[[str], Client]) -> None:
    anna, farid, carl = team("anna"), team("farid"), team("carl")
    mine = [
        c
        for c in anna.get("/commitments").json()
        if "XRL" in c["owed_by"] and not c["closed"] and c["status"]["latest_promised"]
    ]
    assert mine
    item = mine[0]
    reason = anna.get("/programme").json()["reasons"][0]
    year = int(item["status"]["latest_promised"][:4]) + 1
    asked = anna.send(
        "POST", "/requests", {"item": item["id"], "new_date": f"{year}-03-31", "reason": reason}
    )
    assert asked.status_code == 201, asked.text
    path = f"/requests/{asked.json()['id']}/decision"
    own = anna.send("POST", path, {"grant": True})
    assert own.status_code == 403, own.text
    assert farid.send("POST", path, {"grant": True}).status_code == 403
    granted = carl.send("POST", path, {"grant": True})
    assert granted.status_code == 200, granted.text
    assert anna.get(f"/commitments/{item['id']}").json()["status"]["latest_promised"] == f"{year}-03-31"


def test_dates_are_not_moved_by_editing_rows(team: Callable[[str], Client]) -> None:
    sara = team("sara")
    row = sara.get("/rows/date_changes").json()[0]
    edit = {
        "table": "date_changes",
        "id": row["id"],
        "cells": {**row["cells"], "promised_for": "2040-01-01"},
        "seen": row["digest"],
    }
    answer = sara.send("POST", "/edits", {"edits": [edit], "reason": "moved"})
    assert answer.status_code == 403, answer.text


def test_offices_are_not_for_everybody(ridge: Path, people: object) -> None:
    with running(Config(str(ridge), people=people, public=True)) as address:  # type: ignore[arg-type]
        reader = Client(address)
        assert reader.get("/commitments").status_code == 200
        assert reader.get("/rows/contacts").status_code == 403
        assert reader.get("/tables/contacts.csv").status_code == 403
        assert reader.get("/history").status_code == 403
        assert reader.send("POST", "/trial", {"dates": {}}).status_code == 200
        assert reader.send("POST", "/edits", {"edits": [], "reason": "x"}).status_code in (401, 403)


@pytest.mark.parametrize("name", ["olga", "farid"])
def test_signing_out_ends_the_session_on_the_server(team: Callable[[str], Client], name: str) -> None:
    client = team(name)
    cookie = dict(client.http.cookies)
    assert client.get("/programme").status_code == 200
    assert client.http.delete(f"{API}/session").status_code == 403, "not by a link from elsewhere"
    assert client.send("DELETE", "/session").status_code == 200
    again = team("")
    for key, value in cookie.items():
        again.http.cookies.set(key, value)
    assert again.get("/programme").status_code == 401
