r"""Which member's strengths meet which member's needs: revealed comparative advantage and trade
complementarity.

With x_ik the exports of i in sector k to other countries, m_jk the imports of j, both from the programme's
trade by sector:

    (1)  RCA_ik = ( x_ik / sum_k x_ik ) / ( sum_i x_ik / sum_ik x_ik )  Balassa (1965, Manchester School 33)
    (2)  TCI_ij = 100 ( 1 - 1/2 sum_k | x_ik / x_i - m_jk / m_j | )    Michaely (1996, World Bank PRWP 1658)

RCA above 1: i sells relatively more of k than the world does. TCI is 100 where the make-up of i's exports is
that of j's imports, 0 where they have nothing in common. Both describe trade as it is, with today's costs and
duties in it; neither is a forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.results import Cell, Result, Rows, cell, frame_of, plain

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def revealed_advantage(flows: Floats) -> Floats:
    """Equation (1) from flows [sector, origin, destination]; [country, sector], NaN for a country without
    exports."""
    x = _abroad(flows).sum(axis=2).T
    with np.errstate(invalid="ignore", divide="ignore"):
        answer: Floats = (x / x.sum(axis=1, keepdims=True)) / (x.sum(axis=0) / x.sum())
    return answer


def complementarity(flows: Floats) -> Floats:
    """Equation (2), [exporter, importer], NaN on the diagonal and for countries without trade."""
    abroad = _abroad(flows)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = abroad.sum(axis=2) / abroad.sum(axis=(0, 2))
        m = abroad.sum(axis=1) / abroad.sum(axis=(0, 1))
    answer: Floats = 100 * (1 - 0.5 * np.abs(x[:, :, None] - m[:, None, :]).sum(axis=0))
    np.fill_diagonal(answer, np.nan)
    return answer


def _abroad(flows: Floats) -> Floats:
    if flows.ndim != 3 or flows.shape[1] != flows.shape[2]:
        raise WrongUse(f"Flows by sector have shape {flows.shape}; wanted [sector, origin, destination].")
    return np.asarray(flows * (1.0 - np.eye(flows.shape[1])))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


@dataclass(frozen=True)
class Match:
    """A member that is strong in a sector and one that buys much of it; ``opened_by``: commitments that bring
    the two nearer."""

    exporter: str
    importer: str
    sector: str
    advantage: float
    import_share: float
    trade_musd: float
    complementarity: float
    opened_by: tuple[tuple[str, float], ...]  # commitment, percent off the cost of trade
    spare: tuple[str, ...]  # what the exporter states it has to spare


@dataclass(frozen=True)
class Spare:
    """What a party states it could give: ``amount`` less what is ``used``, in ``unit``; None where it does
    not say."""

    party: str
    field: str
    what: str
    amount: float | None
    used: float | None
    unit: str
    year: int | None
    sectors: tuple[str, ...]
    basis: str
    source: str

    @property
    def spare(self) -> float | None:
        """What is left, None if amount or use is not stated."""
        return None if self.amount is None or self.used is None else round(self.amount - self.used, 9)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        found = {name: plain(getattr(self, name)) for name in _SPARE}
        return {**found, "sectors": list(self.sectors)}


_SPARE = ("party", "field", "what", "amount", "used", "spare", "unit", "year", "basis", "source")


class Capacities(Rows[Spare]):
    """What the parties state they have to spare, a row each."""

    heads: Sequence[str] = (*_SPARE, "sectors")


@dataclass(frozen=True, repr=False)
class Complement(Result):
    """Matches, strongest first, and the indices they rest on; ``spare`` capacities stated by the parties."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    advantage: Floats
    complementarity: Floats
    matches: tuple[Match, ...]
    spare: tuple[Spare, ...]

    def capacities(self) -> Capacities:
        """Only what parties state they have to spare."""
        return Capacities(self.spare, "spare capacities")

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost complement``."""
        return {
            "revealed_comparative_advantage": {
                c: {s: _number(self.advantage[i, k]) for k, s in enumerate(self.sectors)}
                for i, c in enumerate(self.countries)
            },
            "trade_complementarity": {
                a: {b: _number(self.complementarity[i, j]) for j, b in enumerate(self.countries) if a != b}
                for i, a in enumerate(self.countries)
            },
            "matches": [plain(vars(m)) for m in self.matches],
            **self.capacities().as_dict(),
        }

    def frame(self) -> pd.DataFrame:
        """A row a match."""
        return frame_of([vars(m) for m in self.matches], columns=[f.name for f in fields(Match)])

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a match; stated capacities are a table of their own, :meth:`capacities`."""
        columns = [f.name for f in fields(Match)]
        return columns, [[cell(plain(getattr(m, name))) for name in columns] for m in self.matches]

    def headed(self) -> str:
        """How many matches."""
        return f"whose strengths meet whose needs, {len(self.matches)} matches"
