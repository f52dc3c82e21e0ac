"""What a plan may choose from: which commitments, their openings, what waits for what; and why others are not
in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from milepost.errors import WrongUse, one_of
from milepost.records import Commitment, Records
from milepost.records.tables import Dependency
from milepost.value.appraisal.appraisal import Case, Question, cases_of, delivery_of
from milepost.value.appraisal.plan_openings import (
    Days,
    Opening,
    deliveries,
    holding,
    opening,
    states_a_cost,
    waits,
    works,
)
from milepost.value.appraisal.plan_problem import Flags, Floats, Precedence
from milepost.value.coalitions import members
from milepost.value.game import MOST_CELLS, Game, Progress
from milepost.value.shares import EXACT_UP_TO

NO_COST = "nobody states what it costs"
LEFT_OUT = "it is left out"


@dataclass(frozen=True)
class Open:
    """What is open on the day of the plan: promised days (None: no day, or one that has passed), what is
    delivered already, and what was stopped for good."""

    dates: Mapping[str, dt.date | None]
    delivered: frozenset[str]
    stopped: frozenset[str]


@dataclass(frozen=True)
class Choices:
    """Commitments that may be planned (``cases``, in the order of the players of ``game``, which has no
    others), their ``openings`` in the order of delivery, and why the rest is not planned."""

    game: Game
    cases: tuple[Case, ...]
    openings: tuple[Opening, ...]
    precedences: tuple[Precedence, ...]
    not_planned: Mapping[str, str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Ids of what may be planned."""
        return tuple(case.commitment.id for case in self.cases)

    @cached_property
    def number(self) -> tuple[int, ...]:
        """For each opening, which of those of its commitment it is."""
        count: dict[int, int] = {}
        found = []
        for one in self.openings:
            found.append(count.get(one.who, 0))
            count[one.who] = found[-1] + 1
        return tuple(found)

    def table(self) -> Floats:
        """V of all sets, (2^K, countries), MUSD a year."""
        return self.game.table()

    def last(self, must: Sequence[str]) -> Flags:
        """Sets that may stand at the end: with all of ``must``, and nothing that waits for what never
        comes."""
        masks = np.arange(1 << len(self.cases), dtype=np.int64)
        needed = self.game.mask(must)
        found = (masks & needed) == needed
        for one in self.precedences:
            found &= (masks >> one.then & 1 == 0) | (masks >> one.first & 1 == 1)
        return np.asarray(found)

    def payers(self) -> tuple[str, ...]:
        """Who pays for what may be planned, or serves its debt."""
        return tuple(dict.fromkeys(who for one in self.openings for who in one.paid))

    def purses(self) -> tuple[str, ...]:
        """Out of whose purse its capital comes: payers, and parties that give or lend."""
        lent = (who for one in self.openings for who in one.capital)
        return tuple(dict.fromkeys((*self.payers(), *lent)))

    def members(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Countries of the model that owe or pay for what may be planned; and who does and is none."""
        owed = members(self.cases[0].books.records, self.game)
        every = {party for owners in owed.values() for party in owners} | set(self.payers())
        return (
            tuple(c for c in self.game.countries if c in every),
            tuple(sorted(every - set(self.game.countries))),
        )


def choices(
    records: Records,
    game: Game,
    asked: Question,
    now: Open,
    until: int,
    leave_out: Sequence[str],
    progress: Progress | None = None,
) -> Choices:
    """What may be planned.

    Raises ``WrongUse`` for an unknown id, where no cost is stated, nothing can open in time, or commitments
    are too many for V of all sets.
    """
    for name in leave_out:
        if name not in game.players and name not in game.not_valued:
            raise one_of("valued open commitment", name, list(game.players))
    rows = {c.id: c for c in records.commitments}
    out: dict[str, str] = {**game.not_valued, **dict.fromkeys(leave_out, LEFT_OUT)}
    names = [n for n in game.players if n not in out]
    unstated = [n for n in names if not states_a_cost(records, rows[n])]
    if names and len(unstated) == len(names):
        raise WrongUse(f"Nothing can be planned: {NO_COST}. Add rows of capital to {records.file('costs')}.")
    out |= dict.fromkeys(unstated, NO_COST)
    found = _in_time(records, asked, now, until, [rows[n] for n in names if n not in out], out)
    if not found:
        raise WrongUse(f"Nothing can open by {until}; give a later year with --until.")
    game = _small_enough(game, tuple(found))
    game.table(progress=progress)
    cases = cases_of(records, game, asked_alone(asked), _planned_dates(now, game))
    made = [
        opening(case, k, later, delivery, asked.rate)
        for k, case in enumerate(cases)
        for later, delivery in deliveries(case, until)
        if later in found[case.commitment.id]
    ]
    made.sort(key=lambda one: (one.day, cases[one.who].commitment.id))
    return Choices(game, cases, tuple(made), _precedences(records, cases, made), out)


def asked_alone(asked: Question) -> Question:
    """The same question, which asks V for as few sets as can be: a plan reads V from its table."""
    return Question(asked.on, asked.horizon, asked.rate, "alone", asked.flat)


def _planned_dates(now: Open, game: Game) -> dict[str, dt.date | None]:
    return {name: now.dates.get(name) for name in game.players}


def _in_time(
    records: Records,
    asked: Question,
    now: Open,
    until: int,
    commitments: Sequence[Commitment],
    out: dict[str, str],
) -> dict[str, set[int]]:
    """Commitments that can open by a year, with how many years later than the earliest day they may; what
    waits for something that is in no plan waits for its day, or is in no plan itself. Adds to ``out``."""
    plain = Game(tuple(c.id for c in commitments), (), lambda _: np.zeros(0))
    cases = {
        c.commitment.id: c for c in cases_of(records, plain, asked_alone(asked), _planned_dates(now, plain))
    }
    found: dict[str, set[int]] = {}
    for name, case in cases.items():
        found[name] = {later for later, _ in deliveries(case, until)}
        if not found[name]:
            out[name] = f"it cannot open by {until}"
    rows = {c.id: c for c in records.commitments}
    changed = True
    while changed:
        changed = False
        for row in records.dependencies:
            if row.successor in out or row.successor not in found or row.predecessor in now.delivered:
                continue
            if row.predecessor in now.stopped or out.get(row.predecessor, "") == LEFT_OUT:
                why = "stopped" if row.predecessor in now.stopped else "left out"
                out[row.successor] = f"it waits for {row.predecessor}, which is {why}"
            elif row.predecessor in out or row.predecessor not in found:
                day = delivery_of(
                    records, rows[row.predecessor], asked.on, now.dates.get(row.predecessor)
                ).day
                found[row.successor] &= _after(cases[row.successor], row, day, until)
                if found[row.successor]:
                    continue
                out[row.successor] = f"it waits for {row.predecessor} and cannot open by {until}"
            else:
                continue
            changed = True
    return {name: later for name, later in found.items() if later and name not in out}


def _after(case: Case, row: Dependency, day: dt.date, until: int) -> set[int]:
    """Openings of a commitment that wait long enough for another one that is delivered on a day."""
    first: Days = (None, day.toordinal())
    return {
        later
        for later, delivery in deliveries(case, until)
        if waits(row, first, works(case, later, delivery))
    }


def _small_enough(game: Game, names: tuple[str, ...]) -> Game:
    """The game of what may be planned, if V of all its sets can be known."""
    if len(names) > EXACT_UP_TO or game.cells * 2.0 ** len(names) > MOST_CELLS:
        raise WrongUse(
            f"A plan needs V of all sets, and {len(names)} commitments have 2^{len(names)}: too many here "
            f"(at most {EXACT_UP_TO} commitments, fewer on a large network). Leave some out with "
            "--leave-out; 'milepost screen' shows which are worth little."
        )
    return game.among(names)


def _precedences(
    records: Records, cases: Sequence[Case], openings: Sequence[Opening]
) -> tuple[Precedence, ...]:
    """Which openings of one commitment go with which of another."""
    where = {case.commitment.id: k for k, case in enumerate(cases)}
    days = [
        [works(case, one.later, one.delivery) for one in openings if one.who == k]
        for k, case in enumerate(cases)
    ]
    return tuple(
        Precedence(
            where[row.predecessor],
            where[row.successor],
            holding(row, days[where[row.predecessor]], days[where[row.successor]]),
        )
        for row in records.dependencies
        if row.predecessor in where and row.successor in where
    )
