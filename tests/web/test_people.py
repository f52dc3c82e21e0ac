"""Persons and sessions: what is kept cannot be read back, what has ended stays ended, guessing is slow."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from argon2 import PasswordHasher
from sqlalchemy import create_engine

from milepost.errors import WrongUse
from milepost.web import accounts
from milepost.web.people import People, SignInRefused

GOOD = "correct horse battery"


@pytest.fixture
def kept(tmp_path: Path, clock: list[dt.datetime]) -> People:
    found = People(
        tmp_path / "p.db",
        now=lambda: clock[0],
        hasher=PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1),
    )
    found.add("anna", "approver", "XRL", GOOD)
    return found


def test_a_session_ends_when_idle_and_in_any_case_after_twelve_hours(
    kept: People, clock: list[dt.datetime]
) -> None:
    token, session = kept.login("anna", GOOD)
    assert session.person.party == "XRL"
    clock[0] += dt.timedelta(minutes=29)
    assert kept.session(token) is not None
    clock[0] += dt.timedelta(minutes=29)
    assert kept.session(token) is not None, "used sessions stay"
    clock[0] += dt.timedelta(minutes=31)
    assert kept.session(token) is None
    token, _ = kept.login("anna", GOOD)
    for _ in range(12 * 3 - 1):
        clock[0] += dt.timedelta(minutes=20)
        assert kept.session(token) is not None
    clock[0] += dt.timedelta(minutes=20)
    assert kept.session(token) is None, "not even a busy one outlives twelve hours"


def test_neither_token_nor_password_can_be_read_from_the_file(kept: People, tmp_path: Path) -> None:
    token, session = kept.login("anna", GOOD)
    kept.feed_token("anna", "all")
    kept.close()
    content = b"".join(f.read_bytes() for f in tmp_path.glob("p.db*"))
    assert token.encode() not in content
    assert GOOD.encode() not in content
    assert b"$argon2id$" in content
    assert session.csrf


def test_guessing_is_stopped_for_a_while(kept: People, clock: list[dt.datetime]) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused, match="wrong"):
            kept.login("anna", "not the password", address="10.0.0.1")
    with pytest.raises(SignInRefused, match="15 minutes"):
        kept.login("anna", GOOD)
    clock[0] += dt.timedelta(minutes=16)
    assert kept.login("anna", GOOD)
    for k in range(20):
        with pytest.raises(SignInRefused):
            kept.login(f"nobody {k}", "x" * 12, address="10.0.0.2")
    with pytest.raises(SignInRefused, match="15 minutes"):
        kept.login("anna", GOOD, address="10.0.0.2")


def test_an_unknown_name_costs_a_hash_and_gets_the_same_sentence(
    kept: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(kept, "_hasher", _Counting(calls, kept._hasher))
    said = []
    for name in ("anna", "unknown"):
        with pytest.raises(SignInRefused) as fault:
            kept.login(name, "wrong password")
        said.append(str(fault.value))
    assert said[0] == said[1]
    # what an unknown name is compared with is made at the first sign-in, here of a known name
    assert calls == ["hash", "verify", "verify"]


class _Counting:
    def __init__(self, calls: list[str], real: PasswordHasher) -> None:
        self.calls, self.real = calls, real

    def hash(self, password: str) -> str:
        self.calls.append("hash")
        return self.real.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        self.calls.append("verify")
        return self.real.verify(hashed, password)


def test_a_new_password_role_or_removal_ends_every_session(kept: People) -> None:
    token, _ = kept.login("anna", GOOD)
    kept.set_password("anna", "another long password")
    assert kept.session(token) is None
    token, _ = kept.login("anna", "another long password")
    kept.set_role("anna", "observer")
    assert kept.session(token) is None
    secret = kept.feed_token("anna", "all")
    assert kept.feed(secret) is not None
    again = kept.feed_token("anna", "all")
    assert kept.feed(secret) is None
    token, _ = kept.login("anna", "another long password")
    kept.remove("anna")
    assert kept.session(token) is None
    assert kept.feed(again) is None


@pytest.mark.parametrize(
    ("name", "role", "party", "password", "said"),
    [
        ("", "observer", "", GOOD, "1 to 200"),
        ("a:b", "observer", "", GOOD, "no colon"),
        ("bob", "king", "", GOOD, "no role"),
        ("bob", "local", "", GOOD, "no role"),
        ("bob", "approver", "", GOOD, "speaks for a party"),
        ("bob", "observer", "XRL", GOOD, "no party"),
        ("bob", "observer", "", "short", "12 characters"),
        ("anna", "observer", "", GOOD, "already"),
        ("bob", "observer", "", None, "Give a password"),
    ],
)
def test_bad_accounts_are_refused(
    kept: People, name: str, role: str, party: str, password: str | None, said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        kept.add(name, role, party, password)
    assert len(kept.all()) == 1


def test_a_sign_in_begun_elsewhere_cannot_be_taken(kept: People, clock: list[dt.datetime]) -> None:
    kept.keep_pending("state", "browser", "nonce", "verifier", "back")
    assert kept.take_pending("state", "another browser") is None
    assert kept.take_pending("state", "browser") is None, "even a wrong try uses it up"
    kept.keep_pending("two", "browser", "nonce", "verifier", "back")
    clock[0] += dt.timedelta(minutes=11)
    assert kept.take_pending("two", "browser") is None
    kept.keep_pending("three", "browser", "nonce", "verifier", "back")
    assert kept.take_pending("three", "browser") == ("nonce", "verifier", "back")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is not a database at all, not at all" * 100)
    with pytest.raises(WrongUse, match="cannot be kept"):
        People(tmp_path / "x.db")
    assert sqlite3.sqlite_version


def test_an_address_that_does_not_answer_is_said_without_its_password() -> None:
    for where in ("postgresql://anna:hunter2@127.0.0.1:1/none", "nothing://anna:hunter2@host"):
        with pytest.raises(WrongUse) as fault:
            People(where)
        assert "hunter2" not in str(fault.value)


OLD_TABLES = """
CREATE TABLE people_persons (name VARCHAR(200) NOT NULL, role VARCHAR(40) NOT NULL, party
  VARCHAR(60) NOT NULL, password VARCHAR(300) NOT NULL, issuer VARCHAR(500) NOT NULL, subject
  VARCHAR(500) NOT NULL, PRIMARY KEY (name));
