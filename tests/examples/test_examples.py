"""The examples carry every fact over, with its basis and source, and say what is theirs."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from pathlib import Path

import pytest

import milepost
from milepost.network.effects import elements, is_valued
from milepost.records import Records

NAMES = ("north-south", "northern-corridor")
RULES_APPLIED = Path(__file__).resolve().parents[2] / "scripts" / "facts_to_examples.py"


@pytest.fixture(scope="module")
def both() -> list[Records]:
    return [milepost.open(milepost.example(name)).records for name in NAMES]


def changed_cells(table: str) -> dict[tuple[str, str], tuple[str, str]]:
    """What a rule with a reason changes of the facts: (id, column) -> before and after."""
    with (RULES_APPLIED.parent / "example_rules" / "changes.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == table]
    assert all(row["reason"] for row in rows)
    return {(row["id"], row["column"]): (row["before"], row["after"]) for row in rows}


def facts(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / f"facts/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("fact", "table", "least"),
    [
        ("agreements", "agreements", 26),
        ("commitments", "commitments", 44),
        ("nodes", "nodes", 159),
        ("links", "links", 304),
        ("crossings", "crossings", 88),
        ("routes_reference", "routes", 40),
    ],
)
def test_rows_with_an_id_keep_basis_and_source(
    shared: Path, both: list[Records], fact: str, table: str, least: int
) -> None:
    ours = {row.ident: row for records in both for row in records.rows(table)}
    rows = facts(shared, fact)
    assert len(rows) >= least
    for row in rows:
        mine = ours[row["id"]]
        assert (mine.basis, mine.source) == (row["basis"], row["source_url"].strip()), row["id"]  # type: ignore[attr-defined]
        assert mine.note.startswith(row["retrieved_note"].strip()), row["id"]  # type: ignore[attr-defined]


def test_the_rules_give_the_rows_that_stand(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row changed by hand where a rule makes it is lost at the next run: rules and rows agree."""
    monkeypatch.syspath_prepend(RULES_APPLIED.parent)
    spec = importlib.util.spec_from_file_location("facts_to_examples", RULES_APPLIED)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    for name in NAMES:
        shutil.copytree(milepost.example(name), tmp_path / name)
    for name in NAMES:
        assert list(made.fill(name, shared / "facts", set(made.MADE), tmp_path))
        for table in made.MADE:
            stands = Path(milepost.example(name)) / f"{table}.csv"
            assert (tmp_path / name / f"{table}.csv").read_bytes() == stands.read_bytes(), f"{name} {table}"


def test_every_promise_and_report_is_kept(shared: Path, both: list[Records]) -> None:
    promises = {
        (c.commitment, str(c.announced_on or ""), str(c.promised_for or ""), c.source)
        for r in both
        for c in r.date_changes
    }
    rows = facts(shared, "promises")
    assert len(rows) == 80
    for row in rows:
        assert (row["commitment_id"], row["announced_on"], row["promised_for"], row["source_url"]) in promises
    reports = {(e.commitment, str(e.reported_on or ""), e.report, e.source) for r in both for e in r.evidence}
    rows = facts(shared, "evidence")
    assert len(rows) == 81
    for row in rows:
        assert (row["commitment_id"], row["date"], row["reported"].strip(), row["source_url"]) in reports


def test_lengths_trade_and_money_are_the_facts(shared: Path, both: list[Records]) -> None:
    links = {k.id: k for r in both for k in r.links}
    changed = changed_cells("links")
    for row in facts(shared, "links"):
        for column, of_fact in (("km", "km"), ("state", "status")):
            before, after = changed.get((row["id"], column), (row[of_fact], row[of_fact]))
            assert row[of_fact] == before
            told = getattr(links[row["id"]], column)
            assert told == (float(after) if column == "km" else after)
    gdp = {c.id: c for r in both for c in r.countries}
    for row in facts(shared, "countries"):
        if row["iso3"] not in ("WLD", "ROW"):  # the rest of the world is what an example leaves to it
            assert gdp[row["iso3"]].gdp_usd_m == float(row["gdp_usd_m"])
    for records in both:
        of_facts, ours = records.reported_trade[:66], records.reported_trade[66:]
        assert all(row.source and row.basis == "sourced" for row in ours)
        for mine, row in zip(of_facts, facts(shared, "trade"), strict=True):
            assert (mine.exporter, mine.importer, mine.usd_m, mine.basis) == (
                row["exporter"],
                row["importer"],
                float(row["usd_m"]),
                row["basis"],
            )


