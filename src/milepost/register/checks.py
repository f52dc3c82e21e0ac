"""Rules about the register. Each is one generator function named as a sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import get_args

from milepost.errors import FEW, Finding
from milepost.languages import LANGUAGES
from milepost.languages.said import told
from milepost.records import Evidence, Instrument, Records, Row
from milepost.records.kept import PerTable, Step, by_ident, where
from milepost.records.watched import Rule, found_by
from milepost.records.wording import PROGRAMME, TRANSLATED, lacking
from milepost.register.entry_rules import Offset, counts_days_as_months
from milepost.register.working_days import has_calendar

_IN_A_YEAR = {"day": 365.2425, "month": 12, "year": 1}
_LONGEST_YEARS, _LONGEST_DAYS = 100, 36_525  # nothing on record takes longer than a century
_LARGEST_FACTOR = 1_000


def findings(records: Records) -> tuple[Finding, ...]:
    """Everything that the rules find, rule by rule."""
    return found_by(RULES, records)


def remarks(records: Records) -> tuple[Finding, ...]:
    """What stops nothing: texts that a language lacks."""
    return tuple(every_language_has_its_texts(records))


def every_language_has_its_texts(records: Records) -> Iterator[Finding]:
    """A reader of a language that the register speaks should meet no text of another."""
    for lack in lacking(records):
        few = ", ".join(lack.rows[:FEW]) + (
            f" and {len(lack.rows) - FEW} more" if len(lack.rows) > FEW else ""
        )
        message = (
            f"{LANGUAGES[lack.language]} lacks {lack.column} of {len(lack.rows)} of {lack.of} rows: {few}"
        )
        yield Finding(
            lack.table,
            records.file(lack.table),
            0,
            lack.rows[0],
            message,
            f"Add rows to texts.csv (language {lack.language}); until then readers see "
            f"[{records.settings.language}]",
            lack.column,
            "nothing",
        )


def forecasts_say_what_they_are_about(records: Records) -> Iterator[Finding]:
    """A forecast of a delivery names its commitment, one of a ratification its agreement and party; its days
    come one after the other."""
    for row in records.forecasts:
        wants = ("commitment",) if row.of == "delivery" else ("agreement", "party")
        for column in wants:
            if not getattr(row, column):
                yield _at(records, row, column, "forecast-without", of=row.of, name=column)
        if list(row.days) != sorted(row.days):
            yield _at(records, row, "days", "forecast-days", id=row.id)
        if row.by_day.last <= row.made_on.last:
            yield _at(records, row, "by_day", "forecast-by-day", id=row.id)


def texts_translate_what_is_there(records: Records) -> Iterator[Finding]:
    """A text without its row, or in the language that the row has already, is read by nobody."""
    ids = {table: by_ident(records.rows(table)) for table in TRANSLATED if table != "programme"}
    for row in records.texts:
        if row.of_table not in TRANSLATED:
            known = ", ".join(TRANSLATED)
            column = "of_table"
            code, said = "text-table", {"table": row.of_table, "known": known}
        elif row.column not in TRANSLATED[row.of_table]:
            known = ", ".join(TRANSLATED[row.of_table])
            column = "column"
            code, said = "text-column", {"name": row.column, "table": row.of_table, "known": known}
        elif row.of_table == "programme" and row.row != PROGRAMME:
            column = "row"
            code, said = "text-settings", {"row_id": row.row, "programme": PROGRAMME}
        elif row.of_table != "programme" and not (
            row.row in ids[row.of_table] or records.may_have(row.of_table, row.row)
        ):
            column = "row"
            code, said = "text-row", {"row_id": row.row, "file": records.file(row.of_table)}
        elif row.language == records.settings.language:
            column = "language"
            code, said = "text-language", {"language": row.language}
        else:
            continue
        yield _at(records, row, column, code, **said)


def _at(records: Records, row: Row, column: str, code: str, **values: object) -> Finding:
    """A fault of a row: messages finding-``code`` and remedy-``code`` of the catalogue, filled with
    ``values``."""
    file = records.file(row.table)
    return Finding(row.table, file, row.line, row.ident, *told(code, **values), column)


def every_commitment_has_an_owner(records: Records) -> Iterator[Finding]:
    """A promise that nobody owes cannot be followed up."""
    for row in records.commitments:
        if not row.owed_by:
            yield _at(records, row, "owed_by", "owed-by-nobody", id=row.id)


def no_dependency_runs_in_a_circle(records: Records) -> Iterator[Finding]:
    """If A waits for B and B for A, neither can ever come."""
    rows: dict[tuple[str, str], Row] = {}
    for row in records.dependencies:
        rows.setdefault((row.predecessor, row.successor), row)
    while circle := _circle(rows):
        closing = rows.pop((circle[-2], circle[-1]))  # without it, further circles come to light
        yield _at(records, closing, "successor", "circle", circle=" → ".join(circle))


def _circle(edges: Iterable[tuple[str, str]]) -> list[str]:
    """One circle of a graph, from its first edge in their order back to where it began; empty if there is
    none."""
    before: dict[str, list[str]] = {}
    for predecessor, successor in edges:
        before.setdefault(predecessor, [])
        before.setdefault(successor, []).append(predecessor)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as fault:
        found: list[str] = fault.args[1][:-1]
        order = list(before)
        start = found.index(min(found, key=order.index))
        return [*found[start:], *found[:start], found[start]]
    return []


def no_dependency_stands_twice(records: Records) -> Iterator[Finding]:
    """The same pair twice is one dependency too many."""
    seen: dict[tuple[str, str, str], str] = {}
    for row in records.dependencies:
        key = (row.predecessor, row.successor, row.kind)
        if key in seen:
            yield _at(records, row, "id", "repeats", id=row.id, first=seen[key])
        seen.setdefault(key, row.id)


def no_promise_is_announced_after_its_date(records: Records) -> Iterator[Finding]:
    """A date announced after it has passed is a slip of the pen."""
    for row in records.date_changes:
        if row.announced_on and row.promised_for and row.announced_on.first > row.promised_for.last:
            yield _at(
                records,
                row,
                "announced_on",
                "announced-late",
                announced=row.announced_on,
                promised=row.promised_for,
            )


def every_promise_has_a_last_day(records: Records) -> Iterator[Finding]:
    """What is promised for after a day is never late, and a meeting before some day is on no calendar."""
    for row in records.date_changes:
        if row.promised_for and row.promised_for.bound == "after":
            yield _at(records, row, "promised_for", "no-last-day", date=row.promised_for)
    for request in records.date_requests:
        if request.new_date.bound == "after":
            yield _at(records, request, "new_date", "no-last-day", date=request.new_date)
    for meeting in records.meetings:
        if meeting.date and meeting.date.bound:
            yield _at(records, meeting, "date", "meeting-date", date=meeting.date)


def every_attendance_is_of_one_who_sits_or_observes(records: Records) -> Iterator[Finding]:
    """Who does not sit in a meeting can only have observed it."""
    seats = {m.id: m.parties for m in records.meetings}
    for row in records.attendance:
        sits = seats.get(row.meeting, ())
        if sits and row.party not in sits and row.presence != "observer":
            yield _at(records, row, "presence", "attendance", party=row.party, meeting=row.meeting)


def no_restriction_ends_before_it_starts(records: Records) -> Iterator[Finding]:
    """Nothing can end before it starts."""
    for row in records.restrictions:
        if row.ends and row.ends.last < row.starts.first:
            yield _at(records, row, "ends", "ends-before", ends=row.ends, starts=row.starts)


def the_horizon_lies_ahead(records: Records) -> Iterator[Finding]:
    """Value is counted from the base date to the horizon."""
    settings = records.settings
    if settings.horizon <= settings.base_date:
        sentences = told("horizon", horizon=settings.horizon, base=settings.base_date)
        yield Finding("programme", "programme.toml", 0, "", *sentences, "horizon")


def every_act_of_a_party_names_it(records: Records) -> Iterator[Finding]:
    """Only an act of all (an extension, a decision ...) may leave the party empty."""
    common = {
        "adoption",
        "entry into force",
        "suspension",
        "resumption",
        "extension",
        "termination",
        "supersession",
        "decision",
    }
    for row in records.instruments:
        if not row.party and row.kind not in common:
            yield _at(records, row, "party", "act-party", kind=row.kind)


def every_correction_says_when_it_became_known(records: Records) -> Iterator[Finding]:
    """A correction without the day it became known would rewrite the past."""
    rows = {i.id: i for i in records.instruments}
    for row in records.instruments:
        if row.corrects and row.known_on is None:
            yield _at(records, row, "known_on", "corrects-known", id=row.id, corrects=row.corrects)
        if row.corrects in rows and rows[row.corrects].agreement != row.agreement:
            yield _at(records, row, "corrects", "corrects-other", id=row.id, corrects=row.corrects)


def every_condition_of_force_can_be_met(records: Records) -> Iterator[Finding]:
    """Each condition of an entry into force has what it needs."""
    weights = {w.weights for w in records.force_weights}
    for c in records.force_conditions:
        if c.condition in ("count", "share", "weight") and c.at_least is None:
            yield _at(records, c, "at_least", "condition-number", condition=c.condition)
        if c.condition == "share" and c.base is None:
            yield _at(records, c, "base", "share-base")
        if c.condition == "share" and c.at_least is not None and c.at_least > 1:
            yield _at(records, c, "at_least", "share-too-large", share=f"{c.at_least:g}")
        if c.condition == "weight" and c.weights not in weights and records.whole("force_weights"):
            yield _at(records, c, "weights", "weights", weights=c.weights)
        if c.condition == "all of" and not c.among:
            yield _at(records, c, "among", "all-of")


def every_rule_of_force_can_be_computed(records: Records) -> Iterator[Finding]:
    """A rule has conditions, stands alone for its agreement, and counts acts that there are."""
    have = {c.rule for c in records.force_conditions}
    kinds = set(get_args(Instrument.model_fields["kind"].annotation))
    seen: dict[tuple[str, str], str] = {}
    for row in records.force_rules:
        if row.applies == "agreement" and row.id not in have and records.whole("force_conditions"):
            yield _at(records, row, "id", "rule-no-condition", id=row.id)
        first = seen.setdefault((row.agreement, row.applies), row.id)
        if first != row.id:
            yield _at(records, row, "agreement", "rule-twice", agreement=row.agreement, first=first)
        for kind in row.kinds:
            if kind not in kinds:
                yield _at(records, row, "kinds", "kind-of-act", kind=kind, known=", ".join(sorted(kinds)))


def every_wait_for_force_can_be_counted(records: Records) -> Iterator[Finding]:
    """A wait after a trigger has a unit that its convention counts, and ends on the calendar."""
    for row in records.force_rules:
        if counts_days_as_months(wait := Offset(row.offset, row.offset_unit, row.convention)):
            yield _at(
                records, row, "offset_unit", "wait-months", offset=row.offset, convention=row.convention
            )
        if wait.n / _IN_A_YEAR[wait.unit] > _LONGEST_YEARS:
            yield _at(
                records,
                row,
                "offset",
                "wait-long",
                offset=f"{row.offset:,}",
                unit=row.offset_unit,
                most=_LONGEST_YEARS,
            )
        if row.offset and row.convention == "same_day":
            yield _at(records, row, "convention", "wait-same-day", offset=row.offset, unit=row.offset_unit)


def every_milestone_belongs_to_what_names_it(records: Records) -> Iterator[Finding]:
    """A date or report about a milestone is about its commitment."""
    parent = {m.id: m.commitment for m in records.milestones}
    tables = (records.date_changes, records.evidence, records.date_requests)
    for row in (row for rows in tables for row in _about_milestones(rows)):
        if parent.get(row.milestone, row.commitment) != row.commitment:
            yield _at(
                records,
                row,
                "milestone",
                "milestone-other",
                milestone=row.milestone,
                of=parent[row.milestone],
                commitment=row.commitment,
            )


def every_request_follows_the_policy(records: Records) -> Iterator[Finding]:
    """A request has a reason code, its ordinal, and a decision with day and body once it is decided."""
    seen: dict[tuple[str, str, int], str] = {}
    for row in records.date_requests:
        if row.reason not in records.policy.reasons:
            known = ", ".join(records.policy.reasons)
            yield _at(records, row, "reason", "reason-code", reason=row.reason, known=known)
        first = seen.setdefault((row.commitment, row.milestone, row.ordinal), row.id)
        if first != row.id:
            yield _at(records, row, "ordinal", "request-number", first=first, ordinal=row.ordinal)
        decided = row.decision in ("granted", "refused")
        if decided and (row.decided_on is None or not row.decided_by):
            yield _at(records, row, "decision", "decided-by-nobody", decision=row.decision)
        if row.decided_on and row.decided_on.last < row.asked_on.first:
            yield _at(
                records, row, "decided_on", "decided-before", decided=row.decided_on, asked=row.asked_on
            )


def every_date_by_request_was_granted(records: Records) -> Iterator[Finding]:
    """A date that names a request has the date that was granted."""
    requests = {r.id: r for r in records.date_requests}
    for row in records.date_changes:
        request = requests.get(row.request)  # nosec B113 # rows by their id, not the library
        if request is None:
            continue
        if request.decision != "granted":
            yield _at(
                records, row, "request", "request-not-granted", request=request.id, decision=request.decision
            )
        elif row.promised_for != request.new_date or (row.commitment, row.milestone) != (
            request.commitment,
            request.milestone,
        ):
            yield _at(
                records,
                row,
                "promised_for",
                "request-other",
                request=request.id,
                date=request.new_date,
                what=request.milestone or request.commitment,
            )


def every_three_points_are_in_order(records: Records) -> Iterator[Finding]:
    """The shortest is not longer than the likely, the likely not longer than the longest; one estimate a
    commitment."""
    seen: dict[str, str] = {}
    for row in records.durations:
        if not row.low_days <= row.likely_days <= row.high_days:
            points = f"{row.low_days:g}, {row.likely_days:g}, {row.high_days:g}"
            yield _at(records, row, "likely_days", "points-order", points=points)
        if row.shape == "normal" and row.high_days == row.low_days:
            yield _at(records, row, "shape", "normal-fixed")
        if row.shape == "log-normal" and row.low_days <= 0:
            yield _at(records, row, "low_days", "lognormal-low")
        if row.high_days > _LONGEST_DAYS:
            yield _at(
                records,
                row,
                "high_days",
                "duration-long",
                days=f"{row.high_days:,.6g}",
                most=f"{_LONGEST_DAYS:,}",
            )
        first = seen.setdefault(row.commitment, row.id)
        if first != row.id:
            yield _at(records, row, "commitment", "estimated-twice", commitment=row.commitment, first=first)
    for driver in records.drivers:
        if not driver.low_factor <= driver.likely_factor <= driver.high_factor:
            points = f"{driver.low_factor:g}, {driver.likely_factor:g}, {driver.high_factor:g}"
            yield _at(records, driver, "likely_factor", "points-order", points=points)
        if driver.high_factor > _LARGEST_FACTOR:
            yield _at(
                records,
                driver,
                "high_factor",
                "factor-large",
                factor=f"{driver.high_factor:,.6g}",
                most=f"{_LARGEST_FACTOR:,}",
            )
    for link in records.dependencies:
        if abs(link.lag_days) > _LONGEST_DAYS:
            yield _at(
                records, link, "lag_days", "lag-long", days=f"{link.lag_days:,.6g}", most=f"{_LONGEST_DAYS:,}"
            )


def every_calendar_of_working_days_is_known(records: Records) -> Iterator[Finding]:
    """Working days are counted by a country's own weekend and holidays."""
    asked = {row.calendar for row in records.durations if row.calendar}
    unknown = {name for name in asked if not has_calendar(name)}
    for row in records.durations:
        if row.calendar in unknown:
            yield replace(
                _at(records, row, "calendar", "calendar", calendar=row.calendar),
                needed_for="values",
            )  # only draws read it


