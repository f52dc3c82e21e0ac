"""Who is here: sessions, sign-in by password or OpenID Connect, and the words of the page."""

from __future__ import annotations

import hmac
from dataclasses import asdict

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden
from milepost.errors import WrongUse
from milepost.web import views
from milepost.web.answers.people import (
    EndedSessions,
    Messages,
    OpenSession,
    OpenSessions,
    OwnPasskeys,
    Passkey,
    PasskeyOptions,
    Session,
    SignedOut,
)
from milepost.web.desk import API, Entrance, address_of
from milepost.web.passkeys import Passkeys
from milepost.web.people import People
from milepost.web.rights import NotThere
from milepost.web.security import CSRF_HEADER
from milepost.web.shapes import NewPasskey, SignIn, SignInByPasskey

_PASSKEY_COOKIE = "milepost_passkey"


def add(desk: Entrance) -> None:
    """Add them to the router."""
    _sessions(desk)
    _own_sessions(desk)
    _own_passkeys(desk)
    _passkey_sign_in(desk)
    _oidc(desk)

    @desk.endpoint("GET", "/messages/{lang}", "open", answer=Messages, tags=["page"])
    def messages(lang: str) -> Messages:
        """The words of the page in one language (Fluent), and the names of countries."""
        return views.messages(lang)


def _describe(desk: Entrance, person: Person, csrf: str) -> Session:
    config = desk.config
    teams, oidc = config.people is not None, config.oidc is not None
    return views.session(person, csrf, teams=teams, oidc=oidc, public=config.public)


def _sessions(desk: Entrance) -> None:
    endpoint, config = desk.endpoint, desk.config

    @endpoint("GET", "/session", "open", answer=Session, tags=["people"])
    def session(request: Request) -> Session:
        """Who is signed in, what the person may do, and the token that writing needs."""
        return _describe(desk, desk.who(request), desk.csrf_of(request))

    @endpoint("POST", "/session", "open", answer=Session, tags=["people"], hashing=True)
    def sign_in(body: SignIn, request: Request) -> Response:
        """Sign in with name and password."""
        token, found = _people(desk).login(
            body.name, body.password, code=body.code, address=address_of(request)
        )
        answer = JSONResponse(_describe(desk, found.person, found.csrf).as_dict())
        _keep_signed_in(desk, request, answer, token)
        return answer

    @endpoint("DELETE", "/session", "open", answer=SignedOut, tags=["people"])
    def sign_out(request: Request) -> Response:
        """Sign out; the session ends on the server."""
        found = desk.session_of(request)
        if config.people is not None and found:
            if not hmac.compare_digest(found.csrf.encode(), request.headers.get(CSRF_HEADER, "").encode()):
                raise Forbidden(f"The header {CSRF_HEADER} does not carry the token of this session.")
            config.people.logout(request.cookies[desk.cookie], said=True)
        answer = JSONResponse(SignedOut(signed_in=False).as_dict())
        answer.delete_cookie(
            desk.cookie, path=config.root + "/", secure=config.https, httponly=True, samesite="strict"
        )
        return answer


def _own_sessions(desk: Entrance) -> None:
    """Where one is signed in, for oneself only: a name is never asked for."""
    endpoint, config = desk.endpoint, desk.config

    @endpoint("GET", "/sessions", "own sessions", answer=OpenSessions, tags=["people"])
    def sessions(request: Request) -> OpenSessions:
        """One's own sessions that have not ended, the last one used first."""
        if config.people is None:
            return OpenSessions(sessions=[])
        found = config.people.sessions(desk.who(request).name, request.cookies.get(desk.cookie, ""))
        return OpenSessions(sessions=[OpenSession(**asdict(one)) for one in found])

    @endpoint("DELETE", "/sessions", "own sessions", answer=EndedSessions, tags=["people"])
    def end_others(request: Request) -> EndedSessions:
        """End one's own sessions but the one that asks."""
        if config.people is None:
            return EndedSessions(ended=0)
        token = request.cookies.get(desk.cookie, "")
        return EndedSessions(ended=config.people.end_others(desk.who(request).name, token))

    @endpoint("DELETE", "/sessions/{ident}", "own sessions", answer=EndedSessions, tags=["people"])
    def end_session(ident: str, request: Request) -> EndedSessions:
        """End one of one's own sessions."""
        if config.people is None:
            raise NotThere("There is no such session.")
        try:
            config.people.end_session(desk.who(request).name, ident)
        except WrongUse:
            raise NotThere("There is no such session.") from None
        return EndedSessions(ended=1)


