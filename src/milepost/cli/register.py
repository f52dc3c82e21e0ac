"""The commands of the register: status, force, calls, letters, calendar, brief."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, Folder, KnownOn, On, _date, _form, app
from milepost.cli.output import money, print_csv, print_json, print_notes, print_table, progress
from milepost.errors import BadData, WrongUse

# Sections of a brief that show values or the network they rest on.
NEED_VALUES = frozenset({"cost", "map"})
Party = Annotated[str, typer.Option("--party", metavar="ID", help="Only what this party owes.")]


@app.command()
def status(
    programme: Folder, on: On = "", known_on: KnownOn = "", as_json: AsJson = False, as_csv: AsCsv = False
) -> int:
    """What the evidence proves: three axes, four shares, slips, contradictions."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on)).for_register()
    day = _date(on) or opened.settings.base_date
    rows = opened.status(day)
    head = opened.headline(day)
    commitments = {c.id: c for c in opened.records.commitments}
    legal = {f.agreement: f.state for f in opened.force(day, opened.known_on or day)}
    records = [
        {
            "commitment": s.commitment,
            "title": commitments[s.commitment].title,
            "legal": legal[commitments[s.commitment].agreement],
        }
        | {k: v for k, v in s.as_dict().items() if k not in ("commitment", "milestone")}
        for s in rows
    ]
    if form == "json":
        steps = [s.as_dict() for s in opened.milestones(day)]
        print_json(
            {"on": day.isoformat(), "headline": head.as_dict(), "commitments": records, "milestones": steps}
        )
    elif form == "csv":
        columns = list(records[0]) if records else ["commitment"]
        print_csv(
            columns, [["; ".join(v) if isinstance(v, list) else v for v in r.values()] for r in records]
        )
    else:
        marks = {
            "disputed": "D",
            "stale": "S",
            "not verifiable": "V",
            "secondary source only": "2",
            "moved without request": "M",
        }
        cells = [
            [
                s.commitment,
                commitments[s.commitment].title,
                s.delivery,
                s.timing,
                "".join(marks[f] for f in s.flags),
                str(s.delivered_on or s.latest_promised or "–"),
                f"{s.slip_days:+,}" if s.slip_days is not None else "–",
            ]
            for s in rows
        ]
        shares = head.shares
        counts = head.as_dict()["counts"]
        print_notes(
            [
                f"{head.commitments} commitments on {day}, {head.stopped} stopped. Of the rest: "
                + ", ".join(f"{counts[name]} {name} ({share:.0%})" for name, share in shares.items())
                + "."
            ]
        )
        columns = ["id", "commitment", "delivery", "timing", "", "now", "slip d"]
        print_table("", columns, cells, right=(6,), flex=1)
        notes = [
            f"By rules, version {head.rules_version}; nothing is typed in as done. 'delivered' is a claim, "
            "'verified' is not. "
            "Flags: D disputed, S no recent report, V not verifiable, 2 secondary source only, M moved "
            "without request. "
            "Now: delivered, or the latest promised date; slip: from the first promised date to it.",
        ]
        disputed = [s for s in rows if s.conflicts]
        for s in disputed:
            notes.extend(f"Sources disagree on {s.commitment}: {c}." for c in s.conflicts)
        for s in rows:
            if s.announced_only:
                notes.append(
                    f"{s.commitment} was announced for {', '.join(s.announced_only)} without a granted "
                    "request; the date stays."
                )
        print_notes(notes)
    return 0


