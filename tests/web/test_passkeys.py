"""Sign-in by passkeys: added and removed by their owner alone, each challenge answered once, by this browser,
for this address; and nothing that a client may send gives a way in, or a fault of ours."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from authenticator import Authenticator, b64, unb64
from serving import PASSWORD, Client, running, running_several
from sqlalchemy import delete

import milepost
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.web.accounts import FAILURES
from milepost.web.app import Config
from milepost.web.passkeys import Passkeys, Site, site_of
from milepost.web.people import People
from milepost.web.security import Limits
from torture import first_seed, many, tortured

CHEAP = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
MANY = Limits(sign_ins_per_minute=100_000, writes_per_minute=100_000)


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[People]:
    where = str(tmp_path / "people.db")
    if request.param == "postgresql":
        where = request.getfixturevalue("place")("postgresql")
    found = People(where, now=Clock(), hasher=CHEAP)
    found.add("sara", "secretariat", "", PASSWORD)
    found.add("olga", "observer", "", PASSWORD)
    yield found
    found.close()


@pytest.fixture
def address(people: People, ridge: Path, tmp_path: Path) -> Iterator[str]:
    config = Config(str(ridge), people=people, documents=tmp_path / "documents", limits=MANY)
    with running(config) as found:
        yield found.replace("127.0.0.1", "localhost")


def signed_in(address: str, name: str = "sara") -> Client:
    found = Client(address)
    assert found.sign_in(name).status_code == 200
    return found


def added(here: Client, key: Authenticator, label: str = "Telephone") -> httpx2.Response:
    begun = here.send("POST", "/passkeys/begin")
    assert begun.status_code == 200, begun.text
    body = {"label": label, "credential": key.create(begun.json()["options"])}
    return here.send("POST", "/passkeys", json=body)


def entered(who: Client, key: Authenticator) -> httpx2.Response:
    begun = who.send("POST", "/session/passkey/begin")
    assert begun.status_code == 200, begun.text
    return who.send("POST", "/session/passkey", json={"credential": key.get(begun.json()["options"])})


def test_a_passkey_is_added_signs_in_and_is_removed(address: str, people: People) -> None:
    here, key = signed_in(address), Authenticator(address)
    assert here.get("/passkeys").json() == {"passkeys": []}
    made = added(here, key)
    assert made.status_code == 200, made.text
    [one] = made.json()["passkeys"]
    assert (one["label"], one["site"], one["used"]) == ("Telephone", "localhost", "")
    assert b64(key.ident) not in made.text
    options = here.send("POST", "/passkeys/begin").json()["options"]
    assert options["rp"]["id"] == "localhost"
    assert options["excludeCredentials"][0]["id"] == b64(key.ident), "a device makes no second one"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert b"sara" not in unb64(options["user"]["id"])

    other = Client(address)
    asked = other.send("POST", "/session/passkey/begin").json()["options"]
    assert not asked.get("allowCredentials"), "nobody learns who has a passkey"
    came = entered(other, key)
    assert came.status_code == 200, came.text
    assert came.json()["name"] == "sara"
    assert other.look()["signed_in"]
    assert other.get("/passkeys").json()["passkeys"][0]["used"] != ""
    assert {(e.what, e.detail) for e in people.trail()} >= {
        ("passkey added", "Telephone"),
        ("signed in", "passkey"),
    }
    assert signed_in(address, "olga").send("DELETE", f"/passkeys/{one['id']}").status_code == 404
    assert Client(address).get("/passkeys").status_code == 401
    assert here.http.request("DELETE", f"/api/v1/passkeys/{one['id']}").status_code == 403, "no token"
    assert here.send("DELETE", f"/passkeys/{one['id']}").json() == {"passkeys": []}
    gone = entered(Client(address), key)
    assert gone.status_code == 400
    assert "removed" in gone.json()["error"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:1"},
        {"site": "evil.example"},
        {"verified": False},
        {"cross_origin": True},
        {"algorithm": -65_535},
    ],
    ids=str,
)
def test_what_was_made_elsewhere_or_by_nobody_is_not_kept(address: str, wrong: dict[str, Any]) -> None:
    here = signed_in(address)
    answer = added(here, Authenticator(**{"origin": address} | wrong))
    assert answer.status_code == 400, answer.text
    assert here.get("/passkeys").json() == {"passkeys": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:1"},
        {"site": "evil.example"},
        {"verified": False},
        {"cross_origin": True},
        {"handle": b"somebody else"},
    ],
    ids=str,
)
def test_what_was_signed_elsewhere_or_by_nobody_opens_nothing(address: str, wrong: dict[str, Any]) -> None:
    key = Authenticator(address)
    assert added(signed_in(address), key).status_code == 200
    for name, value in wrong.items():
        setattr(key, name, value)
    who = Client(address)
    assert entered(who, key).status_code == 400
    assert not who.look()["signed_in"]


def test_another_key_signs_for_nobody(address: str) -> None:
    key = Authenticator(address)
    assert added(signed_in(address), key).status_code == 200
    forged = Authenticator(address, ident=key.ident, handle=key.handle, counter=50)
    assert entered(Client(address), forged).status_code == 400
    assert entered(Client(address), key).status_code == 200


def test_a_challenge_is_answered_once_by_who_was_asked_and_for_what_it_was_given(address: str) -> None:
    here, there, key = signed_in(address), signed_in(address), Authenticator(address)
    options = here.send("POST", "/passkeys/begin").json()["options"]
    body = {"label": "x", "credential": key.create(options)}
    assert there.send("POST", "/passkeys", json=body).status_code == 400, "another session of the same person"
    assert here.send("POST", "/passkeys", json=body).status_code == 400, "it was answered, though in vain"
    first = here.send("POST", "/passkeys/begin").json()["options"]
    here.send("POST", "/passkeys/begin")
    late = {"label": "x", "credential": key.create(first)}
    assert here.send("POST", "/passkeys", json=late).status_code == 400, "a newer one was asked for"
    assert added(here, key).status_code == 200

    who, other = Client(address), Client(address)
    options = who.send("POST", "/session/passkey/begin").json()["options"]
    assert other.send("POST", "/session/passkey", json={"credential": key.get(options)}).status_code == 400
    options = who.send("POST", "/session/passkey/begin").json()["options"]
    body = {"credential": key.get(options)}
    assert who.send("POST", "/session/passkey", json=body).status_code == 200
    assert who.send("POST", "/session/passkey", json=body).status_code == 400, "a second time"
    made = here.send("POST", "/passkeys/begin").json()["options"]
    assert who.send("POST", "/session/passkey", json={"credential": key.get(made)}).status_code == 400
    swapped = key.get(who.send("POST", "/session/passkey/begin").json()["options"], kind="webauthn.create")
    assert who.send("POST", "/session/passkey", json={"credential": swapped}).status_code == 400


def test_a_counter_that_does_not_grow_says_that_there_is_a_copy(address: str, people: People) -> None:
    key = Authenticator(address)
    assert added(signed_in(address), key).status_code == 200
    assert entered(Client(address), key).status_code == 200
    assert entered(Client(address), key).status_code == 200
    key.counter -= 2
    copied = entered(Client(address), key)
    assert copied.status_code == 400
    assert "copy" in copied.json()["error"]
    assert any(e.what == "passkey refused" and e.name == "sara" for e in people.trail())
    key.counts, key.counter = False, 0
    assert entered(Client(address), key).status_code == 400, "one that counted says nought"
    none = Authenticator(address, counts=False)
    assert added(signed_in(address), none).status_code == 200
    assert [entered(Client(address), none).status_code for _ in range(2)] == [200, 200]


def test_tries_are_counted(address: str, people: People) -> None:
    key = Authenticator(address)
    assert added(signed_in(address), key).status_code == 200
    forged = Authenticator(address, ident=key.ident, handle=key.handle, counter=50)
    said = [entered(Client(address), forged).json()["error"] for _ in range(7)]
    assert "Too many" in said[-1]
    assert "Too many" in entered(Client(address), key).json()["error"], "whoever asks now"
    assert [e.what for e in people.trail(1)] == ["sign-in locked"]
    assert people.login("sara", PASSWORD, address="9.9.9.9"), "the password is counted by itself"
    strangers = [entered(Client(address), Authenticator(address)).json()["error"] for _ in range(22)]
    assert "Too many" in strangers[-1], "from one address, whatever passkey"


def test_only_who_signed_in_lately_adds_one(kept: People) -> None:
    clock, site, passkeys = kept.now, Site("corridor.example", "https://corridor.example"), Passkeys(kept)
    assert isinstance(clock, Clock)
    token, _ = kept.login("sara", PASSWORD)
    key = Authenticator(site.origin, site=site.name)
    passkeys.add(site, "sara", token, "Key", key.create(passkeys.begin_adding(site, "sara", token)))
    options = passkeys.begin_adding(site, "sara", token)
    clock.now += dt.timedelta(minutes=6)
    with pytest.raises(WrongUse, match="begin again"):
        passkeys.add(site, "sara", token, "Late", Authenticator(site.origin, site=site.name).create(options))
    clock.now += dt.timedelta(minutes=10)
    with pytest.raises(Exception, match="within 15 minutes"):
        passkeys.begin_adding(site, "sara", token)
    asked, secret = passkeys.begin_entering(site)
    assert passkeys.enter(site, secret, key.get(asked))[1].person.name == "sara"
    token, _ = kept.login("olga", PASSWORD)
    again = key.create(passkeys.begin_adding(site, "olga", token))
    with pytest.raises(WrongUse, match="known already"):
        passkeys.add(site, "olga", token, "Key", again)
    kept.remove("sara")
    assert passkeys.all("sara") == ()


def test_passkeys_are_in_a_backup_and_on_the_command_line(
    kept: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site, passkeys = Site("corridor.example", "https://corridor.example"), Passkeys(kept)
    token, _ = kept.login("sara", PASSWORD)
    key = Authenticator(site.origin, site=site.name)
    passkeys.add(site, "sara", token, "=Key", key.create(passkeys.begin_adding(site, "sara", token)))
    again = People(tmp_path / "again.db", now=kept.now, hasher=CHEAP)
    again.load(kept.dump())
    asked, secret = Passkeys(again).begin_entering(site)
    assert Passkeys(again).enter(site, secret, key.get(asked))[1].person.name == "sara"
    ident = Passkeys(again).all("sara")[0].id
    again.close()
    where = ["--people", str(tmp_path / "again.db")]
    assert run(["people", "passkeys", "sara", *where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passkeys"][0]["id"] == ident
    assert run(["people", "passkeys", "sara", *where, "--csv"]) == 0
    assert ",=Key" not in capsys.readouterr().out, "a name is no formula"
    assert run(["people", "passkeys", "sara", *where]) == 0
    assert "corridor.example" in capsys.readouterr().out
    assert run(["people", "passkeys", "sara", *where, "--remove", "0000"]) != 0
    assert run(["people", "passkeys", "nobody", *where]) != 0
    assert run(["people", "passkeys", "sara", *where, "--remove", ident]) == 0
    capsys.readouterr()
    assert run(["people", "passkeys", "sara", *where, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passkeys"] == []


def mutated(value: Any, dice: random.Random) -> Any:
    """A JSON value with one of its parts made something else."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(sorted(value))
        if dice.random() < 0.15:
            return {k: v for k, v in value.items() if k != name}
        return value | {name: mutated(value[name], dice)}
    if isinstance(value, str) and dice.random() < 0.6:
        raw = (
            bytearray(unb64(value)) if dice.random() < 0.7 and value.isascii() else bytearray(value.encode())
        )
        for _ in range(dice.randint(1, 3)):
            if raw:
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        return b64(bytes(raw[: dice.randint(0, len(raw))] if dice.random() < 0.3 else raw))
    return dice.choice([None, 0, -1, 1e300, True, "", "€", [], {}, [[]] * 9, {"id": 1}, "A" * 9_000])


