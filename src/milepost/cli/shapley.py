"""``milepost shapley``: what each commitment is worth."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, Shock, With, Without, app, form_of, opened_under
from milepost.cli.output import money, print_not_valued, print_notes, print_table, progress, say, top
from milepost.programme import Programme
from milepost.value.shares import Shares


@app.command()
def shapley(
    programme: Folder,
    method: Annotated[str, typer.Option("--method", help="auto, exact, sampled or stratified.")] = "auto",
    orders: Annotated[int, typer.Option("--orders", help="Pairs of orders to sample.")] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the sampled orders.")] = 0,
    error: Annotated[
        float | None,
        typer.Option("--error", metavar="MUSD", help="Stop sampling at this standard error of a share."),
    ] = None,
    with_: With = "",
    without: Without = "",
    shock: Shock = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Divide the value of all commitments among them (Shapley).

    For every country.
    """
    form = form_of(as_json, as_csv)
    opened = opened_under(programme, with_, without, shock)
    with progress("All sets of commitments", form) as tell:
        shares = opened.shapley(method, orders, seed, tell, error)  # type: ignore[arg-type]
    return say(shares, form, lambda: _print_shares(opened, shares))


def _print_shares(opened: Programme, shares: Shares) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    alone, last = shares.sums(shares.alone), shares.sums(shares.last)
    sampled = shares.method != "exact"
    error = dict(zip(shares.commitments, shares.error_of_sum.tolist(), strict=True))
    got = None if shares.received is None else shares.sums(shares.received)
    rows = [
        [
            name,
            titles[name],
            money(total),
            *([money(error[name])] if sampled else []),
            *([] if got is None else [money(total - got[name]), money(got[name])]),
            money(alone[name]),
            money(last[name]),
            top(shares.most(name), least=0.05),
        ]
        for name, total in shares.ranked()
    ]
    parts = [*(["± s.e."] if sampled else []), *([] if got is None else ["users gain", "received"])]
    print_table(
        "What each commitment is worth, MUSD a year, all countries",
        ["id", "commitment", "share", *parts, "alone", "last", "above all to"],
        rows,
        right=tuple(range(2, 5 + len(parts))),
        flex=1,
    )
    print_notes([f"V(all) = {money(shares.total_all, 4)} MUSD a year; {_how(shares)}."])
    if sampled:
        print_notes(["± s.e.: standard error of a sampled share, all countries together; 0 is exact."])
    rests = shares.estimated_share
    print_notes([*opened.game.notes, *(() if rests is None else rests.sentences())])
    print_not_valued(opened.game.not_valued)


def _how(shares: Shares) -> str:
    if shares.method == "exact":
        return "exact over all sets"
    of = "orders with all their rotations" if shares.method == "stratified" else "pairs of orders"
    return f"{shares.orders} sampled {of}, seed {shares.seed}"
