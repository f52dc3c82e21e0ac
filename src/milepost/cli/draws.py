"""``milepost draws``: when it will come, and how sure that is."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, app, date_of, form_of
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.programme import Programme
from milepost.results import by_reason
from milepost.value.draws import Draws


@app.command()
def draws(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    number: Annotated[int, typer.Option("--draws", help="How many timetables to draw.")] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Seed; the same seed gives the same timetables.")
    ] = 0,
    dates_only: Annotated[bool, typer.Option("--dates-only", help="Leave out what the risk costs.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """When will it come, and how sure? Drawn timetables.

    P10 to P95 of each date, and the expected cost of delay.
    """
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme, known_on=date_of(known_on))
    worth = not (dates_only or opened.is_register)
    with progress("Drawing timetables", form):
        answer = opened.draws(date_of(on), number, seed, worth=worth)

    def page() -> None:
        _print_draws(opened, answer, with_cost=worth)
        if opened.is_register:
            print_notes(["Dates only: this register has no network, so nothing says what a delay costs."])

    return say(answer, form, page)


def _print_draws(opened: Programme, answer: Draws, *, with_cost: bool) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    cells = [
        [
            n,
            titles[n],
            r["promised"] or "–",
            *(r[p] for p in ("p50", "p80", "p95")),
            "–" if r["on_time"] is None else f"{r['on_time']:.0%}",
        ]
        for n, r in answer.as_dict()["commitments"].items()
    ]
    print_table(
        f"{answer.draws:,} drawn timetables, seed {answer.seed}, on {answer.on}",
        ["id", "commitment", "promised", "P50", "P80", "P95", "in time"],
        cells,
        right=(6,),
        flex=1,
    )
    print_notes(_notes(answer, with_cost=with_cost))


def _notes(answer: Draws, *, with_cost: bool) -> list[str]:
    notes = []
    if with_cost:
        names = ", ".join(f"{c} {money(v)}" for c, v in answer.dearest()) or "nobody"
        said = (
            f"Expected cost of delay against the promised dates: {money(answer.cost_all)} MUSD present "
            f"value, above all {names}."
        )
        if answer.cost_error_all:
            said += f" Standard error about {money(answer.cost_error_all, 2)}."
        notes.append(said)
        if answer.valued < answer.draws:
            notes.append(
                f"V of all that {answer.draws:,} timetables deliver would take too long: it is worked out "
                f"for {answer.valued:,} of them; the others count by what each commitment adds in the "
                "promised order. The standard error tells of both."
            )
    notes += [
        f"{driver} costs {money(days)} days on average, summed over commitments."
        for driver, days in zip(answer.drivers, answer.driver_days.tolist(), strict=True)
    ]
    if answer.by_reference:
        names = ", ".join(answer.by_reference)
        notes.append(f"From the reference class, for want of an estimate in durations: {names}.")
    return [
        *notes,
        *(f"Not drawn, {why}: {', '.join(names)}." for why, names in by_reason(answer.left_out).items()),
    ]
