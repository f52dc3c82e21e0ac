"""Minutes of a meeting: who was there, what was decided, and where what it is about stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from milepost.errors import WrongUse, one_of
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records import Attendance, Decision, Meeting
from milepost.register.status import Status
from milepost.report.brief.blocks import Block, Grid, Paragraph, Section
from milepost.report.brief.paper import Brief
from milepost.report.standing import seal_shown, state_shown
from milepost.results import Cell, Result
from milepost.store.checkpoints import UNSEALED, Seal


@dataclass(frozen=True, repr=False)
class Minutes(Result):
    """A meeting with those who attended, its decisions in the order of their rows, and the status of the
    commitments that they are about on the day ``on``."""

    meeting: Meeting
    on: dt.date
    attendance: tuple[Attendance, ...]
    decisions: tuple[Decision, ...]
    standing: dict[str, Status]

    def headed(self) -> str:
        """Which meeting, and how much it decided."""
        drafts = sum(d.stands == "draft" for d in self.decisions)
        told = f"{len(self.decisions) - drafts} decisions" + (f", {drafts} drafts" if drafts else "")
        return f"{self.meeting.title} ({self.meeting.body}, {self.meeting.date or 'date not set'}): {told}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost minutes``."""
        m = self.meeting
        return {
            "meeting": m.id,
            "body": m.body,
            "title": m.title,
            "date": str(m.date) if m.date else None,
            "where": m.place,
            "on": self.on.isoformat(),
            "attendance": [
                {"party": a.party, "presence": a.presence, "led_by": a.led_by} for a in self.attendance
            ],
            "decisions": [
                {
                    "id": d.id,
                    "text": d.text,
                    "stands": d.stands,
                    "owed_by": list(d.owed_by),
                    "due": str(d.due) if d.due else None,
                    "commitments": [
                        {"commitment": c, "delivery": s.delivery, "timing": s.timing, "redated": s.redated}
                        for c in d.commitments
                        if (s := self.standing.get(c))
                    ],
                }
                for d in self.decisions
            ],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a decision."""
        heads = ["id", "text", "stands", "owed_by", "due", "commitments"]
        rows: list[list[Cell]] = [
            [d.id, d.text, d.stands, "; ".join(d.owed_by), str(d.due or ""), "; ".join(d.commitments)]
            for d in self.decisions
        ]
        return heads, rows


def minutes(programme: Programme, meeting: str = "", on: dt.date | None = None) -> Minutes:
    """The minutes of a meeting (default: the last one held by a day, by default the programme's).

    Raises ``WrongUse`` for an unknown meeting, or where none was held.
    """
    records = programme.sound()
    day = on or programme.day
    held = [m for m in records.meetings if m.date and m.date.first <= day]
    known = {m.id: m for m in records.meetings}
    if not meeting and not held:
        raise WrongUse(f"No meeting was held by {day}; name one, or record it with 'milepost meeting'.")
    name = meeting or max((m.date.first, m.id) for m in held if m.date)[1]
    if name not in known:
        raise one_of("meeting", name, list(known))
    about = [d for d in records.decisions if d.meeting == name]
    named = {c for d in about for c in d.commitments}
    return Minutes(
        meeting=known[name],
        on=day,
        attendance=tuple(a for a in records.attendance if a.meeting == name),
        decisions=tuple(about),
        standing={s.commitment: s for s in programme.status(day) if s.commitment in named},
    )


def paper(
    programme: Programme, found: Minutes, language: str, *, version: str = "", seal: Seal = UNSEALED
) -> Brief:
    """The minutes as a paper, to be written as a brief is. Raises ``WrongUse`` for an unknown language."""
    say = Language(language)
    programme = programme.in_language(language)
    found = replace(
        found,
        meeting=next((m for m in programme.records.meetings if m.id == found.meeting.id), found.meeting),
        decisions=tuple(d for d in programme.records.decisions if d.meeting == found.meeting.id),
    )
    names = {p.id: p.name for p in programme.records.parties}
    comma = "، " if say.right_to_left else ", "

    def parties(ids: Sequence[str]) -> str:
        return comma.join(say.country(p, names.get(p, p)) for p in ids) or "–"

    m = found.meeting
    when = say.full(str(m.date)) if m.date else say.say("brief-date-open")
    footer = say.say(
        "footer",
        fingerprint=programme.records.fingerprint[:16],
        root=seal_shown(say, seal),
        version=version or "–",
        date=say.short(found.on),
    )
    lead = [say.say("brief-head", body=m.body, date=when), *([say.apart(m.place)] if m.place else [])]
    sections = (
        Section(say.say("section-attendance"), (_attendance(found, say, parties),)),
        Section(say.say("section-minutes"), (_decided(found, say, parties),)),
    )
    title = say.say("minutes-title", meeting=m.title)
    facts = {"meeting": m.id, "language": language, "on": found.on.isoformat()}
    return Brief(say, programme.settings.title, title, tuple(lead), sections, footer, facts)


def _attendance(found: Minutes, say: Language, parties: Any) -> Block:
    if not found.attendance:
        return Paragraph(say.say("minutes-nobody"))
    rows = tuple(
        (parties([a.party]), say.word("presence", a.presence), a.led_by or "–") for a in found.attendance
    )
    return Grid(
        tuple(say.say(f"column-{n}") for n in ("party", "presence", "led-by")), rows, (), (30, 20, 45)
    )


def _decided(found: Minutes, say: Language, parties: Any) -> Block:
    if not found.decisions:
        return Paragraph(say.say("minutes-nothing"))
    rows = []
    for d in found.decisions:
        now = [f"{c}: {state_shown(say, s)}" for c in d.commitments if (s := found.standing.get(c))]
        due = say.partial(str(d.due)) if d.due else "–"
        told = ("؛ " if say.right_to_left else "; ").join(now) or "–"
        rows.append((d.id, d.text, say.word("stands", d.stands), parties(d.owed_by), due, told))
    heads = tuple(say.say(f"column-{n}") for n in ("id", "what", "stands", "owner", "due", "now"))
    return Grid(heads, tuple(rows), (), (7, 36, 9, 14, 9, 23))