_disputing, _about_milestones = where(lambda row: row.disputes), where(lambda row: row.milestone)


def _last_of(rows: Iterable[Evidence], so_far: dt.date = dt.date.min) -> dt.date:
    return max((row.reported_on.first for row in rows if row.reported_on), default=so_far)


def _later(so_far: dt.date, step: Step) -> dt.date | None:
    return None if step.instead else max(so_far, _last_of(step.added))


_last_reported: PerTable[dt.date] = PerTable(_last_of, go_on=_later)


def no_report_disputes_itself(records: Records) -> Iterator[Finding]:
    """A report may contradict another report about the same commitment."""
    rows = by_ident(records.evidence)
    for row in _disputing(records.evidence):
        if row.disputes == row.id:
            yield _at(records, row, "disputes", "disputes-itself", id=row.id)
        elif row.disputes in rows and rows[row.disputes].commitment != row.commitment:
            yield _at(
                records,
                row,
                "disputes",
                "disputes-other",
                disputes=row.disputes,
                about=rows[row.disputes].commitment,
                commitment=row.commitment,
            )


def no_report_comes_from_the_future(records: Records) -> Iterator[Finding]:
    """A report dated after today is a slip of the pen. After the base date is fine: follow-up goes on."""
    latest = max(dt.date.today(), records.settings.base_date)
    if _last_reported(records.evidence) <= latest:
        return
    for row in records.evidence:
        if row.reported_on and row.reported_on.first > latest:
            yield _at(records, row, "reported_on", "future", date=row.reported_on)


