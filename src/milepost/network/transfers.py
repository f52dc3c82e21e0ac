r"""Which part of each dollar of freight is no cost of anything: taxes and margins, and who has them.

What a tonne pays on an arc is, dollar by dollar,

    (1)  money = resource + tax + margin

*resource* is used up (fuel, crews, wear, a ship's day); *tax* (duty on fuel, tolls, fees of a border) and
*margin* (what an operator or owner asks above what the service costs: infrastructure charges, port and canal
dues, rents) only change hands. The shares are those of the row (``tax_share``, ``margin_share``), or of
params by kind: ``rate_...`` of what is asked by km, ``charge_...`` of fixed charges and of ports and
terminals, ``border_...`` of charges at a border. Where neither states any they are 0: a price equals what the
service costs, as under competition. They are received by the countries that the row names
(``received_by``), else where the arc lies, half each on a link between two.

An effect that lowers money lowers one of the three (:func:`milepost.network.effects.lowered`). So with m the
money today, and d_k what promises take off it by kind,

    (2)  tax(S) = tax_share m − d_tax ,   margin(S) = margin_share m − d_margin .

A margin may fall below zero: a tariff cut below cost is a subsidy, and the country that grants it pays for
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from milepost.network.effects import Lowers
from milepost.network.rates import Rates, Stop
from milepost.params import CLASSES
from milepost.records import Crossing, Link, Records

Kind = Literal["tax", "margin"]
KINDS: tuple[Kind, ...] = ("tax", "margin")
SHARES = ("rate_margin_share", "rate_tax_share", "charge_margin_share", "border_tax_share")

Dollars = tuple[float, ...]  # USD per tonne by class of cargo


class Transfer(NamedTuple):
    """What one country receives on an arc, USD per tonne by class of cargo; below zero it pays."""

    kind: Kind
    country: str
    usd_per_t: Dollars


class _Paid(NamedTuple):
    """Money asked by somebody: as the rows have it, what promises take off by kind, the shares, and who has
    it."""

    usd_per_t: Dollars
    taken_off: dict[Lowers, Dollars]
    share: dict[Kind, float]
    received_by: tuple[str, ...]


def any_transfers(records: Records) -> bool:
    """May any dollar of the programme change hands, today or by a promise?"""
    rows: tuple[Link | Crossing, ...] = (*records.links, *records.crossings)
    return (
        any(p.value for p in records.params if p.use == "model" and p.name in SHARES)
        or any(r.tax_share or r.margin_share for r in rows)
        or any(e.use == "model" and e.attribute.startswith("usd_per_t") for e in records.effects)
    )


def of_link(rates: Rates, link: Link) -> tuple[Transfer, ...]:
    """What each country receives on a link with the changes of ``rates`` in force, equation (2)."""
    country = rates.borders.country
    lies_in = tuple(dict.fromkeys((country[link.from_node], country[link.to_node])))
    return _summed((*_by_km(rates, link, lies_in), _fixed(rates, link, lies_in), *_border(rates, link)))


def of_stop(rates: Rates, stop: Stop, today: Stop, node: str) -> tuple[Transfer, ...]:
    """What each country receives of what is asked at a node, by the stop as it is and as the rows have it."""
    if not today.usd_per_t:
        return ()
    kind = rates.changed.lowers.get(("crossings", stop.row, "usd_per_t"), "margin")
    margin = rates.param("charge_margin_share", stop.asked_by)
    money = (today.usd_per_t, today.usd_per_t - stop.usd_per_t, kind)
    return _summed((_charge(rates, rates.crossing_row(stop.row), money, {"margin": margin}, node),))


def _by_km(rates: Rates, link: Link, lies_in: tuple[str, ...]) -> Iterator[_Paid]:
    """Rate times km. The best rate comes first, then the factors of its lines one after the other."""
    off: dict[Lowers, list[float]] = {}
    dollars = []
    for s, cargo in enumerate(CLASSES):
        today = rates.rate_of_rows(link, cargo)[0]
        dollars.append(today * link.km)
        rate = rates.rate(link, cargo)[0]
        kind = rates.changed.lowers.get(("links", link.id, "usd_per_tkm"), "resource")
        off.setdefault(kind, [0.0] * len(CLASSES))[s] += (today - rate) * link.km
        for factor, what in rates.changed.factors.get(link.id, ()):
            off.setdefault(what, [0.0] * len(CLASSES))[s] += rate * (1.0 - factor) * link.km
            rate *= factor
    tax, margin = (rates.param(name, link.mode) for name in ("rate_tax_share", "rate_margin_share"))
    share = _stated(link, tax, margin)
    taken = {kind: tuple(amounts) for kind, amounts in off.items()}
    yield _Paid(tuple(dollars), taken, share, link.received_by or lies_in)


def _fixed(rates: Rates, link: Link, lies_in: tuple[str, ...]) -> _Paid:
    """The fixed charge of a link."""
    now = rates.changed.smaller("links", link.id, "usd_per_t", link.usd_per_t)
    kind = rates.changed.lowers.get(("links", link.id, "usd_per_t"), "margin")
    share = _stated(link, 0.0, rates.param("charge_margin_share", link.mode))
    every = len(CLASSES)
    return _Paid(
        (link.usd_per_t,) * every,
        {kind: (link.usd_per_t - now,) * every},
        share,
        link.received_by or lies_in,
    )


def _border(rates: Rates, link: Link) -> Iterator[_Paid]:
    """Charges at the border: each of its rows belongs to the country of its node, without one half each."""
    tax = rates.param("border_tax_share", link.mode)
    rows = rates.borders.paid(link)
    for row in rows:
        today = rates.money_of_rows(row, "border_usd_per_t", link.mode)
        now = rates.money(row, "border_usd_per_t", link.mode)
        kind = rates.changed.lowers.get(("crossings", row.id, "usd_per_t"), "tax")
        yield _charge(rates, row, (today, today - now, kind), {"tax": tax}, row.node)
    if not rows and rates.borders.crosses(link):
        country = rates.borders.country
        dollars = (rates.border(link)[1],) * len(CLASSES)
        yield _Paid(dollars, {}, {"tax": tax}, (country[link.from_node], country[link.to_node]))


def _charge(
    rates: Rates,
    row: Crossing | None,
    money: tuple[float, float, Lowers],
    usual: dict[Kind, float],
    node: str,
) -> _Paid:
    """A charge at a node: as the row has it, what is taken off, and what of it."""
    today, off, kind = money
    share = usual
    if row is not None and not (row.tax_share is row.margin_share is None):
        share = {"tax": row.tax_share or 0.0, "margin": row.margin_share or 0.0}
    named = row.received_by if row is not None else ()
    every = len(CLASSES)
    return _Paid((today,) * every, {kind: (off,) * every}, share, named or (rates.borders.country[node],))


def _stated(link: Link, tax: float, margin: float) -> dict[Kind, float]:
    """Shares of a link's own row, or of params."""
    return {
        "tax": tax if link.tax_share is None else link.tax_share,
        "margin": margin if link.margin_share is None else link.margin_share,
    }


def _summed(paid: tuple[_Paid, ...]) -> tuple[Transfer, ...]:
    """Equation (2), added up by kind and country; what is nothing is left out."""
    total: dict[tuple[Kind, str], list[float]] = {}
    for part in paid:
        for kind in KINDS:
            share, off = part.share.get(kind, 0.0), part.taken_off.get(kind)
            if not share and off is None:
                continue
            for country in part.received_by:
                sums = total.setdefault((kind, country), [0.0] * len(CLASSES))
                for s, dollars in enumerate(part.usd_per_t):
                    amount = share * dollars - (0.0 if off is None else off[s])
                    sums[s] += amount / len(part.received_by)
    return tuple(
        Transfer(kind, country, tuple(sums)) for (kind, country), sums in sorted(total.items()) if any(sums)
    )
