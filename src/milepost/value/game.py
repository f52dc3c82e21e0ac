"""A game in characteristic form: V of every set of players, remembered and checked.

V(∅) = 0, a player is an open commitment, V(S) has a number per country, MUSD a year. How a corridor's
programme makes one is in :mod:`milepost.value.corridor`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.languages import Said
from milepost.value.evidence import EstimatedShare, estimated_share

if TYPE_CHECKING:
    from milepost.value.capacity import WithinCapacity
    from milepost.value.ceilings import Ceilings

Values = NDArray[np.float64]
Progress = Callable[[int, int], None]
IN_MEMORY_BYTES = 2 << 30
MOST_TABLED = 24  # players whose sets are all tabled at the most
MOST_CELLS = 1e11  # of the cost matrices of all sets: half an hour of two cores at the very most
LESS_BY_TABLE = 128  # a set of a table takes less than one by itself, about so many times
ROUNDING = 1e-9  # V of nothing, relative to the largest value, that is still nothing
ROWS_AT_ONCE = 1 << 16


def ids_of(names: Iterable[str]) -> tuple[str, ...]:
    """Ids as a tuple; a bare text is one id, not its letters."""
    return (names,) if isinstance(names, str) else tuple(names)


@dataclass(repr=False)
class Game:
    """A game in characteristic form with many payoffs: V(S), shape (countries,), for S within ``players``.

    ``restrictions`` are in force throughout, ``restriction_effect`` is what they alone change against today,
    MUSD a year per country; V counts from there, so V(∅) = 0. ``evaluate`` answers for one set;
    ``evaluate_all`` (optional) fills the table of all 2^K sets, row = bit mask with player k as bit k. Both
    are asked at most once per set: the answers are remembered. ``chain`` (optional) answers for players
    delivered one after the other: from an order it gives V of the first, of the first two, and so on, for
    games in which a step costs less than a set; ``each`` (optional) answers for several sets, (sets,
    countries), where that takes less than one by one. ``saved`` (optional): what a set saves on each flow of
    trade to first order [exporter, importer], and ``estimated`` which of these flows nobody records.
    ``within`` (optional): what a set is worth within stated capacities. ``cells`` of the cost matrices of a
    set, which say how long it takes (0: not long). ``parts``: groups that never interact, V(S) = sum over
    parts of V(S within the part); ``part`` makes the game of one of them. ``wide``: where V is made of what
    users gain and what is received, the same game with V and behind it what is received, (2 · countries,); of
    its columns the first ``counted`` make a sum (0: all do). ``ledger`` (optional): what users gain by a set,
    and what is gathered by kind, mode and country, by who pays (:mod:`milepost.value.ledger`). ``ceilings``
    (optional): which share of a commitment's value is kept as trade grows (:mod:`milepost.value.ceilings`).
    ``rest_of``: the game of which :meth:`given` made this one, and in which V is looked up.

    Raises ``WrongUse`` for a player or country that stands twice, and, when it is asked, for values that are
    no finite numbers, one per country, or a V of nothing that is not zero: shares and costs of delay count
    from there.
    """

    players: tuple[str, ...]
    countries: tuple[str, ...]
    evaluate: Callable[[frozenset[str]], Values]
    evaluate_all: Callable[[Progress | None, Values], None] | None = None
    chain: Callable[[Sequence[str]], Iterator[Values]] | None = None
    parts: tuple[tuple[str, ...], ...] = ()
    part: Callable[[tuple[str, ...]], Game] | None = None
    not_valued: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    saved: Callable[[frozenset[str]], Values] | None = None
    within: Callable[[frozenset[str]], WithinCapacity | None] | None = None
    estimated: NDArray[np.bool_] | None = None
    restrictions: tuple[str, ...] = ()
    restriction_effect: Values | None = None
    cells: int = 0
    wide: Game | None = None
    counted: int = 0
    ledger: Callable[[frozenset[str]], tuple[Values, dict[tuple[str, str], Values]]] | None = None
    ceilings: Callable[[], Ceilings | None] | None = None
    each: Callable[[Sequence[frozenset[str]]], Values] | None = None
    rest_of: Game | None = None
    _memory: dict[frozenset[str], Values] = field(default_factory=dict, repr=False)
    _table: Values | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.players, self.countries = ids_of(self.players), ids_of(self.countries)
        for what, names in (("player", self.players), ("country", self.countries)):
            twice = [name for k, name in enumerate(names) if name in names[:k]]
            if twice:
                raise WrongUse(f"The {what} {twice[0]} stands twice in the game; each is named once.")

    def __repr__(self) -> str:
        return f"<Game: {len(self.players)} players, {len(self.countries)} countries>"

    def value(self, delivered: Iterable[str]) -> Values:
        """V of a set of delivered commitments, MUSD a year per country; a bare text is one id.

        Raises ``WrongUse`` for an unknown player, or for what ``evaluate`` gives if it is no V.
        """
        asked = frozenset(ids_of(delivered))
        known = self._memory.get(asked)
        if known is not None:
            return known
        self._refuse_unknown(asked)
        if self._table is not None:
            answer: Values = self._table[self.mask(asked)]
        else:
            answer = self._checked(self.evaluate(asked), asked)
            if not asked and answer.any():
                self._refuse_a_start(answer, float(np.abs(self.value(self.players)).max(initial=0.0)))
        answer.setflags(write=False)
        self._memory[asked] = answer
        return answer

    @property
    def fits_a_table(self) -> bool:
        """Can V of all sets be known? Not where they are too many, or are looked up among too many."""
        if self._table is not None:
            return True
        one = self.wide or self.rest_of
        if one is not None:
            return one.fits_a_table
        K = len(self.players)
        return K <= MOST_TABLED and self.cells * 2.0**K <= MOST_CELLS

    def less_by_table(self, sets: int) -> bool:
        """Does V of all sets take less than V of so many by themselves?"""
        return self.fits_a_table and 2.0 ** len(self.players) <= LESS_BY_TABLE * sets

    def values(self, sets: Iterable[Iterable[str]]) -> Values:
        """V of several sets (sets, countries), MUSD a year, together where that takes less than one by one.

        Raises ``WrongUse`` as :meth:`value` does, and for what ``each`` gives if it is not a V for each set.
        """
        asked = [frozenset(ids_of(delivered)) for delivered in sets]
        new = [s for s in dict.fromkeys(asked) if s not in self._memory]
        if len(new) > 1 and self.each is not None and self._table is None:
            self._refuse_unknown(frozenset[str]().union(*new))
            found = self.each(new)
            if len(found) != len(new):
                raise WrongUse(f"The game gave {len(found)} values for {len(new)} sets; it gives one each.")
            for delivered, value in zip(new, found, strict=True):
                answer = self._checked(value, delivered)
                if not delivered and answer.any():
                    self._refuse_a_start(answer, float(np.abs(found).max(initial=0.0)))
                answer.setflags(write=False)
                self._memory[delivered] = answer
        return np.array([self.value(s) for s in asked]).reshape(len(asked), len(self.countries))

    def _refuse_unknown(self, asked: frozenset[str]) -> None:
        for name in sorted(asked):
            if name not in self.players:
                if name in self.not_valued:
                    raise WrongUse(f"{name} is not valued: {self.not_valued[name]}.")
                raise one_of("valued open commitment", name, list(self.players))

    def _checked(self, found: object, asked: Iterable[str]) -> Values:
        """What ``evaluate`` gave for a set, if it is a V: its own copy, so that nobody else can change it."""
        which = ", ".join(p for p in self.players if p in asked) or "nothing"
        try:
            answer = np.array(found, dtype=np.float64)
        except (TypeError, ValueError):
            raise WrongUse(
                f"V of {which} is no array of numbers; it is one number per country, MUSD a year."
            ) from None
        if answer.shape != (len(self.countries),):
            raise WrongUse(
                f"V of {which} has shape {answer.shape}; wanted ({len(self.countries)},), one number per "
                "country."
            )
        if not np.isfinite(answer).all():
            k = int(np.argmin(np.isfinite(answer)))
            raise WrongUse(
                f"V of {which} is {answer[k]} for {self.countries[k]}; every value is a finite number."
            )
        return answer

    def _refuse_a_start(self, nothing: Values, scale: float) -> None:
        k = int(np.abs(nothing).argmax()) if nothing.size else 0
        if nothing.size and abs(float(nothing[k])) > ROUNDING * scale:
            raise WrongUse(
                f"V of nothing is {nothing[k]:g} for {self.countries[k]} and must be 0: take it off every "
                "value, so that V counts "
                "what is delivered."
            )

    def estimated_share(self, delivered: Iterable[str]) -> EstimatedShare | None:
        """Which share of V of a set rests on flows that nobody records; None for a game without flows."""
        if self.saved is None or self.estimated is None:
            return None
        if not self.estimated.any():
            return EstimatedShare(dict.fromkeys(self.countries, 0.0), 0.0)
        return estimated_share(self.countries, self.saved(frozenset(ids_of(delivered))), self.estimated)

    def within_capacity(self, delivered: Iterable[str]) -> WithinCapacity | None:
        """What users gain of a set within stated capacities; None for a game without, and where nothing that
        the set changes states one."""
        return None if self.within is None else self.within(frozenset(ids_of(delivered)))

    def mask(self, delivered: Iterable[str]) -> int:
        """The set as a bit mask, player k as bit k. Raises ``WrongUse`` for an unknown player."""
        where = {name: k for k, name in enumerate(self.players)}
        for name in (names := sorted(set(ids_of(delivered)))):
            if name not in where:
                raise one_of("valued open commitment", name, list(self.players))
        return sum(1 << where[name] for name in names)

    def table(self, *, progress: Progress | None = None, to: Path | None = None) -> Values:
        """V of all 2^K subsets, shape (2^K, countries).

        With ``to`` it is written to that .npy file as it comes and read from there. Beyond 2 GiB it goes to a
        temporary file by itself, so memory holds no more than what is looked at.
        """
        if self._table is None:
            shape = (1 << len(self.players), len(self.countries))
            table: Values
            if self.wide is not None:
                table = self.wide.table(progress=progress)[:, : shape[1]]
                if to is not None:
                    np.save(to, table)
                    table = np.load(to, mmap_mode="r")
                self._table = table
                return table
            if to is not None:
                table = np.lib.format.open_memmap(to, mode="w+", dtype=np.float64, shape=shape)
            elif 8 * shape[0] * shape[1] > IN_MEMORY_BYTES:
                with tempfile.TemporaryFile(
                    prefix="milepost-table-"
                ) as file:  # gone from disk with the last reader
                    table = np.memmap(file, dtype=np.float64, mode="w+", shape=shape)
            else:
                table = np.empty(shape)
            if self.evaluate_all is None:
                self._one_by_one(progress, table)
            else:
                self.evaluate_all(progress, table)
            self._check_table(table)
            table.setflags(write=False)
            self._table = table
        return self._table

    def _check_table(self, table: Values) -> None:
        """Piece by piece, because a table may lie on disk."""
        scale = 0.0
        for first in range(0, len(table), ROWS_AT_ONCE):
            piece = np.abs(table[first : first + ROWS_AT_ONCE])
            scale = max(scale, float(piece.max(initial=0.0)))  # NaN is lost here, and found below
            if not np.isfinite(piece).all():
                row = first + int(np.argmin(np.isfinite(piece).all(axis=1)))
                self._checked(table[row], names_of(self.players, row))
        self._refuse_a_start(table[0], scale)

    def along(self, order: Sequence[str]) -> Values:
        """V as the players of ``order`` are delivered one after the other, shape (len(order), countries).

        Raises ``WrongUse`` for what ``chain`` gives if it is no V, or not one for each player of the order.
        """
        answer = np.empty((len(order), len(self.countries)))
        sets = [frozenset(order[: k + 1]) for k in range(len(order))]
        if self.chain is None or self._table is not None or all(s in self._memory for s in sets):
            for k, delivered in enumerate(sets):
                answer[k] = self.value(delivered)
            return answer
        values = list(self.chain(order))
        if len(values) != len(order):
            raise WrongUse(
                f"The chain of the game gave {len(values)} values for {len(order)} players; it gives one for "
                "each."
            )
        for k, value in enumerate(values):
            answer[k] = self._checked(value, sets[k])
        return answer

    def given(self, delivered: Iterable[str], gone: Iterable[str] = ()) -> Game:
        """The game of the others once some are ``delivered`` and some are ``gone`` for good: V'(S) = V(S ∪ D)
        - V(D).

        Raises ``WrongUse`` for an unknown player.
        """
        there, never = frozenset(ids_of(delivered)), frozenset(ids_of(gone))
        rest = tuple(p for p in self.players if p not in there | never)
        start, known = self.value(there), self.mask(there)
        self.mask(never)
        bits = [self.mask((p,)) for p in rest]

        def table(progress: Progress | None, answer: Values) -> None:
            whole = self.table(progress=progress)
            at = np.full(1, known, dtype=np.int64)
            for bit in bits:  # row = bit mask with player k as bit k, as in the table of the whole
                at = np.concatenate([at, at | bit])
            for first in range(0, len(answer), ROWS_AT_ONCE):
                answer[first : first + ROWS_AT_ONCE] = whole[at[first : first + ROWS_AT_ONCE]] - start

        saved, part = self.saved, self.part
        reasons = dict.fromkeys(there, Said("why-delivered")) | dict.fromkeys(never, Said("why-stopped"))
        return Game(
            players=rest,
            countries=self.countries,
            evaluate=lambda names: self.value(names | there) - start,
            each=None
            if self.each is None
            else lambda sets: self.values([names | there for names in sets]) - start,
            evaluate_all=table,
            not_valued=dict(sorted({**self.not_valued, **reasons}.items())),
            notes=self.notes,
            saved=None if saved is None else lambda names: saved(names | there) - saved(there),
            estimated=self.estimated,
            restrictions=self.restrictions,
            restriction_effect=self.restriction_effect,
            cells=self.cells,
            wide=None if self.wide is None else self.wide.given(there, never),
            counted=self.counted,
            ceilings=self.ceilings,
            rest_of=self,
            part=None
            if part is None
            else lambda names: part(tuple(p for p in self.players if p in there.union(names))).given(there),
        )

    def among(self, players: Iterable[str]) -> Game:
        """The game of some of the players, as if the others were not there: by itself where it can be made
        and V of all sets is not known yet, else out of this one.

        Raises ``WrongUse`` for an unknown player.
        """
        names = ids_of(players)
        self.mask(names)
        rest = tuple(p for p in self.players if p in names)
        if rest == self.players:
            return self
        if self.part is not None and self._table is None:
            return self.part(rest)
        return self.given((), [p for p in self.players if p not in names])

    def received(self, delivered: Iterable[str]) -> Values | None:
        """The part of V of a set that is taxes and margins received, by country; None where nothing is."""
        if self.wide is None:
            return None
        return self.wide.value(delivered)[len(self.countries) :]

    def _one_by_one(self, progress: Progress | None, table: Values) -> None:
        K = len(self.players)
        for mask in range(1 << K):
            table[mask] = self.value(names_of(self.players, mask))
            if progress is not None:
                progress(mask + 1, 1 << K)


def names_of(players: tuple[str, ...], mask: int) -> frozenset[str]:
    """The set that a bit mask stands for."""
    return frozenset(p for k, p in enumerate(players) if mask >> k & 1)
