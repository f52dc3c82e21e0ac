"""``milepost loads``: tonnes on each link and terminal, and where they meet a capacity."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, With, Without, app, form_of, names_of, opened_under
from milepost.cli.output import money, print_notes, print_table, say
from milepost.network.loads import Bottlenecks, Loads
from milepost.network.select_link import SelectLink
from milepost.programme import Programme


@app.command()
def loads(
    programme: Folder,
    delivered: Annotated[
        str, typer.Option("--delivered", metavar="IDS", help="Commitments delivered: what do they shift?")
    ] = "",
    most: Annotated[int, typer.Option("--most", help="How many links to show.")] = 20,
    by_date: Annotated[
        bool, typer.Option("--by-date", help="Bottlenecks on every date of the timetable.")
    ] = False,
    selected: Annotated[
        str,
        typer.Option(
            "--select",
            metavar="LINK|NODE|COMMITMENT",
            help="Who uses it, from where to where, and where would it go without?",
        ),
    ] = "",
    with_: With = "",
    without: Without = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Tonnes on each link and terminal, beside its capacity.

    Where the goods would go, what a commitment shifts, and who uses what.
    """
    form = form_of(as_json, as_csv)
    opened = opened_under(programme, with_, without)
    if by_date:
        found = opened.bottlenecks()
        return say(found, form, lambda: _print_bottlenecks(found))
    if selected:
        users = opened.select_link(selected, names_of(delivered))
        return say(users, form, lambda: _print_users(users, most))
    answer = opened.loads(names_of(delivered))
    return say(answer, form, lambda: _print_loads(opened, answer, delivered, most))


def _print_loads(opened: Programme, answer: Loads, asked: str, most: int) -> None:
    cells = [
        [
            x.link,
            x.mode,
            money(x.total_mt),
            money(answer.shift[x.link]) if answer.delivered else "",
            money(x.capacity_mt) if x.capacity_mt else "–",
            f"{x.use:.0%}" if x.use is not None else "",
        ]
        for x in answer.ranked()[:most]
    ]
    title = f"Million tonnes a year with {asked}, largest shift first"
    print_table(
        title if answer.delivered else "Million tonnes a year, both ways",
        ["link", "mode", "Mt", "shift" if answer.delivered else "", "capacity", "use"],
        cells,
        right=(2, 3, 4, 5),
        flex=0,
    )
    names = {n.id: n.name for n in opened.records.nodes}
    busiest = ", ".join(f"{names[n]} {money(v)}" for n, v in list(answer.terminals.items())[:5])
    notes = [f"Handled most at: {busiest} Mt."] if busiest else []
    over = ", ".join(f"{x.link} ({x.use:.0%})" for x in answer.bottlenecks())
    if over:
        notes.append(f"Beyond their stated capacity: {over}.")
    if answer.without_path_mt:
        notes.append(f"{money(answer.without_path_mt)} Mt have no path.")
    notes.append(
        f"{money(answer.moved_mt)} Mt between countries, every tonne on its cheapest path at flows of the "
        "base; costs do not rise with loads, so a link beyond capacity says where goods would go, not that "
        "they do."
    )
    print_notes(notes)


def _print_users(found: SelectLink, most: int) -> None:
    print_table(
        f"Who uses {found.id}, million tonnes a year",
        ["from", "to", "exporter", "importer", "cargo", "Mt"],
        [[u.origin, u.destination, u.exporter, u.importer, u.cargo, money(u.mt)] for u in found.users[:most]],
        right=(5,),
        flex=0,
    )
    classes = ", ".join(f"{s} {money(mt)}" for s, mt in found.by_class().items() if mt)
    notes = [f"{money(found.mt)} Mt in all{': ' if classes else ''}{classes}."]
    if gains := found.gains():
        notes.append(f"Without it, more on {', '.join(f'{x} {money(mt)}' for x, mt in gains[:8])} Mt.")
    if found.without_path_mt:
        notes.append(f"{money(found.without_path_mt)} Mt would have no path.")
    print_notes(notes)


def _print_bottlenecks(found: Bottlenecks) -> None:
    cells = [
        [
            turn.day.isoformat(),
            turn.link,
            *(
                ["", "", "", "no longer"]
                if (x := turn.now) is None
                else [x.mode, money(x.load_mt), money(x.capacity_mt), f"{x.use:.0%}"]
            ),
        ]
        for turn in found.turns()
    ]
    head = ["from", "link", "mode", "mt_per_year", "capacity", "use"]
    print_table("Asked for more than they can carry, Mt a year", head, cells, right=(3, 4, 5), flex=1)
    print_notes(
        [
            "If the timetable is kept. A line for every change by more than one point of use.",
            "All goods take their cheapest path; flows are those of the base; capacity is as stated or "
            "promised.",
        ]
    )
