"""The commands about trade data: read what users bring, fetch, fit gravity, see whose strengths meet whose
needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, Folder, _form, app
from milepost.cli.output import money, print_csv, print_json, print_notes, print_table, progress
from milepost.cli.register import By, Reason
from milepost.errors import WrongUse, one_of

if TYPE_CHECKING:
    from milepost.trade.complement import Spare
    from milepost.trade.readers import Reading

trade = typer.Typer(
    name="trade", help="Trade data: read, fetch, fit.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(trade)
KINDS = ("baci", "itpd", "icio", "wiod", "comtrade", "square", "long")
PLAIN = ("square", "long")  # kinds whose files do not say their unit


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
    from milepost.trade import readers
    from milepost.trade.readers.flow_files import UNITS, apply_tariffs

    form = _form(as_json, as_csv)
    if kind not in KINDS:
        raise one_of("kind of trade data", kind, list(KINDS))
    if unit and kind not in PLAIN:
        raise WrongUse(f"The files of {kind} say their unit themselves; --unit is for {' and '.join(PLAIN)}.")
    if unit and unit not in UNITS:
        raise one_of("unit of plain files", unit, list(UNITS))
    if kind in PLAIN:
        worth = UNITS[unit or "million"]
        reading = (
            readers.square(files, unit=worth)
            if kind == "square"
            else readers.long(files, unit=worth, year=year)
        )
    elif kind == "baci":
        reading = readers.baci(files, codes=codes, year=year)
    else:
        reading = {
            "itpd": readers.itpd,
            "icio": readers.icio,
            "wiod": readers.wiod,
            "comtrade": readers.comtrade,
        }[kind](files, year=year)
    if tariffs is not None:
        reading = apply_tariffs(reading, readers.tariffs([tariffs], year=year))
    said = list(reading.ledger.sentences())
    if kind in PLAIN and not unit:
        said.append("values were taken as million USD a year; another unit by --unit")
    if into:
        said += _write(reading, into, by, reason)
    total = reading.total()
    abroad = float(total.sum() - total.trace())
    if form == "json":
        print_json({**reading.as_dict(), "ledger": said, "into": into})
    elif form == "csv":
        print_csv(["what"], [[line] for line in said])
    else:
        when = f"{reading.kind} {reading.year}" if reading.year else reading.kind
        J = len(reading.sectors)
        # folded, not cut: every line tells how much was dropped, merged or clipped
        print_notes([f"{when}: {len(reading.countries)} countries, {J} sector{'s' if J != 1 else ''}", *said])
        print_notes([f"Trade between countries: {money(abroad, 6)} MUSD."])
        if not into:
            print_notes(["Nothing was written. To write the tables of a programme: --into DIR."])
    return 0


def _write(reading: Reading, into: str, by: str, reason: str) -> list[str]:
    """The programme's tables, checked as a whole and recorded like any edit; what stood in them is
    replaced."""
    from milepost.programme import edit_programme
    from milepost.records import TABLES
    from milepost.store.transfer import merge
    from milepost.trade.readers import to_rows

    opened = milepost.open(into)
    rows, told = to_rows(reading, [c.id for c in opened.records.countries])
    said, prices = list(told), opened.settings.base_year
    if reading.year and reading.year != prices:
        said.append(f"flows of {reading.year} in a programme of {prices} prices; they are used as they are")
    made = {name: tuple(TABLES[name].model_validate(row) for row in table) for name, table in rows.items()}
    merged = merge(opened.records, opened.records.with_rows(**made), (), None, remove=True)
    if merged.edits:
        edit_programme(
            into,
            merged.edits,
            by=by or "trade read",
            reason=reason or f"{reading.kind} {reading.year or ''}".strip(),
        )
    return [*said, *(f"written: {len(table):,} rows of {name}" for name, table in made.items())]


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
    from milepost.trade.fetch import baci_address
    from milepost.trade.fetch import fetch as download

    form = _form(as_json, as_csv)
    if what != "baci":
        raise one_of("archive", what, ["baci"])
    with progress("Download", form) as tell:
        found = download(address or baci_address(version), to, sha256=sha256, progress=tell)
    if form == "json":
        print_json({"file": str(to), "sha256": found})
    elif form == "csv":
        print_csv(["file", "sha256"], [[str(to), found]])
    else:
        print_notes([f"{to}: SHA-256 {found}."])
    return 0


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
    import pandas as pd

    from milepost.trade.ppml import ppml
    from milepost.trade.readers.reading import rows_of

    form = _form(as_json, as_csv)
    frame = rows_of(file, "gravity")
    if where:
        column, sign, value = where.partition("=")
        if not sign:
            raise WrongUse(f"'{where}' is no condition; write it as year=2006.")
        if column not in frame.columns:
            raise one_of("column", column, list(map(str, frame.columns)))
        here = frame[column].astype(str).str.removesuffix(".0") == value
        if not here.any():
            values = sorted(set(frame[column].dropna().astype(str).str.removesuffix(".0")))
            raise one_of(column, value, values)
        frame = frame[here]
    names = [c.strip() for c in regressors.split(",") if c.strip()]
    found = ppml(frame, names, flow=flow, exporter=exporter, importer=importer, square=square)
    theta = found.elasticity(elasticity) if elasticity else None
    said = list(found.notes)
    if fill is not None:
        names_of = list(found.countries)
        frame = frame.astype({exporter: str, importer: str})
        table = frame.pivot_table(
            index=exporter, columns=importer, values=flow, aggfunc="sum", min_count=1, observed=False
        )
        square_of, made, left = found.filled(
            table.reindex(index=names_of, columns=names_of).to_numpy(dtype=float)
        )
        try:
            pd.DataFrame(square_of, index=names_of, columns=names_of).fillna(0.0).to_csv(fill)
        except OSError as error:
            raise WrongUse(f"{fill} cannot be written: {error.strerror or error}.") from None
        said.append(
            f"{fill}: {made} missing flows fitted, {left} without a fit written as zeros. Read it by 'trade "
            "read square'."
        )
    if form == "json":
        print_json(
            {
                **found.as_dict(),
                "notes": said,
                **({"trade_elasticity": theta[0], "standard_error": theta[1]} if theta else {}),
            }
        )
        return 0
    rows = list(zip(found.regressors, found.coefficient.tolist(), found.standard_error.tolist(), strict=True))
    if form == "csv":
        print_csv(["regressor", "coefficient", "standard_error"], [list(row) for row in rows])
        return 0
    print_table(
        "Gravity, PPML with exporter and importer effects",
        ["regressor", "coefficient", "standard error"],
        [[name, f"{b:.4f}", f"{se:.4f}"] for name, b, se in rows],
        right=(1, 2),
        flex=0,
    )
    print_notes([*said, f"Squared correlation of fitted and observed flows: {found.correlation:.3f}."])
    if theta:
        print_notes(
            [f"Trade elasticity {theta[0]:.2f} (standard error {theta[1]:.2f}), flows net of tariffs."]
        )
    return 0


def _left(s: Spare) -> str:
    return "" if s.spare is None else f"{money(s.spare)} {s.unit}"


@app.command()
def complement(
    programme: Folder,
    most: Annotated[int, typer.Option("--most", help="How many matches to show.")] = 15,
    capacities: Annotated[
        bool, typer.Option("--capacities", help="Only what parties state they have to spare.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Which member's strengths meet which member's needs, and which commitments open that exchange."""
    form = _form(as_json, as_csv)
    if most < 1:
        raise WrongUse(f"--most {most} shows nothing; ask for 1 or more.")
    opened = milepost.open(programme)
    found = opened.complement()
    if capacities:
        found = replace(found, matches=())
    if capacities and form == "csv":
        keys = ["party", "field", "what", "amount", "used", "spare", "unit", "year", "basis", "source"]
        print_csv(keys, [[getattr(s, k) for k in keys] for s in found.spare])
        return 0
    if form == "json":
        print_json(found.as_dict())
        return 0
    if form == "csv":
        print_csv(
            [
                "exporter",
                "importer",
                "sector",
                "advantage",
                "import_share",
                "trade_musd",
                "complementarity",
                "opened_by",
            ],
            [
                [
                    m.exporter,
                    m.importer,
                    m.sector,
                    m.advantage,
                    m.import_share,
                    m.trade_musd,
                    m.complementarity,
                    ";".join(c for c, _ in m.opened_by),
                ]
                for m in found.matches
            ],
        )
        return 0
    if found.matches:
        rows = [
            [
                m.exporter,
                m.importer,
                m.sector,
                f"{m.advantage:.1f}",
                f"{m.import_share:.0%}",
                money(m.trade_musd),
                f"{m.complementarity:.0f}",
                " ".join(f"{c} {p:.1f}%" for c, p in m.opened_by),
            ]
            for m in found.matches[:most]
        ]
        print_table(
            "Strengths that meet needs",
            ["from", "to", "sector", "RCA", "of imports", "MUSD", "TCI", "opened by (cost of trade)"],
            rows,
            right=(3, 4, 5, 6),
            flex=7,
        )
        print_notes(
            [
                "RCA: revealed comparative advantage (Balassa). TCI: trade complementarity of the pair, 0 to "
                "100 (Michaely).",
                "Both describe trade as it is, with today's costs and duties in it; neither is a forecast.",
            ]
        )
    if found.spare:
        cells = [[s.party, s.field, s.what, _left(s), str(s.year or "")] for s in found.spare]
        print_table(
            "Stated capacities", ["party", "field", "what", "to spare", "year"], cells, right=(3,), flex=2
        )
    return 0