CREATE TABLE people_sessions (token VARCHAR(64) NOT NULL, name VARCHAR(200) NOT NULL, csrf
  VARCHAR(64) NOT NULL, began VARCHAR(40) NOT NULL, seen VARCHAR(40) NOT NULL, PRIMARY KEY (token));
CREATE TABLE people_failures (id INTEGER NOT NULL, name VARCHAR(200) NOT NULL, address VARCHAR(100)
  NOT NULL, at VARCHAR(40) NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_people_failures_name ON people_failures (name);
CREATE INDEX ix_people_failures_address ON people_failures (address);
CREATE TABLE people_feeds (token VARCHAR(64) NOT NULL, name VARCHAR(200) NOT NULL, feed VARCHAR(500)
  NOT NULL, PRIMARY KEY (token));
CREATE TABLE people_pending (state VARCHAR(64) NOT NULL, browser VARCHAR(64) NOT NULL, nonce
  VARCHAR(200) NOT NULL, verifier VARCHAR(200) NOT NULL, redirect VARCHAR(1000) NOT NULL, at
  VARCHAR(40) NOT NULL, PRIMARY KEY (state));
INSERT INTO people_persons VALUES ('anna', 'approver', 'XRL', 'x', '', '');
"""


@pytest.mark.parametrize("made_by", ["nobody", "an older release"])
def test_the_migrations_give_the_tables_of_accounts_and_lose_nobody(made_by: str, tmp_path: Path) -> None:
    """The older release made its tables without migrations, and before there was a trail."""
    file = tmp_path / "p.db"
    if made_by != "nobody":
        with sqlite3.connect(file) as old:
            old.executescript(OLD_TABLES)
        old.close()
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    for _ in range(2):  # the second time nothing is left to do
        kept = People(file, hasher=quick)
        assert [p.name for p in kept.all()] == ([] if made_by == "nobody" else ["anna"])
        kept.record("seen", "anna")
        kept.close()
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as link:
        context = MigrationContext.configure(
            link, opts={"compare_type": True, "version_table": accounts.VERSION_TABLE}
        )
        assert len(accounts.METADATA.tables) == 9
        assert compare_metadata(context, accounts.METADATA) == []
        assert context.get_current_revision() == accounts.newest()
    engine.dispose()
    assert len(People(file, hasher=quick).trail()) == 2
