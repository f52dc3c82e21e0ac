"""``milepost extend``: countries out of open data for a programme that exists."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated

import typer

from milepost.acts.bring import Brought
from milepost.acts.corridors import asked_in_words
from milepost.acts.corridors import extend as add_countries
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of, names_of
from milepost.cli.output import print_notes, progress, say
from milepost.cli.writing import By, Reason


@app.command()
def extend(
    programme: Folder,
    countries: Annotated[
        str, typer.Option("--with", metavar="ISO", help="Countries to add, by commas, such as UZB.")
    ],
    modes: Annotated[
        str, typer.Option("--modes", metavar="NAMES", help="rail, road and sea, by commas.")
    ] = "rail,road,sea",
    towns: Annotated[
        int, typer.Option("--towns", metavar="N", help="Towns from so many inhabitants on.")
    ] = 100_000,
    apply: Annotated[bool, typer.Option("--apply", help="Apply what is shown.")] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Add countries out of open data: first shown, then applied.

    What is there is not changed.
    """
    form = form_of(as_json, as_csv)
    asked = asked_in_words(names_of(countries), names_of(modes), towns, (), dt.date(2026, 1, 1))
    with progress("Atlas", form) as tell:
        done, notes = add_countries(
            Register(programme), at_the_terminal(by), asked, apply=apply, reason=reason, tell=tell
        )
    say(done, form, lambda: _print_added(done, notes))
    return 1 if done.rejected else 0


def _print_added(done: Brought, notes: tuple[str, ...]) -> None:
    for what, table in sorted({(d.what, d.table) for d in done.differences}):
        rows = [d for d in done.differences if (d.what, d.table) == (what, table)]
        first = ", ".join(d.id for d in rows[:6]) + (" ..." if len(rows) > 6 else "")
        print_notes(
            [f"{what} {len(rows):,} {table}: {first}", *(f"  {d.id}: {d.why}" for d in rows if d.why)]
        )
    counts = Counter(d.what for d in done.differences)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "no difference"
    print(f"{told}; {'applied' if done.applied else 'nothing applied'}.")
    print_notes(notes)
    if not done.applied and not done.rejected:
        print_notes(["Every row: --csv. Apply with --apply --by WHO --reason WHY."])
