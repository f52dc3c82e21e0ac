"""What `deploy/` holds works: nginx and Caddy from Debian in front of a real server, on a site of its own and
below a part of another, the units of systemd, the container file."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from authenticator import Authenticator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from serving import PASSWORD, running

import milepost
from milepost.web.app import API, Config
from milepost.web.people import People
from milepost.web.security import COOKIE, CSRF_HEADER, Limits

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def programme_of(name: str, why: str) -> str:
    """A program of the machine: required in CI, otherwise a reason to skip."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI installs {why}, and {name} is not there")
        pytest.skip(f"needs {why}")
    return found


def free_port() -> int:
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])


def certificate(folder: Path) -> None:
    """A certificate for localhost that signs itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@dataclass(frozen=True)
class Front:
    """A proxy and what is behind it; ``root``: the part of the site that it lies below."""

    kind: str
    plain: int
    secure: int
    root: str
    people: People
    trust: ssl.SSLContext

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.secure}"

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.origin + self.root, verify=self.trust, timeout=30)


def put_in(name: str, swaps: dict[str, str]) -> str:
    """A file of `deploy/` with other ports, name and certificate."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for old, new in swaps.items():
        assert old in text, f"deploy/{name} no longer says {old}"
        text = text.replace(old, new)
    return text


def nginx(home: Path, root: str, plain: int, secure: int, address: str) -> list[str]:
    """The command of nginx, which runs `deploy/nginx.conf`, or another site with `deploy/nginx-part.conf`."""
    program = programme_of("nginx", "Debian's nginx-light")
    if root:
        part = put_in("nginx-part.conf", {"http://127.0.0.1:8420": address})
        text = (
            f"server {{ listen 127.0.0.1:{secure} ssl http2; server_name localhost; ssl_certificate "
            f"{home}/cert.pem; ssl_certificate_key {home}/key.pem; "
            f'location / {{ default_type text/plain; return 200 "another site"; }}\n{part} }}'
        )
    else:
        text = put_in(
            "nginx.conf",
            {
                "listen 80;": f"listen 127.0.0.1:{plain};",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
                "/etc/ssl/corridor.example.pem": str(home / "cert.pem"),
                "/etc/ssl/private/corridor.example.key": str(home / "key.pem"),
                "https://$host$request_uri": f"https://$host:{secure}$request_uri",
                "http://127.0.0.1:8420": address,
                "corridor.example": "localhost",
            },
        )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temps = "".join(f"{x}_temp_path {home}/{x};" for x in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    whole = f"{user} pid {home}/pid; error_log {home}/errors; events {{}} "
    whole += f"http {{ access_log off; {temps}\n{text} }}"
    (home / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [program, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "errors")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    return [*command, "-g", "daemon off;"]


def caddy(home: Path, root: str, plain: int, secure: int, address: str) -> list[str]:
    """The command of Caddy, which runs `deploy/Caddyfile`, or `deploy/Caddyfile-part`."""
    program = programme_of("caddy", "Debian's caddy")
    site = "site.example" if root else "corridor.example"
    keys = f"localhost {{\n\tbind 127.0.0.1\n\ttls {home}/cert.pem {home}/key.pem"
    swaps = {f"{site} {{": keys, "127.0.0.1:8420": address.removeprefix("http://")}
    text = put_in("Caddyfile-part" if root else "Caddyfile", swaps)
    options = f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {secure}\n\tskip_install_trust\n"
    (home / "Caddyfile").write_text(
        f"{options}\tstorage file_system {home}/caddy\n}}\n{text}", encoding="utf-8"
    )
    command = ["--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]
    tried = subprocess.run([program, "validate", *command], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    return [program, "run", *command]


FRONTS = [
    pytest.param((kind, root), id=f"{kind}{root}", marks=getattr(pytest.mark, kind))
    for kind in ("nginx", "caddy")
    for root in ("", "/milepost")
]


@pytest.fixture(scope="module", params=FRONTS)
def front(request: pytest.FixtureRequest) -> Iterator[Front]:
    """A server with accounts behind a proxy of Debian's."""
    kind, root = request.param
    home = Path(tempfile.mkdtemp(prefix="milepost-front-"))
    shutil.copytree(milepost.example("ridge"), home / "ridge")
    certificate(home)
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    people = People(home / "people.db", hasher=cheap)
    people.add("sara", "secretariat", "", PASSWORD)
    plain, secure = free_port(), free_port()
    # as `milepost serve --https --name localhost:PORT` has it
    config = Config(
        str(home / "ridge"),
        people=people,
        https=True,
        root=root,
        ports=(("localhost", secure),),
        proxies=("127.0.0.1", "::1"),
        documents=home / "documents",
        limits=Limits(sign_ins_per_minute=1_000),
    )
    with running(config) as address:
        command = {"nginx": nginx, "caddy": caddy}[kind](home, root, plain, secure, address)
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            for _ in range(200):
                with socket.socket() as link:
                    if link.connect_ex(("127.0.0.1", secure)) == 0:
                        break
                time.sleep(0.05)
            trust = ssl.create_default_context(cafile=str(home / "cert.pem"))
            yield Front(kind, plain, secure, root, people, trust)
            process.terminate()
            process.wait(20)
    people.close()
    shutil.rmtree(home)


def signed_in(front: Front, client: httpx2.Client, **headers: str) -> dict[str, str]:
    body = {"name": "sara", "password": PASSWORD}
    answer = client.post(f"{API}/session", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return {CSRF_HEADER: answer.json()["csrf"], "origin": front.origin}


def test_sign_in_and_writing_behind_a_proxy(front: Front) -> None:
    with front.client() as client:
        page = client.get("/")
        assert page.headers["strict-transport-security"]
        token = signed_in(front, client, **{"x-forwarded-for": "6.6.6.6", "x-forwarded-host": "evil.example"})
        cookie = next(c for c in client.cookies.jar if c.name.endswith(COOKIE))
        assert cookie.name == ("__Secure-" if front.root else "__Host-") + COOKIE
        assert cookie.path == f"{front.root}/", "a neighbour on the same site does not get it"
        assert cookie.secure
        assert front.people.trail(1)[0].address == "127.0.0.1", (
            "a client said where it comes from, and was believed"
        )
        row = next(r for r in client.get(f"{API}/rows/commitments").json() if r["id"] == "R2")
        change = {
            "table": "commitments",
            "id": "R2",
            "cells": {**row["cells"], "note": "by a proxy"},
            "seen": row["digest"],
        }
        body = {"edits": [change], "reason": "a note"}
        evil = {**token, "origin": "https://evil.example"}
        for _ in range(30):  # a proxy may still be passing the body on when it is refused
            wrong = client.post(f"{API}/edits", json=body, headers=evil)
            assert wrong.status_code == 403
            assert "origin" in wrong.json()["error"]
        done = client.post(f"{API}/edits", json=body, headers=token)
        assert done.status_code == 200, done.text
        right = client.request("DELETE", f"{API}/session", headers=token)
        assert right.status_code in (200, 204), right.text


def test_plain_http_leads_to_https_and_numbers_stay_here(front: Front) -> None:
    if not front.root:
        answer = httpx2.get(f"http://localhost:{front.plain}/some/path?x=1")
        assert answer.status_code in (301, 308)
        # Caddy leads to the usual port, whatever port it was given to stand in for it
        where = answer.headers["location"].replace(f":{front.secure}/", "/")
        assert where == "https://localhost/some/path?x=1"
    with front.client() as client:
        answer = client.get("/metrics")
        assert (answer.status_code, "milepost" in answer.text) == (403, False), (
            "the proxy refuses, nobody else"
        )
        assert client.get("/health/ready").json()["ready"] is True
        for _ in range(3):
            large = client.post(f"{API}/session", content=b"x" * 11_000_000)
            assert large.status_code == 413
            if front.kind == "caddy":  # nginx says so itself, in its own words
                assert "larger than 10,000,000 bytes" in large.json()["error"]


def test_below_a_part_of_a_site_all_addresses_are_whole(front: Front) -> None:
    with front.client() as client:
        signed_in(front, client)
        api = f"{front.root}{API}"
        assert client.get(f"{API}/programmes").json()[0]["href"] == f"{front.root}/"
        token = {CSRF_HEADER: client.get(f"{API}/session").json()["csrf"], "origin": front.origin}
        feed = client.post(f"{API}/feeds", headers=token).json()["path"]
        assert feed.startswith(f"{api}/feeds/")
        assert httpx2.get(front.origin + feed, verify=front.trust).status_code == 200
        landing = client.get(f"{API}/features").json()
        assert all(x["href"].startswith(f"{front.origin}{api}/") for x in landing["links"]), landing
        assert client.get(f"{API}/openapi.json").json().get("servers", [{"url": ""}])[0]["url"] == front.root
        if front.root:
            outside = httpx2.get(f"{front.origin}{API}/session", verify=front.trust)
            assert outside.text == "another site"
            bare = httpx2.get(front.origin + front.root, verify=front.trust, follow_redirects=True)
            assert "<title>milepost" in bare.text
            assert str(bare.url) == f"{front.origin}{front.root}/"


def test_a_passkey_works_behind_a_proxy(front: Front) -> None:
    with front.client() as client:
        token, key = signed_in(front, client), Authenticator(front.origin)
        options = client.post(f"{API}/passkeys/begin", headers=token).json()["options"]
        body = {"label": "key", "credential": key.create(options)}
        assert client.post(f"{API}/passkeys", json=body, headers=token).status_code == 200
    with front.client() as client:
        options = client.post(f"{API}/session/passkey/begin").json()["options"]
        cookie = next(c for c in client.cookies.jar if "passkey" in c.name)
        assert (cookie.path, cookie.secure) == (f"{front.root}{API}", True)
        answer = client.post(f"{API}/session/passkey", json={"credential": key.get(options)})
        assert answer.json()["name"] == "sara", answer.text


def test_downloads_are_whole_behind_a_proxy(front: Front) -> None:
    with front.client() as client:
        signed_in(front, client)
        table = client.get(f"{API}/tables/links.csv")
        assert table.status_code == 200
        assert len(table.text.splitlines()) > 5
        again = client.get(
            f"{API}/tables/links.csv", headers={"if-none-match": table.headers.get("etag", "")}
        )
        assert again.status_code in (200, 304)
        book = client.get(f"{API}/programme.xlsx")
        assert book.status_code == 200, book.text[:200]
        assert book.content[:2] == b"PK"
        index = client.get("/").text
        asset = re.search(r'src="(?:\./)?/?(assets/[^"]+)"', index)
        assert asset, "the page names no script"
        script = client.get(f"/{asset[1]}")
        assert script.status_code == 200
        assert len(script.content) > 100_000
        assert client.head(f"/{asset[1]}").status_code == 200


def test_events_come_as_they_happen_behind_a_proxy(front: Front) -> None:
    with front.client() as client:
        token = signed_in(front, client)
        job = client.post(f"{API}/jobs", json={"kind": "intervals", "draws": 1000}, headers=token)
        assert job.status_code < 300, job.text
        ident, seen = job.json()["id"], list[str]()
        with client.stream("GET", f"{API}/jobs/{ident}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    seen.append(line)
                    break
        now = client.get(f"{API}/jobs/{ident}").json()
        client.request("DELETE", f"{API}/jobs/{ident}", headers=token)
        assert seen
        assert now["state"] not in ("done", "failed"), "the first event came only when all was done"


def test_units_of_systemd_are_sound_and_shut_in() -> None:
    program = programme_of("systemd-analyze", "systemd")
    units = sorted(str(f) for f in DEPLOY.glob("*.service")) + sorted(str(f) for f in DEPLOY.glob("*.timer"))
    assert len(units) == 3
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert said == [], "but for the program that is not installed here, nothing is to be said"
    command = [program, "security", "--offline=true", str(DEPLOY / "milepost.service")]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    level = re.search(r"exposure level for milepost\.service: ([0-9.]+)", told)
    assert level, told[-300:]
    assert float(level[1]) <= 2.0


def test_the_container_runs_as_nobody_special_from_locked_libraries() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 8420:8420"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert "/health/live" in text
    assert "--require-hashes" in text
    assert "--no-deps" in text
    assert "--read-only" in text
    assert not re.search(r"\b(curl|wget|ADD http)", text)
