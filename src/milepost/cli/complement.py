"""``milepost complement``: whose strengths meet whose needs."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import money, print_notes, print_table, say
from milepost.errors import WrongUse
from milepost.trade.complement import Capacities, Complement, Spare


@app.command()
def complement(
    programme: Folder,
    most: Annotated[int, typer.Option("--most", help="How many matches to show.")] = 15,
    capacities: Annotated[
        bool, typer.Option("--capacities", help="Only what parties state they have to spare.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Whose strengths meet whose needs, and what opens the exchange."""
    form = form_of(as_json, as_csv)
    if most < 1:
        raise WrongUse(f"--most {most} shows nothing; ask for 1 or more.")
    found = milepost.open(programme).complement()
    if capacities:
        stated = found.capacities()
        return say(stated, form, lambda: _print_capacities(stated))
    return say(found, form, lambda: _print_complement(found, most))


def _print_complement(found: Complement, most: int) -> None:
    if found.matches:
        rows = [
            [
                m.exporter,
                m.importer,
                m.sector,
                f"{m.advantage:.1f}",
                f"{m.import_share:.0%}",
                money(m.trade_musd),
                f"{m.complementarity:.0f}",
                " ".join(f"{c} {p:.1f}%" for c, p in m.opened_by),
            ]
            for m in found.matches[:most]
        ]
        print_table(
            "Strengths that meet needs",
            ["from", "to", "sector", "RCA", "of imports", "MUSD", "TCI", "opened by (cost of trade)"],
            rows,
            right=(3, 4, 5, 6),
            flex=7,
        )
        print_notes(
            [
                "RCA: revealed comparative advantage (Balassa). TCI: trade complementarity of the pair, 0 to "
                "100 (Michaely).",
                "Both describe trade as it is, with today's costs and duties in it; neither is a forecast.",
            ]
        )
    _print_capacities(found.capacities())


def _print_capacities(stated: Capacities) -> None:
    if stated:
        cells = [[s.party, s.field, s.what, _left(s), str(s.year or "")] for s in stated]
        print_table(
            "Stated capacities", ["party", "field", "what", "to spare", "year"], cells, right=(3,), flex=2
        )


def _left(s: Spare) -> str:
    return "" if s.spare is None else f"{money(s.spare)} {s.unit}"
