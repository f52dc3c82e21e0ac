"""The drawn network: lengths that are published, railways that do not exist, gaps, and what the closure
keeps."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from milepost.atlas import sources
from milepost.atlas.borders import box, countries_of
from milepost.atlas.closure import STRETCH_PERCENT, paths_between, spanner
from milepost.atlas.geometry import in_box, on_sphere
from milepost.atlas.healing import healed
from milepost.atlas.inland import BENDS_PERCENT
from milepost.atlas.raw_network import Drawn, RawNetwork, read_network
from milepost.errors import WrongUse
from torture import cases

LEGS = Path(__file__).with_name("legs.csv")
MARGIN = 4.0


@cache
def whole(mode: Drawn) -> RawNetwork:
    return read_network(mode)


def between(mode: Drawn, one: tuple[float, float], other: tuple[float, float]) -> float:
    """Km along the drawn and healed network between two points (latitude, longitude); infinite without
    one."""
    (a, b), (c, d) = one, other
    box = (min(b, d) - MARGIN, min(a, c) - MARGIN, max(b, d) + MARGIN, max(a, c) + MARGIN)
    network = whole(mode).within(box)
    network = healed(network.dense(np.ones(len(network.a), dtype=bool))[0])
    ends = cKDTree(network.points()).query(on_sphere(np.array([a, c]), np.array([b, d])))[1]
    metres = dijkstra(network.matrix(), indices=int(ends[0]))[int(ends[1])]
    return float(metres) * BENDS_PERCENT[mode] / 100_000


def test_sixteen_of_twenty_published_lengths_are_within_a_tenth() -> None:
    with LEGS.open(encoding="utf-8") as file:
        legs = list(csv.DictReader(file))
    assert len(legs) == 20
    off = {}
    for leg in legs:
        mode: Drawn = "rail" if leg["mode"] == "rail" else "road"
        ends = (float(leg["lat1"]), float(leg["lon1"])), (float(leg["lat2"]), float(leg["lon2"]))
        off[f"{leg['mode']} {leg['from']}-{leg['to']}"] = between(mode, *ends) / float(leg["km"]) - 1
    missed = {name for name, share in off.items() if abs(share) > 0.1}
    assert missed == {  # as docs/explain/any-corridor.md tells
        "rail Mashhad-Sarakhs",
        "rail Alat-Astara",
        "rail Altynkol-Aktau",
        "road Rasht-Astara",
    }, off


def test_railways_that_do_not_exist_are_not_there() -> None:
    rasht, astara = (37.22, 49.60), (38.43, 48.87)
    assert between("rail", rasht, astara) > 800  # 162 km, when it is built
    network = whole("rail").within((59.0, 33.0, 64.0, 36.0))
    network = healed(network.dense(np.ones(len(network.a), dtype=bool))[0])
    herat = on_sphere(np.array([34.35]), np.array([62.20]))
    nearest = np.linalg.norm(network.points() - herat, axis=1).min()
    assert nearest > 40, "Khaf-Herat is drawn no further than Rozanak"


def test_towns_lie_in_the_country_that_geonames_says() -> None:
    among = ("KAZ", "AZE", "GEO", "TUR", "AGO", "COD", "ZMB", "KEN", "UGA", "RWA", "EST", "LVA", "LTU", "POL")
    towns = [t for t in sources.towns() if t.country in among]
    lat, lon = np.array([t.lat for t in towns]), np.array([t.lon for t in towns])
    found = countries_of(lat, lon, among)
    right = [among[k] == t.country for k, t in zip(found, towns, strict=True)]
    assert len(towns) > 1500
    assert np.mean(right) > 0.985


def network(points: list[tuple[float, float]], edges: list[tuple[int, int]]) -> RawNetwork:
    lat, lon = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    xyz = on_sphere(lat, lon)
    a, b = (np.array(side, dtype=np.int64) for side in zip(*edges, strict=True))
    metres = np.maximum(1, np.rint(1000 * np.linalg.norm(xyz[a] - xyz[b], axis=1))).astype(np.int64)
    return RawNetwork(lat, lon, a, b, metres, np.zeros(len(a), dtype=bool))


def test_a_gap_ahead_is_closed_and_a_long_one_is_not() -> None:
    # along the equator 0.01 degrees are 1.1 km: two railways in line, the second begins after the gap
    for gap, joins in ((0.02, 1), (0.15, 1), (0.30, 0)):
        points = [(0.0, 0.0), (0.0, 0.1), (0.0, 0.1 + gap), (0.0, 0.2 + gap)]
        found = healed(network(points, [(0, 1), (2, 3)]))
        assert bool(found.join.any()) == bool(joins), gap


def test_a_line_beside_is_not_joined() -> None:
    points = [(0.0, 0.0), (0.0, 0.1), (0.15, 0.0), (0.15, 0.1)]  # parallel, 17 km apart
    assert not healed(network(points, [(0, 1), (2, 3)])).join.any()


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, int]]]:
    n = draw(st.integers(3, 12))
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] < e[1])
    edges = draw(st.dictionaries(ends, st.integers(1, 5000), min_size=2, max_size=40))
    return n, [(metres, a, b) for (a, b), metres in edges.items()]


@cases(60, 2000)
@given(graphs())
def test_what_is_kept_is_at_most_a_twentieth_longer(made: tuple[int, list[tuple[int, int, int]]]) -> None:
    n, edges = made
    before: Any = nx.Graph()
    before.add_nodes_from(range(n))
    before.add_weighted_edges_from((a, b, m) for m, a, b in edges)
    after: Any = nx.Graph()
    after.add_nodes_from(range(n))
    after.add_weighted_edges_from((a, b, m) for m, a, b in spanner(edges))
    for one, lengths in nx.all_pairs_dijkstra_path_length(before):
        kept = nx.single_source_dijkstra_path_length(after, one)
        for other, metres in lengths.items():
            assert metres <= kept[other] <= metres * STRETCH_PERCENT / 100


@cases(40, 1000)
@given(graphs(), st.integers(2, 5))
def test_links_between_terminals_have_the_lengths_of_the_network(
    made: tuple[int, list[tuple[int, int, int]]], wanted: int
) -> None:
    n, edges = made
    points = [(0.1 * k, 0.0) for k in range(n)]
    raw = network(points, [(a, b) for _, a, b in edges])
    metres = np.array([m for m, _, _ in edges], dtype=np.int64)
    raw = RawNetwork(raw.lat, raw.lon, raw.a, raw.b, metres, raw.join)
    terminals = list(range(min(wanted, n)))
    oracle: Any = nx.Graph()
    oracle.add_nodes_from(range(n))
    oracle.add_weighted_edges_from((a, b, m) for m, a, b in edges)
    kept: Any = nx.Graph()
    kept.add_nodes_from(terminals)
    for path in paths_between(raw, terminals):
        assert path.metres == nx.path_weight(oracle, path.points, "weight")
        kept.add_edge(path.start, path.end, weight=path.metres)
    for one in terminals:
        true = nx.single_source_dijkstra_path_length(oracle, one)
        got = nx.single_source_dijkstra_path_length(kept, one)
        for other in terminals:
            assert (other in true) == (other in got)
            if other in true:
                assert true[other] <= got[other] <= true[other] * 1.05 * 1.0001


def test_another_form_of_the_file_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.py"
    odd.write_text("graph=[{1: 2.0}]\nnodes=[[1.0, 2.0], [3.0, 4.0]]\n", encoding="utf-8")
    monkeypatch.setattr(sources.Source, "file", lambda self, name: odd)
    with pytest.raises(WrongUse, match=r"a form that milepost does not know; install 2\.0\.0\."):
        read_network("rail")


@pytest.mark.parametrize(
    ("place", "lat", "lon", "country"),
    [
        ("Haparanda", 65.83, 24.14, "SWE"),
        ("Rovaniemi", 66.50, 25.73, "FIN"),
        ("Murmansk", 68.97, 33.08, "RUS"),
        ("Kola", 68.73, 30.60, "RUS"),
        ("Bilibino", 68.05, 166.44, "RUS"),
        ("Chukotka", 65.50, -174.00, "RUS"),
        ("Fairbanks", 64.84, -147.72, "USA"),
        ("Labasa", -16.43, 179.36, "FJI"),
        ("Potosi", -19.58, -65.75, ""),
        ("Santa Cruz", -17.40, -63.18, ""),
    ],
)
def test_a_country_across_the_antimeridian_is_where_it_is(
    place: str, lat: float, lon: float, country: str
) -> None:
    """Its outline does not run round the world: Lapland is not Russia, and Bolivia is not Fiji."""
    among = ("RUS", "FJI", "SWE", "FIN", "NOR", "USA")
    found = int(countries_of(np.array([lat]), np.array([lon]), among)[0])
    assert (among[found] if found >= 0 else "") == country, place


def test_a_box_is_the_narrowest_across_the_antimeridian_too() -> None:
    west, _, east, _ = box(("FJI",))
    assert 174 < west < 180 < east < 183
    west, _, east, _ = box(("RUS",))
    assert 19 < west < 28
    assert 189 < east < 192
    lon = np.array([170.0, -170.0, 0.0])
    assert in_box(np.zeros(3), lon, (165.0, -5.0, 195.0, 5.0)).tolist() == [True, True, False]


def test_a_stretch_across_the_antimeridian_has_its_points_on_it() -> None:
    raw = network([(-16.8, 179.9), (-16.8, -179.9)], [(0, 1)])
    dense, _ = raw.dense(np.ones(1, dtype=bool))
    assert len(dense.lon) > 4
    assert (np.abs(dense.lon) > 179.8).all()
    assert (np.abs(dense.lon) <= 180).all()
