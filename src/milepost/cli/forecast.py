"""``milepost forecast`` and ``milepost score``: what is forecast, kept, and how it did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.forecasts import keep
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, On, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, print_table, say
from milepost.files import write_whole
from milepost.report.calibration_plot import calibration_svg
from milepost.value.forecasts import Forecasts
from milepost.value.scoring import Score


@app.command()
def forecast(
    programme: Folder,
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="ID", help="Meeting that they are made for.")
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Keep them on record under this name.")] = "",
    horizon: Annotated[
        int,
        typer.Option("--horizon", min=1, max=7305, help="Days that a probability looks ahead, at most."),
    ] = 365,
    number: Annotated[int, typer.Option("--draws", help="How many timetables to draw.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
    on: On = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Forecast deliveries and ratifications, to be scored later.

    With --by they are kept on record.
    """
    form = form_of(as_json, as_csv)
    asked = {"horizon_days": horizon, "draws": number, "seed": seed}
    if by:
        done = keep(Register(programme), at_the_terminal(by), meeting, on=date_of(on), **asked)
        return say(done, form, lambda: print(f"{len(done.forecasts)} forecasts kept: {done.headed()}"))
    found = register_of(programme).forecast(date_of(on), meeting, **asked)
    return say(found, form, lambda: _print_forecasts(found))


def _print_forecasts(found: Forecasts) -> None:
    cells = [
        [
            r.commitment or f"{r.agreement} {r.party}",
            r.of,
            str(r.official or "–"),
            str(r.by_day),
            f"{r.probability:.0%}",
            r.days[9] if len(r.days) > 9 else "–",
        ]
        for r in found.rows
    ]
    heads = ["about", "of", "promised", "by", "probability", "P50"]
    print_table(found.headed(), heads, cells, right=(4,), flex=0)


@app.command()
def score(
    programme: Folder,
    on: On = "",
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg", help="Also draw the calibration.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """How kept forecasts did: Brier score, CRPS, calibration.

    Beside what the promised dates alone would have scored.
    """
    form = form_of(as_json, as_csv)
    found = register_of(programme).score(date_of(on))
    if plot:
        write_whole(plot, calibration_svg(found).encode())
    return say(found, form, lambda: _print_score(found, plot))


def _print_score(found: Score, plot: Path | None) -> None:
    print_notes([found.headed() + "."])
    figures = found.figures()
    rows = [
        [name, *(_figure(figures[key]) for key in keys)]
        for name, keys in (
            ("Brier score", ("brier", "brier_where_dated", "brier_official", "brier_skill")),
            ("CRPS, days", ("crps_days", "crps_days_where_dated", "crps_days_official", "crps_skill")),
        )
    ]
    print_table("", ["score", "all", "where dated", "promised dates", "skill"], rows, right=(1, 2, 3, 4))
    bins = [
        [f"{b.low:.0%} to {b.high:.0%}", str(b.count), _figure(b.forecast), _figure(b.observed)]
        for b in found.bins
    ]
    print_table("Calibration", ["forecast", "count", "mean", "came true"], bins, right=(1, 2, 3))
    if plot:
        print_notes([f"Drawn in {plot}."])


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
