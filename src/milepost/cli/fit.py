"""``milepost fit``: what nobody has measured, fitted to what has been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

import milepost
from milepost.acts.fit import fit_and_keep
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import print_notes, print_table, progress, say
from milepost.cli.writing import By, Reason
from milepost.errors import WrongUse
from milepost.value.fitting import Dealt, Fit
from milepost.value.observed import HowWell, Summary, Told, Unseen


@app.command("fit")
def fit(
    programme: Folder,
    compare: Annotated[
        bool, typer.Option("--compare", help="Only compare what is published with the model as it stands.")
    ] = False,
    folds: Annotated[
        int | None,
        typer.Option(
            "--folds",
            help="Fit this many times, each without a part of the places, and say how well each tells "
            "what it has not seen.",
            show_default=False,
        ),
    ] = None,
    dealt: Annotated[
        Dealt,
        typer.Option(
            "--keep-out",
            help="With --folds, keep out whole places and routes, or single figures, of whose place another "
            "may be seen.",
        ),
    ] = "place",
    repeat: Annotated[
        int,
        typer.Option(
            "--repeat",
            help="With --folds, deal the figures this many times, each time anew, and tell all together.",
        ),
    ] = 1,
    types: Annotated[
        int | None,
        typer.Option(
            "--types",
            help="Draw each cargo class in this many shipment types while it fits: a count hangs less on the "
            "draws, and it takes longer.",
            show_default=False,
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Keep the fitted values in params.")] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Fit waits, rates and values of time to observations.

    Constants of modes and spreads too. Only what is assumed or estimated is fitted. A third of each kind
    is held out and only compared. Nothing is written without --write.
    """
    form = form_of(as_json, as_csv)
    _agree(compare, folds, dealt, repeat, types, write)
    opened = milepost.open(programme)
    if compare:
        told = opened.how_well()
        return say(told, form, lambda: _print_told(told))
    if folds is not None:
        with progress("Fit", form) as tell:
            unseen = opened.told_unseen(folds, tell, dealt, repeat, types)
        return say(unseen, form, lambda: _print_unseen(unseen, folds, dealt))
    with progress("Fit", form) as tell:
        if write:
            found = fit_and_keep(Register(programme), at_the_terminal(by), reason, tell, types)
        else:
            found = opened.fit(tell, types)
    return say(found, form, lambda: _print_fit(found, write))


def _agree(
    compare: bool, folds: int | None, dealt: Dealt, repeat: int, types: int | None, write: bool
) -> None:
    """Raises ``WrongUse`` for an option that another one would leave without effect."""
    if compare:
        alone = {"--folds": folds is not None, "--repeat": repeat != 1, "--keep-out": dealt != "place"}
        alone |= {"--types": types is not None, "--write": write}
        if idle := [name for name, asked in alone.items() if asked]:
            raise WrongUse(f"--compare fits nothing; leave out {', '.join(idle)}.")
    if folds is None:
        if repeat != 1:
            raise WrongUse("--repeat deals anew what --folds keeps out; ask for --folds, too.")
        if dealt != "place":
            raise WrongUse("--keep-out says what --folds keeps out; ask for --folds, too.")
    elif write:
        raise WrongUse("--folds only looks at how well a fit tells; leave out --write, or --folds.")


def _print_fit(found: Fit, written: bool) -> None:
    rows = [
        [e.name, e.applies_to, f"{e.before:.4g}", f"{e.after:.4g}", "at bound" if e.at_bound else "", e.unit]
        for e in found.estimates
    ]
    print_table(
        "Fitted parameters", ["name", "of", "before", "after", "", "unit"], rows, right=[2, 3], flex=5
    )
    print_notes([f"{found.headed()}."])
    if found.kept:
        print_notes([f"Kept as recorded: {', '.join(found.kept)}."])
    _print_summary("Without the fit", found.before)
    _print_summary("With the fit", found.after)
    print_notes(["Written to params." if written else "Nothing was written; --write keeps the values."])


def _print_unseen(told: Unseen, folds: int, dealt: Dealt) -> None:
    fits = folds * len(told.times)
    _print_summary(f"Told by {fits} fits that had not seen it", told)
    _print_once(told)
    if len(told.times) > 1:
        rows = [
            [
                s.kind,
                *(f"{low:.0f} to {high:.0f}" for low, high in _spread(told.of_times(s.kind))),
            ]
            for s in told.summaries()
        ]
        title = f"From the lowest to the highest of {len(told.times)} times"
        print_table(title, ["kind", "median error %", "within 25 %", "within 50 %"], rows, right=[1, 2, 3])
    kept = (
        "All figures of a place or route are kept out together."
        if dealt == "place"
        else "Each figure is kept out once; a fit may have seen another of the same place."
    )
    print_notes([f"{kept} Nothing was written."])


def _spread(times: Sequence[Summary]) -> list[tuple[float, float]]:
    """Lowest and highest of the times, in per cent: median error, within a quarter, within a half."""
    told = [[100 * x for x in (s.median_error, s.within_quarter, s.within_half)] for s in times]
    return [(min(column), max(column)) for column in zip(*told, strict=True)]


def _print_summary(title: str, told: HowWell) -> None:
    _print_near(title, "figures", told.summaries())


def _print_once(told: HowWell) -> None:
    if once := told.each_once():
        _print_near("Each place or path once, beside the lowest and highest published", "rows", once)


def _print_near(title: str, counted: str, near: Sequence[Summary]) -> None:
    rows = [
        [
            s.kind,
            s.sample,
            str(s.rows),
            *(f"{100 * x:.0f}" for x in (s.median_error, s.within_quarter, s.within_half)),
        ]
        for s in near
    ]
    heads = ["kind", "sample", counted, "median error %", "within 25 %", "within 50 %"]
    print_table(title, heads, rows, right=[2, 3, 4, 5])


def _print_told(told: HowWell) -> None:
    _print_summary(told.headed(), told)
    _print_once(told)
    rows = [_cells(row) for row in told.rows if row.observation.sample != "check"]
    heads = ["kind", "id", "where", "sample", "published", "model", "unit"]
    print_table("How well does it tell what is known?", heads, rows, right=[4, 5], flex=2)
    away = [
        f"{row.observation.id} ({row.why_not})"
        for row in told.rows
        if row.why_not and row.observation.sample != "check"
    ]
    if away:
        print_notes([f"Not compared: {', '.join(away)}."])


def _cells(row: Told) -> list[str]:
    o = row.observation
    model = "-" if row.model is None else f"{row.model:.3g}"
    return [o.kind, o.id, o.where, o.sample, f"{o.observed:.3g}", model, o.unit]
