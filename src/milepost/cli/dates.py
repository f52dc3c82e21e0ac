"""Dates: asking to move one, and deciding."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.acts.dates import ask
from milepost.acts.dates import decide as decide_date
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, date_of, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import By, OnToday


@app.command()
def request(
    programme: Folder,
    item: Annotated[str, typer.Argument(metavar="ID", help="Commitment or milestone whose date is to move.")],
    to: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Date asked for: 2028, 2028-06 or 2028-06-30.")
    ],
    by: By,
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="Reason code of the policy file.")],
    text: Annotated[str, typer.Option("--text", help="The reason in words.")] = "",
    on: OnToday = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Ask to move a promised date.

    Nothing moves until the request is granted.
    """
    form = form_of(as_json, as_csv)
    asked = ask(
        Register(programme),
        at_the_terminal(by),
        item,
        new_date=to,
        reason=reason,
        text=text,
        party=by,
        on=date_of(on),
    )

    def page() -> None:
        print(f"Recorded as {asked.id}: {item} to {asked.new_date}, to be decided by {asked.decided_by}.")
        print_notes([f"Note: {remark}." for remark in asked.remarks])

    return say(asked, form, page)


@app.command()
def decide(
    programme: Folder,
    request_id: Annotated[str, typer.Argument(metavar="REQUEST", help="Request to decide.")],
    by: By,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="Grant or refuse it.")],
    text: Annotated[str, typer.Option("--text", help="The decision in words.")] = "",
    on: OnToday = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Grant or refuse a request to move a date.

    A granted one moves the date, and the old one stays on record.
    """
    form = form_of(as_json, as_csv)
    done = decide_date(
        Register(programme),
        at_the_terminal(by),
        request_id,
        grant=grant,
        text=text,
        body=by,
        on=date_of(on),
    )
    moved = f" New date {done.new_date}, recorded as {done.date_change}." if done.date_change else ""
    return say(done, form, lambda: print(f"{done.id} is {done.decision}.{moved}"))
