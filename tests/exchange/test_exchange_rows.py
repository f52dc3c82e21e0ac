"""What single rows become in other systems: dates after a granted request, ids with slashes, great and small
numbers, addresses."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import etree

import milepost
from milepost.cli import run
from milepost.errors import BadData, WrongUse
from milepost.programme import Programme
from milepost.records import ONLY_FOR_VALUES, TABLES, Milestone, PartialDate, Records
from milepost.records.tables import DateChange, DateRequest
from milepost.register.status import status
from milepost.register.status_rules import Delivery
from milepost.report.exchange import export
from milepost.report.exchange.address import is_url
from milepost.report.exchange.geo import geojson
from milepost.report.exchange.iati import _STATUS as IATI_STATUS
from milepost.report.exchange.iati import iati
from milepost.report.exchange.oc4ids import _STATUS as OC4IDS_STATUS
from milepost.report.exchange.oc4ids import left_out, oc4ids
from milepost.report.exchange.power_bi import power_bi
from milepost.store.folder import write


def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def changed(**values: Any) -> Programme:
    base = ridge()
    first, *others = base.records.commitments
    return replace(
        base, records=base.records.with_rows(commitments=(first.model_copy(update=values), *others))
    )


def dates(programme: Programme, on: dt.date, project: int = 0) -> dict[str, str]:
    package = oc4ids(programme.records, programme.status(on), on=on)
    return {m["id"]: m["status"] for m in package["projects"][project]["milestones"]}


def with_request() -> Records:
    """R1, promised for 2028, moved to 2029 by a request that was granted in June 2026."""
    records = ridge().records
    row = next(d for d in records.date_changes if d.commitment == "R1" and not d.milestone)
    request = DateRequest(
        id="Q1",
        commitment="R1",
        new_date=PartialDate("2029-06-01"),
        reason="land",
        ordinal=1,
        asked_on=PartialDate("2026-02-01"),
        asked_by="XWV",
        decided_by="council",
        decision="granted",
        decided_on=PartialDate("2026-06-01"),
        basis="assumed",
    )
    moved = DateChange(
        id="D99",
        commitment="R1",
        promised_for=PartialDate("2029-06-01"),
        announced_on=PartialDate("2026-06-01"),
        request="Q1",
        basis="assumed",
    )
    assert row.promised_for is not None
    return records.with_rows(date_requests=(request,), date_changes=(*records.date_changes, moved))


def test_after_a_granted_request_the_new_date_is_scheduled_and_the_old_one_is_not_met(tmp_path: Path) -> None:
    programme = replace(ridge(), records=with_request())
    old = [
        d.id
        for d in programme.records.date_changes
        if d.commitment == "R1" and not d.milestone and d.id != "D99"
    ]
    before, after = dates(programme, dt.date(2026, 1, 1)), dates(programme, dt.date(2026, 7, 1))
    assert "D99" not in before, "what was announced later is not known yet"
    assert before[old[-1]] == "scheduled"
    assert after["D99"] == "scheduled"
    assert after[old[-1]] == "notMet"
    assert dates(programme, dt.date(2030, 1, 1))["D99"] == "notMet"
    assert any("1 dates and" in note for note in left_out(programme.records, dt.date(2026, 1, 1)))
    # the command takes the day
    write(programme.records, tmp_path / "p")
    assert (
        run(["export", str(tmp_path / "p"), str(tmp_path / "o.json"), "--as", "oc4ids", "--on", "2026-07-01"])
        == 0
    )
    package = json.loads((tmp_path / "o.json").read_text(encoding="utf-8"))
    assert {m["id"]: m["status"] for m in package["projects"][0]["milestones"]} == after
    assert run(["export", str(tmp_path / "p"), str(tmp_path / "q"), "--on", "2026-07-01"]) == 2


def test_a_delivered_milestone_has_met_its_date() -> None:
    base = ridge()
    commitment = base.records.commitments[0].id
    step = Milestone(
        id="M1",
        commitment=commitment,
        title="Summit reached",
        acceptance_test="A train at the summit",
        basis="assumed",
    )
    rows = [
        DateChange(
            id=f"DM{n}",
            commitment=commitment,
            milestone="M1",
            promised_for=PartialDate(day),
            announced_on=PartialDate(said),
            basis="assumed",
        )
        for n, (day, said) in enumerate((("2025-01-31", "2024-01-01"), ("2025-09-30", "2025-01-01")))
    ]
    report = base.records.evidence[0].model_copy(
        update={
            "id": "EM1",
            "commitment": commitment,
            "milestone": "M1",
            "shows": "delivered",
            "standing": "owner",
            "document": "primary",
            "meets_test": "yes",
            "reported_on": PartialDate("2025-08-01"),
            "happened_on": PartialDate("2025-08-01"),
        }
    )
    records = base.records.with_rows(
        milestones=(*base.records.milestones, step),
        date_changes=(*base.records.date_changes, *rows),
        evidence=(*base.records.evidence, report),
    )
    found = dates(replace(base, records=records), dt.date(2026, 1, 1))
    assert (found["DM0"], found["DM1"]) == ("notMet", "met")


def test_an_owner_that_is_named_twice_is_one_party() -> None:
    owner = ridge().records.commitments[0].owed_by[0]
    programme = changed(owed_by=(owner, owner))
    package = oc4ids(programme.records, programme.status(), on=programme.settings.base_date)
    assert [p["id"] for p in package["projects"][0]["parties"]] == [owner]


@pytest.mark.parametrize(("cost", "written"), [(1e305, False), (1e290, True), (240.0, True)])
def test_a_cost_beyond_all_numbers_is_left_out_and_said(cost: float, written: bool) -> None:
    records, day = changed(cost_usd_m=cost).records, dt.date(2026, 1, 1)
    package = oc4ids(records, status(records, day), on=day)
    json.dumps(package, allow_nan=False)
    assert ("budget" in package["projects"][0]) is written
    assert any("R1: the cost" in n for n in left_out(records, day)) is not written


def test_iati_ids_hold_no_slash_and_stay_two() -> None:
    base = ridge()
    first, second, *others = base.records.commitments
    names = (first.model_copy(update={"id": "R/1"}), second.model_copy(update={"id": "R-1"}), *others)
    programme = replace(base, records=base.records.with_rows(commitments=names))
    content, _ = iati(
        programme.records, programme.status(), on=programme.settings.base_date, organisation="XM-1"
    )
    assert b"<iati-identifier>XM-1-R~1</iati-identifier>" in content
    assert b"<iati-identifier>XM-1-R-1</iati-identifier>" in content
    with pytest.raises(WrongUse, match="no identifier of IATI"):
        iati(programme.records, programme.status(), on=programme.settings.base_date, organisation="XM/1")


def test_iati_writes_every_digit() -> None:
    base = changed(cost_usd_m=1234567.89)
    nodes = [n.model_copy(update={"lat": 41.12345678, "lon": 1e-05}) for n in base.records.nodes]
    programme = replace(base, records=base.records.with_rows(nodes=nodes))
    content, _ = iati(programme.records, programme.status(), on=programme.settings.base_date)
    assert b"<pos>41.12345678 0.00001</pos>" in content
    assert b"1234567.89 million USD" in content


def test_a_link_across_180_degrees_is_cut_in_oc4ids_as_in_geojson() -> None:
    base = ridge()
    link = next(
        x for x in base.records.links if any(f"L:{x.id}" in c.network_ref for c in base.records.commitments)
    )
    ends = {link.from_node: 170.0, link.to_node: -170.0}
    nodes = [n.model_copy(update={"lon": ends.get(n.id, n.lon)}) for n in base.records.nodes]
    programme = replace(base, records=base.records.with_rows(nodes=nodes))
    statuses = status(
        programme.records, programme.settings.base_date
    )  # a link of 80 km is a finding now, and may be
    package = oc4ids(programme.records, statuses, on=programme.settings.base_date)
    mine = [x["geometry"] for p in package["projects"] for x in p.get("locations", ()) if x["id"] == link.id]
    theirs = [
        f["geometry"]
        for f in geojson(programme.records, statuses)["features"]
        if f["id"] == f"link/{link.id}"
    ]
    assert theirs[0]["type"] == "MultiLineString"
    assert mine
    assert all(geometry == theirs[0] for geometry in mine)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("https://a.org/?q=1&b=2", True),
        ("http://a", True),
        ("http://", False),
        ("https://:80/", False),
        ("http://[", False),
        ("https://x y", False),
        ("ftp://a.org", False),
        ("sha256:ab", False),
        ("http://a/b|c", False),
        ("", False),
    ],
)
def test_what_an_address_is(text: str, answer: bool) -> None:
    assert is_url(text) is answer


def began(reported: str, happened: str) -> Records:
    """The ridge, with a report that the work of R2 has begun."""
    records = ridge().records
    report = records.evidence[0].model_copy(
        update={
            "id": "E77",
            "commitment": "R2",
            "milestone": "",
            "shows": "started",
            "standing": "owner",
            "document": "primary",
            "source": "https://ridge.example/spade",
            "reported_on": PartialDate(reported),
            "happened_on": PartialDate(happened) if happened else None,
        }
    )
    kept = [e for e in records.evidence if e.commitment != "R2"]
    return records.with_rows(evidence=(*kept, report))


def activity(records: Records, on: dt.date, commitment: str = "R2") -> tuple[Any, tuple[str, ...]]:
    content, notes = iati(records, status(records, on), on=on)
    root = etree.fromstring(content)
    return next(a for a in root if a.get("{urn:milepost}id") == commitment), notes


@pytest.mark.parametrize(
    ("on", "happened", "start", "code", "links"),
    [
        ("2025-12-31", "2025-02-14", "2025-02-14", "2", 1),  # when it happened, not when it was reported
        ("2025-12-31", "", "2025-11-03", "2", 1),
        ("2025-06-30", "2025-02-14", None, "1", 0),  # nobody knew of it on that day
    ],
)
def test_iati_tells_what_was_known_on_the_day_and_when_it_happened(
    on: str, happened: str, start: str | None, code: str, links: int
) -> None:
    found, notes = activity(began("2025-11-03", happened), dt.date.fromisoformat(on))
    starts = [d.get("iso-date") for d in found.findall("activity-date") if d.get("type") == "2"]
    assert starts == ([start] if start else [])
    assert found.find("activity-status").get("code") == code
    assert len(found.findall("document-link")) == links
    assert any("reports are later than 2025-06-30" in n for n in notes) == (on == "2025-06-30")


@pytest.mark.parametrize("name", ["north-south", "northern-corridor"])
def test_no_document_of_iati_is_younger_than_the_day(name: str) -> None:
    on, looked = dt.date(2019, 1, 1), 0
    programme = milepost.open(milepost.example(name))
    content, _ = iati(programme.records, programme.status(on), on=on)
    for element in etree.fromstring(content).iter("document-date", "activity-date"):
        looked += 1
        if element.tag == "document-date" or element.get("type") in ("2", "4"):
            assert dt.date.fromisoformat(element.get("iso-date")) <= on
    assert looked > 10


def test_every_state_of_delivery_is_a_status_of_the_code_lists() -> None:
    closed = {
        *("identification", "preparation", "implementation", "completion"),
        *("maintenance", "decommissioning", "decommissioned", "cancelled"),
    }
    states = set(get_args(Delivery))
    assert set(OC4IDS_STATUS) == set(IATI_STATUS) == states
    assert set(OC4IDS_STATUS.values()) <= closed
    assert set(IATI_STATUS.values()) <= set("123456")


def test_the_tables_for_power_bi_keep_their_keys(tmp_path: Path) -> None:
    programme = milepost.open(milepost.example("north-south"))
    on = programme.settings.base_date
    files = power_bi(programme.records, programme.status(on), on=on)
    assert all(text.startswith("\ufeff") for text in files.values())
    tables = {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        for name, text in files.items()
    }
    looked = 0
    owned = {"commitment_key": "commitments", "agreement_key": "agreements", "party_key": "parties"}
    owned |= {"milestone_key": "milestones", "predecessor_key": "commitments", "successor_key": "commitments"}
    for rows in tables.values():
        for row in rows:
            for column, table in owned.items():
                if row.get(column):
                    key = {"commitments": "commitment_key", "agreements": "agreement_key"}.get(table, column)
                    assert row[column] in {r[key] for r in tables[table]}, (table, row)
                    looked += 1
            for column, cell in row.items():
                if column.endswith("_on") and cell:
                    assert dt.date.fromisoformat(cell)
    assert looked > 200
    assert {r["commitment_key"] for r in tables["commitments"]} == {
        c.id for c in programme.records.commitments
    }
    owners = [(c.id, p) for c in programme.records.commitments for p in c.owed_by]
    assert sorted((r["commitment_key"], r["party_key"]) for r in tables["owners"]) == sorted(owners)


def test_a_register_alone_goes_out(tmp_path: Path) -> None:
    """No network, no trade: what tells of commitments needs neither."""
    records = ridge().records
    alone = records.with_rows(**dict.fromkeys(ONLY_FOR_VALUES, ()))
    alone = alone.with_rows(commitments=[c.model_copy(update={"network_ref": ()}) for c in alone.commitments])
    write(alone, tmp_path / "p")
    for kind in ("oc4ids", "iati", "mspdi", "power-bi", "table-schema"):
        assert run(["export", str(tmp_path / "p"), str(tmp_path / kind), "--as", kind]) == 0
    programme = milepost.open(tmp_path / "p")
    assert programme.check(), "those of a model that nobody began are not the answer"
    for kind in ("geojson", "geopackage", "gmns"):
        with pytest.raises(WrongUse, match="This register has no network") as refused:
            export(programme, kind, tmp_path / kind)
        assert "milepost import --as gmns" in str(refused.value)
    nodes = tmp_path / "p" / "nodes.csv"
    nodes.write_text("id,name\nA,B\n", encoding="utf-8")
    with pytest.raises(BadData, match="findings"):
        export(milepost.open(tmp_path / "p"), "gmns", tmp_path / "faulty")
    empty = replace(programme, records=alone.with_rows(**dict.fromkeys(TABLES, ())))
    with pytest.raises(WrongUse, match="no commitments"):
        export(empty, "oc4ids", tmp_path / "none")


def test_notes_of_an_export_are_whole_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(milepost.example("ridge"))
    told = "the publisher's identifier is a placeholder; give yours with --organisation"
    assert run(["export", source, str(tmp_path / "a.xml"), "--as", "iati"]) == 0
    assert f"Note: {told}." in " ".join(capsys.readouterr().out.split())
    assert run(["export", source, str(tmp_path / "b.xml"), "--as", "iati", "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert told in notes
