"""Intervals on the command line: what was not asked for is a dash, and only what has a band is called
drawn."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from milepost.cli import run


def test_intervals_without_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path / "r"), "--example", "ridge"]) == 0
    capsys.readouterr()
    asked = ["intervals", str(tmp_path / "r"), "--draws", "10", "--orders", "0"]
    assert run(asked) == 0
    said = capsys.readouterr().out
    assert "nan" not in said
    assert "No shares." in said
    assert "Drawn: every flow." in said, "ridge gives no bands"
    assert "no low and high on record: M01" in said
    assert "; gravity (" in said
    assert run([*asked, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["share_p5_musd_per_year"] for row in rows} == {""}
    assert run([*asked, "--delivered", "all", "--delivered", "none"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "V(R1, R2, R3, R4) with 90 % intervals" in said
    assert "V(nothing) with 90 % intervals" in said


@pytest.mark.parametrize("command", ["intervals", "draws", "screen"])
def test_a_seed_below_zero_is_refused_in_words(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["new", str(tmp_path / "r"), "--example", "ridge"]) == 0
    assert run([command, str(tmp_path / "r"), "--seed", "-1"]) == 2
    assert "seed" in capsys.readouterr().err
