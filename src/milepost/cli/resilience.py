"""``milepost resilience``: what a second path is worth in a crisis."""

from __future__ import annotations

from collections.abc import Callable
from math import floor, log10
from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, Shock, With, Without, app, form_of, opened_under
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.value.resilience import DAYS_PER_YEAR, Resilience


@app.command()
def resilience(
    programme: Folder,
    with_: With = "",
    without: Without = "",
    shock: Shock = "",
    risk: Annotated[
        list[str] | None,
        typer.Option(
            "--risk",
            metavar="ID=CHANCE:DAYS",
            help="Suppose that this may happen, instead of what is on record; may be repeated.",
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Expected cost of closures, and what a commitment takes off it.

    A year, by what may happen; beside the value, never in it.
    """
    form = form_of(as_json, as_csv)
    opened = opened_under(programme, with_, without, shock)
    with progress("What may happen", form) as tell:
        answer = opened.resilience(_chances(risk) if risk else None, progress=tell)
    return say(answer, form, lambda: _print(opened, answer))


def _chances(texts: list[str]) -> dict[str, tuple[float, float]]:
    """Of each restriction the probability a year and the days, as they are written."""
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        name, _, both = text.partition("=")
        probability, _, days = both.partition(":")
        try:
            chance = float(probability), float(days)
        except ValueError:
            raise WrongUse(
                f"'{text}' is no risk; write the restriction, how likely it is in a year and how many "
                "days it would last, such as X1=0.3:70."
            ) from None
        if name.strip() in found:
            raise WrongUse(f"{name.strip()} stands twice; give each restriction one chance.")
        found[name.strip()] = chance
    return found


def _print(opened: Programme, answer: Resilience) -> None:
    if not answer.risks:
        print_notes(
            [
                "Nothing on record may happen, so nothing is expected to be lost.",
                "A row of restrictions that is closed or dearer says what may happen by two columns: "
                "probability_per_year, from 0 to 1, and length_days, up to 365. It is then never in force "
                "by its dates.",
            ]
        )
        return
    print_notes([f"What may happen, MUSD a year, prices of {answer.base_year}"])
    _print_risks(answer)
    if answer.commitments:
        _print_commitments(opened, answer)
    _print_countries(opened, answer)
    print_notes(_notes(answer))


def _print_risks(answer: Resilience) -> None:
    every = 1 + len(answer.commitments)
    sums, year = answer.expected.sum(axis=2), answer.loss.sum(axis=2)
    shown = [
        [
            r.ident,
            r.title,
            f"{r.probability_per_year:g}",
            f"{r.length_days:g}",
            money(float(year[k, 0]) * r.length_days / DAYS_PER_YEAR),
            money(float(sums[k, 0])),
            money(float(sums[k, every])),
        ]
        for k, r in enumerate(answer.risks)
    ]
    print_table(
        "",
        ["id", "restriction", "chance", "days", "one such", "expected", "all done"],
        shown,
        right=(2, 3, 4, 5, 6),
        flex=1,
    )


def _print_commitments(opened: Programme, answer: Resilience) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    alone, last = (part.sum(axis=1).tolist() for part in (answer.resilience_alone, answer.resilience_last))
    values = [part.sum(axis=1).tolist() for part in (answer.value_alone, answer.value_last)]
    tell = _even([*alone, *last])
    shown = []
    for name in answer.ranked():
        k = answer.commitments.index(name)
        most = " ".join(f"{c} {tell(v)}" for c, v in answer.most(name) if tell(v) != "0")
        cells = [tell(alone[k]), tell(last[k]), *(money(part[k]) for part in values), most]
        shown.append([name, titles[name], *cells])
    print_table(
        "What each commitment takes off the expected loss, beside its value",
        ["id", "commitment", "alone", "last", "V alone", "V last", "above all for"],
        shown,
        right=(2, 3, 4, 5),
        flex=1,
    )


def _print_countries(opened: Programme, answer: Resilience) -> None:
    names = {c.id: c.name for c in opened.records.countries}
    now, then = answer.expected_loss.tolist(), answer.expected_loss_delivered.tolist()
    tell = _even([*now, *then])
    shown = [
        [answer.countries[k], names.get(answer.countries[k], ""), tell(now[k]), tell(then[k])]
        for k in sorted(range(len(now)), key=lambda k: -abs(now[k]))
        if {tell(now[k]), tell(then[k])} != {"0"}
    ]
    shown.append(["", "all countries of the model", tell(sum(now)), tell(sum(then))])
    print_table(
        "Who is expected to lose", ["", "country", "expected", "all done"], shown, right=(2, 3), flex=1
    )


def _even(values: list[float]) -> Callable[[float], str]:
    """How to write numbers that stand below each other: all with as many decimals as the largest needs for
    three digits; what is less than that is 0."""
    most = max(map(abs, values), default=0.0)
    decimals = min(6, max(0, 2 - floor(log10(most)))) if most else 0

    def tell(value: float) -> str:
        text = f"{value:,.{decimals}f}"
        return text if text.strip("-0.,") else "0"

    return tell


def _notes(answer: Resilience) -> list[str]:
    notes = [
        "One such: what it costs once, by its length as a share of 365 days. Expected: times its chance a "
        "year, with nothing more delivered; all done: with everything delivered.",
        "Alone, last: expected loss without the commitment less expected loss with it, nothing else or all "
        "others delivered. Below zero: it makes a path better that may close. V is of a year in which "
        "nothing happens; what stands beside it is not in it, nor in any other figure.",
    ]
    if len(answer.risks) > 1:
        notes.append("Each strikes by itself: that two hold on the same day is left out.")
    held = float(answer.weights.sum())
    if held > 1:
        notes.append(
            f"Together they hold for {held:.2g} years in a year, so two must hold at once: the sums are too "
            "rough to use."
        )
    return notes
