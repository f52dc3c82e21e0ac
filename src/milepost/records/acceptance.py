"""What must be seen before a commitment counts as delivered: its own test, else that of its kind."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from milepost.records.programme_records import Records

_FILE = Path(__file__).resolve().parent / "kinds.toml"


@cache
def kinds_known() -> dict[str, str]:
    """Every kind that milepost knows, and its default acceptance test. A register may name others."""
    return {name: row["test"] for name, row in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def tests_of_kinds(records: Records) -> dict[str, str]:
    """Kind -> acceptance test: the rows of the register before what milepost knows."""
    return kinds_known() | {k.id: k.acceptance_test for k in records.kinds if k.acceptance_test}


def acceptance_tests(records: Records) -> dict[str, str]:
    """Commitment or milestone -> its acceptance test; empty where neither it nor its kind has one. A
    milestone has none by kind."""
    by_kind = tests_of_kinds(records)
    found = {c.id: c.acceptance_test or by_kind.get(c.kind, "") for c in records.commitments}
    return found | {m.id: m.acceptance_test for m in records.milestones}
