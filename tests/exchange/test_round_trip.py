"""Laws of going out and coming back: what is exported and imported again is the same rows, or the loss is
listed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from published import gmns_faults, iati_faults, oc4ids_faults
from random_register import random_register

import milepost
from milepost.acts.foreign import Choices, bring_file, compare
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import create
from milepost.acts.writing import Register
from milepost.intake.foreign.kinds import read_foreign
from milepost.programme import Programme
from milepost.records import Records, Translation
from milepost.register.status import status
from milepost.report.exchange import export
from milepost.report.exchange.gmns import gmns
from milepost.report.exchange.iati import iati
from milepost.report.exchange.oc4ids import oc4ids
from torture import first_seed, many, tortured

KINDS = ("oc4ids", "iati", "mspdi")
SEEDS = range(first_seed(0), first_seed(0) + many(12, 150))
ON = dt.date(2026, 1, 1)


def exported(records: Records, kind: str, folder: Path) -> Path:
    target = folder / f"out.{kind}"
    programme = Programme(folder, records)
    assert [str(f) for f in programme.for_register().check() if f.needed_for == "everything"] == []
    export(programme, kind, target, ON)
    return target


@pytest.mark.shared
@tortured(1)
@pytest.mark.parametrize("seed", SEEDS)
def test_exports_of_random_registers_are_what_the_publishers_ask_for(seed: int, shared: Path) -> None:
    records = random_register(seed)
    for on in (ON, dt.date(2019, 6, 1), dt.date(2035, 1, 1)):
        states = status(records, on)
        assert oc4ids_faults(shared, oc4ids(records, states, on=on)) == []
        assert iati_faults(shared, iati(records, states, on=on)[0]) == []
        assert gmns_faults(shared, gmns(records, states)[0]) == []


@tortured(1)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_goes_out_and_comes_back_changes_nothing(seed: int, kind: str, tmp_path: Path) -> None:
    records = random_register(seed)
    found = compare(records, read_foreign(kind, str(exported(records, kind, tmp_path))), Choices())
    assert [(d.what, d.table, d.id, d.cells, d.why) for d in found.differences] == []
    assert found.edits == ()


@pytest.mark.parametrize("name", ["ridge", "north-south", "northern-corridor"])
def test_the_examples_come_back_as_they_went(name: str, tmp_path: Path) -> None:
    programme = milepost.open(milepost.example(name))
    for kind in KINDS:
        export(programme, kind, tmp_path / kind)
        found = compare(programme.records, read_foreign(kind, str(tmp_path / kind)), Choices())
        assert [d.as_dict() for d in found.differences] == []


def words(text: str) -> str:
    return " ".join(text.split())


@tortured(1)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_empty_register_gets_the_same_rows(seed: int, kind: str, tmp_path: Path) -> None:
    """What each format carries; what it does not is in the table of ``docs/explain/exchange.md``."""
    records = random_register(seed)
    file = exported(records, kind, tmp_path)
    create(tmp_path / "new")
    done = bring_file(
        Register(tmp_path / "new"),
        at_the_terminal("me"),
        read_foreign(kind, str(file)),
        apply=True,
        reason="law",
    )
    assert (done.rejected, done.applied) == (0, True)
    back = milepost.open(tmp_path / "new").records
    assert [c.id for c in back.commitments] == [c.id for c in records.commitments]
    for old, new in zip(records.commitments, back.commitments, strict=True):
        assert (words(new.title), set(new.owed_by)) == (words(old.title), set(old.owed_by))
        assert words(new.text) == words(old.text) or (
            kind == "iati" and not new.text and old.text == old.title
        )
        if kind != "mspdi":
            assert words(new.acceptance_test) == words(old.acceptance_test)
        if kind == "oc4ids":
            assert (new.cost_usd_m is None) == (old.cost_usd_m is None)
            assert new.cost_usd_m == pytest.approx(old.cost_usd_m, abs=1e-8)
    titles = {m.id: words(m.title) for m in (*records.milestones, *back.milestones)}
    if kind != "iati":
        assert dates(back, titles) == dates(records, titles)
    if kind == "mspdi":
        assert {m.id for m in back.milestones} == {m.id for m in records.milestones}
        pairs = {(d.predecessor, d.successor, d.kind, d.lag_days) for d in records.dependencies}
        assert {(d.predecessor, d.successor, d.kind, d.lag_days) for d in back.dependencies} == pairs
    if kind == "oc4ids":
        ids = {e.id: words(e.report) for e in records.evidence}
        assert {e.id: words(e.report) for e in back.evidence if e.id in ids} == ids
    if kind == "iati":
        assert said(back, back) == said(records, back)
    again = compare(back, read_foreign(kind, str(file)), Choices())
    assert again.edits == ()


def said(records: Records, back: Records) -> dict[tuple[str, ...], str]:
    """Texts in further languages, of the rows that came back."""
    known = {c.id for c in back.commitments} | {e.id for e in back.evidence}
    return {(t.of_table, t.row, t.column, t.language): words(t.text) for t in records.texts if t.row in known}


def dates(records: Records, titles: dict[str, str]) -> set[tuple[str, str, dt.date]]:
    return {
        (d.commitment, titles.get(d.milestone, ""), d.promised_for.last)
        for d in records.date_changes
        if d.promised_for
    }


@pytest.mark.parametrize("kind", ["gmns", "geojson"])
@pytest.mark.parametrize("name", ["ridge", "north-south", "northern-corridor"])
def test_networks_come_back_as_they_went(name: str, kind: str, tmp_path: Path) -> None:
    programme = milepost.open(milepost.example(name))
    course = {"geometry": "LINESTRING (10.00004 45, 10.33337 45.2, 10.7 45.1)"}
    links = [x.model_copy(update=course) if n == 0 else x for n, x in enumerate(programme.records.links)]
    records = programme.records.with_rows(links=links)
    export(Programme(tmp_path, records), kind, tmp_path / kind)
    found = compare(records, read_foreign(kind, str(tmp_path / kind)), Choices())
    assert [d.as_dict() for d in found.differences] == []
    create(tmp_path / "new")
    me = at_the_terminal("me")
    reading = read_foreign(kind, str(tmp_path / kind))
    assert bring_file(Register(tmp_path / "new"), me, reading, apply=True, reason="law").applied
    back = milepost.open(tmp_path / "new").records
    assert [(n.id, n.name, n.country, n.kind) for n in back.nodes] == [
        (n.id, n.name, n.country, n.kind) for n in records.nodes
    ]
    went = [x for x in records.links if kind == "geojson" or (x.state == "open" and x.use == "model")]
    assert [(x.id, x.from_node, x.to_node, x.mode, x.direction) for x in back.links] == [
        (x.id, x.from_node, x.to_node, x.mode, x.direction) for x in went
    ]
    assert [x.km for x in back.links] == pytest.approx([x.km for x in went])


def test_a_translation_may_have_the_words_of_the_original(tmp_path: Path) -> None:
    ridge = milepost.open(milepost.example("ridge")).records
    one = next(c for c in ridge.commitments if c.title)
    same = Translation(of_table="commitments", row=one.id, column="title", language="fr", text=one.title)
    records = ridge.with_rows(texts=[same])
    create(tmp_path / "new")
    bring_file(
        Register(tmp_path / "new"),
        at_the_terminal("me"),
        read_foreign("iati", str(exported(records, "iati", tmp_path))),
        apply=True,
        reason="law",
    )
    back = milepost.open(tmp_path / "new").records
    assert said(back, back) == said(records, back) != {}
