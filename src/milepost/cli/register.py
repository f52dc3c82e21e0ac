"""The commands of requests: ask to move a date, decide it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, By, Folder, OnToday, Reason, _date, _form, app
from milepost.cli.output import print_csv, print_json, print_notes

__all__ = ["By", "Reason"]


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
    """Ask to move a promised date. Nothing moves until the request is granted."""
    from milepost.programme import edit_programme
    from milepost.register.requests import ask
    from milepost.store.edits import Edit

    form = _form(as_json, as_csv)
    opened = milepost.open(programme).for_register()
    day = _date(on) or dt.date.today()
    asked = ask(opened.sound(), item, new_date=to, by=by, reason=reason, on=day, text=text)
    edit_programme(
        programme, [Edit.add(asked.request)], by=by, reason=f"request {asked.request.id}: {reason}"
    )
    facts: dict[str, Any] = {
        "request": asked.request.id,
        "item": item,
        "ordinal": asked.request.ordinal,
        "new_date": str(asked.request.new_date),
        "days_before": asked.days_before,
        "in_time": asked.in_time,
        "decided_by": asked.decided_by,
        "remarks": list(asked.remarks),
    }
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [["; ".join(v) if isinstance(v, list) else v for v in facts.values()]])
    else:
        print(
            f"Recorded as {asked.request.id}: {item} to {asked.request.new_date}, to be decided by "
            f"{asked.decided_by}."
        )
        print_notes([f"Note: {remark}." for remark in asked.remarks])
    return 0


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
    """Grant or refuse a request; a granted one moves the date, and the old one stays on record."""
    from milepost.programme import edit_programme
    from milepost.register.requests import decide as decide_request
    from milepost.store.edits import Edit

    form = _form(as_json, as_csv)
    opened = milepost.open(programme).for_register()
    old = next((r for r in opened.records.date_requests if r.id == request_id), None)
    decided, moved = decide_request(
        opened.sound(), request_id, grant=grant, by=by, on=_date(on) or dt.date.today(), text=text
    )
    assert old is not None
    edits = [Edit.change(old, decided), *([Edit.add(moved)] if moved else [])]
    edit_programme(programme, edits, by=by, reason=f"{decided.decision} {request_id}")
    facts: dict[str, Any] = {
        "request": request_id,
        "decision": decided.decision,
        "date_change": moved.id if moved else None,
    }
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [list(facts.values())])
    else:
        print(
            f"{request_id} is {decided.decision}."
            + (f" New date {moved.promised_for}, recorded as {moved.id}." if moved else "")
        )
    return 0
