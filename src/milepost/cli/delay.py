"""``milepost delay``: what a day costs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, app, date_of, form_of
from milepost.cli.output import in_thousands, print_not_valued, print_notes, print_table, say, top
from milepost.programme import Programme
from milepost.value.delays import DelayCost

MOST_PARTS = 4  # columns of money, beside which there is room for one country
LEAST = 0.1  # thousand USD: below it no country is named


@app.command()
def delay(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    days: Annotated[int, typer.Option("--days", help="Length of the delay, days.")] = 1,
    flat: Annotated[bool, typer.Option("--flat", help="Leave out the growth of trade.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What one more day of delay costs each country.

    Commitment by commitment, the costliest first.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme, known_on=date_of(known_on))
    answer = opened.delay(date_of(on), days, flat=flat)
    return say(answer, form, lambda: _print_all(opened, answer, date_of(on)))


def _print_all(opened: Programme, answer: DelayCost, on: dt.date | None) -> None:
    print_delay(opened, answer, on)
    print_not_valued(opened.game.not_valued)


def print_delay(opened: Programme, answer: DelayCost, on: dt.date | None) -> None:
    """The ranked table of delay costs, as ``delay`` and ``report`` print it."""
    titles = {c.id: c.title for c in opened.records.commitments}
    late = {s.commitment: s.days_late for s in opened.status(on)}
    got = {} if answer.received is None else answer.sums(answer.received)
    if not any(got.values()):
        got = {}
    lost = answer.sums(answer.cost)
    parts: dict[str, Mapping[str, float]] = {"kUSD": lost}
    if answer.saved:
        parts = {
            "net": answer.net,
            "lost": lost,
            **({"received": got} if got else {}),
            "saved": answer.saved,
        }
    elif got:
        parts["received"] = got
    names = [name for name, _ in answer.ranked()]
    sums = [in_thousands([part.get(name) for name in names]) for part in parts.values()]
    rows = [
        [
            name,
            titles[name],
            answer.dates[name].isoformat() if not late[name] else "overdue",
            f"{late[name]:,}" if late[name] else "",
            *told,
            top(answer.most(name, 1 if len(parts) == MOST_PARTS else 2), 1000, LEAST),
        ]
        for name, *told in zip(names, *sums, strict=True)
    ]
    span = "one more day" if answer.days == 1 else f"{answer.days} more days"
    print_table(
        f"Cost of {span} of delay, thousand USD, present value on {answer.on}",
        [
            "id",
            "commitment",
            "due",
            "late d",
            *parts,
            "most to" if len(parts) == MOST_PARTS else "above all to",
        ],
        rows,
        right=tuple(range(3, 4 + len(parts))),
        flex=1,
    )
    print_notes(_notes(answer, bool(got)))


def _notes(answer: DelayCost, received: bool) -> list[str]:
    """What must be known to read the table."""
    rate = answer.continuous_rate_per_year
    notes = [
        f"Discounted at {math.expm1(rate):.2%} a year ({rate:.1%} continuous), counted to {answer.horizon}. "
        "An overdue commitment counts from today on."
        + (
            " V grows with trade, by the rows of growth, as far as stated capacities go."
            if answer.grows
            else ""
        )
    ]
    if received:
        notes.append("Received: taxes and margins that countries would not have; users lose the rest.")
    if answer.saved:
        notes.append(
            "Net: benefit lost less saved, by which it is ranked. Saved: what is spent later by the delay, "
            "capital not yet spent above all"
            + (", less what becomes dearer while it waits" if any(answer.escalation.values()) else "")
            + ". –: nobody states what it costs, so its net is the benefit lost alone."
        )
    if answer.undated:
        notes.append(f"Valued but promised for no date, so in no timetable: {', '.join(answer.undated)}.")
    if answer.beyond_horizon:
        notes.append(f"Due after the horizon: {', '.join(answer.beyond_horizon)}.")
    if answer.estimated_share is not None:
        notes += answer.estimated_share.sentences()
    return notes
