"""The commands. Each makes one call to the library and prints the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

import milepost
from milepost.cli.output import (
    money,
    print_csv,
    print_findings,
    print_json,
    print_notes,
    print_table,
    progress,
)
from milepost.errors import Finding, WrongUse
from milepost.programme import Programme
from milepost.records.kinds import CALENDAR
from milepost.results import Form
from milepost.value.offsets import Offset

app = typer.Typer(
    name="milepost",
    help="What every promise along a trade corridor is worth, to whom, and what each day of delay costs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Folder = Annotated[
    str,
    typer.Argument(
        metavar="DIR", help="Programme: a folder, an .xlsx, an SQLite .db, or postgresql://user@host/name."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="On this day (default: the base date).")]
KnownOn = Annotated[
    str,
    typer.Option(
        "--known-on", metavar="DATE", help="As known and recorded by this day (default: the day of --on)."
    ),
]
With = Annotated[
    str, typer.Option("--with", metavar="IDS", help="Restrictions in force besides today's, by commas.")
]
Without = Annotated[
    str, typer.Option("--without", metavar="IDS", help="Restrictions of today lifted, by commas.")
]
Delivered = Annotated[
    str,
    typer.Option(
        "--delivered", metavar="IDS", help="Commitments delivered, separated by commas; 'all' or 'none'."
    ),
]


def _form(as_json: bool, as_csv: bool) -> Form:
    if as_json and as_csv:
        raise WrongUse("Ask for --json or --csv, not both.")
    return "json" if as_json else "csv" if as_csv else "text"


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"'{text}' is not a date; write it as 2026-11-23.") from None
    if not CALENDAR[0] <= day <= CALENDAR[1]:
        raise WrongUse(
            f"{day} lies outside the calendar; dates run from {CALENDAR[0].year} to {CALENDAR[1].year}."
        )
    return day


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.replace(";", ",").split(",") if name.strip()]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"milepost {milepost.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """What every promise along a trade corridor is worth, to whom, and what each day of delay costs."""


@app.command()
def new(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="New folder, or a new .xlsx workbook.")],
    example: Annotated[
        str, typer.Option("--example", metavar="NAME", help="Start from an example; 'list' names them.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Start a programme: an empty template, or a copy of an example."""
    from milepost.store.folder import copy_example, examples, new_programme

    form = _form(as_json, as_csv)
    if example == "list" or str(target) == "list":
        rows = list(examples().items())
        if form == "json":
            print_json(dict(rows))
        elif form == "csv":
            print_csv(["example", "title"], rows)
        else:
            print_table("", ["example", "title"], rows)
        return 0
    if example:
        copy_example(example, target)
    else:
        new_programme(target)
    made = {"created": str(target), "example": example}
    if form == "json":
        print_json(made)
    elif form == "csv":
        print_csv(list(made), [list(made.values())])
    else:
        print(
            f"Created {target}"
            + (f" from the example '{example}'." if example else ", empty. Fill its tables, then:")
        )
        print(f"Next: milepost check {target}")
    return 0


