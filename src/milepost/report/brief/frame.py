"""What every section of a brief is made from: the programme in the reader's language, the meeting, the days
that it compares, and where each commitment stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from milepost.errors import one_of
from milepost.follow_up.calls import Call
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records import DateRequest, Decision, Meeting, PartialDate, Policy, Records
from milepost.register.status import Status
from milepost.report.brief.blocks import Quantity
from milepost.report.standing import firmness_shown


@dataclass(frozen=True)
class Frame:
    """What every section is made from."""

    programme: Programme
    say: Language
    party: str
    on: dt.date
    since: dt.date
    until: dt.date
    statuses: tuple[Status, ...]
    calls: tuple[Call, ...]
    meeting: Meeting | None = None

    @property
    def records(self) -> Records:
        return self.programme.records

    def title(self, commitment: str) -> str:
        return next((c.title for c in self.records.commitments if c.id == commitment), commitment)

    def owners(self, commitment: str) -> tuple[str, ...]:
        return next((c.owed_by for c in self.records.commitments if c.id == commitment), ())

    def names(self, parties: tuple[str, ...]) -> str:
        names = {c.id: c.name for c in self.records.countries} | {p.id: p.name for p in self.records.parties}
        comma = "، " if self.say.right_to_left else ", "
        return comma.join(self.say.country(p, names.get(p, p)) for p in parties) or "–"

    def firmness(self, commitment: str) -> str:
        """How firmly it is promised, in brackets, where that is less than agreed."""
        firm = next((c.firmness for c in self.records.commitments if c.id == commitment), "")
        return f" ({firmness_shown(self.say, firm)})" if firm in ("must strive", "considered") else ""

    def quantity(self, value: float | None) -> Quantity:
        return Quantity(self.say.number(value), value)

    def mine(self, commitment: str) -> bool:
        return not self.party or self.party in self.owners(commitment)

    @property
    def weights(self) -> dict[str, float]:
        """Commitment -> what a day of it costs, net where that is known, thousand USD; nothing for what is
        not valued."""
        return {
            c.commitment: 1000
            * (c.cost_of_a_day_musd if c.net_of_a_day_musd is None else c.net_of_a_day_musd)
            for c in self.calls
            if not c.milestone and c.cost_of_a_day_musd is not None
        }

    def heaviest_first(self, commitment: str) -> tuple[float, int]:
        """By what a day of it costs, then by days late: the order in which a long table is cut."""
        late = next((s.days_late for s in self.statuses if s.commitment == commitment), 0)
        return -self.weights.get(commitment, 0.0), -late


def framed(
    programme: Programme, *, meeting: str, party: str, language: str, on: dt.date | None
) -> tuple[Frame, tuple[str, ...]]:
    """What every section is made from, and the lines that head the paper."""
    say = Language(language)
    programme = programme.in_language(language)
    records = programme.sound()
    day = on or programme.day
    held = _meeting(records, meeting, day)
    party = programme.known_party(party)
    at = held.date.first if held and held.date else None
    before = _neighbour(records, held, at or day, later=False)
    following = _neighbour(records, held, at or day, later=True)
    since = before.first if before else (at or day) - dt.timedelta(days=365)
    until = following.first if following else (at or day) + dt.timedelta(days=365)
    frame = Frame(programme, say, party, day, since, until, programme.status(day), programme.calls(day), held)
    lead = [say.say("brief-party", party=frame.names((party,))) if party else say.say("brief-all")]
    if held:
        when = say.full(str(held.date)) if held.date else say.say("brief-date-open")
        lead.append(say.say("brief-head", body=held.body, date=when))
    lead.append(say.say("brief-known", date=say.date(day)))
    lead.append(_compared(say, "since", before, since))
    lead.append(_compared(say, "until", following, until))
    return frame, tuple(lead)


def last_decided(records: Records, held: Meeting | None, day: dt.date) -> tuple[Decision, ...]:
    """The decisions of the meeting before: of the same body, the last that decided anything before this one
    (without a meeting: before the day)."""
    at = held.date.first if held and held.date else day
    before = {
        m.id: m.date.first
        for m in records.meetings
        if m.date and m.date.first < at and m.date.first <= day and (held is None or m.body == held.body)
    }
    rows = [d for d in records.decisions if d.meeting in before and d.stands not in ("draft", "withdrawn")]
    if not rows:
        return ()
    last = max((before[d.meeting], d.meeting) for d in rows)[1]
    return tuple(d for d in rows if d.meeting == last)


def _meeting(records: Records, wanted: str, day: dt.date) -> Meeting | None:
    if wanted:
        found = next((m for m in records.meetings if m.id == wanted), None)
        if found is None:
            raise one_of("meeting", wanted, [m.id for m in records.meetings])
        return found
    ahead = [m for m in records.meetings if m.date and m.date.last >= day]
    return min(ahead, key=lambda m: m.date.first, default=None)  # type: ignore[union-attr]


def _compared(say: Language, side: str, meeting: PartialDate | None, day: dt.date) -> str:
    """The meeting before or after, as precise as it is known; else the day a year from here."""
    if meeting is None:
        return say.say(f"brief-{side}-year", date=say.date(day))
    return say.say(f"brief-{side}", date=say.full(str(meeting)))


def _neighbour(records: Records, held: Meeting | None, at: dt.date, *, later: bool) -> PartialDate | None:
    same = [
        m.date
        for m in records.meetings
        if m.date and (held is None or (m.body == held.body and m.id != held.id))
    ]
    found = [d for d in same if (d.first > at if later else d.first < at)]
    nearest = min if later else max
    return nearest(found, key=lambda d: d.first) if found else None


def kusd(value: float | None) -> float | None:
    return None if value is None else 1000 * value


def reason_shown(f: Frame, request: DateRequest) -> str:
    """The reason in the reader's language, or as the policy of the programme names it."""
    code = request.reason
    return f.say.word("reason", code) if code in Policy().reasons else code
