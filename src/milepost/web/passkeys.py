"""Sign-in by passkeys (WebAuthn), by Yubico's fido2, beside the accounts.

A passkey signs a challenge that this server gave out a moment before, once, to this very session or browser,
and the browser says for which address. That address is never taken from what the client says of itself: it is
the host name that the server answers to, and the scheme and port of a trusted proxy or of its own socket. The
authenticator must have asked its owner (PIN, finger, face), so that a passkey stands for both factors. Its
counter, where it has one, only grows: one that falls back says that there is a copy.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import ipaddress
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from milepost.acts.rights import Forbidden
from milepost.errors import WrongUse, one_of
from milepost.web.accounts import CHALLENGES, PASSKEYS, SESSIONS
from milepost.web.people import TOO_MANY, People, Session, SignInRefused

AT_MOST = 20  # passkeys of a person
ANSWER_WITHIN = dt.timedelta(minutes=5)
FRESH = dt.timedelta(minutes=15)  # since sign-in: who finds a screen open adds no key of his own
_CHALLENGES = 20_000  # that wait for an answer, at most
_LONGEST = 8_000  # bytes of an id and a key: an RSA key of 4,096 bits takes some 1,600
_NEEDED = UserVerificationRequirement.REQUIRED
_FAILED = "The passkey was not accepted; begin again."
_ADD, _ENTER = "add", "sign in"


@dataclass(frozen=True)
class Site:
    """The server as browsers see it: its name (the RP id), and the origin of its page."""

    name: str
    origin: str


@dataclass(frozen=True)
class Passkey:
    """A passkey of a person: its id here (nothing can be opened with it), the name that its owner gave it,
    the name of the server that it was made for, when it was added and last used (UTC; empty: never)."""

    id: str
    label: str
    site: str
    added: str
    used: str


def site_of(scheme: str, host: str, port: int | None) -> Site:
    """The site at a scheme, a host name and a port (None: the usual one). Raises ``WrongUse`` where browsers
    make no passkeys: at a number instead of a name, and without TLS."""
    host = host.lower()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        raise WrongUse(f"Passkeys need a name, and {host} is a number; open the page by the server's name.")
    if scheme != "https" and host != "localhost":
        raise WrongUse(
            "Passkeys need HTTPS: put a proxy with TLS in front, and start the server with --https."
        )
    usual = {"https": 443, "http": 80}[scheme]
    return Site(host, f"{scheme}://{host}" + ("" if port in (None, usual) else f":{port}"))


class Passkeys:
    """The passkeys of persons."""

    def __init__(self, people: People) -> None:
        self._people, self._engine = people, people.engine

    # ---- of a person

    def all(self, name: str) -> tuple[Passkey, ...]:
        """The passkeys of a person, the first one first."""
        mine = select(PASSKEYS).where(PASSKEYS.c.name == name).order_by(PASSKEYS.c.added, PASSKEYS.c.id)
        with self._engine.connect() as link:
            rows = link.execute(mine).all()
        return tuple(Passkey(r.id[:16], r.label, r.site, r.added[:19], r.used[:19]) for r in rows)

    def remove(self, name: str, ident: str, *, by: str = "") -> None:
        """Remove a passkey of a person. Raises ``WrongUse`` for one that is not the person's own."""
        known = [p.id for p in self.all(name)]
        if ident not in known:
            raise one_of("passkey", ident, known)
        mine = (PASSKEYS.c.name == name) & PASSKEYS.c.id.startswith(ident, autoescape=True)
        with self._engine.begin() as link:
            link.execute(delete(PASSKEYS).where(mine))
        self._people.record("passkey removed", name, by=by or name)

    # ---- adding

    def begin_adding(self, site: Site, name: str, token: str) -> dict[str, Any]:
        """What the browser is asked for (``PublicKeyCredentialCreationOptions``, as JSON). Raises
        ``Forbidden`` if the person signed in long ago, ``WrongUse`` if there are too many."""
        self._must_be_fresh(token)
        with self._engine.connect() as link:
            rows = link.execute(select(PASSKEYS.c.credential).where(PASSKEYS.c.name == name)).scalars().all()
        if len(rows) >= AT_MOST:
            raise WrongUse(f"There are {AT_MOST} passkeys already; remove one first.")
        user = PublicKeyCredentialUserEntity(id=_handle(name), name=name, display_name=name)
        options, _ = _server(site).register_begin(
            user,
            [_credential(text) for text in rows],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=_NEEDED,
            challenge=self._challenge(_ADD, token),
        )
        return dict(options)["publicKey"]  # type: ignore[no-any-return]

    def add(self, site: Site, name: str, token: str, label: str, answer: Mapping[str, Any]) -> None:
        """Keep the passkey that the browser made. Raises ``WrongUse`` for one that does not answer what was
        asked, ``Forbidden`` if the person signed in long ago."""
        self._must_be_fresh(token)
        label = _label(label)
        try:
            found = RegistrationResponse.from_dict(answer)
            asked = found.response.client_data
        except Exception:  # what a client sends may be anything, and the library says so in many ways
            raise WrongUse(_FAILED) from None
        self._take_challenge(_ADD, token, asked)
        _must_be_here(site, asked)
        try:
            made = _server(site).register_complete(_state(asked), found)
            credential = made.credential_data
            assert credential is not None
            known = credential.public_key[3] in CoseKey.supported_algorithms()
        except Exception:
            raise WrongUse(_FAILED) from None
        if not known or len(credential) > _LONGEST:
            raise WrongUse("This kind of passkey is not known here; use another device or key.")
        row = {
            "id": _digest(credential.credential_id),
            "name": name,
            "label": label,
            "site": site.name,
            "credential": base64.b64encode(credential).decode(),
            "count": made.counter,
            "added": self._people.now().isoformat(),
            "used": "",
        }
        try:
            with self._engine.begin() as link:
                link.execute(insert(PASSKEYS).values(**row))
        except IntegrityError:
            raise WrongUse("This passkey is known already.") from None
        self._people.record("passkey added", name, detail=label)

    def _must_be_fresh(self, token: str) -> None:
        """Raises ``Forbidden`` if the session of a token began long ago."""
        with self._engine.connect() as link:
            began = link.execute(
                select(SESSIONS.c.began).where(SESSIONS.c.token == _digest(token.encode()))
            ).scalar_one_or_none()
        if began is None or self._people.now() - dt.datetime.fromisoformat(began) > FRESH:
            minutes = int(FRESH.total_seconds() // 60)
            raise Forbidden(
                f"Sign out and in again: a passkey is added within {minutes} minutes of signing in."
            )

    # ---- signing in

    def begin_entering(self, site: Site) -> tuple[dict[str, Any], str]:
        """What the browser is asked to sign (``PublicKeyCredentialRequestOptions``, as JSON), and the secret
        that its cookie keeps until it answers. Nobody is named, so nobody learns who has a passkey."""
        secret = secrets.token_urlsafe(32)
        options, _ = _server(site).authenticate_begin(
            None, user_verification=_NEEDED, challenge=self._challenge(_ENTER, secret)
        )
        return dict(options)["publicKey"], secret

    def enter(
        self, site: Site, secret: str, answer: Mapping[str, Any], *, address: str = ""
    ) -> tuple[str, Session]:
        """The token of a new session, and the session, from what a passkey signed. Raises
        ``SignInRefused``."""
        try:
            found = AuthenticationResponse.from_dict(answer)
            key = f"passkey:{_digest(found.raw_id)}"  # no name holds a colon
        except Exception:
            found, key = None, "passkey:"
        owner = self._owner(key)
        if self._people.tried(key, address):
            self._people.record("sign-in locked", owner, address=address, detail="passkey")
            raise SignInRefused(TOO_MANY)
        try:
            if found is None:
                raise SignInRefused(_FAILED)
            owner = self._entered(site, secret, found)
        except WrongUse:
            self._people.record("sign-in failed", owner, address=address, detail="passkey")
            raise
        self._people.forget_tries(key)
        return self._people.start_session(owner, how="passkey", address=address)

    def _owner(self, key: str) -> str:
        mine = select(PASSKEYS.c.name).where(PASSKEYS.c.id == key.removeprefix("passkey:"))
        with self._engine.connect() as link:
            return str(link.execute(mine).scalar_one_or_none() or "")

    def _entered(self, site: Site, secret: str, found: AuthenticationResponse) -> str:
        """Whose passkey signed. Raises ``SignInRefused``."""
        asked = found.response.client_data
        try:
            self._take_challenge(_ENTER, secret, asked)
            _must_be_here(site, asked)
        except SignInRefused:
            raise
        except WrongUse as fault:
            raise SignInRefused(str(fault)) from None
        ident = _digest(found.raw_id)
        with self._engine.connect() as link:
            row = link.execute(select(PASSKEYS).where(PASSKEYS.c.id == ident)).one_or_none()
        if row is None:
            raise SignInRefused("This passkey is not known here; it may have been removed.")
        if found.response.user_handle != _handle(row.name):
            raise SignInRefused(_FAILED)
        try:
            _server(site).authenticate_complete(_state(asked), [_credential(row.credential)], found)
            now = AuthenticatorData(found.response.authenticator_data).counter
        except Exception:
            raise SignInRefused(_FAILED) from None
        self._count(row, now)
        return str(row.name)

    def _count(self, row: Any, now: int) -> None:
        """Take over the counter of a passkey, in one comparison. Raises ``SignInRefused`` if it did not
        grow; an authenticator without one always says nought."""
        mine = PASSKEYS.c.id == row.id
        grew = PASSKEYS.c.count < now if now else PASSKEYS.c.count == 0
        with self._engine.begin() as link:
            taken = link.execute(
                update(PASSKEYS).where(mine & grew).values(count=now, used=self._people.now().isoformat())
            ).rowcount
        if taken != 1:
            told = f"counter {now} after {row.count}: there may be a copy"
            self._people.record("passkey refused", row.name, detail=told)
            raise SignInRefused(
                "This passkey was used elsewhere since: there may be a copy of it. Sign in another way and "
                "remove it."
            )

    # ---- challenges

    def _challenge(self, purpose: str, holder: str) -> bytes:
        """A new challenge for one session or browser; the ones that it was given before end."""
        made, moment = secrets.token_bytes(32), self._people.now()
        row = {
            "challenge": _digest(made),
            "holder": _digest(holder.encode()),
            "purpose": purpose,
            "at": moment.isoformat(),
        }
        old = CHALLENGES.c.at < (moment - ANSWER_WITHIN).isoformat()
        with self._engine.begin() as link:
            link.execute(delete(CHALLENGES).where(or_(old, CHALLENGES.c.holder == row["holder"])))
            newest = select(CHALLENGES.c.at).order_by(CHALLENGES.c.at.desc()).offset(_CHALLENGES).limit(1)
            if (most := link.execute(newest).scalar_one_or_none()) is not None:
                link.execute(delete(CHALLENGES).where(CHALLENGES.c.at <= most))
            link.execute(insert(CHALLENGES).values(**row))
        return made

    def _take_challenge(self, purpose: str, holder: str, asked: CollectedClientData) -> None:
        """Raises ``WrongUse`` unless the challenge was given out for this, to this session or browser, not
        long ago, and was not answered before."""
        mine = CHALLENGES.c.challenge == _digest(asked.challenge)
        with self._engine.begin() as link:
            row = link.execute(select(CHALLENGES).where(mine)).one_or_none()
            taken = link.execute(delete(CHALLENGES).where(mine)).rowcount
        if (
            row is None
            or taken != 1
            or row.purpose != purpose
            or dt.datetime.fromisoformat(row.at) < self._people.now() - ANSWER_WITHIN
            or not secrets.compare_digest(row.holder, _digest(holder.encode()))
        ):
            raise WrongUse(_FAILED)


def _server(site: Site) -> Fido2Server:
    party = PublicKeyCredentialRpEntity(id=site.name, name="milepost")
    return Fido2Server(party, verify_origin=lambda origin: str(origin).lower() == site.origin)


def _state(asked: CollectedClientData) -> dict[str, Any]:
    """What the library compares an answer with: its challenge was compared with ours before."""
    challenge = base64.urlsafe_b64encode(asked.challenge).rstrip(b"=").decode()
    return {"challenge": challenge, "user_verification": _NEEDED}


def _must_be_here(site: Site, asked: CollectedClientData) -> None:
    """Raises ``WrongUse`` for what was signed on another page, or in a frame of one."""
    origin = str(asked.origin)
    if asked.cross_origin:
        raise WrongUse("The passkey was asked for from within another page.")
    if origin.lower() != site.origin:
        raise WrongUse(
            f"The browser was at {origin[:200]}, and this server is {site.origin}. Whoever runs it says "
            "another port with --name HOST:PORT."
        )


def _handle(name: str) -> bytes:
    """What an authenticator calls a person: no name."""
    return hashlib.sha256(f"passkey\0{name}".encode()).digest()


def _credential(text: str) -> AttestedCredentialData:
    return AttestedCredentialData(base64.b64decode(text))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _label(text: str) -> str:
    """The name that an owner gives a passkey. Raises ``WrongUse``."""
    kept = unicodedata.normalize("NFC", " ".join(text.split()))
    if not kept or len(kept) > 60 or any(unicodedata.category(c) in ("Cc", "Co", "Cn", "Cs") for c in kept):
        raise WrongUse("Give the passkey a name of 1 to 60 characters, such as the device it is on.")
    return kept
