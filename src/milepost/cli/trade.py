"""The commands about trade data: read what users bring, fetch, fit gravity."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.persons import at_the_terminal
from milepost.acts.trade_data import put_reading
from milepost.cli.app import AsCsv, AsJson, Shock, app, form_of, names_of
from milepost.cli.contents import Sections
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.cli.writing import By, Reason
from milepost.errors import WrongUse, one_of
from milepost.results import Made
from milepost.trade.counterfactual import Counterfactual
from milepost.trade.counterfactual_files import DEFAULT_SIGMA, Question, from_file
from milepost.trade.fetch import baci_address
from milepost.trade.fetch import fetch as download
from milepost.trade.gravity_files import Columns, fit_file
from milepost.trade.ppml import Gravity
from milepost.trade.readers import Reading
from milepost.trade.readers.by_kind import read as read_kind

trade = typer.Typer(
    name="trade",
    cls=Sections,
    help="Trade data: read, fetch, fit; an agreement with and without.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(trade)


@trade.command("read")
def read(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="baci, itpd, icio, wiod, comtrade, square or long.")
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="The publisher's file or files.")],
    into: Annotated[
        str, typer.Option("--into", metavar="DIR", help="Programme whose tables to write; else none is.")
    ] = "",
    year: Annotated[int | None, typer.Option("--year", help="Year, where the files hold several.")] = None,
    codes: Annotated[
        Path | None, typer.Option("--codes", help="BACI: CEPII's list of country codes.")
    ] = None,
    tariffs: Annotated[
        Path | None, typer.Option("--tariffs", help="Tariffs (WITS, Teti) to put beside the flows.")
    ] = None,
    unit: Annotated[
        str,
        typer.Option(
            "--unit",
            metavar="UNIT",
            help="Of square and long: USD, thousand or million (of USD; the default).",
        ),
    ] = "",
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Read trade data as published and write the programme's tables; everything dropped, merged or clipped is
    listed.

    Your own files: square is a CSV with the exporters in the first column, the importers in the head and
    flows in the cells; long is a CSV with a row for each flow and the columns exporter, importer, value and,
    where there are several, sector and year. Both take sales at home where you have them (exporter =
    importer) and name countries by the ids of the programme.
    """
    form = form_of(as_json, as_csv)
    reading = read_kind(kind, files, year=year, codes=codes, rates=tariffs, unit=unit)
    if into:
        done = put_reading(into, at_the_terminal(by or "trade read"), reading, reason)
        reading = replace(reading, remarks=(*reading.remarks, *done), into=into)
    return say(reading, form, lambda: _print_reading(reading))


def _print_reading(reading: Reading) -> None:
    # folded, not cut: every line tells how much was dropped, merged or clipped
    when = f"{reading.kind} {reading.year}" if reading.year else reading.kind
    J = len(reading.sectors)
    print_notes(
        [
            f"{when}: {len(reading.countries)} countries, {J} sector{'s' if J != 1 else ''}",
            *reading.sentences(),
        ]
    )
    print_notes([f"Trade between countries: {money(reading.abroad, 6)} MUSD."])
    if not reading.into:
        print_notes(["Nothing was written. To write the tables of a programme: --into DIR."])


