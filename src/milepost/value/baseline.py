"""Today's world, named once: from it every question of this room starts.

The rows of a programme describe its base date. What was delivered by then is part of them; the restrictions
in force on that day are part of today's network, tariffs and flows. A *what if* is a counterfactual: it holds
the baseline it is counted against, and says what is delivered besides and which restrictions are in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from milepost.errors import one_of
from milepost.network.network import Network
from milepost.network.restrictions import Restrictions, chosen, in_force, restrictions
from milepost.params import COUNTED
from milepost.records import Records
from milepost.register.status import delivered, status
from milepost.trade.shock import Shock
from milepost.value.game import ids_of


@dataclass(frozen=True)
class Baseline:
    """The world on the base date: records, day, what is done and stopped by then, restrictions in force.

    ``usual`` is what those restrictions do: part of today, so that only what is added to them or lifted
    changes anything. ``known_on`` is the day of knowledge (None: the base date itself). ``counts``: what V
    holds besides what users gain, of :data:`milepost.params.PARTS`.
    """

    records: Records
    day: dt.date
    done: frozenset[str]
    stopped: frozenset[str]
    usual: Restrictions
    known_on: dt.date | None = None
    counts: frozenset[str] = COUNTED

    @classmethod
    def of(
        cls, records: Records, known_on: dt.date | None = None, counts: frozenset[str] = COUNTED
    ) -> Baseline:
        """The baseline of a programme's records on its base date."""
        day = records.settings.base_date
        return cls(
            records,
            day,
            done=delivered(records, day, known_on),
            stopped=frozenset(
                s.commitment for s in status(records, day, known_on) if s.delivery == "stopped"
            ),
            usual=restrictions(records, in_force(records, day)),
            known_on=known_on,
            counts=counts,
        )

    @property
    def baseline(self) -> Baseline:
        """Itself: what a counterfactual is counted against."""
        return self

    @property
    def delivered(self) -> frozenset[str]:
        """Nothing is delivered besides what is done."""
        return frozenset()

    @property
    def restricted(self) -> Restrictions:
        """The restrictions in force: the usual ones."""
        return self.usual

    @property
    def changed(self) -> frozenset[str]:
        """No restriction is added or lifted."""
        return frozenset()

    @property
    def shock(self) -> Shock | None:
        """Nothing from outside changes today's cost of trade."""
        return None

    def network(self) -> Network:
        """Today's network, made once. Raises ``BadData`` for an effect without a value."""
        return self._made

    @cached_property
    def _made(self) -> Network:
        return _network(self)

    def __getstate__(self) -> dict[str, Any]:
        """Without what can be made again, when it is sent to another process."""
        return {name: value for name, value in vars(self).items() if name != "_made"}

    def with_delivered(self, names: Iterable[str]) -> Counterfactual:
        """The same world with commitments delivered. Raises ``WrongUse`` for one that is not on record."""
        return Counterfactual(self, self.usual).with_delivered(names)

    def under(self, with_: Iterable[str] = (), without: Iterable[str] = ()) -> Counterfactual:
        """The same world with more restrictions in force, or without some of them. Raises ``WrongUse`` for
        one that is unknown or recorded only."""
        return Counterfactual(self, self.usual).under(with_, without)

    def shocked(self, shock: Shock | None) -> Counterfactual:
        """The same world with trade costs changed from outside."""
        return Counterfactual(self, self.usual).shocked(shock)

    def under_these(self, ids: Iterable[str]) -> Counterfactual:
        """The same world with just these restrictions in force."""
        return Counterfactual(self, restrictions(self.records, ids))

    def with_records(self, records: Records) -> Baseline:
        """The baseline of other records on the same state of knowledge."""
        return Baseline.of(records, self.known_on, self.counts)


@dataclass(frozen=True)
class Counterfactual:
    """A what if: a baseline, the restrictions in force instead of the usual ones, what is delivered besides,
    and a shock to trade costs from outside the network.

    It answers to the same names as its baseline, so that a question can start from either.
    """

    baseline: Baseline
    restricted: Restrictions
    delivered: frozenset[str] = field(default_factory=frozenset)
    shock: Shock | None = None

    @property
    def records(self) -> Records:
        """Those of the baseline."""
        return self.baseline.records

    @property
    def day(self) -> dt.date:
        """The base date."""
        return self.baseline.day

    @property
    def done(self) -> frozenset[str]:
        """What the baseline holds as delivered by its day."""
        return self.baseline.done

    @property
    def stopped(self) -> frozenset[str]:
        """What never comes."""
        return self.baseline.stopped

    @property
    def usual(self) -> Restrictions:
        """Restrictions of the baseline."""
        return self.baseline.usual

    @property
    def counts(self) -> frozenset[str]:
        """What V holds besides what users gain."""
        return self.baseline.counts

    @property
    def changed(self) -> frozenset[str]:
        """Restrictions that are added or lifted against the baseline."""
        return self.restricted.ids ^ self.usual.ids

    def network(self) -> Network:
        """The network in this world. Raises ``BadData`` for an effect without a value."""
        same = not self.delivered and self.restricted == self.baseline.usual
        return self.baseline.network() if same else _network(self)

    def with_delivered(self, names: Iterable[str]) -> Counterfactual:
        """This world with more delivered. Raises ``WrongUse`` for a commitment that is not on record."""
        asked = frozenset(ids_of(names))
        known = [c.id for c in self.records.commitments]
        for name in sorted(asked - set(known)):
            raise one_of("commitment", name, known)
        return replace(self, delivered=self.delivered | asked)

    def under(self, with_: Iterable[str] = (), without: Iterable[str] = ()) -> Counterfactual:
        """This world with more restrictions in force, or without some of them: of those already chosen, not
        of the baseline's. Raises ``WrongUse`` for one that is unknown or recorded only."""
        names = chosen(self.records, self.restricted.ids, ids_of(with_), ids_of(without))
        return replace(self, restricted=restrictions(self.records, names))

    def shocked(self, shock: Shock | None) -> Counterfactual:
        """This world with trade costs changed from outside; a shock of factors of 1 is none."""
        return replace(self, shock=None if shock is None or shock.nothing else shock)

    def with_records(self, records: Records) -> Counterfactual:
        """The same what if on other records."""
        baseline = self.baseline.with_records(records)
        return replace(self, baseline=baseline, restricted=restrictions(records, self.restricted.ids))


World: TypeAlias = Baseline | Counterfactual


def _network(world: World) -> Network:
    return Network.of(world.records, world.delivered, world.done, world.restricted)
