"""Drafts of commitments from a text, shown; and those that a person confirms, written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import milepost
from milepost.acts import drafts
from milepost.acts.drafts import Drafted
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, app, date_of, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import By
from milepost.errors import WrongUse
from milepost.intake import propose, read_document


@app.command()
def intake(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Communique or article: text, HTML, .docx or PDF, in English."),
    ],
    programme: Annotated[
        str, typer.Option("--programme", metavar="DIR", help="Know its parties; needed to accept.")
    ] = "",
    dated: Annotated[
        str, typer.Option("--dated", metavar="DATE", help="Day of the document, for 'within six months'.")
    ] = "",
    accept: Annotated[
        str,
        typer.Option(
            "--accept", metavar="IDS", help="Drafts that you confirm, by commas; needs --agreement."
        ),
    ] = "",
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="ID", help="Agreement that accepted drafts follow from.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Address or citation of the document.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Draft commitments from a text: who, what, by when, how firm, what is missing. You confirm; nothing
    enters by itself."""
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme) if programme else None
    parties = [(p.id, p.name) for p in opened.records.parties] if opened else []
    day = date_of(dated)
    found = drafts.Drafted(propose(read_document(file), parties, day))
    if accept:
        if opened is None or not agreement or not by:
            raise WrongUse("Accepting drafts needs --programme, --agreement and --by.")
        found = drafts.accept(
            Register(programme),
            at_the_terminal(by),
            found.proposal,
            [x.strip() for x in accept.split(",") if x.strip()],
            agreement=agreement,
            dated=day,
            source=source,
        )
    return say(found, form, lambda: _page(found))


def _page(found: Drafted) -> None:
    for d in found.proposal.drafts:
        owner = " ".join(d.owed_by) + (" (by context)" if d.by_context else "") or "owner?"
        due = str(d.due) if d.due else f"date? ({d.due_words})" if d.due_words else "date?"
        print_notes([f"{d.id}  {d.firmness}  {owner}  {due}  [{d.place}; \u201c{d.why}\u201d]"])
        print_notes([f"     \u201c{d.quote}\u201d"])
        if d.missing:
            print_notes([f"     missing: {', '.join(d.missing)}"])
    said = f"{len(found.proposal.drafts)} drafts from {found.proposal.sentences} sentences"
    tail = (
        f"; written: {', '.join(found.written)}."
        if found.written
        else "; nothing was written. Confirm with --accept IDS --agreement ID."
    )
    print_notes(
        [
            said + tail,
            "Rules read English and miss about a quarter of promises in long communiques: read the text "
            "as well.",
        ]
    )
