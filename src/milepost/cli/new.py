"""``milepost new``: start a programme."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from milepost.acts.corridors import Drawn, asked_in_words, draw, params_like
from milepost.acts.programmes import create
from milepost.cli.app import AsCsv, AsJson, app, date_of, form_of, names_of
from milepost.cli.output import print_notes, print_table, progress, say
from milepost.errors import WrongUse
from milepost.results import Rows
from milepost.store.folder import Example, shipped


@app.command()
def new(
    target: Annotated[
        str,
        typer.Argument(metavar="DIR", help="New folder, .xlsx workbook, SQLite .db or postgresql:// URL."),
    ],
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="Start from an example; 'list' names them.")
    ] = "",
    through: Annotated[
        str,
        typer.Option(
            "--through",
            metavar="COUNTRIES",
            help="Make it of open data: codes or names by commas, such as KAZ,AZE,GEO,TUR.",
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
            metavar="COUNTRIES",
            help="With --through: partners beyond the neighbours (default: those that matter most).",
        ),
    ] = "",
    like: Annotated[
        str,
        typer.Option("--like", metavar="PROGRAMME", help="With --through: take the parameters of this one."),
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="Base date of the new programme (default: today).")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Start a programme: a template, an example, or from open data."""
    form = form_of(as_json, as_csv)
    if example and (on or through):
        other = "--through" if through else "--on: an example has its own base date"
        raise WrongUse(f"Ask for --example or {other}, not both.")
    day = date_of(on) or dt.date.today()
    if through:
        asked = asked_in_words(names_of(through), names_of(modes), towns, names_of(beyond), day)
        with progress("Atlas", form) as tell:
            drawn = draw(target, asked, params_like(like), tell)
        return say(drawn, form, lambda: _print_drawn(drawn))
    if example == "list" or target == "list":
        there = shipped()
        return say(there, form, lambda: _print_examples(there))
    return say(create(target, example, day), form, lambda: _print_made(target, example))


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
    if drawn.assumed_roads:
        print_notes(
            [
                "Roads are assumed to towns and ports without one in the source, on links: "
                f"{drawn.assumed_roads}; 'road assumed' stands in their notes."
            ]
        )
    if drawn.left_out:
        print_notes([f"Left out, since nothing reaches them: {', '.join(drawn.left_out)}."])
    if drawn.missing:
        print_notes([f"Not in the programme, since no town of it is reached: {', '.join(drawn.missing)}."])
    print_notes([drawn.credit])
    print(f"Next: milepost check {drawn.created} --verify-first")


def _print_examples(there: Rows[Example]) -> None:
    print_table("", ["example", "title"], [[one.example, one.title] for one in there])


def _print_made(target: str, example: str) -> None:
    origin = f" from the example '{example}'." if example else ", empty. Fill its tables, then:"
    print(f"Created {target}{origin}")
    print(f"Next: milepost check {target}")
