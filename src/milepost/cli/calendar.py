"""``milepost calendar``: due dates and meetings as an iCalendar file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.cli.app import (
    AsCsv,
    AsJson,
    Folder,
    KnownOn,
    Lang,
    On,
    Party,
    app,
    date_of,
    form_of,
    register_of,
)
from milepost.cli.output import say
from milepost.report.calendar import write_calendar


@app.command()
def calendar(
    programme: Folder,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.ics", help="File to write.")] = Path(
        "milepost.ics"
    ),
    party: Party = "",
    body: Annotated[str, typer.Option("--body", metavar="NAME", help="Only the meetings of this body.")] = "",
    language: Lang = "en",
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Due dates and meetings as an iCalendar file.

    A subscribed calendar moves what is re-dated.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme, known_on)
    made = write_calendar(opened, to, party=party, body=body, language=language, on=date_of(on))
    return say(made, form, lambda: print(f"{made.headed()}."))
