"""Several programmes in one server: each as it is alone, and none known to who has no right in it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from serving import PASSWORD, TEAM, Client, running_several

import milepost
from milepost.cli import run
from milepost.errors import MilepostError, WrongUse
from milepost.web.app import API, Config, create_app, create_several
from milepost.web.people import NO_ROLE, People, account_number
from milepost.web.rights import ACTIONS
from milepost.web.security import CSRF_HEADER, Limits
from milepost.web.several import desks_of

MANY = Limits(1_000_000, 1_000_000, 1_000_000, 1_000_000)
SECRET = "Secret valley"
FILL = {
    "ident": "R1",
    "name": "nodes",
    "kind": "csv",
    "token": "nothing",
    "table": "nodes",
    "lang": "en",
    "origin": "N1",
    "destination": "N2",
    "number": "1",
}


def copy_of_ridge(folder: Path, key: str, title: str) -> Path:
    shutil.copytree(milepost.example("ridge"), folder)
    file = folder / "programme.toml"
    text = file.read_text(encoding="utf-8").replace('key = "ridge"', f'key = "{key}"')
    file.write_text(text.replace("The Ridge (an invented corridor)", title), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two programmes with the same ids; only their keys and titles tell them apart."""
    base = tmp_path_factory.mktemp("two")
    return copy_of_ridge(base / "a", "ridge", "Open ridge"), copy_of_ridge(base / "b", "valley", SECRET)


@pytest.fixture(scope="module")
def persons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Each of the team has its role in the first programme alone; bea has other roles in the two."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    kept = People(tmp_path_factory.mktemp("people") / "people.db", hasher=quick)
    for name, role, party in TEAM:
        kept.add(name, NO_ROLE, "", PASSWORD)
        kept.set_right(name, "ridge", role, party)
    kept.add("bea", "secretariat", "", PASSWORD)
    kept.set_right("bea", "valley", "observer")
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def server(two: tuple[Path, Path], persons: People) -> Iterator[str]:
    with running_several([str(p) for p in two], Config("", people=persons, limits=MANY)) as address:
        yield address


def endpoints(path: Path) -> list[tuple[str, str, str]]:
    paths = create_app(Config(str(path))).openapi()["paths"]
    found = []
    for where, methods in paths.items():
        for key, value in FILL.items():
            where = where.replace("{" + key + "}", value)
        found += [(m.upper(), where, about["x-milepost-action"]) for m, about in methods.items()]
    return found


class InProcess:
    """A browser whose server runs in its own process, without a network between them."""

    def __init__(self, app: Any, root: str = "") -> None:
        # a thread of its own: where a browser is open, this one's loop runs already
        self._thread = ThreadPoolExecutor(1)
        self._loop, self._root, self.csrf = asyncio.new_event_loop(), root, ""
        self._http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://localhost")

    def get(self, where: str) -> httpx2.Response:
        return self.ask("GET", where)

    def ask(self, method: str, where: str, **more: Any) -> httpx2.Response:
        sent = {CSRF_HEADER: self.csrf, "if-none-match": '"x"'}
        asked = self._http.request(method, self._root + where, headers=sent, **more)
        return self._thread.submit(self._loop.run_until_complete, asked).result()

    def sign_in(self, name: str) -> InProcess:
        answer = self.ask("POST", f"{API}/session", json={"name": name, "password": PASSWORD})
        self.csrf = answer.json()["csrf"]
        return self

    def close(self) -> None:
        self._thread.submit(self._loop.run_until_complete, self._http.aclose()).result()
        self._thread.shutdown()
        self._loop.close()


def bare(answer: httpx2.Response) -> bytes:
    """A body without its address and without what differs from one reading to the next."""
    text = answer.content.replace(b"/p/ridge", b"")
    if not answer.headers.get("content-type", "").partition(";")[0].endswith(("json", "json;version=3.0")):
        return text
    found = json.loads(text)
    if isinstance(found, dict):
        for moment in ("csrf", "read_at", "made_at", "servers", "timeStamp"):
            found.pop(moment, None)
    return json.dumps(found, ensure_ascii=False).encode()


