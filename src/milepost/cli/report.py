"""``milepost report``: one HTML file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, On, app, date_of, form_of
from milepost.cli.delay import print_delay
from milepost.cli.output import progress, say
from milepost.programme import Programme
from milepost.report.report_file import BRIEFS, ReportFile, as_html, written


@app.command()
def report(
    programme: Folder,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="HTML file to write.")] = None,
    on: On = "",
    tornado: Annotated[
        bool, typer.Option("--tornado", help="With the parameters that move V most, one at a time.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget", metavar="MUSD", help="With the best plan under a budget, as 'milepost plan' has it."
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the report: values, maps and timetable in one file.

    It opens without a network.
    """
    form = form_of(as_json, as_csv)
    stem = Path(programme).stem if "://" not in programme else "programme"
    target = as_html(to or Path(f"{stem or 'programme'}.html"), "A report", BRIEFS)
    opened = milepost.open(programme)
    moved = None
    if tornado:
        with progress("Ends of bands", form) as tell:
            moved = opened.tornado(where="auto", progress=tell)
    planned = None
    if budget is not None:
        with progress("Planning", form) as tell:
            planned = opened.plan(budget, on=date_of(on), progress=tell)
    with progress("Report", form) as tell:
        made = written(opened, target, on=date_of(on), tornado=moved, plans=planned, progress=tell)
    return say(made, form, lambda: _print_report(opened, made, date_of(on)))


def _print_report(opened: Programme, made: ReportFile, on: dt.date | None) -> None:
    if made.delay is not None:
        print_delay(opened, made.delay, on)
    print(f"\n{made.headed()}")
