"""What was made of a table goes on from step to step: with the same outcome as making it anew."""

from __future__ import annotations

import random

import pytest

import milepost
from milepost.records import Records
from milepost.records.kept import Grouped, PerTable, Step, by_ident, came_of, where
from milepost.store.changes import RowChange
from milepost.store.content import cells_of
from milepost.store.deltas import records_after
from milepost.store.folder import read


def ridge() -> Records:
    records, findings = read(milepost.example("ridge"))
    assert records is not None
    assert not findings
    return records


@pytest.mark.parametrize("seed", range(4))
def test_what_is_gone_on_with_is_what_is_made_anew(seed: int) -> None:
    die, records = random.Random(seed), ridge()
    grouped, disputing = Grouped(lambda row: row.commitment), where(lambda row: row.disputes)
    whole: list[int] = []

    def count(rows: tuple[object, ...]) -> int:
        whole.append(len(rows))
        return len(rows)

    counted: PerTable[int] = PerTable(count, go_on=lambda made, step: made + len(step.added))
    for n in range(60):
        rows = records.evidence
        if die.random() < 0.6:  # not each state is asked about
            assert by_ident(rows) == {row.ident: row for row in rows}
            assert list(by_ident(rows)) == [row.ident for row in rows]
            groups: dict[str, list[object]] = {}
            for row in rows:
                groups.setdefault(row.commitment, []).append(row)
            assert {name: list(mine) for name, mine in grouped(rows).items()} == groups
            assert list(grouped(rows)) == list(groups)
            assert disputing(rows) == tuple(row for row in rows if row.disputes)
            assert counted(rows) == len(rows)
        old = cells_of(die.choice(rows))
        new, what = dict(old), die.random()
        if what < 0.5:
            new |= {"id": f"N{n}", "disputes": die.choice(("", rows[0].id)), "commitment": rows[0].commitment}
        elif what < 0.8:
            new["note"] = f"note {n}"
        else:  # it moves to another group
            new["commitment"] = die.choice(records.commitments).id
        before = None if what < 0.5 else old
        records, faults = records_after(records, [RowChange("evidence", new["id"], before, new)])
        assert not faults
    assert len(whole) < 6, "of most states nothing is made anew"


def test_a_table_of_which_nothing_is_told_is_made_anew() -> None:
    rows = ridge().evidence
    longer = (*rows, rows[0])
    seen: list[Step] = []

    def one_more(count: int, step: Step) -> int:
        seen.append(step)
        return count + 1

    made: PerTable[int] = PerTable(len, go_on=one_more)
    assert [made(rows), made(longer)] == [len(rows), len(longer)]
    assert not seen
    another = (*longer, rows[1])
    came_of(longer, another, {})
    assert made(another) == len(another)
    assert [step.added for step in seen] == [(rows[1],)]
    assert made(tuple(another)) == len(another)
