"""The km of railways and roads of an example beside the shortest way over what is drawn of them.

Run: .venv/bin/python scripts/link_lengths.py src/milepost/examples/north-south road [LINK ...] [--off 12]

What is drawn is OpenStreetMap's (© OpenStreetMap contributors, ODbL 1.0) as the extra ``atlas`` has it, with
its gaps closed; roads are taken as 1.05 times as long, since what is drawn is straighter than what is built.
A link may be right where this says otherwise: small roads and new railways are not drawn, and the short way
may cross a border that is shut. So each that is off is looked at on a map before its km are changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

import milepost
from milepost.atlas.geometry import on_sphere
from milepost.atlas.healing import healed
from milepost.atlas.inland import BENDS_PERCENT
from milepost.atlas.raw_network import Drawn, RawNetwork, read_network
from milepost.records import Records

MARGIN = 3.0  # degrees
FAR_KM = 40.0  # of a node from what is drawn: then nothing is said


def drawn_around(ends: NDArray[np.float64], mode: Drawn) -> RawNetwork:
    """What is drawn of a mode around some points (latitude, longitude), with a point each 4 km."""
    (south, west), (north, east) = ends.min(axis=0) - MARGIN, ends.max(axis=0) + MARGIN
    whole = healed(read_network(mode).within((west, south, east, north)))
    return whole.dense(np.ones(len(whole.a), dtype=np.bool_))[0]


def lengths(records: Records, mode: Drawn, ids: set[str]) -> Iterator[tuple[str, float, float]]:
    """(link, its km, km of the shortest drawn way between its nodes) of those whose nodes lie near it."""
    at = {n.id: (n.lat, n.lon) for n in records.nodes}
    links = [
        link
        for link in records.links
        if link.mode == mode and link.use == "model" and (not ids or link.id in ids)
    ]
    ends = np.array([[at[link.from_node], at[link.to_node]] for link in links])
    network = drawn_around(ends.reshape(-1, 2), mode)
    metres, near = network.matrix(), cKDTree(network.points())
    for link, (lat, lon) in zip(links, ends.transpose(0, 2, 1), strict=True):
        away, point = near.query(on_sphere(lat, lon))
        way = dijkstra(metres, indices=int(point[0]))[point[1]] / 1_000 + away.sum()
        if away.max() < FAR_KM and np.isfinite(way):
            yield link.id, link.km, float(way) * BENDS_PERCENT[mode] / 100


def main() -> None:
    """Print the links that are off, in the order of the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("mode", choices=("rail", "road"))
    parser.add_argument("links", nargs="*", help="only these, whether or not they are off")
    parser.add_argument("--off", type=float, default=12.0, help="percent")
    asked = parser.parse_args()
    records = milepost.open(asked.folder).records
    for ident, km, way in lengths(records, asked.mode, set(asked.links)):
        if asked.links or abs(km / way - 1) > asked.off / 100:
            print(f"{km / way:.2f} {ident}: {km:g} km, drawn {way:.0f}")


if __name__ == "__main__":
    main()
