"""The game of a corridor: the yearly value, per country, of any set of delivered commitments. Here register,
network and trade meet.

    S -> network changed by S -> cheapest generalised cost between all zones -> trade-cost hats
      -> trade equilibrium -> equivalent variation, MUSD a year by country

V(∅) = 0 is the world it starts from: today's network on the programme's base date, completed commitments
included, under the restrictions in force. A player is an open commitment with at least one effect that the
model values. Two sets that lead to the same changes of trade costs, bit for bit, share one stored value, so a
commitment that changes nothing is worth exactly nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from milepost.languages import Said
from milepost.network.effects import not_valued, valued
from milepost.network.overlay import Overlay
from milepost.records import Records
from milepost.trade.parts import parts_of
from milepost.value.all_sets import Seen, pieces
from milepost.value.answers import Answer, answer_of
from milepost.value.baseline import World
from milepost.value.capacity import Capacities
from milepost.value.few_sets import some_at_once
from milepost.value.game import Game, Progress, Values, names_of
from milepost.value.ledger import Gatherer
from milepost.value.off_network import OffNetwork
from milepost.value.receipts import WithReceipts, values_with_receipts

Costs = NDArray[np.int32]


def corridor_game(world: World, among: tuple[str, ...] | None = None) -> Game:
    """V over the open commitments of a programme that the model values; see the module for the chain.

    What a counterfactual has delivered is no part of it: V says what that is worth. ``among`` limits the
    players, as if the others were not there.

    Raises ``NoSolution`` where no equilibrium is found and ``MilepostError`` where costs do not fit the
    integers.
    """
    made = corridor_values(world, among)
    plain = _game(world, made)
    return plain if made.received is None else _with_receipts(world, made.received, plain)


def _with_receipts(world: World, received: WithReceipts, plain: Game) -> Game:
    """The same game whose values hold receipts: V of it, and beside it both in one table."""
    n = len(plain.countries)
    wide = replace(
        plain,
        countries=(*plain.countries, *(f"{c} receives" for c in plain.countries)),
        counted=n,
        evaluate=received.of,
        each=received.of_each,
        evaluate_all=received.table,
        chain=received.chain,
        part=lambda names: _wide(corridor_game(world, names)),
        restriction_effect=received.start,
        _memory={},
    )
    return replace(
        plain,
        evaluate=lambda names: wide.value(names)[:n],
        each=lambda sets: wide.values(sets)[:, :n],
        evaluate_all=None,
        chain=lambda order: (both[:n] for both in received.chain(order)),
        restriction_effect=None if received.start is None else received.start[:n],
        wide=wide,
        _memory={},
    )


def _wide(game: Game) -> Game:
    """A game of some of the players, in as many columns as that of all."""
    if game.wide is not None:
        return game.wide
    n = len(game.countries)

    def padded(names: frozenset[str]) -> Values:
        return np.concatenate([game.value(names), np.zeros(n)])

    return Game(
        game.players,
        (*game.countries, *(f"{c} receives" for c in game.countries)),
        padded,
        each=lambda sets: np.pad(game.values(sets), ((0, 0), (0, n))),
        counted=n,
    )


def _game(world: World, made: CorridorValues) -> Game:
    """V of users alone."""
    values, overlay, model = made.values, made.values.overlay, made.values.model
    index = {c: k for k, c in enumerate(model.countries)}
    country = np.array([index[n.country] for n in world.records.nodes if n.trade_share], dtype=np.int64)
    capacities = Capacities(world, overlay, model)
    return Game(
        players=overlay.players,
        countries=model.countries,
        evaluate=values.of,
        each=values.of_each,
        evaluate_all=values.table,
        chain=values.chain,
        parts=_parts(overlay, model.flows, country) if model.separable else (),
        part=lambda names: corridor_game(world, names),
        not_valued=_reasons(world),
        notes=(*model.notes, *_notes(world, overlay, model, made.off)),
        saved=values.saved,
        within=capacities.of,
        ceilings=lambda: capacities.ceilings,
        estimated=model.estimated,
        restrictions=tuple(sorted(world.restricted.ids)),
        restriction_effect=values.start,
        cells=len(overlay.base) * overlay.zones**2,
        ledger=Gatherer(world, overlay, model, made.off).of,
    )


@dataclass(frozen=True)
class CorridorValues:
    """What a game is made of, for who asks for a few sets and not for a game: who may play, and V of sets,
    with receipts where dollars change hands."""

    values: _Values
    off: OffNetwork | None
    received: WithReceipts | None = None

    @property
    def players(self) -> tuple[str, ...]:
        """Open commitments that the model values."""
        return self.values.overlay.players

    @property
    def countries(self) -> tuple[str, ...]:
        """Those of the model, in the order of a row of V."""
        return self.values.model.countries

    @property
    def start(self) -> Values:
        """What restrictions that are not today's, and a shock, change by themselves (countries,), MUSD a
        year: V counts from there."""
        start = self.values.start if self.received is None else self.received.start
        return np.zeros(len(self.countries)) if start is None else start[: len(self.countries)]

    def of_each(self, sets: Sequence[frozenset[str]]) -> Values:
        """V of several sets (sets, countries), MUSD a year."""
        if self.received is None:
            return self.values.of_each(sets)
        return self.received.of_each(sets)[:, : len(self.countries)]

    def game(self, known: Mapping[frozenset[str], Values]) -> Game:
        """A game that has some values already, without what only a reader of its numbers asks for."""
        n = len(self.countries)
        received = self.received
        return Game(
            players=self.players,
            countries=self.countries,
            evaluate=lambda delivered: known[delivered] if delivered in known else self._of(delivered),
            evaluate_all=self.values.table if received is None else None,
            chain=self.values.chain
            if received is None
            else lambda order: (both[:n] for both in received.chain(order)),
        )

    def _of(self, delivered: frozenset[str]) -> Values:
        if self.received is None:
            return self.values.of(delivered)
        return self.received.of(delivered)[: len(self.countries)]


def players_of(world: World) -> tuple[str, ...]:
    """The open commitments of a world that the model values."""
    closed = world.done | world.stopped
    return tuple(name for name in valued(world.records) if name not in closed)


def corridor_values(
    world: World, among: tuple[str, ...] | None = None, first: Sequence[str] = ()
) -> CorridorValues:
    """What :func:`corridor_game` asks, with the same limits and refusals; ``first`` as in the overlay."""
    records = world.records
    players = tuple(name for name in players_of(world) if among is None or name in among)
    overlay = Overlay.of(records, players, world.done, world.restricted, first)
    today = overlay if not world.changed else Overlay.of(records, (), world.done, world.usual)
    off = OffNetwork.of(world, today.cost(frozenset()))
    if off is not None:
        overlay, today = off.on(overlay), off.on(today)
    model = answer_of(world, today.cost(frozenset()))
    values = _Values(overlay, model)
    if world.changed or world.shock is not None:
        values = replace(values, start=values.of(frozenset()))
    return CorridorValues(values, off, values_with_receipts(world, overlay, today, model, off))


@dataclass(frozen=True)
class _Values:
    """V of sets, one at a time, all at once or one after the other; sets with the same gains and duties share
    one equilibrium. ``start`` is what the restrictions alone change, if they are not today's."""

    overlay: Overlay
    model: Answer
    start: Values | None = None
    memory: dict[tuple[bytes, frozenset[str]], Values] = field(default_factory=dict)

    def of(self, delivered: frozenset[str]) -> Values:
        """V of one set."""
        return self._gain(self.overlay.cost(delivered), delivered)

    def of_each(self, sets: Sequence[frozenset[str]]) -> Values:
        """V of several sets (sets, countries): the overlay in one go, and one equilibrium for equal gains."""
        found: dict[frozenset[str], Values] = {}
        for some in some_at_once(sets, 4 * len(self.overlay.base) * self.overlay.zones**2):
            costs = self.overlay.costs(some)
            found |= {s: self._gain(cost, s) for cost, s in zip(costs, some, strict=True)}
        return np.array([found[s] for s in sets]).reshape(len(sets), len(self.model.countries))

    def saved(self, delivered: frozenset[str]) -> Values:
        """What one set saves on each flow, to first order, besides what the restrictions alone change."""
        saved = self.model.saved(self.overlay.cost(delivered))
        return saved if self.start is None else saved - self.model.saved(self.overlay.cost(frozenset()))

    def chain(self, order: Sequence[str]) -> Iterator[Values]:
        """V of the first of an order, of the first two ...: only what a player changes is looked at anew."""
        return (
            self._gain(cost, frozenset(order[: k + 1])) for k, cost in enumerate(self.overlay.chain(order))
        )

    def _gain(self, cost: Costs, delivered: frozenset[str]) -> Values:
        hats = self.model.hats.of(cost)
        key = (hashlib.blake2b(hats.tobytes(), digest_size=16).digest(), delivered & self.model.duties)
        if key not in self.memory:
            self.memory[key] = self.model.many(hats[None], [key[1]])[0]
        return self.memory[key] if self.start is None else self.memory[key] - self.start

    def table(self, progress: Progress | None, answer: Values) -> None:
        """V of all sets: each pair of gains and duties is solved once, on all cores, and stands in the table
        under the first set that has it."""
        players = self.overlay.players
        on_duty = sum(1 << k for k, p in enumerate(players) if p in self.model.duties)
        seen = Seen(len(players))
        done_sets = 0
        for piece in pieces(self.overlay, self.model.hats):
            # duties are no part of the gains: a set is known by its gains and the duties it changes
            first, fresh = seen.first(piece, piece.masks & on_duty)
            new = piece.masks[fresh]
            if len(new):
                hats = self.model.hats.from_gains(piece.gains[piece.which[fresh]])
                duties = [names_of(players, mask) for mask in (new & on_duty).tolist()]
                values = self.model.many(hats, duties)
                answer[new] = values if self.start is None else values - self.start
            answer[piece.masks] = answer[first]
            done_sets += len(piece.masks)
            if progress is not None:
                progress(done_sets, len(answer))