@app.command()
def check(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """List every fault in the data at once: file, line, what was found, what to do."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    findings = opened.check()
    print_findings(findings, form)
    if findings and form == "text":
        print_notes([_what_they_stop(findings)])
    return 1 if findings else 0


REGISTER = "status, force, calls, request, decide, remind, calendar and brief"


def _what_they_stop(findings: Sequence[Finding]) -> str:
    """What cannot be done until which of the findings are repaired."""
    everything = sum(f.needed_for == "everything" for f in findings)
    values = len(findings) - everything
    if not values:
        return "They stop every command that computes."
    only = f"only what needs values (value, shapley, delay, report ...); {REGISTER} run"
    if not everything:
        return f"They stop {only}, without costs."
    return (
        f"The first {everything} stop{'s' if everything == 1 else ''} every command that computes, the "
        f"other {values} {only} then."
    )


@app.command()
def value(
    programme: Folder,
    delivered: Delivered = "all",
    congested: Annotated[
        bool,
        typer.Option(
            "--congested", help="Let queues answer: network and trade at a fixed point, beside frozen loads."
        ),
    ] = False,
    with_: With = "",
    without: Without = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What a set of delivered commitments is worth to each country, a year."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    if with_ or without:
        opened = opened.under(_names(with_), _names(without))
    names: list[str] | Literal["all"] = (
        "all" if delivered == "all" else [] if delivered == "none" else _names(delivered)
    )
    if congested:
        return _value_congested(opened, names, form)
    answer = opened.value(names)
    if form == "json":
        print_json(answer.as_dict())
    elif form == "csv":
        against = answer.offset
        head = ["country", "musd_per_year"]
        if against is None:
            print_csv(head, [list(pair) for pair in answer.countries.items()])
        else:
            print_csv(
                [*head, "restrictions_alone", "restrictions_if_delivered", "together", "side"],
                [
                    [c, v, against.alone[c], against.delivered[c], against.together[c], against.side[c]]
                    for c, v in answer.countries.items()
                ],
            )
    else:
        title = (
            f"Value of {', '.join(answer.delivered) or 'nothing'}, MUSD a year, prices of {answer.base_year}"
        )
        rows = sorted(answer.countries.items(), key=lambda pair: -pair[1])
        country = _country_names(opened)
        if answer.offset is None:
            shown = [[c, country.get(c, c), money(v)] for c, v in rows]
            shown.append(["", "all countries of the model", money(sum(answer.countries.values()))])
            print_notes([title])  # a title of the table would be folded to its width
            print_table("", ["", "country", "MUSD a year"], shown, right=(2,))
        else:
            _print_offset(answer.offset, [c for c, _ in rows], country, title)
        print_notes(answer.notes)
        _print_not_valued(opened)
    return 0


SIDES = {
    "imposes": "imposing side",
    "targeted": "targeted side",
    "both": "imposing and targeted",
    "others": "all others",
}


def _print_offset(against: Offset, order: list[str], country: dict[str, str], title: str) -> None:
    """Restrictions beside what is delivered: by country, by side, and how much is given back."""
    parts = (against.value, against.alone, against.delivered, against.together)
    shown = [[c, country.get(c, c), against.side[c], *(money(part[c]) for part in parts)] for c in order]
    shown.append(["", "all countries", "", *(money(sum(part.values())) for part in parts)])
    by_side = against.by_side()
    if len(by_side) > 1:
        keys = ("value", "alone", "delivered", "together")
        shown += [["", SIDES[side], "", *(money(sums[k]) for k in keys)] for side, sums in by_side.items()]
    else:  # nobody imposes and nobody is the target: a closed road has no sides
        shown = [[*row[:2], *row[3:]] for row in shown]
    head = ["", "country", *(["side"] if len(by_side) > 1 else []), "value", "alone", "delivered", "together"]
    print_notes([title])
    print_table("", head, shown, right=tuple(range(len(head) - 4, len(head))), flex=1)
    lost, given = -sum(against.alone.values()), sum(against.value.values())
    share = against.share()
    notes = [
        "Value: worth of what is delivered while the restrictions hold. Alone: what the restrictions change "
        "without it; "
        "delivered: what they change once it is there; together: value and alone, against today."
    ]
    if share is not None:
        later = -sum(against.delivered.values())
        notes.append(
            f"The restrictions cost all countries {money(lost)}; what is delivered gives back {money(given)} "
            f"({share:.0%}), and "
            f"they then cost {money(later)}."
        )
    print_notes(notes)


def _value_congested(opened: Programme, names: list[str] | Literal["all"], form: Form) -> int:
    answer = opened.congested(names)
    rows = list(zip(answer.countries, answer.value.tolist(), answer.frozen.tolist(), strict=True))
    if form == "json":
        print_json(answer.as_dict())
        return 0
    if form == "csv":
        print_csv(["country", "musd_per_year", "at_frozen_loads"], [list(row) for row in rows])
        return 0
    country = _country_names(opened)
    shown = [[c, country.get(c, c), money(v), money(f)] for c, v, f in sorted(rows, key=lambda row: -row[1])]
    shown.append(
        [
            "",
            "all countries of the model",
            money(float(answer.value.sum())),
            money(float(answer.frozen.sum())),
        ]
    )
    title = f"Value of {', '.join(answer.delivered) or 'nothing'} with queues, MUSD a year"
    print_notes([title])
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
    return 0


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
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Divide the value of all commitments among them, for every country (Shapley)."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    if with_ or without:
        opened = opened.under(_names(with_), _names(without))
    with progress("All sets of commitments", form) as tell:
        shares = opened.shapley(method, orders, seed, tell, error)  # type: ignore[arg-type]
    if form == "json":
        print_json(shares.as_dict())
    elif form == "csv":
        print_csv(
            ["commitment", "country", "musd_per_year", "standard_error"],
            [
                [commitment, country, shares.share[i, j], shares.error[i, j]]
                for i, commitment in enumerate(shares.commitments)
                for j, country in enumerate(shares.countries)
            ],
        )
    else:
        titles = {c.id: c.title for c in opened.records.commitments}
        index = {c: i for i, c in enumerate(shares.commitments)}
        rows = []
        for name, total in shares.ranked():
            i = index[name]
            top = sorted(
                zip(shares.countries, shares.share[i].tolist(), strict=True), key=lambda pair: -abs(pair[1])
            )
            rows.append(
                [
                    name,
                    titles[name],
                    money(total),
                    money(float(shares.alone[i].sum())),
                    money(float(shares.last[i].sum())),
                    " ".join(f"{c} {money(v, 2)}" for c, v in top[:2] if v),
                ]
            )
        print_table(
            "What each commitment is worth, MUSD a year, all countries",
            ["id", "commitment", "share", "alone", "last", "above all to"],
            rows,
            right=(2, 3, 4),
            flex=1,
        )
        print_notes(
            [
                f"V(all) = {money(float(shares.total.sum()), 4)} MUSD a year; "
                + _how(shares.method, shares.orders, shares.seed)
                + "."
            ]
        )
        print_notes(opened.game.notes)
        _print_not_valued(opened)
    return 0


@app.command()
def delay(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    days: Annotated[int, typer.Option("--days", help="Length of the delay, days.")] = 1,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What one more day of delay of each commitment costs each country."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on))
    answer = opened.delay(_date(on), days)
    if form == "json":
        print_json(answer.as_dict())
    elif form == "csv":
        print_csv(
            ["commitment", "due", *answer.countries, "all"],
            [
                [name, answer.dates[name].isoformat(), *row, sum(row)]
                for name, row in zip(answer.commitments, answer.cost.tolist(), strict=True)
            ],
        )
    else:
        print_delay(opened, days, _date(on))
        _print_not_valued(opened)
    return 0


def print_delay(opened: Programme, days: int, on: dt.date | None) -> None:
    """The ranked table of delay costs, as ``delay`` and ``report`` print it."""
    answer = opened.delay(on, days)
    titles = {c.id: c.title for c in opened.records.commitments}
    late = {s.commitment: s.days_late for s in opened.status(on)}
    index = {c: i for i, c in enumerate(answer.commitments)}
    rows = []
    for name, total in answer.ranked():
        row = answer.cost[index[name]].tolist()
        top = sorted(zip(answer.countries, row, strict=True), key=lambda pair: -abs(pair[1]))
        rows.append(
            [
                name,
                titles[name],
                answer.dates[name].isoformat() if not late[name] else "overdue",
                f"{late[name]:,}" if late[name] else "",
                money(1000 * total),
                " ".join(f"{c} {money(1000 * v, 2)}" for c, v in top[:2] if v),
            ]
        )
    span = "one more day" if days == 1 else f"{days} more days"
    print_table(
        f"Cost of {span} of delay, thousand USD, present value on {answer.on}",
        ["id", "commitment", "due", "late d", "kUSD", "above all to"],
        rows,
        right=(3, 4),
        flex=1,
    )
    notes = [
        f"Discounted at {answer.discount_rate_per_year:.1%} a year, counted to {answer.horizon}. "
        "An overdue commitment counts from today on."
    ]
    if answer.undated:
        notes.append(f"Valued but promised for no date, so in no timetable: {', '.join(answer.undated)}.")
    if answer.beyond_horizon:
        notes.append(f"Due after the horizon: {', '.join(answer.beyond_horizon)}.")
    print_notes(notes)


@app.command()
def draws(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    number: Annotated[int, typer.Option("--draws", help="How many timetables to draw.")] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Seed; the same seed gives the same timetables.")
    ] = 0,
    dates_only: Annotated[
        bool, typer.Option("--dates-only", help="Leave out what the risk costs (any number of commitments).")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """When will it come, and how sure? Drawn timetables: P10 to P95, and the expected cost of delay."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on))
    with progress("Drawing timetables", form):
        answer = opened.draws(_date(on), number, seed, worth=not dates_only)
    if form == "json":
        print_json(answer.as_dict())
    elif form == "csv":
        rows = [
            [
                n,
                r["promised"],
                r["p10"],
                r["p50"],
                r["p80"],
                r["p95"],
                r["on_time"],
                r["critical"],
                r["basis"],
            ]
            for n, r in answer.as_dict()["commitments"].items()
        ]
        print_csv(
            ["commitment", "promised", "p10", "p50", "p80", "p95", "on_time", "critical", "basis"], rows
        )
    else:
        titles = {c.id: c.title for c in opened.records.commitments}
        cells = [
            [
                n,
                titles[n],
                r["promised"] or "–",
                r["p50"][:7],
                r["p80"][:7],
                r["p95"][:7],
                "–" if r["on_time"] is None else f"{r['on_time']:.0%}",
            ]
            for n, r in answer.as_dict()["commitments"].items()
        ]
        columns = ["id", "commitment", "promised", "P50", "P80", "P95", "in time"]
        print_table(
            f"{answer.draws:,} drawn timetables, seed {answer.seed}, on {answer.on}",
            columns,
            cells,
            right=(6,),
            flex=1,
        )
        total, error = float(answer.cost.sum()), answer.cost_error_all
        dearest = sorted(zip(answer.countries, answer.cost.tolist(), strict=True), key=lambda x: -x[1])[:3]
        names = ", ".join(f"{c} {money(v)}" for c, v in dearest if v > 0)
        notes = []
        if not dates_only:
            notes.append(
                f"Expected cost of delay against the promised dates: {money(total)} MUSD present value, "
                "above all "
                f"{names or 'nobody'}."
            )
        if error:
            notes[0] += f" Standard error about {money(error, 2)}."
        notes += [
            f"{driver} costs {money(days)} days on average, summed over commitments."
            for driver, days in zip(answer.drivers, answer.driver_days.tolist(), strict=True)
        ]
        reference = [n for n, why in answer.basis.items() if why.startswith("reference")]
        if reference:
            notes.append(
                f"From the reference class, for want of an estimate in durations: {', '.join(reference)}."
            )
        reasons: dict[str, list[str]] = {}
        for name, why in answer.left_out.items():
            reasons.setdefault(why, []).append(name)
        notes += [f"Not drawn, {why}: {', '.join(names)}." for why, names in reasons.items()]
        print_notes(notes)
    return 0


@app.command()
def group(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """Is the group good for each member? Who gains, who could walk away, what payments hold it together."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    answer = opened.group()
    columns = ("inside", "outside", "alone", "share", "payment")
    if form == "json":
        print_json(answer.as_dict())
    elif form == "csv":
        print_csv(
            ["party", *columns],
            [[p, *(float(getattr(answer, c)[k]) for c in columns)] for k, p in enumerate(answer.parties)],
        )
    else:
        names = {p.id: p.name for p in opened.records.parties}
        cells = [
            [p, names.get(p, p), *(money(float(getattr(answer, c)[k])) for c in columns)]
            for k, p in enumerate(answer.parties)
        ]
        head = ["", "party", "in group", "if it left", "alone", "Shapley", "payment"]
        print_table("The group of those who owe, MUSD a year", head, cells, right=(2, 3, 4, 5, 6), flex=1)
        notes = [
            f"Worth of the group to its members {money(answer.worth, 4)}, to all others "
            f"{money(answer.others, 4)} MUSD a year. "
            "In group: all take part; if it left: the others go on without it; alone: what it alone owes."
        ]
        if answer.stable_without_payments:
            notes.append("No party and no coalition does better by leaving; no payment is needed.")
        elif answer.epsilon:
            notes.append(
                "No payments can hold the group together: with those shown some coalition still gains up to "
                f"{money(answer.epsilon)} MUSD a year by leaving (least core)."
            )
        else:
            notes.append(
                "With the payments shown (positive: received) nobody does better by leaving; no smaller ones "
                "will do."
            )
        if answer.better_outside:
            notes.append(f"Better outside, if the others went on: {', '.join(answer.better_outside)}.")
        notes.append(
            "A commitment is delivered only if all who owe it take part. Payments are what would do, not "
            "what is agreed."
        )
        print_notes(notes)
        print_notes(opened.game.notes)
    return 0


def _bottlenecks(opened: Programme, form: Form) -> int:
    found = opened.bottlenecks()
    rows: list[list[str | int | float | None]] = [
        [x.day.isoformat(), x.link, x.mode, x.load_mt, x.capacity_mt, x.use] for x in found
    ]
    head = ["from", "link", "mode", "mt_per_year", "capacity", "use"]
    if form == "json":
        print_json({"unit": "Mt/year", "bottlenecks": [dict(zip(head, row, strict=True)) for row in rows]})
    elif form == "csv":
        print_csv(head, rows)
    else:
        cells: list[list[str]] = []
        before: dict[str, float] = {}
        for day in sorted({x.day for x in found}):
            now = {x.link: x for x in found if x.day == day}
            for x in now.values():
                if abs(x.use - before.get(x.link, 0.0)) > 0.01:
                    cells.append(
                        [
                            day.isoformat(),
                            x.link,
                            x.mode,
                            money(x.load_mt),
                            money(x.capacity_mt),
                            f"{x.use:.0%}",
                        ]
                    )
            cells += [[day.isoformat(), link, "", "", "", "no longer"] for link in before if link not in now]
            before = {link: x.use for link, x in now.items()}
        print_table("Asked for more than they can carry, Mt a year", head, cells, right=(3, 4, 5), flex=1)
        print_notes(
            [
                "If the timetable is kept. A line for every change by more than one point of use.",
                "All goods take their cheapest way; flows are those of the base; capacity is as stated or "
                "promised.",
            ]
        )
    return 0


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
    with_: With = "",
    without: Without = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Where the goods would go: tonnes on each link and terminal against capacity, and what a commitment
    shifts."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    if with_ or without:
        opened = opened.under(_names(with_), _names(without))
    if by_date:
        return _bottlenecks(opened, form)
    today = opened.loads()
    then = opened.loads(_names(delivered)) if delivered else today
    before, after = today.by_link(), then.by_link()
    shift = {x: after.get(x, 0.0) - before.get(x, 0.0) for x in {**before, **after}}
    if form == "json":
        print_json({**then.as_dict(), "delivered": _names(delivered), "shift": shift if delivered else {}})
        return 0
    rows = sorted(then.links, key=lambda x: -abs(shift[x.link])) if delivered else list(then.links)
    if form == "csv":
        print_csv(
            ["link", "mode", "mt_per_year", "capacity", "use", "shift"],
            [[x.link, x.mode, x.total_mt, x.capacity_mt, x.use, shift[x.link]] for x in rows],
        )
        return 0
    cells = [
        [
            x.link,
            x.mode,
            money(x.total_mt),
            money(shift[x.link]) if delivered else "",
            money(x.capacity_mt) if x.capacity_mt else "–",
            f"{x.use:.0%}" if x.use is not None else "",
        ]
        for x in rows[:most]
    ]
    title = (
        f"Million tonnes a year with {delivered}, largest shift first"
        if delivered
        else "Million tonnes a year, both ways"
    )
    print_table(
        title,
        ["link", "mode", "Mt", "shift" if delivered else "", "capacity", "use"],
        cells,
        right=(2, 3, 4, 5),
        flex=0,
    )
    names = {n.id: n.name for n in opened.records.nodes}
    busiest = ", ".join(f"{names[n]} {money(v)}" for n, v in list(then.terminals.items())[:5])
    notes = [f"Handled most at: {busiest} Mt."] if busiest else []
    over = then.bottlenecks()
    if over:
        notes.append(
            "Beyond their stated capacity: " + ", ".join(f"{x.link} ({x.use:.0%})" for x in over) + "."
        )
    if then.without_way_mt:
        notes.append(f"{money(then.without_way_mt)} Mt have no way.")
    notes.append(
        f"{money(then.moved_mt)} Mt between countries, every tonne on its cheapest way at flows of the base; "
        "costs do not rise "
        "with loads, so a link beyond capacity says where goods would go, not that they do."
    )
    print_notes(notes)
    return 0


@app.command()
def route(
    programme: Folder,
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Node to start from.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Node to reach.")],
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
    """The cheapest way between two nodes, leg by leg: hours, dollars, kilometres."""
    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    if with_ or without:
        opened = opened.under(_names(with_), _names(without))
    done = opened.game.players if delivered == "all" else () if delivered == "none" else _names(delivered)
    answer = opened.route(
        origin, destination, cargo=cargo, via=_names(via), avoid_modes=_names(avoid), delivered=done
    )
    if form == "json":
        print_json(answer.as_dict())
        return 0
    legs = [leg.as_dict() for leg in answer.legs]
    if form == "csv":
        columns = list(legs[0]) if legs else ["mode"]
        print_csv(columns, [list(leg.values()) for leg in legs])
        return 0
    print_table(
        f"{origin} to {destination}, {cargo}" + (f", with {', '.join(done)} delivered" if done else ""),
        ["mode", "from", "to", "km", "hours", "USD/t", "what"],
        [
            [
                leg.mode,
                leg.from_node,
                leg.to_node,
                f"{leg.km:,.0f}" if leg.km else "",
                f"{leg.hours + leg.wait_hours:,.1f}",
                money(leg.usd_per_t),
                leg.what,
            ]
            for leg in answer.legs
        ],
        right=(3, 4, 5),
        flex=6,
    )
    print_notes(
        [
            f"{answer.km:,.0f} km, {answer.days:,.1f} days, {money(answer.usd_per_t)} USD/t of freight; "
            f"generalised cost {money(answer.cost_usd_per_t)} USD/t, value of time included."
        ]
    )
    return 0


@app.command()
def report(
    programme: Folder,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="HTML file to write.")] = None,
    on: On = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the report: one HTML file that opens without a network."""
    from milepost.report.document import write_report

    form = _form(as_json, as_csv)
    opened = milepost.open(programme)
    stem = Path(programme).stem if "://" not in programme else "programme"
    target = to or Path(f"{stem or 'programme'}.html")
    with progress("Report", form) as tell:
        written = write_report(opened, target, on=_date(on), progress=tell)
    if form == "json":
        print_json(
            {
                "report": str(written),
                "fingerprint": opened.records.fingerprint,
                **opened.delay(_date(on)).as_dict(),
            }
        )
    elif form == "csv":
        print_csv(["report", "fingerprint"], [[str(written), opened.records.fingerprint]])
    else:
        print_delay(opened, 1, _date(on))
        print(f"\nReport: {written}")
    return 0


def _country_names(opened: Programme) -> dict[str, str]:
    return {c.id: c.name for c in opened.records.countries}


def _how(method: str, orders: int, seed: int | None) -> str:
    if method == "exact":
        return "exact over all sets"
    what = "sampled orders with all their rotations" if method == "stratified" else "sampled pairs of orders"
    return f"{orders} {what}, seed {seed}"


def _print_not_valued(opened: Programme) -> None:
    reasons: dict[str, list[str]] = {}
    for name, why in opened.game.not_valued.items():
        reasons.setdefault(why, []).append(name)
    print_notes([f"Not valued: {why}: {', '.join(names)}." for why, names in reasons.items()])
