"""A first-time user who starts from an empty template: the register works before there is a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import milepost
from milepost.cli import run
from milepost.errors import BadData
from milepost.report.brief.contents import SECTIONS

Tables = dict[str, str]
REGISTER: Tables = {
    "parties": "id,name,kind,basis\nAAA,Aland,country,assumed\nBBB,Beland,country,assumed\n",
    "agreements": "id,title,signed,basis\nT1,Rail treaty,2024-05,assumed\n",
    "commitments": "id,agreement,title,owed_by,kind,acceptance_test,basis\n"
    "C1,T1,Build the link,AAA;BBB,build-link,first train,assumed\n",
    "date_changes": "id,commitment,announced_on,promised_for,basis\nD1,C1,2024-05,2027-12,assumed\n",
    "evidence": "id,commitment,reported_on,shows,basis\nE1,C1,2025-06-01,started,assumed\n",
}
MODEL = ("nodes", "links", "countries", "params", "effects")


@pytest.fixture
def new(tmp_path: Path) -> Callable[..., Path]:
    def make(tables: Tables | None = None) -> Path:
        folder = tmp_path / "first"
        assert run(["new", str(folder), "--on", "2026-01-01"]) == 0
        for table, text in (tables or {}).items():
            (folder / f"{table}.csv").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize("model", ["empty", "missing", "faulty"])
def test_a_register_without_a_model_is_followed_up(
    new: Callable[..., Path], model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new(REGISTER)
    if model == "missing":
        for table in MODEL:
            (folder / f"{table}.csv").unlink()
    if model == "faulty":
        (folder / "links.csv").write_text(
            "id,from_node,to_node,mode,km,state,basis\nL1,N1,N2,rail,many,open,assumed\n"
        )
    where = str(folder)
    brief, calendar = str(tmp_path / "brief.html"), str(tmp_path / "dates.ics")
    for command in (
        ["status", where],
        ["force", where],
        ["calls", where],
        ["remind", where, "--on", "2027-12-01"],
        ["calendar", where, "--to", calendar],
        ["brief", where, "--to", brief],
    ):
        assert run(command) == 0, command
    said = " ".join(capsys.readouterr().out.split())
    assert "Not valued: the model's data have" in said
    assert "so the brief is without cost, worth, map" in said
    assert "Build the link" in Path(brief).read_text(encoding="utf-8")
    (call,) = milepost.open(folder).calls()
    assert call.cost_of_a_day_musd is None
    assert call.why_not_valued.startswith("the model's data have")


@pytest.mark.parametrize("command", ["value", "delay", "shapley"])
def test_values_still_wait_for_every_finding(
    new: Callable[..., Path], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(new(REGISTER))
    found = milepost.open(where).check()
    capsys.readouterr()
    assert run([command, where]) == 1
    assert f"{len(found)} findings." in capsys.readouterr().out


def test_a_brief_that_is_asked_for_costs_refuses_without_them(
    new: Callable[..., Path], tmp_path: Path
) -> None:
    assert run(["brief", str(new(REGISTER)), "--sections", "cost", "--to", str(tmp_path / "b.html")]) == 1
    assert not (tmp_path / "b.html").exists()


def test_a_date_is_asked_for_and_granted_without_a_model(new: Callable[..., Path]) -> None:
    where = str(new(REGISTER))
    request = [
        "request",
        where,
        "C1",
        "--to",
        "2028-06",
        "--by",
        "AAA",
        "--reason",
        "funding",
        "--on",
        "2026-02-01",
    ]
    assert run(request) == 0
    (row,) = milepost.open(where).records.date_requests
    assert run(["decide", where, row.id, "--by", "council", "--grant", "--on", "2026-02-02"]) == 0
    opened = milepost.open(where)
    assert str(opened.status()[0].latest_promised) == "2028-06"
    assert str(opened.status(opened.settings.base_date)[0].latest_promised) == "2027-12"
    assert len(milepost.open(where).records.date_changes) == 2


def test_a_row_that_cannot_be_read_stops_writing_not_reading(new: Callable[..., Path]) -> None:
    where = new(REGISTER)
    links = "id,from_node,to_node,mode,km,state,basis\nL1,N1,N2,rail,many,open,assumed\n"
    (where / "links.csv").write_text(links)
    assert run(["status", str(where)]) == 0
    assert run(["request", str(where), "C1", "--to", "2028-06", "--by", "AAA", "--reason", "funding"]) == 1
    assert (where / "links.csv").read_text() == links
    assert not (where / "changes.jsonl").exists()


def test_a_fault_of_the_register_stops_everything(
    new: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(
        new(
            REGISTER
            | {"evidence": "id,commitment,reported_on,shows,basis\nE1,C2,2025-06-01,started,assumed\n"}
        )
    )
    for command in ("status", "force", "calls", "value"):
        assert run([command, where]) == 1
    with pytest.raises(BadData):
        milepost.open(where).status()
    capsys.readouterr()
    assert run(["check", where]) == 1
    assert "The first 1 stops every command" in capsys.readouterr().out


def test_the_first_country_can_be_entered_by_a_command(new: Callable[..., Path]) -> None:
    where = str(new())
    country = [
        "edit",
        where,
        "countries",
        "AAA",
        "name=Aland",
        "gdp_usd_m=9000",
        "lat=40",
        "lon=10",
        "basis=assumed",
    ]
    assert run([*country, "--new", "--by", "me", "--reason", "entry"]) == 0


def test_check_says_what_the_findings_stop(
    new: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(new(REGISTER))
    capsys.readouterr()
    assert run(["check", where]) == 1
    assert "They stop only what needs values" in capsys.readouterr().out
    assert run(["check", where, "--json"]) == 1
    assert {f["needed_for"] for f in json.loads(capsys.readouterr().out)["findings"]} == {"values"}


def test_an_unknown_section_or_language_is_told_all_there_are(
    new: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(new(REGISTER))
    assert run(["brief", where, "--sections", "X"]) == 2
    assert run(["brief", where, "--sections", "forces"]) == 2
    said = capsys.readouterr().err
    assert all(said.count(name) >= 2 for name in SECTIONS)
    assert run(["brief", where, "--lang", "de"]) == 2
    assert "en, ru, fa, ar, fr" in capsys.readouterr().err
    assert run(["brief", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in SECTIONS)


def test_the_title_of_a_value_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["value", str(milepost.example("ridge"))]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("Value of ")
    assert first.endswith("2025")