BROKEN = many(120, 3_000)


@tortured(BROKEN)
def test_broken_answers_are_refused_in_words(address: str, people: People) -> None:
    dice, key, here = random.Random(first_seed(20)), Authenticator(address), signed_in(address)
    assert added(here, key).status_code == 200
    for turn in range(BROKEN):
        adding = turn % 3 == 0
        path = "/passkeys" if adding else "/session/passkey"
        begun = here.send("POST", f"{path}/begin").json()["options"]
        good = Authenticator(address).create(begun) if adding else key.get(begun)
        try:
            bad = mutated(good, dice)
        except ValueError:
            continue
        if bad == good:
            continue
        with people.engine.begin() as link:
            link.execute(delete(FAILURES))  # else all but the first twenty would not be looked at
        who = here if adding else Client(address)
        who.http.cookies.update(here.http.cookies)
        body = {"label": "x", "credential": bad} if adding else {"credential": bad}
        answer = who.send("POST", path, json=body)
        assert answer.status_code < 500, (bad, answer.text)
        assert "error" in answer.json() or answer.status_code == 200
        if adding and answer.status_code == 200:  # what was changed says nothing of the key
            for one in answer.json()["passkeys"][1:]:
                here.send("DELETE", f"/passkeys/{one['id']}")
        if not adding and answer.status_code == 200:
            for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
                assert bad["response"][part] == good["response"][part], "what is signed was changed"
            here = signed_in(address)


