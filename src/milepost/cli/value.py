"""``milepost value``: what a set of delivered commitments is worth, with restrictions and with queues."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import (
    AsCsv,
    AsJson,
    Delivered,
    Folder,
    Shock,
    With,
    Without,
    app,
    form_of,
    opened_under,
    set_of,
)
from milepost.cli.output import money, print_not_valued, print_notes, print_table, say
from milepost.programme import Programme
from milepost.results import largest
from milepost.value.capacity import WithinCapacity
from milepost.value.congested import Congested
from milepost.value.ledger import PARTS, Ledger
from milepost.value.offsets import Offset
from milepost.value.value import Value

SIDES = {
    "imposes": "imposing side",
    "targeted": "targeted side",
    "both": "imposing and targeted",
    "others": "all others",
}


@app.command()
def value(
    programme: Folder,
    delivered: Delivered = "all",
    ledger: Annotated[
        bool,
        typer.Option("--ledger", help="User gains, taxes, margins and external costs, part by part."),
    ] = False,
    congested: Annotated[
        bool,
        typer.Option(
            "--congested", help="Let queues answer: network and trade at a fixed point, beside frozen loads."
        ),
    ] = False,
    with_: With = "",
    without: Without = "",
    shock: Shock = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What delivered commitments are worth to each country, a year."""
    form = form_of(as_json, as_csv)
    opened = opened_under(programme, with_, without, shock)
    if ledger:
        parts = opened.ledger(set_of(delivered))
        return say(parts, form, lambda: _print_ledger(opened, parts))
    if congested:
        queued = opened.congested(set_of(delivered))
        return say(queued, form, lambda: _print_congested(opened, queued))
    answer = opened.value(set_of(delivered))
    return say(answer, form, lambda: _print_value(opened, answer))


def _print_value(opened: Programme, answer: Value) -> None:
    names = {c.id: c.name for c in opened.records.countries}
    title = f"Value of {', '.join(answer.delivered) or 'nothing'}, MUSD a year, prices of {answer.base_year}"
    print_notes([title])  # a title of the table would be folded to its width
    if answer.offset is None:
        _print_countries(answer, names)
    else:
        they = "the shock and the restrictions" if answer.shock else "the restrictions"
        _print_offset(answer.offset, [c for c, _ in answer.ranked()], names, they)
    print_notes(answer.notes)
    if answer.within_capacity is not None:
        _print_within(answer.within_capacity)
    print_not_valued(opened.game.not_valued)


def _print_within(within: WithinCapacity) -> None:
    """What is turned away where capacity is stated; nothing where all gets through."""
    if not within.full:
        return
    rows = [
        [r.id, ", ".join(r.commitments), f"{r.room_mt:.3g}", f"{r.asked_mt:.3g}", f"{r.turned_away_mt:.3g}"]
        for r in within.full
    ]
    head = ["full", "commitments", "room", "asked", "turned away"]
    print_table(
        "Where capacity is stated and full, million tonnes a year", head, rows, right=(2, 3, 4), flex=1
    )
    cut, uncut = within.all
    notes = [
        f"Within these capacities users gain {money(cut)} MUSD a year, all countries; {money(uncut)} where "
        f"nothing is ever full. Turned away: {within.turned_away_mt:.3g} million tonnes a year."
    ]
    if not within.exact:
        notes.append("More than one commitment is full: what they turn away is taken to go without them all.")
    print_notes(notes)


def _print_countries(answer: Value, names: dict[str, str]) -> None:
    """V by country; where dollars change hands also what users gain and what is received."""
    if answer.received is None:
        shown = [[c, names.get(c, c), money(v)] for c, v in answer.ranked()]
        shown.append(["", "all countries of the model", money(answer.all)])
        print_table("", ["", "country", "MUSD a year"], shown, right=(2,))
        return
    parts = (answer.countries, answer.user_gain, answer.received)
    shown = [[c, names.get(c, c), *(money(part[c]) for part in parts)] for c, _ in answer.ranked()]
    shown.append(["", "all countries of the model", *(money(sum(part.values())) for part in parts)])
    print_table("", ["", "country", "together", "users gain", "received"], shown, right=(2, 3, 4))
    print_notes(["Received: taxes and margins in what freight pays, in the country that has them."])


