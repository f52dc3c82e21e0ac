"""Attacks on signing in: what can be learnt of names, who can be kept out, what a browser can be made to
send."""

from __future__ import annotations

import datetime as dt
import json
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from serving import PASSWORD, Client, running

from milepost.web.app import API, Config, create_app
from milepost.web.people import REFUSED, TOO_MANY, People, SignInRefused
from milepost.web.security import COOKIE, CSRF_HEADER, Limits
from torture import many, tortured

CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
Team = Callable[[str], Client]
HOME, CAFE, FAR = "192.0.2.7", "192.0.2.9", "198.51.100.{}"


@pytest.fixture
def kept(tmp_path: Path, clock: list[dt.datetime]) -> People:
    found = People(tmp_path / "p.db", now=lambda: clock[0], hasher=CHEAP)
    found.add("anna", "approver", "XRL", PASSWORD)
    found.add("olga", "observer", "", PASSWORD)
    return found


def tries(kept: People, name: str, address: str, password: str = "not the password") -> str:
    """What a try to sign in is told; "" for one that comes in."""
    try:
        kept.login(name, password, address=address)
    except SignInRefused as refused:
        return str(refused)
    return ""


# ---- who can be kept out


def test_nobody_far_away_keeps_a_person_out_of_where_she_signs_in(
    kept: People, clock: list[dt.datetime]
) -> None:
    assert tries(kept, "anna", HOME, PASSWORD) == ""
    for hour in range(3):
        for k in range(30):
            tries(kept, "anna", FAR.format(k))
        assert tries(kept, "anna", FAR.format(99), PASSWORD) == TOO_MANY, "the name is guessed at from afar"
        assert tries(kept, "anna", CAFE, PASSWORD) == TOO_MANY, "as is an address that nobody knows"
        assert tries(kept, "anna", HOME, PASSWORD) == "", hour
        clock[0] += dt.timedelta(minutes=5)


def test_whoever_guesses_where_a_person_signs_in_is_stopped_there_too(kept: People) -> None:
    assert tries(kept, "anna", HOME, PASSWORD) == ""
    told = [tries(kept, "anna", HOME) for _ in range(8)]
    assert told == [REFUSED] * 5 + [TOO_MANY] * 3
    assert tries(kept, "anna", HOME, PASSWORD) == TOO_MANY


def test_where_somebody_else_signs_in_is_known_for_nobody_but_them(kept: People) -> None:
    assert tries(kept, "olga", CAFE, PASSWORD) == ""
    for k in range(6):
        tries(kept, "anna", FAR.format(k))
    assert tries(kept, "anna", CAFE, PASSWORD) == TOO_MANY
    assert tries(kept, "olga", CAFE, PASSWORD) == ""


def test_an_address_is_forgotten_after_a_month(kept: People, clock: list[dt.datetime]) -> None:
    assert tries(kept, "anna", HOME, PASSWORD) == ""
    clock[0] += dt.timedelta(days=31)
    for k in range(6):
        tries(kept, "anna", FAR.format(k))
    assert tries(kept, "anna", HOME, PASSWORD) == TOO_MANY


@tortured(many(300, 3000))
def test_guesses_at_one_name_are_bounded_however_many_addresses_make_them(
    kept: People, clock: list[dt.datetime]
) -> None:
    assert tries(kept, "anna", HOME, PASSWORD) == ""
    compared_with_the_password = 0
    for k in range(many(300, 3000)):
        told = tries(kept, "anna", HOME if k % 7 == 0 else f"10.{k % 250}.{k // 250}.1")
        compared_with_the_password += told == REFUSED
        clock[0] += dt.timedelta(seconds=1)
    quarters = 1 + many(300, 3000) // 900
    assert compared_with_the_password <= 10 * quarters, "five from anywhere, five from where she signs in"


def test_names_tried_from_one_address_are_bounded_and_an_account_of_ones_own_does_not_help(
    kept: People,
) -> None:
    told = []
    for k in range(30):
        told.append(tries(kept, f"somebody {k}", CAFE))
        if k % 3 == 0:
            tries(kept, "olga", CAFE, PASSWORD)
    assert told.count(REFUSED) <= 20
    assert told[-1] == TOO_MANY


