r"""Is it worth its cost? Each commitment, and all together: yearly streams and what follows from them.

The benefit of commitment i in year t is

    (1)  B_t = s_t · Σ_c V_c · G_{c,t}

with V its yearly value by country, MUSD at prices and trade of the base year, G the growth of trade
(:mod:`milepost.value.appraisal.growing`) and s the share of the year that it serves, ramped up
(:mod:`milepost.value.appraisal.service`). V is what it adds when it comes alone, when it comes last, its
Shapley share, or what it adds in the order of the timetable. Costs are those of
:mod:`milepost.value.appraisal.spending`, times the conversion factor where the economy is asked and not a
purse:

    (2)  net_t = B_t + left_t − f · (capital + renewal + maintenance + operation)_t

All together are the sum of what each adds in the order of the timetable, which is V of what is delivered by
then, and of all costs; a set that shares a cost shares it once, because a cost has one row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.records import Commitment, Records
from milepost.value.appraisal.growing import Growing, growth_rates
from milepost.value.appraisal.loans import Funds, funds_of
from milepost.value.appraisal.money import bcr, factors, first_year_return, npv, payback
from milepost.value.appraisal.roots import Eirr, eirr
from milepost.value.appraisal.service import DAYS_PER_YEAR, in_service
from milepost.value.appraisal.spending import SPENT, Books, Calendar, Delivery, Spending
from milepost.value.ceilings import Ceilings
from milepost.value.game import Game
from milepost.value.shares import shapley

Floats = NDArray[np.float64]
Basis = Literal["last", "alone", "shapley", "timetable"]
BASES: tuple[str, ...] = get_args(Basis)
ALL = "all together"
NO_COST = "nobody states what it costs"


@dataclass(frozen=True)
class Question:
    """What an appraisal is asked: the day, up to when, at which rate, and on what basis V is counted."""

    on: dt.date
    horizon: dt.date
    rate: float
    basis: Basis = "last"
    flat: bool = False  # V does not grow and comes at once

    def __post_init__(self) -> None:
        if self.horizon <= self.on:
            raise WrongUse(f"The horizon {self.horizon} is not after {self.on}; no year is left to appraise.")
        if self.basis not in BASES:
            raise one_of("basis of an appraisal", self.basis, list(BASES))
        factors(self.rate, 1)

    @property
    def calendar(self) -> Calendar:
        """Its years."""
        return Calendar.of(self.on, self.horizon)


@dataclass(frozen=True)
class Case:
    """One commitment to appraise: V by country (MUSD a year), when it is delivered, and what it costs.

    ``dated`` tells whether a source promises the day; else it is the day by which it could be built.
    """

    commitment: Commitment
    value: Floats
    delivery: Delivery
    ramp_years: float
    dated: bool
    books: Books
    countries: tuple[str, ...]
    growth: Floats  # (countries, years): factors on V
    factor: float  # economic over market prices
    growing: Growing
    received: Floats | None = None  # the part of ``value`` that is taxes and margins; None: nothing is
    ceilings: Ceilings | None = None  # None: capacity cuts nothing

    @property
    def calendar(self) -> Calendar:
        """Its years."""
        return self.books.calendar

    def grown(self, more: float) -> Floats:
        """Factors on V with some more growth in every year, a share a year, and with what capacity then
        takes of it besides what it takes of growth as it is; shape (countries, years)."""
        factors = self.growing.factors(self.calendar.first, self.calendar.last, more)
        if more == 0.0 or self.ceilings is None:
            return factors
        kept = self.kept  # where nothing gets through today nothing ever does, so there is nothing to divide
        return factors * np.divide(self.kept_at(factors), kept, out=np.ones_like(kept), where=kept > 0)

    def kept_at(self, growth: Floats) -> Floats:
        """The share of its value that capacities leave it, by year, for factors on trade."""
        if self.ceilings is None:
            return np.ones(growth.shape[1])
        return self.ceilings.of(self.commitment.id, growth)

    @property
    def kept(self) -> Floats:
        """The same for growth as it is."""
        return self.kept_at(self.growth)

    def in_service(self, delivery: Delivery | None = None) -> Floats:
        """Shares of the years that it serves, ramped up."""
        when = delivery or self.delivery
        return in_service(
            when.day.toordinal(), self.calendar.starts, when.ends(self.calendar.horizon), self.ramp_years
        )

    def served(self, delivery: Delivery | None = None) -> Floats:
        """The same for the share of its traffic that capacities leave it."""
        return self.kept * self.in_service(delivery)

    def benefits(self, delivery: Delivery | None = None) -> Floats:
        """Benefit by country and year, MUSD, shape (countries, years) (equation 1)."""
        return np.asarray(self.value[:, None] * self.growth * self.served(delivery))

    def receipts(self) -> Floats:
        """Taxes and margins received by country and year, MUSD; the part of the benefits that are money."""
        part = np.zeros_like(self.value) if self.received is None else self.received
        return np.asarray(part[:, None] * self.growth * self.served())

    def spending(self, delivery: Delivery | None = None) -> Spending:
        """Its costs."""
        return self.books.spending(self.commitment, delivery or self.delivery)

    def streams(self, delivery: Delivery | None = None) -> Streams:
        """Its economic streams."""
        return Streams.of(self.benefits(delivery).sum(axis=0), self.spending(delivery), self.factor)

    def later(self, years: float) -> Delivery:
        """Its delivery some years later."""
        whole, part = divmod(years, 1.0)
        day = self.delivery.day
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        day = day.replace(year=day.year + int(whole), day=last) + dt.timedelta(
            days=round(part * DAYS_PER_YEAR)
        )
        return replace(self.delivery, day=day, moved_years=self.delivery.moved_years + years)


@dataclass(frozen=True)
class Streams:
    """Economic streams by year, MUSD: benefit, what is left at the end, costs at prices of the economy."""

    years: tuple[int, ...]
    benefit: Floats
    left: Floats
    capital: Floats
    renewal: Floats
    maintenance: Floats
    operation: Floats

    @classmethod
    def of(cls, benefit: Floats, spending: Spending, factor: float) -> Streams:
        """From benefit and costs at market prices."""
        parts = {kind: factor * spending.of(kind) for kind in SPENT}
        return cls(spending.calendar.years, benefit, factor * spending.of("residual"), **parts)

    def __add__(self, other: Streams) -> Streams:
        names = ("benefit", "left", *SPENT)
        return replace(self, **{n: getattr(self, n) + getattr(other, n) for n in names})

    @property
    def cost(self) -> Floats:
        """All that is spent."""
        return self.capital + self.renewal + self.maintenance + self.operation

    @property
    def net(self) -> Floats:
        """Equation 2."""
        return self.benefit + self.left - self.cost


@dataclass(frozen=True)
class Measures:
    """What is said of a stream. Money in MUSD, present value in the first year; rates are shares a year."""

    npv: float
    eirr: Eirr
    bcr: float | None
    benefit_pv: float
    cost_pv: float
    payback_years: float | None
    first_year: int | None
    first_year_return: float | None

    @classmethod
    def of(cls, streams: Streams, rate: float, first_full: int | None) -> Measures:
        """Of the streams of one commitment, or of all; ``first_full`` is the first year served from its first
        day on."""
        gains = streams.benefit + streams.left
        inside = first_full is not None and first_full in streams.years
        first = streams.years.index(first_full) if inside else None
        returned = None
        if first:
            running = streams.renewal + streams.maintenance + streams.operation
            net = float(streams.benefit[first] - running[first])
            returned = first_year_return(net, streams.capital[:first], rate)
        return cls(
            npv=npv(streams.net, rate),
            eirr=eirr(_clean(streams.net)),
            bcr=bcr(gains, streams.cost, rate),
            benefit_pv=npv(gains, rate),
            cost_pv=npv(streams.cost, rate),
            payback_years=payback(streams.net, rate),
            first_year=None if first is None else streams.years[first],
            first_year_return=returned,
        )


def first_full(day: dt.date) -> int:
    """The first year that is served from its first day on."""
    return day.year + ((day.month, day.day) != (1, 1))


def _clean(net: Floats) -> Floats:
    """Without amounts that are rounding: they would be changes of sign."""
    return np.where(np.abs(net) <= 1e-9 * np.abs(net).max(initial=0.0), 0.0, net)


@dataclass(frozen=True)
class Purse:
    """Who pays and who gains, present values in MUSD at market prices: benefits by country, and what of them
    is money received (taxes and margins); own money by payer (capital that nobody finances, running costs,
    less what is left), debt service by who serves it."""

    benefit: Mapping[str, float]
    received: Mapping[str, float]
    own: Mapping[str, float]
    debt: Mapping[str, float]

    @property
    def net(self) -> dict[str, float]:
        """Benefit less own money less debt service, by country and payer."""
        names = dict.fromkeys([*self.benefit, *self.own, *self.debt])
        return {n: self.benefit.get(n, 0.0) - self.own.get(n, 0.0) - self.debt.get(n, 0.0) for n in names}


@dataclass(frozen=True)
class Financial:
    """All purses together at market prices: what is received and left, less what is spent, by year, with its
    present value and rates; beside the economic streams, which count what users gain."""

    net: Floats
    npv: float
    eirr: Eirr

    @classmethod
    def of(cls, received: Floats, spending: Spending, rate: float) -> Financial:
        """From what all countries receive by year, and the costs."""
        return cls.from_net(received + spending.of("residual") - spending.of(*SPENT), rate)

    @classmethod
    def from_net(cls, net: Floats, rate: float) -> Financial:
        """From the yearly net."""
        return cls(net, npv(net, rate), eirr(_clean(net)))


@dataclass(frozen=True)
class Appraised:
    """One commitment, or all together, as appraised."""

    ident: str
    title: str
    delivered: dt.date | None
    dated: bool
    streams: Streams
    measures: Measures
    purse: Purse
    financial: Financial
    funds: tuple[Funds, ...]
    sunk: float
    npv_with_sunk: float  # as if what was spent before were still to choose, compounded to the first year
    stated: bool
    assumed: float  # share of the capital that nobody states
    value: Mapping[str, float]


def cases_of(
    records: Records,
    game: Game,
    asked: Question,
    dates: Mapping[str, dt.date | None],
    names: Sequence[str] = (),
) -> tuple[Case, ...]:
    """The commitments of a game, ready to be appraised; those of ``names`` alone, if any are given.

    Raises ``WrongUse`` for one that is not valued.
    """
    for name in names:
        if name not in game.players:
            game.value((name,))  # says why
    chosen = tuple(n for n in game.players if not names or n in names)
    deliveries = {c.id: delivery_of(records, c, asked.on, dates.get(c.id)) for c in records.commitments}
    days = {n: deliveries[n].day for n in game.players}
    told = game if game.wide is None else game.wide  # V, and behind it what is received
    values, n = _values(told, chosen, asked.basis, days), len(game.countries)
    calendar = asked.calendar
    books = Books(records, calendar, asked.on)
    growing = Growing.of(records, game.countries, calendar.first, calendar.last)
    if asked.flat:
        growing = growing.flat()
    growth = growing.factors(calendar.first, calendar.last)
    factor = records.param("conversion_factor")
    found = {c.id: c for c in records.commitments}
    return tuple(
        Case(
            commitment=found[name],
            value=values[name][:n],
            received=None if game.wide is None else values[name][n:],
            delivery=deliveries[name],
            ramp_years=0.0 if asked.flat else records.param_of("ramp_up_years", found[name].kind),
            dated=dates.get(name) is not None,
            books=books,
            countries=game.countries,
            growth=growth,
            factor=factor,
            growing=growing,
            ceilings=None if asked.flat or game.ceilings is None else game.ceilings(),
        )
        for name in chosen
    )


def delivery_of(records: Records, commitment: Commitment, on: dt.date, day: dt.date | None) -> Delivery:
    """When it is delivered: as promised, not before the day of appraisal; without a date as soon as it can be
    built."""
    life = records.param_of("economic_life_years", commitment.kind)
    if day is None:
        years = records.param_of("construction_years", commitment.kind)
        spent = [
            row.last_year or row.first_year
            for row in records.costs
            if row.commitment == commitment.id and row.kind == "capital" and row.first_year
        ]
        day = on + dt.timedelta(days=round(years * DAYS_PER_YEAR))
        if spent:
            day = max(dt.date(max(y for y in spent if y), 12, 31), on)
    return Delivery(max(day, on), 0.0, life)


def _values(game: Game, names: Sequence[str], basis: Basis, days: Mapping[str, dt.date]) -> dict[str, Floats]:
    """V of each commitment by country, MUSD a year, on the basis asked for."""
    if basis == "alone":
        return dict(zip(names, game.values([(n,) for n in names]), strict=True))
    everyone = frozenset(game.players)
    if basis == "last":
        # asked for together: one set by itself is walked to, which takes longer than all of these
        whole, *less = game.values([everyone, *(everyone - {n} for n in names)])
        return {n: whole - left for n, left in zip(names, less, strict=True)}
    if basis == "shapley":
        shares = shapley(game)
        return {n: shares.share[shares.commitments.index(n)] for n in names}
    order = sorted(days, key=lambda n: (days[n], n))
    # by sets and not along the order, so that the game remembers them: asked again it answers at once
    worth = game.values([order[:k] for k in range(len(order) + 1)])
    added = np.diff(worth, axis=0)
    return {n: added[order.index(n)] for n in names}


def appraised(case: Case, game: Game, rate: float) -> Appraised:
    """One commitment, appraised."""
    spending = case.spending()
    benefits = case.benefits()
    streams = Streams.of(benefits.sum(axis=0), spending, case.factor)
    funds = funds_of(case.books.records, case.commitment, spending)
    capital = [one for one in spending.lines if one.kind == "capital"]
    whole = sum(one.musd for one in capital)
    measures = Measures.of(streams, rate, first_full(case.delivery.day))
    return Appraised(
        ident=case.commitment.id,
        title=case.commitment.title,
        delivered=case.delivery.day,
        dated=case.dated,
        streams=streams,
        measures=measures,
        purse=_purse(case, spending, funds, rate),
        financial=Financial.of(case.receipts().sum(axis=0), spending, rate),
        funds=funds,
        sunk=spending.sunk,
        npv_with_sunk=measures.npv - case.factor * spending.sunk_at(rate),
        stated=bool(capital),
        assumed=sum(one.musd for one in capital if one.basis == "assumed") / whole if whole else 0.0,
        value=dict(zip(game.countries, case.value.tolist(), strict=True)),
    )


def own_share(spending: Spending, funds: Sequence[Funds]) -> Floats:
    """The share of each year's capital that nobody finances."""
    capital = spending.of("capital")
    drawn = np.asarray(sum((f.drawn for f in funds), np.zeros(len(capital))))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(capital > 0, 1.0 - np.minimum(drawn / capital, 1.0), 1.0)


