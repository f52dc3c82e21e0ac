"""OGC API - Features (17-069r4), requirement by requirement, and read by GDAL as QGIS does."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from serving import Client, served

from milepost.web.app import API
from milepost.web.features import GEO, OPENAPI

ITEMS = "/features/collections/{}/items"
LINKS = {"type": "array", "items": {"type": "object", "required": ["href", "rel", "type"]}}
GEOMETRY = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"enum": ["Point", "LineString", "MultiLineString"]},
        "coordinates": {"type": "array", "minItems": 2},
    },
}
FEATURE = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {"type": {"const": "Feature"}, "geometry": GEOMETRY, "properties": {"type": "object"}},
}
PAGE = {
    "type": "object",
    "required": ["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": FEATURE},
        "links": LINKS,
    },
}


def must_be(found: Any, schema: dict[str, Any]) -> None:
    """Refuse what is not of this shape."""
    import jsonschema  # loads for a second and a half, and not every worker needs it

    jsonschema.validate(found, schema)


def hrefs(answer: Any) -> dict[str, str]:
    return {k["rel"]: k["href"] for k in answer["links"]}


def test_everything_is_reached_from_the_landing_page(alone: Client) -> None:
    answer = alone.get("/features")
    must_be(answer.json(), {"type": "object", "required": ["links"], "properties": {"links": LINKS}})
    landing = hrefs(answer.json())
    assert {"self", "service-desc", "conformance", "data", "alternate"} <= set(landing)
    for rel, href in landing.items():
        found = alone.http.get(href)
        assert found.status_code == 200, rel
        kind = next(k["type"] for k in answer.json()["links"] if k["href"] == href)
        assert found.headers["content-type"].partition(";")[0] == kind.partition(";")[0], rel
    classes = alone.http.get(landing["conformance"]).json()["conformsTo"]
    assert {c.rpartition("/")[2] for c in classes} == {"core", "oas30", "geojson"}
    for collection in alone.http.get(landing["data"]).json()["collections"]:
        assert {"id", "links", "crs", "extent"} <= set(collection)
        assert hrefs(collection)["items"].endswith(f"/{collection['id']}/items")
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert west <= east
        assert south <= north
        one = alone.http.get(hrefs(collection)["self"]).json()
        assert one == collection


def test_the_description_is_openapi_3_0_of_these_addresses(alone: Client) -> None:
    answer = alone.get("/features/api")
    assert answer.headers["content-type"] == OPENAPI
    found = answer.json()
    assert found["openapi"].startswith("3.0.")
    text = json.dumps(found)
    for newer in ('"type": "null"', '"const":', '"examples":', '"prefixItems"', '"type": ['):
        assert newer not in text, newer
    for name in text.split('"#/components/schemas/')[1:]:
        assert name.split('"')[0] in found["components"]["schemas"]
    get = found["paths"][f"{API}{ITEMS.format('{name}')}"]["get"]
    named = {p["name"]: p for p in get["parameters"]}
    assert {"limit", "bbox", "datetime"} <= set(named)
    assert named["limit"]["schema"]["minimum"] == 1
    assert named["bbox"]["schema"]["type"] == "array"
    assert (named["bbox"]["style"], named["bbox"]["explode"]) == ("form", False)
    assert GEO in get["responses"]["200"]["content"]


@pytest.mark.parametrize("name", ["nodes", "links"])
def test_pages_follow_one_another_with_everything_that_was_asked(alone: Client, name: str) -> None:
    whole = alone.get(ITEMS.format(name))
    assert whole.headers["content-type"] == GEO
    must_be(whole.json(), PAGE)
    assert dt.datetime.fromisoformat(whole.json()["timeStamp"].replace("Z", "+00:00")).tzinfo
    seen: list[str] = []
    href: str | None = f"{API}{ITEMS.format(name)}?limit=2&known_on=2030-01-01&bbox=-180,-90,180,90"
    pages = 0
    while href:
        page = alone.http.get(href).json()
        must_be(page, PAGE)
        assert page["numberReturned"] == len(page["features"]) <= 2
        seen += [f["id"] for f in page["features"]]
        asked = parse_qs(urlsplit(hrefs(page)["self"]).query)
        assert (asked["limit"], asked["bbox"], asked["known_on"]) == (
            ["2"],
            ["-180,-90,180,90"],
            ["2030-01-01"],
        )
        assert ("prev" in hrefs(page)) == (pages > 0)
        href, pages = hrefs(page).get("next"), pages + 1
    assert seen == [f["id"] for f in whole.json()["features"]]
    assert whole.json()["numberMatched"] == len(seen) > 3
    one = alone.get(f"{ITEMS.format(name)}/{seen[0]}")
    assert one.headers["content-type"] == GEO
    must_be(one.json(), FEATURE)
    assert {"self", "collection"} <= set(hrefs(one.json()))


def test_boxes(alone: Client) -> None:
    node = alone.get(ITEMS.format("nodes"), params={"limit": 1}).json()["features"][0]
    lon, lat = node["geometry"]["coordinates"]

    def ids(bbox: str) -> list[str]:
        answer = alone.get(ITEMS.format("nodes"), params={"bbox": bbox})
        assert answer.status_code == 200, answer.text
        return [f["id"] for f in answer.json()["features"]]

    near = f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"
    high = f"{lon - 0.01},{lat - 0.01},-5,{lon + 0.01},{lat + 0.01},9000"
    assert ids(near) == ids(high) == [node["id"]]
    everything = len(ids("-180,-90,180,90"))
    round_the_back = len(
        ids(f"{lon + 0.01},-90,{lon - 0.01},90")
    )  # west > east: over the antimeridian, all but this strip
    assert 0 < round_the_back < everything
    assert ids("179,-90,-179,90") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("bbox=1,2,3", 400),
        ("bbox=a,b,c,d", 400),
        ("bbox=1,9,3,2", 400),
        ("bbox=1,2,5,3,4,4", 400),
        ("bbox=nan,1,2,3", 400),
        ("limit=0", 400),
        ("limit=-1", 400),
        ("limit=x", 400),
        ("limit=1000000", 200),
        ("datetime=2030-01-01T00:00:00Z", 200),
        ("datetime=2030-01-01", 200),
        ("datetime=../2030-01-01T00:00:00Z", 200),
        ("datetime=2030-01-01T00:00:00Z/..", 200),
        ("datetime=yesterday", 400),
        ("datetime=../..", 400),
        ("datetime=2031-01-01T00:00:00Z/2030-01-01T00:00:00Z", 400),
        ("datetime=1/2/3", 400),
        ("nothing=1", 400),
        ("mode=rail", 200),
        ("f=json", 200),
        ("f=xml", 400),
        ("offset=1000000", 200),
        ("as_of=x", 400),
    ],
)
def test_queries_are_answered_or_refused_as_the_standard_says(alone: Client, query: str, status: int) -> None:
    answer = alone.get(f"{ITEMS.format('links')}?{query}")
    assert answer.status_code == status, answer.text
    if status == 200 and query.startswith("mode"):
        assert {f["properties"]["mode"] for f in answer.json()["features"]} == {"rail"}


def test_what_is_not_there_is_not_found(alone: Client) -> None:
    for path in (
        "collections/none",
        "collections/none/items",
        "collections/none/items/x",
        "collections/nodes/items/none",
        "nowhere",
    ):
        assert alone.get(f"/features/{path}").status_code == 404, path
    assert alone.get("/features?nothing=1").status_code == 400


def test_links_tell_their_state_on_a_day(alone: Client) -> None:
    def states(where: str, on: str) -> dict[str, str]:
        if where == "network":
            found = alone.get("/network", params={"as_of": on}).json()
            assert found["as_of"] == on
            return {k["id"]: k["on_day"] for k in found["links"]}
        page = alone.get(ITEMS.format("links"), params={"as_of": on}).json()
        return {f["id"]: f["properties"]["on_day"] for f in page["features"]}

    for where in ("network", "features"):
        early, late = states(where, "2026-02-01"), states(where, "2044-01-01")
        assert set(early.values()) | set(late.values()) <= {"open", "promised", "delivered", "closed"}
        came = {k for k, v in early.items() if v == "promised" and late[k] == "delivered"}
        assert came
        assert not {k for k, v in early.items() if v == "delivered" and late[k] == "promised"}


def test_gdal_reads_the_features_as_qgis_does(ridge: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no driver OAPIF")
    from pyogrio.raw import read

    # a process of its own: GDAL holds the interpreter while it waits for the answer
    with served(str(ridge)) as address, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = Client(address)
        where = f"OAPIF:{address}{API}/features"
        assert {str(name) for name, _ in pyogrio.list_layers(where)} == {"nodes", "links"}
        for name in ("nodes", "links"):
            about, _, geometry, columns = read(where, layer=name)
            wanted = client.get(ITEMS.format(name)).json()
            assert len(geometry) == wanted["numberMatched"] > 3
            fields = dict(zip((str(f) for f in about["fields"]), columns, strict=True))
            assert sorted(map(str, fields["id"])) == sorted(f["id"] for f in wanted["features"])
            assert "4326" in str(about["crs"]) or "CRS84" in str(about["crs"])
        lon, lat = client.get(ITEMS.format("nodes")).json()["features"][0]["geometry"]["coordinates"]
        _, _, few, _ = read(where, layer="nodes", bbox=(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01))
        assert len(few) == 1


def test_numbers_are_compared_as_numbers(alone: Client) -> None:
    every = alone.get(ITEMS.format("links")).json()["features"]
    number = {k for f in every for k, v in f["properties"].items() if type(v) in (int, float)}
    assert {"km"} <= number
    looked_at = 0
    for name in sorted(number):
        for feature in every:
            held = feature["properties"][name]
            if held is None:
                continue
            same = sum(f["properties"][name] == held for f in every)
            shapes = {f"{held:g}", repr(float(held)), f"{held:.12f}", f"{held:e}", f"{float(held)!r}0"}
            for text in shapes:
                if float(text) != held:
                    continue
                looked_at += 1
                found = alone.get(f"{ITEMS.format('links')}?{name}={text.replace('+', '%2B')}").json()
                assert found["numberMatched"] == same, (name, text)
    assert looked_at > 20
    assert alone.get(f"{ITEMS.format('links')}?km=eighty").json()["numberMatched"] == 0
    assert alone.get(f"{ITEMS.format('links')}?km=nan").json()["numberMatched"] == 0
