"""By which rule does an agreement enter into force? Its conditions, who counts, and the wait after the
trigger.

"Thirty days after" is not one rule, so each wait names its counting convention (:func:`after`).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from milepost.errors import WrongUse
from milepost.records import ForceCondition, Records
from milepost.records.kinds import CALENDAR
from milepost.register.acts import When
from milepost.register.decision_table import Clause, DecisionTable, otherwise

MONTHLY = ("months_after", "first_of_nth_month_after_month_of")  # conventions that count months, never days
BINDING = ("ratification", "acceptance", "approval", "accession", "definitive signature")
Convention = Literal[
    "same_day",
    "nth_day_after",
    "after_elapsed_days",
    "months_after",
    "first_of_month_after_nth_day",
    "first_of_nth_month_after_month_of",
]


@dataclass(frozen=True)
class Offset:
    """The wait after a trigger: ``n`` units, counted by a convention, and not before ``floor``."""

    n: int = 0
    unit: Literal["day", "month", "year"] = "day"
    convention: Convention = "same_day"
    floor: dt.date | None = None

    def __str__(self) -> str:
        wait = (
            "the same day"
            if self.convention == "same_day"
            else f"{self.n} {self.unit}s, counted as {self.convention}"
        )
        return wait + (f", not before {self.floor}" if self.floor else "")


@dataclass(frozen=True)
class Condition:
    """One condition of a trigger; ``weights`` maps party to weight where the condition weighs."""

    kind: Literal["count", "share", "weight", "all of", "decision"]
    at_least: float = 0.0
    base: float = 0.0
    among: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """When an agreement enters into force: alternatives of conditions, who counts, the offset, and the
    party's own rule."""

    alternatives: tuple[tuple[Condition, ...], ...]
    offset: Offset
    kinds: frozenset[str] = frozenset(BINDING)
    organisation_counts: float = 0.0
    per_party: Offset | None = None

    @classmethod
    def of(cls, mapping: Mapping[str, Any], weights: Mapping[str, Mapping[str, float]] | None = None) -> Rule:
        """A rule from plain data.

        ``trigger`` is a condition (``count_at_least``, ``share_at_least`` with ``of``, ``weight_at_least``
        with ``weights`` naming a table, ``all_of`` with a list, ``decision``), or ``all``/``any`` with a list
        of such; ``offset`` and ``per_party`` have ``n``, ``unit``, ``convention``. Raises ``WrongUse`` for
        anything else.
        """
        trigger = mapping.get("trigger")
        if not isinstance(trigger, Mapping):
            raise WrongUse("A rule of entry into force needs a 'trigger'.")
        named = {str(kind).replace("_", " ") for kind in trigger.get("kinds", BINDING)}
        kinds = named - {str(kind).replace("_", " ") for kind in trigger.get("exclude_kinds", ())}
        branches = trigger.get("any", [trigger])
        alternatives = tuple(
            tuple(_condition(part, weights or {}) for part in branch.get("all", [branch]))
            for branch in branches
        )
        own = mapping.get("per_party")
        return cls(
            alternatives=alternatives,
            offset=_offset(mapping.get("offset") or {}),
            kinds=frozenset(kinds),
            organisation_counts=float(mapping.get("organisation_counts", 0)),
            per_party=_offset(own) if own else None,
        )


def after(day: dt.date, offset: Offset) -> dt.date:
    """The day on which the wait after ``day`` is over, by the offset's convention (:data:`CONVENTIONS`).

    Raises ``WrongUse`` for days counted as months, and for a wait that leaves the calendar.
    """
    if offset.convention == "months_after" and counts_days_as_months(offset):
        raise WrongUse(
            f"A wait of {offset.n} days cannot be counted as {offset.convention}; give it in months or years."
        )
    try:
        case = WaitCase(day, offset)
        answer = CONVENTIONS.first(case).gives(case)
    except (OverflowError, ValueError):
        answer = dt.date.max
    if answer > CALENDAR[1]:
        raise WrongUse(
            f"A wait of {offset} after {day} leaves the calendar, which ends on {CALENDAR[1]}; shorten the "
            "offset."
        )
    return max(answer, offset.floor) if offset.floor else answer


def counts_days_as_months(offset: Offset) -> bool:
    """Thirty days are not thirty months, and no number of months either."""
    return offset.unit == "day" and offset.n > 0 and offset.convention in MONTHLY


def after_span(when: When, offset: Offset) -> When:
    """The same for a day of which a source says less; an open side stays open."""
    first = (offset.floor or CALENDAR[0]) if when.first == CALENDAR[0] else after(when.first, offset)
    return When.between(first, CALENDAR[1] if when.last == CALENDAR[1] else after(when.last, offset))


@dataclass(frozen=True)
class WaitCase:
    """A day and the wait that begins on it."""

    day: dt.date
    offset: Offset

    @property
    def months(self) -> int:
        """The wait in months, where it is one."""
        return self.offset.n * (12 if self.offset.unit == "year" else 1)

    @property
    def far(self) -> dt.date:
        """The day plus the wait."""
        if self.offset.unit == "day":
            return self.day + dt.timedelta(days=self.offset.n)
        return _months(self.day, self.months)


