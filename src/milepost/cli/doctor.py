"""``milepost doctor``: what is on this machine and in a programme, each with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, app, form_of
from milepost.cli.output import print_notes, print_table, say
from milepost.web.doctor import Besides, examined


@app.command()
def doctor(
    programme: Annotated[
        str, typer.Argument(metavar="[DIR]", help="Programme to look at too; without one this machine alone.")
    ] = "",
    documents: Annotated[
        Path | None, typer.Option("--documents", metavar="FOLDER", help="Documents of a database.")
    ] = None,
    people: Annotated[
        str, typer.Option("--people", metavar="FILE-OR-URL", help="Accounts of a server.")
    ] = "",
    backups: Annotated[
        Path | None, typer.Option("--backups", metavar="FOLDER", help="Where backups lie: the newest counts.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Look at this machine and a programme: what is good, what to do.

    Nothing is changed. The exit code is 1 if there is a fault.
    """
    form = form_of(as_json, as_csv)
    found = examined(programme, Besides(documents, people, backups))

    def page() -> None:
        print_table("", ["", "about", "found"], [[one.state, one.about, one.found] for one in found], flex=2)
        print_notes([f"{one.about}: {one.found}. To do: {one.to_do}." for one in found if one.to_do])
        print(f"{found.count('fault')} faults, {found.count('remark')} remarks.")

    say(found, form, page)
    return found.exit_code