@app.command()
def force(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="ID", help="Only this one, party by party.")
    ] = "",
    no_history: Annotated[
        bool,
        typer.Option(
            "--no-history", help="A negative control: read the acts as today's lists of participants do."
        ),
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Entry into force of each agreement and for each party: date, trigger, working."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on)).for_register()
    day = _date(on) or opened.settings.base_date
    answers = tuple(opened.force(day, opened.known_on or day, history=not no_history))
    titles = {a.id: a.title for a in opened.records.agreements}
    if agreement:
        if agreement not in titles:
            from milepost.errors import one_of

            raise one_of("agreement", agreement, list(titles))
        answers = tuple(a for a in answers if a.agreement == agreement)
    if form == "json":
        print_json({a.agreement: a.as_dict() for a in answers})
    elif form == "csv":
        rows = []
        for a in answers:
            when = str(a.trigger_date) if a.trigger_date else None
            rows.append([a.agreement, "", a.state, a.in_force, None, a.basis, when, "; ".join(a.working)])
            rows.extend(
                [[a.agreement, p.party, p.state, p.in_force, p.until, "", None, p.working] for p in a.parties]
            )
        print_csv(["agreement", "party", "state", "in_force", "until", "basis", "trigger", "working"], rows)
    elif agreement:
        for a in answers:
            print_notes(
                [
                    f"{a.agreement} {titles[a.agreement]}: {a.state}, in force {a.in_force or 'not reached'} "
                    f"({a.basis})."
                ]
            )
            print_notes([f"- {line}" for line in (*a.working, *a.conflicts)])
            cells = [[p.party, p.state, p.in_force or "–", p.until or "", p.working] for p in a.parties]
            print_table("", ["party", "state", "in force", "until", "working"], cells, flex=4)
    else:
        cells = [
            [a.agreement, titles[a.agreement], a.state, a.in_force or "not reached", a.basis] for a in answers
        ]
        print_table("Entry into force", ["id", "agreement", "state", "in force", "basis"], cells, flex=1)
        notes = [
            "computed: from acts and a rule; stated: by a source, the rule is not on record; --agreement ID "
            "shows the working."
        ]
        notes += [f"{a.agreement}: {c}." for a in answers for c in a.conflicts]
        print_notes(notes)
    return 0


@app.command()
def calls(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    party: Party = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Whom to call first: what is open, its owner, days late, what a day costs and whom."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on)).for_register()
    day = _date(on) or opened.settings.base_date
    rows = [c for c in opened.calls(day) if not party or party in c.owed_by]
    if party:
        _known_party(opened, party)
    if form == "json":
        print_json(
            {
                "on": day.isoformat(),
                "unit": "MUSD/day",
                "calls": [
                    {
                        "commitment": c.commitment,
                        "milestone": c.milestone or None,
                        "title": c.title,
                        "owed_by": list(c.owed_by),
                        "due": c.due.isoformat() if c.due else None,
                        "days_late": c.days_late,
                        "delivery": c.delivery,
                        "timing": c.timing,
                        "flags": list(c.flags),
                        "missing": list(c.missing),
                        "waits_for": list(c.waits_for),
                        "holds_up": list(c.holds_up),
                        "escalated_to": c.escalated_to or None,
                        "cost_of_a_day": c.cost_of_a_day_musd,
                        "dearest_for": dict(c.dearest_for),
                        "why_not_valued": c.why_not_valued or None,
                    }
                    for c in rows
                ],
            }
        )
    elif form == "csv":
        columns = [
            "commitment",
            "milestone",
            "title",
            "owed_by",
            "due",
            "days_late",
            "delivery",
            "timing",
            "escalated_to",
        ]
        print_csv(
            [*columns, "missing", "waits_for", "cost_of_a_day_musd", "dearest_for", "why_not_valued"],
            [
                [
                    c.commitment,
                    c.milestone,
                    c.title,
                    ";".join(c.owed_by),
                    c.due.isoformat() if c.due else None,
                    c.days_late,
                    c.delivery,
                    c.timing,
                    c.escalated_to,
                    ";".join(c.missing),
                    ";".join(c.waits_for),
                    c.cost_of_a_day_musd,
                    ";".join(f"{k} {v:.6g}" for k, v in c.dearest_for),
                    c.why_not_valued,
                ]
                for c in rows
            ],
        )
    else:
        cells = [
            [
                c.milestone or c.commitment,
                c.title,
                _short(c.owed_by),
                c.due.isoformat() if c.due else "no date",
                f"{c.days_late:,}" if c.days_late else "",
                ""
                if c.milestone
                else money(None if c.cost_of_a_day_musd is None else 1000 * c.cost_of_a_day_musd),
                " ".join(k for k, v in c.dearest_for[:2] if v > 0),
            ]
            for c in rows
        ]
        print_table(
            f"Open on {day}, dearest day first",
            ["id", "what", "owed by", "due", "late d", "kUSD/d", "borne by"],
            cells,
            right=(4, 5),
            flex=1,
        )
        notes = [
            "kUSD/d: what one more day of delay costs all countries, thousand USD, present value; – not "
            "valued."
        ]
        lacks = [f"{c.commitment} ({', '.join(c.missing)})" for c in rows if c.missing]
        if lacks:
            notes.append(f"Cannot be verified as it stands, missing: {', '.join(lacks)}.")
        notes += [f"{c.commitment} waits for {', '.join(c.waits_for)}." for c in rows if c.waits_for]
        steps: dict[str, list[str]] = {}
        for c in rows:
            if c.escalated_to:
                steps.setdefault(c.escalated_to, []).append(c.milestone or c.commitment)
        if opened.why_no_values:
            notes.append(f"Not valued: {opened.why_no_values}; 'milepost check' lists what to do.")
        notes += [f"By the ladder now with the {role}: {', '.join(names)}." for role, names in steps.items()]
        print_notes(notes)
    return 0


@app.command()
def remind(
    programme: Folder,
    on: On = "",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="After this day (default: the day before).")
    ] = "",
    party: Party = "",
    intake: Annotated[
        bool, typer.Option("--intake", help="Also what is missing, and requests for work plans.")
    ] = False,
    send: Annotated[bool, typer.Option("--send", help="Send them; without it they are only shown.")] = False,
    smtp: Annotated[
        str, typer.Option("--smtp", metavar="URL", help="smtp://, smtp+starttls:// or smtps:// server.")
    ] = "",
    sender: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="Address they come from.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Letters that fall due: reminders, the last day to ask, the ladder. Shown, not sent, unless --send."""
    from milepost.report.letters import letters
    from milepost.report.letters import send as send_letters

    form = _form(as_json, as_csv)
    if send and not (smtp and sender):
        raise WrongUse("Sending needs --smtp and --from.")
    opened = milepost.open(programme).for_register()
    day = _date(on) or opened.settings.base_date
    if party:
        _known_party(opened, party)
    batch = letters(opened, opened.notices(day, _date(since), intake=intake, party=party), day)
    sent = send_letters(batch, server=smtp, sender=sender) if send else 0
    without = sum(not letter.to for letter in batch)
    if form == "json":
        print_json(
            {
                "on": day.isoformat(),
                "sent": sent,
                "without_address": without,
                "letters": [x.as_dict() for x in batch],
            }
        )
    elif form == "csv":
        columns = [
            "day",
            "kind",
            "item",
            "party",
            "addressee",
            "due",
            "days",
            "to",
            "language",
            "subject",
            "text",
        ]
        print_csv(columns, [[x.as_dict()[c] for c in columns] for x in batch])
    else:
        for letter in batch:
            print(
                f"{letter.notice.day}  {letter.notice.kind}  to "
                f"{letter.to or letter.notice.addressee + ' (no address on record)'}"
            )
            print_notes([f"  {letter.subject}"])
        verb = f"{sent} sent" if send else "none sent (--send sends them, --json shows their text)"
        print_notes([f"{len(batch)} letters, {without} without an address; {verb}."])
    return 0


@app.command()
def calendar(
    programme: Folder,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.ics", help="File to write.")] = Path(
        "milepost.ics"
    ),
    party: Party = "",
    body: Annotated[str, typer.Option("--body", metavar="NAME", help="Only the meetings of this body.")] = "",
    language: Annotated[str, typer.Option("--lang", help="en, ru, fa, ar or fr.")] = "en",
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Due dates and meetings as an iCalendar file; a subscribed calendar moves what is re-dated."""
    from milepost.report.calendar import calendar as make

    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on)).for_register()
    content = make(opened, party=party, body=body, language=language, on=_date(on))
    _write(to, content)
    facts: dict[str, Any] = {"calendar": str(to), "events": content.count(b"BEGIN:VEVENT")}
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [list(facts.values())])
    else:
        print(f"Wrote {facts['events']} events to {to}.")
    return 0


@app.command()
def brief(
    programme: Folder,
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="ID", help="Meeting (default: the next one on record).")
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="ID", help="Party it is written for (default: all).")
    ] = "",
    language: Annotated[str, typer.Option("--lang", help="en, ru, fa, ar or fr.")] = "en",
    sections: Annotated[
        str,
        typer.Option(
            "--sections",
            metavar="NAMES",
            help="Parts, separated by commas (default: all): summary, decisions, cost, promised, map, "
            "changed, expiring, "
            "blocks, force, conflicts, limits.",
        ),
    ] = "",
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="brief.pdf, .docx, .xlsx or .html.")
    ] = Path("brief.pdf"),
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """The brief for a meeting: where promises stand, what changed, dearest delays, draft decisions."""
    from milepost.report.brief import brief as make
    from milepost.report.brief import write_brief
    from milepost.report.brief.contents import SECTIONS
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    asked = [part.strip() for part in sections.split(",") if part.strip()]
    opened = milepost.open(programme, known_on=_date(known_on)).for_register()
    if opened.why_no_values:
        if set(asked) & NEED_VALUES:
            raise BadData(opened.check())
        asked = asked or [name for name in SECTIONS if name not in NEED_VALUES]
    with progress("Brief", form):
        made = make(
            opened,
            meeting=meeting,
            party=party,
            language=language,
            on=_date(on),
            version=milepost.__version__,
            root=open_store(programme).head()[1],
            sections=asked,
        )
        write_brief(made, to)
    facts: dict[str, Any] = {"brief": str(to), **made.facts}
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [list(facts.values())])
    else:
        print(f"{made.title}: {to}")
        if opened.why_no_values:
            left_out = ", ".join(name for name in SECTIONS if name in NEED_VALUES)
            print_notes(
                [
                    f"Not valued: {opened.why_no_values}, so the brief is without {left_out}; 'milepost "
                    "check' lists them."
                ]
            )
    return 0


def _known_party(opened: Any, party: str) -> None:
    from milepost.errors import one_of

    known = [p.id for p in opened.records.parties]
    if party not in known:
        raise one_of("party", party, known)


def _short(owners: tuple[str, ...]) -> str:
    return " ".join(owners[:2]) + (f" +{len(owners) - 2}" if len(owners) > 2 else "")


def _write(target: Path, content: bytes) -> None:
    from milepost.files import write_whole

    write_whole(target, content)
