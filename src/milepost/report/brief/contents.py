"""What stands in a brief: promised and where it stands, changed, due, who waits for whom, dearest delays,
decisions.

Everything is a sentence or a table made by rules from the register and the model; titles are those of the
table texts, and where it lacks one, the words of the register with the mark of their language.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from milepost.errors import one_of
from milepost.follow_up.calls import Call
from milepost.languages import Language
from milepost.programme import Programme
from milepost.records import DateRequest, Decision, Meeting, PartialDate, Policy, Records
from milepost.records.acceptance import acceptance_tests
from milepost.register.status import RULES_VERSION, Status, by_firmness
from milepost.register.working_days import calendar_of, working_days_after
from milepost.report.brief.blocks import Block, Grid, Items, Paragraph, Picture, Quantity, Section
from milepost.report.brief.lengths import LONG, few, in_order, shortened
from milepost.report.brief.worth import worth_blocks
from milepost.report.corridor_map import corridor_map
from milepost.report.standing import (
    conflict_shown,
    firmness_shown,
    seal_shown,
    slip_shown,
    state_shown,
    timing_shown,
)
from milepost.store.checkpoints import UNSEALED, Seal


@dataclass(frozen=True)
class Draft:
    """A decision that the brief proposes, and the commitments it is about."""

    text: str
    commitments: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """A brief, ready to be written. ``facts`` holds what a machine may want to know about it, ``drafts`` the
    decisions that it proposes, in the order of their numbers. ``full`` are the sections without what was cut
    for length: what a workbook holds, and an annex. ``one_page``: it is laid out on one."""

    language: Language
    programme: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    facts: dict[str, Any]
    drafts: tuple[Draft, ...] = ()
    full: tuple[Section, ...] = ()
    one_page: bool = False

    def with_annex(self) -> Brief:
        """The same, and at its end every section whole that was cut for length."""
        cut = [long for short, long in zip(self.sections, self.full, strict=True) if short != long]
        annex = tuple(
            replace(part, title=self.language.say("brief-annex", title=part.title), own_page=k == 0)
            for k, part in enumerate(cut)
        )
        return replace(self, sections=(*self.sections, *annex), full=(*self.full, *annex))


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


def brief(
    programme: Programme,
    *,
    meeting: str = "",
    party: str = "",
    language: str = "en",
    on: dt.date | None = None,
    version: str = "",
    seal: Seal = UNSEALED,
    sections: Sequence[str] = (),
) -> Brief:
    """The brief for a meeting (default: the next one on record) and a party (default: all).

    ``sections`` picks parts in this order (default: all): summary, decided, decisions, cost, worth, promised,
    map, changed, expiring, blocks, force, conflicts, limits; ``worth`` is there only where a cost is stated.
    What the model cannot say is never left out where a cost is shown. ``on`` is the day of knowledge: by
    default the base date. Raises ``WrongUse`` for an unknown meeting, party or language, ``BadData`` if the
    programme has findings.
    """
    frame, lead = framed(programme, meeting=meeting, party=party, language=language, on=on)
    say, records, held, day = frame.say, frame.records, frame.meeting, frame.on
    whole = frame.programme.settings.title  # in the reader's language
    title = say.say("brief-title", meeting=held.title if held else whole)
    for name in sections:
        if name not in SECTIONS:
            raise one_of("section", name, list(SECTIONS))
    told = not sections and not last_decided(records, held, day)
    chosen = tuple(dict.fromkeys(sections)) or tuple(n for n in SECTIONS if n != "decided" or not told)
    if {"cost", "worth", "summary", "decisions"} & set(chosen) and "limits" not in chosen:
        chosen = (*chosen, "limits")
    made = tuple(part for name in chosen if (part := _section(frame, name, asked=name in sections)).blocks)
    drafts = drafts_of(frame) if "decisions" in chosen else ()
    footer, facts = footer_of(frame, version, seal), facts_of(frame, seal)
    short = tuple(shortened(part, say) for part in made)
    return Brief(say, whole, title, lead, short, footer, facts, drafts, made)


def framed(
    programme: Programme, *, meeting: str, party: str, language: str, on: dt.date | None
) -> tuple[Frame, tuple[str, ...]]:
    """What every section is made from, and the lines that head the paper."""
    say = Language(language)
    programme = programme.in_language(language)
    records = programme.sound()
    day = on or programme.settings.base_date
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


def footer_of(f: Frame, version: str, seal: Seal) -> str:
    """What stands under every page: of which data, which chain, which program, which day."""
    return f.say.say(
        "footer",
        fingerprint=f.records.fingerprint[:16],
        root=seal_shown(f.say, seal),
        version=version or "–",
        date=f.say.short(f.on),
    )


def facts_of(f: Frame, seal: Seal) -> dict[str, Any]:
    """What a machine may want to know of a brief."""
    return {
        "meeting": f.meeting.id if f.meeting else "",
        "party": f.party,
        "language": f.say.code,
        "on": f.on.isoformat(),
        "since": f.since.isoformat(),
        "until": f.until.isoformat(),
        "fingerprint": f.records.fingerprint,
        "root": seal.root,
        "key": seal.key,
        "rules_version": RULES_VERSION,
    }


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


def _section(f: Frame, name: str, *, asked: bool) -> Section:
    """One part; what was asked for by name and has nothing to say says so."""
    blocks = tuple(SECTIONS[name](f))
    if asked and not blocks:
        blocks = (Paragraph(f.say.say(f"{name}-nothing")),)
    return Section(f.say.say(f"section-{name}"), blocks, name in OWN_PAGE, name)


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


def _kusd(value: float | None) -> float | None:
    return None if value is None else 1000 * value


def _summary(f: Frame) -> Iterator[Block]:
    say = f.say
    head = f.programme.headline(f.on)
    lines = [
        say.say(
            "summary-shares",
            total=head.commitments,
            verified=head.verified,
            claimed=head.claimed,
            moving=head.moving,
            none=head.no_evidence,
            stopped=head.stopped,
        ),
        say.say("summary-late", count=sum(s.days_late > 0 for s in f.statuses)),
        *_firmness(f),
    ]
    valued = [c for c in f.calls if c.cost_of_a_day_musd is not None]
    if valued:
        lines += _day_costs(f, valued)
        if f.party:
            own = f.programme.delay(f.on)
            bears = (
                sum(row[own.countries.index(f.party)] for row in own.cost.tolist())
                if f.party in own.countries
                else 0.0
            )
            owes = sum(f.party in c.owed_by for c in f.calls if not c.milestone)
            lines.append(
                say.say("summary-own", party=f.names((f.party,)), count=owes, cost=say.number(_kusd(bears)))
            )
    else:
        lines.append(say.say("summary-nothing-valued"))
    yield Items(tuple(lines))
    yield Paragraph(say.say("brief-sources", version=RULES_VERSION))


def _firmness(f: Frame) -> Iterator[str]:
    """How many are promised how firmly, and how many of each are delivered; nothing where no row says it."""
    say, found = f.say, by_firmness(f.records, f.statuses, f.on)
    if all(not name for name, _ in found):
        return
    parts = [
        say.say(
            "summary-firmness-one",
            firmness=firmness_shown(say, name),
            count=head.commitments,
            done=head.verified + head.claimed,
        )
        for name, head in found
    ]
    yield say.say("summary-firmness", list=("؛ " if say.right_to_left else "; ").join(parts))


def _promised(f: Frame) -> Iterator[Block]:
    say = f.say
    then = {s.commitment: s for s in f.programme.status(f.since)}
    rows = []
    for s in in_order(f.statuses, lambda s: f.heaviest_first(s.commitment)):
        if not f.mine(s.commitment) or s.first_promised is None:
            continue
        old = then[s.commitment].latest_promised if s.commitment in then else None
        flags = [say.word("flag", flag) for flag in s.flags if flag != "secondary source only"]
        state = say.word("delivery", s.delivery) + (f" ({'; '.join(flags)})" if flags else "")
        rows.append(
            (
                s.commitment,
                f.title(s.commitment),
                f.names(f.owners(s.commitment)),
                say.partial(str(s.first_promised)),
                say.partial(str(old)) if old else "–",
                say.partial(str(s.latest_promised)),
                state + f.firmness(s.commitment),
                timing_shown(say, s),
                Quantity(*slip_shown(say, s)),
            )
        )
    if not rows:
        yield Paragraph(say.say("promised-nothing"))
        return
    # three dates: the slip runs from the first one, while the meeting compares what it held last time with
    # what holds now
    columns = (
        *(say.say(f"column-{n}") for n in ("id", "commitment", "owner", "first-promised")),
        say.say("column-promised-on", date=say.short(f.since)),
        *(say.say(f"column-{n}") for n in ("promised-now", "state", "timing", "slip")),
    )
    yield Grid(columns, tuple(rows), (8,), (5, 18, 14, 9, 9, 9, 16, 9, 7))


def _map(f: Frame) -> Iterator[Block]:
    drawn = corridor_map(f.programme, language=f.say.code, framed=True)
    say, numbered = f.say, len(drawn.marked)
    yield Picture(drawn.svg, say.say("map-alt-numbered", count=numbered) if numbered else say.say("map-alt"))
    yield Paragraph(" ".join((say.say("map-legend"), *([say.say("map-legend-numbers")] if numbered else []))))
    yield Paragraph(say.apart(drawn.disclaimer))


@dataclass(frozen=True, order=True)
class _Change:
    """What changed on a day: ``shown`` is the date as precise as its source gives it."""

    day: dt.date
    shown: str
    about: str
    text: str
    row: str


def _changed(f: Frame) -> Iterator[Block]:
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
                reason=_reason(f, r),
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


def _expiring(f: Frame) -> Iterator[Block]:
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


def _blocks(f: Frame) -> Iterator[Block]:
    say = f.say
    state = {s.commitment: s for s in f.statuses}
    rows = []
    for d in in_order(f.records.dependencies, lambda d: f.heaviest_first(d.predecessor)):
        first, waits = state.get(d.predecessor), state.get(d.successor)
        if first is None or waits is None or first.closed or waits.closed:
            continue
        if not (f.mine(d.predecessor) or f.mine(d.successor)):
            continue
        rows.append(
            (
                f"{d.predecessor} {f.title(d.predecessor)}",
                f.names(f.owners(d.predecessor)),
                say.partial(str(first.latest_promised)) if first.latest_promised else "–",
                f"{d.successor} {f.title(d.successor)}",
                f.names(f.owners(d.successor)),
            )
        )
    if not rows:
        yield Paragraph(say.say("blocks-nothing"))
        return
    names = ("first", "owner", "due", "waits", "owner")
    yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (30, 17, 10, 30, 17))


def _day_costs(f: Frame, valued: list[Call]) -> Iterator[str]:
    """What one more day of all, and of the dearest, costs; with both parts where a cost is stated."""
    say, first = f.say, valued[0]
    parts: dict[str, list[float]] = {
        "lost": [c.cost_of_a_day_musd or 0.0 for c in valued],
        "saved": [c.saved_of_a_day_musd or 0.0 for c in valued],
        "net": [c.net_of_a_day_musd or 0.0 for c in valued],
    }
    with_costs = any(c.saved_of_a_day_musd is not None for c in valued)
    if with_costs:
        yield say.say("summary-cost-net", **{k: say.number(_kusd(sum(v))) for k, v in parts.items()})
    else:
        yield say.say("summary-cost", cost=say.number(_kusd(sum(parts["lost"]))))
    if not first.borne_by:
        return
    about = {
        "id": first.commitment,
        "title": first.title,
        "countries": f.names(first.borne_by),
    }
    if with_costs:
        each = {k: say.number(_kusd(v[0])) for k, v in parts.items()}
        yield say.say("summary-dearest-net", **about, **each)
    else:
        yield say.say("summary-dearest", **about, cost=say.number(_kusd(parts["lost"][0])))


def _cost(f: Frame) -> Iterator[Block]:
    say = f.say
    rows = []
    delay = f.programme.delay(f.on)
    own = delay.countries.index(f.party) if f.party in delay.countries else None
    state = {s.commitment: s for s in f.statuses}
    index = {c: k for k, c in enumerate(delay.commitments)}
    with_costs = any(c.saved_of_a_day_musd is not None for c in f.calls)
    for call in f.calls:
        if call.cost_of_a_day_musd is None:
            continue
        row = [
            call.commitment,
            call.title,
            f.names(call.owed_by),
            say.partial(str(promised)) if (promised := state[call.commitment].latest_promised) else "–",
            Quantity(say.number(call.days_late) if call.days_late else "–", call.days_late),
            f.quantity(_kusd(call.cost_of_a_day_musd)),
        ]
        if own is not None:
            row.append(f.quantity(_kusd(float(delay.cost[index[call.commitment], own]))))
        if with_costs:
            row += [f.quantity(_kusd(x)) for x in (call.saved_of_a_day_musd, call.net_of_a_day_musd)]
        row.append(f.names(call.borne_by))
        rows.append(tuple(row))
    if not rows:
        yield Paragraph(say.say("cost-nothing"))
        return
    names = ["id", "commitment", "owner", "due", "days-late", "cost-all"]
    columns = [say.say(f"column-{n}") for n in names]
    if own is not None:
        columns.append(say.say("column-cost-own", party=f.names((f.party,))))
    if with_costs:
        columns += [say.say("column-saved"), say.say("column-net")]
    right = tuple(range(4, len(columns)))
    columns.append(say.say("column-bears-most"))
    widths = {
        7: (5, 24, 18, 10, 8, 13, 18),
        8: (5, 22, 17, 10, 8, 11, 11, 16),
        9: (5, 21, 14, 10, 7, 10, 9, 9, 15),
        10: (5, 18, 13, 10, 7, 9, 9, 8, 8, 13),
    }
    yield Grid(tuple(columns), tuple(rows), right, widths[len(columns)])


def _worth(f: Frame) -> Iterator[Block]:
    """Nothing where nobody states a cost."""
    yield from worth_blocks(f.programme.appraise(on=f.on), f.say, lambda who: f.names((who,)))


def _force(f: Frame) -> Iterator[Block]:
    say, records = f.say, f.records
    rows = []
    for found in f.programme.force(f.on, f.on):
        agreement = next(a for a in records.agreements if a.id == found.agreement)
        mine = next((p for p in found.parties if p.party == f.party), None)
        if f.party and mine is None and f.party not in agreement.parties_text:
            continue
        since = (mine.in_force if mine and mine.in_force else found.in_force) or "–"
        text = say.word("legal", "not evidenced") if since == "not evidenced" else say.partial(since)
        rows.append(
            (found.agreement, agreement.title, say.word("legal", mine.state if mine else found.state), text)
        )
    if rows:
        names = ("id", "agreement", "legal", "in-force")
        yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (7, 55, 20, 20))
    else:
        yield Paragraph(say.say("changed-nothing"))


def _decided(f: Frame) -> Iterator[Block]:
    """What was decided last time, and where each commitment that it is about stands now."""
    say = f.say
    found = [
        d
        for d in last_decided(f.records, f.meeting, f.on)
        if not f.party or f.party in d.owed_by or any(map(f.mine, d.commitments)) or not d.commitments
    ]
    if not found:
        yield Paragraph(say.say("decided-nothing"))
        return
    state = {s.commitment: s for s in f.statuses}
    rows = []
    for d in found:
        now = [f"{c}: {state_shown(say, state[c])}" for c in d.commitments if c in state]
        due = say.partial(str(d.due)) if d.due else "–"
        told = ("؛ " if say.right_to_left else "; ").join(now) or "–"
        rows.append((d.id, d.text, say.word("stands", d.stands), f.names(d.owed_by), due, told))
    names = ("id", "what", "stands", "owner", "due", "now")
    yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (6, 34, 9, 13, 9, 25))


def drafts_of(f: Frame) -> tuple[Draft, ...]:
    """The decisions that are proposed: those first that are about what costs most a day."""
    weights = f.weights
    found = (*_to_grant(f), *_to_unblock(f), *_to_verify(f), *_to_ratify(f))
    return tuple(
        sorted(found, key=lambda draft: -max((weights.get(c, 0.0) for c in draft.commitments), default=0.0))
    )


def _decisions(f: Frame) -> Iterator[Block]:
    lines = tuple(draft.text for draft in drafts_of(f))
    if lines:
        yield Items(lines, numbered=True)
        yield Paragraph(f.say.say("decision-draft"))
    else:
        yield Paragraph(f.say.say("decision-nothing"))


def _to_grant(f: Frame) -> Iterator[Draft]:
    """Requests that are pending."""
    say = f.say
    for r in f.records.date_requests:
        if r.decision == "pending" and r.asked_on.first <= f.on:
            text = say.say(
                "decision-request",
                id=r.id,
                party=f.names((r.asked_by,)),
                new=say.partial(str(r.new_date)),
                reason=_reason(f, r),
            )
            yield Draft(text, (r.commitment,))


def _to_unblock(f: Frame) -> Iterator[Draft]:
    """What is late, at risk, in the way of others, or not fit to be verified; dearest day first."""
    state = {s.commitment: s for s in f.statuses}
    for call in f.calls:
        if not call.milestone and f.mine(call.commitment):
            yield from _to_settle(f, call, state[call.commitment])


def _to_settle(f: Frame, call: Call, s: Status) -> Iterator[Draft]:
    for text in _settled(f, call, s):
        yield Draft(text, (call.commitment,))


def _settled(f: Frame, call: Call, s: Status) -> Iterator[str]:
    say, policy = f.say, f.records.policy
    whose = (calendar_of(f.party),)
    by = say.date(working_days_after(f.on + dt.timedelta(days=policy.work_plan_days), 0, whose))
    given = {"id": call.commitment, "title": call.title, "party": f.names(call.owed_by)}
    if s.timing == "late":
        yield say.say("decision-late", **given, date=by)
    elif s.timing == "at risk":
        yield say.say("decision-at-risk", **given, due=say.partial(str(s.latest_promised or "")), date=by)
    if call.holds_up:
        yield say.say("decision-blocker", **given, waits=", ".join(call.holds_up))
    if s.timing == "no date" and s.first_promised is None:
        yield say.say("decision-no-date", **given, date=by)
    lacks = [m for m in s.missing if m != "date"]
    if lacks:
        words = ", ".join(say.word("missing", m) for m in lacks)
        soon = say.date(working_days_after(f.on, policy.intake_working_days, whose))
        yield say.say("decision-missing", **given, missing=words, date=soon)
    if "disputed" in s.flags:
        yield say.say("decision-disputed", **given)


def _to_verify(f: Frame) -> Iterator[Draft]:
    """Claims that nobody outside has confirmed."""
    tested = {item for item, test in acceptance_tests(f.records).items() if test}
    for s in f.statuses:
        if s.delivery == "delivered" and f.mine(s.commitment):
            key = "decision-verify" if s.commitment in tested else "decision-name-test"
            names = f.names(f.owners(s.commitment))
            text = f.say.say(key, id=s.commitment, title=f.title(s.commitment), party=names)
            yield Draft(text, (s.commitment,))


def _to_ratify(f: Frame) -> Iterator[Draft]:
    """Agreements with open commitments that are not evidenced to be in force."""
    records = f.records
    state = {s.commitment: s for s in f.statuses}
    for found in f.programme.force(f.on, f.on):
        if found.in_force == "not evidenced" and (
            not f.party or any(p.party == f.party for p in found.parties)
        ):
            agreement = next(a for a in records.agreements if a.id == found.agreement)
            if any(c.agreement == found.agreement and not state[c.id].closed for c in records.commitments):
                yield Draft(f.say.say("decision-ratify", id=agreement.id, title=agreement.title), ())


def _conflicts(f: Frame) -> Iterator[Block]:
    lines = tuple(
        f"{f.say.apart(s.commitment)} {f.say.apart(f.title(s.commitment))}: {conflict_shown(f.say, c)}"
        for s in in_order(f.statuses, lambda s: f.heaviest_first(s.commitment))
        if f.mine(s.commitment)
        for c in s.conflicts
    )
    yield Items(lines) if lines else Paragraph(f.say.say("conflicts-nothing"))


def _limits(f: Frame) -> Iterator[Block]:
    say, settings = f.say, f.programme.settings
    rows = [r for r in f.records.all_rows() if getattr(r, "basis", "")]
    assumed = sum(getattr(r, "basis", "") in ("assumed", "estimated") for r in rows)
    share = say.say("limit-assumed", share=say.share(assumed / len(rows) if rows else 0.0))
    if f.programme.why_no_values:  # nothing is valued, so nothing is said of how
        yield Items((share, *_past_forecasts(f)))
        return
    undated = f.programme.delay(f.on).undated
    not_valued = [
        c.commitment
        for c in f.calls
        if c.cost_of_a_day_musd is None and not c.milestone and c.commitment not in undated
    ]
    lines = [
        say.say(
            "limit-horizon",
            rate=say.share(settings.discount_rate_per_year),
            horizon=say.short(settings.horizon),
            year=say.digits(str(settings.base_year)),
        ),
        say.say("limit-overdue"),
        *([say.say("limit-undated", names=few(sorted(undated), say))] if undated else []),
        *([say.say("limit-not-valued", names=few(sorted(not_valued), say))] if not_valued else []),
        share,
        *_past_forecasts(f),
    ]
    if applied := f.programme.game.restrictions:
        lines.append(say.say("limit-restricted", names=", ".join(applied)))
    elif f.records.restrictions:
        lines.append(say.say("limit-model"))
    yield Items(tuple(lines))


def _past_forecasts(f: Frame) -> Iterator[str]:
    """How the forecasts that were kept did; nothing where none was."""
    found, say = f.programme.score(f.on), f.say
    if not found.forecasts:
        return
    kept, figures = say.number(len(found.forecasts)), found.figures()
    if figures["brier"] is None:
        yield say.say("limit-forecasts-open", kept=kept)
        return
    judged = say.number(len(found.judged))
    yield say.say("limit-forecasts", kept=kept, judged=judged, brier=say.number(figures["brier"], 3))
    if figures["brier_official"] is not None:
        ours, theirs = (say.number(figures[n], 3) for n in ("brier_where_dated", "brier_official"))
        yield say.say("limit-forecasts-official", brier=ours, official=theirs)


def _reason(f: Frame, request: DateRequest) -> str:
    """The reason in the reader's language, or as the policy of the programme names it."""
    code = request.reason
    return f.say.word("reason", code) if code in Policy().reasons else code


SECTIONS: Mapping[str, Callable[[Frame], Iterator[Block]]] = {
    "summary": _summary,
    "decided": _decided,
    "decisions": _decisions,
    "cost": _cost,
    "worth": _worth,
    "promised": _promised,
    "map": _map,
    "changed": _changed,
    "expiring": _expiring,
    "blocks": _blocks,
    "force": _force,
    "conflicts": _conflicts,
    "limits": _limits,
}
OWN_PAGE = frozenset({"worth"})
