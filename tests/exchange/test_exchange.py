"""What goes out validates, says the same as the register, and survives hostile rows."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from published import gmns_faults, iati_faults, oc4ids_faults

import milepost
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.records import TABLES
from milepost.report.exchange import FORMATS, export
from milepost.report.exchange.geo import geojson, line_of
from milepost.report.exchange.gmns import gmns
from milepost.report.exchange.iati import iati
from milepost.report.exchange.oc4ids import oc4ids
from milepost.report.exchange.table_schema import data_package
from torture import cases

EXAMPLES = ["ridge", "north-south", "northern-corridor"]


def opened(name: str) -> Programme:
    return milepost.open(milepost.example(name))


def projects(programme: Programme) -> dict[str, Any]:
    return oc4ids(programme.records, programme.status(), on=programme.settings.base_date)


@pytest.mark.shared
@pytest.mark.parametrize("name", EXAMPLES)
def test_oc4ids(name: str, shared: Path) -> None:
    programme = opened(name)
    package = projects(programme)
    assert oc4ids_faults(shared, package) == []
    ids = [p["id"] for p in package["projects"]]
    assert ids == [f"oc4ids-milepost-{c.id}" for c in programme.records.commitments]
    dates = sum(len(p.get("milestones", [])) for p in package["projects"])
    assert dates == sum(d.promised_for is not None for d in programme.records.date_changes)
    done = {s.commitment for s in programme.status() if s.done}
    assert {
        p["id"].removeprefix("oc4ids-milepost-")
        for p in package["projects"]
        if p["status"] in ("completion", "maintenance")
    } == done
    # a planted fault is found
    package["projects"][0]["status"] = "nearly"
    del package["publisher"]
    assert len(oc4ids_faults(shared, package)) == 2


@pytest.mark.shared
@pytest.mark.parametrize("name", EXAMPLES)
def test_iati(name: str, shared: Path) -> None:
    from lxml import etree

    programme = opened(name)
    content, notes = iati(programme.records, programme.status(), on=programme.settings.base_date)
    assert iati_faults(shared, content) == []
    root = etree.fromstring(content)
    assert len(root.findall("iati-activity")) == len(programme.records.commitments)
    for activity in root.findall("iati-activity"):
        shares = [
            float(c.get("percentage"))
            for c in (*activity.findall("recipient-country"), *activity.findall("recipient-region"))
        ]
        assert sum(shares) == pytest.approx(100, abs=1e-9)
    if name == "ridge":
        assert any("XWV" in n for n in notes)
    assert iati_faults(shared, content.replace(b"<activity-status", b"<activity-state", 1)), "a planted fault"


@pytest.mark.parametrize("name", EXAMPLES)
def test_table_schema_describes_its_own_files(name: str) -> None:
    programme = opened(name)
    files = data_package(programme.records)
    package = json.loads(files["datapackage.json"])
    looked = 0
    values: dict[str, dict[str, set[str]]] = {}
    for resource in package["resources"]:
        rows = list(csv.DictReader(io.StringIO(files[resource["path"]])))
        names = [f["name"] for f in resource["schema"]["fields"]]
        assert list(rows[0]) == names
        key = resource["schema"]["primaryKey"]
        assert len({tuple(r[k] for k in key) for r in rows}) == len(rows)
        for row in rows:
            for field in resource["schema"]["fields"]:
                assert conforms(row[field["name"]], field), (resource["name"], field, row)
                looked += 1
        values[resource["name"]] = {n: {r[n] for r in rows} for n in names}
    for resource in package["resources"]:
        for foreign in resource["schema"].get("foreignKeys", []):
            target = foreign["reference"]["resource"] or resource["name"]
            have = values[target][foreign["reference"]["fields"]]
            assert values[resource["name"]][foreign["fields"]] - {""} <= have
    assert looked > 500
    assert {r["name"].replace("-", "_") for r in package["resources"]} == {
        t for t in TABLES if programme.records.rows(t)
    }


def conforms(cell: str, field: dict[str, Any]) -> bool:
    """A small reader of Table Schema, written for this test only."""
    limits = field.get("constraints", {})
    if cell == "":
        return not limits.get("required")
    if field["type"] in ("number", "integer"):
        value = float(cell) if field["type"] == "number" else int(cell)
        return bool(limits.get("minimum", value) <= value <= limits.get("maximum", value))
    if "enum" in limits and cell not in limits["enum"]:
        return False
    return "pattern" not in limits or re.search(limits["pattern"], cell) is not None


@pytest.mark.parametrize("name", EXAMPLES)
def test_geojson_and_geopackage_hold_every_node_and_link(name: str, tmp_path: Path) -> None:
    import pyogrio.raw

    programme = opened(name)
    records = programme.records
    collection = geojson(records, programme.status())
    assert len(collection["features"]) == len(records.nodes) + len(records.links)
    for feature in collection["features"]:
        points = (
            [feature["geometry"]["coordinates"]]
            if feature["geometry"]["type"] == "Point"
            else feature["geometry"]["coordinates"]
        )
        assert all(-180 <= p[0] <= 180 and -90 <= p[1] <= 90 for p in points)
    export(programme, "geopackage", tmp_path / "out.gpkg")
    assert {str(n) for n, _ in pyogrio.list_layers(tmp_path / "out.gpkg")} == {"nodes", "links"}
    for layer, rows in (("nodes", records.nodes), ("links", records.links)):
        meta, _fids, geometry, data = pyogrio.raw.read(tmp_path / "out.gpkg", layer=layer)
        assert len(geometry) == len(rows)
        assert list(data[list(meta["fields"]).index("id")]) == [r.ident for r in rows]
        assert str(meta["crs"]) == "EPSG:4326"


def test_a_line_across_the_antimeridian_is_cut_there() -> None:
    records = opened("ridge").records
    nodes = [
        records.nodes[0].model_copy(update={"id": "A", "lon": 170.0, "lat": 50.0}),
        records.nodes[0].model_copy(update={"id": "B", "lon": -170.0, "lat": 60.0}),
    ]
    link = records.links[0].model_copy(update={"from_node": "A", "to_node": "B"})
    lines = line_of(records.with_rows(nodes=nodes), link)
    assert lines == [[[170.0, 50.0], [180.0, 55.0]], [[-180.0, 55.0], [-170.0, 60.0]]]


@pytest.mark.shared
@cases(24, 60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=60),
    st.text(max_size=30),
    st.sampled_from(["", "https://x.example/ä ö", "http://[", "https://ok.example/a"]),
)
def test_hostile_rows_validate_too(shared: Path, title: str, report: str, source: str) -> None:
    base = opened("ridge")
    title = title.encode("utf-8", "replace").decode() or "x"
    report = report.encode("utf-8", "replace").decode()
    rows = [c.model_copy(update={"title": title, "text": report}) for c in base.records.commitments]
    evidence = [e.model_copy(update={"report": report, "source": source}) for e in base.records.evidence]
    programme = replace(base, records=base.records.with_rows(commitments=rows, evidence=evidence))
    assert oc4ids_faults(shared, projects(programme)) == []
    content, _ = iati(programme.records, programme.status(), on=programme.settings.base_date)
    assert iati_faults(shared, content) == []


def test_nothing_is_overwritten_and_formats_are_named(tmp_path: Path) -> None:
    programme = opened("ridge")
    for kind in FORMATS:
        export(programme, kind, tmp_path / kind)
        with pytest.raises(WrongUse, match="exists"):
            export(programme, kind, tmp_path / kind)
    with pytest.raises(WrongUse, match=r"There is no format 'oc4idx'\. Did you mean oc4ids"):
        export(programme, "oc4idx", tmp_path / "x")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


@pytest.mark.shared
@pytest.mark.parametrize("name", EXAMPLES)
def test_gmns_holds_the_open_network_and_nothing_a_router_must_not_use(name: str, shared: Path) -> None:
    programme = opened(name)
    files, notes = gmns(programme.records, programme.status())
    assert gmns_faults(shared, files) == []
    lacking = {**files, "use_definition.csv": files["use_definition.csv"].replace("pce", "cars", 1)}
    assert gmns_faults(shared, lacking), "a planted fault"
    tables = {file: list(csv.DictReader(io.StringIO(text))) for file, text in files.items()}
    assert set(tables) == {"config.csv", "node.csv", "link.csv", "use_definition.csv"}
    assert [row["crs"] for row in tables["config.csv"]] == ["EPSG:4326"]
    nodes, links = {row["node_id"] for row in tables["node.csv"]}, tables["link.csv"]
    assert nodes == {node.id for node in programme.records.nodes}
    open_links = {
        link.id: link for link in programme.records.links if link.state == "open" and link.use == "model"
    }
    assert {row["link_id"] for row in links} == set(open_links)
    uses = {row["use"] for row in tables["use_definition.csv"]}
    for row in links:
        assert {row["from_node_id"], row["to_node_id"]} <= nodes
        assert row["directed"] == "false"
        assert row["allowed_uses"] in uses
        assert float(row["length"]) == open_links[row["link_id"]].km
        assert 0 < float(row["free_speed"]) <= 200, "the range that the specification allows"
        assert re.fullmatch(r"(LINESTRING|MULTILINESTRING) \(.+\)", row["geometry"])
    closed = sum(link.state != "open" and link.use == "model" for link in programme.records.links)
    assert any(f"{closed} links that are not open" in note for note in notes) == (closed > 0)


def test_gmns_gauges_are_uses_of_their_own(tmp_path: Path) -> None:
    export(opened("north-south"), "gmns", tmp_path / "net")
    rows = list(csv.DictReader((tmp_path / "net/link.csv").read_text(encoding="utf-8").splitlines()))
    assert {"rail1435", "rail1520"} <= {row["allowed_uses"] for row in rows if row["facility_type"] == "rail"}


def test_whose_data_a_network_is_goes_with_every_export_of_it(tmp_path: Path) -> None:
    said = "Network of somebody, ODbL 1.0."
    base = opened("ridge")
    settings = base.settings.model_copy(update={"boundary_disclaimer": said})
    named = replace(base, records=replace(base.records, settings=settings))
    for kind, name in (("geojson", "o.geojson"), ("geopackage", "o.gpkg"), ("gmns", "o.gmns")):
        export(named, kind, tmp_path / name)
        made = tmp_path / name
        files = [made] if made.is_file() else list(made.iterdir())
        assert any(said.encode() in f.read_bytes() for f in files), kind
