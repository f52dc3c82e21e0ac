"""Evidence and meetings: what is recorded as it comes in."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.acts.evidence import judge as judge_report
from milepost.acts.evidence import record as record_evidence
from milepost.acts.meetings import record as record_meeting
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import say
from milepost.cli.writing import By, Cells, cells_of
from milepost.errors import one_of

VERDICTS = ("yes", "in part", "no")


@app.command()
def evidence(
    programme: Folder,
    commitment: Annotated[str, typer.Argument(metavar="COMMITMENT", help="Commitment reported on.")],
    shows: Annotated[
        str,
        typer.Option(
            "--shows", metavar="WHAT", help="context, started, progress, delivered, 'in effect' or stopped."
        ),
    ],
    by: By,
    cells: Cells = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Record a report about a commitment.

    The register gives it an id. Other columns as COLUMN=VALUE.
    """
    form = form_of(as_json, as_csv)
    report = {**cells_of(cells, "evidence"), "commitment": commitment, "shows": shows}
    done = record_evidence(Register(programme), at_the_terminal(by), report)
    return say(done, form, lambda: print(f"{done.id}: {done.headed()}"))


@app.command()
def judge(
    programme: Folder,
    report: Annotated[str, typer.Argument(metavar="REPORT", help="Report of the table evidence to judge.")],
    verdict: Annotated[
        str,
        typer.Option(
            "--verdict", metavar="WORD", help="Does it meet the acceptance test: yes, in part or no?"
        ),
    ],
    by: By,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Judge whether a report meets the acceptance test.

    Another person does than the one who entered it.
    """
    form = form_of(as_json, as_csv)
    if verdict not in VERDICTS:
        raise one_of("verdict", verdict, list(VERDICTS))
    done = judge_report(Register(programme), at_the_terminal(by), report, verdict, reason)
    return say(done, form, lambda: print(f"{done.id}: {done.headed()}"))


@app.command()
def meeting(
    programme: Folder,
    body: Annotated[str, typer.Option("--body", metavar="NAME", help="Body that meets.")],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Title of the meeting.")],
    by: By,
    date: Annotated[
        str, typer.Option("--date", metavar="DATE", help="Day it is or was held (default: not set).")
    ] = "",
    place: Annotated[str, typer.Option("--place", metavar="NAME", help="Where.")] = "",
    parties: Annotated[
        str, typer.Option("--parties", metavar="IDS", help="Parties that sit in it, by semicolons (all).")
    ] = "",
    cells: Cells = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Record a meeting.

    The register gives it an id, unless id=ID does. Other columns as COLUMN=VALUE.
    """
    form = form_of(as_json, as_csv)
    named = {"body": body, "title": title, "date": date, "place": place, "parties": parties}
    done = record_meeting(Register(programme), at_the_terminal(by), {**cells_of(cells, "meetings"), **named})
    return say(done, form, lambda: print(f"{done.id}: {done.headed()}"))
