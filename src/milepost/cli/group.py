"""``milepost group``: is it good for each member?"""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, On, Rate, app, date_of, form_of
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.programme import Programme
from milepost.results import by_reason
from milepost.value.coalitions import COLUMNS, Group, Nets
from milepost.value.instruments import Transfer

SETTLED = {
    "smallest": "the smallest payments",
    "nucleolus": "payments to the nucleolus",
    "shapley": "payments to the Shapley value",
}


@app.command()
def group(
    programme: Folder,
    gross: Annotated[
        bool | None,
        typer.Option(
            "--gross/--net",
            help="V alone, MUSD a year; or net of costs, present values (default where costs are stated).",
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="PARTY=X",
            help="What a party asks for: X MUSD a year net, or X% benefits over its costs. May be repeated.",
        ),
    ] = None,
    settle: Annotated[
        str,
        typer.Option(
            "--settle", metavar="BY", help="Payments put in instruments: smallest, nucleolus or shapley."
        ),
    ] = "smallest",
    rate: Rate = None,
    on: On = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Who gains, who could walk away, what holds a group together.

    Is the group good for each member, and which payments would make it so?
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    with progress("Going through coalitions", form):
        answer = opened.group(
            gross=gross, thresholds=threshold or (), settled_by=settle, rate=rate, on=date_of(on)
        )
    return say(answer, form, lambda: _print_group(opened, answer, asked_gross=bool(gross)))


def _print_group(opened: Programme, answer: Group, *, asked_gross: bool) -> None:
    if answer.nets is not None:
        _print_nets(opened, answer, answer.nets)
    names = {p.id: p.name for p in opened.records.parties}
    cells = [
        [p, names.get(p, p), *(money(float(getattr(answer, c)[k])) for c in COLUMNS)]
        for k, p in enumerate(answer.parties)
    ]
    what = "MUSD a year, gross: without costs" if answer.nets is None else "net present values, MUSD"
    head = ["", "party", "in group", "if it left", "alone", "Shapley", "payment", "nucleolus"]
    print_table(f"The group of those who owe, {what}", head, cells, right=tuple(range(2, len(head))), flex=1)
    if answer.nets is None and not asked_gross:
        print_notes(["Nobody states what any of it costs, so this is gross; with rows of costs it is net."])
    print_notes(_notes(answer))
    if answer.transfers:
        _print_transfers(answer)
    print_notes(opened.game.notes)


def _print_nets(opened: Programme, answer: Group, nets: Nets) -> None:
    names = {p.id: p.name for p in opened.records.parties}
    parts = [("benefit", nets.benefit), ("own money", nets.own_money), ("debt", nets.debt_service)]
    if answer.received is not None:
        parts.insert(1, ("received", answer.received))
    if nets.lent.any():
        parts.append(("lent", nets.lent))
    parts.append(("net", answer.inside))
    if answer.thresholds:
        parts.append(("asks", answer.floor))
    cells = [
        [p, names.get(p, p), *(money(float(x[k])) if abs(x[k]) < float("inf") else "–" for _, x in parts)]
        for k, p in enumerate(answer.parties)
    ]
    head = ["", "party", *(name for name, _ in parts)]
    title = f"Who gains and who pays, present values in {nets.first_year}, {answer.unit}"
    print_table(title, head, cells, right=tuple(range(2, len(head))), flex=1)
    print_notes(_of_nets(answer, nets))


def _of_nets(answer: Group, nets: Nets) -> list[str]:
    notes = [
        f"At {100 * nets.rate:.2f} % a year, counted to {nets.horizon}, all of {', '.join(nets.delivered)} "
        f"delivered. Members {money(answer.worth)}, all others {money(answer.others)}, financiers "
        f"{money(nets.financiers)}, market prices beyond the cost to the economy {money(nets.to_economy)}: "
        f"together the net present value of 'appraise', {money(nets.npv)}."
    ]
    notes += [f"In no coalition, {why}: {', '.join(c)}." for why, c in by_reason(nets.without_cost).items()]
    if nets.assumed:
        notes.append(f"Nobody publishes the cost of {', '.join(nets.assumed)}: it is assumed.")
    if nets.undated:
        notes.append(f"Promised for no date, so as soon as it can be built: {', '.join(nets.undated)}.")
    if nets.better_without:
        notes.append(
            f"Members together would have {money(nets.gain_without)} more with "
            f"{', '.join(nets.better_without)} left undone."
        )
    return notes


def _notes(answer: Group) -> list[str]:
    notes = [
        "In group: all take part; if it left: the others go on without it; alone: what it alone owes"
        + (". " if answer.nets is None else ", or nothing if that is better. ")
        + "Nucleolus: the division under which the worst-off coalition is as well off as can be, then the "
        "next."
    ]
    if answer.nets is None:
        notes.insert(
            0,
            f"Worth of the group to its members {money(answer.worth, 4)}, to all others "
            f"{money(answer.others, 4)} MUSD a year. Costs are not counted.",
        )
        got = answer.received
        if got is not None and got.any():
            told = (f"{p} {money(float(got[k]))}" for k, p in enumerate(answer.parties) if got[k])
            notes.append(f"Of it taxes and margins received: {', '.join(told)}.")
    if answer.stable_without_payments:
        notes.append("No party and no coalition does better by leaving; no payment is needed.")
    elif answer.epsilon:
        notes.append(
            "No payments can hold the group together: with those shown some coalition still gains up to "
            f"{money(answer.epsilon)} {_unit(answer)} by leaving (least core)."
        )
    else:
        notes.append(
            "With the payments shown (positive: received) nobody does better by leaving"
            + (" and each has what it asks for" if answer.thresholds else "")
            + "; no smaller ones will do."
        )
    if answer.better_outside:
        notes.append(f"Better outside, if the others went on: {', '.join(answer.better_outside)}.")
    if answer.thresholds:
        asked = "; ".join(one.in_words() for one in answer.thresholds.values())
        below = ", ".join(answer.below_threshold) or "nobody"
        notes.append(f"Asked for: {asked}. Below that without payments: {below}.")
    if answer.without_value:
        notes.append(
            f"No country of the model, so what it gains is not known and not in it: "
            f"{', '.join(answer.without_value)}."
        )
    notes.append(
        "A commitment is delivered only if all who owe it"
        + (" " if answer.nets is None else ", and all who pay for it, ")
        + "take part. Payments are what would do, not what is agreed."
    )
    return notes


def _unit(answer: Group) -> str:
    return "MUSD a year" if answer.nets is None else "MUSD"


def _print_transfers(answer: Group) -> None:
    rows = [
        [
            one.payer,
            one.receiver,
            *([] if answer.nets is None else [money(one.amount)]),
            money(one.musd_per_year),
            *([] if answer.nets is None else [_capital(one)]),
            "–" if one.fee is None else money(one.fee.usd_per_t),
        ]
        for one in answer.transfers
    ]
    head = ["from", "to", "MUSD", "MUSD/year", "or of the capital of", "or USD/t"]
    if answer.nets is None:
        head = ["from", "to", "MUSD/year", "or USD/t"]
    right = (2, 3, 5) if answer.nets is not None else (2, 3)
    print_table(f"Who pays whom, {SETTLED[answer.settled_by]}", head, rows, right=right)
    print_notes(
        [
            "Each line by itself in instruments that are worth as much: a payment once or every year"
            + (", a share of capital that the first takes over from the second" if answer.nets else "")
            + ", or a fee on goods of the first that cross the second, borne by the first, which moves no "
            "traffic. –: there is none that does it."
        ]
    )


def _capital(one: Transfer) -> str:
    return next((f"{c.commitment} {100 * c.share:.1f} %" for c in one.capital if c.enough), "–")