def test_a_programme_answers_under_several_as_it_does_alone(two: tuple[Path, Path]) -> None:
    places = [str(p) for p in two]
    alone = InProcess(create_app(Config(places[0], documents=two[0] / "documents")))
    several = create_several(Config(""), desks_of(places, Config(""), None))
    among, overview = InProcess(several, "/p/ridge"), InProcess(several)
    looked = 0
    for method, where, _ in endpoints(two[0]):
        if method != "GET" or "/oidc/" in where or where.endswith(("/progress", ".xlsx", "/events")):
            continue
        first, second = _settled(alone, where), _settled(among, where)
        assert first.status_code == second.status_code, where
        assert bare(first) == bare(second), where
        assert [first.headers.get(h) for h in ("content-type", "content-disposition")] == [
            second.headers.get(h) for h in ("content-type", "content-disposition")
        ], where
        looked += 1
    page = alone.get("/")
    assert among.get("/").content == page.content
    assert b"data-programmes" not in page.content
    assert b'data-programmes="several"' in overview.get("/").content
    assert looked > 38
    for client in (alone, among, overview):
        client.close()


def _settled(client: InProcess, where: str) -> httpx2.Response:
    """An answer once its values are there."""
    while (answer := client.get(where)).status_code == 202 or b'"stale":true' in answer.content[-200:]:
        pass
    return answer


def test_who_has_no_role_sees_what_there_is_not(two: tuple[Path, Path], persons: People) -> None:
    """Every address and method: the same bytes and headers as of a programme that is not."""
    asked = endpoints(two[0])
    assert len(asked) > 60
    config = Config("", people=persons, limits=MANY)
    app = create_several(config, desks_of([str(p) for p in two], config, None))
    for name in ("sara", ""):
        client = InProcess(app)
        if name:
            client.sign_in(name)
            titles = client.get(f"{API}/programmes").text + client.get(f"{API}/inbox").text
            assert "Open ridge" in titles
            assert SECRET not in titles
            assert "valley" not in titles
        for method, where, _ in asked:
            hidden, nothing = (_told(client.ask(method, f"/p/{key}{where}")) for key in ("valley", "nowhere"))
            assert hidden == nothing, f"{method} {where}"
            assert hidden[0] == (404 if name or "/feeds/" in where else 401), f"{method} {where}"
        for where in ("", "/", "/assets/x.js", "/api/v1/feeds/x.ics/y", "/%2e%2e/ridge/"):
            of = [_told(client.get(f"/p/{key}{where}")) for key in ("valley", "nowhere")]
            assert of[0] == of[1], where
        client.close()


def _told(answer: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    each = ("date", "x-request-id")
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k not in each}


def _client(server: str, name: str) -> Client:
    client = Client(server)
    if name:
        assert client.sign_in(name).status_code == 200
    return client


PROBES = {
    "read": ("GET", "/register"),
    "read offices": ("GET", "/proposals"),
    "compute": ("GET", "/jobs/none"),
    "own sessions": ("GET", "/sessions"),
    "subscribe": ("POST", "/feeds"),
    "try": ("POST", "/trial"),
    "report": ("POST", "/evidence"),
    "ask": ("POST", "/requests"),
    "decide": ("POST", "/requests/none/decision"),
    "confirm": ("POST", "/evidence/none/confirmation"),
    "comment": ("POST", "/comments"),
    "edit": ("POST", "/meetings"),
    "agree": ("POST", "/proposals/1/decision"),
    "send": ("POST", "/letters/sent"),
}


