"""Export: the programme in a new store, or in another format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

import milepost
from milepost.acts.programmes import export_whole
from milepost.acts.writing import Written
from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, app, date_of, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import Target, tell
from milepost.errors import WrongUse
from milepost.report.exchange import export as write_as


@dataclass(frozen=True, repr=False)
class WrittenAs(Written):
    """A programme in another format, and what that format cannot say."""

    target: str
    format: str
    notes: tuple[str, ...]

    def headed(self) -> str:
        """Where it is."""
        return f"Wrote {self.target}."


@app.command()
def export(
    programme: Folder,
    target: Target,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="oc4ids, iati, mspdi, table-schema, power-bi, geojson, geopackage, gmns; else "
            "milepost's own.",
        ),
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="ID", help="Publisher's IATI identifier.")
    ] = "",
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="DATE",
            help="With --as: statuses on this day (default: base date, or last entry if later).",
        ),
    ] = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the programme to another store or format.

    As it is now or was recorded on a day: folder, workbook, database, or the form of another system.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme, known_on=date_of(known_on))
    if on and not kind:
        raise WrongUse(
            "milepost's own formats hold every day; --on goes with --as FORMAT, and --known-on with both."
        )
    if not kind:
        return tell(export_whole(opened, target), form)
    notes = write_as(opened, kind, Path(target), date_of(on), organisation)
    made = WrittenAs(target, kind, notes)
    return say(made, form, lambda: print_notes([made.headed(), *(f"Note: {n}." for n in notes)]))
