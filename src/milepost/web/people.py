"""Persons, their sessions and secret addresses, in a database of their own beside the programme.

Passwords are kept as argon2 hashes (argon2-cffi), tokens as SHA-256; neither can be read back. A wrong name
takes as long as a wrong password, and the sentence does not say which it was.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    and_,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from milepost.acts.persons import ROLES, Person
from milepost.errors import WrongUse, one_of
from milepost.store.sql import patient
from milepost.web import accounts
from milepost.web.accounts import FAILURES, FEEDS, LOG, PASSKEYS, PENDING, PERSONS, RIGHTS, SESSIONS
from milepost.web.callers import counted_as
from milepost.web.names import compared, must_be_a_name, must_be_hard_to_guess
from milepost.web.sessions_held import HeldSessions

STORED_ROLES = tuple(r for r in ROLES if r not in ("public reader", "local"))
NO_ROLE = "none"  # whoever has it sees nothing of a programme
KEY = re.compile(r"[a-z0-9-]{1,40}")  # of a programme, as in its settings
WITH_PARTY = ("focal point", "approver")
SHORTEST_PASSWORD = 12
FAILURES_OF_A_NAME, FAILURES_OF_AN_ADDRESS, WINDOW = 5, 20, dt.timedelta(minutes=15)
KNOWN = dt.timedelta(days=30)  # that an address is known as one from where somebody signed in


TOO_MANY = "Too many tries; wait 15 minutes."
REFUSED = "Name or password is wrong. An account with a second factor needs its code as well."
KEPT = (PERSONS, RIGHTS, PASSKEYS, FEEDS, LOG)  # what a backup holds
_LATER = (RIGHTS, PASSKEYS)  # that the backups of the first releases have not
_ID = 16  # digits of a session's id: of the digest of its token


class SignInRefused(WrongUse):
    """Wrong name or password, or too many tries."""


@dataclass(frozen=True)
class Event:
    """One line of the trail of accounts: who did what when, from where; ``by`` where another did it to the
    person."""

    at: str
    what: str
    name: str
    by: str
    address: str
    detail: str


@dataclass(frozen=True)
class Session:
    """A person who is signed in; ``csrf`` must come back with whatever is written."""

    person: Person
    csrf: str
    expires: dt.datetime


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended: its id (nothing can be opened with it), when it began and was last used
    (UTC), and whether it is the one that asks."""

    id: str
    began: str
    seen: str
    this: bool


def account_number(name: str) -> str:
    """What a log calls an account: the same for the same name, and no name."""
    return hashlib.sha256(f"account\0{name}".encode()).hexdigest()[:12]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Account:
    """An account as it is listed: its role in every programme, or in the one that ``programme`` names;
    ``number`` is how the log of the server calls it."""

    name: str
    role: str
    party: str
    programme: str = ""
    number: str = ""


