"""A long table looks as a short one does."""

from __future__ import annotations

import random
from typing import Any

import pytest

from milepost.cli import output


@pytest.mark.parametrize("seed", range(12))
def test_a_long_table_is_laid_out_as_rich_does_it(
    seed: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    monkeypatch.setenv("COLUMNS", str(draw.choice([60, 80, 140])))
    words = ("rail", "граница", "راه‌آهن", "鉄道の建設", "a longer title of a promise", "", "–", "12.5")
    heads = ["id", "what", "owed by", "net"][: draw.randint(2, 4)]
    rows = [[draw.choice(words) for _ in heads] for _ in range(draw.randint(3, 40))]
    asked: dict[str, Any] = {
        "right": (len(heads) - 1,),
        "flex": draw.choice([(), 1, (0, 1)]),
        "whole": draw.random() < 0.2,
    }
    monkeypatch.setattr(output, "LONG", 1_000)
    output.print_table(draw.choice(["", "Open"]), heads, rows, **asked)
    short = capsys.readouterr().out
    monkeypatch.setattr(output, "LONG", 0)
    output.print_table("Open" if short.startswith("Open") else "", heads, rows, **asked)
    assert capsys.readouterr().out == short


@pytest.mark.parametrize("columns", [56, 60, 80, 140])
def test_numbers_and_ids_are_shown_whole_while_a_text_can_give(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [
        ["C14", "a railway of 32 km " * 3, "1,058", "-188.25", "IRQ 196 IRN 134"],
        ["C01", "x", "2", "0.1", ""],
    ]
    output.print_table("", ["id", "title", "late", "net", "most to"], rows, right=(2, 3), flex=1)
    shown = capsys.readouterr().out
    assert all(len(line) <= columns for line in shown.splitlines())
    for whole in ("C14", "C01", "1,058", "-188.25", " 0.1"):
        assert whole in shown
    assert ("\u2026" in shown) == (columns < 140)


def test_a_column_of_money_has_the_same_decimals() -> None:
    assert output.in_thousands([0.364, 0.0122, -0.000006, None, 0.0]) == ["364", "12", "0", "–", "0"]
    assert output.in_thousands([0.0163, -0.0000694]) == ["16.3", "-0.1"]
    assert output.in_thousands([]) == []
