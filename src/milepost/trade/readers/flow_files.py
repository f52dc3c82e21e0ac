"""Files of flows: BACI, ITPD-E and ITPD-S, plain squares and lists; tariffs (WITS, Teti's Global
Tariff Database)."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from milepost.errors import WrongUse
from milepost.trade.readers.cargo import CargoTotals
from milepost.trade.readers.naming import (
    by_its_number,
    countries_of,
    named_countries,
    one_year,
    without_totals,
)
from milepost.trade.readers.reading import (
    Floats,
    Ledger,
    OwnTotal,
    Reading,
    columns_of,
    cube,
    numbers,
    numbers_in,
    rows_of,
    table_of,
)

BACI = "BACI (CEPII), Gaulier & Zignago 2010, Etalab Open Licence 2.0"
ALL_ROWS = "all its rows of the year"
# an empty cell, and what programmes write for one; NA is no such word: it is Namibia
NO_NAME = frozenset({"", "nan", "NaN", "<NA>", "#N/A", "None", "null", "NULL"})
UNITS = {"USD": 1e-6, "thousand": 1e-3, "million": 1.0}  # one unit of a plain file, MUSD


def baci(files: Sequence[Path], *, codes: Path | None = None, year: int | None = None) -> Reading:
    """BACI: columns t, i, j, k, v (thousand USD, fob), q (tonnes); numeric codes are named by CEPII's
    country_codes file (``codes``).

    Products are summed, with q by class of cargo (:mod:`milepost.trade.readers.cargo`) too.

    An aggregate file with exporter, importer and value_kusd by ISO code is taken as
    well.
    """
    ledger = Ledger()
    if files and "value_kusd" in columns_of(Path(files[0]), "BACI"):
        columns = {
            "exporter": ["exporter"],
            "importer": ["importer"],
            "v": ["value_kusd"],
            "t?": ["t", "year"],
        }
    else:
        columns = {
            "t": ["t"],
            "exporter": ["i"],
            "importer": ["j"],
            "product": ["k"],
            "v": ["v"],
            "q?": ["q"],
        }
    frame = table_of(files, columns, "BACI")
    ledger.rows = len(frame)
    frame = numbers(frame, "v", ledger, 1e-3)
    frame, year = one_year(frame, "t", year, ledger)
    code = {side: pd.to_numeric(frame[side], errors="coerce") for side in ("exporter", "importer")}
    if any(numeric.notna().any() for numeric in code.values()):
        if codes is None:
            raise WrongUse(
                "BACI names countries by number; give its list with --codes country_codes_V....csv, from the "
                "same archive."
            )
        names = table_of(
            [codes],
            {"code": ["country_code"], "iso3": ["country_iso3", "iso_3digit_alpha"]},
            "BACI country list",
        )
        iso = dict(zip(pd.to_numeric(names["code"], errors="coerce"), names["iso3"], strict=True))
        for side, numeric in code.items():
            named = numeric.map(iso)
            known = named.astype(str).str.fullmatch(r"[A-Z][A-Z0-9]{2}").fillna(False)
            frame[side] = by_its_number(frame[side], named.where(known), numeric, frame["v"] * 1e-3, ledger)
    whole = 1e-3 * float(frame["v"].sum())
    frame = named_countries(frame, ledger, 1e-3 * frame["v"], year)
    frame["musd"] = 1e-3 * frame["v"]
    frame["sector"] = "goods"
    countries = countries_of(frame)
    flows = cube(frame, countries, ("goods",), ledger)
    cargo = CargoTotals.of(frame, countries) if {"product", "q"} <= set(frame.columns) else None
    own = OwnTotal(ALL_ROWS, whole, float(flows.sum()))
    return Reading("BACI", year, countries, ("goods",), flows, ledger, BACI, cargo=cargo, own_total=own)


def itpd(files: Sequence[Path], *, year: int | None = None) -> Reading:
    """ITPD-E and ITPD-S (USITC): exporter_iso3, importer_iso3, year, industry_id, trade in MUSD, home sales
    included."""
    ledger = Ledger()
    columns = {
        "exporter": ["exporter_iso3"],
        "importer": ["importer_iso3"],
        "t": ["year"],
        "sector": ["industry_id"],
        "musd": ["trade"],
        "mirror?": ["flag_mirror"],
        "zero?": ["flag_zero"],
    }
    frame = table_of(files, columns, "ITPD", text=["sector"])
    ledger.rows = len(frame)
    frame = numbers(frame, "musd", ledger)
    frame, year = one_year(frame, "t", year, ledger)
    if "mirror" in frame:
        mirror = pd.to_numeric(frame["mirror"], errors="coerce").fillna(0) == 1
        ledger.note(
            "flows reported by the partner (mirror), kept",
            int(mirror.sum()),
            float(frame.loc[mirror, "musd"].sum()),
        )
    whole = float(frame["musd"].sum())
    frame = named_countries(frame, ledger, frame["musd"], year)
    frame["sector"] = frame["sector"].str.strip()
    nameless = frame["sector"].isna() | (frame["sector"] == "")
    ledger.note("dropped, no industry", int(nameless.sum()), float(frame.loc[nameless, "musd"].sum()))
    frame = frame[~nameless]
    sectors = tuple(sorted(frame["sector"].unique(), key=lambda s: (len(s), s)))
    countries = countries_of(frame)
    flows = cube(frame, countries, sectors, ledger)
    ledger.note(
        "pairs of a sector without home sales",
        int((flows[:, np.arange(len(countries)), np.arange(len(countries))] == 0).sum()),
    )
    source = "International Trade and Production Database (Borchert, Larch, Shikher, Yotov; USITC)"
    own = OwnTotal(ALL_ROWS, whole, float(flows.sum()))
    return Reading("ITPD", year, countries, sectors, flows, ledger, source, own_total=own)


def long(files: Sequence[Path], *, unit: float = 1.0, year: int | None = None) -> Reading:
    """A plain list, a row a flow: exporter, importer, value and, where there are several, sector and year;
    home sales are kept.

    ``unit`` is what one of ``value`` is worth in MUSD. Countries are known by what stands there, whatever it
    is; a flow that is not in the list is zero. Flows are [sector, origin, destination], MUSD a year. Raises
    ``WrongUse`` for a missing column, several years without a choice, or if nothing is left.
    """
    ledger = Ledger()
    columns = {
        "exporter": ["exporter", "origin"],
        "importer": ["importer", "destination"],
        "value": ["value"],
        "sector?": ["sector"],
        "t?": ["year"],
    }
    frame = table_of(files, columns, "long", text=["exporter", "importer", "sector"])
    ledger.rows = len(frame)
    frame = numbers(frame, "value", ledger, unit)
    frame, year = one_year(frame, "t", year, ledger)
    frame["musd"] = unit * frame["value"]
    names = ["exporter", "importer", *(["sector"] if "sector" in frame else [])]
    for name in names:
        frame[name] = frame[name].fillna("").str.strip()
        blank = frame[name].isin(NO_NAME)
        ledger.note(f"dropped, no {name}", int(blank.sum()), float(frame.loc[blank, "musd"].sum()))
        frame = frame[~blank]
    own, frame = _total_of(frame, ledger)
    if "sector" not in frame:
        frame = frame.assign(sector="all")
    countries, sectors = (
        countries_of(frame),
        tuple(sorted(frame["sector"].unique(), key=lambda s: (len(s), s))),
    )
    source = ", ".join(Path(f).name for f in files)
    flows = cube(frame, countries, sectors, ledger)
    return Reading("long", year, countries, sectors, flows, ledger, source, complete=True, own_total=own)


def _total_of(frame: pd.DataFrame, ledger: Ledger) -> tuple[OwnTotal | None, pd.DataFrame]:
    """The total that a list holds of all exports, or all imports, and the list without totals and groups."""
    world, groups = without_totals(set(frame["exporter"]) | set(frame["importer"]))
    to_all, of_all = frame["importer"].isin(world), frame["exporter"].isin(world)
    sides = ((to_all & ~of_all, "exporter", "exports"), (of_all & ~to_all, "importer", "imports"))
    total, side, word = next((found for found in sides if found[0].any()), (of_all, "", ""))
    of = frame[total]
    for members, what in ((world, "the whole world"), (groups, "a group of countries")):
        odd = frame["exporter"].isin(members) | frame["importer"].isin(members)
        ledger.note(
            f"dropped, a total of {what}",
            int(odd.sum()),
            float(frame.loc[odd, "musd"].sum()),
            ", ".join(sorted(members)[:5]),
        )
        frame = frame[~odd]
    if not side or of.empty:
        return None, frame
    abroad = frame[side].isin(set(of[side])) & (frame["exporter"] != frame["importer"])
    what = (
        f"{word} of {of[side].nunique()} countries to the world"
        if word == "exports"
        else (f"{word} of {of[side].nunique()} countries from the world")
    )
    return OwnTotal(what, float(of["musd"].sum()), float(frame.loc[abroad, "musd"].sum())), frame


def square(files: Sequence[Path], *, unit: float = 1.0) -> Reading:
    """A plain square: a CSV with origins in the first column and destinations in the head, or an .npz with
    countries and flows.

    The .npz holds ``countries`` and ``flows`` [origin, destination], or with ``sectors`` [sector, origin,
    destination]. ``unit`` is what one of the flows is worth in MUSD. Raises ``WrongUse`` if origins and
    destinations are not the same.
    """
    if len(files) != 1:
        raise WrongUse("A square is one file.")
    path, ledger = Path(files[0]), Ledger()
    own: OwnTotal | None = None
    if path.suffix == ".npz":
        countries, sectors, flows = _npz(path)
    else:
        frame = rows_of(path, "square", raw=True)
        if {"exporter", "importer"} <= {str(c).strip().lower() for c in frame.columns}:
            raise WrongUse(
                f"{path} has a row for each flow, so it is no square; read it as long (milepost trade read "
                "long)."
            )
        frame = frame.set_index(frame.columns[0])
        nameless = [
            f"line {n}" for n, name in enumerate(frame.index, 2) if not str(name).strip() or name != name
        ]
        nameless += [f"column {n}" for n, c in enumerate(frame.columns, 2) if str(c).startswith("Unnamed:")]
        if nameless:
            raise WrongUse(
                f"{path}, {nameless[0]}: the country has no name; write its id, or delete it if it is empty."
            )
        frame.index, frame.columns = (
            frame.index.astype(str).str.strip(),
            frame.columns.astype(str).str.strip(),
        )
        frame, own = _square_without_totals(frame, path, ledger, unit)
        odd = sorted(set(frame.index) ^ set(frame.columns))
        if odd or not frame.index.is_unique:
            raise WrongUse(
                f"{path} is not square: {', '.join(odd[:5]) or 'an origin'} stands on one side only or twice."
            )
        values = numbers_in(frame, path)
        countries, sectors = tuple(frame.index), ("all",)
        where = [list(frame.columns).index(c) for c in countries]
        flows = values[:, where][None]
    for what, names in (("country", countries), ("sector", sectors)):
        if len(set(names)) < len(names):
            raise WrongUse(f"{path}: a {what} stands twice.")
    if not np.isfinite(flows).all():
        raise WrongUse(
            f"{path}: {int((~np.isfinite(flows)).sum())} flows are no numbers; write 0 where there is no "
            "trade."
        )
    if flows.shape != (len(sectors), len(countries), len(countries)):
        raise WrongUse(
            f"{path}: flows have shape {flows.shape} for {len(sectors)} sectors and {len(countries)} "
            "countries."
        )
    if (flows < 0).any():
        raise WrongUse(f"{path}: {int((flows < 0).sum())} flows are negative.")
    ledger.rows = len(countries)
    ledger.note("pairs without trade", int((flows.sum(axis=0) == 0).sum()))
    return Reading(
        "square", None, countries, sectors, unit * flows, ledger, path.name, complete=True, own_total=own
    )


def _square_without_totals(
    frame: pd.DataFrame, path: Path, ledger: Ledger, unit: float
) -> tuple[pd.DataFrame, OwnTotal | None]:
    """The square without rows and columns of the whole world and of groups, and its total if it has one."""
    world, groups = without_totals(set(frame.index) | set(frame.columns))
    rows, columns = ([n for n in names if n in world | groups] for names in (frame.index, frame.columns))
    found = ", ".join(sorted({*rows, *columns}))
    ledger.note("rows and columns of totals and groups left out", len(rows) + len(columns), example=found)
    within = frame.drop(index=rows, columns=columns)
    at_end = [n for n in frame.columns if n in world]
    beneath = [n for n in frame.index if n in world]
    if within.empty or not (at_end or beneath):
        return within, None
    said = frame.loc[within.index, at_end[:1]] if at_end else frame.loc[beneath[:1], within.columns]
    own = OwnTotal(
        "its column of totals" if at_end else "its row of totals",
        unit * float(numbers_in(said, path).sum()),
        unit * float(numbers_in(within, path).sum()),
    )
    return within, own


def _npz(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
    """Countries, sectors and flows of an archive that numpy wrote."""
    if not path.is_file():
        raise WrongUse(f"There is no file {path}.")
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise WrongUse(
                f"{path} holds one array without names; wanted the arrays countries and flows (numpy.savez)."
            )
        with archive as z:
            if not {"countries", "flows"} <= set(z.files):
                raise WrongUse(f"{path} has the arrays {', '.join(z.files)}; wanted countries and flows.")
            countries, flows = (
                tuple(map(str, z["countries"].ravel())),
                np.asarray(z["flows"], dtype=np.float64),
            )
            sectors = tuple(map(str, z["sectors"].ravel())) if "sectors" in z.files else ("all",)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        raise WrongUse(
            f"{path} is no .npz of plain arrays: countries and flows, as numpy.savez writes."
        ) from None
    return countries, sectors, flows[None] if flows.ndim == 2 else flows


def tariffs(files: Sequence[Path], *, year: int | None = None) -> pd.DataFrame:
    """Tariffs: importer, exporter, sector ("" if none), percent, year. WITS and Teti's database by their
    columns.

    Raises ``WrongUse`` as the others. What was dropped or averaged is in ``frame.attrs["ledger"]``, a tuple
    of sentences; rates above 1,000 % are kept and counted there.
    """
    ledger = Ledger()
    columns = {
        "importer": ["iso1", "importer", "reporter_iso", "Reporter ISO3", "ReporterISO3", "Reporter"],
        "exporter": ["iso2", "exporter", "partner_iso", "Partner ISO3", "PartnerISO3", "Partner"],
        "percent": [
            "tariff",
            "tariff_percent",
            "Simple Average",
            "SimpleAverage",
            "AHS Simple Average (%)",
            "sa",
        ],
        "sector?": ["sector", "ProductCode", "Product", "hs2", "isic", "tariff_sector"],
        "t?": ["year", "Tariff Year", "TariffYear"],
    }
    frame = table_of(files, columns, "tariff", text=["sector"])
    ledger.rows = len(frame)
    frame = numbers(frame, "percent", ledger, 0.0)
    frame, year = one_year(frame, "t", year, ledger)
    ledger.note("kept, above 1,000 %", int((frame["percent"] > 1000).sum()))
    frame["sector"] = frame["sector"].fillna("").str.strip() if "sector" in frame else ""
    twice = frame.duplicated(["importer", "exporter", "sector"])
    ledger.note("rates of a cell that stood before, averaged with it", int(twice.sum()))
    answer = pd.DataFrame(
        frame.groupby(["importer", "exporter", "sector"], as_index=False)[["percent"]].mean()
    )
    answer.attrs["ledger"], answer.attrs["entries"] = ledger.sentences(), tuple(ledger.entries)
    answer.attrs["year"] = year
    return answer


def apply_tariffs(reading: Reading, table: pd.DataFrame) -> Reading:
    """The reading with tariffs as shares; a pair or sector without a rate has none, counted in the ledger."""
    ledger = Ledger(reading.ledger.rows, list(reading.ledger.entries))
    rate: Floats = np.zeros(reading.flows.shape)
    at = {c: k for k, c in enumerate(reading.countries)}
    which = {s: k for k, s in enumerate(reading.sectors)}
    known = np.zeros(reading.flows.shape, dtype=bool)
    ledger.entries += [
        replace(entry, what=f"tariffs, {entry.what}") for entry in table.attrs.get("entries", ())
    ]
    missed: list[str] = []
    for importer, exporter, sector, percent in table[
        ["importer", "exporter", "sector", "percent"]
    ].itertuples(index=False):
        if (
            importer not in at
            or exporter not in at
            or importer == exporter
            or (sector and sector not in which)
        ):
            missed.append(f"{importer} from {exporter}" + (f", {sector}" if sector else ""))
            continue
        rows = [which[sector]] if sector else list(which.values())
        rate[rows, at[exporter], at[importer]] = percent / 100
        known[rows, at[exporter], at[importer]] = True
    abroad = (reading.flows > 0) & ~np.eye(len(at), dtype=bool)[None]
    ledger.note(
        "tariff rates for a country or sector that is not in the trade data",
        len(missed),
        example="".join(missed[:1]),
    )
    bare = abroad & ~known
    ledger.note(
        "flows without a tariff rate, taken as free", int(bare.sum()), float(reading.flows[bare].sum())
    )
    return replace(reading, tariffs=rate, ledger=ledger)