def no_state_ends_before_it_begins(records: Records) -> Iterator[Finding]:
    """Nothing can end before it starts."""
    for row in records.parties:
        if row.existed_from and row.existed_until and row.existed_until.last < row.existed_from.first:
            yield _at(
                records,
                row,
                "existed_until",
                "state-ends",
                id=row.id,
                until=row.existed_until,
                since=row.existed_from,
            )


def every_address_can_be_written_to(records: Records) -> Iterator[Finding]:
    """An address of a reminder has a name, an @ and a host, and no blanks."""
    for row in records.contacts:
        if row.email and not re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", row.email):
            yield _at(records, row, "email", "email", email=row.email[:60])


RULES: tuple[Rule, ...] = (
    texts_translate_what_is_there,
    forecasts_say_what_they_are_about,
    every_commitment_has_an_owner,
    no_dependency_runs_in_a_circle,
    no_dependency_stands_twice,
    no_promise_is_announced_after_its_date,
    every_promise_has_a_last_day,
    no_restriction_ends_before_it_starts,
    the_horizon_lies_ahead,
    every_act_of_a_party_names_it,
    every_correction_says_when_it_became_known,
    every_condition_of_force_can_be_met,
    every_rule_of_force_can_be_computed,
    every_wait_for_force_can_be_counted,
    every_milestone_belongs_to_what_names_it,
    every_request_follows_the_policy,
    every_date_by_request_was_granted,
    every_three_points_are_in_order,
    every_calendar_of_working_days_is_known,
    no_report_disputes_itself,
    no_report_comes_from_the_future,
    no_state_ends_before_it_begins,
    every_address_can_be_written_to,
)
