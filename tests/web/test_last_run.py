"""What the last run worked out is shown at once by the next one, marked as old; a register alone is served
without values."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import serving
from serving import Client, running

from milepost.web import kept
from milepost.web.app import Config, create_app, warm
from milepost.web.state import State


def valued(client: Client) -> Any:
    for _ in range(2_400):
        answer = client.get("/values")
        if answer.status_code == 200 and not answer.json()["stale"]:
            return answer.json()
        time.sleep(0.05)
    raise AssertionError(client.get("/progress").json())


def waited(there: Callable[[], object]) -> None:
    for _ in range(600):
        if there():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of this test keep what they work out, as ``milepost serve`` lets them."""
    made = create_app

    def create(config: Config) -> Any:
        app = made(config)
        warm(app)
        return app

    monkeypatch.setattr(serving, "create_app", create)


@pytest.mark.usefixtures("held")
def test_the_next_run_shows_at_once_what_the_last_one_worked_out(
    ridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        first = valued(client)
        appraised = client.get("/appraisals").json()
        waited((ridge / kept.FOLDER / kept.LAST).is_file)
        assert client.get("/progress").json() == {"state": "ready", "done": 6, "of": 6, "what": ""}
    monkeypatch.setattr(State, "_work", lambda self, now: None)  # a valuation that takes for ever
    with running(Config(str(ridge))) as address:
        client = Client(address)
        told = client.get("/values").json()
        assert told["stale"] is True
        assert told["made_at"] == first["made_at"]
        assert told["book"] == first["book"]
        assert client.get("/appraisals").json() == appraised
        assert client.get("/progress").json()["state"] == "working"


def test_what_cannot_be_read_counts_as_not_there(ridge: Path) -> None:
    assert kept.last_run(str(ridge)) is None
    kept.keep(str(ridge), "abc", {"/values": {"stale": False}})
    found = kept.last_run(str(ridge))
    assert found is not None
    body = found.answer("/values", stale=True)
    assert body is not None
    assert body.as_dict() == {"stale": True}
    assert found.answer("/flows") is None
    file = ridge / kept.FOLDER / kept.LAST
    whole = json.loads(gzip.decompress(file.read_bytes()))
    file.write_bytes(gzip.compress(json.dumps(whole | {"version": "0.0.0"}).encode()))
    assert kept.last_run(str(ridge)) is None, "another version may have had other shapes"
    file.write_bytes(b"\x1f\x8b half a file")
    assert kept.last_run(str(ridge)) is None
    assert kept.file_of("postgresql://somewhere/programme") is None


def test_a_register_without_a_network_is_served(ridge: Path) -> None:
    for name in ("nodes", "links", "flows", "effects", "crossings", "services", "routes", "reported_trade"):
        file = ridge / f"{name}.csv"
        if file.is_file():
            file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with running(Config(str(ridge))) as address:
        client = Client(address)
        about = client.get("/programme").json()
        assert about["alone"] is True
        assert about["findings"] == []
        assert len(client.get("/register").json()["commitments"]) == about["commitments"] > 0
        assert client.get("/network").json()["drawing"] is None
        assert client.get("/progress").json()["state"] == "none"
        assert client.get("/values").status_code == 202
        assert "no network" in client.get("/values").json()["error"]
