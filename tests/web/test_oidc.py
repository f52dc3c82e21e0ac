"""Sign-in by OpenID Connect against a small real provider on loopback: what is not exactly right is
refused."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Form
from joserfc import jwt
from joserfc.jwk import RSAKey
from serving import Client, running

from milepost.errors import WrongUse
from milepost.web.app import API, Config
from milepost.web.oidc import Oidc
from milepost.web.people import People


class Provider:
    """An identity provider that can be told to lie."""

    def __init__(self) -> None:
        self.key, self.other = (
            RSAKey.generate_key(2048, {"kid": "1"}),
            RSAKey.generate_key(2048, {"kid": "1"}),
        )
        self.lie = ""
        self.asked: dict[str, str] = {}
        self.address = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def about() -> dict[str, Any]:
            return {
                "issuer": "http://elsewhere.example" if self.lie == "issuer" else self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": "http://elsewhere.example/keys"
                if self.lie == "plain keys"
                else f"{self.address}/keys",
                "authorization_response_iss_parameter_supported": self.lie == "names itself",
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.post("/token")
        def token(code: str = Form(), code_verifier: str = Form()) -> dict[str, Any]:
            challenge = (
                base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest())
                .rstrip(b"=")
                .decode()
            )
            assert challenge == self.asked["code_challenge"]
            assert self.asked["code_challenge_method"] == "S256"
            now = int(time.time())
            claims = {
                "iss": self.address,
                "aud": "another" if self.lie == "audience" else "milepost",
                "sub": "unknown" if self.lie == "subject" else "42",
                "nonce": "old" if self.lie == "nonce" else self.asked["nonce"],
                "iat": now - 7200 if self.lie == "expired" else now,
                "exp": now - 3600 if self.lie == "expired" else now + 600,
            }
            if self.lie == "no nonce":
                del claims["nonce"]
            if self.lie == "alg none":
                parts = [b'{"alg":"none"}', str(claims).replace("'", '"').encode(), b""]
                signed = ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts)
            else:
                signed = jwt.encode(
                    {"alg": "RS256", "kid": "1"}, claims, self.other if self.lie == "key" else self.key
                )
            return {"access_token": "a", "token_type": "Bearer", "id_token": signed}

        return app


@pytest.fixture
def provider() -> Iterator[Provider]:
    import socket

    found = Provider()
    link = socket.socket()
    link.bind(("127.0.0.1", 0))
    found.address = f"http://127.0.0.1:{link.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(found.app(), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [link]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield found
    server.should_exit = True
    thread.join(10)
    link.close()


@pytest.fixture
def site(provider: Provider, ridge: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("MILEPOST_OIDC_SECRET", "a secret")
    people.add("otto", "observer", issuer=provider.address, subject="42")
    with running(
        Config(str(ridge), people=people, oidc=Oidc.from_environment(provider.address, "milepost", people))
    ) as address:
        yield address


def begin(provider: Provider, client: Client) -> str:
    """Where the provider would send the browser back."""
    answer = client.http.get(f"{API}/oidc/begin", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    to = urlsplit(answer.headers["location"])
    provider.asked = {k: v[0] for k, v in parse_qs(to.query).items()}
    assert provider.asked["scope"] == "openid"
    return f"{provider.asked['redirect_uri']}?code=abc&state={provider.asked['state']}"


def test_a_good_sign_in(provider: Provider, site: str) -> None:
    client = Client(site)
    back = begin(provider, client)
    answer = client.http.get(back, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert client.look()["name"] == "otto"
    assert client.get("/programme").status_code == 200
    assert client.http.get(back, follow_redirects=False).status_code == 400, "a sign-in is used once"


@pytest.mark.parametrize("lie", ["audience", "subject", "nonce", "no nonce", "expired", "alg none", "key"])
def test_what_is_not_right_is_refused(provider: Provider, site: str, lie: str) -> None:
    client = Client(site)
    back = begin(provider, client)
    provider.lie = lie
    answer = client.http.get(back, follow_redirects=False)
    assert answer.status_code == 400, answer.text
    assert not client.look()["signed_in"]


def test_it_must_come_back_to_the_browser_that_began(provider: Provider, site: str) -> None:
    back = begin(provider, Client(site))
    assert Client(site).http.get(back, follow_redirects=False).status_code == 400
    client = Client(site)
    back = begin(provider, client)
    assert client.http.get(back.replace("state=", "state=x"), follow_redirects=False).status_code == 400


def test_an_answer_of_another_provider_is_not_taken_for_this_one(provider: Provider, site: str) -> None:
    client = Client(site)
    back = begin(provider, client)
    assert client.http.get(f"{back}&iss=http://other.example", follow_redirects=False).status_code == 400
    provider.lie = "names itself"
    assert client.http.get(begin(provider, client), follow_redirects=False).status_code == 400, (
        "it says that it names itself"
    )
    back = begin(provider, client)
    assert client.http.get(f"{back}&iss={provider.address}", follow_redirects=False).status_code == 303
    provider.lie = "plain keys"
    assert client.http.get(f"{API}/oidc/begin", follow_redirects=False).status_code == 400, (
        "keys over plain http"
    )


def test_a_sign_in_leaves_its_line_in_the_trail(provider: Provider, site: str, people: People) -> None:
    client = Client(site)
    client.http.get(begin(provider, client), follow_redirects=False)
    line = people.trail(1)[0]
    assert (line.what, line.name, line.detail) == ("signed in", "otto", "OpenID Connect")
    provider.lie = "nonce"
    client.http.get(begin(provider, client), follow_redirects=False)
    assert people.trail(1)[0].what == "sign-in failed"


def test_another_issuer_and_no_secret_are_refused(
    provider: Provider, site: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.lie = "issuer"
    assert Client(site).http.get(f"{API}/oidc/begin", follow_redirects=False).status_code == 400
    with pytest.raises(WrongUse, match="https"):
        Oidc.from_environment("http://id.example", "milepost", people)
    monkeypatch.delenv("MILEPOST_OIDC_SECRET")
    with pytest.raises(WrongUse, match="MILEPOST_OIDC_SECRET"):
        Oidc.from_environment("https://id.example", "milepost", people)
    assert httpx2.__version__
