"""``milepost skim``: cost, hours, dollars and km between all zones."""

from __future__ import annotations

from milepost.cli.app import (
    AsCsv,
    AsJson,
    Delivered,
    Folder,
    With,
    Without,
    app,
    form_of,
    opened_under,
    set_of,
)
from milepost.cli.output import print_notes, print_table, say
from milepost.value.zone_skim import HEADS, ZoneSkim

MOST = 40


@app.command()
def skim(
    programme: Folder,
    delivered: Delivered = "none",
    with_: With = "",
    without: Without = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Cost, hours, dollars and km between every two zones.

    Of the cheapest path, by class of cargo.
    """
    form = form_of(as_json, as_csv)
    answer = opened_under(programme, with_, without).skim(set_of(delivered))
    return say(answer, form, lambda: _print_skim(answer))


def _print_skim(answer: ZoneSkim) -> None:
    rows = [row for row in answer.rows() if row[0] == "containers"]
    told = [[f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows[:MOST]]
    print_table(answer.headed(), list(HEADS), told)
    if len(rows) > MOST:
        print_notes([f"{len(rows) - MOST} more pairs, and bulk and general cargo: --csv or --json."])
