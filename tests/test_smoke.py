"""What runs on every Python that we support and on the lowest dependencies allowed: `make smoke`.

Nothing here needs more than milepost itself and pytest.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

import milepost
from milepost.cli import run
from milepost.store.folder import copy_example

pytestmark = pytest.mark.smoke
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def ridge(tmp_path: Path) -> str:
    copy_example("ridge", tmp_path / "ridge")
    return str(tmp_path / "ridge")


def test_the_small_example_is_open_checked_valued_and_followed_up(ridge: str) -> None:
    programme = milepost.open(ridge)
    assert not programme.check()
    value = programme.value(programme.game.players)
    assert len(value.countries) > 2
    assert sum(value.countries.values()) > 0
    shares = programme.shapley()
    assert shares.share.sum() == pytest.approx(sum(value.countries.values()))
    assert len(programme.status()) == len(programme.records.commitments)
    assert programme.delay().as_dict()
    assert programme.loads().as_dict()


def test_every_store_gives_back_what_it_was_given(ridge: str, tmp_path: Path) -> None:
    held = milepost.open(ridge).records
    for name in ("ridge.db", "ridge.xlsx"):
        assert run(["export", ridge, str(tmp_path / name)]) == 0
    target = str(tmp_path / "kept.db")
    assert run(["import", ridge, target, "--by", "test", "--reason", "round trip"]) == 0
    assert milepost.open(target).records.fingerprint == held.fingerprint
    assert run(["verify", target]) == 0


def test_commands_answer(capsys: pytest.CaptureFixture[str], ridge: str) -> None:
    assert run(["check", ridge]) == 0
    capsys.readouterr()
    for name in ("value", "status", "calls", "force"):
        assert run([name, ridge, "--json"]) == 0
        assert json.loads(capsys.readouterr().out), name
    helped = subprocess.run(
        [sys.executable, "-m", "milepost", "--help"], capture_output=True, text=True, check=True
    )
    assert "shapley" in helped.stdout


def test_what_is_compiled_compiles_here(ridge: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_DISABLE_JIT"}
    command = [sys.executable, "-m", "milepost", "route", ridge, "VALE", "EASTMERE", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_papers_are_written(ridge: str, tmp_path: Path) -> None:
    for name in ("brief.pdf", "brief.docx"):
        assert run(["brief", ridge, "--to", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 5_000


def test_the_api_answers(ridge: str) -> None:
    command = [sys.executable, "-m", "milepost", "serve", ridge, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
            assert found
            with httpx2.Client(base_url=f"{found[0]}api/v1", timeout=60) as client:
                assert client.get("/session").json()["csrf"]
                assert client.get("/programme").json()["title"]
                assert client.get("/commitments").status_code == 200
                assert client.get("/openapi.json").json()["paths"]
        finally:
            process.terminate()
            process.wait(30)


def test_make_smoke_runs_it_where_it_was_told() -> None:
    asked = os.environ.get("SMOKE_PYTHON")
    if asked is not None:
        assert asked == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert sys.version_info >= (3, 11)
    about = importlib.util.find_spec("milepost")
    assert about is not None
    assert about.origin is not None
    assert Path(about.origin).is_relative_to(ROOT)
