"""A corridor out of open data: the same rows each time, whole rows, no findings, a value, and a country
more."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.spatial import cKDTree

import milepost
from milepost.acts.corridors import asked_in_words, pull
from milepost.atlas import sea, sources
from milepost.atlas.access import assumed_roads, larger_parts, over_land
from milepost.atlas.corridor import Corridor, asked_for, corridor
from milepost.atlas.geometry import km_between, line_km, on_sphere
from milepost.atlas.healing import healed
from milepost.atlas.raw_network import RawNetwork, read_network
from milepost.atlas.sources import shut_borders
from milepost.atlas.spots import Names, Spot
from milepost.cli import run
from milepost.records import TABLES, Records
from milepost.records.lines import points_of
from milepost.records.starter import starter_params
from milepost.store.texts import csv_texts

SMALL = ("GEO,AZE", "rail,road", "ARM")  # through, modes, beyond


def small() -> Corridor:
    through, modes, beyond = (text.split(",") for text in SMALL)
    asked = asked_for(through, modes, 100_000, beyond, dt.date(2026, 1, 1))
    return corridor(asked, starter_params(), pull)


@pytest.fixture(scope="module")
def caucasus() -> Records:
    return small().records


@pytest.fixture(scope="module")
def east_africa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("atlas") / "kenya"
    assert run(["new", str(target), "--through", "KEN,UGA,RWA", "--beyond", "CHN"]) == 0
    return target


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return code, out.out, out.err


def test_rows_are_the_same_on_each_run(caucasus: Records) -> None:
    """In another process, with another order of hashes."""
    code = (
        "import sys; sys.path.insert(0, 'tests/atlas'); import test_corridors as t, json; "
        "print(json.dumps(t.csv_texts(t.small().records)))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": "tests"}
    root = Path(__file__).resolve().parents[2]
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(again.stdout) == csv_texts(caucasus)


def test_lengths_between_towns_are_those_of_the_drawn_railways(caucasus: Records) -> None:
    """Oracle: networkx on what is drawn, with its gaps closed."""
    raw = read_network("rail").within((40.0, 38.0, 52.0, 44.0))
    raw = healed(raw.dense(np.ones(len(raw.a), dtype=bool))[0])
    graph: Any = nx.Graph()
    for a, b, metres in zip(raw.a.tolist(), raw.b.tolist(), raw.metres.tolist(), strict=True):
        graph.add_edge(a, b, km=metres / 1000)
    made: Any = nx.Graph()
    for link in caucasus.links:
        if link.mode == "rail":
            made.add_edge(link.from_node, link.to_node, km=link.km)
    tree = cKDTree(raw.points())
    towns = [n for n in caucasus.nodes if n.trade_share and n.id in made and n.country in ("GEO", "AZE")]
    found = tree.query(on_sphere(np.array([n.lat for n in towns]), np.array([n.lon for n in towns])))
    near = {node.id: (int(k), km) for node, k, km in zip(towns, found[1], found[0], strict=True)}
    compared = 0
    for one in towns:
        drawn = nx.single_source_dijkstra_path_length(graph, near[one.id][0], weight="km")
        links = nx.single_source_dijkstra_path_length(made, one.id, weight="km")
        for other in towns:
            k, km = near[other.id]
            if one.id < other.id and k in drawn and max(km, near[one.id][1]) < 6:
                compared += 1
                assert links[other.id] <= 1.06 * drawn[k] + 15
                assert links[other.id] >= 0.9 * km_between((one.lon, one.lat), (other.lon, other.lat))
    assert compared > 10


def test_every_row_says_where_it_comes_from(caucasus: Records) -> None:
    for link in caucasus.links:
        assert "OpenStreetMap contributors, ODbL" in link.source
        assert link.basis in ("computed", "assumed")
        why = "gaps in the source closed" in link.note or "a road assumed" in link.note
        assert why >= (link.basis == "assumed")
        assert link.mode != "rail" or "gauge assumed" in link.note
    assert {row.basis for row in caucasus.crossings} == {"assumed"}
    assert {c.id for c in caucasus.countries} == {"GEO", "AZE", "ARM", "RUS", "TUR", "IRN", "ROW"}
    for told in (caucasus.settings.summary, caucasus.settings.boundary_disclaimer):
        for name in ("OpenStreetMap", "ODbL", "GeoNames", "SeaRoute", "World Bank", "Natural Earth"):
            assert name in told


def test_a_link_lies_in_one_country_or_is_a_border(caucasus: Records) -> None:
    country = {node.id: node.country for node in caucasus.nodes}
    kind = {node.id: node.kind for node in caucasus.nodes}
    rows = {row.node for row in caucasus.crossings if row.kind == "border"}
    crossing = 0
    for link in caucasus.links:
        pair = {country[link.from_node], country[link.to_node]}
        if len(pair) == 2 and pair & {"GEO", "AZE"}:  # between partners a path stays whole
            crossing += 1
            assert {kind[link.from_node], kind[link.to_node]} == {"border"}
            assert link.from_node in rows or link.to_node in rows
            assert tuple(sorted((country[link.from_node], country[link.to_node]))) not in shut_borders(
                link.mode
            )
    assert crossing >= 5
    changes = {row.node for row in caucasus.crossings if row.kind == "gauge"}
    assert all(country[node] in ("TUR", "GEO", "IRN", "AZE", "ARM") for node in changes)
    assert changes


def test_a_line_runs_from_node_to_node_and_is_about_as_long_as_its_link(caucasus: Records) -> None:
    at = {node.id: (node.lon, node.lat) for node in caucasus.nodes}
    for link in caucasus.links:
        line = points_of(link.geometry)
        assert line[0] == at[link.from_node]
        assert line[-1] == at[link.to_node]
        assert line_km(line) <= 1.02 * link.km + 12


def test_a_new_corridor_has_no_findings_and_values_a_commitment(
    capsys: pytest.CaptureFixture[str], east_africa: Path
) -> None:
    code, out, _ = call(capsys, "check", str(east_africa))
    assert code == 0
    assert "No findings." in out
    records = milepost.open(east_africa).records
    border = next(
        row for row in records.crossings if row.id.startswith("KEN-UGA") and row.from_mode == "road"
    )
    _append(east_africa, "parties", id="SEC", name="Secretariat", kind="organisation", basis="assumed")
    _append(east_africa, "agreements", id="A", title="Trial", signed="2026-01-01", basis="assumed")
    _append(
        east_africa,
        "commitments",
        id="C1",
        agreement="A",
        title="Halve the wait",
        owed_by="SEC",
        kind="border",
        acceptance_test="measured",
        basis="assumed",
    )
    _append(
        east_africa,
        "effects",
        id="E1",
        commitment="C1",
        target_table="crossings",
        target=border.id,
        attribute="hours",
        before=str(border.hours),
        after=str((border.hours or 0) / 2),
        unit="h",
        basis="assumed",
    )
    opened = milepost.open(east_africa)
    assert not opened.check()
    worth = opened.value(["C1"])
    assert sum(worth.user_gain.values()) > 0
    assert worth.user_gain["UGA"] > 0


def _append(folder: Path, table: str, **cells: str) -> None:
    with (folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, TABLES[table].columns(), restval="", lineterminator="\n").writerow(cells)


def test_what_to_check_first_is_ranked_by_what_hangs_on_it(
    capsys: pytest.CaptureFixture[str], east_africa: Path
) -> None:
    code, out, _ = call(capsys, "check", str(east_africa), "--verify-first", "--json")
    rows = json.loads(out)["rows_to_check"]
    assert code == 0
    assert len(rows) > 20
    money = [row["musd_if_a_tenth_off"] for row in rows]
    assert money == sorted(money, reverse=True)
    assert money[-1] > 0
    code, out, _ = call(capsys, "check", str(east_africa), "--verify-first", "--most", "3")
    assert "To check first" in out


def test_a_country_more_changes_nothing_that_is_there(
    capsys: pytest.CaptureFixture[str], east_africa: Path
) -> None:
    before = milepost.open(east_africa).records
    assert "MWI" not in {c.id for c in before.countries}
    code, out, _ = call(capsys, "extend", str(east_africa), "--with", "MWI")
    assert code == 0
    assert "nothing applied" in out
    assert milepost.open(east_africa).records == before
    code, out, _ = call(
        capsys, "extend", str(east_africa), "--with", "MWI", "--apply", "--by", "SEC", "--reason", "trial"
    )
    opened = milepost.open(east_africa)
    assert not opened.check()
    for table in TABLES:
        after = [row.model_dump() for row in opened.records.rows(table)]
        assert after[: len(before.rows(table))] == [row.model_dump() for row in before.rows(table)]
    new = {n.id for n in opened.records.nodes} - {n.id for n in before.nodes}
    joined = [k for k in opened.records.links if (k.from_node in new) != (k.to_node in new)]
    assert new
    assert joined
    code, _, err = call(capsys, "extend", str(east_africa), "--with", "MWI")
    assert code == 2
    assert "MWI is in the programme" in err


def test_lines_of_ships_have_published_lengths_and_pass_the_straits_by_name() -> None:
    names = Names()
    ports = {c: sea.ports_of(c, names, 2) for c in ("KEN", "PAK", "CHN", "DEU", "AZE", "KAZ")}
    straits, legs = sea.legs([port for own in ports.values() for port in own], names)
    graph: Any = nx.Graph()
    for leg in legs:
        graph.add_edge(leg.a, leg.b, km=leg.metres / 1000)
    ids = {port.name: port.id for own in ports.values() for port in own}
    # nautical miles of published tables of distances between ports (general knowledge)
    for one, other, miles in (
        ("Hamburg (port)", "Shanghai (port)", 10_770),
        ("Mombasa (port)", "Karachi (port)", 2_340),
        ("Baku (port)", "Aktau (port)", 253),
    ):
        km = nx.shortest_path_length(graph, ids[one], ids[other], weight="km")
        assert km == pytest.approx(1.852 * miles, rel=0.1), (one, other)
    assert {"Suez Canal", "Bab el-Mandeb", "Strait of Malacca"} <= {s.name for s in straits}
    suez = next(s.id for s in straits if s.name == "Suez Canal")
    graph.remove_node(suez)
    around = nx.shortest_path_length(graph, ids["Hamburg (port)"], ids["Shanghai (port)"], weight="km")
    assert 23_000 < around < 29_000, "by the Cape of Good Hope, and not by the Arctic"
    assert all(max(lat for _, lat in leg.line) < 72 for leg in legs)
    assert not any({leg.a, leg.b} & {ids["Baku (port)"]} and leg.b == suez for leg in legs)


def test_without_the_extra_one_sentence_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sources.lands.cache_clear()
    sources.towns.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, err = call(capsys, "new", str(tmp_path / "x"), "--through", "KEN,UGA")
    assert code == 2
    assert " ".join(err.split()) == sources.NEEDED
    assert not (tmp_path / "x").exists()
    sources.lands.cache_clear()
    sources.towns.cache_clear()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--through", "KEN,XYZ"], "There is no country 'XYZ'"),
        (["--through", "KEN", "--modes", "mule"], "There is no mode 'mule'"),
        (["--through", "KEN", "--modes", "sea"], "needs rail or road"),
        (["--through", "KEN", "--towns", "3"], "from 15,000 inhabitants on"),
        (["--through", ","], "names no country"),
        (["--through", "KEN", "--example", "ridge"], "not both"),
        (["--through", "KEN", "--beyond", "12"], "There is no country '12'"),
        (["--through", "KEN", "--like", "nowhere"], "there is no folder"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], told: str
) -> None:
    code, out, err = call(capsys, "new", str(tmp_path / "x"), *arguments)
    assert code in (1, 2)
    assert told in " ".join((out + err).split())
    assert not (tmp_path / "x").exists()


def test_gravity_of_the_atlas_is_that_of_the_model() -> None:
    """Twice the GDP is twice the trade, and distance counts by the estimated elasticity."""
    assert pull(2.0, 3.0, 500.0, False) == pytest.approx(2 * pull(1.0, 3.0, 500.0, False))
    slope = math.log(pull(1, 1, 1000, False) / pull(1, 1, 100, False)) / math.log(10)
    assert slope == pytest.approx(-0.766877)
    assert re.fullmatch(r"[A-Z]{3}", next(iter(sources.lands())))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (["KAZ", "kaz", "KZ", "Kazakhstan", "Казахстан"], ("KAZ",)),
        (["sg", "my", "XK", "ps"], ("SGP", "MYS", "XKX", "PSE")),
        (["Côte d'Ivoire", "Ivory Coast", "Burma", "Turkey", "Swaziland"], ("CIV", "MMR", "TUR", "SWZ")),
        (["Kosovo", "Samoa", "Tonga", "Fiji", "GL"], ("XKX", "WSM", "TON", "FJI", "GRL")),
    ],
)
def test_a_country_is_asked_for_by_any_code_or_name(text: list[str], codes: tuple[str, ...]) -> None:
    assert asked_in_words(text, ["road"], 100_000, (), dt.date(2026, 1, 1)).through == codes


def test_every_country_that_is_not_there_is_told_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = call(capsys, "new", str(tmp_path / "x"), "--through", "KAZ,Zzz,ATA,Qqq")
    told = " ".join(err.split())
    assert code == 2
    assert "There is no country 'ZZZ'. There is no country 'QQQ'." in told
    assert "no GDP or no town of Antarctica (ATA)" in told
    assert told.count("ISO 3166-1") == 1


def _spot(ident: str, kind: Any, at: tuple[float, float], people: int = 0, country: str = "ZMB") -> Spot:
    return Spot(ident, ident, country, at[0], at[1], kind, people)


def test_a_town_far_from_every_drawn_road_gets_one_over_land() -> None:
    """Zambia: a road from west to east, a town 60 km north of it, one 200 km off, one beside it."""
    lon = np.arange(25.0, 29.0, 0.03)
    lat = np.full(len(lon), -15.0)
    a = np.arange(len(lon) - 1)
    metres = np.full(len(a), 3_224)
    raw = RawNetwork(lat, lon, a, a + 1, metres, np.zeros(len(a), dtype=bool))
    near, far = _spot("NEAR", "city", (-14.46, 26.0), 9), _spot("FAR", "city", (-13.2, 26.0), 9)
    beside, port = _spot("BESIDE", "city", (-14.99, 27.0), 9), _spot("PORT", "port", (-14.46, 27.0))
    roads = assumed_roads(raw, ["ZMB"] * len(lon), [near, far, beside, port])
    assert [road.spot.id for road in roads] == ["NEAR"]  # a port further than 40 km off is none's
    assert roads[0].metres == pytest.approx(1.25 * 60_000, rel=0.02)
    assert not over_land((39.27, -6.82), (39.20, -6.16), "TZA")  # Dar es Salaam to Zanzibar
    assert over_land((36.68, -3.37), (35.75, -6.17), "TZA")  # Arusha to Dodoma


def test_a_point_of_a_fragment_is_not_taken_where_a_road_is_near() -> None:
    """Mombasa lies beside four drawn points that lead nowhere; the highway is 3 km off."""
    lon = np.concatenate((np.arange(30.0, 31.0, 0.03), [30.5, 30.51]))
    lat = np.concatenate((np.full(len(lon) - 2, -2.0), [-1.96, -1.96]))
    main = len(lon) - 2
    a = np.array([*range(main - 1), main])
    metres = np.array([3_300] * (main - 1) + [1_100])
    raw = RawNetwork(lat, lon, a, a + 1, metres, np.zeros(len(a), dtype=bool))
    large = larger_parts(raw)
    assert large[:main].all()
    assert not large[main:].any()


def test_an_island_gets_a_port_and_no_port_leads_nowhere() -> None:
    """Labasa is on the second island of Fiji: neither of its ports is among the first of the country."""
    asked = asked_for(("FJI", "WSM", "TON"), ("road", "sea"), 100_000, ("NZL",), dt.date(2026, 1, 1))
    made = corridor(asked, starter_params(), pull)
    towns = {node.name for node in made.records.nodes if node.trade_share}
    assert {"Nasinu", "Lautoka", "Labasa", "Apia", "Nuku‘alofa"} <= towns
    assert not made.left_out
    assert not made.missing
    assert {c.id for c in made.records.countries} == {"FJI", "WSM", "TON", "NZL", "ROW"}
    on_land = {end for k in made.records.links if k.mode != "sea" for end in (k.from_node, k.to_node)}
    ports = [node for node in made.records.nodes if node.kind == "port"]
    assert {node.id for node in ports} <= on_land
    country = {node.id: node.country for node in made.records.nodes}
    home = [
        k
        for k in made.records.links
        if k.mode == "sea" and {country[k.from_node], country[k.to_node]} == {"FJI"}
    ]
    assert home, "islands of one country trade by sea"
    told = [k for k in made.records.links if "a road assumed" in k.note]
    assert told
    assert {k.basis for k in told} == {"assumed"}


def test_a_country_that_nothing_reaches_is_told_and_leaves_no_rows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "x"
    code, out, _ = call(
        capsys, "new", str(target), "--through", "FJI,WSM", "--modes", "road", "--beyond", "NZL"
    )
    assert code == 0
    told = " ".join(out.split())
    assert "beyond: none" in told
    assert "no town of it is reached: WSM, NZL" in told
    opened = milepost.open(target)
    assert not opened.check()
    assert {c.id for c in opened.records.countries} == {"FJI", "ROW"}
