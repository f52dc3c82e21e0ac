"""Due dates, last days to ask, and meetings as a calendar (RFC 5545): all-day events with stable ids.

``SEQUENCE`` rises with each re-dating, so that a calendar which subscribed moves the event instead of adding
one; what was stopped or withdrawn is ``CANCELLED``, and so are the open milestones of what is closed. A
meeting has no history in its table: its ``SEQUENCE`` stays 0. Feeds are read every 8 to 24 hours by most
calendars: what is urgent goes by mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from icalendar import Calendar, Event

from milepost.errors import one_of
from milepost.files import write_whole
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records import Records
from milepost.register.status import Status
from milepost.results import Made


def calendar(
    programme: Programme, *, party: str = "", body: str = "", language: str = "en", on: dt.date | None = None
) -> bytes:
    """The calendar of a programme, of one party or of one body, as known on a day (default: the base date).

    Raises ``WrongUse`` for an unknown party, body or language.
    """
    records = programme.sound()
    day = on or programme.settings.base_date
    say = Language(language)
    if party and party not in {p.id for p in records.parties}:
        raise one_of("party", party, [p.id for p in records.parties])
    if body and body not in {m.body for m in records.meetings}:
        raise one_of("body", body, sorted({m.body for m in records.meetings}))
    names = {p.id: p.name for p in records.parties}
    whose = body or (say.country(party, names[party]) if party else say.say("brief-all"))
    made = Calendar()
    made.add("prodid", "-//milepost//register//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add(
        "x-wr-calname", _flat(say.say("event-calendar", programme=programme.settings.title, whose=whose))
    )
    made.add("refresh-interval", dt.timedelta(hours=12), parameters={"VALUE": "DURATION"})
    stamp = dt.datetime.combine(day, dt.time(), dt.UTC)
    slug = "".join(c if c.isalnum() else "-" for c in programme.settings.title.lower())[:40]
    for uid, date, sequence, summary, text, cancelled in _events(programme, records, say, day, party, body):
        event = Event()
        event.add("uid", f"{uid}@{slug}.milepost")
        event.add("dtstamp", stamp)
        event.add("dtstart", date)
        event.add("dtend", date + dt.timedelta(days=1))
        event.add("summary", _flat(summary))
        event.add("description", _flat(text))
        event.add("sequence", sequence)
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
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


def _events(
    programme: Programme, records: Records, say: Language, day: dt.date, party: str, body: str
) -> Iterator[tuple[str, dt.date, int, str, str, bool]]:
    if not body:
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
            yield from _due(records, say, found, titles[found.item], owners[found.item], moot)
    for meeting in records.meetings:
        if meeting.date is None or (body and meeting.body != body):
            continue
        if party and meeting.parties and party not in meeting.parties:
            continue
        text = meeting.body + (f", {meeting.place}" if meeting.place else "")
        yield (
            f"meeting-{meeting.id}",
            meeting.date.first,
            0,
            say.say("event-meeting", title=meeting.title),
            text,
            False,
        )


def _due(
    records: Records, say: Language, found: Status, title: str, owners: tuple[str, ...], moot: bool
) -> Iterator[tuple[str, dt.date, int, str, str, bool]]:
    if found.latest_promised is None:
        return
    names = {p.id: p.name for p in records.parties}
    who = ", ".join(say.country(p, names.get(p, p)) for p in owners)
    state = say.word("delivery", found.delivery)
    text = say.say("event-owed", party=who, state=state, count=found.promises)
    stopped = found.delivery == "stopped" or moot
    over = found.closed or moot
    kind = "delivered" if found.done else "stopped" if stopped else "due"
    due = found.latest_promised.last
    summary = say.say(f"event-{kind}", id=found.item, title=title)
    # every re-dating is one step; closing is one more, so that subscribers see the last word
    yield f"due-{found.item}", due, found.redated + int(over), summary, text, stopped
    if not over:
        last = due - dt.timedelta(days=records.policy.request_days_before)
        summary = say.say("event-last-day", id=found.item, title=title)
        yield f"ask-{found.item}", last, found.redated, summary, text, False


def _flat(text: str) -> str:
    """One line without direction marks: calendars show summaries in their own direction."""
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())