def test_the_addresses_of_one_network_of_ipv6_are_one(kept: People, ridge: Path, people: People) -> None:
    told = [tries(kept, f"somebody {k}", f"2001:db8:7:7:{k:x}::{k:x}") for k in range(30)]
    assert told.count(REFUSED) == 20
    assert tries(kept, "somebody", "2001:db8:7:8::1") == REFUSED, "another network"
    config = Config(str(ridge), people=people, limits=Limits(sign_ins_per_minute=5), proxies=("127.0.0.1",))
    with running(config) as address:
        codes = []
        for k in range(12):
            headers = {"x-forwarded-for": f"2001:db8:1:1::{k:x}"}
            body = {"name": f"x{k}", "password": "y" * 12}
            codes.append(httpx2.post(f"{address}{API}/session", json=body, headers=headers).status_code)
        assert codes.count(429) == 7
        mapped = [f"::ffff:192.0.2.{k}" for k in range(5)]
        for one in mapped:  # addresses of IPv4 stay what they are
            body = {"name": "x", "password": "y" * 12}
            answer = httpx2.post(f"{address}{API}/session", json=body, headers={"x-forwarded-for": one})
            assert answer.status_code == 400


# ---- what can be learnt


def test_a_name_that_there_is_takes_as_long_as_one_that_there_is_not(tmp_path: Path) -> None:
    """A hash of full strength each; what lies beside it does not grow with the number of accounts."""
    kept = People(tmp_path / "p.db", hasher=CHEAP)
    for k in range(400):
        kept.add(f"person number {k}", "observer", "", PASSWORD) if k < 3 else _add_quickly(kept, k)
    took: dict[str, list[float]] = {"known": [], "written otherwise": [], "unknown": []}
    names = {"known": "person number 1", "written otherwise": "PERSON number 1", "unknown": "nobody at all"}
    for n in range(41):
        for kind, name in names.items():
            kept.forget_tries("person number 1")
            kept.forget_tries("nobody at all")
            begin = time.thread_time()
            tries(kept, name, f"10.0.{n}.{len(kind)}")
            took[kind].append(time.thread_time() - begin)
    middle = {kind: statistics.median(found[5:]) for kind, found in took.items()}
    assert max(middle.values()) - min(middle.values()) < 0.002, middle  # a full hash takes 50 ms and more


def _add_quickly(kept: People, k: int) -> None:
    from sqlalchemy import insert

    from milepost.web.accounts import PERSONS

    row = {"name": f"person number {k}", "role": "observer", "party": "", "password": "", "issuer": ""}
    with kept.engine.begin() as link:
        link.execute(insert(PERSONS).values(**row, subject=""))


def test_every_refusal_is_the_same_sentence(kept: People) -> None:
    kept.add("oda", "observer", "", issuer="https://id.example", subject="7")
    secret = kept.new_totp("olga")
    assert secret
    told = {
        tries(kept, "nobody", "10.0.0.1"),
        tries(kept, "anna", "10.0.0.2"),
        tries(kept, "oda", "10.0.0.3"),
        tries(kept, "oda", "10.0.0.3", ""),
        tries(kept, "olga", "10.0.0.4", PASSWORD),  # without its code
        tries(kept, "", "10.0.0.5"),
        tries(kept, "anna\0", "10.0.0.6", PASSWORD),
        tries(kept, "' OR 1=1 --", "10.0.0.7"),
        tries(kept, "an%", "10.0.0.8", PASSWORD),
    }
    assert told == {REFUSED}
    for k in range(8):
        assert tries(kept, "nobody", FAR.format(k)) in (REFUSED, TOO_MANY)
    assert tries(kept, "nobody", "10.0.0.9") == TOO_MANY, "a name that there is not is locked as well"


# ---- what a browser can be made to do


