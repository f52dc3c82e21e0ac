"""The commands about how sure the values are: intervals over draws, and a first look with its measured
error."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, Folder, _form, app
from milepost.cli.output import money, print_csv, print_json, print_notes, print_table, progress
from milepost.programme import Programme

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
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    named = {"all": list(opened.game.players), "none": []}
    sets = [
        named.get(one) or [name.strip() for name in one.split(",") if name.strip() and one not in named]
        for one in delivered or []
    ]
    with progress("Draws", form) as tell:
        found = opened.intervals(draws=draws, orders=orders, seed=seed, sets=sets, progress=tell)
    share, delay, total = (found.quantiles(x) for x in (found.share, found.delay, found.total))
    if form == "json":
        print_json(found.as_dict())
        return 0
    order = sorted(range(len(found.commitments)), key=lambda i: -found.central_share[i])
    if form == "csv" and sets:
        worth = found.quantiles(found.worth)
        print_csv(
            ["delivered", "country", *(f"{x}_musd_per_year" for x in ("value", "p5", "p50", "p95"))],
            [
                [" ".join(chosen), c, float(found.central_worth[k, j]), *worth[:, k, j].tolist()]
                for k, chosen in enumerate(found.sets)
                for j, c in enumerate(found.countries)
            ],
        )
        return 0
    if form == "csv":
        print_csv(
            [
                "commitment",
                *(f"{x}_musd_per_year" for x in ("share", "share_p5", "share_p50", "share_p95")),
                *(f"{x}_musd_per_day" for x in ("delay_p5", "delay_p50", "delay_p95")),
            ],
            [
                [
                    found.commitments[i],
                    *_known(found.central_share[i], *share[:, i].tolist(), *delay[:, i].tolist()),
                ]
                for i in order
            ],
        )
        return 0
    titles = {c.id: c.title for c in opened.records.commitments}
    rows = []
    for i in order:
        name, known = found.commitments[i], delay[0, i] == delay[0, i]
        day = f"{money(1000 * float(delay[0, i]))}-{money(1000 * float(delay[2, i]))}" if known else ""
        numbers = (found.central_share[i], share[0, i], share[2, i])
        rows.append(
            [name, titles[name], *(money(x) if x is not None else "–" for x in _known(*numbers)), day]
        )
    print_table(
        f"Shares with 90 % intervals, MUSD a year, {found.draws} draws",
        ["id", "commitment", "share", "P5", "P95", "a day, kUSD"],
        rows,
        right=(2, 3, 4, 5),
        flex=1,
    )
    for k, chosen in enumerate(found.sets):
        every = found.quantiles(found.worth[:, k].sum(axis=1))
        worth = found.quantiles(found.worth[:, k])
        ranked = sorted(range(len(found.countries)), key=lambda j: -abs(found.central_worth[k, j]))
        print_table(
            f"V({', '.join(chosen) or 'nothing'}) with 90 % intervals, MUSD a year",
            ["country", "value", "P5", "P95"],
            [
                [
                    "all countries",
                    *(money(float(x)) for x in (found.central_worth[k].sum(), every[0], every[2])),
                ],
                *(
                    [
                        found.countries[j],
                        *(money(float(x)) for x in (found.central_worth[k, j], worth[0, j], worth[2, j])),
                    ]
                    for j in ranked
                ),
            ],
            right=(1, 2, 3),
        )
    low, _, high = found.quantiles(found.total.sum(axis=1)).tolist()
    gains = sum(1 for j in range(len(found.countries)) if total[0, j] > 0)
    print_notes(
        [
            f"V(all), all countries: {money(float(found.central_total.sum()))}, P5 to P95 {money(low)} to "
            f"{money(high)}; {gains} "
            f"of {len(found.countries)} countries gain in 19 of 20 draws.",
            f"Drawn: {', '.join([*_bands(opened), 'every flow'])}; all commitments in the same draws. What "
            "params give no low "
            "and high, the form of the model and the dates are not drawn.",
            f"Seed {found.seed}."
            + (
                " No shares."
                if not orders
                else f" Shares from {found.orders} pairs of orders, the same in every draw."
                if found.orders
                else " Shares exact."
            ),
        ]
    )
    return 0


def _set(opened: Programme, text: str) -> list[str]:
    if text in ("all", "none"):
        return list(opened.game.players) if text == "all" else []
    return [name.strip() for name in text.split(",") if name.strip()]


def _known(*values: float) -> list[float | None]:
    """Numbers, and nothing for what was not asked for."""
    return [float(v) if v == v else None for v in values]


def _bands(opened: Programme) -> list[str]:
    """What params give a band for, in words."""
    rows = [
        p
        for p in opened.records.params
        if p.use == "model" and p.low is not None and p.high is not None and p.low < p.high
    ]
    return [words for name, words in DRAWN.items() if any(p.name == name for p in rows)]


@app.command()
def screen(
    programme: Folder,
    sets: Annotated[int, typer.Option("--sets", help="Random sets to measure the error on.")] = 32,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random sets.")] = 0,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """A first look at many commitments: shares from pairs, an approximation with its measured error."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    with progress("Pairs", form) as tell:
        found = opened.screen(sets, seed, tell)
    shares = found.share.sum(axis=1).tolist()
    order = sorted(range(len(shares)), key=lambda i: -shares[i])
    if form == "json":
        print_json(found.as_dict())
    elif form == "csv":
        print_csv(["commitment", "share_musd_per_year"], [[found.commitments[i], shares[i]] for i in order])
    else:
        titles = {c.id: c.title for c in opened.records.commitments}
        rows = [[found.commitments[i], titles[found.commitments[i]], money(shares[i])] for i in order]
        print_table(
            "Shares by pairs (screening, not exact), MUSD a year",
            ["id", "commitment", "share"],
            rows,
            right=(2,),
            flex=1,
        )
        print_notes(
            [
                f"Measured error: {found.error_all:+.1%} of V(all) on all commitments together, "
                f"{found.error_typical:.1%} on "
                f"{found.sets} random sets (seed {found.seed}). For decisions use milepost shapley."
            ]
        )
    return 0
