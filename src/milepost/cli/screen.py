"""``milepost screen``: a first look at many commitments."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.programme import Programme
from milepost.value.screening import Screening


@app.command()
def screen(
    programme: Folder,
    sets: Annotated[int, typer.Option("--sets", help="Random sets to measure the error on.")] = 32,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random sets.")] = 0,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """A first look at many commitments: shares from pairs.

    An approximation with its measured error.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    with progress("Pairs", form) as tell:
        found = opened.screen(sets, seed, tell)
    return say(found, form, lambda: _print_screening(opened, found))


def _print_screening(opened: Programme, found: Screening) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    print_table(
        "Shares by pairs (screening, not exact), MUSD a year",
        ["id", "commitment", "share"],
        [[name, titles[name], money(share)] for name, share in found.ranked()],
        right=(2,),
        flex=1,
    )
    print_notes(
        [
            f"Measured error: {found.error_all:+.1%} of V(all) on all commitments together, "
            f"{found.error_typical:.1%} on {found.sets} random sets (seed {found.seed}). For decisions use "
            "milepost shapley."
        ]
    )
