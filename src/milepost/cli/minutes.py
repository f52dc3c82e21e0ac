"""``milepost minutes``: who was at a meeting and what it decided; drafts become decisions in one step."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

import milepost
from milepost.acts.minutes import Proposal, minute
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, Lang, On, app, date_of, form_of, names_of, register_of
from milepost.cli.output import print_notes, print_table, say
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.report.brief import brief, write_brief
from milepost.report.brief.asked import sections_for
from milepost.report.brief.paper import Draft
from milepost.report.minutes import Minutes, paper
from milepost.report.minutes import minutes as minutes_of
from milepost.store.stores import seal_of


@app.command()
def minutes(
    programme: Folder,
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="ID", help="Meeting (default: the last one held).")
    ] = "",
    adopt: Annotated[
        str,
        typer.Option(
            "--adopt",
            metavar="NUMBERS",
            help="Draft decisions of the meeting's brief, by their numbers (1,3) or all, become decisions; "
            "so do drafts on record, by their ids.",
        ),
    ] = "",
    decide: Annotated[
        list[str] | None,
        typer.Option("--decided", metavar="TEXT", help="Record a decision: TEXT, or 'R1,R2: TEXT'."),
    ] = None,
    present: Annotated[str, typer.Option("--present", metavar="IDS", help="Parties that were there.")] = "",
    absent: Annotated[str, typer.Option("--absent", metavar="IDS", help="Parties that were not.")] = "",
    observers: Annotated[str, typer.Option("--observers", metavar="IDS", help="Who observed.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who records it.")] = "",
    language: Lang = "en",
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Also as .pdf, .docx, .xlsx or .html.")
    ] = None,
    on: On = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Minutes of a meeting: who came, what was decided.

    With where the commitments of its decisions stand; record with --by.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme)
    day = date_of(on)
    there = ((present, "present"), (absent, "absent"), (observers, "observer"))
    attendance = {opened.known_party(name): how for ids, how in there for name in names_of(ids)}
    if adopt or decide or attendance:
        if not by:
            raise WrongUse("Recording minutes needs --by (who).")
        name = meeting or minutes_of(opened, on=day).meeting.id
        drafts, ids = _chosen(opened, name, adopt, language, day) if adopt else ([], [])
        minute(
            Register(programme),
            at_the_terminal(by),
            name,
            decided=[*drafts, *map(_typed, decide or ())],
            adopted=ids,
            attendance=attendance,
        )
        opened, meeting = register_of(programme), name
    found = minutes_of(opened, meeting, day)
    if to:
        seal = seal_of(programme)
        write_brief(paper(opened, found, language, version=milepost.__version__, seal=seal), to)
    return say(found, form, lambda: _print_minutes(found, to))


def _chosen(
    opened: Programme, meeting: str, adopt: str, language: str, day: dt.date | None
) -> tuple[list[Proposal], list[str]]:
    """Drafts of the brief by number, and ids of drafts on record. Raises ``WrongUse`` for a number that the
    brief does not have."""
    asked = names_of(adopt)
    rows = [d.id for d in opened.records.decisions if d.meeting == meeting and d.stands == "draft"]
    if not any(name == "all" or name.isdigit() for name in asked):
        return [], list(asked)
    sections = sections_for(opened, ["decisions"])
    made = brief(opened, meeting=meeting, language=language, sections=sections, on=day).drafts
    chosen: list[Draft] = []
    ids: list[str] = []
    for name in asked:
        if name == "all":
            chosen += made
            ids += rows
        elif not name.isdigit():
            ids.append(name)
        elif 1 <= int(name) <= len(made):
            chosen.append(made[int(name) - 1])
        else:
            raise WrongUse(
                f"The brief for {meeting} has {len(made)} draft decisions; there is no number {name}."
            )
    owners = {c.id: c.owed_by for c in opened.records.commitments}
    plain = str.maketrans("", "", "\u2068\u2069")
    return [
        Proposal(
            d.text.translate(plain),
            d.commitments,
            tuple(dict.fromkeys(p for c in d.commitments for p in owners.get(c, ()))),
        )
        for d in chosen
    ], ids


def _typed(text: str) -> Proposal:
    """A decision as typed: commitments before a colon, if what stands there looks like ids."""
    head, colon, rest = text.partition(": ")
    names = names_of(head)
    if colon and rest.strip() and names and all(" " not in name for name in names) and len(head) < 200:
        return Proposal(rest.strip(), tuple(names))
    return Proposal(text.strip())


def _print_minutes(found: Minutes, to: Path | None) -> None:
    there: dict[str, list[str]] = {}
    for row in found.attendance:
        there.setdefault(row.presence, []).append(row.party)
    print_notes([found.headed() + "."])
    if there:
        print_notes(["; ".join(f"{how}: {', '.join(who)}" for how, who in there.items()) + "."])
    cells = [
        [d.id, d.text, d.stands, " ".join(d.owed_by), str(d.due or "–"), _standing(found, d.commitments)]
        for d in found.decisions
    ]
    if cells:
        print_table("", ["id", "decision", "stands", "to act", "due", "now"], cells, flex=1)
    if to:
        print_notes([f"Written to {to}."])


def _standing(found: Minutes, commitments: tuple[str, ...]) -> str:
    return "; ".join(f"{c} {found.standing[c].delivery}" for c in commitments if c in found.standing)
