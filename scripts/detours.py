"""Pairs of nodes whose way by one mode is far longer than the straight line: a link may be missing.

Run: .venv/bin/python scripts/detours.py src/milepost/examples/north-south road IRN,AFG [--times 1.9]

Only pairs between 200 and 1,800 km apart are asked, both in the countries named: across a sea or a mountain
range a long way is no fault, so name countries of one mainland and judge each pair by a map.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path

import milepost
from milepost.atlas.geometry import km_between
from milepost.records import Records

NEAR_KM, FAR_KM = 200, 1_800


def ways(records: Records, mode: str, start: str) -> dict[str, float]:
    """Km of the shortest way by a mode to every node that it reaches."""
    links: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for link in records.links:
        if link.mode == mode and link.use == "model" and link.state != "planned":
            links[link.from_node].append((link.to_node, link.km))
            links[link.to_node].append((link.from_node, link.km))
    found, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        km, at = heappop(heap)
        for there, more in links[at] if km <= found[at] else ():
            if km + more < found.get(there, float("inf")):
                found[there] = km + more
                heappush(heap, (found[there], there))
    return found


def detours(
    records: Records, mode: str, countries: set[str], times: float
) -> Iterator[tuple[float, str, str, float, float]]:
    """(times longer, from, to, km of the way, km of the straight line) of pairs in some countries."""
    nodes = {n.id: n for n in records.nodes if n.country in countries}
    for a in nodes.values():
        for b, km in ways(records, mode, a.id).items():
            if b in nodes and a.id < b:
                straight = km_between((a.lon, a.lat), (nodes[b].lon, nodes[b].lat))
                if NEAR_KM < straight < FAR_KM and km > times * straight:
                    yield km / straight, a.id, b, km, straight


def main() -> None:
    """Print the pairs, the longest detour first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("mode")
    parser.add_argument("countries", help="ids with commas")
    parser.add_argument("--times", type=float, default=1.9)
    asked = parser.parse_args()
    records = milepost.open(asked.folder).records
    found = detours(records, asked.mode, set(asked.countries.split(",")), asked.times)
    for times, a, b, km, straight in sorted(found, reverse=True):
        print(f"{times:.2f} {a} {b}: {km:.0f} km for {straight:.0f}")


if __name__ == "__main__":
    main()
