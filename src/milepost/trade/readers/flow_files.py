"""Files of flows: BACI, ITPD-E and ITPD-S, UN Comtrade, plain squares and lists; tariffs (WITS, Teti's Global
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
from milepost.trade.readers.reading import (
    Floats,
    Ledger,
    Reading,
    columns_of,
    cube,
    numbers,
    numbers_in,
    rows_of,
    table_of,
)

BACI = "BACI (CEPII), Gaulier & Zignago 2010, Etalab Open Licence 2.0"
UNITS = {"USD": 1e-6, "thousand": 1e-3, "million": 1.0}  # one unit of a plain file, MUSD
# names and numbers of imports and exports in the older layouts of Comtrade
FLOWS = {"1": "M", "IMPORT": "M", "IMPORTS": "M", "2": "X", "EXPORT": "X", "EXPORTS": "X"}
# codes of territories under which BACI and Comtrade book countries, with the country's ISO code
ISO_OF = {"S19": "TWN", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "SUD": "SDN", "MNT": "MNE"}
# numbers that the country lists of some years leave without a code
NUMBERED = {490: "TWN"}
# groups that look like countries and repeat their members (World Bank, Comtrade, UNCTAD)
GROUPS = frozenset(
    (
        *(
            "WLD",
            "EUU",
            "EUN",
            "EMU",
            "OED",
            "ARB",
            "CEB",
            "CSS",
            "EAP",
            "EAR",
            "EAS",
            "ECA",
            "ECS",
            "FCS",
            "HIC",
        ),
        *(
            "HPC",
            "IBD",
            "IBT",
            "IDA",
            "IDB",
            "IDX",
            "LAC",
            "LCN",
            "LDC",
            "LIC",
            "LMC",
            "LMY",
            "LTE",
            "MEA",
            "MIC",
        ),
        *(
            "MNA",
            "NAC",
            "OSS",
            "PRE",
            "PSS",
            "PST",
            "SAS",
            "SSA",
            "SSF",
            "SST",
            "TEA",
            "TEC",
            "TLA",
            "TMN",
            "TSA",
        ),
        *("TSS", "UMC"),
    )
)


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
    frame, year = _one_year(frame, "t", year, ledger)
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
            named = named.where(known, numeric.map(NUMBERED))  # lists of some years do not name them
            frame[side] = named.where(named.notna(), frame[side])
    frame = _named(frame, ledger, 1e-3 * frame["v"])
    frame["musd"] = 1e-3 * frame["v"]
    frame["sector"] = "goods"
    countries = _countries(frame)
    flows = cube(frame, countries, ("goods",), ledger)
    cargo = CargoTotals.of(frame, countries) if {"product", "q"} <= set(frame.columns) else None
    return Reading("BACI", year, countries, ("goods",), flows, ledger, BACI, cargo=cargo)


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
    frame, year = _one_year(frame, "t", year, ledger)
    if "mirror" in frame:
        mirror = pd.to_numeric(frame["mirror"], errors="coerce").fillna(0) == 1
        ledger.note(
            "flows reported by the partner (mirror), kept",
            int(mirror.sum()),
            float(frame.loc[mirror, "musd"].sum()),
        )
    frame = _named(frame, ledger, frame["musd"])
    frame["sector"] = frame["sector"].str.strip()
    nameless = frame["sector"].isna() | (frame["sector"] == "")
    ledger.note("dropped, no industry", int(nameless.sum()), float(frame.loc[nameless, "musd"].sum()))
    frame = frame[~nameless]
    sectors = tuple(sorted(frame["sector"].unique(), key=lambda s: (len(s), s)))
    countries = _countries(frame)
    flows = cube(frame, countries, sectors, ledger)
    ledger.note(
        "pairs of a sector without home sales",
        int((flows[:, np.arange(len(countries)), np.arange(len(countries))] == 0).sum()),
    )
    source = "International Trade and Production Database (Borchert, Larch, Shikher, Yotov; USITC)"
    return Reading("ITPD", year, countries, sectors, flows, ledger, source)


def comtrade(files: Sequence[Path], *, year: int | None = None, flow: str = "M") -> Reading:
    """UN Comtrade as the API and the site give it: reporterISO, partnerISO, flowCode, cmdCode, primaryValue
    in USD.

    Importers' reports are used (``flow`` = M), exporters' with X; what goes in or out for processing (MIP,
    XOP and the like) is a part of them and dropped. Of a pair with several commodity levels only the coarsest
    is taken: TOTAL if it is there, else no commodity whose chapter or heading is there too, month by month.
    Months of reporters without their year are added up; world totals and areas not elsewhere specified are no
    countries and are dropped.
    """
    ledger = Ledger()
    columns = {
        "reporter": ["reporterISO", "Reporter ISO"],
        "partner": ["partnerISO", "Partner ISO"],
        "flow": ["flowCode", "Trade Flow Code", "Trade Flow"],
        "product": ["cmdCode", "Commodity Code"],
        "usd": ["primaryValue", "Trade Value (US$)"],
        "t?": ["refYear", "Year"],
        "period?": ["period"],
        "often?": ["freqCode"],
        "partner2?": ["partner2Code", "2nd Partner Code"],
        "mot?": ["motCode"],
        "customs?": ["customsCode"],
    }
    frame = table_of(files, columns, "UN Comtrade", text=["product", "period", "flow"])
    ledger.rows = len(frame)
    frame = numbers(frame, "usd", ledger, 1e-6)
    if "t" not in frame and "period" in frame:
        frame["t"] = frame["period"].str[:4]
    frame, year = _one_year(frame, "t", year, ledger)
    kinds = frame["flow"].astype(str).str.strip().str.upper().replace(FLOWS)
    other = kinds != flow
    ledger.note(
        f"dropped, not the flow '{flow}'",
        int(other.sum()),
        _musd(frame, other),
        ", ".join(sorted(set(kinds[other]))),
    )
    frame = frame[kinds == flow]
    frame = _coarsest(_whole_years(frame, ledger), ledger)
    frame = frame.assign(
        exporter=frame["partner" if flow == "M" else "reporter"],
        importer=frame["reporter" if flow == "M" else "partner"],
    )
    frame["musd"] = 1e-6 * frame["usd"]
    frame["sector"] = "goods"
    frame = _named(frame, ledger, frame["musd"])
    countries = _countries(frame)
    flows = cube(frame, countries, ("goods",), ledger)
    silent = sorted(set(countries) - set(frame["importer" if flow == "M" else "exporter"]))
    lacking = "imports" if flow == "M" else "exports"
    ledger.note(
        f"countries that report nothing themselves, so without {lacking}",
        len(silent),
        example=", ".join(silent[:5]),
    )
    # importers state what arrives, freight included; exporters what leaves
    valuation = "cif" if flow == "M" else "fob"
    return Reading(
        "UN Comtrade", year, countries, ("goods",), flows, ledger, "UN Comtrade", valuation=valuation
    )


def _whole_years(frame: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """No parts of totals, and months only of those whose year is not there."""
    # rows broken down by second partner, mode of transport or customs procedure repeat the total
    for column, whole in (("partner2", "0"), ("mot", "0"), ("customs", "C00")):
        if column in frame:
            said = frame[column].astype(str).str.replace(r"\.0$", "", regex=True).str.strip()
            # a blank says nothing of a part
            part = frame[column].notna() & ~said.isin(("", "nan", whole))
            ledger.note(f"dropped, a part of a total (by {column})", int(part.sum()), _musd(frame, part))
            frame = frame[~part]
    if "often" in frame:
        whole_year = set(frame.loc[frame["often"] == "A", "reporter"])
        months = (frame["often"] == "M") & frame["reporter"].isin(whole_year)
        ledger.note(
            "dropped, months of a reporter whose year is there", int(months.sum()), _musd(frame, months)
        )
        frame = frame[~months]
    months = (
        frame["period"][frame["period"].str.fullmatch(r"\d{6}").fillna(False)]
        if "period" in frame
        else frame["usd"][:0]
    )
    if len(months):
        ledger.note("months added up", months.nunique(), example=f"{months.min()} to {months.max()}")
    return frame


def _coarsest(frame: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Each pair's trade once: what TOTAL, a chapter (2 digits) or a heading (4 digits) of the pair and period
    holds is left out."""
    code = frame["product"].astype(str).str.strip().str.upper()
    period = frame["period"].astype(str) if "period" in frame else ""
    pair = frame["reporter"].astype(str) + " " + frame["partner"].astype(str) + " " + period + " "
    there = set(pair + code)
    above = (code != "TOTAL") & (pair + "TOTAL").isin(there)
    ledger.note("dropped, a commodity of a total that is there", int(above.sum()), _musd(frame, above))
    finer = pd.Series(False, index=frame.index)
    for digits in (2, 4):
        finer |= (code != "TOTAL") & (code.str.len() > digits) & (pair + code.str[:digits]).isin(there)
    finer &= ~above
    ledger.note(
        "dropped, a commodity of a chapter or heading that is there", int(finer.sum()), _musd(frame, finer)
    )
    return frame[~above & ~finer]


