"""One row of any table, changed from the command line."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from milepost.acts.persons import at_the_terminal
from milepost.acts.rows import set_cells
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.writing import By, Cells, Reason, cells_of, tell


@app.command()
def edit(
    programme: Folder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Table of the row.")],
    ident: Annotated[str, typer.Argument(metavar="ID", help="Id of the row.")],
    cells: Cells = None,
    new: Annotated[bool, typer.Option("--new", help="Add the row.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the row away; the chain keeps it.")] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Add, change or remove one row.

    Checked as a whole, recorded, refused if somebody else was faster.
    """
    form = form_of(as_json, as_csv)
    how: Literal["add", "change", "remove"] = "remove" if remove else "add" if new else "change"
    given = cells_of(cells, table)
    done = set_cells(Register(programme), at_the_terminal(by), (table, ident), given, how=how, reason=reason)
    return tell(done, form)