def test_a_role_counts_in_its_own_programme(two: tuple[Path, Path], persons: People) -> None:
    """Every role, both programmes, every act: bea is of the secretariat here and an observer there."""
    assert set(PROBES) == set(ACTIONS) - {"open", "verify"}
    of = {name: {"ridge": role} for name, role, _ in TEAM} | {
        "bea": {"ridge": "secretariat", "valley": "observer"}
    }
    config = Config("", people=persons, limits=MANY)
    app = create_several(config, desks_of([str(p) for p in two], config, None))
    for name, roles in of.items():
        client = InProcess(app).sign_in(name)
        assert [p["key"] for p in client.get(f"{API}/programmes").json()] == list(roles)
        for key in ("ridge", "valley"):
            for act, (method, where) in PROBES.items():
                answer = client.ask(method, f"/p/{key}{API}{where}")
                hidden = answer.status_code == 404 and "no such address" in answer.text
                may = roles.get(key) in ACTIONS[act]
                about = f"{name} {act} {key}: {answer.status_code} {answer.text[:100]}"
                assert hidden == (key not in roles), about
                assert (answer.status_code == 403) == (key in roles and not may), about
                assert answer.status_code != 401, about
        client.close()


def test_nothing_is_written_without_the_token_of_the_session(server: str) -> None:
    client, other = _client(server, "bea"), _client(server, "sara")
    where = f"/p/ridge{API}/feeds"
    for token, status in ((client.csrf, 200), (other.csrf, 403), ("", 403)):
        answer = client.http.post(where, headers={CSRF_HEADER: token})
        assert answer.status_code == status, answer.text


def test_a_secret_address_opens_its_own_programme_while_there_is_a_role(server: str, persons: People) -> None:
    persons.add("fay", "observer", "", PASSWORD)
    client, nobody = _client(server, "fay"), httpx2.Client(base_url=server)
    made = client.http.post(f"/p/valley{API}/feeds", headers={CSRF_HEADER: client.csrf}).json()
    assert made["secret"]
    assert made["path"].startswith(f"/p/valley{API}/feeds/")
    assert SECRET in nobody.get(made["path"]).text
    elsewhere = nobody.get(made["path"].replace("valley", "ridge"))
    assert elsewhere.status_code == 404
    persons.set_right("fay", "valley", NO_ROLE)
    taken = nobody.get(made["path"])
    assert (taken.status_code, taken.content) == (404, elsewhere.content)
    persons.set_right("fay", "valley", "")
    assert nobody.get(made["path"]).status_code == 200
    persons.remove("fay")
    assert nobody.get(made["path"]).status_code == 404
    nobody.close()


def test_one_inbox_over_all_programmes(server: str) -> None:
    """What is overdue waits for the secretariat of the one, and not for the observer of the other."""
    client = _client(server, "bea")
    found = client.get("/inbox?lang=fa").json()
    assert {w["programme"] for w in found} == {"ridge"}
    assert [w["id"] for w in found if w["kind"] == "report"] == ["R3"]
    assert all(w["href"].startswith("/p/ridge/#") for w in found)
    counts = {p["key"]: p["waiting"] for p in client.get("/programmes").json()}
    assert counts == {"ridge": len(found), "valley": 0}
    assert _client(server, "olga").get("/inbox").json() == []
    public = httpx2.get(f"{server}{API}/inbox")
    assert (public.status_code, public.json()["error"]) == (401, "Sign in first.")


def test_requests_claims_and_proposals_wait_for_who_may_decide_them(tmp_path: Path, persons: People) -> None:
    a = copy_of_ridge(tmp_path / "a", "ridge", "Open ridge")
    assert run(["record", str(a), "--by", "test", "--reason", "begin"]) == 0
    with running_several(
        [str(a), f"valley={_damaged(tmp_path / 'b')}"], Config("", people=persons, limits=MANY)
    ) as at:
        sara, bea, anna = (_client(at, name) for name in ("sara", "bea", "anna"))
        asked = {
            "item": "R2",
            "new_date": "2031-06-30",
            "reason": "funding",
            "text": "no money yet",
        }
        answer = anna.http.post(f"/p/ridge{API}/requests", json=asked, headers={CSRF_HEADER: anna.csrf})
        assert answer.status_code == 201, answer.text
        assert "request" in _kinds(sara)
        assert "request" in _kinds(bea)
        assert "request" not in _kinds(anna)


def _kinds(client: Client) -> set[str]:
    return {w["kind"] for w in client.get("/inbox").json()}


def _keys(*places: str) -> list[str]:
    return [d.config.key for d in desks_of(places, Config(""), None)]


