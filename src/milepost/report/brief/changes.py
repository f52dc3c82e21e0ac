"""What changed between the two days that a brief compares, and what falls due until the next meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from milepost.records import PartialDate
from milepost.report.brief.blocks import Block, Grid, Paragraph
from milepost.report.brief.frame import Frame, reason_shown
from milepost.report.brief.lengths import LONG


@dataclass(frozen=True, order=True)
class _Change:
    """What changed on a day: ``shown`` is the date as precise as its source gives it."""

    day: dt.date
    shown: str
    about: str
    text: str
    row: str


def changed(f: Frame) -> Iterator[Block]:
    say = f.say
    found = sorted((*_new_dates(f), *_new_reports(f), *_new_requests(f), *_new_acts(f)))
    if len(found) > LONG:
        found.reverse()  # what is cut is the oldest
    if not found:
        yield Paragraph(say.say("changed-nothing"))
        return
    rows = tuple((c.shown, c.about, c.text, c.row) for c in found)
    yield Grid(
        tuple(say.say(f"column-{n}") for n in ("date", "about", "what", "source")), rows, (), (12, 9, 60, 12)
    )


def _change(f: Frame, date: PartialDate, about: str, text: str, row: str) -> _Change:
    return _Change(date.known_from, f.say.partial(str(date)), about, text, row)


def _is_new(date: PartialDate | None, f: Frame) -> TypeGuard[PartialDate]:
    """Did it come between the two days that the brief compares?"""
    return date is not None and f.since < date.known_from <= f.on


def _new_dates(f: Frame) -> Iterator[_Change]:
    say = f.say
    held: dict[tuple[str, str], str] = {}
    for d in sorted(
        f.records.date_changes,
        key=lambda d: (d.announced_on.known_from if d.announced_on else dt.date.min, d.id),
    ):
        if d.promised_for is None:
            continue
        old = held.get((d.commitment, d.milestone))
        held[d.commitment, d.milestone] = str(d.promised_for)
        if _is_new(d.announced_on, f) and f.mine(d.commitment) and old != str(d.promised_for):
            key = "changed-date" if old else "changed-first-date"
            text = say.say(key, new=say.partial(str(d.promised_for)), old=say.partial(old or ""))
            yield _change(f, d.announced_on, d.milestone or d.commitment, text, d.id)


def _new_reports(f: Frame) -> Iterator[_Change]:
    for e in f.records.evidence:
        if _is_new(e.reported_on, f) and f.mine(e.commitment):
            text = f.say.say("changed-report", text=e.report)
            yield _change(f, e.reported_on, e.milestone or e.commitment, text, e.id)


def _new_requests(f: Frame) -> Iterator[_Change]:
    say = f.say
    for r in f.records.date_requests:
        if not f.mine(r.commitment):
            continue
        about = r.milestone or r.commitment
        if _is_new(r.asked_on, f):
            text = say.say(
                "changed-request-asked",
                party=f.names((r.asked_by,)),
                new=say.partial(str(r.new_date)),
                reason=reason_shown(f, r),
            )
            yield _change(f, r.asked_on, about, text, r.id)
        if _is_new(r.decided_on, f):
            by = f.names((r.decided_by,))
            text = say.say("changed-request-decided", decision=say.word("decided", r.decision), by=by)
            yield _change(f, r.decided_on, about, text, r.id)


def _new_acts(f: Frame) -> Iterator[_Change]:
    say = f.say
    for i in f.records.instruments:
        if _is_new(i.date, f) and (not f.party or i.party in ("", f.party)):
            text = say.say(
                "changed-instrument",
                kind=say.word("kind", i.kind),
                party=f.names((i.party,) if i.party else ()),
            )
            yield _change(f, i.date, i.agreement, text, i.id)


def expiring(f: Frame) -> Iterator[Block]:
    say, records = f.say, f.records
    found: list[
        tuple[dt.date, str, str, str]
    ] = []  # by the last day it can mean; shown is what its source gives
    for s in f.statuses:
        if s.closed or s.latest_promised is None or not f.mine(s.commitment):
            continue
        due = s.latest_promised.last
        last = due - dt.timedelta(days=records.policy.request_days_before)
        about = f"{s.commitment} {f.title(s.commitment)}"
        if f.on <= due <= f.until:
            date = say.partial(str(s.latest_promised))
            found.append((due, date, about, say.say("expiring-commitment", date=date)))
        if f.on <= last <= f.until:
            found.append((last, say.short(last), about, say.say("expiring-last-day")))
    for a in records.agreements:
        if a.expires and f.on <= a.expires.last <= f.until:
            found.append(
                (
                    a.expires.last,
                    say.partial(str(a.expires)),
                    f"{a.id} {a.title}",
                    say.say("expiring-agreement"),
                )
            )
    for r in records.restrictions:
        if r.ends and not r.is_risk and f.on <= r.ends.last <= f.until:
            found.append(
                (r.ends.last, say.partial(str(r.ends)), f"{r.id} {r.title}", say.say("expiring-restriction"))
            )
    if not found:
        yield Paragraph(say.say("expiring-nothing"))
        return
    rows = tuple((date, about, text) for _, date, about, text in sorted(found))
    yield Grid(tuple(say.say(f"column-{n}") for n in ("date", "about", "what")), rows, (), (12, 45, 45))
