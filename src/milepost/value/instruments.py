r"""Side payments as instruments that treaties know: a part of the capital of a commitment, a fee on transit.

A transfer of a present value P from party a to party b is the same as

    (1)  a share  P / K_k  of the capital of commitment k that b pays, taken over by a
    (2)  a fee  10^6 · P / ( t · A_a )  USD a tonne on goods of a that cross b, up to the horizon

with K_k the present value of that capital, t tonnes a year of a's trade whose cheapest path crosses b and
begins and ends elsewhere, all delivered, at the flows of the base, and A_a the worth today of one dollar a
year that grows with the trade of a. In a year's money, of yearly payments, A is 1. A fee is taken to be
borne by a, and to move no traffic.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from milepost.network.assignment import assign
from milepost.value.appraisal.purses import Purses
from milepost.value.assignment import demanded
from milepost.value.baseline import World

LEAST_T = 0.5  # tonnes a year: less is rounding


@dataclass(frozen=True)
class CapitalShare:
    """The share of the capital of a commitment that is worth the transfer, and the share that the receiver
    pays itself: more than that cannot be taken over from it."""

    commitment: str
    share: float
    most: float
    capital_musd: float

    @property
    def enough(self) -> bool:
        """Whether this commitment alone does."""
        return self.share <= self.most


@dataclass(frozen=True)
class TransitFee:
    """The fee that is worth the transfer, USD a tonne, and the tonnes a year of the payer that cross the
    receiver."""

    usd_per_t: float
    t_per_year: float


@dataclass(frozen=True)
class Transfer:
    """A side payment between two parties: plain, in the unit of the group and as MUSD a year, and the
    instruments that are worth as much. ``capital``: those of which the least share does come first."""

    payer: str
    receiver: str
    amount: float
    musd_per_year: float
    capital: tuple[CapitalShare, ...] = ()
    fee: TransitFee | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "from": self.payer,
            "to": self.receiver,
            "amount": self.amount,
            "musd_per_year": self.musd_per_year,
            "capital": [asdict(one) | {"enough": one.enough} for one in self.capital],
            "fee": None if self.fee is None else asdict(self.fee),
        }


def instruments(
    transfers: Iterable[tuple[str, str, float]],
    purses: Purses | None,
    tonnes: Mapping[tuple[str, str], float],
) -> tuple[Transfer, ...]:
    """Transfers with equations (1) and (2); ``tonnes`` a year of a payer that cross a receiver. Without
    ``purses`` amounts are MUSD a year, and nobody's capital is known."""
    found = []
    for payer, receiver, amount in transfers:
        level = 1.0 if purses is None else purses.level
        grown = 1.0 if purses is None else purses.traffic.get(payer, purses.level)
        crossing = tonnes.get((payer, receiver), 0.0)
        fee = None
        if crossing > LEAST_T and grown > 0:
            fee = TransitFee(1e6 * amount / (crossing * grown), crossing)
        found.append(
            Transfer(payer, receiver, amount, amount / level, _capital(purses, receiver, amount), fee)
        )
    return tuple(found)


def _capital(purses: Purses | None, receiver: str, amount: float) -> tuple[CapitalShare, ...]:
    if purses is None:
        return ()
    found = [
        CapitalShare(
            name, amount / paid.capital_pv, paid.capital[receiver] / paid.capital_pv, paid.capital_pv
        )
        for name, paid in purses.paid.items()
        if paid.capital.get(receiver, 0.0) > 0
    ]
    return tuple(sorted(found, key=lambda one: (not one.enough, one.share, one.commitment)))


def crossing_tonnes(
    world: World, delivered: Iterable[str], pairs: Collection[tuple[str, str]]
) -> dict[tuple[str, str], float]:
    """Tonnes a year of the first of each pair whose path crosses the second, and begins and ends elsewhere;
    at the flows of the base, with commitments delivered."""
    countries = {n.country for n in world.records.nodes}
    asked = [pair for pair in pairs if set(pair) <= countries]
    if not asked:
        return {}
    then = world.with_delivered(delivered)
    network, demand = then.network(), demanded(then)
    country = {n.id: n.country for n in world.records.nodes}
    ends = {x.id: {country[x.from_node], country[x.to_node]} for x in world.records.links}
    zone = np.array([z.country for z in network.zones])
    found = {}
    for receiver in dict.fromkeys(b for _, b in asked):
        inside = np.array(
            [
                receiver in ends[a.row] if a.key[0] == "link" else country.get(a.key[1]) == receiver
                for a in network.arcs
            ],
            dtype=np.bool_,
        )
        passing = assign(network, demand, inside).passing.sum(axis=0)
        away = (zone != receiver)[:, None] & (zone != receiver)[None, :]
        for payer in (a for a, b in asked if b == receiver):
            its = ((zone == payer)[:, None] | (zone == payer)[None, :]) & away
            found[payer, receiver] = float(passing[its].sum())
    return found