def _damaged(folder: Path) -> Path:
    copy_of_ridge(folder, "valley", SECRET)
    (folder / "commitments.csv").write_text('broken,"\n', encoding="utf-8")
    return folder


def test_one_that_is_damaged_does_not_take_the_others_down(two: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "file.db").write_text("no database", encoding="utf-8")
    places = [
        str(two[0]),
        f"hurt={_damaged(tmp_path / 'b')}",
        str(tmp_path / "file.db"),
        str(tmp_path / "no"),
    ]
    with running_several(places, Config("")) as at, httpx2.Client(base_url=at, timeout=60) as client:
        found = {p["key"]: p for p in client.get(f"{API}/programmes").json()}
        assert [(k, p["state"]) for k, p in found.items()] == [
            ("ridge", "good"),
            ("hurt", "faulty"),
            ("file", "away"),
            ("no", "faulty"),
        ]
        assert "not CSV" in found["hurt"]["fault"]
        assert all(p["fault"] for k, p in found.items() if k != "ridge")
        assert client.get(f"/p/ridge{API}/register").status_code == 200
        assert client.get(f"/p/hurt{API}/register").status_code == 422
        assert client.get(f"/p/file{API}/register").status_code == 503
        health = client.get("/health/ready")
        assert (health.status_code, health.json()) == (
            200,
            {"ready": True, "store": "away", "programmes": 4, "away": 2},
        )
        numbers = client.get("/metrics").text
        assert 'milepost_store_away{programme="file"} 1.0' in numbers
        assert 'milepost_store_away{programme="ridge"} 0.0' in numbers


def test_keys(two: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = map(str, two)
    assert _keys(a, b) == ["ridge", "valley"]
    assert _keys(a, f"again={a}") == ["ridge", "again"]
    with pytest.raises(WrongUse, match="Two programmes have the key 'ridge'"):
        _keys(a, a)
    with pytest.raises(MilepostError):  # none can be read
        _keys(str(tmp_path / "x"), str(tmp_path / "y"))
    odd = tmp_path / "Odd Näme (2).db"
    sqlite3.connect(odd).close()
    assert _keys(a, str(odd))[1] == "odd-n-me-2"


def test_memory_and_threads_are_shared(two: tuple[Path, Path]) -> None:
    desks = desks_of([f"k{n}={two[0]}" for n in range(6)], Config(""), None)
    assert len({id(d.heavy) for d in desks}) == len({id(d.shared.answers) for d in desks}) == 1
    assert sum(d.state._kept for d in desks) <= 12
    assert len({id(d.jobs._turn) for d in desks}) == 1
    assert len({id(d.jobs) for d in desks}) == 6


def test_rights_are_set_at_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "p.db")
    quick = People(file, hasher=PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    quick.add("ann", "observer", "", PASSWORD)

    def rows() -> list[tuple[str, str, str, str]]:
        return [(a.name, a.role, a.party, a.programme) for a in quick.accounts()]

    set_role = ["people", "role", "ann", "--people", file, "--programme", "north", "--role"]
    assert run([*set_role, "focal point", "--party", "XRL"]) == 0
    assert rows() == [("ann", "observer", "", ""), ("ann", "focal point", "XRL", "north")]
    capsys.readouterr()
    assert run(["people", "list", "--people", file, "--csv"]) == 0
    number = account_number("ann")
    assert capsys.readouterr().out.splitlines() == [
        "name,role,party,programme,number",
        f"ann,observer,,,{number}",
        f"ann,focal point,XRL,north,{number}",
    ]
    assert run([*set_role, "none"]) == 0
    assert rows()[1:] == [("ann", "none", "", "north")]
    assert quick.of("north").all()[0].role == NO_ROLE
    assert quick.of("south").all()[0].role == "observer"
    assert run([*set_role, ""]) == 0
    assert rows() == [("ann", "observer", "", "")]
    for wrong in (["observer", "--programme", "No Key"], ["emperor"]):
        assert run([*set_role, *wrong]) != 0
    assert [e.what for e in quick.trail()].count("new role") == 3
    quick.close()
