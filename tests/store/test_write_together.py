"""Acts that are written in one transaction leave what they would leave one by one, and the database is not
asked more often for many than for few."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

import milepost
from milepost.store.changes import RowChange
from milepost.store.content import Cells, Content, content_of
from milepost.store.edits import HeadMoved
from milepost.store.folder import read
from milepost.store.sql import Database
from milepost.store.transfer import copy
from milepost.store.verification import verify
from torture import first_seed, many, tortured

TABLES = ("evidence", "agreements", "programme")
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@dataclass(frozen=True)
class Act:
    changes: tuple[RowChange, ...]
    head: int
    by: str = "ann"
    reason: str = "why"
    more: dict[str, Any] = field(default_factory=dict)


def stores(place: Callable[[str], str], kind: str, number: int) -> list[Database]:
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert not findings
    made = [copy(records, place(kind), by="test", reason="start") for _ in range(number)]
    return [store for store in made if isinstance(store, Database)]


def acts(rng: random.Random, content: Content, head: int, number: int) -> list[Act]:
    """Acts on rows that are added, changed, taken away, and added again, mostly the same few of them."""
    now: dict[tuple[str, str], Cells | None] = {}
    pattern = next(iter(content["evidence"].values()))
    found = []
    for n in range(number):
        changes: dict[tuple[str, str], RowChange] = {}
        for _ in range(rng.randint(1, 4)):
            table = rng.choice(TABLES)
            names = list(content[table])
            added = table == "evidence" and rng.random() < 0.5
            ident = f"R1.y{rng.randint(0, 5)}" if added else rng.choice(names[:3])
            key = (table, ident)
            before = now[key] if key in now else content[table].get(ident)
            after: Cells | None = dict(before or pattern)
            if table == "evidence" and before and rng.random() < 0.4:
                after = None
            elif table == "evidence":
                after = {**dict(after or {}), "id": ident, "report": f"{n}: {rng.random()}"}
            elif table == "agreements":
                after = {**dict(after or {}), "note": f"{n}: {rng.random()}"}
            else:
                after = {"name": ident, "value": f"{n}"}
            if key not in changes:
                changes[key] = RowChange(table, ident, before, after)
        now.update((key, change.after) for key, change in changes.items())
        found.append(Act(tuple(changes.values()), head + n))
    return found


def everything(store: Database) -> Any:
    """All rows of all versions, without the moments and hashes that differ from store to store."""
    held = store.snapshot()
    assert held.history is not None
    with store._begin(write=False) as link:
        rows = {
            name: [
                tuple(row)
                for row in link.exec_driver_sql(
                    f'SELECT "_row", "_position", "_from", "_to" FROM {name} ORDER BY "_row", "_from"'
                )
            ]
            for name in ("evidence", "agreements", "settings")
        }
    return held.content, held.history.versions, rows


@KINDS
@pytest.mark.postgresql
@tortured(many(2, 60))
def test_many_acts_at_once_leave_what_they_leave_one_by_one(kind: str, place: Callable[[str], str]) -> None:
    together, alone = stores(place, kind, 2)
    for seed in range(first_seed(100), first_seed(100) + many(2, 60)):
        rng = random.Random(seed)
        content, head = together.content(), together.head()[0]
        asked = acts(rng, content, head, 9)
        k = 0
        while k < len(asked):
            some = rng.randint(1, 5)
            together.write_all(asked[k : k + some])
            k += some
        for act in asked:
            alone.write_all([act])
        assert everything(together) == everything(alone), seed
    held = together.snapshot()
    assert verify(held.lines, held.content, held.checkpoints, history=held.history).holds


@KINDS
@pytest.mark.postgresql
def test_one_act_too_late_leaves_all_unwritten(kind: str, place: Callable[[str], str]) -> None:
    (store,) = stores(place, kind, 1)
    before, head = everything(store), store.head()
    asked = acts(random.Random(1), store.content(), head[0], 4)
    stale = Act(
        tuple(RowChange(c.table, c.id, {"id": "x"}, c.after) for c in asked[3].changes), asked[3].head
    )
    for wrong in ([*asked[:3], stale], [*asked[:2], asked[3]], [Act(asked[0].changes, head[0] + 1)]):
        with pytest.raises(HeadMoved):
            store.write_all(wrong)
        assert everything(store) == before
        assert store.head() == head


@KINDS
@pytest.mark.postgresql
def test_the_database_is_not_asked_more_often_for_many(kind: str, place: Callable[[str], str]) -> None:
    (store,) = stores(place, kind, 1)
    asked: list[str] = []
    cells = next(iter(store.content()["evidence"].values()))
    event.listen(store._engine(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for many_acts in (2, 12):
        head = store.head()[0]
        new = [
            RowChange("evidence", f"R1.z{many_acts}{k}", None, {**cells, "id": f"R1.z{many_acts}{k}"})
            for k in range(many_acts)
        ]
        asked.clear()
        store.write_all([Act((change,), head + k) for k, change in enumerate(new)])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7


@pytest.mark.postgresql
def test_a_connection_that_rested_is_asked_whether_it_still_answers(
    place: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (store,) = stores(place, "postgresql", 1)
    kept = Database(store._url.render_as_string(hide_password=False), 2)
    head = kept.head()
    with store._begin(write=True) as link:  # as a database that is started anew
        link.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    monkeypatch.setattr("milepost.store.sql.IDLE_SECONDS", 0.0)
    assert kept.head() == head
    kept.close()
    assert content_of(store.read()[0])  # type: ignore[arg-type]


@pytest.mark.postgresql
def test_a_connection_in_use_goes_when_it_is_given_back(place: Callable[[str], str]) -> None:
    (store,) = stores(place, "postgresql", 1)
    kept = Database(store._url.render_as_string(hide_password=False), 2)
    with kept._begin(write=False) as link:
        raw = link.connection.dbapi_connection
        kept.close()
        assert not raw.closed  # type: ignore[union-attr]
    assert raw.closed  # type: ignore[union-attr]