class People:
    """The persons of a server, in SQLite or PostgreSQL. ``idle`` and ``longest`` end a session.

    A person has a role in every programme, unless another one (or none) is set for a programme by its key;
    ``programme`` is the one that they are asked about (:meth:`of`).
    """

    programme: str = ""

    def __init__(
        self,
        where: str | Path,
        *,
        now: Callable[[], dt.datetime] = _utc_now,
        idle: dt.timedelta = dt.timedelta(minutes=30),
        longest: dt.timedelta = dt.timedelta(hours=12),
        hasher: PasswordHasher | None = None,
    ) -> None:
        text = str(where)
        self.now, self.idle, self.longest = now, idle, longest
        self._hasher = hasher or PasswordHasher()
        self._held = HeldSessions()  # one for all programmes: whatever ends ends everywhere
        if "://" not in text:
            Path(text).parent.mkdir(parents=True, exist_ok=True)
            _for_its_owner(Path(text))
            url = URL.create("sqlite", database=text)
        try:
            if "://" in text:
                url = make_url(text.replace("postgresql://", "postgresql+psycopg://", 1))
            more: dict[str, Any] = (
                {"connect_args": patient(url)} if url.get_backend_name() == "postgresql" else {}
            )
            self._engine = create_engine(url, hide_parameters=True, **more)  # no hash in a log
        except (ArgumentError, NoSuchModuleError, ImportError):
            raise WrongUse("Persons are kept in a file, or at postgresql://user@host/name.") from None
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _patient)
        try:
            accounts.prepare(self._engine)
        except SQLAlchemyError as fault:
            shown = self._engine.url.render_as_string(hide_password=True)
            cause = str(getattr(fault, "orig", None) or type(fault).__name__).strip().split("\n")[0][:200]
            self._engine.dispose()
            raise WrongUse(f"The persons cannot be kept in '{shown}': {cause}") from None
        except WrongUse:
            self._engine.dispose()
            raise

    @property
    def engine(self) -> Engine:
        """The database, for what stands beside persons in it."""
        return self._engine

    def of(self, programme: str) -> People:
        """The same persons, with the role that each has in one programme."""
        found = copy.copy(self)
        found.programme = programme
        return found

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    # ---- the trail: rows of the register have their chain, accounts and sign-ins have this

    def record(self, what: str, name: str, *, by: str = "", address: str = "", detail: str = "") -> None:
        """Write a line of the trail; there is no way to change or remove one."""
        row = {
            "what": what,
            "name": name[:200],
            "by": by[:200],
            "address": address[:100],
            "detail": detail[:500],
        }
        with self._engine.begin() as link:
            link.execute(insert(LOG).values(at=self.now().isoformat(timespec="seconds"), **row))

    def trail(self, limit: int = 200) -> tuple[Event, ...]:
        """The trail, newest first."""
        with self._engine.connect() as link:
            rows = link.execute(select(LOG).order_by(LOG.c.id.desc()).limit(limit)).all()
        return tuple(Event(r.at, r.what, r.name, r.by, r.address, r.detail) for r in rows)

    # ---- persons

    def add(
        self,
        name: str,
        role: str,
        party: str = "",
        password: str | None = None,
        *,
        issuer: str = "",
        subject: str = "",
        by: str = "",
    ) -> None:
        """Add a person, with a password or a subject at an identity provider; with ``NO_ROLE`` one who sees
        only the programmes for which a role is set. Raises ``WrongUse``."""
        name = must_be_a_name(name)
        if alike := next((p.name for p in self.all() if compared(p.name) == compared(name)), ""):
            raise WrongUse(f"There is a person '{alike}' already, and '{name}' looks the same.")
        must_fit(role, party)
        if password is None and not subject:
            raise WrongUse("Give a password, or the subject at the identity provider.")
        hashed = self._hash(password, name) if password is not None else ""
        row = {
            "name": name,
            "role": role,
            "party": party,
            "password": hashed,
            "issuer": issuer,
            "subject": subject,
        }
        try:
            with self._engine.begin() as link:
                link.execute(insert(PERSONS).values(**row))
        except IntegrityError:
            raise WrongUse(f"There is a person '{name}' already.") from None
        self.record("added", name, by=by, detail=f"{role} {party}".strip())

    def accounts(self) -> tuple[Account, ...]:
        """Everybody, without what is secret: first the role in every programme, then those in one."""
        with self._engine.connect() as link:
            rights = link.execute(select(RIGHTS).order_by(RIGHTS.c.programme)).all()
            persons = link.execute(select(PERSONS).order_by(PERSONS.c.name)).all()
        return tuple(
            account
            for p in persons
            for account in (
                Account(p.name, p.role, p.party, "", account_number(p.name)),
                *(
                    Account(r.name, r.role, r.party, r.programme, account_number(r.name))
                    for r in rights
                    if r.name == p.name
                ),
            )
        )

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with self._engine.connect() as link:
            rows = link.execute(self._persons().order_by(PERSONS.c.name)).all()
        return tuple(Person(r.name, r.role, r.party) for r in rows)

    def must_know(self, name: str) -> None:
        """Raises ``WrongUse`` for a name that nobody has."""
        self._find(name)

    def remove(self, name: str, *, by: str = "") -> None:
        """Remove a person, the sessions, passkeys and secret addresses. What the person wrote stays in the
        chain."""
        self._find(name)
        with self._engine.begin() as link:
            for table in (SESSIONS, FEEDS, RIGHTS, PASSKEYS, PERSONS):
                link.execute(delete(table).where(table.c.name == name))
        self._held.end()
        self.record("removed", name, by=by)

    def set_password(self, name: str, password: str, *, by: str = "") -> None:
        """A new password; all sessions of the person end."""
        self._find(name)
        self._set(name, password=self._hash(password, name))
        self.record("new password", name, by=by)

    def set_role(self, name: str, role: str, party: str = "", *, by: str = "") -> None:
        """A new role in every programme for which no other is set; all sessions of the person end."""
        self._find(name)
        must_fit(role, party)
        self._set(name, role=role, party=party)
        self.record("new role", name, by=by, detail=f"{role} {party}".strip())

    def set_right(self, name: str, programme: str, role: str, party: str = "", *, by: str = "") -> None:
        """The role in one programme, ``NO_ROLE`` for none whatever the role in every programme is; empty
        takes that one again. All sessions of the person end. Raises ``WrongUse``."""
        self._find(name)
        must_be_a_key(programme)
        if role:
            must_fit(role, party)
        mine = and_(RIGHTS.c.name == name, RIGHTS.c.programme == programme)
        with self._engine.begin() as link:
            link.execute(delete(RIGHTS).where(mine))
            if role:
                row = {"name": name, "programme": programme, "role": role, "party": party}
                link.execute(insert(RIGHTS).values(**row))
        self.end_all(name)
        told = f"{programme}: {role or 'as in every programme'} {party}".strip()
        self.record("new role", name, by=by, detail=told)

    # ---- a second factor

    def new_totp(self, name: str, *, by: str = "") -> str:
        """A new secret for an app of one-time codes (RFC 6238), as the address that such an app takes
        (otpauth://); the one before ends, and so do all sessions of the person."""
        row = self._find(name)
        if not row.password:
            raise WrongUse(
                f"'{name}' signs in at an identity provider, which asks for a second factor itself."
            )
        secret = pyotp.random_base32()
        self._set(name, totp=secret, totp_used=0)
        self.record("second factor", name, by=by)
        return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="milepost"))

    def no_totp(self, name: str, *, by: str = "") -> None:
        """Without a second factor again; all sessions of the person end."""
        self._find(name)
        self._set(name, totp="", totp_used=0)
        self.record("no second factor", name, by=by)

    def _takes(self, row: Any, code: str) -> bool:
        """Is it a code of this half minute, or of those beside it? Each is taken once, whoever asks at the
        same time."""
        if not row.totp:
            return True
        digits = "".join(code.split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
            return False
        one, moment = pyotp.TOTP(row.totp), self.now()
        steps = [one.timecode(moment) + k for k in (-1, 0, 1)]
        good = [step for step in steps if secrets.compare_digest(one.generate_otp(step), digits)]
        if not good:
            return False
        fresh = (PERSONS.c.name == row.name) & (PERSONS.c.totp_used < good[0])
        with self._engine.begin() as link:
            return link.execute(update(PERSONS).where(fresh).values(totp_used=good[0])).rowcount == 1

    # ---- sessions

    # without a token: who asks has no session, as on the command line
    def sessions(self, name: str, token: str = "") -> tuple[OpenSession, ...]:  # nosec B107
        """The sessions of a person that have not ended, the last one used first; ``token``: the one that
        asks."""
        moment, mine = self.now(), _digest(token) if token else ""
        with self._engine.connect() as link:
            rows = link.execute(select(SESSIONS).where(SESSIONS.c.name == name)).all()
        found = [
            OpenSession(r.token[:_ID], r.began[:19], r.seen[:19], r.token == mine)
            for r in rows
            if moment < self._ends(r)
        ]
        return tuple(sorted(found, key=lambda s: s.seen, reverse=True))

    def end_session(self, name: str, ident: str, *, by: str = "") -> None:
        """End one session of a person. Raises ``WrongUse`` for one that is not the person's own."""
        known = [s.id for s in self.sessions(name)]
        if ident not in known:
            raise one_of("session", ident, known)
        with self._engine.begin() as link:
            mine = (SESSIONS.c.name == name) & SESSIONS.c.token.startswith(ident, autoescape=True)
            link.execute(delete(SESSIONS).where(mine))
        self._held.end()
        self.record("session ended", name, by=by or name)

    # the same here
    def end_others(self, name: str, token: str = "", *, by: str = "") -> int:  # nosec B107
        """End every session of a person but the one that asks; how many."""
        with self._engine.begin() as link:
            others = (SESSIONS.c.name == name) & (SESSIONS.c.token != (_digest(token) if token else ""))
            ended = link.execute(delete(SESSIONS).where(others)).rowcount
        self._held.end()
        if ended:
            self.record("sessions ended", name, by=by or name, detail=str(ended))
        return ended

    def _ends(self, row: Any) -> dt.datetime:
        began, seen = dt.datetime.fromisoformat(row.began), dt.datetime.fromisoformat(row.seen)
        return min(seen + self.idle, began + self.longest)

    @cached_property
    def _dummy(self) -> str:
        """What the password of an unknown name is compared with. It is made by the first who signs in,
        whether the name is known or not: most commands that open the accounts never compare any."""
        return self._hasher.hash(secrets.token_hex(16))

    def login(self, name: str, password: str, *, code: str = "", address: str = "") -> tuple[str, Session]:
        """The secret token of a new session (it is not kept in clear) and the session. Raises
        ``SignInRefused``; what was wrong it does not say."""
        key = compared(name)[:200].replace("\0", "")
        with self._engine.connect() as link:
            row = self._meant(link, name)
        # counted before anything is hashed: who tries many at once gets no further than who tries in turn
        if self.tried(key, address, row.name if row else ""):
            self.record(
                "sign-in locked",
                row.name if row else "",
                address=address,
                detail="" if row else "unknown name",
            )
            raise SignInRefused(TOO_MANY)
        dummy = self._dummy
        try:
            good = (
                self._hasher.verify(row.password if row and row.password else dummy, password)
                and row is not None
            )
        except (VerificationError, InvalidHashError):
            good = False
        if not good or row is None or not row.password or not self._takes(row, code):
            # a name that is unknown is not written down: it may be a password typed into the wrong field
            self.record(
                "sign-in failed",
                row.name if row else "",
                address=address,
                detail="" if row else "unknown name",
            )
            raise SignInRefused(REFUSED)
        if self._hasher.check_needs_rehash(row.password):
            with self._engine.begin() as link:
                link.execute(
                    update(PERSONS)
                    .where(PERSONS.c.name == row.name)
                    .values(password=self._hasher.hash(password))
                )
        self.forget_tries(key)
        return self.start_session(row.name, how="password", address=address)

    def tried(self, key: str, address: str, who: str = "") -> bool:
        """Count a try to sign in; were there too many lately, of what was tried or from there?

        ``who`` is the person whom it means. Where she signed in within a month, tries from elsewhere do not
        count against her: else whoever knows a name could keep its owner out for good. Those from there do.
        """
        since, network = (self.now() - WINDOW).isoformat(), counted_as(address)
        with self._engine.begin() as link:
            link.execute(delete(FAILURES).where(FAILURES.c.at <= since))
            link.execute(insert(FAILURES).values(name=key, address=network, at=self.now().isoformat()))
        recent = select(func.count()).select_from(FAILURES).where(FAILURES.c.at > since)
        of_key, from_there = FAILURES.c.name == key, FAILURES.c.address == network
        with self._engine.connect() as link:
            if network and link.execute(recent.where(from_there)).scalar_one() > FAILURES_OF_AN_ADDRESS:
                return True
            if link.execute(recent.where(of_key)).scalar_one() <= FAILURES_OF_A_NAME:
                return False
            known = bool(who and network) and network in self._networks_of(link, who)
            return not known or bool(
                link.execute(recent.where(of_key, from_there)).scalar_one() > FAILURES_OF_A_NAME
            )

    def _networks_of(self, link: Connection, name: str) -> set[str]:
        """From where somebody signed in lately."""
        since = (self.now() - KNOWN).isoformat(timespec="seconds")
        mine = (LOG.c.name == name) & (LOG.c.what == "signed in") & (LOG.c.at > since)
        return {
            counted_as(found)
            for found in link.execute(select(LOG.c.address).distinct().where(mine)).scalars()
        }

    def forget_tries(self, key: str) -> None:
        """Whoever got in has not tried in vain."""
        with self._engine.begin() as link:
            link.execute(delete(FAILURES).where(FAILURES.c.name == key))

    def start_session(self, name: str, *, how: str = "", address: str = "") -> tuple[str, Session]:
        """A session for a person whom somebody else has identified. Raises ``WrongUse`` if unknown."""
        row = self._find(name)
        token, csrf, moment = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self.now()
        values = {
            "token": _digest(token),
            "name": name,
            "csrf": csrf,
            "began": moment.isoformat(),
            "seen": moment.isoformat(),
        }
        with self._engine.begin() as link:
            link.execute(delete(SESSIONS).where(SESSIONS.c.began < (moment - self.longest).isoformat()))
            link.execute(insert(SESSIONS).values(**values))
        self.record("signed in", name, address=address, detail=how)
        return token, Session(
            Person(row.name, row.role, row.party), csrf, moment + min(self.idle, self.longest)
        )

    def session(self, token: str) -> Session | None:
        """The session of a token, or None when there is none or it has ended. Using it keeps it alive."""
        key, moment, changes = _digest(token), self.now(), self._held.changes
        wanted = self._persons(*(SESSIONS.c[c] for c in ("csrf", "began", "seen")), of=SESSIONS)
        with self._engine.connect() as link:
            row = link.execute(wanted.where(SESSIONS.c.token == key)).one_or_none()
        if row is None:
            return None
        began, seen = dt.datetime.fromisoformat(row.began), dt.datetime.fromisoformat(row.seen)
        ends = self._ends(row)
        if moment >= ends:
            self.logout(token)
            return None
        if moment - seen > self.idle / 20:  # one write in a while, not one a request
            with self._engine.begin() as link:
                link.execute(update(SESSIONS).where(SESSIONS.c.token == key).values(seen=moment.isoformat()))
            ends = min(moment + self.idle, began + self.longest)
        found = Session(Person(row.name, row.role, row.party), row.csrf, ends)
        self._held.put(self.programme, key, found, moment, changes)
        return found

    def session_at_once(self, token: str) -> Session | None:
        """The session of a token, if it was found good a moment ago; else None, and the accounts have to be
        asked. It is for reading: who writes is asked for anew."""
        return self._held.get(self.programme, _digest(token), self.now())

    def logout(self, token: str, *, said: bool = False) -> None:
        """End a session; ``said``: the person asked for it."""
        with self._engine.begin() as link:
            row = link.execute(
                select(SESSIONS.c.name).where(SESSIONS.c.token == _digest(token))
            ).one_or_none()
            link.execute(delete(SESSIONS).where(SESSIONS.c.token == _digest(token)))
        self._held.end()
        if row is not None:
            self.record("signed out" if said else "session ended", row.name)

    def end_all(self, name: str) -> None:
        """End every session of a person."""
        with self._engine.begin() as link:
            link.execute(delete(SESSIONS).where(SESSIONS.c.name == name))
        self._held.end()

    # ---- all of it, for a backup

    def dump(self) -> bytes:
        """Persons, their rights, secret addresses and the trail, of one moment; sessions end, as do tries and
        sign-ins that have begun. Passwords are hashes, and the addresses are digests."""
        with self._engine.connect() as link:
            rows = {t.name: [dict(r) for r in link.execute(select(t)).mappings()] for t in KEPT}
        return json.dumps({"schema": accounts.newest(), "tables": rows}, ensure_ascii=False).encode()

    def load(self, dumped: bytes) -> None:
        """What :meth:`dump` gave, into accounts that hold nobody. Raises ``WrongUse`` otherwise, for what is
        none, and for what a newer milepost made."""
        if self.all():
            raise WrongUse("There are accounts already; restore into a new file or an empty database.")
        try:
            body = json.loads(dumped)
            tables = {
                t: list(body["tables"].get(t.name, ()) if t in _LATER else body["tables"][t.name])
                for t in KEPT
            }
        except (ValueError, KeyError, TypeError):
            raise WrongUse("The accounts in the backup are damaged; take another copy.") from None
        more = {c for t, rows in tables.items() for row in rows for c in row} - {
            c.name for t in tables for c in t.c
        }
        if more or str(body["schema"]) > str(accounts.newest()):
            raise WrongUse(
                f"The accounts were made by a newer milepost (schema {body['schema']}, the newest known "
                f"here is {accounts.newest()}); install that release, or a later one."
            )
        with self._engine.begin() as link:
            for table, rows in tables.items():
                if rows:
                    link.execute(insert(table), rows)

    # ---- secret addresses and pending sign-ins

    def feed_token(self, name: str, feed: str) -> str:
        """A secret for one feed of a person; a new one ends the old one."""
        self._find(name)
        token = secrets.token_urlsafe(24)
        with self._engine.begin() as link:
            link.execute(delete(FEEDS).where(FEEDS.c.name == name, FEEDS.c.feed == feed))
            link.execute(insert(FEEDS).values(token=_digest(token), name=name, feed=feed))
        self.record("calendar address", name, detail=feed)
        return token

    def feed(self, token: str) -> tuple[Person, str] | None:
        """Whose feed a secret opens, and which."""
        wanted = self._persons(FEEDS.c.feed, of=FEEDS)
        with self._engine.connect() as link:
            row = link.execute(wanted.where(FEEDS.c.token == _digest(token))).one_or_none()
        return (Person(row.name, row.role, row.party), row.feed) if row else None

    def by_subject(self, issuer: str, subject: str) -> Person | None:
        """The person whom an identity provider means."""
        with self._engine.connect() as link:
            row = link.execute(
                self._persons().where(PERSONS.c.issuer == issuer, PERSONS.c.subject == subject)
            ).one_or_none()
        return Person(row.name, row.role, row.party) if row and subject else None

    def keep_pending(self, state: str, browser: str, nonce: str, verifier: str, redirect: str) -> None:
        """Keep a sign-in that has begun at an identity provider."""
        moment = self.now()
        with self._engine.begin() as link:
            link.execute(
                delete(PENDING).where(PENDING.c.at < (moment - dt.timedelta(minutes=10)).isoformat())
            )
            link.execute(
                insert(PENDING).values(
                    state=_digest(state),
                    browser=_digest(browser),
                    nonce=nonce,
                    verifier=verifier,
                    redirect=redirect,
                    at=moment.isoformat(),
                )
            )

    def take_pending(self, state: str, browser: str) -> tuple[str, str, str] | None:
        """Nonce, verifier and redirect of a sign-in begun in this browser within ten minutes; it can be taken
        once."""
        since = (self.now() - dt.timedelta(minutes=10)).isoformat()
        with self._engine.begin() as link:
            row = link.execute(select(PENDING).where(PENDING.c.state == _digest(state))).one_or_none()
            taken = link.execute(delete(PENDING).where(PENDING.c.state == _digest(state))).rowcount
        if (
            row is None
            or taken != 1
            or row.at < since
            or not secrets.compare_digest(row.browser, _digest(browser))
        ):
            return None
        return row.nonce, row.verifier, row.redirect

    # ---- within

    def _persons(self, *more: Any, of: Any = None) -> Select[Any]:
        """Name, role and party of persons in the programme that is asked about; ``of``: of those whom a table
        names, with columns of it."""
        here = and_(RIGHTS.c.name == PERSONS.c.name, RIGHTS.c.programme == self.programme)
        role = func.coalesce(RIGHTS.c.role, PERSONS.c.role).label("role")
        party = func.coalesce(RIGHTS.c.party, PERSONS.c.party).label("party")
        joined = PERSONS.outerjoin(RIGHTS, here)
        if of is not None:
            joined = joined.join(of, of.c.name == PERSONS.c.name)
        return select(PERSONS.c.name, role, party, *more).select_from(joined)

    def _meant(self, link: Connection, name: str) -> Any:
        """The row of whom a name means: as it is written, else as it is compared; None for nobody. Names are
        gone through whether it is found or not, so that the time it takes says nothing."""
        wanted = compared(name)
        alike = [n for n in link.execute(select(PERSONS.c.name)).scalars() if compared(n) == wanted]
        meant = name if name in alike else alike[0] if len(alike) == 1 else ""  # nobody has that name
        return link.execute(select(PERSONS).where(PERSONS.c.name == meant)).one_or_none()

    def _find(self, name: str) -> Any:
        asked = self._persons(PERSONS.c.password, PERSONS.c.totp).where(PERSONS.c.name == name)
        with self._engine.connect() as link:
            row = link.execute(asked).one_or_none()
        if row is None:
            raise one_of("person", name, [p.name for p in self.all()])
        return row

    def _set(self, name: str, **values: str | int) -> None:
        with self._engine.begin() as link:
            link.execute(update(PERSONS).where(PERSONS.c.name == name).values(**values))
        self.end_all(name)

    def _hash(self, password: str, name: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise WrongUse(f"A password has at least {SHORTEST_PASSWORD} characters.")
        if len(password) > 1_000:
            raise WrongUse("A password has at most 1,000 characters.")
        must_be_hard_to_guess(password, name)
        return self._hasher.hash(password)


def must_fit(role: str, party: str) -> None:
    """Raises ``WrongUse`` for a role that there is not, or that does not go with the party."""
    if role not in (*STORED_ROLES, NO_ROLE):
        raise one_of("role", role, [*STORED_ROLES, NO_ROLE])
    if role in WITH_PARTY and not party:
        raise WrongUse(f"A {role} speaks for a party: say which (--party IRN).")
    if role not in WITH_PARTY and party:
        raise WrongUse(f"A {role} speaks for no party.")


def must_be_a_key(programme: str) -> None:
    """Raises ``WrongUse`` for what can be no key of a programme."""
    if not KEY.fullmatch(programme):
        raise WrongUse(
            f"'{programme[:40]}' is no key of a programme: small letters, digits and hyphens, at most 40."
        )


def dump_of(where: str | Path) -> bytes:
    """All accounts that are kept at an address. Raises ``WrongUse`` where there are none: to look is not to
    make."""
    if "://" not in str(where) and not Path(where).is_file():
        raise WrongUse(f"There is no file '{where}' of accounts.")
    kept = People(where)
    try:
        return kept.dump()
    finally:
        kept.close()


def loading(where: str | Path) -> Callable[[bytes], None]:
    """What puts a dump into new accounts at an address. Raises ``WrongUse`` at once if something stands
    there."""
    if "://" not in str(where) and Path(where).exists():
        raise WrongUse(f"'{where}' exists; choose another name.")

    def load(dumped: bytes) -> None:
        kept = People(where)
        try:
            kept.load(dumped)
        finally:
            kept.close()

    return load


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _for_its_owner(file: Path) -> None:
    """Accounts are read by nobody but who runs the server; what SQLite lays beside them has the same rights.
    Raises ``WrongUse`` where the disk refuses."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except OSError as fault:
        raise WrongUse(f"The persons cannot be kept in '{file}': {fault.strerror}.") from None


def _patient(raw: Any, _record: Any) -> None:
    raw.execute("PRAGMA busy_timeout = 5000")
    raw.execute("PRAGMA journal_mode = WAL")
