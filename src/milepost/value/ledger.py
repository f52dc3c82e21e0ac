r"""The ledger: V of a set by what it is made of, for each country.

    (1)  V_c(S) = user gain + tax + margin received  [ − greenhouse gases − accidents ]

all as changes against the world that V counts from, MUSD a year. One walk over the paths gathers all of it:
what each country receives by kind, and the tonne-km of each mode there. What others than the countries of
the model receive stands under ``elsewhere``, so that what one pays another receives. The parts that V does
not count are told all the same.

Freight is paid by those who use the goods: of the taxes and margins T that r receives, goods that are used in
p pay

    (2)  T_{p,r}(S) = Σ_{exporters e} tonnes_{e,p}(S) · USD/t of r on the path from e to p ,
         Σ_p T_{p,r} = T_r ,

so the ledger is told by who receives and by who pays, to the same sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from milepost.errors import WrongUse
from milepost.network.external import EXTERNAL, External
from milepost.network.network import Arc
from milepost.network.overlay import Overlay
from milepost.network.traced import Traced
from milepost.network.transfers import KINDS
from milepost.params import CLASSES, MODES
from milepost.results import Cell, Result, frame_of
from milepost.value.all_sets import Piece, Walk
from milepost.value.answers import Answer
from milepost.value.baseline import World
from milepost.value.game import Game
from milepost.value.off_network import OffNetwork
from milepost.value.receipts import Floats, received

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("user_gain", *KINDS, *EXTERNAL)
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, repr=False)
class Ledger(Result):
    """What a set of delivered commitments is worth, part by part. ``amount`` (parts, countries) in the order
    of :data:`PARTS`, MUSD a year; costs are below zero. ``counted`` are the parts whose sum is V;
    ``elsewhere`` (parts,) is what falls to nobody in the model. ``paid`` (countries, countries + 1) is what
    the goods used in the one pay the other in taxes and margins, the last column elsewhere (equation 2).
    ``million_tkm`` by mode is how traffic changes."""

    delivered: tuple[str, ...]
    countries: tuple[str, ...]
    amount: Floats
    counted: tuple[str, ...]
    elsewhere: Floats
    paid: Floats
    million_tkm: dict[str, float]
    base_year: int
    unit: str = "MUSD/year"

    @property
    def value(self) -> Floats:
        """V by country: the sum of the parts that count."""
        return np.asarray(self.amount[[PARTS.index(part) for part in self.counted]].sum(axis=0))

    @property
    def by_payer(self) -> Floats:
        """What the goods used in each country are worth to all together: what its users gain, and what they
        pay others and itself (countries,). All countries' sum to V and what is received elsewhere."""
        return np.asarray(self.amount[0] + self.paid.sum(axis=1))

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost value --ledger --json``."""
        whole = self.amount.sum(axis=1)
        return {
            "unit": self.unit,
            "base_year": self.base_year,
            "delivered": list(self.delivered),
            "counted": list(self.counted),
            "countries": {
                c: self._named(self.amount[:, k]) | {"value": float(v)}
                for k, (c, v) in enumerate(zip(self.countries, self.value, strict=True))
            },
            "all": self._named(whole) | {"value": float(self.value.sum())},
            ELSEWHERE: self._named(self.elsewhere),
            "paid": {
                c: {to: musd for to, musd in zip((*self.countries, ELSEWHERE), row, strict=True) if musd}
                for c, row in zip(self.countries, self.paid.tolist(), strict=True)
            },
            "million_tkm": dict(self.million_tkm),
        }

    def ranked(self) -> list[int]:
        """Countries by V, largest first, as positions."""
        return sorted(range(len(self.countries)), key=lambda k: -float(self.value[k]))

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a country: the parts, V, and the taxes and margins that its goods pay, MUSD a year; then what
        falls to nobody in the model."""
        paid = self.paid.sum(axis=1).tolist()
        rows = [
            [self.countries[k], *self.amount[:, k].tolist(), float(self.value[k]), paid[k]]
            for k in self.ranked()
        ]
        return ["country", *PARTS, "value", "paid"], [
            *rows,
            [ELSEWHERE, *self.elsewhere.tolist(), None, None],
        ]

    def frame(self) -> pd.DataFrame:
        """A row per country, MUSD a year."""
        columns = {part: self.amount[k] for k, part in enumerate(PARTS)}
        columns |= {"value": self.value, "paid": self.paid.sum(axis=1)}
        return frame_of(columns, index=self.countries, row="country", column=self.unit)

    def headed(self) -> str:
        """Of which set, in which unit and prices."""
        return f"ledger of {', '.join(self.delivered) or 'nothing'}, {self.unit}, prices of {self.base_year}"

    @staticmethod
    def _named(amounts: Floats) -> dict[str, float]:
        return dict(zip(PARTS, amounts.tolist(), strict=True))


