"""Who is here, the words of the page, a calendar's address, and how far a job is."""

from __future__ import annotations

from typing import Any, Literal

from milepost.web.answers.base import Answer


class Session(Answer):
    """Who is signed in, and what the person may do."""

    signed_in: bool
    """Is anybody?"""
    name: str
    """Name; empty: nobody."""
    role: str
    """Role."""
    party: str
    """Party that the person speaks for; empty: none."""
    csrf: str
    """Token that writing needs."""
    teams: bool
    """Has the server accounts?"""
    oidc: bool
    """Has it an identity provider?"""
    may: list[str]
    """Actions that are allowed."""


class OpenSession(Answer):
    """A session of one's own that has not ended."""

    id: str
    """Its id; nothing can be opened with it."""
    began: str
    """When it began, UTC."""
    seen: str
    """When it was last used, UTC."""
    this: bool
    """Is it the one that asks?"""


class OpenSessions(Answer):
    """The sessions of one's own, the last one used first."""

    sessions: list[OpenSession]
    """One each."""


class EndedSessions(Answer):
    """Sessions that were ended."""

    ended: int
    """How many."""


class Passkey(Answer):
    """A passkey of one's own."""

    id: str
    """Its id here; nothing can be opened with it."""
    label: str
    """What its owner calls it."""
    site: str
    """Name of the server that it was made for; it opens no other."""
    added: str
    """When it was added, UTC."""
    used: str
    """When it was last used, UTC; empty: never."""


class OwnPasskeys(Answer):
    """The passkeys of one's own, the first one first."""

    passkeys: list[Passkey]
    """One each."""


class PasskeyOptions(Answer):
    """What the browser is to ask an authenticator for (WebAuthn, as JSON)."""

    options: dict[str, Any]
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""


class SignedOut(Answer):
    """The session has ended."""

    signed_in: Literal[False]
    """Nobody is signed in."""


class Messages(Answer):
    """The words of the page in one language."""

    lang: str
    """Code of the language."""
    dir: Literal["ltr", "rtl"]
    """Direction of writing."""
    languages: dict[str, str]
    """All languages: code -> name in itself."""
    messages: str
    """Messages, Fluent."""


class Feed(Answer):
    """The address of a calendar."""

    path: str
    """Path on this server."""
    secret: bool
    """Is it a secret of the person's own?"""


class JobState(Answer):
    """How far a job is."""

    id: str
    """Its id."""
    kind: str
    """What it makes."""
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    """How far it is."""
    done: int
    """Steps done."""
    of: int
    """Steps in all; 0: not known."""
    error: str
    """Why it failed; empty: it did not."""
    name: str
    """File name of the result; empty: there is none yet."""
    media_type: str
    """Content type of the result."""
    bytes: int
    """Size of the result, bytes."""
