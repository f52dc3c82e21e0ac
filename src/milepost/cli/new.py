"""``milepost new``: start a programme."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.corridors import Drawn, draw, params_like
from milepost.acts.programmes import create
from milepost.atlas.corridor import asked_for
from milepost.cli.app import AsCsv, AsJson, app, date_of, form_of, names_of
from milepost.cli.output import print_notes, print_table, progress, say
from milepost.errors import WrongUse
from milepost.results import Rows
from milepost.store.folder import Example, shipped


@app.command()
def new(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="New folder, or a new .xlsx workbook.")],
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="Start from an example; 'list' names them.")
    ] = "",
    through: Annotated[
        str,
        typer.Option(
            "--through",
            metavar="ISO",
            help="Make it of open data: countries by commas, such as KAZ,AZE,GEO,TUR.",
        ),
    ] = "",
    modes: Annotated[
        str, typer.Option("--modes", metavar="NAMES", help="With --through: rail, road and sea, by commas.")
    ] = "rail,road,sea",
    towns: Annotated[
        int, typer.Option("--towns", metavar="N", help="With --through: towns from so many inhabitants on.")
    ] = 100_000,
    beyond: Annotated[
        str,
        typer.Option(
            "--beyond",
            metavar="ISO",
            help="With --through: partners beyond the neighbours (default: those that matter most).",
        ),
    ] = "",
    like: Annotated[
        str,
        typer.Option("--like", metavar="PROGRAMME", help="With --through: take the parameters of this one."),
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="With --through: the base date (default: 2026-01-01).")
    ] = "2026-01-01",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Start a programme: an empty template, a copy of an example, or a corridor out of open data."""
    form = form_of(as_json, as_csv)
    if through:
        if example:
            raise WrongUse("Ask for --example or --through, not both.")
        day = date_of(on) or dt.date(2026, 1, 1)
        asked = asked_for(names_of(through), names_of(modes), towns, names_of(beyond), day)
        with progress("Atlas", form) as tell:
            drawn = draw(str(target), asked, params_like(like), tell)
        return say(drawn, form, lambda: _print_drawn(drawn))
    if example == "list" or str(target) == "list":
        there = shipped()
        return say(there, form, lambda: _print_examples(there))
    return say(create(target, example), form, lambda: _print_made(target, example))


def _print_drawn(drawn: Drawn) -> None:
    print(drawn.headed())
    kinds = ", ".join(f"{count} {mode}" for mode, count in drawn.links.items())
    print_notes(
        [
            f"{drawn.towns} towns, {drawn.ports} ports, {drawn.borders} borders; links: {kinds}.",
            f"Gateways: {', '.join(drawn.gateways) or 'none'}; beyond: {', '.join(drawn.beyond) or 'none'}.",
            f"{drawn.assumed_rows} rows are assumed (waits, rates, charges), and so are all gauges; "
            f"{drawn.joins} gaps of the source were closed, the longest {drawn.longest_join_km:.1f} km.",
        ]
    )
    if drawn.left_out:
        print_notes([f"Left out, since nothing reaches them: {', '.join(drawn.left_out)}."])
    print_notes([drawn.credit])
    print(f"Next: milepost check {drawn.created} --verify-first")


def _print_examples(there: Rows[Example]) -> None:
    print_table("", ["example", "title"], [[one.example, one.title] for one in there])


def _print_made(target: Path, example: str) -> None:
    origin = f" from the example '{example}'." if example else ", empty. Fill its tables, then:"
    print(f"Created {target}{origin}")
    print(f"Next: milepost check {target}")