CONVENTIONS: DecisionTable[WaitCase, Callable[[WaitCase], dt.date]] = DecisionTable(
    "Counting of waits",
    "On which day is a wait over? By the counting convention of the rule; never before its floor.",
    (
        Clause(
            "same_day",
            lambda case: case.offset.convention == "same_day",
            lambda case: case.day,
            "no wait",
            then="the day itself",
        ),
        Clause(
            "first_of_nth_month_after_month_of",
            lambda case: case.offset.convention == "first_of_nth_month_after_month_of",
            lambda case: _months(case.day.replace(day=1), case.months),
            "counted in whole months (Mine Ban Convention, article 17)",
            then="the first of the n-th month after the month of the day",
        ),
        Clause(
            "after_elapsed_days",
            lambda case: case.offset.convention == "after_elapsed_days",
            lambda case: case.far + dt.timedelta(days=1),
            "clear days pass in between (AfCFTA: 29 April and 30 days is 30 May)",
            then="the day plus n, plus one day",
        ),
        Clause(
            "first_of_month_after_nth_day",
            lambda case: case.offset.convention == "first_of_month_after_nth_day",
            lambda case: _months(case.far.replace(day=1), 1),
            "counted in days to a first of the month (Rome Statute, article 126)",
            then="the first of the month after the month of the day plus n",
        ),
        Clause(
            "nth_day_after",
            lambda case: case.offset.convention == "nth_day_after",
            lambda case: case.far,
            'the n-th day after (CMR, article 43: "the ninetieth day after")',
            then="the day plus n",
        ),
        Clause(
            "months_after",
            otherwise,
            lambda case: case.far,
            "otherwise, months_after: counted in months or years",
            then="the same day n months later, or the last of that month",
        ),
    ),
)


def rules_of(records: Records) -> dict[str, Rule]:
    """The rules of the programme by agreement."""
    weights: dict[str, dict[str, float]] = {}
    for weighed in records.force_weights:
        weights.setdefault(weighed.weights, {})[weighed.party] = weighed.weight
    conditions: dict[str, list[ForceCondition]] = {}
    for condition in records.force_conditions:
        conditions.setdefault(condition.rule, []).append(condition)
    own = {r.agreement: r for r in records.force_rules if r.applies == "party"}
    answer: dict[str, Rule] = {}
    for row in records.force_rules:
        if row.applies == "agreement" and row.agreement not in answer:
            branches: dict[int, list[Condition]] = {}
            for c in conditions.get(row.id, []):
                made = Condition(
                    c.condition,
                    c.at_least or 0.0,
                    c.base or 0.0,
                    frozenset(c.among),
                    weights.get(c.weights, {}),
                )
                branches.setdefault(c.alternative, []).append(made)
            party_rule = own.get(row.agreement)
            answer[row.agreement] = Rule(
                alternatives=tuple(tuple(branches[k]) for k in sorted(branches)),
                offset=Offset(
                    row.offset, row.offset_unit, row.convention, row.floor.first if row.floor else None
                ),
                kinds=frozenset(row.kinds or BINDING),
                organisation_counts=row.organisation_counts,
                per_party=Offset(
                    party_rule.offset,
                    party_rule.offset_unit,
                    party_rule.convention,
                    party_rule.floor.first if party_rule.floor else None,
                )
                if party_rule
                else None,
            )
    return answer


def _condition(part: Mapping[str, Any], weights: Mapping[str, Mapping[str, float]]) -> Condition:
    among = frozenset(part.get("among", ()))
    if "count_at_least" in part:
        return Condition("count", float(part["count_at_least"]), among=among)
    if "share_at_least" in part:
        return Condition("share", float(part["share_at_least"]), float(part["of"]), among)
    if "weight_at_least" in part:
        table = weights.get(part.get("weights", ""))
        if table is None:
            raise WrongUse(
                f"The rule weighs by '{part.get('weights')}', and no such table of weights is given."
            )
        return Condition("weight", float(part["weight_at_least"]), among=among, weights=dict(table))
    if "all_of" in part:
        return Condition("all of", among=frozenset(part["all_of"]))
    if part.get("decision"):
        return Condition("decision")
    known = "count_at_least, share_at_least, weight_at_least, all_of, decision"
    raise WrongUse(
        f"A condition of entry into force is one of {known}; found {', '.join(map(str, part)) or 'nothing'}."
    )


def _offset(part: Mapping[str, Any]) -> Offset:
    floor = dt.date.fromisoformat(part["floor"]) if part.get("floor") else None
    convention: Convention = part.get("convention", "nth_day_after" if part.get("n") else "same_day")
    unit = part.get("unit", "month" if convention in MONTHLY else "day")
    return Offset(int(part.get("n", 0)), unit, convention, floor)


def _months(day: dt.date, n: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
