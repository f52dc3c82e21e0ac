"""`milepost serve` as a user starts it, and the accounts it works with."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

import milepost
from milepost.cli import run


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    """A copy of the small example."""
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    return tmp_path / "ridge"


def test_it_tells_its_address_answers_and_stops(ridge: Path) -> None:
    command = [sys.executable, "-m", "milepost", "serve", str(ridge), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert found, line
            assert httpx2.get(f"{found[0]}api/v1/programme", timeout=30).json()["title"]
            assert httpx2.get(found[0], timeout=30).headers["content-type"].startswith("text/html")
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "Without accounts"),
        (["--public"], "--people"),
        (["--people", "p.db", "--oidc-issuer", "https://id.example"], "needs --people"),
        (["--port", "1", "--host", "127.0.0.1"], "another --port" if os.geteuid() else ""),
    ],
)
def test_what_would_expose_the_register_is_refused(
    ridge: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if not said:
        pytest.skip("root may listen on any port")
    monkeypatch.chdir(tmp_path)
    assert run(["serve", str(ridge), *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_accounts_are_kept_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    where = ["--people", str(tmp_path / "people.db")]

    def typed(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    typed("a long enough one\n")
    assert run(["people", "add", "anna", "--role", "approver", "--party", "IRN", "--password-stdin", *where]) == 0
    assert (
        run(["people", "add", "otto", "--role", "observer", "--oidc-issuer", "https://id.example", "--oidc-subject", "42", *where])
        == 0
    )
    typed("short\n")
    assert run(["people", "add", "bob", "--role", "observer", "--password-stdin", *where]) == 2
    capsys.readouterr()
    assert run(["people", "list", "--json", *where]) == 0
    assert [p["name"] for p in json.loads(capsys.readouterr().out)["people"]] == ["anna", "otto"]
    typed("another long one\n")
    assert run(["people", "password", "anna", "--password-stdin", *where]) == 0
    assert run(["people", "role", "anna", "--role", "council", "--csv", *where]) == 0
    assert run(["people", "remove", "otto", *where]) == 0
    capsys.readouterr()
    assert run(["people", "list", "--csv", *where]) == 0
    assert capsys.readouterr().out.split() == ["name,role,party", "anna,council,"]
    assert run(["people", "list", *where]) == 0
    assert run(["people", "remove", "otto", *where]) == 2
