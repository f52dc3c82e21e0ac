"""``milepost intervals``: how sure the values are."""

from __future__ import annotations

from typing import Annotated

import typer

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of, set_of
from milepost.cli.output import money, print_notes, print_table, progress, say, thousands
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.results import by_reason
from milepost.value.intervals import Intervals
from milepost.value.tornado import Bar, Tornado


@app.command()
def intervals(
    programme: Folder,
    draws: Annotated[int, typer.Option("--draws", help="How many draws.")] = 60,
    orders: Annotated[
        int | None,
        typer.Option(
            "--orders",
            min=0,
            help="Pairs of orders for shares of more than 12 commitments, else they have none; 0: no shares.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed.")] = 0,
    delivered: Annotated[
        list[str] | None,
        typer.Option(
            "--delivered",
            help="A set of commitments, ids with commas: intervals on its V; may be given again.",
        ),
    ] = None,
    tornado: Annotated[
        bool,
        typer.Option(
            "--tornado",
            help="One parameter at a time at the ends of its band, largest swing first: V of the set of "
            "--delivered, or of all.",
        ),
    ] = False,
    cost: Annotated[
        float, typer.Option("--cost", help="With --tornado: a yearly cost taken off V, MUSD.")
    ] = 0.0,
    country: Annotated[
        str, typer.Option("--country", help="With --tornado: V of this country instead of all together.")
    ] = "",
    switching: Annotated[
        bool,
        typer.Option("--switching", help="With --tornado: the values at which V less the cost is nothing."),
    ] = False,
    only: Annotated[
        str, typer.Option("--only", help="With --tornado: these rows of params alone, ids with commas.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """How sure the values are: every uncertain input is drawn."""
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    sets = [set_of(one) for one in delivered or []]
    if tornado:
        if len(sets) > 1:
            raise WrongUse("A tornado is of one set; give --delivered once.")
        with progress("Ends of bands", form) as tell:
            moved = opened.tornado(
                sets[0] if sets else "all",
                cost_musd=cost,
                country=country,
                switching=switching,
                only=[name.strip() for name in only.split(",") if name.strip()],
                where="auto",
                progress=tell,
            )
        return say(moved, form, lambda: print_tornado(moved))
    if cost or country or switching or only:
        raise WrongUse("--cost, --country, --switching and --only belong to --tornado; add it.")
    with progress("Draws", form) as tell:
        found = opened.intervals(
            draws=draws, orders=orders, seed=seed, sets=sets, where="auto", progress=tell
        )
    return say(found, form, lambda: _print_intervals(opened, found))


def _print_intervals(opened: Programme, found: Intervals) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    ranges = found.ranges()
    shares = any(row.share for row in ranges)
    last = any(row.last for row in ranges)
    rows = []
    for row in ranges:
        day = f"{thousands(row.delay[0])}-{thousands(row.delay[2])}" if row.delay else ""
        if shares:
            three = _band(row.central, row.share)
        elif last:
            three = _band(row.central_last, row.last)
        else:
            three = _band(row.central_alone, row.alone)
        rows.append([row.commitment, titles[row.commitment], *three, _ends(row.alone), day])
    told = ("What each is worth alone,", "value")
    if shares or last:
        told = ("Shares", "share") if shares else ("What each adds to all others,", "adds")
    print_table(
        f"{told[0]} with 90 % intervals, MUSD a year, {found.draws} draws",
        ["id", "commitment", told[1], "P5", "P95", "alone", "a day, kUSD"],
        rows,
        right=(2, 3, 4, 5, 6),
        flex=1,
    )
    for one in found.as_dict()["sets"]:
        ranked = sorted(one["countries"].items(), key=lambda pair: -abs(pair[1]["central"]))
        print_table(
            f"V({', '.join(one['delivered']) or 'nothing'}) with 90 % intervals, MUSD a year",
            ["country", "value", "P5", "P95"],
            [
                [name, *(money(v[k]) for k in ("central", "p5", "p95"))]
                for name, v in [("all countries", one["sum"]), *ranked]
            ],
            right=(1, 2, 3),
        )
    print_notes([*_said(found), f"Seed {found.seed}. {_how(found, shares)}"])


CHART = 20  # characters


def print_tornado(found: Tornado) -> None:
    """A bar a parameter around V as it stands: light on the side of its low end, full on that of its high."""
    low, high = found.span()
    rows = [
        [
            bar.id,
            bar.name if bar.applies_to == "all" else f"{bar.applies_to}: {bar.name}",
            f"{bar.low_end}: {money(bar.at_low)}",
            chart_of(bar, found.central, low, high),
            f"{bar.high_end}: {money(bar.at_high)}",
        ]
        for bar in found.bars
        if bar.swing
    ]
    whom = found.country or "all countries together"
    less = f" less {money(found.cost)}" if found.cost else ""
    print_table(
        f"{_short(found.delivered)}{less}, MUSD a year, {whom}: {money(found.central)} as it stands",
        ["id", "parameter", "low: V", f"{money(low)}{money(high):>{CHART - len(money(low))}}", "high: V"],
        rows,
        right=(2,),
        flex=1,
    )
    nothing = [bar.id for bar in found.bars if not bar.swing and bar.at_low is not None]
    lost = [bar.id for bar in found.bars if bar.at_low is None or bar.at_high is None]
    print_notes(
        [
            *([f"Without effect: {_some(nothing)}."] if nothing else []),
            *([f"No value at an end of the band: {_some(lost)}."] if lost else []),
            *(f"{one.label} ({one.id}) {one.said}." for one in found.switching),
            *(f"Not moved: {why}: {_some(ids)}." for why, ids in by_reason(dict(found.not_moved)).items()),
        ]
    )


def chart_of(bar: Bar, central: float, low: float, high: float) -> str:
    """The bar in characters between the least and the most of all bars; a line where V stands."""
    if bar.at_low is None or bar.at_high is None or not low < high:
        return ""

    def at(v: float) -> int:
        return round((v - low) / (high - low) * (CHART - 1))

    middle = at(central)
    signs = [" "] * CHART
    for end, sign in ((bar.at_low, "░"), (bar.at_high, "█")):
        for k in range(min(at(end), middle), max(at(end), middle) + 1):
            signs[k] = sign
    signs[middle] = "│"
    return "".join(signs)


def _short(delivered: tuple[str, ...]) -> str:
    return f"V({', '.join(delivered) or 'nothing'})" if len(delivered) < 6 else f"V({len(delivered)} of them)"


def _band(central: float, three: tuple[float, ...] | None) -> list[str]:
    return [money(central), *(money(three[k]) if three else "–" for k in (0, 2))]


def _ends(three: tuple[float, ...]) -> str:
    return f"{money(three[0])}-{money(three[2])}"


def _said(found: Intervals) -> list[str]:
    """V(all), by source of flows too, what was drawn, and what not."""
    central, low, high = found.total_all()
    plan = found.plan
    sources = [
        f"{row.source} ({row.draws} draws) {money(row.total[0])} to {money(row.total[2])}"
        for row in found.by_source()
        if row.total
    ]
    rows = [f"{row.label} {row.low:g} to {row.high:g}" for row in plan.banded]
    sizes = ", ".join(f"{name.replace('_log_sd', '')} {sd:g}" for name, sd in plan.errors.items())
    return [
        f"V(all), all countries: {money(central)}, P5 to P95 {money(low)} to {money(high)}; "
        f"{found.gaining} of {len(found.countries)} countries gain in 19 of 20 draws.",
        f"By the source of flows, P5 to P95: {'; '.join(sources)}.",
        f"Drawn: {'; '.join([*rows, 'every flow'])}. Parameters by triangles (of the logarithm where low is "
        f"above zero), flows log-normal with standard deviations {sizes}; all commitments in the same draws.",
        *(f"Not drawn: {why}: {_some(ids)}." for why, ids in by_reason(dict(plan.not_drawn)).items()),
        "Not drawn: values of links, crossings and effects, which have no band; the form of the model; dates "
        "(milepost draws).",
    ]


def _some(ids: list[str], most: int = 12) -> str:
    """The first of many ids; all stand in the JSON."""
    more = f" and {len(ids) - most} more (--json names them)" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


def _how(found: Intervals, shares: bool) -> str:
    if not shares:
        return "No shares."
    if found.orders:
        return f"Shares from {found.orders} pairs of orders, the same in every draw."
    return "Shares exact."