def test_parameters_and_effects_of_the_facts_are_kept(shared: Path, both: list[Records]) -> None:
    params = {(p.name, p.value, p.source) for r in both for p in r.params if p.use == "check"}
    rows = facts(shared, "params")
    assert len(rows) == 45
    for row in rows:
        assert (row["name"], float(row["value"]), row["source_url"]) in params
    effects = {(e.commitment, e.before, e.after) for r in both for e in r.effects}
    for row in facts(shared, "effects"):
        assert (row["commitment_id"], row["before"], row["after"]) in effects, row


def test_no_effect_is_without_its_reason() -> None:
    looked = 0
    for name in NAMES:
        for row in milepost.open(milepost.example(name)).records.effects:
            looked += 1
            assert row.note or row.source, row.id
    assert looked > 50


def test_every_party_is_kept_with_its_acts(shared: Path, both: list[Records]) -> None:
    acts = {(i.agreement, i.party, i.kind, str(i.date or ""), i.source) for r in both for i in r.instruments}
    parties = {(i.agreement, i.party, i.role) for r in both for i in r.instruments}
    rows = facts(shared, "parties")
    assert len(rows) == 29
    for row in rows:
        who = (row["agreement_id"], row["iso3"])
        assert (*who, row["role"]) in parties
        joined = "observer" if row["role"] == "observer" else "accession"
        for column, kind in (
            ("signed", "signature"),
            ("acceded", joined),
            ("in_force_for_party", "entry into force"),
        ):
            if row[column]:
                assert (*who, kind, row[column], row["source_url"]) in acts, (who, kind)


def test_delivered_is_what_the_facts_call_done(shared: Path, both: list[Records]) -> None:
    """Evidence, not a status cell, says so; the two must agree, and on the day where the facts give one."""
    days: dict[str, set[str]] = {}
    for records in both:
        for row in records.evidence:
            if row.shows == "delivered":
                days.setdefault(row.commitment, set()).add(str(row.happened_on or row.reported_on))
    done = {c["id"]: c["completed_on"] for c in facts(shared, "commitments") if c["completed_on"]}
    assert len(done) == 12
    assert {c: {day} for c, day in done.items()} == days
    stopped = {e.commitment: str(e.reported_on) for r in both for e in r.evidence if e.shows == "stopped"}
    assert stopped == {"C12": "2020-04-02"}


def test_every_commitment_has_its_own_acceptance_test(both: list[Records]) -> None:
    tests = [c.acceptance_test for r in both for c in r.commitments]
    assert len(tests) == 44
    assert all(len(test) > 20 for test in tests)
    assert len(set(tests)) == len(tests)


@pytest.mark.parametrize("name", [*NAMES, "ridge"])
def test_zones_share_out_all_trade_of_their_country(name: str) -> None:
    total: dict[str, float] = {}
    for node in milepost.open(milepost.example(name)).records.nodes:
        if node.trade_share is not None:
            total[node.country] = total.get(node.country, 0.0) + node.trade_share
    assert len(total) >= 3
    assert total == pytest.approx(dict.fromkeys(total, 1.0))


@pytest.mark.parametrize("name", [*NAMES, "ridge"])
def test_an_assumed_row_says_why_and_a_sourced_one_where(name: str) -> None:
    looked = 0
    records = milepost.open(milepost.example(name)).records
    for row in records.all_rows():
        looked += 1
        if row.table == "texts":
            continue  # words of ours for what other rows say
        basis, source, note = (getattr(row, column) for column in ("basis", "source", "note"))
        assert basis, row.ident
        if basis == "assumed":
            assert note or source, (row.table, row.ident)
        if basis == "sourced":
            assert source or "without an address" in note, (row.table, row.ident)
    assert looked > 80


@pytest.mark.parametrize("name", NAMES)
def test_no_commitment_changes_one_element_twice(name: str) -> None:
    """Factors multiply: a link that lies on two lines must not get one rebate twice."""
    records = milepost.open(milepost.example(name)).records
    seen: set[tuple[str, str, str]] = set()
    for effect in records.effects:
        if not is_valued(records, effect):
            continue
        for _, ident in elements(records, effect):
            key = (effect.commitment, ident, effect.attribute)
            assert key not in seen, key
            seen.add(key)
    assert len(seen) > 4