def _reasons(world: World) -> dict[str, str]:
    """Why commitments are no players."""
    reasons: dict[str, str] = dict(not_valued(world.records))
    for c in world.records.commitments:
        if c.id in world.done:
            reasons[c.id] = Said("why-delivered")
        elif c.id in world.stopped:
            reasons[c.id] = Said("why-stopped")
    return dict(sorted(reasons.items()))


def _notes(world: World, overlay: Overlay, model: Answer, off: OffNetwork | None) -> Iterator[Said]:
    """What a reader of the numbers has to know besides what the trade model says."""
    records = world.records
    placed = {n.country for n in records.nodes if n.trade_share}
    away = [c for c in model.countries if c not in placed]
    if away:
        yield Said("note-no-zone", countries=", ".join(away))
    held, pairs = model.costs.held()
    if held:
        yield Said("note-held", held=str(held), pairs=str(pairs))
    if off is not None:
        yield Said("note-first-path", pairs=str(off.pairs), premium=f"{100 * off.premium:g}")
    if world.restricted.ids:
        yield Said("note-restrictions", names=_titles(records, world.restricted.ids))
    if world.shock is not None:
        shock = world.shock
        yield Said("note-shock", file=shock.name, rows=str(len(shock.rows)), assumed=str(shock.assumed))
    lost, _ = model.costs.lost(overlay.cost(frozenset()))
    if lost:
        yield Said("note-lost", lost=str(lost), pairs=str(pairs))


def _titles(records: Records, ids: frozenset[str]) -> str:
    titles = {r.id: r.title for r in records.restrictions}
    return ", ".join(f"{r} ({titles[r]})" for r in sorted(ids))


def _parts(overlay: Overlay, flows: Values, country: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
    """Players by parts of the world that do not trade with each other; one that changes no trade at all is
    its own part.

    A player's arcs can only bring pairs of zones nearer that lie in its reach; a pair that does not trade
    has no say in any equilibrium, and parts without trade between them have an equilibrium each.
    """
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
