"""The decision tables: every clause decides some case, every table answers, the page shows what runs."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from random_worlds import force_world, ridge, status_world, wish

import milepost.register
from milepost.errors import WrongUse
from milepost.records import Records
from milepost.register.decision_table import Clause, DecisionTable, otherwise
from milepost.register.force import force
from milepost.register.reference import TABLES, reference_page
from milepost.register.requests import ask, decide
from milepost.register.status import milestone_status, status

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/rules.md"
WORLDS = 600


def _ask_and_decide(records: Records, on: dt.date, seed: int) -> None:
    item, asked = wish(seed)
    for day in (on, on - dt.timedelta(days=200), on + dt.timedelta(days=100)):
        with suppress(WrongUse):
            ask(records, item, on=day, **asked)
    for number, request in enumerate((*(r.id for r in records.date_requests), "q99")):
        with suppress(WrongUse):
            decide(records, request, grant=True, by=("council", "XWV", "secretariat")[number % 3], on=on)


@pytest.fixture(scope="module")
def fired() -> Counter[tuple[str, str]]:
    """How often each clause decided or spoke in the random worlds."""
    seen: Counter[tuple[str, str]] = Counter()
    first, every = DecisionTable.first, DecisionTable.all

    def watched_first(table: DecisionTable[Any, Any], case: Any) -> Clause[Any, Any]:
        clause = first(table, case)
        seen[table.name, clause.name] += 1
        return clause

    def watched_all(table: DecisionTable[Any, Any], case: Any) -> tuple[Clause[Any, Any], ...]:
        clauses = every(table, case)
        seen.update((table.name, clause.name) for clause in clauses)
        return clauses

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DecisionTable, "first", watched_first)
        patch.setattr(DecisionTable, "all", watched_all)
        for seed in range(WORLDS):
            records, on, known_on = force_world(seed)
            force(records, on, known_on)
            records, on = status_world(seed)
            status(records, on)
            milestone_status(records, on)
            _ask_and_decide(records, on, seed)
    return seen


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_clause_decides_some_case(
    table: DecisionTable[Any, Any], fired: Counter[tuple[str, str]]
) -> None:
    never = [clause.name for clause in table.clauses if not fired[table.name, clause.name]]
    assert not never, f"{table.name}: no world of {WORLDS} is decided by {never}: out of reach, or shadowed"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_table_answers_every_case_and_names_its_clauses(table: DecisionTable[Any, Any]) -> None:
    names = [clause.name for clause in table.clauses]
    assert len(names) == len(set(names))
    assert all(clause.text for clause in table.clauses)
    catch_all = [clause.when is otherwise for clause in table.clauses]
    assert catch_all[:-1] == [False] * (len(names) - 1), (
        "what stands below a clause that always holds is dead"
    )
    assert catch_all[-1] == (table.decides == "first")
    assert table.question.split(".")[0].split("?")[0]


def test_the_page_shows_every_table_of_the_register() -> None:
    found: dict[int, DecisionTable[Any, Any]] = {}
    for module in pkgutil.iter_modules(milepost.register.__path__):
        for value in vars(importlib.import_module(f"milepost.register.{module.name}")).values():
            if isinstance(value, DecisionTable):
                found[id(value)] = value
    assert len(found) >= 15
    assert {t.name for t in found.values()} == {t.name for t in TABLES}
    assert len({t.name for t in TABLES}) == len(TABLES) == len(found)


def test_the_page_of_rules_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "run: make docs"


def test_answers_name_the_rules_that_decided() -> None:
    records = ridge()
    names = {t.name: {c.name for c in t.clauses} for t in TABLES}
    rows = status(records, records.settings.base_date)
    assert rows
    for row in rows:
        delivery, timing = row.rules
        assert delivery in names["Delivery"]
        assert timing in names["Timing"] | names["Timing of a successor"]
    parties = [p for f in force(records) for p in f.parties]
    assert parties
    for party in parties:
        entry, state = party.rules
        assert entry in names["Entry into force for a party"]
        assert state in names["State of a party"]
    assert all(f.rules[0] in names["Entry into force of an agreement"] for f in force(records))


def test_the_first_that_holds_decides_and_all_that_hold_speak() -> None:
    clauses = (
        Clause[int, str]("even", lambda n: n % 2 == 0, "e", "is even", "{case} is even"),
        Clause[int, str]("small", lambda n: n < 10, "s", "is small", "{case} is small"),
        Clause[int, str]("other", otherwise, "o", "otherwise"),
    )
    table = DecisionTable[int, str]("numbers", "Which?", clauses)
    assert [table.first(n).gives for n in (4, 5, 12, 13)] == ["e", "s", "e", "o"]
    assert [clause.sentence(4) for clause in table.all(4)] == ["4 is even", "4 is small", ""]
