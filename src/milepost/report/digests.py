"""One letter a person and week: everything that needs an office, the costliest delay first, and no more
than the policy allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from milepost.follow_up.calls import Call
from milepost.follow_up.notices import Notice
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records import Contact, SentLetter
from milepost.records.wording import titles_of
from milepost.results import Cell, Rows

_MISSING = "none"  # id of the office of a letter that no row of contacts stands for
_GRAVEST = ("escalation", "last day", "reminder")  # of several about one date, the first is told


@dataclass(frozen=True)
class Digest:
    """One letter to one office: what it tells (``notices``, in its order), how many it counts only, its
    words, and by what record it went out. ``to`` is empty where no address is on record; then it cannot be
    sent. ``sent`` is None while it is due."""

    day: dt.date
    to: str
    addressee: str
    party: str
    language: str
    notices: tuple[Notice, ...]
    more: int
    subject: str
    text: str
    contact: str = ""
    sent: SentLetter | None = None

    def as_dict(self) -> dict[str, Any]:
        """The letter as plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "to": self.to,
            "addressee": self.addressee,
            "party": self.party,
            "language": self.language,
            "items": [
                {
                    "item": n.item,
                    "kind": n.kind,
                    "party": n.party,
                    "due": n.due.isoformat() if n.due else None,
                    "reply_by": n.reply_by.isoformat() if n.reply_by else None,
                }
                for n in self.notices
            ],
            "more": self.more,
            "subject": self.subject,
            "text": self.text,
            "contact": self.contact,
            "sent_on": self.sent.sent_on.text if self.sent else None,
            "sent_by": self.sent.sent_by if self.sent else "",
            "means": self.sent.means if self.sent else "",
        }


class Digests(Rows[Digest]):
    """The letters of a week; ``sent`` says how many went out, ``next_day`` when the next ones do."""

    heads: Sequence[str] = (
        *("day", "to", "addressee", "party", "language", "items", "more", "subject", "text"),
        *("contact", "sent_on", "sent_by", "means"),
    )
    sent: int = 0
    next_day: dt.date | None = None

    @property
    def without_address(self) -> int:
        """How many have no address on record, so that they cannot be sent."""
        return sum(not letter.to for letter in self)

    def after(self, sent: int) -> Digests:
        """The same once some went out."""
        made = Digests(self, self.name, self.day)
        made.sent, made.next_day = sent, self.next_day
        return made

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost remind``."""
        return {
            "on": self.day.isoformat() if self.day else None,
            "sent": self.sent,
            "without_address": self.without_address,
            "next_day": self.next_day.isoformat() if self.next_day else None,
            "digests": [letter.as_dict() for letter in self],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a letter; of what it tells, the ids."""
        rows = [d.as_dict() | {"items": "; ".join(n.item for n in d.notices)} for d in self]
        return list(self.heads), [[row[name] for name in self.heads] for row in rows]


def digests(
    programme: Programme,
    *,
    on: dt.date | None = None,
    since: dt.date | None = None,
    party: str = "",
    intake: bool = False,
) -> Digests:
    """The weekly letters of the last letter day after ``since`` (default: a week before) up to and with
    ``on`` (default: the programme's day), one a person. Raises ``WrongUse`` for an unknown party."""
    party = programme.known_party(party)
    until = on or programme.day
    found, day, after = programme.week_of_notices(until, since, intake=intake, party=party)
    costs = {c.commitment: c for c in programme.calls(day) if not c.milestone} if found else {}
    steps = {m.id: m.commitment for m in programme.records.milestones}
    gone = {(s.day.first, s.addressee, s.party, s.contact): s for s in programme.records.sent_letters}
    made = []
    for office, mine in _by_office(found, programme.records.contacts).items():
        ranked = sorted(_told_once(mine), key=lambda n: _rank(n, costs, steps))
        letter = _digest(programme, office, ranked, day, costs)
        made.append(replace(letter, sent=gone.get((day, letter.addressee, letter.party, letter.contact))))
    answer = Digests(made, "digests", until)
    answer.next_day = after
    return answer


