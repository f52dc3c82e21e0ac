"""Due dates, last days to ask, and meetings as a calendar (RFC 5545): all-day events with stable ids.

An event keeps its id whatever it is called: it hangs on the key of the programme and the id of the row.
``SEQUENCE`` rises with each re-dating, and with each change of the row that the audit chain holds, so that a
calendar which subscribed moves the event instead of adding one; what was stopped or withdrawn is
``CANCELLED``, and so are the open milestones of what is closed and meetings that were called off. A meeting
known to the month covers the month. Feeds are read every 8 to 24 hours by most calendars: what is urgent goes
by mail, and the events carry alarms on the last days of the policy's reminders.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.errors import one_of
from milepost.files import write_whole
from milepost.languages import Language
from milepost.late import Late
from milepost.programme import Programme
from milepost.records import Meeting, Records
from milepost.register.status import Status
from milepost.report.row_history import RowHistory
from milepost.results import Made

_icalendar = Late("icalendar")

ALARM_DAYS = 30  # an alarm rings on those reminder days of the policy that lie this close before the day


@dataclass(frozen=True)
class _Entry:
    """One event: what it is about, its first and last day, its step, words, and days before it on which an
    alarm rings."""

    uid: str
    first: dt.date
    last: dt.date
    sequence: int
    summary: str
    text: str
    cancelled: bool = False
    alarms: tuple[int, ...] = ()


def calendar(
    programme: Programme, *, party: str = "", body: str = "", language: str = "en", on: dt.date | None = None
) -> bytes:
    """The calendar of a programme, of one party or of one body, as known on a day (default: its own).

    Raises ``WrongUse`` for an unknown party, body or language.
    """
    say = Language(language)
    meant = {m.body: n for n, m in enumerate(programme.records.meetings)}
    if body and body not in meant:
        raise one_of("body", body, sorted(meant))
    programme = programme.in_language(language)
    records = programme.sound()
    bodies = frozenset((body, records.meetings[meant[body]].body)) if body else frozenset()
    body = records.meetings[meant[body]].body if body else ""
    day = on or programme.day
    party = programme.known_party(party)
    names = {p.id: p.name for p in records.parties}
    whose = body or (say.country(party, names[party]) if party else say.say("brief-all"))
    made = _icalendar.Calendar()
    made.add("prodid", "-//milepost//register//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add(
        "x-wr-calname", _flat(say.say("event-calendar", programme=programme.settings.title, whose=whose))
    )
    made.add("refresh-interval", dt.timedelta(hours=12), parameters={"VALUE": "DURATION"})
    stamp = dt.datetime.combine(day, dt.time(), dt.UTC)
    key = programme_key(records)
    history = RowHistory.of(programme)
    for entry in _events(programme, say, day, party, bodies, history):
        made.add_component(_event(entry, key, stamp))
    return bytes(made.to_ical())


def write_calendar(
    programme: Programme,
    target: Path,
    *,
    party: str = "",
    body: str = "",
    language: str = "en",
    on: dt.date | None = None,
) -> Made:
    """Write :func:`calendar` to a file: where, and how many events it holds."""
    content = calendar(programme, party=party, body=body, language=language, on=on)
    write_whole(target, content)
    events = content.count(b"BEGIN:VEVENT")
    return Made(f"Wrote {events} events to {target}", {"calendar": str(target), "events": events})


def programme_key(records: Records) -> str:
    """What the ids of a programme's events end in: the key of its settings; without one a digest of its first
    agreement and commitment, never of a title."""
    if records.settings.key:
        return records.settings.key
    first = [rows[0].ident for rows in (records.agreements, records.commitments) if rows]
    return hashlib.sha256(" ".join(first).encode()).hexdigest()[:16]


def _event(entry: _Entry, key: str, stamp: dt.datetime) -> Any:
    event = _icalendar.Event()
    event.add("uid", f"{entry.uid}@{key}.milepost")
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.last + dt.timedelta(days=1))
    event.add("summary", _flat(entry.summary))
    event.add("description", _flat(entry.text))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for days in () if entry.cancelled else entry.alarms:
        alarm = _icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _flat(entry.summary))
        alarm.add("trigger", dt.timedelta(days=-days))
        event.add_component(alarm)
    return event


def _events(
    programme: Programme, say: Language, day: dt.date, party: str, bodies: Set[str], history: RowHistory
) -> Iterator[_Entry]:
    records = programme.records
    if not bodies:
        owners = {c.id: c.owed_by for c in records.commitments}
        titles = {c.id: c.title for c in records.commitments}
        for m in records.milestones:
            owners[m.id] = m.owed_by or owners[m.commitment]
            titles[m.id] = m.title
        whole = programme.status(day)
        closed = {s.commitment for s in whole if s.closed}
        for found in (*whole, *programme.milestones(day)):
            if party and party not in owners[found.item]:
                continue
            # a step of what is delivered or stopped waits for nothing any more
            moot = bool(found.milestone) and found.commitment in closed and not found.closed
            steps = history.steps("milestones" if found.milestone else "commitments", found.item)
            yield from _due(records, say, found, (titles[found.item], owners[found.item]), moot, steps)
    held = [(m, False) for m in records.meetings if m.date]
    for meeting, called_off in (*held, *((m, True) for m in history.called_off.values())):
        if bodies and meeting.body not in bodies:
            continue
        if party and meeting.parties and party not in meeting.parties:
            continue
        yield _session(records, say, meeting, called_off, history.steps("meetings", meeting.id))


def _session(records: Records, say: Language, meeting: Meeting, called_off: bool, steps: int) -> _Entry:
    assert meeting.date is not None
    return _Entry(
        f"meeting-{meeting.id}",
        meeting.date.first,
        meeting.date.last,
        steps,
        say.say("event-meeting", title=meeting.title),
        meeting.body + (f", {meeting.place}" if meeting.place else ""),
        called_off,
        tuple(sorted({records.policy.brief_days_before, 1} - {0})),
    )


def _due(
    records: Records,
    say: Language,
    found: Status,
    named: tuple[str, tuple[str, ...]],
    moot: bool,
    steps: int,
) -> Iterator[_Entry]:
    if found.latest_promised is None:
        return
    title, owners = named
    names = {p.id: p.name for p in records.parties}
    who = ", ".join(say.country(p, names.get(p, p)) for p in owners)
    state = say.word("delivery", found.delivery)
    text = say.say("event-owed", party=who, state=state, count=found.promises)
    stopped = found.delivery == "stopped" or moot
    over = found.closed or moot
    kind = "delivered" if found.done else "stopped" if stopped else "due"
    due = found.latest_promised.last
    summary = say.say(f"event-{kind}", id=found.item, title=title)
    rings = tuple(sorted(-d for d in records.policy.reminder_days if -ALARM_DAYS <= d < 0))
    # every re-dating is one step; closing is one more, so that subscribers see the last word
    last_word = found.redated + int(over) + steps
    yield _Entry(f"due-{found.item}", due, due, last_word, summary, text, stopped, () if over else rings)
    if not over:
        last = due - dt.timedelta(days=records.policy.request_days_before)
        summary = say.say("event-last-day", id=found.item, title=title)
        yield _Entry(f"ask-{found.item}", last, last, found.redated + steps, summary, text, False, rings)


def _flat(text: str) -> str:
    """One line without direction marks and without control characters, which RFC 5545 forbids: calendars show
    summaries in their own direction."""
    marks = text.replace("\u2068", "").replace("\u2069", "")
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in marks)
    return " ".join(clean.split())