def _musd(frame: pd.DataFrame, which: pd.Series) -> float:
    """What the rows left out are worth in their own column, USD, as MUSD."""
    return float(1e-6 * frame.loc[which, "usd"].sum())


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
    frame, year = _one_year(frame, "t", year, ledger)
    frame["musd"] = unit * frame["value"]
    names = ["exporter", "importer", *(["sector"] if "sector" in frame else [])]
    for name in names:
        frame[name] = frame[name].fillna("").str.strip()
        blank = frame[name] == ""
        ledger.note(f"dropped, no {name}", int(blank.sum()), float(frame.loc[blank, "musd"].sum()))
        frame = frame[~blank]
    if "sector" not in frame:
        frame = frame.assign(sector="all")
    countries, sectors = _countries(frame), tuple(sorted(frame["sector"].unique(), key=lambda s: (len(s), s)))
    source = ", ".join(Path(f).name for f in files)
    flows = cube(frame, countries, sectors, ledger)
    return Reading("long", year, countries, sectors, flows, ledger, source, complete=True)


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
        frame.index, frame.columns = (
            frame.index.astype(str).str.strip(),
            frame.columns.astype(str).str.strip(),
        )
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
    return Reading("square", None, countries, sectors, unit * flows, ledger, path.name, complete=True)


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
    frame, year = _one_year(frame, "t", year, ledger)
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


