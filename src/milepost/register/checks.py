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
                yield _at(records, row, column, f"a {row.of} without its {column}", f"Name the {column}")
        if list(row.days) != sorted(row.days):
            message = f"the days of {row.id} do not follow one another"
            yield _at(
                records, row, "days", message, "Write them from the earliest to the latest, as ISO dates"
            )
        if row.by_day.last <= row.made_on.last:
            message = f"{row.id} is about a day before it was made"
            yield _at(records, row, "by_day", message, "Write a later day")


def texts_translate_what_is_there(records: Records) -> Iterator[Finding]:
    """A text without its row, or in the language that the row has already, is read by nobody."""
    ids = {table: by_ident(records.rows(table)) for table in TRANSLATED if table != "programme"}
    for row in records.texts:
        if row.of_table not in TRANSLATED:
            known = ", ".join(TRANSLATED)
            message, remedy, column = (
                f"no text of '{row.of_table}' is translated",
                f"Name one of {known}",
                "of_table",
            )
        elif row.column not in TRANSLATED[row.of_table]:
            known = ", ".join(TRANSLATED[row.of_table])
            message = f"'{row.column}' of {row.of_table} is not translated"
            remedy, column = f"Name one of {known}", "column"
        elif row.of_table == "programme" and row.row != PROGRAMME:
            message, remedy, column = f"the settings are no row '{row.row}'", f"Write {PROGRAMME}", "row"
        elif row.of_table != "programme" and not (
            row.row in ids[row.of_table] or records.may_have(row.of_table, row.row)
        ):
            message = f"there is no '{row.row}' in {records.file(row.of_table)}"
            remedy, column = "Correct the id, or delete the text", "row"
        elif row.language == records.settings.language:
            message = f"the tables are written in '{row.language}' themselves"
            remedy, column = "Change the row of the table, or language in programme.toml", "language"
        else:
            continue
        yield _at(records, row, column, message, remedy)


