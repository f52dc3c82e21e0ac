"""Networks in the TNTP format of the Transportation Networks for Research repository: ``*_net``, ``*_trips``,
``*_flow``.

Zones below the first through node may start and end trips only, so each is split into an origin and a
destination copy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tntp:
    """Arcs by 0-based split nodes; cost of an arc at flow x is
    ``free_flow (1 + b (x / capacity)^power) + fixed``.

    ``demand`` (zones, zones), ``ends`` the numbers of tail and head as printed in the file, for comparing
    flows.
    """

    name: str
    size: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    free_flow: Floats
    b: Floats
    capacity: Floats
    power: Floats
    fixed: Floats
    demand: Floats
    ends: NDArray[np.int64]


def read(stem: str | Path, *, toll_factor: float = 0.0, distance_factor: float = 0.0) -> Tntp:
    """Read ``<stem>_net.tntp`` and ``<stem>_trips.tntp``. Raises ``WrongUse`` naming the file and line that
    cannot be read."""
    net, trips = Path(f"{stem}_net.tntp"), Path(f"{stem}_trips.tntp")
    meta: dict[str, str] = {}
    rows: list[list[float]] = []
    for number, line in enumerate(_lines(net), 1):
        tag = re.match(r"<([^>]+)>\s*(.*)", line)
        if tag:
            meta[tag.group(1).strip().upper()] = tag.group(2).strip()
        elif line and not line.startswith("~"):
            try:
                cells = [float(cell) for cell in line.rstrip("; \t").split()]
                if len(cells) < 9:
                    raise ValueError
            except ValueError:
                raise WrongUse(
                    f"{net}, line {number}: an arc has ten numbers; found '{line[:60]}'."
                ) from None
            rows.append(cells)
    try:
        zones, nodes, through = (
            int(meta[k]) for k in ("NUMBER OF ZONES", "NUMBER OF NODES", "FIRST THRU NODE")
        )
    except KeyError as missing:
        raise WrongUse(
            f"{net} does not say {missing}; write it as <NUMBER OF ZONES> 24 above the arcs."
        ) from None
    table = np.array([row[:9] for row in rows])
    ends = table[:, :2].astype(np.int64)
    tail, head = ends[:, 0] - 1, ends[:, 1] - 1
    closed = min(through - 1, zones)
    head = np.where(head < closed, head + nodes, head)
    demand = np.zeros((zones, zones))
    origin = None
    for number, line in enumerate(_lines(trips), 1):
        if line.startswith("Origin"):
            origin = int(line.split()[1]) - 1
        elif origin is not None:
            for pair in filter(None, (part.strip() for part in line.split(";"))):
                try:
                    to, amount = pair.split(":")
                    demand[origin, int(to) - 1] += float(amount)
                except (ValueError, IndexError):
                    raise WrongUse(f"{trips}, line {number}: '{pair}' is no 'zone : trips'.") from None
    np.fill_diagonal(demand, 0.0)
    zone = np.arange(zones)
    return Tntp(
        name=Path(stem).name,
        size=nodes + closed,
        tail=tail,
        head=head,
        origins=zone,
        destinations=np.where(zone < closed, zone + nodes, zone),
        free_flow=table[:, 4],
        b=table[:, 5],
        capacity=table[:, 2],
        power=table[:, 6],
        fixed=toll_factor * table[:, 8] + distance_factor * table[:, 3],
        demand=demand,
        ends=ends,
    )


def flows(stem: str | Path) -> dict[tuple[int, int], float]:
    """Best-known flow by (tail, head) as printed in ``<stem>_flow.tntp``."""
    answer = {}
    for line in _lines(Path(f"{stem}_flow.tntp")):
        cells = line.replace(":", " ").replace(";", " ").split()
        try:
            answer[int(cells[0]), int(cells[1])] = float(cells[2])
        except (ValueError, IndexError):
            continue
    return answer


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError:
        raise WrongUse(
            f"{path} cannot be read; a TNTP network is a pair of files, _net.tntp and _trips.tntp."
        ) from None
