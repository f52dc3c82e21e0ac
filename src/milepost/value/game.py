"""V(S): the yearly value, per country, of any set of delivered commitments. Here the register, network and
trade meet.

    S -> network changed by S -> cheapest generalised cost between all places -> trade-cost hats
      -> trade equilibrium -> equivalent variation, MUSD a year by country

V(∅) = 0 is today's network on the programme's base date, completed commitments included. A player is an open
commitment with at least one effect that the model values. Two sets that lead to the same cost matrices, bit
for bit, share one stored value, so a commitment that changes nothing is worth exactly nothing.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from milepost.errors import WrongUse, one_of
from milepost.languages import Said
from milepost.records import Records

if TYPE_CHECKING:
    from milepost.network.overlay import Overlay

Values = NDArray[np.float64]
Progress = Callable[[int, int], None]
IN_MEMORY_BYTES = 2 << 30
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
    games in which a step costs less than a set. ``parts``: groups that never interact, V(S) = sum over parts
    of V(S within the part); ``part`` makes the game of one of them.

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
    restrictions: tuple[str, ...] = ()
    restriction_effect: Values | None = None
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

        Raises ``WrongUse`` for a stranger, or for what ``evaluate`` gives if it is no V.
        """
        asked = frozenset(ids_of(delivered))
        known = self._memory.get(asked)
        if known is not None:
            return known
        for name in sorted(asked):
            if name not in self.players:
                if name in self.not_valued:
                    raise WrongUse(f"{name} is not valued: {self.not_valued[name]}.")
                raise one_of("valued open commitment", name, list(self.players))
        if self._table is not None:
            answer: Values = self._table[self.mask(asked)]
        else:
            answer = self._checked(self.evaluate(asked), asked)
            if not asked and answer.any():
                self._refuse_a_start(answer, float(np.abs(self.value(self.players)).max(initial=0.0)))
        answer.setflags(write=False)
        self._memory[asked] = answer
        return answer

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

    def mask(self, delivered: Iterable[str]) -> int:
        """The set as a bit mask, player k as bit k. Raises ``WrongUse`` for a stranger."""
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
                self._checked(table[row], _names(self.players, row))
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

        Raises ``WrongUse`` for a stranger.
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

        reasons = dict.fromkeys(there, Said("why-delivered")) | dict.fromkeys(never, Said("why-stopped"))
        return Game(
            players=rest,
            countries=self.countries,
            evaluate=lambda names: self.value(names | there) - start,
            evaluate_all=table,
            not_valued={**self.not_valued, **reasons},
            notes=self.notes,
            restrictions=self.restrictions,
            restriction_effect=self.restriction_effect,
        )

    def _one_by_one(self, progress: Progress | None, table: Values) -> None:
        K = len(self.players)
        for mask in range(1 << K):
            table[mask] = self.value(frozenset(p for k, p in enumerate(self.players) if mask >> k & 1))
            if progress is not None:
                progress(mask + 1, 1 << K)


