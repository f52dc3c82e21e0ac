"""A session that was good a moment ago is not asked for again, and what this server ends is ended at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from serving import PASSWORD, Client, running
from sqlalchemy import event

from milepost.web.app import API, Config
from milepost.web.people import NO_ROLE, People
from milepost.web.security import COOKIE
from milepost.web.sessions_held import HOLD, HeldSessions

CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
ENDS: dict[str, Callable[[People, str], Any]] = {
    "signed out": lambda p, token: p.logout(token),
    "all ended": lambda p, _: p.end_all("sara"),
    "ended by its id": lambda p, _: p.end_session("sara", p.sessions("sara")[0].id),
    "ended beside another": lambda p, _: p.end_others("sara"),
    "password": lambda p, _: p.set_password("sara", "another long enough one"),
    "role": lambda p, _: p.set_role("sara", "observer"),
    "right": lambda p, _: p.set_right("sara", "north", "observer"),
    "second factor": lambda p, _: p.new_totp("sara"),
    "no second factor": lambda p, _: p.no_totp("sara"),
    "removed": lambda p, _: p.remove("sara"),
}


@pytest.fixture
def kept(tmp_path: Path, clock: list[dt.datetime]) -> People:
    found = People(tmp_path / "p.db", now=lambda: clock[0], hasher=CHEAP)
    found.add("sara", "secretariat", "", PASSWORD)
    return found


@pytest.mark.parametrize("how", ENDS)
def test_what_this_server_ends_is_ended_at_once(kept: People, how: str) -> None:
    token, _ = kept.login("sara", PASSWORD)
    in_one = kept.of("north")
    assert kept.session(token)
    assert in_one.session(token)
    ENDS[how](kept, token)
    assert kept.session_at_once(token) is None
    assert in_one.session_at_once(token) is None
    assert kept.session(token) is None
    assert in_one.session(token) is None


def test_what_another_process_ends_is_seen_in_a_moment(
    kept: People, tmp_path: Path, clock: list[dt.datetime]
) -> None:
    token, _ = kept.login("sara", PASSWORD)
    assert kept.session(token)
    People(tmp_path / "p.db", hasher=CHEAP).end_all("sara")
    assert kept.session(token) is None, "who writes"
    clock[0] += HOLD
    assert kept.session_at_once(token) is None, "who reads"


def test_a_session_that_is_held_ends_when_its_time_is_over(kept: People, clock: list[dt.datetime]) -> None:
    token, _ = kept.login("sara", PASSWORD)
    assert kept.session(token)
    clock[0] += kept.idle - dt.timedelta(seconds=1)
    assert kept.session(token), "it was used"
    clock[0] += kept.idle
    assert kept.session_at_once(token) is None
    assert kept.session(token) is None


def test_an_answer_of_the_accounts_from_before_an_end_is_not_held(
    kept: People, clock: list[dt.datetime]
) -> None:
    held = HeldSessions()
    _, session = kept.login("sara", PASSWORD)
    before = held.changes
    held.end()
    held.put("", "digest", session, clock[0], before)
    assert held.get("", "digest", clock[0]) is None
    held.put("", "digest", session, clock[0], held.changes)
    assert held.get("", "digest", clock[0]) is session
    assert held.get("north", "digest", clock[0]) is None, "a role is one of a programme"
    assert held.get("", "digest", clock[0] + HOLD) is None
    assert held.get("", "digest", clock[0] - dt.timedelta(seconds=1)) is None, "a clock that went back"


def test_a_page_that_asks_for_ten_things_asks_the_accounts_once(ridge: Path, people: People) -> None:
    asked: list[str] = []
    with running(Config(str(ridge), people=people)) as address:
        client = Client(address)
        assert client.sign_in("olga").status_code == 200
        client.get("/programme")
        people._held.end()
        event.listen(people.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        for _ in range(5):
            for path in ("/programme", "/timetable"):
                assert client.get(path).status_code == 200
    assert sum("people_sessions" in question for question in asked) == 1


def test_nobody_reads_out_of_memory_what_is_not_for_them(ridge: Path, people: People) -> None:
    people.add("nora", NO_ROLE, "", PASSWORD)
    with running(Config(str(ridge), people=people)) as address:
        sara, nora = Client(address), Client(address)
        assert sara.sign_in("sara").status_code == 200
        assert nora.sign_in("nora").status_code == 200
        nobody = Client(address)
        for _ in range(3):
            assert sara.get("/programme").status_code == 200
            assert nora.get("/programme").status_code == 403
            assert nobody.get("/programme").status_code == 401
            wrong = {"cookie": "milepost_session=" + "x" * 43}
            assert nobody.http.get(f"{API}/programme", headers=wrong).status_code == 401
        assert sara.get("/rows/contacts").status_code == 200
        assert sara.send("DELETE", "/session").status_code == 200
        assert sara.get("/programme").status_code == 401


def test_who_signs_out_while_many_ask_reads_nothing_after_it(ridge: Path, people: People) -> None:
    with running(Config(str(ridge), people=people)) as address:
        for _ in range(3):
            client = Client(address)
            assert client.sign_in("olga").status_code == 200
            token = {"cookie": f"{COOKIE}={client.http.cookies[COOKIE]}"}
            out = threading.Event()
            late: list[int] = []

            def ask(out: threading.Event = out, late: list[int] = late, token: Any = token) -> None:
                mine = Client(address)
                for _ in range(40):
                    over = out.is_set()
                    status = mine.http.get(f"{API}/programme", headers=token).status_code
                    if over:
                        late.append(status)
                    if len(late) > 30:
                        return

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            assert client.send("DELETE", "/session").status_code == 200
            out.set()
            for thread in threads:
                thread.join()
            assert set(late) <= {401}
