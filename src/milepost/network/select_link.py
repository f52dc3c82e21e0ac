"""Select link: who uses a link, a node or what a commitment changes, from where to where, and where the goods
would go without it.

The tonnes whose cheapest path passes it, by pair of zones and cargo class, and the loads of all links once it
is closed, or not delivered: links that gain take the goods over, what has no path any more stays at home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from milepost.network.assignment import assign
from milepost.network.network import CLASSES, Network
from milepost.results import Cell, Result, frame_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
What = Literal["link", "node", "commitment"]
LEAST_T = 0.5  # tonnes a year: less is rounding


@dataclass(frozen=True)
class User:
    """Million tonnes a year of a cargo class from one zone to another."""

    origin: str
    destination: str
    exporter: str
    importer: str
    cargo: str
    mt: float


@dataclass(frozen=True, repr=False)
class SelectLink(Result):
    """Who uses it, the largest first, million tonnes a year; ``shift``: by how much the load of each link
    changes without it, the largest gain first; ``without_path_mt``: what then has no path."""

    what: What
    id: str
    users: tuple[User, ...]
    shift: dict[str, float]
    without_path_mt: float

    @property
    def mt(self) -> float:
        """All that uses it, million tonnes a year."""
        return sum(user.mt for user in self.users)

    def by_class(self) -> dict[str, float]:
        """Cargo class -> million tonnes a year."""
        return {s: sum(u.mt for u in self.users if u.cargo == s) for s in CLASSES}

    def gains(self) -> list[tuple[str, float]]:
        """Links that take the goods over, the largest gain first."""
        return [(link, mt) for link, mt in self.shift.items() if mt > 0]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost loads --select``."""
        return {
            "unit": "Mt/year",
            "what": self.what,
            "id": self.id,
            "total": self.mt,
            "by_class": self.by_class(),
            "users": [asdict(user) for user in self.users],
            "shift_without": self.shift,
            "without_path_without": self.without_path_mt,
        }

    def headed(self) -> str:
        """What it is, and how much uses it."""
        return f"{self.what} {self.id}: {self.mt:.3g} million tonnes a year"

    def frame(self) -> pd.DataFrame:
        """A row a pair of zones and cargo class."""
        columns = ["origin", "destination", "exporter", "importer", "cargo", "mt_per_year"]
        return frame_of([tuple(asdict(u).values()) for u in self.users], columns=columns)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """The same."""
        head = ["origin", "destination", "exporter", "importer", "cargo", "mt_per_year"]
        return head, [list(asdict(u).values()) for u in self.users]


def select(
    network: Network, without: Network, demand: Floats, what: What, ident: str, chosen: NDArray[np.bool_]
) -> SelectLink:
    """Who passes the ``chosen`` arcs of a network, and how loads differ in the one ``without`` them."""
    found, other = assign(network, demand, chosen), assign(without, demand)
    zones = network.zones
    users = [
        User(
            zones[o].node,
            zones[d].node,
            zones[o].country,
            zones[d].country,
            CLASSES[s],
            float(found.passing[s, o, d]) / 1e6,
        )
        for s, o, d in zip(*np.nonzero(found.passing), strict=True)
    ]
    users.sort(key=lambda u: (-u.mt, u.origin, u.destination, u.cargo))
    before, after = by_link(network, found.load), by_link(without, other.load)
    shift = {x: after.get(x, 0.0) - before.get(x, 0.0) for x in {**before, **after}}
    moved = sorted((x for x in shift if abs(shift[x]) * 1e6 > LEAST_T), key=lambda x: (-shift[x], x))
    return SelectLink(
        what, ident, tuple(users), {x: shift[x] for x in moved}, max(0.0, other.lost - found.lost) / 1e6
    )


def arcs_of(network: Network, what: What, ident: str) -> NDArray[np.bool_]:
    """Which arcs are a link's, or a node's: whatever is loaded, unloaded or passes there."""
    if what == "link":
        return np.array([a.key[0] == "link" and a.row == ident for a in network.arcs], dtype=np.bool_)
    return np.array([a.key[0] != "link" and a.key[1] == ident for a in network.arcs], dtype=np.bool_)


def closed(network: Network, chosen: NDArray[np.bool_]) -> Network:
    """The network without some arcs."""
    kept = tuple(a for a, gone in zip(network.arcs, chosen.tolist(), strict=True) if not gone)
    return replace(network, arcs=kept)


def changed(network: Network, without: Network) -> NDArray[np.bool_]:
    """Which arcs of a network are dearer in the other one, for any shipment type, or missing there."""
    at = {a.key: k for k, a in enumerate(without.arcs)}
    where = np.array([at.get(a.key, -1) for a in network.arcs], dtype=np.intp)
    if not len(without.arcs):
        return where < 0
    answer: NDArray[np.bool_] = (where < 0) | (network.cost != without.cost[:, where]).any(axis=0)
    return answer


def by_link(network: Network, load: Floats) -> dict[str, float]:
    """Million tonnes a year by link, both ways."""
    answer: dict[str, float] = {}
    for arc, tonnes in zip(network.arcs, load.tolist(), strict=True):
        if arc.key[0] == "link":
            answer[arc.row] = answer.get(arc.row, 0.0) + tonnes / 1e6
    return answer