def _print_ledger(opened: Programme, answer: Ledger) -> None:
    names = {c.id: c.name for c in opened.records.countries}
    told = ("users gain", "tax", "margin", "CO2e", "accidents")
    head = [name if part in answer.counted else f"({name})" for name, part in zip(told, PARTS, strict=True)]
    cells = answer.amount.T.tolist()
    shown = [
        [
            answer.countries[k],
            names.get(answer.countries[k], answer.countries[k]),
            *map(money, cells[k]),
            money(float(answer.value[k])),
        ]
        for k in answer.ranked()
    ]
    whole = [*answer.amount.sum(axis=1).tolist(), float(answer.value.sum())]
    shown.append(["", "all countries of the model", *map(money, whole)])
    if answer.elsewhere.any():
        shown.append(["", "elsewhere", *map(money, answer.elsewhere.tolist()), ""])
    title = f"Ledger of {', '.join(answer.delivered) or 'nothing'}, MUSD a year, prices of {answer.base_year}"
    print_notes([title])
    print_table("", ["", "country", *head, "V"], shown, right=tuple(range(2, 8)), flex=1)
    tkm = ", ".join(f"{mode} {change:+,.0f}" for mode, change in answer.million_tkm.items())
    notes = ["V is the sum of the parts without brackets; costs to others are below zero."]
    paid = [
        f"{c} {money(musd)}"
        for c, musd in largest(list(answer.countries), answer.paid.sum(axis=1).tolist(), 8)
        if musd
    ]
    if paid:
        notes.append(
            f"Who pays what is received, by where goods are used: {', '.join(paid)} (to whom: --json)."
        )
    print_notes([*notes, *([f"Traffic, million tonne-km a year: {tkm}."] if tkm else [])])


def _print_offset(against: Offset, order: list[str], names: dict[str, str], they: str) -> None:
    """Restrictions beside what is delivered: by country, by side, and how much is given back."""
    keys = ("value", "alone", "delivered", "together")
    parts = (against.value, against.alone, against.delivered, against.together)
    shown = [[c, names.get(c, c), against.side[c], *(money(part[c]) for part in parts)] for c in order]
    whole, by_side = against.whole(), against.by_side()
    shown.append(["", "all countries", "", *(money(whole[k]) for k in keys)])
    if len(by_side) > 1:
        shown += [["", SIDES[side], "", *(money(sums[k]) for k in keys)] for side, sums in by_side.items()]
    else:  # nobody imposes and nobody is the target: a closed road has no sides
        shown = [[*row[:2], *row[3:]] for row in shown]
    head = ["", "country", *(["side"] if len(by_side) > 1 else []), *keys]
    print_table("", head, shown, right=tuple(range(len(head) - 4, len(head))), flex=1)
    notes = [
        f"Value: worth of what is delivered while {they} hold. Alone: what {they} change without it; "
        "delivered: what they change once it is there; together: value and alone, against today."
    ]
    share = against.share()
    if share is not None:
        notes.append(
            f"{they[0].upper()}{they[1:]} cost all countries {money(against.lost)}; what is delivered gives "
            f"back {money(against.given_back)} ({share:.0%}), and they then cost {money(against.lost_then)}."
        )
    print_notes(notes)


def _print_congested(opened: Programme, answer: Congested) -> None:
    names = {c.id: c.name for c in opened.records.countries}
    shown = [[c, names.get(c, c), money(v), money(f)] for c, v, f in answer.ranked()]
    shown.append(["", "all countries of the model", *map(money, answer.all)])
    print_notes([f"Value of {', '.join(answer.delivered) or 'nothing'} with queues, MUSD a year"])
    print_table("", ["", "country", "with queues", "frozen loads"], shown, right=(2, 3))
    notes = [
        f"{f.name.split(':')[1]}: use {f.use_today:.0%} to {f.use:.0%}, queue {f.hours_today:.2g} h to "
        f"{f.hours:.2g} h."
        for f in answer.facilities
    ]
    notes += [
        f"Without {c} all countries together would have {money(v)} MUSD more (Braess's paradox)."
        for c, v in answer.falls
    ]
    if not answer.facilities:
        notes.append("No link or terminal states both its load and its capacity, so nothing queues.")
    notes.append(
        f"Network and trade settled in {answer.rounds} rounds, user equilibria to a relative gap of "
        f"{answer.gap:.0e}."
    )
    print_notes(notes)