def test_where_there_can_be_none_it_is_said(ridge: Path, people: People, tmp_path: Path) -> None:
    assert site_of("https", "Corridor.example", 443) == Site("corridor.example", "https://corridor.example")
    assert site_of("https", "corridor.example", 8443).origin == "https://corridor.example:8443"
    for scheme, host, word in (
        ("https", "127.0.0.1", "number"),
        ("https", "::1", "number"),
        ("http", "corridor.example", "HTTPS"),
    ):
        with pytest.raises(WrongUse, match=word):
            site_of(scheme, host, None)
    with running(Config(str(ridge), people=people)) as address:
        told = Client(address).send("POST", "/session/passkey/begin")
        assert told.status_code == 400
        assert "number" in told.json()["error"]
    with running(Config(str(ridge))) as address:
        alone = Client(address.replace("127.0.0.1", "localhost"))
        assert alone.get("/passkeys").json() == {"passkeys": []}
        assert alone.send("POST", "/passkeys/begin").status_code == 400


def behind(config: Config, port: str, host: str) -> dict[str, Any]:
    """The options' site as a proxy's headers have it: which origin is accepted?"""
    with running(config) as address, httpx2.Client(base_url=address) as http:
        told = {"host": host, "x-forwarded-proto": "https"} | ({"x-forwarded-port": port} if port else {})
        begun = http.post("/api/v1/session/passkey/begin", headers=told)
        assert begun.status_code == 200, begun.text
        cookie = begun.headers["set-cookie"].partition(";")[0]
        key = Authenticator(f"https://{host}", site="corridor.example")
        answer = http.post(
            "/api/v1/session/passkey",
            headers=told | {"cookie": cookie},
            json={"credential": key.get(begun.json()["options"])},
        )
        found: dict[str, Any] = answer.json()
        return found


