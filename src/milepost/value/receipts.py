r"""V with what countries receive: what users gain, and the taxes and margins that their freight pays.

    (1)  V_c(S) = EV_c(S) + R_c(S) − R_c(today)

EV is the equivalent variation of the trade model, R_c what country c receives on all paths of S
(:mod:`milepost.network.transfers`, :mod:`milepost.value.gathered`), MUSD a year: tonnes in S times dollars on
the path that is used in S. Without it a lowered tariff would count in full what users save, and not what
those who asked for it lose. When traffic does not move, the two cancel to the last dollar; what is left is
the worth of the traffic that the lower price brings.

V of a set is told in two halves, V first and the part of it that is received behind it. External costs of
traffic (greenhouse gases, accidents) are taken off what is received where they are counted, in the country
where the traffic is; they are not unless that is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.compiled import read_only
from milepost.network.external import External
from milepost.network.network import Arc
from milepost.network.overlay import Overlay
from milepost.network.traced import Traced
from milepost.params import CLASSES
from milepost.records import Records
from milepost.value.all_sets import Piece, Seen, Walk, pieces
from milepost.value.answers import Answer
from milepost.value.baseline import World
from milepost.value.few_sets import MOST_BYTES, bytes_of_a_set, few_sets, some_at_once
from milepost.value.game import Progress, Values, names_of
from milepost.value.gathered import sum_up
from milepost.value.off_network import OffNetwork

Floats = NDArray[np.float64]
MOST_THREADS = 4  # of few sets: each has room of its own


Told = Callable[[Arc], Iterable[tuple[str, Sequence[float]]]]  # by name, amounts per tonne by class


@dataclass(frozen=True)
class Receivers:
    """Columns of what is gathered: the countries of the model that anything is told of on some arc."""

    column: dict[str, int]  # by country
    index: NDArray[np.intp]  # of the columns among the countries of the model
    told: Told

    @classmethod
    def of(cls, arcs: Iterable[Arc], countries: tuple[str, ...], told: Told) -> Receivers:
        """Those of some arcs; what others than the model's countries receive is nobody's gain here."""
        named = {name for arc in arcs for name, _ in told(arc)}
        at = {c: k for k, c in enumerate(countries) if c in named}
        return cls({c: k for k, c in enumerate(at)}, np.array(list(at.values()), dtype=np.intp), told)

    def terms(self, arc: Arc) -> Iterator[tuple[int, Sequence[float]]]:
        """Dollars a tonne by column, of an arc."""
        for name, amounts in self.told(arc):
            if name in self.column:
                yield self.column[name], amounts


def counted_on(records: Records, counts: frozenset[str]) -> Told:
    """What each country receives on an arc, and suffers, of the parts that count; USD per tonne."""
    outside = External(records, counts)

    def told(arc: Arc) -> Iterator[tuple[str, Sequence[float]]]:
        if "receipts" in counts:
            yield from ((t.country, t.usd_per_t) for t in arc.transfers)
        for _, country, usd_per_t in outside.of(arc):
            yield country, (usd_per_t,) * len(CLASSES)

    return told


@dataclass(frozen=True)
class WithReceipts:
    """V and receipts of sets (2 · countries,), one at a time, all at once or one after the other.

    ``today`` is the same of the baseline, None where it is this one; ``start`` what restrictions that are not
    today's change by themselves.
    """

    overlay: Overlay
    traced: Traced
    model: Answer
    receivers: Receivers
    today: WithReceipts | None = None
    start: Values | None = None
    memory: dict[tuple[bytes, frozenset[str]], Values] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    _begun: list[Any] = field(default_factory=list)  # a walk, and its state
    _received_today: list[Floats] = field(default_factory=list)  # once it is known

    @property
    def base(self) -> Floats:
        """What each country receives today, by column."""
        if self.today is not None:
            return self.today.base
        if not self._received_today:
            nothing = frozenset[str]()
            piece = few_sets(self.overlay, self.model.hats, self.traced, [nothing])
            self._knows_today(piece or self._alone(nothing))
        return self._received_today[0]

    def _knows_today(self, piece: Piece) -> None:
        """What is received today, from a piece whose first set is nothing."""
        n = len(self.model.countries)
        unmoved = np.ones((1, len(self.model.shipped), n, n))
        self._received_today.append(received(self.model, piece, piece.which[:1], unmoved)[0])

    def of(self, delivered: frozenset[str]) -> Values:
        """V and receipts of one set: without what a walk prepares for all others, where there is room."""
        return self._together([delivered])[delivered]

    def _walked_to(self, delivered: frozenset[str]) -> Values:
        duties = delivered & self.model.duties
        with self.lock:  # one state of a walk, which each set begins anew
            piece = self._alone(delivered)
            key = (piece.fingerprints[-1].tobytes(), duties)
            if key not in self.memory:
                self.memory[key] = self._worth(piece, piece.which[-1:], [duties])[0]
        return self.memory[key] if self.start is None else self.memory[key] - self.start

    def of_each(self, sets: Sequence[frozenset[str]]) -> Values:
        """Of several sets (sets, 2 · countries), as :meth:`of` one by one; on all cores where they are too
        many for one tree."""
        size, threads = bytes_of_a_set(self.overlay, self.model.hats), min(os.cpu_count() or 1, MOST_THREADS)
        groups = some_at_once(sets, size)
        if len(groups) > 1:
            groups = some_at_once(sets, size, MOST_BYTES // threads)
        found: dict[frozenset[str], Values] = {}
        if groups:
            found |= self._together(groups[0])  # and what is received today
        with ThreadPoolExecutor(threads) as pool:
            for some in pool.map(self._together, groups[1:]):
                found |= some
        return np.array([found[s] for s in sets]).reshape(len(sets), 2 * len(self.model.countries))

    def _together(self, sets: Sequence[frozenset[str]]) -> dict[frozenset[str], Values]:
        """Of sets for which there is room in one tree."""
        asked = list(dict.fromkeys([frozenset[str](), *sets]))
        piece = few_sets(self.overlay, self.model.hats, self.traced, asked)
        if piece is None:
            return dict(zip(sets, self._walked(sets), strict=True))
        if self.today is None and not self._received_today:
            self._knows_today(piece)
        worth = self._worth(piece, piece.which, [s & self.model.duties for s in asked])
        return dict(zip(asked, worth if self.start is None else worth - self.start, strict=True))

    def _walked(self, sets: Sequence[frozenset[str]]) -> Values:
        """The same by a walk, which goes through them by counting, so that a set goes on from what it has in
        common with the one before."""
        found = {s: self._walked_to(s) for s in set(sets) if not s}
        position = {p: len(self.overlay.order) - 1 - k for k, p in enumerate(self.overlay.order)}
        there: list[int] = []  # digits of the set before, highest first
        with self.lock:
            for leaf, delivered in sorted((sum(1 << position[p] for p in s), s) for s in set(sets) if s):
                digits = [k for k in range(len(position) - 1, -1, -1) if leaf >> k & 1]
                piece = self._go_on(there, digits)
                there = digits
                duties = delivered & self.model.duties
                key = (piece.fingerprints[-1].tobytes(), duties)
                if key not in self.memory:
                    self.memory[key] = self._worth(piece, piece.which[-1:], [duties])[0]
                found[delivered] = self.memory[key] if self.start is None else self.memory[key] - self.start
        return np.array([found[s] for s in sets]).reshape(len(sets), 2 * len(self.model.countries))

    def _go_on(self, before: list[int], digits: list[int]) -> Piece:
        """From one set to a higher one: what they share at the head stands, the rest is put in."""
        if not before:
            self._alone(frozenset())
        walk, state = self._begun
        same = 0
        while same < min(len(before), len(digits)) and before[same] == digits[same]:
            same += 1
        leaf = sum(1 << k for k in digits[:same])
        for k in digits[same:]:
            leaf |= 1 << k
            piece: Piece = walk.some(state, leaf, leaf + 1)
        return piece

    def chain(self, order: Sequence[str]) -> Iterator[Values]:
        """Of the first of an order, of the first two, and so on."""
        yield from self.of_each([frozenset(order[: k + 1]) for k in range(len(order))])

    def table(self, progress: Progress | None, answer: Values) -> None:
        """Of all sets, each that differs from the others worked out once, on all cores."""
        players = self.overlay.players
        on_duty = sum(1 << k for k, p in enumerate(players) if p in self.model.duties)
        seen, done = Seen(len(players)), 0
        for piece in pieces(self.overlay, self.model.hats, traced=self.traced):
            first, fresh = seen.first(piece, piece.masks & on_duty)
            new = piece.masks[fresh]
            if len(new):
                duties = [names_of(players, mask) for mask in (new & on_duty).tolist()]
                values = self._worth(piece, piece.which[fresh], duties)
                answer[new] = values if self.start is None else values - self.start
            answer[piece.masks] = answer[first]
            done += len(piece.masks)
            if progress is not None:
                progress(done, len(answer))

    def _alone(self, delivered: frozenset[str]) -> Piece:
        if not self._begun:
            walk = Walk(self.overlay, self.model.hats, self.traced)
            self._begun.extend((walk, walk.begin(0)))
        walk, state = self._begun
        order = self.overlay.order
        leaf = sum(1 << (len(order) - 1 - k) for k, p in enumerate(order) if p in delivered)
        piece: Piece = walk.one(state, leaf)
        return piece

    def _worth(self, piece: Piece, which: NDArray[np.int64], duties: Sequence[frozenset[str]]) -> Values:
        """Equation (1) of sets whose gains are those ``which`` of a piece."""
        hats = self.model.hats.from_gains(piece.gains[which])
        worth, factor = self.model.moved(hats, duties)
        n = worth.shape[1]
        both = np.zeros((len(worth), 2 * n))
        both[:, n + self.receivers.index] = received(self.model, piece, which, factor) - self.base
        both[:, :n] = worth + both[:, n:]
        return both


def received(
    model: Answer, piece: Piece, which: NDArray[np.int64], factor: Floats, shipped: Floats | None = None
) -> Floats:
    """What is gathered in sets whose gains are those ``which`` of a piece (sets, columns), MUSD a year; of
    some of the goods, where they are given in the shape of ``model.shipped``."""
    assert piece.totals is not None
    assert piece.totals_of is not None
    goods = model.shipped if shipped is None else shipped
    flows, totals_of = read_only(np.ascontiguousarray(goods)), piece.totals_of[which]
    out = np.empty((len(which), piece.totals.shape[2]))
    parts = max(1, min(os.cpu_count() or 1, len(which)))
    cuts = [len(which) * k // parts for k in range(parts + 1)]

    def some(lo: int, hi: int) -> None:
        sum_up(flows, read_only(factor[lo:hi]), piece.totals, totals_of[lo:hi], out[lo:hi])

    with ThreadPoolExecutor(parts) as pool:
        list(pool.map(some, cuts[:-1], cuts[1:]))
    return out


def values_with_receipts(
    world: World, overlay: Overlay, today: Overlay, model: Answer, off: OffNetwork | None
) -> WithReceipts | None:
    """V with receipts of a world, or None where no dollar changes hands.

    ``today`` is the overlay of the baseline, which is ``overlay`` itself unless restrictions differ.
    """
    arcs = (*overlay.today.arcs, *today.today.arcs, *(arc for step in overlay.arcs for arc in step))
    receivers = Receivers.of(arcs, model.countries, counted_on(world.records, world.counts))
    if not receivers.column:
        return None

    def traced(one: Overlay) -> Traced:
        made = Traced.of(one, len(receivers.column), receivers.terms)
        return made if off is None else made.with_limit(one, off.limit)

    now = WithReceipts(overlay, traced(overlay), model, receivers)
    if today is not overlay:
        now = replace(now, today=WithReceipts(today, traced(today), model, receivers))
    if not world.changed and world.shock is None:
        return now
    return replace(now, start=now.of(frozenset()))