def test_a_session_that_was_planted_is_never_anybodys(team: Team, people: People) -> None:
    planted = "planted-" + "x" * 35
    victim = team("")
    victim.http.cookies.set(COOKIE, planted)
    answer = victim.http.post(f"{API}/session", json={"name": "olga", "password": PASSWORD})
    assert answer.status_code == 200
    given = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert given is not None
    assert given[1] != planted
    assert people.session(planted) is None
    attacker = team("")
    attacker.http.cookies.set(COOKIE, planted)
    assert attacker.get("/sessions").status_code == 401
    two = {"cookie": f"{COOKIE}={planted}; {COOKIE}={given[1]}"}
    assert attacker.http.get(f"{API}/programme", headers=two).status_code in (200, 401)
    assert people.session(planted) is None


def test_signing_in_gives_another_token_each_time_and_the_one_before_ends(team: Team) -> None:
    client, seen = team("olga"), set[str]()
    for _ in range(5):
        before = client.http.cookies[COOKIE]
        assert client.sign_in("olga").status_code == 200
        seen |= {before, client.http.cookies[COOKIE]}
        old = {"cookie": f"{COOKIE}={before}"}
        assert httpx2.get(f"{client.http.base_url}{API}/sessions", headers=old).status_code == 401
    assert len(seen) == 6


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("root", ["", "/milepost"])
def test_no_cookie_can_be_read_by_a_script_or_sent_from_another_site(
    ridge: Path, people: People, https: bool, root: str
) -> None:
    config = Config(str(ridge), people=people, https=https, root=root)
    with running(config) as address, httpx2.Client(base_url=address + root) as client:
        body = {"name": "olga", "password": PASSWORD}
        answers = [client.post(f"{API}/session", json=body), client.delete(f"{API}/session")]
        answers.append(client.post(f"{API}/session/passkey/begin"))
        answers.append(client.post(f"{API}/session/passkey"))
        set_cookies = [c for a in answers for c in a.headers.get_list("set-cookie")]
    assert set_cookies
    for cookie in set_cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert "httponly" in flags, cookie
        assert "samesite=strict" in flags, cookie
        assert ("secure" in flags) == https, cookie
        assert not any(flag.startswith("domain") for flag in flags), cookie
        assert any(flag.startswith(f"path={root}/") for flag in flags), cookie
        if https:
            assert cookie.startswith(("__Secure-", "__Host-")), cookie


def test_nothing_is_written_from_another_site_by_any_address(ridge: Path, team: Team, people: People) -> None:
    """Each address that writes, asked as a browser asks that another site sends there: with its cookie."""
    sara = team("sara")
    before = (sara.get("/history").json(), len(people.trail()))
    schema = create_app(Config(str(ridge))).openapi()
    writing = [(m.upper(), p) for p, found in schema["paths"].items() for m in found if m != "get"]
    assert len(writing) > 25
    asked = 0
    for method, path in writing:
        where = re.sub(r"\{[^}]+\}", "x", path)
        for headers in (
            {"origin": "https://evil.example", CSRF_HEADER: sara.csrf},
            {"origin": "null", CSRF_HEADER: sara.csrf},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site", CSRF_HEADER: sara.csrf},
            {"origin": str(sara.http.base_url).replace("127.0.0.1", "127.0.0.1.evil.example")},
        ):
            for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
                answer = sara.http.request(
                    method, where, headers={**headers, "content-type": kind}, content=json.dumps({})
                )
                assert answer.status_code == 403, (method, path, headers, answer.text)
                asked += 1
    assert asked == 15 * len(writing)
    assert (sara.get("/history").json(), len(people.trail())) == before


def test_no_get_writes_anything(ridge: Path, team: Team, people: People) -> None:
    """A link or a picture on another site makes a browser GET, with no token."""
    sara = team("sara")
    before = (sara.get("/history").json(), len(people.trail()), len(people.sessions("sara")))
    schema = create_app(Config(str(ridge))).openapi()
    reading = [p for p, found in schema["paths"].items() if "get" in found and "/events" not in p]
    for path in reading:
        where = re.sub(r"\{ident\}", "R1", path).replace("{name}.{kind}", "commitments.csv")
        where = re.sub(r"\{[^}]+\}", "x", where)
        assert sara.http.get(where).status_code < 500, path
    assert (sara.get("/history").json(), len(people.trail()), len(people.sessions("sara"))) == before
