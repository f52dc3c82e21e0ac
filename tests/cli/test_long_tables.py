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