def capital_by_purse(records: Records, spending: Spending, funds: Sequence[Funds]) -> dict[str, Floats]:
    """Capital by year that comes out of each purse, MUSD: what a payer has to find itself, and what a party
    (by its id or name) gives or lends; what others give or lend is in no payer's purse."""
    part = own_share(spending, funds)
    found = {payer: money * part for payer, money in spending.by_payer("capital").items()}
    names = {p.id: p.id for p in records.parties} | {p.name: p.id for p in records.parties}
    for one in funds:
        who = names.get(one.by)
        if who is not None:
            found[who] = found.get(who, 0.0) + one.drawn
    return found


def purse_of(
    spending: Spending, funds: Sequence[Funds], rate: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Own money by payer, and debt service by who serves it, present values in MUSD."""
    capital_part = own_share(spending, funds)
    weights = factors(rate, len(capital_part))
    own: dict[str, float] = {}
    for kind, sign in (*((k, 1.0) for k in SPENT), ("residual", -1.0)):
        part = capital_part if kind == "capital" else 1.0
        for payer, money in spending.by_payer(kind).items():
            own[payer] = own.get(payer, 0.0) + sign * float((money * part) @ weights)
    debt: dict[str, float] = {}
    for one in funds:
        for party in one.served_by:
            paid = float(one.service @ weights) / len(one.served_by)
            debt[party] = debt.get(party, 0.0) + paid
    return own, debt


def _purse(case: Case, spending: Spending, funds: Sequence[Funds], rate: float) -> Purse:
    benefits = case.benefits()
    weights = factors(rate, benefits.shape[1])
    own, debt = purse_of(spending, funds, rate)
    gained = dict(zip(case.countries, (benefits @ weights).tolist(), strict=True))
    received = dict(zip(case.countries, (case.receipts() @ weights).tolist(), strict=True))
    return Purse(gained, received, own, debt)


def in_order(cases: Sequence[Case], game: Game) -> dict[str, Floats]:
    """What each adds in the order of the timetable, MUSD a year by country; they sum to V of all of them."""
    days = {c.commitment.id: c.delivery.day for c in cases}
    return _values(game if game.wide is None else game.wide, list(days), "timetable", days)


def together(cases: Sequence[Case], added: Mapping[str, Floats], game: Game, rate: float) -> Appraised:
    """All commitments together: the sum of what each adds in the order of the timetable, and of all costs."""
    days = {c.commitment.id: c.delivery.day for c in cases}
    n = len(game.countries)
    parts = []
    for case in cases:
        found = added[case.commitment.id]
        received = None if game.wide is None else found[n:]
        parts.append(appraised(replace(case, value=found[:n], received=received), game, rate))
    streams = parts[0].streams
    for part in parts[1:]:
        streams = streams + part.streams
    capital = sum(float(p.streams.capital.sum()) for p in parts)
    assumed = sum(p.assumed * float(p.streams.capital.sum()) for p in parts)
    whole = game.value(tuple(days))
    measures = Measures.of(streams, rate, first_full(min(days.values())))
    before = sum(p.measures.npv - p.npv_with_sunk for p in parts)
    return Appraised(
        ident=ALL,
        title=f"{len(parts)} commitments",
        delivered=None,
        dated=all(p.dated for p in parts),
        streams=streams,
        measures=measures,
        purse=Purse(
            _summed(p.purse.benefit for p in parts),
            _summed(p.purse.received for p in parts),
            _summed(p.purse.own for p in parts),
            _summed(p.purse.debt for p in parts),
        ),
        financial=Financial.from_net(np.asarray(sum(p.financial.net for p in parts)), rate),
        funds=tuple(f for p in parts for f in p.funds),
        sunk=sum(p.sunk for p in parts),
        npv_with_sunk=measures.npv - before,
        stated=all(p.stated for p in parts),
        assumed=assumed / capital if capital else 0.0,
        value=dict(zip(game.countries, whole.tolist(), strict=True)),
    )


def _summed(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in parts:
        for name, money in part.items():
            found[name] = found.get(name, 0.0) + money
    return found


def band_of_growth(records: Records, countries: Sequence[str], calendar: Calendar) -> tuple[float, float]:
    """Mean distance of the low and high end of growth from the centre, shares a year, over countries with
    rows and years; zero without bands."""
    centre, low, high = (
        growth_rates(records, countries, calendar.first, calendar.last, end)
        for end in ("central", "low", "high")
    )
    moved = np.any((low != centre) | (high != centre), axis=1)
    if not moved.any():
        return 0.0, 0.0
    return float((low - centre)[moved].mean()), float((high - centre)[moved].mean())
