"""What takes two persons: that a promised date moves, that a delivery counts as verified, and that a promise
or its proof becomes less than it was.

Whatever rows an edit touches (the reports and dates themselves, their ids, requests, the policy, the day from
which requests are needed, an acceptance test), only its outcome counts: which dates count, which reports
prove, what is stopped, and on which terms a promise stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from milepost.records import DateChange, Records, Row
from milepost.records.acceptance import acceptance_tests
from milepost.register.status_rules import LEVELS, Delivery, StatusCase, counted_dates, proofs

Key = tuple[str, ...]
_FREE = ("id", "note")  # what may be rewritten in a report without touching what it proves
_CLOSING = ("delivered", "in effect", "stopped")
# settings that are words for people: no number rests on them
_WORDS = frozenset({"title", "summary", "boundary_disclaimer", "headline_routes", "key"})


def moved_dates(before: Records, after: Records) -> tuple[str, ...]:
    """Commitments and milestones whose dates that count would be others than they are. A first date moves
    nothing."""
    old, new = _dates(before), _dates(after)
    return tuple(item for item, dates in old.items() if dates and new.get(item, ()) != dates)


def new_proofs(before: Records, after: Records) -> tuple[str, ...]:
    """Commitments and milestones which ``after`` proves verified or in effect by a report that did not prove
    it before."""
    held = set(_proofs(before))
    return tuple(dict.fromkeys(item for key, item in _proofs(after).items() if key not in held))


def weaker(before: Records, after: Records) -> tuple[str, ...]:
    """What ``after`` makes of promises, their proofs and what they are worth that one person may not: a
    sentence each, by :data:`OUTCOMES`."""
    return tuple(
        sentence.format(item=item)
        for found, sentence in OUTCOMES
        for item in dict.fromkeys(found(before, after))
    )


def _less_proved(before: Records, after: Records) -> Iterable[str]:
    new = _proofs(after)
    yield from (item for key, item in _proofs(before).items() if key not in new)
    ends = _ends(after)
    for item, delivery in _ends(before).items():
        if delivery in LEVELS[3:] and ends.get(item) not in (*LEVELS[3:], "stopped"):
            yield item


def _stopped(before: Records, after: Records) -> Iterable[str]:
    old, new = _ends(before), _ends(after)
    for item in {**old, **new}:
        if (old.get(item) == "stopped") != (new.get(item) == "stopped"):
            yield item


def _gone(before: Records, after: Records) -> Iterable[str]:
    for table in ("commitments", "milestones"):
        there = {row.ident for row in after.rows(table)}
        yield from (row.ident for row in before.rows(table) if row.ident not in there)


def _asked_for(before: Records, after: Records) -> Iterable[str]:
    """Requests that nobody decided, and that are not there any more, or ask for something else."""
    new = {r.id: r for r in after.date_requests}
    for row in before.date_requests:
        if row.decision in ("", "pending"):
            now = new.get(row.id)
            asked = (row.commitment, row.milestone, str(row.new_date), row.asked_by)
            if now is None or asked != (now.commitment, now.milestone, str(now.new_date), now.asked_by):
                yield row.id


def _other_terms(what: str) -> Callable[[Records, Records], Iterable[str]]:
    """Commitments and milestones with another owner or acceptance test; who had none gets a first one."""

    def found(before: Records, after: Records) -> Iterable[str]:
        for table in ("commitments", "milestones"):
            new = {row.ident: getattr(row, what) for row in after.rows(table)}
            for row in before.rows(table):
                old = getattr(row, what)
                if old and row.ident in new and new[row.ident] != old:
                    yield row.ident

    return found


def _other_effects(before: Records, after: Records) -> Iterable[str]:
    """Commitments whose effects are others; a promise that had none gets its first ones."""
    old, new = _effects(before), _effects(after)
    there = {c.id for c in after.commitments}
    yield from (item for item, rows in old.items() if item in there and new.get(item) != rows)


def _other_parameters(before: Records, after: Records) -> Iterable[str]:
    old, new = ({_said(row): row.id for row in records.params} for records in (before, after))
    yield from (ident for cells, ident in {**old, **new}.items() if (cells in old) != (cells in new))
    for name, value in before.settings:
        if name not in _WORDS and getattr(after.settings, name) != value:
            yield name


Outcome = tuple[Callable[[Records, Records], Iterable[str]], str]
OUTCOMES: tuple[Outcome, ...] = (
    (_less_proved, "This would take away or weaken what proves that {item} is delivered"),
    (_stopped, "This would stop {item}, or take it up again"),
    (_gone, "This would take {item} out of the register"),
    (_asked_for, "This would take away or change the request {item}, which nobody has decided"),
    (_other_terms("acceptance_test"), "This would change the acceptance test of {item}"),
    (_other_terms("owed_by"), "This would change who owes {item}"),
    (_other_effects, "This would change the effects of {item}, and with them what it is worth"),
    (_other_parameters, "This would change the parameter {item}, and with it what promises are worth"),
)


def _dates(records: Records) -> dict[str, tuple[Key, ...]]:
    requests = {r.id: r for r in records.date_requests}
    granted = {r.id for r in records.date_requests if r.decision == "granted"}
    items: dict[str, list[DateChange]] = {}
    for change in records.date_changes:
        items.setdefault(change.milestone or change.commitment, []).append(change)
    found: dict[str, tuple[Key, ...]] = {}
    for item, changes in items.items():
        rows = []
        for change in counted_dates(changes, granted, records.requests_since)[0]:
            request = requests.get(change.request) if change.request else None  # nosec B113 # rows by id
            # a grant whose day is moved is not known on the days between
            rows.append(
                (
                    str(change.announced_on),
                    str(change.promised_for),
                    str(request.decided_on if request else None),
                )
            )
        found[item] = tuple(rows)
    return found


def _proofs(records: Records) -> dict[Key, str]:
    tests = acceptance_tests(records)
    effect, outside = proofs(records.evidence, records.policy)
    found: dict[Key, str] = {}
    for report in (*effect, *outside):
        item = report.milestone or report.commitment
        test = tests.get(item, "") or tests.get(report.commitment, "")
        found[(item, test, *(str(v) for k, v in report.model_dump().items() if k not in _FREE))] = item
    return found


def _ends(records: Records) -> Mapping[str, Delivery]:
    """How far each commitment or milestone is of which a report says that it ended, whenever that was."""
    closing: dict[str, list[Any]] = {}
    for report in records.evidence:
        if report.shows in _CLOSING:
            closing.setdefault(report.milestone or report.commitment, []).append(report)
    since, policy = records.requests_since, records.policy
    return {
        item: StatusCase(reports, [], (), set(), set(), since, policy, dt.date.max).delivery.gives
        for item, reports in closing.items()
    }


def _effects(records: Records) -> dict[str, frozenset[Key]]:
    found: dict[str, set[Key]] = {}
    for row in records.effects:
        found.setdefault(row.commitment, set()).add(_said(row))
    return {item: frozenset(rows) for item, rows in found.items()}


def _said(row: Row) -> Key:
    """What a row says, without its own name and where that is known from."""
    free = ("id", "note", "source", "basis", "line")
    return tuple(str(v) for k, v in row.model_dump().items() if k not in free)
