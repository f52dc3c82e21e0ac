"""Inter-country input-output tables: OECD ICIO, WIOD, and whatever pymrio has loaded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.trade.readers.reading import Floats, Ledger, OwnTotal, Reading, numbers_in, rows_of

Ints = NDArray[np.int64]

# OECD splits China and Mexico by processing trade: CN1, CN2 and MX1, MX2 are parts of CHN and MEX
PARTS = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
FINAL = {
    "HFCE",
    "NPISH",
    "GGFC",
    "GFCF",
    "INVNT",
    "DPABR",
    "NONRES",
    "FD",
    "HC",
    "CONS_ABR",
    "DIRP",
    "P33",
    "INVNT_VA",
    "DISC",
}
VALUE_ADDED = {"VA", "VALU", "VA+TAXSUB", "VA.TAXSUB"}  # the last as R writes it
TAXES = {"TLS", "TAXSUB", "NTZ", "NTM", "NTF"}
TOTALS = {"OUT", "TOTAL", "OUTPUT", "X"}


def icio(files: Sequence[Path], *, year: int | None = None) -> Reading:
    """OECD Inter-Country Input-Output table of any release: one wide CSV, labels like ``DEU_C29`` on both
    sides.

    Known quirks: parts of China and Mexico are merged; rows OUT, OUTPUT or TOTAL are left out, VA or VALU is
    value added; taxes less subsidies (TLS, TAXSUB rows, by country or not) are added to value added; final
    demand by its codes in every release.
    """
    if len(files) != 1:
        raise WrongUse("An ICIO table is one CSV file.")
    path = Path(files[0])
    frame = rows_of(path, "ICIO", raw=True)
    frame = frame.set_index(frame.columns[0])
    ledger = Ledger(rows=len(frame))
    frame.index, frame.columns = frame.index.astype(str).str.strip(), frame.columns.astype(str).str.strip()
    year = _year_of(frame, path, ledger) if year is None else year
    totals = [c for c in frame.columns if c.upper() in TOTALS]
    ledger.note("columns of totals left out", len(totals), example=", ".join(totals))
    frame = frame.drop(columns=totals)
    rows = [(label, *_split(label)) for label in frame.index]
    columns = [(label, *_split(label)) for label in frame.columns]
    industry = [code not in FINAL and country != "" for _, country, code in columns]
    final = [code in FINAL and country != "" for _, country, code in columns]
    unknown = [
        label
        for (label, country, code), a, b in zip(columns, industry, final, strict=True)
        if not a and not b
    ]
    if unknown:
        names = ", ".join(f"'{label}'" for label in unknown[:5])
        raise WrongUse(
            f"{path}: {names} in the head: neither an industry (DEU_C29), nor final demand, nor a total that "
            "we know."
        )
    sells = [country != "" and code not in TAXES for _, country, code in rows]
    va_rows = [k for k, (label, _, _) in enumerate(rows) if label.upper() in VALUE_ADDED]
    tax_rows = [
        k
        for k, (label, country, code) in enumerate(rows)
        if label.upper() in TAXES or (country and code in TAXES)
    ]
    if not va_rows:
        raise WrongUse(f"{path} has no row of value added (VA or VALU).")
    # a row of totals may have gaps; every other number is needed
    needed = sorted({k for k, yes in enumerate(sells) if yes} | set(va_rows) | set(tax_rows))
    used: Floats = np.zeros(frame.shape)
    used[needed] = numbers_in(frame.iloc[needed], path)
    other = [rows[k][0] for k in range(len(rows)) if not sells[k] and k not in va_rows and k not in tax_rows]
    ledger.note("rows of totals left out", len(other), example=", ".join(other[:3]))
    seller = [(rows[k][1], rows[k][2]) for k in range(len(rows)) if sells[k]]
    user = [(c, code) for (_, c, code), yes in zip(columns, industry, strict=True) if yes]
    _same_industries(seller, user, path)
    Z = used[np.ix_(sells, industry)]
    F = used[np.ix_(sells, final)]
    final_of = [c for (_, c, _), yes in zip(columns, final, strict=True) if yes]
    va = used[va_rows][:, industry].sum(axis=0)
    tax = used[tax_rows][:, industry].sum(axis=0) if tax_rows else np.zeros_like(va)
    ledger.note(
        "taxes less subsidies on inputs added to value added, industries",
        int((tax != 0).sum()),
        float(tax.sum()),
    )
    own = _icio_output(frame, [label for label, _, _ in rows], industry, float(Z.sum() + F.sum()))
    table = _Table(Z, F, va + tax)
    source = f"OECD ICIO, {path.name}"
    found = _reading("OECD ICIO", year, seller, user, final_of, table, ledger, source)
    return replace(found, own_total=own)


def _icio_output(frame: pd.DataFrame, rows: list[str], industry: list[bool], taken: float) -> OwnTotal | None:
    """Output of all industries, a row of totals of the table, beside what all industries sell."""
    at = next((k for k, label in enumerate(rows) if label.upper() in TOTALS), None)
    if at is None:
        return None
    output = pd.to_numeric(frame.iloc[at], errors="coerce").to_numpy(dtype=np.float64)[industry]
    return OwnTotal("output of all industries", float(np.nansum(output)), taken)


def _year_of(frame: pd.DataFrame, path: Path, ledger: Ledger) -> int | None:
    """The year of a table that holds no column of years: what its first heading says, else the file's name,
    of which the last year counts (ICIO2021_2018: the release of 2021, the year 2018)."""
    for said, where in ((str(frame.index.name), "its first heading"), (path.stem, "the file's name")):
        years = [int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", said)]
        if years:
            ledger.note(f"year taken from {where}; another with --year", 1, example=years[-1])
            return years[-1]
    return None


def wiod(files: Sequence[Path], *, year: int | None = None) -> Reading:
    """WIOD 2016 as CSV: IndustryCode, IndustryDescription, Country, RNr, Year, then AUS1 ... ROW61 and TOT.

    Columns 1 to 56 are industries, 57 to 61 final demand; rows with Country TOT hold value added, taxes and
    margins. All between intermediate use and gross output that is not an input is added to value added.
    """
    if len(files) != 1:
        raise WrongUse("A WIOD table is one CSV file.")
    path = Path(files[0])
    frame = rows_of(path, "WIOD")
    missing = [c for c in ("IndustryCode", "Country", "RNr") if c not in frame.columns]
    if missing:
        raise WrongUse(f"{path} is no WIOD table: it has no column {', '.join(missing)}.")
    ledger = Ledger(rows=len(frame))
    if "Year" in frame.columns:
        years = sorted({str(y).removesuffix(".0") for y in frame["Year"].dropna()})
        if year is None and len(years) > 1:
            raise WrongUse(f"{path} holds the years {', '.join(years[:20])}; choose one with --year.")
        wanted = str(year) if year is not None else "".join(years)
        if wanted not in years or not wanted.isdigit():
            raise WrongUse(
                f"{path} holds no year {wanted or 'at all'}; it holds {', '.join(years[:20]) or 'none'}."
            )
        other = frame["Year"].astype(str).str.removesuffix(".0") != wanted
        ledger.note(f"dropped, another year than {wanted}", int(other.sum()))
        frame, year = frame[~other], int(wanted)
    data = [c for c in frame.columns if re.fullmatch(r"[A-Z]{3}\d+", str(c))]
    body = frame[frame["Country"] != "TOT"]
    number = pd.to_numeric(body["RNr"], errors="coerce")
    names = dict(zip(number, body["IndustryCode"].astype(str).str.strip(), strict=True))
    industries = len(names)
    if set(names) != set(range(1, industries + 1)):
        raise WrongUse(f"{path}: the rows of industries are not numbered from 1 on in the column RNr.")
    columns = [(c[:3], int(c[3:])) for c in data]
    seller = [(c, str(code)) for c, code in zip(body["Country"], body["IndustryCode"], strict=True)]
    is_use = [k <= industries for _, k in columns]
    user = [(c, str(names[k])) for c, k in columns if k <= industries]
    _same_industries(seller, user, path)
    labelled = frame.set_index(frame["Country"].astype(str) + " " + frame["IndustryCode"].astype(str))[data]
    values = numbers_in(labelled[(frame["Country"] != "TOT").to_numpy()], path)
    Z, F = values[:, is_use], values[:, [not u for u in is_use]]
    final_of = [c for c, k in columns if k > industries]
    at_bottom = (frame["Country"] == "TOT") & frame["IndustryCode"].isin(
        ["VA", "TXSP", "EXP_adj", "PURR", "PURNR", "IntTTM"]
    )
    kinds = frame.loc[at_bottom, "IndustryCode"]
    if not (kinds == "VA").any():
        raise WrongUse(f"{path} has no row VA.")
    bottom = numbers_in(labelled[at_bottom.to_numpy()], path)[:, is_use]
    va, margins = bottom.sum(axis=0), bottom[(kinds != "VA").to_numpy()]
    ledger.note(
        "taxes, adjustments and margins added to value added, cells",
        int((margins != 0).sum()),
        float(margins.sum()),
    )
    source = f"World Input-Output Database 2016, {path.name}"
    found = _reading("WIOD", year, seller, user, final_of, _Table(Z, F, va), ledger, source)
    return replace(found, own_total=_wiod_output(frame, data, is_use, float(Z.sum() + F.sum())))


def _wiod_output(frame: pd.DataFrame, data: list[str], is_use: list[bool], taken: float) -> OwnTotal | None:
    """Gross output, the row GO of the table, beside what all industries sell."""
    row = frame[(frame["Country"] == "TOT") & (frame["IndustryCode"] == "GO")]
    if row.empty:
        return None
    output = pd.to_numeric(row[data].iloc[0], errors="coerce").to_numpy(dtype=np.float64)[is_use]
    return OwnTotal("gross output of all industries", float(np.nansum(output)), taken)


def pymrio(system: Any) -> Reading:
    """A system that pymrio has loaded: ``Z`` and ``Y`` with (region, sector) rows; value added is output less
    inputs."""
    try:
        Z, Y = system.Z, system.Y
        pairs = [(str(r), str(s)) for r, s in Z.index]
        users = [(str(r), str(s)) for r, s in Z.columns]
        final_of = [str(c[0]) for c in Y.columns]
    except (AttributeError, TypeError, ValueError):
        raise WrongUse("A pymrio system has Z and Y, tables with rows named by region and sector.") from None
    _same_industries(pairs, users, "The pymrio system")
    ledger = Ledger(rows=len(pairs))
    try:
        z, y = Z.to_numpy(dtype=np.float64), Y.to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongUse("Z or Y of the pymrio system holds cells that are no numbers.") from None
    if not (np.isfinite(z).all() and np.isfinite(y).all()) or y.shape[0] != z.shape[0]:
        raise WrongUse("Z or Y of the pymrio system holds NaN or infinity, or they have not the same rows.")
    va = z.sum(axis=1) + y.sum(axis=1) - z.sum(axis=0)
    name = str(getattr(system, "name", "pymrio"))
    return _reading("pymrio", None, pairs, users, final_of, _Table(z, y, va), ledger, name)


def _same_industries(seller: list[tuple[str, str]], user: list[tuple[str, str]], path: Path | str) -> None:
    odd = sorted(set(seller) ^ set(user))
    for side in (seller, user):
        twice = [pair for pair, count in Counter(side).items() if count > 1]
        if twice:
            raise WrongUse(f"{path}: the industry {'_'.join(twice[0])} stands twice.")
    if odd:
        shown = ", ".join("_".join(pair) for pair in odd[:3])
        raise WrongUse(f"{path}: rows and columns do not name the same industries, for example {shown}.")


def _split(label: str) -> tuple[str, str]:
    """Country and code of a label such as DEU_C29; parts of a country keep their own code until they are
    merged."""
    found = re.fullmatch(r"([A-Z0-9]{3})_(.+)", label)
    return (found.group(1), found.group(2)) if found else ("", label)


class _Industries(NamedTuple):
    """Country and sector of every row and column of a table, by their position among ``countries`` and
    ``sectors``."""

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    seller: tuple[Ints, Ints]
    user: tuple[Ints, Ints]
    final_of: Ints

    @classmethod
    def of(
        cls, seller: list[tuple[str, str]], user: list[tuple[str, str]], final_of: list[str], source: str
    ) -> _Industries:
        """Parts of a country count as the country."""
        countries = tuple(sorted({PARTS.get(c, c) for c, _ in seller}))
        sectors = tuple(dict.fromkeys(code for _, code in seller))
        at = {c: k for k, c in enumerate(countries)}
        which = {s: k for k, s in enumerate(sectors)}

        def positions(industries: list[tuple[str, str]]) -> tuple[Ints, Ints]:
            return (
                np.array([at[PARTS.get(c, c)] for c, _ in industries]),
                np.array([which[s] for _, s in industries]),
            )

        both = positions(seller), positions(user)
        strange = sorted({PARTS.get(c, c) for c in final_of} - set(at))
        if strange:
            raise WrongUse(f"{source}: final demand of {', '.join(strange[:5])}, which has no industries.")
        return cls(
            countries, sectors, *both, np.array([at[PARTS.get(c, c)] for c in final_of], dtype=np.int64)
        )


class _Table(NamedTuple):
    """An inter-country table: inputs [seller, user], final demand [seller, who], value added [user]."""

    Z: Floats
    F: Floats
    va: Floats

    def clipped(self, ledger: Ledger) -> _Table:
        """Nothing below zero; what was is in the ledger."""
        for name, table in (("final demand (inventories)", self.F), ("inputs", self.Z)):
            below = table < 0
            ledger.note(f"negative {name} set to zero, cells", int(below.sum()), float(table[below].sum()))
        short = self.va <= 0
        ledger.note(
            "industries whose value added is not above zero, set to zero",
            int(short.sum()),
            float(self.va[short].sum()),
        )
        return _Table(np.maximum(self.Z, 0.0), np.maximum(self.F, 0.0), np.where(short, 0.0, self.va))


def _reading(
    kind: str,
    year: int | None,
    seller: list[tuple[str, str]],
    user: list[tuple[str, str]],
    final_of: list[str],
    table: _Table,
    ledger: Ledger,
    source: str,
) -> Reading:
    """Merge, clip, and sum to flows, inputs and accounts; everything that moves is in the ledger."""
    merged = sorted({c for c, _ in seller} & set(PARTS))
    ledger.note(
        "parts of a country merged", len(merged), example=", ".join(f"{c} into {PARTS[c]}" for c in merged)
    )
    Z, F, va = table.clipped(ledger)
    industries = _Industries.of(seller, user, final_of, source)
    (o, j), (d, k), f = industries.seller, industries.user, industries.final_of
    n, J = len(industries.countries), len(industries.sectors)
    flows, materials = np.zeros((J, n, n)), np.zeros((n, J, J))
    # inputs by buying country first, which keeps the large table in one pass
    for r in range(len(o)):
        np.add.at(flows[j[r], o[r]], d, Z[r])
        np.add.at(flows[j[r], o[r]], f, F[r])
        np.add.at(materials[:, j[r], :], (d, k), Z[r])
    final, added = np.zeros((n, J)), np.zeros((n, J))
    for column, country in enumerate(f):
        np.add.at(final[country], j, F[:, column])
    np.add.at(added, (d, k), va)
    gap = np.abs(flows.sum(axis=2).T - (materials.sum(axis=1) + added))
    size = np.maximum(flows.sum(axis=2).T, 1e-9)
    off = gap > 0.01 * size
    ledger.note(
        "industries whose sales and costs differ by more than 1 %, balanced by solving the baseline",
        int(off.sum()),
        float(gap[off].sum()),
    )
    return Reading(
        kind,
        year,
        industries.countries,
        industries.sectors,
        flows,
        ledger,
        source,
        materials_musd=materials,
        value_added_musd=added,
        final_musd=final,
        complete=True,
    )
