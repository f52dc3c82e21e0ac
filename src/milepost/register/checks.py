"""Rules about the register. Each is one generator function named as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from milepost.errors import Finding
from milepost.records import Records, Row

Rule = Callable[[Records], Iterator[Finding]]


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return tuple(finding for rule in RULES for finding in rule(records))


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def every_commitment_has_an_owner(records: Records) -> Iterator[Finding]:
    """A promise that nobody owes cannot be followed up."""
    for row in records.commitments:
        if not row.owed_by:
            yield _at(records, row, "owed_by", f"{row.id} is owed by nobody", "Name the parties that promised it")


def no_dependency_runs_in_a_circle(records: Records) -> Iterator[Finding]:
    """If A waits for B and B for A, neither can ever come."""
    after: dict[str, list[str]] = {}
    for row in records.dependencies:
        after.setdefault(row.predecessor, []).append(row.successor)
    state: dict[str, int] = {}
    for start in after:
        path: list[str] = []
        stack = [(start, iter(after.get(start, ())))] if state.get(start, 0) == 0 else []
        if stack:
            state[start] = 1
            path.append(start)
        while stack:
            name, successors = stack[-1]
            following = next(successors, None)
            if following is None:
                stack.pop()
                path.pop()
                state[name] = 2
            elif state.get(following, 0) == 0:
                state[following] = 1
                path.append(following)
                stack.append((following, iter(after.get(following, ()))))
            elif state[following] == 1:
                circle = [*path[path.index(following) :], following]
                row = next(r for r in records.dependencies if (r.predecessor, r.successor) == (name, following))
                message = f"dependencies run in a circle: {' → '.join(circle)}"
                yield _at(records, row, "successor", message, "Remove one of them")


def no_dependency_stands_twice(records: Records) -> Iterator[Finding]:
    """The same pair twice is one dependency too many."""
    seen: dict[tuple[str, str, str], str] = {}
    for row in records.dependencies:
        key = (row.predecessor, row.successor, row.kind)
        if key in seen:
            yield _at(records, row, "id", f"{row.id} repeats {seen[key]}", "Delete one of the two")
        seen.setdefault(key, row.id)


def no_promise_is_announced_after_its_date(records: Records) -> Iterator[Finding]:
    """A date announced after it has passed is a slip of the pen."""
    for row in records.date_changes:
        if row.announced_on and row.promised_for and row.announced_on.first > row.promised_for.last:
            message = f"announced on {row.announced_on} for {row.promised_for}, which had passed"
            yield _at(records, row, "announced_on", message, "Correct one of the two dates")


def no_restriction_ends_before_it_starts(records: Records) -> Iterator[Finding]:
    """Nothing can end before it starts."""
    for row in records.restrictions:
        if row.ends and row.ends.last < row.starts.first:
            yield _at(records, row, "ends", f"ends {row.ends}, before it starts {row.starts}", "Correct one of the two")


def the_horizon_lies_ahead(records: Records) -> Iterator[Finding]:
    """Value is counted from the base date to the horizon."""
    settings = records.settings
    if settings.horizon <= settings.base_date:
        message = f"the horizon {settings.horizon} is not after the base date {settings.base_date}"
        remedy = "Set a horizon some decades ahead"
        yield Finding("programme", "programme.toml", 0, "", message, remedy, "horizon")


RULES: tuple[Rule, ...] = (
    every_commitment_has_an_owner,
    no_dependency_runs_in_a_circle,
    no_dependency_stands_twice,
    no_promise_is_announced_after_its_date,
    no_restriction_ends_before_it_starts,
    the_horizon_lies_ahead,
)
