"""Rows of any table, changed from the command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Annotated

import typer

from milepost.acts.persons import at_the_terminal
from milepost.acts.rows import How, rows_of_file, set_rows
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.writing import By, Cells, Reason, cells_of, tell
from milepost.errors import WrongUse


@app.command()
def edit(
    programme: Folder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Table of the row.")],
    ident: Annotated[str, typer.Argument(metavar="ID", help="Id of the row; none with --rows.")] = "",
    cells: Cells = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also", metavar="'ID COLUMN=VALUE ...'", help="Another row in the same edit; may be repeated."
        ),
    ] = None,
    rows: Annotated[
        str, typer.Option("--rows", metavar="FILE", help="CSV of rows: ids, and the columns to set.")
    ] = "",
    new: Annotated[bool, typer.Option("--new", help="Add the row.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the row away; the chain keeps it.")] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Add, change or remove a row, or several at once.

    Checked as a whole, recorded, refused if somebody else was faster. Shares that must add up to 1 are
    changed in one edit: edit DIR cargo A share=0.4 --also 'B share=0.6', or --rows FILE.
    """
    form = form_of(as_json, as_csv)
    how: How = "remove" if remove else "add" if new else "change"
    wanted = [(ident, cells_of(cells, table))] if ident else []
    wanted += [_row_of(text, table) for text in also or ()]
    wanted += rows_of_file(rows, table) if rows else []
    if not wanted:
        raise WrongUse(f"No row of {table} is named: give an id and COLUMN=VALUE, or --rows FILE.")
    done = set_rows(Register(programme), at_the_terminal(by), table, wanted, how=how, reason=reason)
    return tell(done, form)


def _row_of(text: str, table: str) -> tuple[str, dict[str, str]]:
    """Id and cells of a row as typed in one text."""
    try:
        words: Sequence[str] = shlex.split(text)
    except ValueError as fault:
        raise WrongUse(f"--also '{text}' cannot be read: {fault}.") from None
    first = next((k for k, word in enumerate(words) if "=" in word), len(words))
    if not first:
        raise WrongUse(f"--also '{text}' names no row; write 'ID COLUMN=VALUE ...'.")
    return " ".join(words[:first]), cells_of(words[first:], table)
