"""``milepost plan``: which commitments, opened when, under a budget."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import (
    AsCsv,
    AsJson,
    Flat,
    Folder,
    KnownOn,
    LastYear,
    On,
    Rate,
    app,
    date_of,
    form_of,
    names_of,
)
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.results import by_reason
from milepost.value.appraisal.plan_answers import Aim, Plan, Plans, Rival

TITLES: dict[Aim, str] = {
    "largest": "Largest net present value of all together",
    "no member worse off": "Largest with no member worse off",
    "least cost": "Least cost to reach the value",
}


@app.command()
def plan(
    programme: Folder,
    budget: Annotated[
        str,
        typer.Option(
            "--budget",
            metavar="MUSD",
            help="Capital: 3000 in all, 500/y in each year, or 2027:500,2028-2030:800; none: no limit.",
        ),
    ] = "",
    payer: Annotated[
        list[str] | None,
        typer.Option("--payer", metavar="ID:MUSD", help="The budget of one payer; may be repeated."),
    ] = None,
    reach: Annotated[
        float | None,
        typer.Option("--reach", metavar="MUSD", help="Also the cheapest plan with this present value of V."),
    ] = None,
    until: Annotated[
        int | None, typer.Option("--until", metavar="YEAR", help="Nothing opens later (default: 10 years).")
    ] = None,
    must: Annotated[str, typer.Option("--must", metavar="IDS", help="What every plan holds.")] = "",
    leave_out: Annotated[str, typer.Option("--leave-out", metavar="IDS", help="What no plan holds.")] = "",
    members: Annotated[
        str,
        typer.Option(
            "--members", metavar="IDS", help="Who may not be worse off (default: countries that owe or pay)."
        ),
    ] = "",
    rate: Rate = None,
    to: LastYear = None,
    flat: Flat = False,
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """The best plan under a budget: what to open, and when.

    For all together and for each member.
    """
    form = form_of(as_json, as_csv)
    wish = milepost.Wish(
        budget,
        tuple(payer or ()),
        until,
        tuple(names_of(leave_out)),
        tuple(names_of(must)),
        tuple(names_of(members)) if members else None,
        reach,
    )
    opened = milepost.open(programme, known_on=date_of(known_on))
    with progress("Planning", form) as tell:
        answer = opened.plan(wish, rate=rate, to=to, on=date_of(on), flat=flat, progress=tell)
    return say(answer, form, lambda: _print(answer))


def _print(answer: Plans) -> None:
    largest = answer.plan("largest")
    for one in answer.plans:
        if one is largest or largest is None or one.opens != largest.opens or one.aim == "least cost":
            _print_plan(answer, one)
        else:
            print_notes(["It is also the largest with no member worse off."])
    _print_years(answer)
    _print_members(answer)
    notes = [
        f"{answer.unit}, at {100 * answer.asked.rate:.3g} % a year, counted to {answer.asked.horizon}; "
        f"the timetable is that of {answer.asked.on}. NPV and cost are present values in {answer.years[0]}, "
        "cost less what is left at the end; the NPV of a commitment is what it adds after those above it; "
        "capital is not discounted. "
        f"Nothing opens after {answer.until}, or before its promised day; what is overdue or "
        "has no date opens when it can be built.",
    ]
    if answer.price_of_the_wish is None and answer.plan("no member worse off") is None:
        notes.append("No plan leaves every member with nothing to lose.")
    elif answer.price_of_the_wish:
        wish = money(answer.price_of_the_wish)
        notes.append(f"That no member is worse off costs all together {wish} MUSD of net present value.")
    if answer.not_held:
        notes.append(f"Pays, is no country of the model, and is not held: {', '.join(answer.not_held)}.")
    print_notes(notes)
    print_notes(
        [f"Not planned, {why}: {', '.join(ids)}." for why, ids in by_reason(answer.not_planned).items()]
    )


def _print_plan(answer: Plans, found: Plan) -> None:
    rows = [
        [one.commitment, one.title, str(one.delivered), money(one.capital_musd), money(one.npv_musd)]
        for one in found.opened
    ]
    rows.append(["", "all together", "", money(found.capital_musd), money(found.npv_musd)])
    aimed_at = found.cost_musd if found.aim == "least cost" else found.npv_musd
    print_table(
        f"{TITLES[found.aim]}: {money(aimed_at)} MUSD",
        ["id", "commitment", "opens", "capital", "NPV"],
        rows,
        right=(3, 4),
        flex=1,
    )
    exact = (
        "exact" if not found.gap_musd else f"another plan could be better by {money(found.gap_musd)} at most"
    )
    notes = [
        f"V is {money(found.v_musd_per_year)} MUSD a year with all of it open; present value "
        f"{money(found.value_musd)}, cost {money(found.cost_musd)} ({exact})."
    ]
    if found.next_best is not None:
        notes.append(f"Next best: {_rival(found, found.next_best)}.")
    if found.other_set is not None and found.other_set != found.next_best:
        notes.append(f"Best of other commitments: {_rival(found, found.other_set)}.")
    print_notes([*notes, *_further(answer, found)])


def _rival(found: Plan, other: Rival) -> str:
    costs = found.aim == "least cost"
    there, here = (other.cost_musd, found.cost_musd) if costs else (other.npv_musd, found.npv_musd)
    return f"{money(there)} ({money(there - here)}), {other.differs}"


def _further(answer: Plans, found: Plan) -> list[str]:
    more = found.further
    if more is None:
        return []
    share = f"{100 * more.share:.0f} %"
    if found.aim == "least cost":
        return [
            f"{share} more value would cost {money(more.cost_musd)} more: {more.per_dollar:.2f} a dollar."
        ]
    if more.npv_musd <= 0:
        return [f"Even {share} more budget would bring nothing more."]
    first = ""
    if len(answer.limits) == 1 and found.price:
        first = f" To first order a dollar brings {next(iter(found.price.values())):.2f}."
    return [
        f"{share} more budget ({money(more.added_musd)}) would bring {money(more.npv_musd)}: "
        f"{more.per_dollar:.2f} a dollar.{first}"
    ]


def _print_years(answer: Plans) -> None:
    """Capital of each plan in the years that spend any."""
    years = [
        [str(year), *(money(float(one.spent[k])) if one.spent[k] else "" for one in answer.plans)]
        for k, year in enumerate(answer.years)
        if any(one.spent[k] for one in answer.plans)
    ]
    if years:
        head = ["year", *(one.aim for one in answer.plans)]
        print_table("Capital by year", head, years, right=tuple(range(1, len(head))), flex=0)


def _print_members(answer: Plans) -> None:
    """What each member has of each plan."""
    rows = [
        [name, *(money(one.net_by_purse.get(name, 0.0)) for one in answer.plans)] for name in answer.members
    ]
    if rows:
        head = ["member", *(one.aim for one in answer.plans)]
        title = "What members gain less what they pay"
        print_table(title, head, rows, right=tuple(range(1, len(head))), flex=0)
