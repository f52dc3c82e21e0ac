"""Who is here: sessions, sign-in by password or OpenID Connect, and the words of the page."""

from __future__ import annotations

import hmac
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import page_messages
from milepost.web.desk import API, Desk, address_of
from milepost.web.rights import ACTIONS
from milepost.web.security import CSRF_HEADER
from milepost.web.shapes import SessionAnswer, SignIn


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, config = desk.endpoint, desk.config

    def describe(request: Request, person: Person, csrf: str) -> dict[str, Any]:
        known = config.people is None or config.public or bool(person.name)
        return {
            "signed_in": bool(person.name),
            "name": person.name,
            "role": person.role,
            "party": person.party,
            "csrf": csrf,
            "teams": config.people is not None,
            "oidc": config.oidc is not None,
            "may": sorted(
                a for a, roles in ACTIONS.items() if person.role in roles and (known or a == "open")
            ),
        }

    @endpoint("GET", "/session", "open", response_model=SessionAnswer, tags=["people"])
    def session(request: Request) -> dict[str, Any]:
        """Who is signed in, what the person may do, and the token that writing needs."""
        return describe(request, desk.who(request), desk.csrf_of(request))

    @endpoint("POST", "/session", "open", response_model=SessionAnswer, tags=["people"])
    def sign_in(body: SignIn, request: Request, response: Response) -> dict[str, Any]:
        """Sign in with name and password."""
        if config.people is None:
            raise WrongUse("This server has a single local user; there is nobody to sign in.")
        token, found = config.people.login(body.name, body.password, address=address_of(request))
        cookie(request, response, token)
        return describe(request, found.person, found.csrf)

    @endpoint("DELETE", "/session", "open", tags=["people"])
    def sign_out(request: Request, response: Response) -> dict[str, Any]:
        """Sign out; the session ends on the server."""
        found = desk.session_of(request)
        if config.people is not None and found:
            if not hmac.compare_digest(found.csrf.encode(), request.headers.get(CSRF_HEADER, "").encode()):
                raise Forbidden(f"The header {CSRF_HEADER} does not carry the token of this session.")
            config.people.logout(request.cookies[desk.cookie], said=True)
        response.delete_cookie(desk.cookie, path="/", secure=config.https, httponly=True, samesite="strict")
        return {"signed_in": False}

    def cookie(request: Request, response: Response, token: str) -> None:
        before = request.cookies.get(desk.cookie, "")
        if config.people and before:
            config.people.logout(before)  # who signs in again leaves no open session behind
        response.set_cookie(
            desk.cookie,
            token,
            max_age=12 * 3600,
            httponly=True,
            samesite="strict",
            secure=config.https,
            path="/",
        )

    @endpoint("GET", "/oidc/begin", "open", tags=["people"], response_class=RedirectResponse, status_code=303)
    def oidc_begin(request: Request) -> Response:
        """Go to the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        url, pending = config.oidc.begin(str(request.base_url).rstrip("/") + f"{API}/oidc/finish")
        answer = RedirectResponse(url, status_code=303)
        answer.set_cookie(
            "milepost_oidc",
            pending,
            max_age=600,
            httponly=True,
            samesite="lax",
            secure=config.https,
            path=API,
        )
        return answer

    @endpoint(
        "GET", "/oidc/finish", "open", tags=["people"], response_class=RedirectResponse, status_code=303
    )
    def oidc_finish(request: Request) -> Response:
        """Come back from the identity provider."""
        if config.oidc is None or config.people is None:
            raise WrongUse("This server has no identity provider.")
        token, _found = config.oidc.finish(
            str(request.url), request.cookies.get("milepost_oidc", ""), address=address_of(request)
        )
        answer = RedirectResponse("/", status_code=303)
        cookie(request, answer, token)
        answer.delete_cookie("milepost_oidc", path=API)
        return answer

    @endpoint("GET", "/messages/{lang}", "open", tags=["page"])
    def messages(lang: str) -> dict[str, Any]:
        """The words of the page in one language (Fluent), and the names of countries."""
        language = Language(lang)
        return {
            "lang": lang,
            "dir": language.direction,
            "languages": LANGUAGES,
            "messages": page_messages(lang),
        }