def corridor_game(
    records: Records, applied: frozenset[str] | None = None, among: tuple[str, ...] | None = None
) -> Game:
    """V over the open commitments of a programme that the model values; see the module for the chain.

    ``applied`` names the restrictions in force (default: those in force on the base date, which are part of
    today); ``among`` limits the players, as if the others were not there.

    Raises ``NoSolution`` where no equilibrium is found and ``MilepostError`` where costs do not fit the
    integers.
    """
    from milepost.network.effects import not_valued, valued
    from milepost.network.overlay import Overlay
    from milepost.network.restrictions import in_force, restrictions
    from milepost.register.status import status
    from milepost.value.answers import answer_of

    state = {s.commitment: s for s in status(records, records.settings.base_date)}
    done = frozenset(c for c, s in state.items() if s.done)
    reasons = not_valued(records)
    for name, found in state.items():
        if found.done:
            reasons[name] = Said("why-delivered")
        elif found.delivery == "stopped":
            reasons[name] = Said("why-stopped")
    players = tuple(
        name for name in valued(records) if not state[name].closed and (among is None or name in among)
    )
    now = in_force(records, records.settings.base_date)
    applied = now if applied is None else applied
    restricted, usual = restrictions(records, applied), restrictions(records, now)
    overlay = Overlay.of(records, players, done, restricted)
    today = overlay if applied == now else Overlay.of(records, (), done, usual)
    model = answer_of(records, today.cost(frozenset()), restricted, usual, done)
    costs, index = model.costs, {c: k for k, c in enumerate(model.countries)}
    places = [n for n in records.nodes if n.trade_share]
    memory: dict[tuple[bytes, frozenset[str]], Values] = {}

    def value_of(cost: NDArray[np.int32], delivered: frozenset[str]) -> Values:
        key = (hashlib.blake2b(cost.tobytes(), digest_size=16).digest(), delivered & model.duties)
        if key not in memory:
            memory[key] = model.many([cost], [key[1]])[0]
        return memory[key]

    start = value_of(overlay.cost(frozenset()), frozenset()) if applied != now else None

    def gain_of(cost: NDArray[np.int32], delivered: frozenset[str]) -> Values:
        value = value_of(cost, delivered)
        return value if start is None else value - start

    def table(progress: Progress | None, answer: Values) -> None:
        # sets with the same matrices share one equilibrium: each is solved once, on all cores, and stands in
        # the table under the first set that has it
        first: dict[tuple[int, ...], int] = {}
        on_duty = sum(1 << k for k, p in enumerate(players) if p in model.duties)
        done_sets = 0
        for masks, prints, matrices, whose in overlay.prints():
            # duties are no part of the matrices: a set is known by its matrices and the duties it changes
            duties = masks & on_duty
            keys = list(map(tuple, np.column_stack([prints.astype(np.int64), duties]).tolist()))
            at_mask: list[int] = []
            new: list[NDArray[np.int32]] = []
            matrix_of = dict(zip(whose.tolist(), matrices, strict=True))
            for at in range(len(keys)) if on_duty else whose.tolist():
                if keys[at] not in first:
                    mask = int(masks[at])
                    first[keys[at]] = mask
                    at_mask.append(mask)
                    new.append(matrix_of[at] if at in matrix_of else overlay.cost(_names(players, mask)))
            if new:
                sets = [_names(players, mask & on_duty) for mask in at_mask]
                values = model.many(new, sets)
                answer[at_mask] = values if start is None else values - start
            answer[masks] = answer[[first[key] for key in keys]]
            done_sets += len(masks)
            if progress is not None:
                progress(done_sets, len(answer))

    def chain(order: Sequence[str]) -> Iterator[Values]:
        # from one network to the next: only what a player changes is looked at anew
        return (gain_of(cost, frozenset(order[: k + 1])) for k, cost in enumerate(overlay.chain(order)))

    notes = list(model.notes)
    placed = {n.country for n in places}
    away = [c for c in index if c not in placed]
    if away:
        notes.append(Said("note-no-place", countries=", ".join(away)))
    held, pairs = costs.held()
    if held:
        notes.append(Said("note-held", held=str(held), pairs=str(pairs)))
    titles = {r.id: r.title for r in records.restrictions}
    if applied:
        names = ", ".join(f"{r} ({titles[r]})" for r in sorted(applied))
        notes.append(Said("note-restrictions", names=names))
    lost, _ = costs.lost(overlay.cost(frozenset()))
    if lost:
        notes.append(Said("note-lost", lost=str(lost), pairs=str(pairs)))
    return Game(
        players=players,
        countries=model.countries,
        evaluate=lambda delivered: gain_of(overlay.cost(delivered), delivered),
        evaluate_all=table,
        chain=chain,
        parts=_parts(overlay, model.flows, np.array([index[n.country] for n in places], dtype=np.int64))
        if model.separable
        else (),
        part=lambda names: corridor_game(records, applied, names),
        not_valued=reasons,
        notes=tuple(notes),
        restrictions=tuple(sorted(applied)),
        restriction_effect=start,
    )


def _names(players: tuple[str, ...], mask: int) -> frozenset[str]:
    return frozenset(p for k, p in enumerate(players) if mask >> k & 1)


def _parts(overlay: Overlay, flows: Values, country: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
    """Players by parts of the world that do not trade with each other; one that changes no trade at all is
    its own part.

    A player's arcs can only bring pairs of places nearer that lie in its reach; a pair that does not trade
    has no say in any equilibrium, and parts without trade between them have an equilibrium each.
    """
    from milepost.trade.parts import parts_of

    block = parts_of(flows)[0][country]
    trades = flows[np.ix_(country, country)] > 0
    trades &= country[:, None] != country[None, :]
    groups: list[tuple[list[str], set[int]]] = []
    for player, pairs in overlay.reach().items():
        mine, blocks = [player], set(np.unique(block[(pairs & trades).any(axis=1)]).tolist())
        for group in [g for g in groups if g[1] & blocks]:
            mine, blocks = group[0] + mine, blocks | group[1]
            groups.remove(group)
        groups.append((mine, blocks))
    where = {p: k for k, p in enumerate(overlay.players)}
    named = [tuple(sorted(names, key=where.__getitem__)) for names, _ in groups]
    return tuple(sorted(named, key=lambda names: where[names[0]]))
