"""What commands that write have in common: who acts, why, and cells as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from milepost.cli.output import print_notes, say
from milepost.errors import WrongUse
from milepost.results import Form, Result

By = Annotated[
    str,
    typer.Option("--by", metavar="WHO", help="Who makes the change: a party or an office; it is recorded."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded.")]
OnToday = Annotated[
    str,
    typer.Option("--on", metavar="DATE", help="On this day (default: today, or a later base date)."),
]
Cells = Annotated[
    list[str] | None, typer.Argument(metavar="COLUMN=VALUE ...", help="Cells to set; empty = not known.")
]
Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="Folder, .xlsx, SQLite .db, or postgresql://user@host/name.")
]


def cells_of(typed: Sequence[str] | None, about: str) -> dict[str, str]:
    """Columns and what they are to hold. Raises ``WrongUse`` for what sets no column of the table
    ``about``."""
    given: dict[str, str] = {}
    for cell in typed or ():
        column, sign, value = cell.partition("=")
        if not sign:
            raise WrongUse(f"'{cell}' sets no column of {about}; write COLUMN=VALUE.")
        given[column] = value
    return given


def tell(answer: Result, form: Form) -> int:
    """Show what an act did; for people in one sentence."""
    return say(answer, form, lambda: print_notes([answer.headed()]))
