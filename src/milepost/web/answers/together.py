"""Several programmes seen together: one line a programme, and what waits for a person in all of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from milepost.web.answers.base import Answer


class ProgrammeAtAGlance(Answer):
    """One programme: how it stands, and how much waits for the reader."""

    key: str
    """Key by which addresses and rights name it."""
    href: str
    """Address of its page on this server."""
    title: str
    """Title; its key where it cannot be read."""
    state: Literal["good", "faulty", "away"]
    """Can it be read; faulty: its data have findings or cannot be read; away: its store does not answer, and
    what is shown, if anything, is what was read before."""
    fault: str
    """What is wrong; empty: nothing."""
    findings: int
    """Findings that stop its numbers."""
    day: dt.date | None
    """Day on which its register stands; null: not known."""
    value_musd_per_year: float | None
    """V of everything valued, all countries together, MUSD a year; null: nothing is valued, or not yet."""
    stale: bool
    """Is that value of the run before?"""
    commitments: int | None
    """How many; null: not known."""
    closed: int | None
    """How many are closed."""
    overdue: int | None
    """How many are overdue."""
    next_day: dt.date | None
    """The next day on which something is due or a meeting is held; null: none is known."""
    next_what: str
    """Id of what is due or held then."""
    next_title: str
    """Its title."""
    waiting: int
    """How many things wait for the reader."""


class Waiting(Answer):
    """Something that waits for the reader."""

    programme: str
    """Key of the programme."""
    programme_title: str
    """Title of the programme."""
    kind: Literal["request", "claim", "report", "proposal", "letter"]
    """A request to move a date, to be decided; a claim of delivery, to be verified; an overdue commitment, to
    be reported on; rows that another person proposes, to be agreed to; a letter of the week."""
    id: str
    """Id of the request, the report, the commitment or the proposal; of a letter its addressee."""
    commitment: str
    """The commitment; empty: none in particular."""
    title: str
    """Title of the commitment, reason of the proposal, subject of the letter."""
    party: str
    """Who asks, owes or is written to; empty: nobody in particular."""
    day: str
    """The day asked for, reported, missed, proposed or of the letter, as precise as its source (2026,
    2026-06 or a day); empty: none."""
    days: int
    """Days overdue; 0: not."""
    href: str
    """Address of the page on which it is dealt with."""


class WeeklyLetter(Answer):
    """A letter of the week to one office, as ``milepost remind`` would send it."""

    day: dt.date
    """The letter day."""
    to: str
    """Address; empty: none is on record, so that it cannot be sent."""
    addressee: str
    """Office that it goes to."""
    party: str
    """Party of the office; empty: none in particular."""
    language: str
    """Language of its words: that of the office."""
    more: int
    """Matters that it counts and does not tell."""
    subject: str
    """Subject."""
    text: str
    """Text, line by line."""
    contact: str
    """Row of contacts that it is addressed by; empty: none."""
    sent_on: str | None
    """Day it went out, as it is on record; null: it is due."""
    sent_by: str
    """Who sent it; empty while it is due."""
    means: str
    """How it went; empty: not said."""
