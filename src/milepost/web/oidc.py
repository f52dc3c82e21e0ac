"""Sign-in by OpenID Connect (authorization code with PKCE), by Authlib.

The answer is believed only if it comes back to the browser that began (cookie), once, within ten minutes, and
if the ID token is signed by a key of the issuer, is meant for this client, is not expired and carries the
nonce of this very sign-in. Who may sign in was decided before: a person with that subject must have been
added; nobody signs up.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from milepost.errors import WrongUse
from milepost.late import Late
from milepost.web.people import People, Session, SignInRefused

_http, _jwt, _jwk, _jose = (Late(name) for name in ("httpx2", "joserfc.jwt", "joserfc.jwk", "joserfc.errors"))
_oauth, _oidc = Late("authlib.integrations.httpx_client"), Late("authlib.oidc.core")

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_FAILED = "The sign-in did not succeed; begin again."


@dataclass(frozen=True)
class Oidc:
    """One identity provider."""

    issuer: str
    client_id: str
    client_secret: str
    people: People
    timeout_seconds: float = 10.0

    @classmethod
    def from_environment(cls, issuer: str, client_id: str, people: People) -> Oidc:
        """With the secret from MILEPOST_OIDC_SECRET. Raises ``WrongUse`` without it, or for an issuer without
        TLS."""
        secret = os.environ.get("MILEPOST_OIDC_SECRET", "")
        if not secret:
            raise WrongUse("Set MILEPOST_OIDC_SECRET to the secret of the client.")
        local = urlsplit(issuer).hostname in _LOCAL
        if not issuer.startswith("https://") and not local:
            raise WrongUse("The issuer must be an https address.")
        return cls(issuer.rstrip("/"), client_id, secret, people)

    def begin(self, redirect_uri: str) -> tuple[str, str]:
        """Where to send the browser, and the secret that its cookie keeps until it comes back."""
        about = self._discover()
        browser, nonce, verifier = (
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
        )
        with self._client(redirect_uri) as client:
            url, state = client.create_authorization_url(
                about["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        self.people.keep_pending(state, browser, nonce, verifier, redirect_uri)
        return str(url), browser

    def finish(self, url: str, browser: str, *, address: str = "") -> tuple[str, Session]:
        """A session from the address to which the provider sent the browser back. Raises
        ``SignInRefused``."""
        try:
            return self._finish(url, browser, address)
        except SignInRefused:
            self.people.record("sign-in failed", "", address=address, detail="OpenID Connect")
            raise

    def _finish(self, url: str, browser: str, address: str) -> tuple[str, Session]:
        asked = parse_qs(urlsplit(url).query)
        state = asked.get("state", [""])[0]
        pending = self.people.take_pending(state, browser) if state and browser else None
        if pending is None:
            raise SignInRefused(_FAILED)
        nonce, verifier, redirect = pending
        about = self._discover()
        # RFC 9207: an answer that another provider mixed in names that other one
        named = asked.get("iss", [""])[0]
        if (named or about.get("authorization_response_iss_parameter_supported")) and named != about[
            "issuer"
        ]:
            raise SignInRefused(_FAILED)
        try:
            with self._client(redirect) as client:
                client.state = state
                token = client.fetch_token(
                    about["token_endpoint"], authorization_response=url, code_verifier=verifier
                )
            keys = _jwk.KeySet.import_key_set(self._get(about["jwks_uri"]))
            known = [
                a for a in ALGORITHMS if a in about.get("id_token_signing_alg_values_supported", ["RS256"])
            ]
            found = _jwt.decode(token["id_token"], keys, algorithms=known)
            claims = _oidc.CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": about["issuer"]},
                    "aud": {"essential": True, "value": self.client_id},
                },
                {"nonce": nonce, "client_id": self.client_id},
            )
            claims.validate(leeway=60)
            if found.claims.get("nonce") != nonce:
                raise SignInRefused(_FAILED)
        except SignInRefused:
            raise
        except (_jose.JoseError, _http.HTTPError, KeyError, ValueError, TypeError) as fault:
            raise SignInRefused(_FAILED) from fault
        except Exception as fault:  # Authlib's own faults have no common base
            raise SignInRefused(_FAILED) from fault
        person = self.people.by_subject(self.issuer, str(found.claims["sub"]))
        if person is None:
            raise SignInRefused(
                "You are known to the identity provider, but nobody added you to this programme."
            )
        return self.people.start_session(person.name, how="OpenID Connect", address=address)

    def _client(self, redirect_uri: str) -> Any:
        return _oauth.OAuth2Client(
            self.client_id,
            self.client_secret,
            scope="openid",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=self.timeout_seconds,
        )

    def _discover(self) -> dict[str, Any]:
        about = self._get(f"{self.issuer}/.well-known/openid-configuration")
        if about.get("issuer", "").rstrip("/") != self.issuer:
            raise WrongUse("The identity provider names another issuer than the one configured.")
        for what in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            where = urlsplit(str(about.get(what, "")))
            if where.scheme != "https" and not (where.scheme == "http" and where.hostname in _LOCAL):
                raise WrongUse(f"The identity provider names no https address for its {what}.")
        return about

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = _http.get(url, timeout=self.timeout_seconds)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (_http.HTTPError, ValueError):
            raise WrongUse("The identity provider does not answer; try again later.") from None
        return found