def _by_office(found: Iterable[Notice], contacts: Iterable[Contact]) -> dict[Contact, list[Notice]]:
    """Notices by the person they go to: by address, or by party and role where none is on record. Who stands
    in several rows of contacts is addressed as the first has it."""
    offices: dict[tuple[str, ...], Contact] = {}
    for office in contacts:
        if office.email:
            offices.setdefault((office.email.lower(),), office)
    answer: dict[Contact, list[Notice]] = {}
    for notice in found:
        missing = Contact(id=_MISSING, party=notice.party, role=notice.addressee, basis="assumed")
        for office in notice.contacts or (missing,):
            who = (office.email.lower(),) if office.email else ("", office.party, office.role)
            answer.setdefault(offices.setdefault(who, office), []).append(notice)
    return answer


def _told_once(mine: Iterable[Notice]) -> list[Notice]:
    """The gravest of several about one date; a request for a plan or for what is missing stands beside it."""
    kept: dict[tuple[str, str], Notice] = {}
    for notice in mine:
        key = (notice.item, "date" if notice.kind in _GRAVEST else notice.kind)
        old = kept.get(key)
        if old is None or (
            notice.kind in _GRAVEST and _GRAVEST.index(notice.kind) < _GRAVEST.index(old.kind)
        ):
            kept[key] = notice
    return list(kept.values())


def _rank(
    notice: Notice, costs: Mapping[str, Call], steps: Mapping[str, str]
) -> tuple[bool, float, dt.date, str, str]:
    """A brief first, then the dearest, then what is due first."""
    call = costs.get(steps.get(notice.item, notice.item))
    dear = (call.net_of_a_day_musd or 0.0) if call else 0.0
    return notice.kind != "brief", -dear, notice.due or dt.date.max, notice.item, notice.kind


def _digest(
    programme: Programme, office: Contact, ranked: list[Notice], day: dt.date, costs: Mapping[str, Call]
) -> Digest:
    say = Language(office.language)
    programme = programme.in_language(office.language)
    titles = titles_of(programme.records)
    names = {p.id: p.name for p in programme.records.parties}
    title = office.office or say.word("office", office.role)
    told = ranked[: programme.records.policy.digest_items]
    lines = []
    for number, notice in enumerate(told, start=1):
        whom = say.country(notice.party, names.get(notice.party, notice.party))
        line = _line(say, replace(notice, title=titles.get(notice.item, notice.title)), day, whom)
        call = costs.get(notice.item)
        if call and call.net_of_a_day_musd and call.net_of_a_day_musd > 0:
            line += " " + say.say("digest-cost", cost=say.number(1000 * call.net_of_a_day_musd))
        lines.append(f"{say.number(number)}. {line}")
    more = len(ranked) - len(told)
    if more:
        lines.append(say.say("digest-more", count=more))
    party = say.country(office.party, names.get(office.party, office.party))
    greeting = (
        say.say("letter-greeting", office=title, party=party)
        if office.party
        else say.say("letter-greeting-common", office=title)
    )
    closing = say.say(
        "letter-closing",
        programme=programme.settings.title,
        fingerprint=programme.records.fingerprint[:16],
    )
    intro = say.say("digest-intro", date=say.date(day))
    subject = say.say("digest-subject", count=len(ranked), date=say.date(day))
    return Digest(
        day=day,
        to=office.email,
        addressee=office.role,
        party=office.party,
        language=office.language,
        notices=tuple(told),
        more=more,
        subject=subject.replace("\u2068", "").replace("\u2069", ""),
        text="\n".join([greeting, "", intro, "", *lines, "", closing]) + "\n",
        contact="" if office.id == _MISSING and not office.email else office.id,
    )


def _line(say: Language, notice: Notice, day: dt.date, party: str) -> str:
    """What one notice says on the day of the letter."""
    days = (notice.due - day).days if notice.due else 0
    kind = notice.kind.replace(" ", "-")
    if notice.kind == "reminder":
        kind = "before" if days > 0 else "day" if days == 0 else "after"
    date = notice.reply_by if notice.kind in ("intake", "work plan") else notice.due
    return say.say(
        f"digest-{kind}",
        id=notice.item,
        title=notice.title,
        party=party or "–",
        date=say.full(notice.shown) if notice.shown else say.date(date),
        days=abs(days),
        last=say.date(notice.day),
        missing=", ".join(say.word("missing", m) for m in notice.missing),
    )