def _one_year(
    frame: pd.DataFrame, column: str, year: int | None, ledger: Ledger
) -> tuple[pd.DataFrame, int | None]:
    if column not in frame:
        return frame, year
    when = pd.to_numeric(frame[column], errors="coerce")
    odd = ~(np.isfinite(when) & (when % 1 == 0))
    if odd.any():
        where = frame[odd].iloc[0]
        ledger.note("dropped, no year", int(odd.sum()), example=f"{where['_file']}, line {where['_line']}")
    frame, when = frame[~odd], when[~odd].astype(int)
    years = sorted(set(when))
    if not years:
        raise WrongUse(f"No row of the files holds a year and a value: {'; '.join(ledger.sentences())}.")
    if year is None:
        if len(years) > 1:
            raise WrongUse(f"The files hold the years {years[0]} to {years[-1]}; choose one with --year.")
        year = years[0]
    elif year not in years:
        raise WrongUse(f"The files hold no year {year}; they hold {', '.join(map(str, years[:12]))}.")
    ledger.note(f"dropped, another year than {year}", int((when != year).sum()))
    return frame[when == year], year


def _named(frame: pd.DataFrame, ledger: Ledger, musd: pd.Series) -> pd.DataFrame:
    """Three-letter codes on both sides; what is no country goes to the ledger."""
    frame = frame.assign(_musd=musd)
    for side in ("exporter", "importer"):
        frame[side] = frame[side].astype(object)
        other = frame[side].isin(ISO_OF)
        names = ", ".join(f"{c} as {ISO_OF[c]}" for c in sorted(set(frame.loc[other, side])))
        ledger.note(
            f"the {side} under its country's present code",
            int(other.sum()),
            float(frame.loc[other, "_musd"].sum()),
            names,
        )
        frame[side] = frame[side].replace(ISO_OF)
        good = frame[side].astype(str).str.fullmatch(r"[A-Z]{3}")
        bad = frame[~good]
        example = "" if bad.empty else "nothing" if pd.isna(bad[side].iloc[0]) else bad[side].iloc[0]
        ledger.note(f"dropped, the {side} is no country", len(bad), float(bad["_musd"].sum()), example)
        frame = frame[good]
        group = frame[side].isin(GROUPS)
        names = ", ".join(sorted(set(frame.loc[group, side]))[:5])
        worth = float(frame.loc[group, "_musd"].sum())
        ledger.note(f"dropped, the {side} is a group of countries", int(group.sum()), worth, names)
        frame = frame[~group]
    return frame.drop(columns="_musd")


def _countries(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(set(frame["exporter"]) | set(frame["importer"])))


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
