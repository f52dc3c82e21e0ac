"""``milepost intervals``: how sure the values are."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of, set_of
from milepost.cli.output import money, print_notes, print_table, progress, say, thousands
from milepost.programme import Programme
from milepost.value.intervals import Intervals, banded

DRAWN = {
    "trade_elasticity": "trade elasticity within low and high of params",
    "value_of_time_share_per_day": "value of time within low and high of params",
}


@app.command()
def intervals(
    programme: Folder,
    draws: Annotated[int, typer.Option("--draws", help="How many draws.")] = 100,
    orders: Annotated[
        int,
        typer.Option(
            "--orders", min=0, help="Pairs of orders for shares of more than 12 commitments; 0: no shares."
        ),
    ] = 60,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed.")] = 0,
    delivered: Annotated[
        list[str] | None,
        typer.Option(
            "--delivered",
            help="A set of commitments, ids with commas: intervals on its V; may be given again.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """How sure the values are: draws of trade elasticity, value of time and flows; intervals on shares and on
    a day's delay."""
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    sets = [set_of(one) for one in delivered or []]
    with progress("Draws", form) as tell:
        found = opened.intervals(draws=draws, orders=orders, seed=seed, sets=sets, progress=tell)
    return say(found, form, lambda: _print_intervals(opened, found, shares=orders > 0))


def _print_intervals(opened: Programme, found: Intervals, *, shares: bool) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    rows = []
    for row in found.ranges():
        day = f"{thousands(row.delay[0])}-{thousands(row.delay[2])}" if row.delay else ""
        numbers = (row.central, row.share[0], row.share[2]) if row.share else (None, None, None)
        rows.append([row.commitment, titles[row.commitment], *map(money, numbers), day])
    print_table(
        f"Shares with 90 % intervals, MUSD a year, {found.draws} draws",
        ["id", "commitment", "share", "P5", "P95", "a day, kUSD"],
        rows,
        right=(2, 3, 4, 5),
        flex=1,
    )
    for one in found.as_dict()["sets"]:
        ranked = sorted(one["countries"].items(), key=lambda pair: -abs(pair[1]["central"]))
        print_table(
            f"V({', '.join(one['delivered']) or 'nothing'}) with 90 % intervals, MUSD a year",
            ["country", "value", "P5", "P95"],
            [
                [name, *(money(v[k]) for k in ("central", "p5", "p95"))]
                for name, v in [("all countries", one["sum"]), *ranked]
            ],
            right=(1, 2, 3),
        )
    central, low, high = found.total_all()
    drawn = ", ".join([*(DRAWN[name] for name in banded(opened.records)), "every flow"])
    print_notes(
        [
            f"V(all), all countries: {money(central)}, P5 to P95 {money(low)} to {money(high)}; "
            f"{found.gaining} of {len(found.countries)} countries gain in 19 of 20 draws.",
            f"Drawn: {drawn}; all commitments in the same draws. What params give no low and high, the form "
            "of the model and the dates are not drawn.",
            f"Seed {found.seed}.{_how(found, shares=shares)}",
        ]
    )


def _how(found: Intervals, *, shares: bool) -> str:
    if not shares:
        return " No shares."
    if found.orders:
        return f" Shares from {found.orders} pairs of orders, the same in every draw."
    return " Shares exact."
