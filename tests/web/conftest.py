"""Servers, teams and clocks for the tests of the page's API."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import FLAGS, Watched
from serving import PASSWORD, TEAM, Client, running

import milepost
from milepost.web.app import Config
from milepost.web.people import People


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    """A copy of the small example."""
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    return tmp_path / "ridge"


@pytest.fixture
def alone(ridge: Path, tmp_path: Path) -> Iterator[Client]:
    """The single local user of a server without accounts."""
    with running(Config(str(ridge), documents=tmp_path / "documents")) as address:
        yield Client(address)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """A team, one person a role and two where two are needed."""
    from argon2 import PasswordHasher

    kept = People(tmp_path / "people.db", hasher=PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    for name, role, party in TEAM:
        kept.add(name, role, party, PASSWORD)
    yield kept
    kept.close()


@pytest.fixture
def team(ridge: Path, people: People, tmp_path: Path) -> Iterator[Callable[[str], Client]]:
    """Clients by name of person; an empty name is somebody who is not signed in."""
    with running(Config(str(ridge), people=people, documents=tmp_path / "documents")) as address:
        made: list[Client] = []

        def client(name: str) -> Client:
            found = Client(address)
            made.append(found)
            if name:
                assert found.sign_in(name).status_code == 200
            return found

        yield client
        for found in made:
            found.http.close()


@pytest.fixture
def clock() -> list[dt.datetime]:
    """A clock that stands still until moved."""
    return [dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium: required in CI, otherwise a reason to skip."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI installs Debian's chromium, and it is not there")
        pytest.skip("needs Debian's chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watched(chromium: Any) -> Iterator[Watched]:
    """A fresh browser window; nothing may be said on its console."""
    found = Watched(chromium)
    yield found
    found.context.close()
    assert found.said == []
