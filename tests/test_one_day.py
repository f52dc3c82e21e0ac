"""The same question has the same day at every door: terminal, notebook, report, brief, letters and page."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

import milepost
from milepost.cli import run
from milepost.store.edits import Edit
from milepost.store.folder import copy_example
from milepost.store.stores import open_store, written_on
from milepost.web.state import State

SOURCE = Path(milepost.__file__).parent


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The invented corridor, in which something was written after its base date."""
    target = tmp_path / "ridge"
    copy_example("ridge", target)
    for n in range(2):
        row = milepost.open(target).records.commitments[0]
        edit = Edit.change(row, row.model_copy(update={"note": f"n{n}"}))
        open_store(target).edit([edit], by="x", reason="y")
    return target


def test_every_door_takes_the_day_of_the_last_entry(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = written_on(open_store(written))
    assert entry is not None
    opened = milepost.open(written)
    assert opened.settings.base_date < entry, "else this test shows nothing"
    assert opened.day == entry == State(str(written), 0).current().day
    days = {
        "headline": opened.headline().on,
        "timetable": opened.timetable().on,
        "delay": opened.delay().on,
        "status": opened.status_report().on,
    }
    assert set(days.values()) == {entry}, days
    for command in ("status", "delay"):
        assert run([command, str(written), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["on"] == entry.isoformat(), command


def test_a_later_delivery_counts_alike_in_terminal_and_page(written: Path) -> None:
    opened, page = milepost.open(written), State(str(written), 0).current()
    assert opened.delay().as_dict() == page.delay.as_dict()
    assert opened.calls().as_dict() == page.calls.as_dict()
    assert opened.appraise().as_dict() == page.programme.appraise(on=page.day).as_dict()


def test_the_start_of_a_chain_moves_no_day(tmp_path: Path) -> None:
    copy_example("ridge", tmp_path / "ridge")
    assert run(["import", str(tmp_path / "ridge"), str(tmp_path / "r.db"), "--by", "x", "--reason", "y"]) == 0
    opened = milepost.open(tmp_path / "r.db")
    assert opened.written is None
    assert opened.day == opened.settings.base_date


def test_as_known_on_a_day_none_is_later(written: Path) -> None:
    base = milepost.open(written).settings.base_date
    assert milepost.open(written, known_on=base).day == base
    later = base + dt.timedelta(days=1)
    assert milepost.open(written, known_on=later).day == later


def test_no_other_place_reckons_a_day() -> None:
    own = re.compile(r"\bor\s+(?:self\.|programme\.)*(?:records\.)?settings\.base_date")
    doors = [SOURCE / "programme.py"]
    doors += [
        f for room in ("web", "cli", "report", "follow_up", "plots") for f in (SOURCE / room).rglob("*.py")
    ]
    found = [(f.name, m.group()) for f in doors for m in own.finditer(f.read_text(encoding="utf-8"))]
    assert not found, "take Programme.day"
