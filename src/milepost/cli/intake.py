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
from milepost.intake.accept import Wanted, correction
from milepost.intake.documents import read_document
from milepost.intake.drafts import Proposal, propose
from milepost.intake.lexicon import CODES

_LANGUAGES = {"en": "English", "fr": "French", "ru": "Russian", "fa": "Persian", "ar": "Arabic"}


@app.command()
def intake(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Communique, minutes or article: text, HTML, .docx or PDF."),
    ],
    programme: Annotated[
        str, typer.Option("--programme", metavar="DIR", help="Know its parties; needed to accept.")
    ] = "",
    dated: Annotated[
        str,
        typer.Option("--dated", metavar="DATE", help="Day of the document; its own dateline if not given."),
    ] = "",
    accept: Annotated[
        str,
        typer.Option(
            "--accept", metavar="IDS", help="Drafts that you confirm, by commas; needs --agreement."
        ),
    ] = "",
    corrections: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="D01.PART=VALUE",
            help="Correct owner, to, due, kind, firmness, what, title, test.",
        ),
    ] = None,
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
    """Draft commitments from a text; you confirm each.

    Who, what, by when, how firm, what is missing. Nothing enters by itself.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme) if programme else None
    parties = [(p.id, p.name) for p in opened.records.parties] if opened else []
    register = drafts.known_promises(opened.records) if opened else []
    document = read_document(file)
    found = drafts.Drafted(propose(document, parties, date_of(dated), register))
    if corrections and not accept:
        raise WrongUse("--set corrects drafts while they are accepted; name them in --accept.")
    if accept:
        if opened is None or not agreement or not by:
            raise WrongUse("Accepting drafts needs --programme, --agreement and --by.")
        found = drafts.accept(
            Register(programme),
            at_the_terminal(by),
            found.proposal,
            Wanted(
                tuple(x.strip() for x in accept.split(",") if x.strip()),
                tuple(correction(c) for c in corrections or ()),
            ),
            agreement=agreement,
            dated=found.proposal.dated,
            source=source,
        )
        if Path(programme).is_dir():
            drafts.keep_text(Path(programme), document, file.read_bytes())
    return say(found, form, lambda: _page(found))


def _page(found: Drafted) -> None:
    for d in found.proposal.drafts:
        owner = " ".join(d.owed_by) + (" (by context)" if d.by_context else "") or "owner?"
        due = str(d.due) if d.due else f"date? ({d.due_words})" if d.due_words else "date?"
        print_notes(
            [f"{d.id}  {d.firmness}  {owner}  {due}  {d.kind or 'kind?'}  [{d.place}; \u201c{d.why}\u201d]"]
        )
        print_notes([f"     {d.what}"])
        print_notes([f"     \u201c{d.quote}\u201d"])
        if d.missing:
            print_notes([f"     missing: {', '.join(d.missing)}"])
        if d.same_as:
            print_notes([f"     says the same as {d.same_as}"])
    of = found.proposal
    counts = ", ".join(f"{n} {name}" for name, n in of.by_firmness().items() if n)
    said = f"{len(of.drafts)} drafts ({counts or 'none'}) from {of.sentences} sentences"
    tail = (
        f"; written: {', '.join(found.written)}."
        if found.written
        else "; nothing was written. Confirm with --accept IDS --agreement ID; correct: --set D01.due=2027."
    )
    print_notes(
        [said + tail, _language(of), "Rules miss some promises and mistake some: read the text as well."]
    )


def _language(of: Proposal) -> str:
    counted = (
        f", counted from {of.dated}" if of.dated else ", without a day ('within six months' stays words)"
    )
    if of.language in CODES:
        return f"Read as {_LANGUAGES[of.language]}{counted}."
    return "Intake reads English, French, Russian, Persian and Arabic; this text seems to be in none of them."
