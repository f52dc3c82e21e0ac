"""The report of a register without a network says what it knows, and that nothing is valued; its dates
are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import milepost
from milepost.cli import run
from milepost.errors import BadData
from milepost.records import ONLY_FOR_VALUES
from milepost.report.register_document import register_report
from milepost.store.folder import write


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    records = milepost.open(milepost.example("ridge")).records.with_rows(**dict.fromkeys(ONLY_FOR_VALUES, ()))
    commitments = [c.model_copy(update={"network_ref": ()}) for c in records.commitments]
    write(records.with_rows(commitments=commitments, restrictions=(), capacities=()), tmp_path / "p")
    return tmp_path / "p"


def test_the_report_says_what_the_register_knows(
    alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "r.html"
    assert run(["report", str(alone), "--to", str(target), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"report", "fingerprint"}
    assert run(["report", str(alone), "--to", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    programme = milepost.open(alone).for_register()
    assert "nothing is valued" in text
    for c in programme.records.commitments:
        assert c.title in text
    late = sum(s.timing == "late" for s in programme.status())
    assert f"{late} of them past the date" in text
    assert text.count("<td><a href=") == sum(e.source.startswith("http") for e in programme.records.evidence)
    assert run(["report", str(alone), "--to", str(target), "--tornado"]) == 1
    assert run(["report", str(alone), "--to", str(target), "--budget", "100"]) == 1


def test_its_dates_are_those_of_the_whole_programme(alone: Path) -> None:
    """The oracle: the same dates drawn where the network is there."""
    ours = milepost.open(alone).draws(draws=500, worth=False).as_dict()
    whole = milepost.open(milepost.example("ridge")).draws(draws=500, worth=False).as_dict()
    assert ours["commitments"] == whole["commitments"]
    assert ours["commitments"]


def test_the_command_draws_dates_and_says_that_costs_are_not_known(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["draws", str(alone), "--draws", "200"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "this register has no network" in told
    assert "Expected cost" not in told
    assert run(["draws", str(alone), "--draws", "200", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["commitments"]


def test_a_broken_network_is_not_taken_for_none(tmp_path: Path) -> None:
    records = milepost.open(milepost.example("ridge")).records
    write(records.with_rows(countries=records.countries[:1], flows=()), tmp_path / "p")
    programme = milepost.open(tmp_path / "p")
    assert not programme.is_register
    with pytest.raises(BadData):
        programme.draws(draws=100)
    assert run(["report", str(tmp_path / "p"), "--to", str(tmp_path / "r.html")]) == 1
    with pytest.raises(BadData):
        programme.sound()


def test_a_register_with_findings_has_no_report(alone: Path) -> None:
    file = alone / "date_changes.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",R1,", ",R9,"), encoding="utf-8")
    with pytest.raises(BadData):
        register_report(milepost.open(alone))
