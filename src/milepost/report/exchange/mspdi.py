"""The follow-up as a plan of Microsoft Project in its XML (MSPDI), which most other planners read.

A commitment is a task of the first level, its milestones are tasks below it. Every promised date is a
baseline, in the order of announcement (the format has room for eleven); the date that holds is the finish
and the deadline. Tasks are scheduled by hand, so that no planner moves a promise. The field Text1 holds the
id of the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from milepost.records import Commitment, DateChange, Evidence, Milestone, Records
from milepost.register.status import Status, milestone_status
from milepost.report.exchange.texts import clean

NAMESPACE = "http://schemas.microsoft.com/project"
ALIAS, _FIELD = "milepost id", "188743731"  # Text1 of tasks
_KINDS = {"FF": "0", "FS": "1", "SF": "2", "SS": "3"}
_BASELINES = 11
_ELAPSED_DAYS, _TENTHS_A_DAY = "8", 14_400  # a lag counts in tenths of minutes
_MORNING, _EVENING, _HOURS = "T09:00:00", "T17:00:00", 8


@dataclass(frozen=True)
class _Task:
    """One task: its row, where it stands, and its state."""

    uid: int
    level: int
    number: str
    row: Commitment | Milestone
    state: Status
    start: dt.date | None
    dates: tuple[dt.date, ...]


def mspdi(records: Records, statuses: tuple[Status, ...], *, on: dt.date) -> tuple[bytes, tuple[str, ...]]:
    """The plan as XML, and notes on what it cannot carry. What was announced or reported after the day
    ``on`` is left out."""
    tasks = _tasks(records, statuses, on)
    root = etree.Element("Project", nsmap={None: NAMESPACE})
    moment = f"{on.isoformat()}{_EVENING}"
    title = records.settings.title
    head = {
        "SaveVersion": "14",
        "Name": f"{title}.xml",
        "Title": title,
        "CreationDate": moment,
        "LastSaved": moment,
        "ScheduleFromStart": "1",
        "StartDate": f"{min((t.start for t in tasks if t.start), default=on).isoformat()}{_MORNING}",
        "CalendarUID": "1",
        "MinutesPerDay": str(60 * _HOURS),
        "MinutesPerWeek": str(300 * _HOURS),
        "DaysPerMonth": "20",
        "CurrentDate": moment,
        "StatusDate": moment,
        "NewTasksAreManual": "1",
    }
    for name, text in head.items():
        _add(root, name, text)
    field = _add(_add(root, "ExtendedAttributes"), "ExtendedAttribute")
    for name, text in (("FieldID", _FIELD), ("FieldName", "Text1"), ("Alias", ALIAS)):
        _add(field, name, text)
    _calendar(root)
    inside, uids = _add(root, "Tasks"), {t.row.id: t.uid for t in tasks if isinstance(t.row, Commitment)}
    for task in tasks:
        _task(inside, records, task, uids)
    _owners(root, records, tasks)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)), _notes(
        records, tasks, on
    )


def _notes(records: Records, tasks: Sequence[_Task], on: dt.date) -> tuple[str, ...]:
    found = ["agreements, reports, costs and the network have no place in a plan"]
    if records.texts:
        found.append("texts in further languages are left out: a plan has one language")
    more = sum(len(t.dates) > _BASELINES for t in tasks)
    if more:
        found.append(f"{more} tasks have more than {_BASELINES} promised dates; the last ones are left out")
    later = sum(d.announced_on is not None and d.announced_on.known_from > on for d in records.date_changes)
    if later:
        found.append(f"{later} dates are announced later than {on} and left out; --on takes another day")
    if any(t.state.latest_promised is None for t in tasks):
        found.append("tasks without a promised date have no dates")
    return tuple(found)


def _tasks(records: Records, statuses: tuple[Status, ...], on: dt.date) -> list[_Task]:
    state = {s.commitment: s for s in statuses}
    steps = {s.milestone: s for s in milestone_status(records, on)} if records.milestones else {}
    found: list[_Task] = []
    for n, c in enumerate(records.commitments, start=1):
        found.append(_made(records, c, "", state[c.id], (len(found) + 1, 1, str(n)), on))
        mine = [m for m in records.milestones if m.commitment == c.id and m.id in steps]
        for k, m in enumerate(mine, start=1):
            found.append(_made(records, m, m.id, steps[m.id], (len(found) + 1, 2, f"{n}.{k}"), on))
    return found


def _made(
    records: Records,
    row: Commitment | Milestone,
    milestone: str,
    state: Status,
    where: tuple[int, int, str],
    on: dt.date,
) -> _Task:
    commitment = row.commitment if isinstance(row, Milestone) else row.id
    dates = sorted(
        (
            d
            for d in records.date_changes
            if d.commitment == commitment and d.milestone == milestone and _known(d, on)
        ),
        key=lambda d: d.announced_on.last if d.announced_on else dt.date.min,
    )
    begun = [
        (e.happened_on or e.reported_on)
        for e in records.evidence
        if e.commitment == commitment and e.milestone == milestone and e.shows == "started" and _told(e, on)
    ]
    start = min((d.known_from for d in begun if d and d.known_from <= on), default=None)
    days = tuple(dict.fromkeys(d.promised_for.last for d in dates if d.promised_for))
    return _Task(*where, row, state, start, days)


def _known(d: DateChange, on: dt.date) -> bool:
    return d.promised_for is not None and (d.announced_on is None or d.announced_on.known_from <= on)


def _told(e: Evidence, on: dt.date) -> bool:
    return e.reported_on is None or e.reported_on.known_from <= on


def _task(parent: Any, records: Records, t: _Task, uids: dict[str, int]) -> None:
    """One task; its elements in the order of the format."""
    s = t.state
    promised = s.latest_promised.last if s.latest_promised else None
    finish = (s.delivered_on if s.done else None) or promised
    start = min(t.start, finish) if t.start and finish else finish
    hours = _HOURS * _working_days(start, finish) if start and finish and start != finish else 0
    table = "commitments" if isinstance(t.row, Commitment) else "milestones"
    facts = {
        "UID": str(t.uid),
        "ID": str(t.uid),
        "Name": t.row.title or t.row.id,
        "Active": "1",
        "Manual": "1",
        "Type": "1",
        "IsNull": "0",
        "WBS": t.number,
        "OutlineNumber": t.number,
        "OutlineLevel": str(t.level),
        "Start": f"{start.isoformat()}{_MORNING if hours else _EVENING}" if start else "",
        "Finish": f"{finish.isoformat()}{_EVENING}" if finish else "",
        "Duration": f"PT{hours}H0M0S" if finish else "",
        "DurationFormat": "7" if finish else "",
        "Milestone": "0" if hours else "1",
        "PercentComplete": "100" if s.done else "0",
        "ActualStart": f"{t.start.isoformat()}{_MORNING}" if t.start else "",
        "ActualFinish": f"{s.delivered_on.isoformat()}{_EVENING}" if s.done and s.delivered_on else "",
        "Deadline": f"{promised.isoformat()}{_EVENING}" if promised else "",
        "Notes": t.row.text if isinstance(t.row, Commitment) else "",
    }
    element = _add(parent, "Task")
    for name, text in facts.items():
        if text:
            _add(element, name, text)
    if isinstance(t.row, Commitment):
        _predecessors(element, records, t.row.id, uids)
    field = _add(element, "ExtendedAttribute")
    _add(field, "FieldID", _FIELD)
    _add(field, "Value", f"{table}/{t.row.id}")
    for n, day in enumerate(t.dates[:_BASELINES]):
        baseline = _add(element, "Baseline")
        for name, text in (("Number", str(n)), ("Finish", f"{day.isoformat()}{_EVENING}")):
            _add(baseline, name, text)


def _predecessors(element: Any, records: Records, commitment: str, uids: dict[str, int]) -> None:
    for d in records.dependencies:
        if d.successor == commitment and d.predecessor in uids:
            link = _add(element, "PredecessorLink")
            facts = {
                "PredecessorUID": str(uids[d.predecessor]),
                "Type": _KINDS[d.kind],
                "CrossProject": "0",
                "LinkLag": str(round(d.lag_days * _TENTHS_A_DAY)),
                "LagFormat": _ELAPSED_DAYS,
            }
            for name, text in facts.items():
                _add(link, name, text)


def _owners(root: Any, records: Records, tasks: Sequence[_Task]) -> None:
    """Parties as resources, and who is on which task."""
    owed = dict.fromkeys(p for t in tasks for p in t.row.owed_by)
    names = {p.id: p.name for p in records.parties}
    uids = {party: n for n, party in enumerate(owed, start=1)}
    resources, assignments = _add(root, "Resources"), _add(root, "Assignments")
    for party, uid in uids.items():
        resource = _add(resources, "Resource")
        facts = {
            "UID": str(uid),
            "ID": str(uid),
            "Name": names.get(party) or party,
            "Type": "1",
            "Code": party,
        }
        for name, text in facts.items():
            _add(resource, name, text)
    pairs = [(t.uid, uids[p]) for t in tasks for p in dict.fromkeys(t.row.owed_by)]
    for n, (task, uid) in enumerate(pairs, start=1):
        assignment = _add(assignments, "Assignment")
        for name, number in (("UID", n), ("TaskUID", task), ("ResourceUID", uid)):
            _add(assignment, name, str(number))


def _calendar(root: Any) -> None:
    """Monday to Friday, eight hours: what the format asks of a plan."""
    calendar = _add(_add(root, "Calendars"), "Calendar")
    for name, text in (
        ("UID", "1"),
        ("Name", "Standard"),
        ("IsBaseCalendar", "1"),
        ("BaseCalendarUID", "-1"),
    ):
        _add(calendar, name, text)
    days = _add(calendar, "WeekDays")
    for n in range(1, 8):
        day = _add(days, "WeekDay")
        _add(day, "DayType", str(n))
        _add(day, "DayWorking", "1" if 1 < n < 7 else "0")
        if 1 < n < 7:
            time = _add(_add(day, "WorkingTimes"), "WorkingTime")
            _add(time, "FromTime", _MORNING[1:])
            _add(time, "ToTime", _EVENING[1:])


def _working_days(start: dt.date, finish: dt.date) -> int:
    """Days from Monday to Friday, both ends included; one at least."""
    weeks, rest = divmod((finish - start).days + 1, 7)
    return max(1, 5 * weeks + sum((start + dt.timedelta(days=i)).weekday() < 5 for i in range(rest)))


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        element.text = clean(text)
    return element
