"""``milepost force``: what is in force, since when and for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, print_table, say
from milepost.register.answers import Forces


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
    """When each agreement enters into force, and for whom.

    Date, trigger and what was counted, for each party.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme, known_on)
    answer = opened.force(date_of(on), history=not no_history)
    titles = {a.id: a.title for a in opened.records.agreements}
    if agreement:
        one = answer.only(agreement)
        return say(one, form, lambda: _print_one(one, titles))
    return say(answer, form, lambda: _print_all(answer, titles))


def _print_all(answer: Forces, titles: dict[str, str]) -> None:
    cells = [
        [a.agreement, titles[a.agreement], a.state, a.in_force or "not reached", a.basis] for a in answer
    ]
    print_table("Entry into force", ["id", "agreement", "state", "in force", "basis"], cells, flex=1)
    notes = [
        "computed: from acts and a rule; stated: by a source, the rule is not on record; --agreement ID "
        "shows the working."
    ]
    print_notes([*notes, *(f"{a.agreement}: {c}." for a in answer for c in a.conflicts)])


def _print_one(answer: Forces, titles: dict[str, str]) -> None:
    for a in answer:
        since = a.in_force or "not reached"
        print_notes([f"{a.agreement} {titles[a.agreement]}: {a.state}, in force {since} ({a.basis})."])
        print_notes([f"- {line}" for line in (*a.working, *a.conflicts)])
        cells = [[p.party, p.state, p.in_force or "–", p.until or "", p.working] for p in a.parties]
        print_table("", ["party", "state", "in force", "until", "working"], cells, flex=4)