@dataclass(frozen=True)
class Gatherer:
    """What the ledger of a world's game is made from."""

    world: World
    overlay: Overlay
    model: Answer
    off: OffNetwork | None

    def of(self, delivered: frozenset[str]) -> tuple[Floats, dict[tuple[str, str], Floats]]:
        """User gains by country, and amounts by (what, where): tax and margin by country in MUSD, million
        tonne-km by mode and country; each by the country in which the goods are used (countries,); all
        against nothing delivered."""
        columns: dict[tuple[str, str], int] = {}
        outside = External(self.world.records, frozenset())

        def told(arc: Arc) -> Iterator[tuple[tuple[str, str], Sequence[float]]]:
            yield from (((t.kind, t.country), t.usd_per_t) for t in arc.transfers)
            there = outside.where(arc)
            yield from (((arc.mode, c), (arc.km / len(there),) * len(CLASSES)) for c in there)

        for arc in (*self.overlay.today.arcs, *(a for step in self.overlay.arcs for a in step)):
            for name, _ in told(arc):
                columns.setdefault(name, len(columns))
        traced = Traced.of(
            self.overlay, len(columns), lambda arc: ((columns[name], amounts) for name, amounts in told(arc))
        )
        if self.off is not None:
            traced = traced.with_limit(self.overlay, self.off.limit)
        walk = Walk(self.overlay, self.model.hats, traced)
        state, order = walk.begin(0), self.overlay.order
        leaf = sum(1 << (len(order) - 1 - k) for k, p in enumerate(order) if p in delivered)
        before = self._gathered(walk.one(state, 0), frozenset())
        gain, found = self._gathered(walk.one(state, leaf), delivered)
        changed = found - before[1]
        return gain - before[0], {name: changed[:, k] for name, k in columns.items()}

    def _gathered(self, piece: Piece, delivered: frozenset[str]) -> tuple[Floats, Floats]:
        which = piece.which[-1:]
        hats = self.model.hats.from_gains(piece.gains[which])
        worth, factor = self.model.moved(hats, [delivered & self.model.duties])
        shipped = self.model.shipped  # (sectors, exporters, importers)
        paid = []
        for k in range(shipped.shape[2]):
            used_there = np.zeros_like(shipped)
            used_there[:, :, k] = shipped[:, :, k]
            paid.append(received(self.model, piece, which, factor, used_there)[0])
        return worth[0], np.array(paid)


def ledger_of(world: World, game: Game, delivered: tuple[str, ...]) -> Ledger:
    """The ledger of a set of players of a corridor's game. Raises ``WrongUse`` for an unknown player, or for
    a game that keeps none."""
    if game.ledger is None:
        raise WrongUse("This game is no corridor's, so it keeps no ledger.")
    game.mask(delivered)  # refuses what is no player
    gain, found = game.ledger(frozenset(delivered))
    records, at = world.records, {c: k for k, c in enumerate(game.countries)}
    n = len(game.countries)
    amount, elsewhere, paid = np.zeros((len(PARTS), n)), np.zeros(len(PARTS)), np.zeros((n, n + 1))
    amount[0] = gain
    per_tkm = _external(world)
    tkm = dict.fromkeys(MODES, 0.0)
    for (what, where), by_payer in found.items():
        change = float(by_payer.sum())
        if what in KINDS:
            paid[:, at.get(where, n)] += by_payer
        if what in MODES:
            tkm[what] += change
        parts = {what: change} if what in KINDS else {p: -change * per_tkm[p, what] for p in EXTERNAL}
        for part, musd in parts.items():
            if where in at:
                amount[PARTS.index(part), at[where]] += musd
            else:
                elsewhere[PARTS.index(part)] += musd
    counted = ["user_gain"]
    for name in ("receipts", *EXTERNAL):
        if name in world.counts:
            counted += KINDS if name == "receipts" else [name]
    return Ledger(
        delivered,
        game.countries,
        amount,
        tuple(counted),
        elsewhere,
        paid,
        {mode: change for mode, change in tkm.items() if change},
        records.settings.base_year,
    )


def _external(world: World) -> dict[tuple[str, str], float]:
    """USD per tonne-km by part and mode."""
    param, answer = world.records.param, {}
    for mode in MODES:
        answer["co2e", mode] = param("co2e_kg_per_tkm", mode) * param("carbon_usd_per_t") / 1000
        answer["accidents", mode] = param("accident_usd_per_tkm", mode)
    return answer