@trade.command("fetch")
def fetch(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="baci")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to put the archive.")],
    version: Annotated[
        str, typer.Option("--version", help="Version of BACI, for example 202501.")
    ] = "202501",
    sha256: Annotated[str, typer.Option("--sha256", help="Refuse what has another checksum.")] = "",
    address: Annotated[str, typer.Option("--address", help="Another address than the publisher's.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Download from the publisher, with resume and checksum; without a network it says what to do by hand."""

    form = form_of(as_json, as_csv)
    if what != "baci":
        raise one_of("archive", what, ["baci"])
    with progress("Download", form) as tell:
        found = download(address or baci_address(version), to, sha256=sha256, progress=tell)
    made = Made(f"{to}: SHA-256 {found}.", {"file": str(to), "sha256": found})
    return say(made, form, lambda: print_notes([made.headed()]))


@trade.command("gravity")
def gravity(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV: a row a pair of countries, with flow and regressors.")
    ],
    regressors: Annotated[str, typer.Option("--on", metavar="COLUMNS", help="Regressors, by commas.")],
    flow: Annotated[str, typer.Option("--flow", help="Column of the flow.")] = "flow",
    exporter: Annotated[str, typer.Option("--exporter", help="Column of the exporter.")] = "exporter",
    importer: Annotated[str, typer.Option("--importer", help="Column of the importer.")] = "importer",
    where: Annotated[
        str, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows, for example year=2006.")
    ] = "",
    square: Annotated[bool, typer.Option("--square", help="Count missing flows as zeros.")] = False,
    elasticity: Annotated[
        str, typer.Option("--elasticity", metavar="COLUMN", help="Regressor that is ln(1 + tariff).")
    ] = "",
    fill: Annotated[
        Path | None, typer.Option("--fill", metavar="FILE", help="Write the square, missing flows fitted.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Fit structural gravity (PPML with exporter and importer effects) to your own flows."""
    form = form_of(as_json, as_csv)
    found = fit_file(
        file,
        names_of(regressors),
        columns=Columns(flow, exporter, importer),
        where=where,
        square=square,
        elasticity=elasticity,
        fill=fill,
    )
    return say(found, form, lambda: _print_gravity(found))


def _print_gravity(found: Gravity) -> None:
    rows = zip(found.regressors, found.coefficient.tolist(), found.standard_error.tolist(), strict=True)
    print_table(
        "Gravity, PPML with exporter and importer effects",
        ["regressor", "coefficient", "standard error"],
        [[name, f"{b:.4f}", f"{se:.4f}"] for name, b, se in rows],
        right=(1, 2),
        flex=0,
    )
    print_notes([*found.notes, f"Squared correlation of fitted and observed flows: {found.correlation:.3f}."])
    if found.theta:
        theta, error = found.theta
        print_notes([f"Trade elasticity {theta:.2f} (standard error {error:.2f}), flows net of tariffs."])


@trade.command("counterfactual")
def counterfactual(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV: a row a pair of countries (and year), home included.")
    ],
    remove: Annotated[
        str, typer.Option("--remove", metavar="IDS", help="Countries, or pairs as AAA-BBB, by commas.")
    ] = "",
    add: Annotated[str, typer.Option("--add", metavar="IDS", help="The same, of a new agreement.")] = "",
    shock: Shock = "",
    indicator: Annotated[
        str, typer.Option("--on", metavar="COLUMN", help="Column that is 1 where a pair has an agreement.")
    ] = "",
    coefficient: Annotated[
        float | None, typer.Option("--coefficient", help="Of the agreement; else told from a panel.")
    ] = None,
    sigma: Annotated[float, typer.Option("--sigma", help="Elasticity of substitution.")] = DEFAULT_SIGMA,
    flow: Annotated[str, typer.Option("--flow", help="Column of the flow.")] = "flow",
    exporter: Annotated[str, typer.Option("--exporter", help="Column of the exporter.")] = "exporter",
    importer: Annotated[str, typer.Option("--importer", help="Column of the importer.")] = "importer",
    year: Annotated[str, typer.Option("--year", metavar="COLUMN", help="Column of the year.")] = "",
    base: Annotated[str, typer.Option("--base", metavar="YEAR", help="Year that is changed.")] = "",
    costs: Annotated[
        str, typer.Option("--costs", metavar="COLUMN", help="ln of trade costs, to which flows are fitted.")
    ] = "",
    resistance: Annotated[
        str,
        typer.Option(
            "--resistance", metavar="COLUMNS", help="Tell costs of pairs without; log(COLUMN), too."
        ),
    ] = "",
    observed: Annotated[bool, typer.Option("--observed", help="Start from the flows as they are.")] = False,
    deficits: Annotated[
        str, typer.Option("--deficits", help="zero, fixed or multiplicative.")
    ] = "multiplicative",
    reference: Annotated[
        str, typer.Option("--reference", metavar="ID", help="Country whose price index is the unit.")
    ] = "",
    guide: Annotated[
        bool, typer.Option("--guide", help="Also the loop of the WTO/UNCTAD guide, as published.")
    ] = False,
    most: Annotated[int, typer.Option("--most", help="How many countries to show.")] = 12,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What an agreement is worth: the same world with it and without it, in general equilibrium."""
    form = form_of(as_json, as_csv)
    if sum(map(bool, (remove, add, shock))) != 1:
        raise WrongUse("Name the parties of one agreement, --remove or --add, or a --shock of trade costs.")
    question = Question(
        tuple(names_of(remove or add)),
        "changed" if shock else "removed" if remove else "added",
        indicator,
        coefficient,
        sigma,
        Columns(flow, exporter, importer),
        year,
        base,
        costs,
        tuple(names_of(resistance)),
        observed,
        deficits,
        reference,
        guide,
        Path(shock) if shock else None,
    )
    found = from_file(file, question)
    return say(found, form, lambda: _print_counterfactual(found, most))


def _print_counterfactual(found: Counterfactual, most: int) -> None:
    percent = found.percent()
    shown = ["conditional_exports", "exports", "real_gdp"]
    heads = ["exports, cond.", "exports, full", "real GDP"]
    if found.guide:
        shown += ["guide_exports", "guide_real_gdp"]
        heads += ["guide: exports", "real GDP"]
    else:
        shown += ["price_index"]
        heads += ["price index"]
    order = sorted(
        range(len(found.countries)),
        key=lambda k: (
            found.countries[k] not in found.members,
            -abs(float(percent["real_gdp_added_pct"][k])),
        ),
    )
    print_table(
        "What the agreement adds, per cent (with it over without it)",
        ["country", *heads],
        [
            [found.countries[k], *(f"{percent[f'{name}_added_pct'][k]:.4f}" for name in shown)]
            for k in order[:most]
        ],
        right=tuple(range(1, len(shown) + 1)),
        flex=0,
    )
    print_notes([found.headed() + f"; {found.baseline} flows.", *found.notes])
    if found.guide:
        print_notes(
            [
                f"The guide's loop stops after {found.guide.passes} passes with markets off by up to "
                f"{found.guide.market_gap:.2%}; the full equilibrium clears them to {found.check:.0e}."
            ]
        )