def _own_passkeys(desk: Entrance) -> None:
    """One's own passkeys, for oneself only: a name is never asked for."""
    endpoint = desk.endpoint

    def listed(request: Request) -> OwnPasskeys:
        people = desk.config.people
        found = Passkeys(people).all(desk.who(request).name) if people else ()
        return OwnPasskeys(passkeys=[Passkey(**asdict(one)) for one in found])

    @endpoint("GET", "/passkeys", "own sessions", answer=OwnPasskeys, tags=["people"])
    def passkeys(request: Request) -> OwnPasskeys:
        """One's own passkeys, the first one first."""
        return listed(request)

    @endpoint("POST", "/passkeys/begin", "own sessions", answer=PasskeyOptions, tags=["people"])
    def begin_passkey(request: Request) -> PasskeyOptions:
        """What the browser needs to make a passkey, for five minutes and once; within fifteen minutes of
        signing in."""
        kept = Passkeys(_people(desk))
        token = request.cookies.get(desk.cookie, "")
        options = kept.begin_adding(desk.site(request), desk.who(request).name, token)
        return PasskeyOptions(options=options)

    @endpoint("POST", "/passkeys", "own sessions", answer=OwnPasskeys, tags=["people"])
    def add_passkey(body: NewPasskey, request: Request) -> OwnPasskeys:
        """Keep a passkey that the browser made."""
        kept = Passkeys(_people(desk))
        token = request.cookies.get(desk.cookie, "")
        kept.add(desk.site(request), desk.who(request).name, token, body.label, body.credential)
        return listed(request)

    @endpoint("DELETE", "/passkeys/{ident}", "own sessions", answer=OwnPasskeys, tags=["people"])
    def remove_passkey(ident: str, request: Request) -> OwnPasskeys:
        """Remove one of one's own passkeys."""
        try:
            Passkeys(_people(desk)).remove(desk.who(request).name, ident)
        except WrongUse:
            raise NotThere("There is no such passkey.") from None
        return listed(request)


def _passkey_sign_in(desk: Entrance) -> None:
    endpoint, config = desk.endpoint, desk.config

    @endpoint("POST", "/session/passkey/begin", "open", answer=PasskeyOptions, tags=["people"], hashing=True)
    def begin_sign_in(request: Request) -> Response:
        """What the browser needs to sign in by a passkey, for five minutes and once; no name is asked for."""
        options, secret = Passkeys(_people(desk)).begin_entering(desk.site(request))
        answer = JSONResponse(PasskeyOptions(options=options).as_dict())
        answer.set_cookie(
            _PASSKEY_COOKIE,
            secret,
            max_age=300,
            httponly=True,
            samesite="strict",
            secure=config.https,
            path=config.root + API,
        )
        return answer

    @endpoint("POST", "/session/passkey", "open", answer=Session, tags=["people"], hashing=True)
    def sign_in_by_passkey(body: SignInByPasskey, request: Request) -> Response:
        """Sign in by what a passkey signed."""
        secret = request.cookies.get(_PASSKEY_COOKIE, "")
        token, found = Passkeys(_people(desk)).enter(
            desk.site(request), secret, body.credential, address=address_of(request)
        )
        answer = JSONResponse(_describe(desk, found.person, found.csrf).as_dict())
        _keep_signed_in(desk, request, answer, token)
        answer.delete_cookie(_PASSKEY_COOKIE, path=config.root + API)
        return answer


def _people(desk: Entrance) -> People:
    if desk.config.people is None:
        raise WrongUse("This server has a single local user; there is nobody to sign in.")
    return desk.config.people


def _oidc(desk: Entrance) -> None:
    endpoint, config = desk.endpoint, desk.config

    @endpoint("GET", "/oidc/begin", "open", tags=["people"], response_class=RedirectResponse, status_code=303)
    def oidc_begin(request: Request) -> Response:
        """Go to the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        url, pending = config.oidc.begin(
            f"{request.url.scheme}://{request.url.netloc}{config.root}{API}/oidc/finish"
        )
        answer = RedirectResponse(url, status_code=303)
        answer.set_cookie(
            "milepost_oidc",
            pending,
            max_age=600,
            httponly=True,
            samesite="lax",
            secure=config.https,
            path=config.root + API,
        )
        return answer

    @endpoint(
        "GET",
        "/oidc/finish",
        "open",
        tags=["people"],
        response_class=RedirectResponse,
        status_code=303,
        queries=False,  # who sends people here says what it likes
    )
    def oidc_finish(request: Request) -> Response:
        """Come back from the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        token, _found = config.oidc.finish(
            str(request.url), request.cookies.get("milepost_oidc", ""), address=address_of(request)
        )
        answer = RedirectResponse(config.root + "/", status_code=303)
        _keep_signed_in(desk, request, answer, token)
        answer.delete_cookie("milepost_oidc", path=config.root + API)
        return answer


def _keep_signed_in(desk: Entrance, request: Request, answer: Response, token: str) -> None:
    """Set the cookie of a new session; who signs in again leaves no open session behind."""
    before = request.cookies.get(desk.cookie, "")
    if desk.config.people and before:
        desk.config.people.logout(before)
    answer.set_cookie(
        desk.cookie,
        token,
        max_age=12 * 3600,
        httponly=True,
        samesite="strict",
        secure=desk.config.https,
        path=desk.config.root + "/",
    )
