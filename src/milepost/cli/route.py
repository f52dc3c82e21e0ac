"""``milepost route``: the cheapest path between two nodes."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import (
    AsCsv,
    AsJson,
    Delivered,
    Folder,
    With,
    Without,
    app,
    form_of,
    names_of,
    opened_under,
    set_of,
)
from milepost.cli.completion import names_from
from milepost.cli.output import money, print_notes, print_table, say
from milepost.network.paths import Route


@app.command()
def route(
    programme: Folder,
    origin: Annotated[
        str,
        typer.Argument(
            metavar="FROM", help="Node to start from: id or name.", autocompletion=names_from("nodes")
        ),
    ],
    destination: Annotated[
        str,
        typer.Argument(metavar="TO", help="Node to reach: id or name.", autocompletion=names_from("nodes")),
    ],
    cargo: Annotated[str, typer.Option("--cargo", help="bulk, general or containers.")] = "containers",
    via: Annotated[
        str, typer.Option("--via", metavar="NODES", help="Nodes to pass, in order, by commas.")
    ] = "",
    avoid: Annotated[str, typer.Option("--avoid", metavar="MODES", help="Modes not to use, by commas.")] = "",
    delivered: Delivered = "none",
    with_: With = "",
    without: Without = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """The cheapest path between two nodes, leg by leg.

    Hours, dollars, kilometres; and the shares of the paths that shipment types take.
    """
    form = form_of(as_json, as_csv)
    answer = opened_under(programme, with_, without).route(
        origin,
        destination,
        cargo=cargo,
        via=names_of(via),
        avoid_modes=names_of(avoid),
        delivered=set_of(delivered),
    )
    return say(answer, form, lambda: _print_route(answer))


def _print_route(answer: Route) -> None:
    having = f", with {', '.join(answer.delivered)} delivered" if answer.delivered else ""
    print_table(
        f"{answer.origin} to {answer.destination}, {answer.cargo}{having}",
        ["mode", "from", "to", "km", "hours", "USD/t", "what"],
        [
            [
                leg.mode,
                leg.from_node,
                leg.to_node,
                f"{leg.km:,.0f}" if leg.km else "",
                f"{leg.all_hours:,.1f}",
                money(leg.usd_per_t),
                leg.what,
            ]
            for leg in answer.legs
        ],
        right=(3, 4, 5),
        flex=6,
    )
    if len(answer.shares) > 1:
        print_table(
            "Paths that its shipments take",
            ["share", "km", "days", "USD/t", "modes", "links"],
            [
                [
                    f"{path.share:.0%}",
                    f"{path.km:,.0f}",
                    f"{path.hours / 24:,.1f}",
                    money(path.usd_per_t),
                    ", ".join(path.modes),
                    ", ".join(path.links),
                ]
                for path in answer.shares
            ],
            right=(0, 1, 2, 3),
            flex=5,
        )
    print_notes(
        [
            f"{answer.km:,.0f} km, {answer.days:,.1f} days, {money(answer.usd_per_t)} USD/t of freight; "
            f"generalised cost {money(answer.cost_usd_per_t)} USD/t, value of time included."
        ]
    )
