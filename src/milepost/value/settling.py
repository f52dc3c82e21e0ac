"""The group of a programme, what its members ask for, and its payments in instruments that treaties know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from milepost.value.appraisal.purses import Purses
from milepost.value.baseline import World
from milepost.value.coalitions import Group, group, members, needed_for, parties_of
from milepost.value.game import Game
from milepost.value.instruments import crossing_tonnes, instruments
from milepost.value.side_payments import who_pays_whom
from milepost.value.thresholds import thresholds_of


def settled(
    world: World,
    game: Game,
    purses: Purses | None,
    *,
    thresholds: Mapping[str, float | str] | Iterable[str] = (),
    by: str = "smallest",
) -> Group:
    """The group, net of costs with ``purses``; its payments ``by`` the smallest, the nucleolus or the Shapley
    value as transfers.

    Raises ``WrongUse`` for thresholds or a division that make no sense, ``NoSolution`` where thresholds ask
    for more than there is.
    """
    owed = members(world.records, game)
    parties = parties_of(needed_for(owed, purses))
    asked = thresholds_of(
        thresholds,
        parties,
        [p.id for p in world.records.parties],
        [p for p in parties if p not in game.countries],
        net=purses is not None,
    )
    found = group(game, owed, purses=purses, thresholds=asked)
    transfers = who_pays_whom(found.parties, found.paid_by(by))
    delivered = tuple(game.players) if found.nets is None else found.nets.delivered
    tonnes = crossing_tonnes(world, delivered, [(a, b) for a, b, _ in transfers])
    return replace(found, transfers=instruments(transfers, purses, tonnes), settled_by=by)
