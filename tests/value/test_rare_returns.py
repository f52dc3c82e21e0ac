"""A return that no works earn is said to be one, with what the rows of cost cover."""

from __future__ import annotations

import pytest

from milepost import example
from milepost.cli import run
from milepost.programme import Programme
from milepost.value.appraisal.rare_returns import RARE, rare_returns


def test_what_returns_too_much_is_named_with_its_cost_rows(north_south: Programme) -> None:
    answer = north_south.appraise()
    (said,) = rare_returns(answer, north_south.records)
    for name, found in answer.one.items():
        rate = found.measures.eirr.rate
        assert (f"{name}: " in said) == (rate is not None and rate > RARE), name
    assert "doubling of the line on the Azerbaijani side is not in it" in said


def test_an_appraisal_of_one_says_it_too(north_south: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["appraise", str(example("north-south")), "C09"]) == 0
    assert "is rare for works" in " ".join(capsys.readouterr().out.split())
    assert run(["appraise", str(example("north-south")), "C08"]) == 0
    assert "is rare for works" not in " ".join(capsys.readouterr().out.split())
