"""What `deploy/` holds works: nginx from Debian in front of a real server, the units of systemd, the
container file."""

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
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from serving import PASSWORD, running

import milepost
from milepost.web.app import API, Config
from milepost.web.people import People
from milepost.web.security import COOKIE, CSRF_HEADER

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
    """nginx and what is behind it."""

    plain: int
    secure: int
    people: People
    trust: ssl.SSLContext

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"https://localhost:{self.secure}", verify=self.trust, timeout=30)


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """A server with accounts behind nginx, which runs `deploy/nginx.conf` with other ports, name and
    certificate."""
    program = programme_of("nginx", "Debian's nginx-light")
    home = Path(tempfile.mkdtemp(prefix="milepost-nginx-"))
    shutil.copytree(milepost.example("ridge"), home / "ridge")
    certificate(home)
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    people = People(home / "people.db", hasher=cheap)
    people.add("sara", "secretariat", "", PASSWORD)
    # as `milepost serve --https` has it
    config = Config(
        str(home / "ridge"),
        people=people,
        https=True,
        proxies=("127.0.0.1", "::1"),
        documents=home / "documents",
    )
    with running(config) as address:
        plain, secure = free_port(), free_port()
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        for old, new in (
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
            ("/etc/ssl/corridor.example.pem", str(home / "cert.pem")),
            ("/etc/ssl/private/corridor.example.key", str(home / "key.pem")),
            ("https://$host$request_uri", f"https://$host:{secure}$request_uri"),
            ("http://127.0.0.1:8420", address),
            ("corridor.example", "localhost"),
        ):
            assert old in text, f"deploy/nginx.conf no longer says {old}"
            text = text.replace(old, new)
        temps = "".join(
            f"{x}_temp_path {home}/{x};" for x in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        http = f"http {{ access_log off; {temps}\n{text} }}"
        whole = f"{user} pid {home}/pid; error_log {home}/errors; events {{}} {http}"
        (home / "nginx.conf").write_text(whole, encoding="utf-8")
        command = [program, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "errors")]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        with subprocess.Popen([*command, "-g", "daemon off;"], stderr=subprocess.PIPE) as process:
            for _ in range(200):
                with socket.socket() as link:
                    if link.connect_ex(("127.0.0.1", secure)) == 0:
                        break
                time.sleep(0.05)
            yield Front(plain, secure, people, ssl.create_default_context(cafile=str(home / "cert.pem")))
            process.terminate()
            process.wait(20)
    people.close()
    shutil.rmtree(home)


def signed_in(front: Front, client: httpx2.Client, **headers: str) -> dict[str, str]:
    body = {"name": "sara", "password": PASSWORD}
    answer = client.post(f"{API}/session", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return {CSRF_HEADER: answer.json()["csrf"], "origin": f"https://localhost:{front.secure}"}


@pytest.mark.nginx
def test_sign_in_and_writing_behind_nginx(front: Front) -> None:
    with front.client() as client:
        page = client.get("/")
        assert page.headers["strict-transport-security"]
        token = signed_in(front, client, **{"x-forwarded-for": "6.6.6.6", "x-forwarded-host": "evil.example"})
        cookie = next(c for c in client.cookies.jar if c.name.endswith(COOKIE))
        assert cookie.name.startswith("__Host-")
        assert cookie.secure
        assert front.people.trail(1)[0].address == "127.0.0.1", (
            "a client said where it comes from, and was believed"
        )
        row = next(r for r in client.get(f"{API}/rows/commitments").json() if r["id"] == "R2")
        change = {
            "table": "commitments",
            "id": "R2",
            "cells": {**row["cells"], "note": "by nginx"},
            "seen": row["digest"],
        }
        body = {"edits": [change], "reason": "a note"}
        wrong = client.post(f"{API}/edits", json=body, headers={**token, "origin": "https://evil.example"})
        assert wrong.status_code == 403
        assert "origin" in wrong.json()["error"]
        done = client.post(f"{API}/edits", json=body, headers=token)
        assert done.status_code == 200, done.text
        right = client.request("DELETE", f"{API}/session", headers=token)
        assert right.status_code in (200, 204), right.text


@pytest.mark.nginx
def test_plain_http_leads_to_https_and_numbers_stay_here(front: Front) -> None:
    answer = httpx2.get(f"http://localhost:{front.plain}/some/path?x=1")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://localhost:{front.secure}/some/path?x=1"
    with front.client() as client:
        assert client.get("/metrics").status_code == 403
        assert client.get("/health/ready").json()["ready"] is True
        assert client.post(f"{API}/session", content=b"x" * 11_000_000).status_code == 413


@pytest.mark.nginx
def test_downloads_are_whole_behind_nginx(front: Front) -> None:
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


@pytest.mark.nginx
def test_events_come_as_they_happen_behind_nginx(front: Front) -> None:
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
