"""What the examples say of costs: every commitment has one, what is assumed says why, and the rules make it
again."""

from __future__ import annotations

import csv
import importlib
import sys
from pathlib import Path

import pytest

import milepost

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("north-south", "northern-corridor")


@pytest.mark.parametrize("name", NAMES)
def test_every_commitment_has_a_cost_and_nothing_pretends(name: str) -> None:
    records = milepost.open(milepost.example(name)).records
    capital = [row for row in records.costs if row.kind == "capital"]
    assert {c.id for c in records.commitments} == {row.commitment for row in capital}
    assert len(capital) >= 8
    for row in (*records.costs, *records.financing):
        assert row.note, row.ident
        assert row.source or row.basis in ("assumed", "sourced", "reference"), row.ident
        if row.basis == "sourced":
            assert row.source or "commitments" in row.note, row.ident
    assumed = [row for row in capital if row.basis == "assumed"]
    assert assumed
    assert all(len(row.note) > 30 for row in assumed)
    assert {g.country for g in records.growth} >= {c.id for c in records.countries} - {"ROW", "SSD"}


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_facts_and_rules_make_them_again(name: str, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    script = importlib.import_module("facts_to_costs")
    of, facts = script.Example(name, shared / "facts"), script.Facts(shared / "facts")
    spent, lent = list(script.costs(of, facts)), list(script.financing(of, facts))
    made = {
        "costs": spent,
        "financing": lent,
        "prices": list(script.prices(of, [*spent, *lent])),
        "growth": list(script.growth(of)),
    }
    for table, rows in made.items():
        with (milepost.example(name) / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            kept = list(csv.DictReader(file))
        assert len(kept) == len(rows) > 0, table
        for old, new in zip(kept, rows, strict=True):
            assert {k: v for k, v in old.items() if v} == {k: str(v) for k, v in new.items() if v != ""}, (
                table
            )
