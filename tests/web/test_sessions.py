"""One's own sessions, listed and ended; and a second factor of which each code is taken once."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from argon2 import PasswordHasher
from serving import PASSWORD, Client

from milepost.cli import run
from milepost.errors import WrongUse
from milepost.web.app import API
from milepost.web.people import REFUSED, People, SignInRefused

CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
Team = Callable[[str], Client]


def test_sessions_are_listed_and_ended_by_their_owner_alone(team: Team, people: People) -> None:
    here, there, other = team("sara"), team("sara"), team("olga")
    mine = here.get("/sessions").json()["sessions"]
    assert len(mine) == 2
    assert [s["this"] for s in mine].count(True) == 1
    far = next(s for s in mine if not s["this"])
    assert other.get("/sessions").json()["sessions"][0]["id"] not in {s["id"] for s in mine}
    assert other.send("DELETE", f"/sessions/{far['id']}").status_code == 404, "somebody else's"
    assert there.get("/sessions").status_code == 200
    no_token = here.http.request("DELETE", f"{API}/sessions/{far['id']}")
    assert no_token.status_code == 403, "without the token of the session"
    assert here.send("DELETE", f"/sessions/{far['id']}").json() == {"ended": 1}
    assert there.get("/sessions").status_code == 401
    assert here.send("DELETE", f"/sessions/{far['id']}").status_code == 404
    team("sara"), team("sara")
    assert here.send("DELETE", "/sessions").json() == {"ended": 2}
    assert [s["this"] for s in here.get("/sessions").json()["sessions"]] == [True]
    assert other.get("/sessions").status_code == 200
    assert team("").get("/sessions").status_code == 401
    assert {"session ended", "sessions ended"} <= {e.what for e in people.trail()}


def test_the_id_of_a_session_opens_nothing(team: Team) -> None:
    here = team("sara")
    ident = here.get("/sessions").json()["sessions"][0]["id"]
    assert all(ident not in value for value in here.http.cookies.values())


def test_a_single_user_has_no_sessions(alone: Client) -> None:
    assert alone.get("/sessions").json() == {"sessions": []}
    assert alone.send("DELETE", "/sessions").json() == {"ended": 0}


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def guarded(tmp_path: Path) -> tuple[People, Clock, pyotp.TOTP]:
    """Sara with a second factor, and her app."""
    clock = Clock()
    kept = People(tmp_path / "people.db", now=clock, hasher=CHEAP)
    kept.add("sara", "secretariat", "", PASSWORD)
    address = urlsplit(kept.new_totp("sara"))
    assert address.scheme == "otpauth"
    return kept, clock, pyotp.TOTP(parse_qs(address.query)["secret"][0])


def test_a_code_is_needed_and_taken_once(guarded: tuple[People, Clock, pyotp.TOTP]) -> None:
    kept, clock, app = guarded
    code = app.at(clock.now)
    for wrong in ("", "000000" if code != "000000" else "000001", code[:5], f"{code}0", "٠١٢٣٤٥"):
        with pytest.raises(SignInRefused, match="Name or password is wrong") as said:
            kept.login("sara", PASSWORD, code=wrong)
        assert str(said.value) == REFUSED, "it says no more than to somebody without the password"
        clock.now += dt.timedelta(minutes=20)
    with pytest.raises(SignInRefused):
        kept.login("sara", "not the password at all", code=app.at(clock.now))
    code = app.at(clock.now)
    assert kept.login("sara", PASSWORD, code=f"{code[:3]} {code[3:]}")
    with pytest.raises(SignInRefused):
        kept.login("sara", PASSWORD, code=code)
    clock.now += dt.timedelta(seconds=30)
    with pytest.raises(SignInRefused):
        kept.login("sara", PASSWORD, code=code)
    assert kept.login("sara", PASSWORD, code=app.at(clock.now))
    clock.now += dt.timedelta(seconds=90)
    assert kept.login("sara", PASSWORD, code=app.at(clock.now - dt.timedelta(seconds=30))), (
        "half a minute late"
    )
    clock.now += dt.timedelta(minutes=5)
    with pytest.raises(SignInRefused):
        kept.login("sara", PASSWORD, code=app.at(clock.now - dt.timedelta(seconds=90)))
    kept.no_totp("sara")
    assert kept.login("sara", PASSWORD)
    kept.close()


def test_of_many_at_once_with_one_code_one_comes_in(guarded: tuple[People, Clock, pyotp.TOTP]) -> None:
    kept, clock, app = guarded
    code, came = app.at(clock.now), list[str]()

    def enter() -> None:
        with suppress(SignInRefused):
            came.append(kept.login("sara", PASSWORD, code=code)[0])

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 1
    kept.close()


def test_a_new_secret_ends_sessions_and_the_old_one(guarded: tuple[People, Clock, pyotp.TOTP]) -> None:
    kept, clock, app = guarded
    token, _ = kept.login("sara", PASSWORD, code=app.at(clock.now))
    clock.now += dt.timedelta(minutes=1)
    kept.new_totp("sara")
    assert kept.session(token) is None
    with pytest.raises(SignInRefused):
        kept.login("sara", PASSWORD, code=app.at(clock.now))
    kept.add("otto", "observer", issuer="https://id.example", subject="7")
    with pytest.raises(WrongUse, match="identity provider"):
        kept.new_totp("otto")
    kept.close()


def test_the_server_asks_for_the_code(team: Team, people: People) -> None:
    secret = parse_qs(urlsplit(people.new_totp("vera")).query)["secret"][0]
    client = team("")
    assert client.sign_in("vera").status_code == 400
    body = {"name": "vera", "password": PASSWORD, "code": pyotp.TOTP(secret).now()}
    assert client.http.post(f"{API}/session", json=body).status_code == 200
    assert secret not in json.dumps([vars(e) for e in people.trail()])


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = str(tmp_path / "people.db")
    kept = People(where, hasher=CHEAP)
    kept.add("sara", "secretariat", "", PASSWORD)
    token, _ = kept.login("sara", PASSWORD)
    kept.login("sara", PASSWORD)
    assert run(["people", "sessions", "sara", "--people", where, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["sessions"]
    assert len(found) == 2
    assert run(["people", "sessions", "sara", "--people", where, "--end", found[0]["id"]]) == 0
    assert run(["people", "sessions", "sara", "--people", where, "--end", "none such"]) == 2
    assert len(kept.sessions("sara")) == 1
    assert run(["people", "sessions", "sara", "--people", where, "--end", "all"]) == 0
    assert kept.session(token) is None
    capsys.readouterr()
    assert run(["people", "totp", "sara", "--people", where]) == 0
    assert "otpauth://totp/" in capsys.readouterr().out
    with pytest.raises(SignInRefused):
        kept.login("sara", PASSWORD)
    assert run(["people", "totp", "sara", "--people", where, "--remove"]) == 0
    assert kept.login("sara", PASSWORD)
    kept.close()
