"""``milepost brief``: the paper for a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import milepost
from milepost.cli.app import (
    AsCsv,
    AsJson,
    Folder,
    KnownOn,
    Lang,
    On,
    app,
    date_of,
    form_of,
    names_of,
    register_of,
)
from milepost.cli.output import print_notes, progress, say
from milepost.errors import WrongUse
from milepost.report.brief import brief as make
from milepost.report.brief import one_page, unshown, write_brief
from milepost.report.brief.asked import NEED_VALUES, sections_for
from milepost.results import Made
from milepost.store.stores import seal_of


@app.command()
def brief(
    programme: Folder,
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="ID", help="Meeting (default: the next one on record).")
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="ID", help="Party it is written for (default: all).")
    ] = "",
    language: Lang = "en",
    sections: Annotated[
        str,
        typer.Option(
            "--sections",
            metavar="NAMES",
            help="Parts, separated by commas (default: all): summary, decided, decisions, cost, worth, "
            "promised, map, changed, expiring, blocks, force, conflicts, limits.",
        ),
    ] = "",
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="brief.pdf, .docx, .xlsx or .html.")
    ] = Path("brief.pdf"),
    short: Annotated[
        bool, typer.Option("--one-page", help="One page for a minister, as PDF, Word, Excel or HTML.")
    ] = False,
    annex: Annotated[
        bool, typer.Option("--annex", help="At the end every table whole that was cut for length.")
    ] = False,
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the brief for a meeting, or one page for a minister.

    Where promises stand, what changed, the costliest delays, draft decisions.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme, known_on)
    if short and (sections or annex):
        raise WrongUse("--one-page has its own parts and no annex; leave out --sections and --annex.")
    asked: dict[str, Any] = {
        "meeting": meeting,
        "party": party,
        "language": language,
        "on": date_of(on),
        "version": milepost.__version__,
        "seal": seal_of(programme),
    }
    with progress("Brief", form):
        if short:
            paper = one_page(opened, **asked)
        else:
            paper = make(opened, **asked, sections=sections_for(opened, names_of(sections)))
        write_brief(paper.with_annex() if annex else paper, to)
    lost = unshown(paper) if to.suffix.lower() == ".pdf" else ""
    made = Made(f"{paper.title}: {to}", {"brief": str(to), **paper.facts, "not_shown": lost})
    return say(made, form, lambda: _print_brief(made, opened.why_no_values, lost))


def _print_brief(made: Made, why_no_values: str, lost: str) -> None:
    print(made.headed())
    if lost:
        few = lost[:20] + ("..." if len(lost) > 20 else "")
        said = f"{len(lost)} characters that the fonts of the PDF do not have stand as '?': {few}"
        print_notes([f"{said} Write it as .docx or .html to keep them."])
    if why_no_values:
        left_out = ", ".join(NEED_VALUES)
        print_notes(
            [f"Not valued: {why_no_values}, so the brief is without {left_out}; 'milepost check' lists them."]
        )
