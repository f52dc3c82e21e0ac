"""V of one set of commitments, and who bears what by restrictions beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.results import Result, frame_of
from milepost.value.baseline import World
from milepost.value.capacity import WithinCapacity
from milepost.value.corridor import corridor_game
from milepost.value.evidence import EstimatedShare
from milepost.value.game import Game
from milepost.value.offsets import Offset, offset

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Value(Result):
    """V(S): equivalent variation per country of having ``delivered`` delivered, MUSD a year.

    With other restrictions than today's in force, or a ``shock`` to trade costs from outside (the name of its
    file), ``restriction_effect`` is what these alone change, and V counts from there; ``offset`` says who
    bears what on which side, alone and together with the commitments. ``estimated_share`` is the part that
    rests on flows which nobody records. ``received`` is the part of V that is taxes and margins received, by
    country; None where no dollar changes hands. ``within_capacity``: what is turned away where capacity is
    stated.
    """

    delivered: tuple[str, ...]
    countries: dict[str, float]
    base_year: int
    notes: tuple[str, ...] = ()
    unit: str = "MUSD/year"
    restrictions: tuple[str, ...] = ()
    restriction_effect: dict[str, float] | None = None
    shock: str = ""
    offset: Offset | None = None
    estimated_share: EstimatedShare | None = None
    received: dict[str, float] | None = None
    within_capacity: WithinCapacity | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost value --json``."""
        return {
            "unit": self.unit,
            "base_year": self.base_year,
            "delivered": list(self.delivered),
            "countries": dict(self.countries),
            "user_gain": self.user_gain,
            "received": self.received,
            "restrictions": list(self.restrictions),
            "restriction_effect": self.restriction_effect,
            **({"shock": self.shock} if self.shock else {}),
            **({} if self.offset is None else self.offset.as_dict()),
            "estimated_share": None if self.estimated_share is None else self.estimated_share.as_dict(),
            "within_capacity": None if self.within_capacity is None else self.within_capacity.as_dict(),
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """A row per country, MUSD a year; with restrictions, what these change besides, and its side."""
        columns: dict[str, list[Any]] = {
            "country": list(self.countries),
            "musd_per_year": list(self.countries.values()),
        }
        if self.received is not None:
            columns |= {"user_gain": list(self.user_gain.values()), "received": list(self.received.values())}
        if self.offset is not None:
            parts: dict[str, Mapping[str, Any]] = {
                "restrictions_alone": self.offset.alone,
                "restrictions_if_delivered": self.offset.delivered,
                "together": self.offset.together,
                "side": self.offset.side,
            }
            columns |= {name: [part[c] for c in self.countries] for name, part in parts.items()}
        return frame_of(columns)

    def ranked(self) -> list[tuple[str, float]]:
        """Countries by what they gain, largest first."""
        return sorted(self.countries.items(), key=lambda pair: -pair[1])

    @property
    def user_gain(self) -> dict[str, float]:
        """What is left of V without what is received."""
        if self.received is None:
            return dict(self.countries)
        return {c: v - self.received[c] for c, v in self.countries.items()}

    @property
    def all(self) -> float:
        """The sum over all countries of the model."""
        return sum(self.countries.values())

    def headed(self) -> str:
        """Of which set, in which unit and prices."""
        return f"V({', '.join(self.delivered) or 'nothing'}), {self.unit}, prices of {self.base_year}"


def value_of(world: World, game: Game, delivered: tuple[str, ...]) -> Value:
    """V of a set of players of the world's game; under restrictions that are not today's also what these
    change alone, and together with the set."""
    worth = dict(zip(game.countries, game.value(delivered).tolist(), strict=True))
    alone, against = None, None
    if game.restriction_effect is not None:
        alone = dict(zip(game.countries, game.restriction_effect.tolist(), strict=True))
        today = corridor_game(world.baseline)
        usual = dict(zip(today.countries, today.value(delivered).tolist(), strict=True))
        against = offset(world, alone, worth, usual)
    rests, received = game.estimated_share(delivered), game.received(delivered)
    return Value(
        delivered,
        worth,
        world.records.settings.base_year,
        (*game.notes, *(() if rests is None else rests.sentences())),
        restrictions=game.restrictions,
        restriction_effect=alone,
        shock=world.shock.name if world.shock else "",
        offset=against,
        estimated_share=rests,
        received=None if received is None else dict(zip(game.countries, received.tolist(), strict=True)),
        within_capacity=game.within_capacity(delivered),
    )
