"""What who runs a server asks of it: health, numbers, proxies, releases, and files by their names."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from serving import PASSWORD, Client, running

import milepost
from milepost.errors import Unavailable, WrongUse
from milepost.store.folder import read
from milepost.store.stores import open_store
from milepost.store.transfer import copy
from milepost.web.app import API, Config
from milepost.web.people import People, SignInRefused
from milepost.web.pool import Pool


def test_health_and_numbers(alone: Client) -> None:
    assert alone.http.get("/health/live").json() == {"live": True}
    assert alone.http.get("/health/ready").json() == {"ready": True, "store": "answers"}
    alone.get("/register")
    alone.get("/commitments/none")
    told = alone.http.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain")
    assert 'milepost_answers_total{method="GET",status="200"}' in told.text
    assert "milepost_answer_seconds_bucket" in told.text
    assert "milepost_store_away 0.0" in told.text
    assert "R1" not in told.text
    assert "none" not in told.text


def test_health_tells_of_a_store_that_is_away(ridge: Path) -> None:
    with running(Config(str(ridge))) as address, httpx2.Client(base_url=address) as client:
        assert client.get("/health/ready").status_code == 200
        ridge.rename(ridge.with_name("away"))
        begin = time.monotonic()
        while (answer := client.get("/health/ready")).status_code != 503 and time.monotonic() - begin < 10:
            time.sleep(0.05)
        assert answer.json() == {"ready": False, "store": "away"}
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "https", "sent", "link"),
    [
        ((), False, {"x-forwarded-proto": "https", "x-forwarded-host": "localhost"}, "http://127.0.0.1"),
        ((), True, {}, "https://127.0.0.1"),
        (("127.0.0.1",), False, {"x-forwarded-proto": "https"}, "https://127.0.0.1"),
        (
            ("127.0.0.0/8",),
            False,
            {"x-forwarded-proto": "https", "x-forwarded-host": "localhost", "x-forwarded-port": "8443"},
            "https://localhost:8443/",
        ),
        (
            ("127.0.0.1",),
            False,
            {"x-forwarded-proto": "https", "x-forwarded-host": "localhost", "x-forwarded-port": "443"},
            "https://localhost/",
        ),
        (("10.0.0.0/8",), False, {"x-forwarded-proto": "https"}, "http://127.0.0.1"),
    ],
)
def test_forwarded_headers_are_believed_of_whom_one_trusts(
    proxies: tuple[str, ...], https: bool, sent: dict[str, str], link: str, ridge: Path
) -> None:
    with running(Config(str(ridge), proxies=proxies, https=https)) as address:
        answer = httpx2.get(f"{address}{API}/features", headers=sent)
        assert answer.json()["links"][0]["href"].startswith(link), answer.json()["links"][0]


def test_addresses_behind_a_proxy_are_told_apart(ridge: Path, people: People) -> None:
    with running(Config(str(ridge), people=people, proxies=("127.0.0.1",))) as address:
        for hop in ("203.0.113.7", "198.51.100.2, 203.0.113.8"):
            body = {"name": "nobody", "password": "not the right one"}
            httpx2.post(f"{address}{API}/session", json=body, headers={"x-forwarded-for": hop})
    assert {e.address for e in people.trail() if e.what == "sign-in failed"} == {"203.0.113.7", "203.0.113.8"}
    with pytest.raises(WrongUse, match="A trusted proxy is an address or a network"):
        running(Config(str(ridge), proxies=("the proxy",))).__enter__()


def test_the_usual_port_is_the_same_as_none(ridge: Path) -> None:
    with (
        running(Config(str(ridge), proxies=("127.0.0.1",), hosts=frozenset({"corridor.example"}))) as address,
        httpx2.Client(base_url=address) as client,
    ):
        outer = {"x-forwarded-proto": "https", "x-forwarded-host": "corridor.example:443"}
        csrf = client.get(f"{API}/session", headers=outer).json()["csrf"]
        for origin, status in (
            ("https://corridor.example", 422),
            ("https://corridor.example:443", 422),
            ("https://corridor.example:8443", 403),
            ("http://other.example", 403),
        ):
            headers = {**outer, "origin": origin, "x-milepost-csrf": csrf}
            answer = client.post(f"{API}/edits", json={}, headers=headers)
            assert answer.status_code == status, (origin, answer.text)


def test_many_tries_at_once_are_no_more_than_five(ridge: Path, people: People) -> None:
    hashed = []
    hasher = people._hasher

    class Counted:
        """The hasher, counting what it is asked to compare."""

        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

        def verify(self, *given: str) -> bool:
            hashed.append(1)
            return bool(hasher.verify(*given))

    people._hasher = Counted()  # type: ignore[assignment]
    for k in range(12):
        name = "olga" if k % 2 else "OLGA "
        with pytest.raises(SignInRefused):
            people.login(name, f"a wrong one {k}", address=f"198.51.100.{k}")
    assert len(hashed) == 5, "counted before anything is hashed, by the name as it is compared"


def test_names_that_look_the_same_are_one(people: People) -> None:
    for name in ("Olga", "OLGA", "оlga", "ｏｌｇａ", "olg\u0430"):
        with pytest.raises(WrongUse, match=r"looks the same|mixes alphabets"):
            people.add(name, "observer", "", PASSWORD)
    with pytest.raises(WrongUse, match="mixes alphabets"):
        people.add("Раul", "observer", "", PASSWORD)
    for name in ("Ольга", "علی\u200cرضا", "Zoë"):
        people.add(name, "observer", "", PASSWORD)
    assert people.login("zoë", PASSWORD)[1].person.name == "Zoë"


def test_passwords_that_are_tried_first_are_refused(people: People) -> None:
    for password in ("password1234", "123456789012", "qwertyuiopas", "iloveyou1234"):
        with pytest.raises(WrongUse, match="tried first"):
            people.add("xenia", "observer", "", password)
    with pytest.raises(WrongUse, match="password is the name"):
        people.add("maria teresa", "observer", "", "Maria Teresa")


def test_hashing_has_its_own_bounded_threads(alone: Client) -> None:
    assert isinstance(alone, Client)
    assert Pool(2, queue=32, of_one=8, seconds=20).waiting == 0


def test_what_a_newer_milepost_made_is_left_alone(tmp_path: Path) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    store = copy(records, str(tmp_path / "a.db"), by="test", reason="start")
    getattr(store, "close", lambda: None)()
    People(tmp_path / "people.db").close()
    for file, table in (("a.db", "alembic_version"), ("people.db", "people_version")):
        with sqlite3.connect(tmp_path / file) as link:
            link.execute(f"UPDATE {table} SET version_num = '9999'")
        link.close()
    with pytest.raises(Unavailable, match=r"made by a newer milepost \(schema 9999"):
        open_store(tmp_path / "a.db").read()
    with pytest.raises(Unavailable, match=r"made by a newer milepost \(schema 9999"):
        open_store(tmp_path / "a.db").upgrade()
    with pytest.raises(WrongUse, match=r"accounts were made by a newer milepost \(schema 9999"):
        People(tmp_path / "people.db")


@pytest.mark.parametrize("name", ["x%20y.db", "a?b.db", "a#b.db", "50%.db", "a&mode=ro.db", "по-русски.db"])
def test_the_file_that_was_named_is_the_file(name: str, tmp_path: Path) -> None:
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    store = copy(records, str(tmp_path / name), by="test", reason="start")
    getattr(store, "close", lambda: None)()
    assert (tmp_path / name).is_file()
    assert open_store(tmp_path / name).read()[0] is not None
    People(tmp_path / f"people {name}").close()
    left = {f.name for f in tmp_path.iterdir() if not f.name.endswith(("-wal", "-shm"))}
    assert left == {name, f"people {name}"}


def test_a_team_signs_in_while_a_pool_hashes(team: Callable[[str], Client]) -> None:
    assert team("olga").get("/register").status_code == 200
