"""``milepost new``: start a programme."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.programmes import create
from milepost.cli.app import AsCsv, AsJson, app, form_of
from milepost.cli.output import print_table, say
from milepost.results import Rows
from milepost.store.folder import Example, shipped


@app.command()
def new(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="New folder, or a new .xlsx workbook.")],
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="Start from an example; 'list' names them.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Start a programme: an empty template, or a copy of an example."""
    form = form_of(as_json, as_csv)
    if example == "list" or str(target) == "list":
        there = shipped()
        return say(there, form, lambda: _print_examples(there))
    return say(create(target, example), form, lambda: _print_made(target, example))


def _print_examples(there: Rows[Example]) -> None:
    print_table("", ["example", "title"], [[one.example, one.title] for one in there])


def _print_made(target: Path, example: str) -> None:
    origin = f" from the example '{example}'." if example else ", empty. Fill its tables, then:"
    print(f"Created {target}{origin}")
    print(f"Next: milepost check {target}")