@pytest.mark.parametrize(
    ("port", "host", "named", "good"),
    [
        ("", "corridor.example", 0, True),
        ("443", "corridor.example", 0, True),
        ("8443", "corridor.example:8443", 0, True),
        ("", "corridor.example:9999", 0, False),  # the client's word for the port is not taken
        ("443", "corridor.example:9999", 0, False),
        ("443", "corridor.example:9443", 9443, True),  # said by --name
        ("443", "corridor.example:9999", 9443, False),
    ],
)
def test_the_origin_is_that_of_the_proxy_and_the_settings(
    port: str, host: str, named: int, good: bool, ridge: Path, people: People
) -> None:
    config = Config(
        str(ridge),
        people=people,
        https=True,
        hosts=frozenset({"corridor.example"}),
        ports=(("corridor.example", named),) if named else (),
        proxies=("127.0.0.1",),
    )
    told = behind(config, port, host)["error"]
    assert ("not known here" in told) is good, told
    assert ("this server is https://corridor.example" in told) is not good, told


def test_one_passkey_opens_every_programme_of_a_server(tmp_path: Path, people: People) -> None:
    places = [f"{key}={milepost.example('ridge')}" for key in ("north", "south")]
    config = Config(places[0], people=people, limits=MANY)
    with running_several(places, config) as address:
        address = address.replace("127.0.0.1", "localhost")
        here, key = signed_in(address), Authenticator(address)
        assert added(here, key).status_code == 200
        who = Client(address)
        assert who.http.get("/p/north/api/v1/programme").status_code == 401
        assert entered(who, key).status_code == 200
        for programme in ("north", "south"):
            found = who.http.get(f"/p/{programme}/api/v1/passkeys")
            assert [p["label"] for p in found.json()["passkeys"]] == ["Telephone"]