def _at(records: Records, row: Row, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


def every_commitment_has_an_owner(records: Records) -> Iterator[Finding]:
    """A promise that nobody owes cannot be followed up."""
    for row in records.commitments:
        if not row.owed_by:
            yield _at(
                records, row, "owed_by", f"{row.id} is owed by nobody", "Name the parties that promised it"
            )


def no_dependency_runs_in_a_circle(records: Records) -> Iterator[Finding]:
    """If A waits for B and B for A, neither can ever come."""
    rows: dict[tuple[str, str], Row] = {}
    for row in records.dependencies:
        rows.setdefault((row.predecessor, row.successor), row)
    while circle := _circle(rows):
        message = f"dependencies run in a circle: {' → '.join(circle)}"
        closing = rows.pop((circle[-2], circle[-1]))  # without it, further circles come to light
        yield _at(records, closing, "successor", message, "Remove one of them")


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
            yield _at(records, row, "id", f"{row.id} repeats {seen[key]}", "Delete one of the two")
        seen.setdefault(key, row.id)


def no_promise_is_announced_after_its_date(records: Records) -> Iterator[Finding]:
    """A date announced after it has passed is a slip of the pen."""
    for row in records.date_changes:
        if row.announced_on and row.promised_for and row.announced_on.first > row.promised_for.last:
            message = f"announced on {row.announced_on} for {row.promised_for}, which had passed"
            yield _at(records, row, "announced_on", message, "Correct one of the two dates")


def every_promise_has_a_last_day(records: Records) -> Iterator[Finding]:
    """What is promised for after a day is never late, and a meeting before some day is on no calendar."""
    remedy = "Write the day, month or year by which it is due, or 'before' one"
    for row in records.date_changes:
        if row.promised_for and row.promised_for.bound == "after":
            yield _at(
                records, row, "promised_for", f"'{row.promised_for}' names no day by which it is due", remedy
            )
    for request in records.date_requests:
        if request.new_date.bound == "after":
            yield _at(
                records, request, "new_date", f"'{request.new_date}' names no day by which it is due", remedy
            )
    for meeting in records.meetings:
        if meeting.date and meeting.date.bound:
            yield _at(
                records,
                meeting,
                "date",
                f"'{meeting.date}' is no date of a meeting",
                "Write its day or month, or leave it empty",
            )


def every_attendance_is_of_one_who_sits_or_observes(records: Records) -> Iterator[Finding]:
    """Who does not sit in a meeting can only have observed it."""
    seats = {m.id: m.parties for m in records.meetings}
    for row in records.attendance:
        sits = seats.get(row.meeting, ())
        if sits and row.party not in sits and row.presence != "observer":
            message = f"{row.party} does not sit in {row.meeting}"
            yield _at(records, row, "presence", message, "Write observer, or add it to the meeting's parties")


def no_restriction_ends_before_it_starts(records: Records) -> Iterator[Finding]:
    """Nothing can end before it starts."""
    for row in records.restrictions:
        if row.ends and row.ends.last < row.starts.first:
            yield _at(
                records,
                row,
                "ends",
                f"ends {row.ends}, before it starts {row.starts}",
                "Correct one of the two",
            )


def the_horizon_lies_ahead(records: Records) -> Iterator[Finding]:
    """Value is counted from the base date to the horizon."""
    settings = records.settings
    if settings.horizon <= settings.base_date:
        message = f"the horizon {settings.horizon} is not after the base date {settings.base_date}"
        remedy = "Set a horizon some decades ahead"
        yield Finding("programme", "programme.toml", 0, "", message, remedy, "horizon")


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
            yield _at(records, row, "party", f"a {row.kind} needs the party that made it", "Name the party")


def every_correction_says_when_it_became_known(records: Records) -> Iterator[Finding]:
    """A correction without the day it became known would rewrite the past."""
    rows = {i.id: i for i in records.instruments}
    for row in records.instruments:
        if row.corrects and row.known_on is None:
            message = f"{row.id} corrects {row.corrects} and does not say since when that is known"
            yield _at(records, row, "known_on", message, "Fill in known_on")
        if row.corrects in rows and rows[row.corrects].agreement != row.agreement:
            message = f"{row.id} corrects {row.corrects}, an act towards another agreement"
            yield _at(records, row, "corrects", message, "Name a row of the same agreement")


def every_condition_of_force_can_be_met(records: Records) -> Iterator[Finding]:
    """Each condition of an entry into force has what it needs."""
    weights = {w.weights for w in records.force_weights}
    for c in records.force_conditions:
        if c.condition in ("count", "share", "weight") and c.at_least is None:
            yield _at(
                records,
                c,
                "at_least",
                f"a condition of kind {c.condition} needs a number",
                "Fill in at_least",
            )
        if c.condition == "share" and c.base is None:
            yield _at(
                records,
                c,
                "base",
                "a share needs its frozen base",
                "Fill in base: how many parties it is a share of",
            )
        if c.condition == "share" and c.at_least is not None and c.at_least > 1:
            yield _at(
                records,
                c,
                "at_least",
                f"a share of {c.at_least:g} can never be reached",
                "Write a share from 0 to 1",
            )
        if c.condition == "weight" and c.weights not in weights and records.whole("force_weights"):
            message = f"there is no table of weights '{c.weights}' in force_weights"
            yield _at(records, c, "weights", message, "Add its rows, or correct the name")
        if c.condition == "all of" and not c.among:
            yield _at(
                records, c, "among", "'all of' needs the parties that must act", "Name them, separated by ;"
            )


def every_rule_of_force_can_be_computed(records: Records) -> Iterator[Finding]:
    """A rule has conditions, stands alone for its agreement, and counts acts that there are."""
    have = {c.rule for c in records.force_conditions}
    kinds = set(get_args(Instrument.model_fields["kind"].annotation))
    seen: dict[tuple[str, str], str] = {}
    for row in records.force_rules:
        if row.applies == "agreement" and row.id not in have and records.whole("force_conditions"):
            yield _at(records, row, "id", f"{row.id} has no condition", "Add a row to force_conditions")
        first = seen.setdefault((row.agreement, row.applies), row.id)
        if first != row.id:
            yield _at(
                records,
                row,
                "agreement",
                f"{row.agreement} has the rule {first} already",
                "Delete one of the two",
            )
        for kind in row.kinds:
            if kind not in kinds:
                yield _at(
                    records,
                    row,
                    "kinds",
                    f"'{kind}' is not a kind of act",
                    f"Known: {', '.join(sorted(kinds))}",
                )


def every_wait_for_force_can_be_counted(records: Records) -> Iterator[Finding]:
    """A wait after a trigger has a unit that its convention counts, and ends on the calendar."""
    for row in records.force_rules:
        if counts_days_as_months(wait := Offset(row.offset, row.offset_unit, row.convention)):
            message = f"{row.offset} days cannot be counted as {row.convention}"
            yield _at(
                records, row, "offset_unit", message, "Give the wait in months or years, or count it in days"
            )
        if wait.n / _IN_A_YEAR[wait.unit] > _LONGEST_YEARS:
            message = f"a wait of {row.offset:,} {row.offset_unit}s leaves the calendar"
            yield _at(
                records,
                row,
                "offset",
                message,
                f"Give the wait of the agreement, at most {_LONGEST_YEARS} years",
            )
        if row.offset and row.convention == "same_day":
            message = f"a wait of {row.offset} {row.offset_unit}s cannot end on the same day"
            yield _at(records, row, "convention", message, "Name the counting convention of the agreement")


def every_milestone_belongs_to_what_names_it(records: Records) -> Iterator[Finding]:
    """A date or report about a milestone is about its commitment."""
    parent = {m.id: m.commitment for m in records.milestones}
    tables = (records.date_changes, records.evidence, records.date_requests)
    for row in (row for rows in tables for row in _about_milestones(rows)):
        if parent.get(row.milestone, row.commitment) != row.commitment:
            message = f"{row.milestone} is a milestone of {parent[row.milestone]}, not of {row.commitment}"
            yield _at(records, row, "milestone", message, "Correct one of the two")


def every_request_follows_the_policy(records: Records) -> Iterator[Finding]:
    """A request has a reason code, its ordinal, and a decision with day and body once it is decided."""
    seen: dict[tuple[str, str, int], str] = {}
    for row in records.date_requests:
        if row.reason not in records.policy.reasons:
            known = ", ".join(records.policy.reasons)
            yield _at(
                records, row, "reason", f"'{row.reason}' is no reason code", f"Known in the policy: {known}"
            )
        first = seen.setdefault((row.commitment, row.milestone, row.ordinal), row.id)
        if first != row.id:
            message = f"{first} is request number {row.ordinal} for this date already"
            yield _at(records, row, "ordinal", message, "Number the requests 1, 2, 3 ...")
        decided = row.decision in ("granted", "refused")
        if decided and (row.decided_on is None or not row.decided_by):
            yield _at(
                records,
                row,
                "decision",
                f"{row.decision} by nobody or on no day",
                "Fill in decided_on and decided_by",
            )
        if row.decided_on and row.decided_on.last < row.asked_on.first:
            message = f"decided on {row.decided_on}, before it was asked on {row.asked_on}"
            yield _at(records, row, "decided_on", message, "Correct one of the two dates")


def every_date_by_request_was_granted(records: Records) -> Iterator[Finding]:
    """A date that names a request has the date that was granted."""
    requests = {r.id: r for r in records.date_requests}
    for row in records.date_changes:
        request = requests.get(row.request)  # nosec B113 # rows by their id, not the library
        if request is None:
            continue
        if request.decision != "granted":
            message = f"the request {request.id} is {request.decision}, so it moves no date"
            yield _at(records, row, "request", message, "Remove the row, or record the decision")
        elif row.promised_for != request.new_date or (row.commitment, row.milestone) != (
            request.commitment,
            request.milestone,
        ):
            message = (
                f"the request {request.id} granted {request.new_date} for "
                f"{request.milestone or request.commitment}"
            )
            yield _at(records, row, "promised_for", message, "Write what was granted")


def every_three_points_are_in_order(records: Records) -> Iterator[Finding]:
    """The shortest is not longer than the likely, the likely not longer than the longest; one estimate a
    commitment."""
    seen: dict[str, str] = {}
    for row in records.durations:
        if not row.low_days <= row.likely_days <= row.high_days:
            points = f"{row.low_days:g}, {row.likely_days:g}, {row.high_days:g}"
            yield _at(
                records, row, "likely_days", f"the three points {points} are not in order", "Order them"
            )
        if row.shape == "normal" and row.high_days == row.low_days:
            yield _at(
                records,
                row,
                "shape",
                "a normal duration needs a low below its high",
                "Use triangular for a fixed one",
            )
        if row.shape == "log-normal" and row.low_days <= 0:
            message = "a log-normal duration needs a low above 0"
            yield _at(records, row, "low_days", message, "Give a short one, or use beta-pert")
        if row.high_days > _LONGEST_DAYS:
            message = f"{row.high_days:,.6g} days leave the calendar"
            yield _at(
                records, row, "high_days", message, f"Give the duration in days, at most {_LONGEST_DAYS:,}"
            )
        first = seen.setdefault(row.commitment, row.id)
        if first != row.id:
            yield _at(
                records,
                row,
                "commitment",
                f"{row.commitment} is estimated by {first} already",
                "Delete one of the two",
            )
    for driver in records.drivers:
        if not driver.low_factor <= driver.likely_factor <= driver.high_factor:
            points = f"{driver.low_factor:g}, {driver.likely_factor:g}, {driver.high_factor:g}"
            yield _at(
                records, driver, "likely_factor", f"the three points {points} are not in order", "Order them"
            )
        if driver.high_factor > _LARGEST_FACTOR:
            message = f"nothing is stretched {driver.high_factor:,.6g} times"
            yield _at(records, driver, "high_factor", message, f"Give a factor, at most {_LARGEST_FACTOR:,}")
    for link in records.dependencies:
        if abs(link.lag_days) > _LONGEST_DAYS:
            message = f"a lag of {link.lag_days:,.6g} days leaves the calendar"
            yield _at(records, link, "lag_days", message, f"Give the lag in days, at most {_LONGEST_DAYS:,}")


def every_calendar_of_working_days_is_known(records: Records) -> Iterator[Finding]:
    """Working days are counted by a country's own weekend and holidays."""
    asked = {row.calendar for row in records.durations if row.calendar}
    unknown = {name for name in asked if not has_calendar(name)}
    for row in records.durations:
        if row.calendar in unknown:
            message = f"no calendar of working days is known for '{row.calendar}'"
            remedy = "Write the ISO code of a country, such as IRN, or leave it empty"
            yield replace(
                _at(records, row, "calendar", message, remedy), needed_for="values"
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
            yield _at(records, row, "disputes", f"{row.id} disputes itself", "Name the other report")
        elif row.disputes in rows and rows[row.disputes].commitment != row.commitment:
            message = f"{row.disputes} is about {rows[row.disputes].commitment}, not {row.commitment}"
            yield _at(records, row, "disputes", message, "Name a report about the same commitment")


def no_report_comes_from_the_future(records: Records) -> Iterator[Finding]:
    """A report dated after today is a slip of the pen. After the base date is fine: follow-up goes on."""
    latest = max(dt.date.today(), records.settings.base_date)
    if _last_reported(records.evidence) <= latest:
        return
    for row in records.evidence:
        if row.reported_on and row.reported_on.first > latest:
            message = f"reported on {row.reported_on}, which is still to come"
            yield _at(records, row, "reported_on", message, "Correct the date of the report")


def no_state_ends_before_it_begins(records: Records) -> Iterator[Finding]:
    """Nothing can end before it starts."""
    for row in records.parties:
        if row.existed_from and row.existed_until and row.existed_until.last < row.existed_from.first:
            message = f"{row.id} ends {row.existed_until}, before it begins {row.existed_from}"
            yield _at(records, row, "existed_until", message, "Correct one of the two")


def every_address_can_be_written_to(records: Records) -> Iterator[Finding]:
    """An address of a reminder has a name, an @ and a host, and no blanks."""
    for row in records.contacts:
        if row.email and not re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", row.email):
            yield _at(
                records,
                row,
                "email",
                f"'{row.email[:60]}' is no e-mail address",
                "Write it as office@ministry.example",
            )


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
