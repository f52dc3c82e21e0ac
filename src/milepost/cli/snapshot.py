"""``milepost snapshot``: the whole page in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import progress, say
from milepost.report.report_file import as_html
from milepost.results import Made
from milepost.web.snapshot import write_snapshot
from milepost.web.state import State


@app.command()
def snapshot(
    programme: Folder,
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="One HTML file that opens without a network.")
    ] = Path("corridor.html"),
    language: Annotated[
        str, typer.Option("--lang", help="Language it opens in: en, ru, fa, ar or fr.")
    ] = "en",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the page with its data into one file, to send.

    Every date can be moved in it, without a server or a network.
    """
    form = form_of(as_json, as_csv)
    as_html(to, "A snapshot")
    with progress("Snapshot", form):
        size = write_snapshot(State(programme), to, language=language)
    made = Made(f"Wrote {to} ({size / 1e6:.1f} MB).", {"snapshot": str(to), "bytes": size})
    return say(made, form, lambda: print(made.headed()))
