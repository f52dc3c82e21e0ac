"""Files of flows: BACI, ITPD-E and ITPD-S, UN Comtrade, plain squares, and tariffs (WITS, Teti's Global Tariff Database)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from milepost.errors import WrongUse
from milepost.trade.readers.reading import Floats, Ledger, Reading, cube, numbers, table_of

BACI = "BACI (CEPII), Gaulier & Zignago 2010, Etalab Open Licence 2.0"
# codes of territories under which BACI and Comtrade book countries, with the country's ISO code
ISO_OF = {"S19": "TWN", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "SUD": "SDN", "MNT": "MNE"}


def baci(files: Sequence[Path], *, codes: Path | None = None, year: int | None = None) -> Reading:
    """BACI: columns t, i, j, k, v (thousand USD), q; numeric codes are named by CEPII's country_codes file (``codes``).

    Products are summed. An aggregate file with exporter, importer and value_kusd by ISO code is taken as well.
    """
    ledger = Ledger()
    head = pd.read_csv(files[0], nrows=0) if files and Path(files[0]).exists() else pd.DataFrame()
    if "value_kusd" in head.columns:
        frame = table_of(
            files, {"exporter": ["exporter"], "importer": ["importer"], "v": ["value_kusd"], "t?": ["t", "year"]}, "BACI"
        )
    else:
        columns = {"t": ["t"], "exporter": ["i"], "importer": ["j"], "product": ["k"], "v": ["v"]}
        frame = table_of(files, columns, "BACI", dtype={"k": str})
    ledger.rows = len(frame)
    frame = numbers(frame, "v", ledger)
    frame, year = _one_year(frame, "t", year, ledger)
    if frame["exporter"].dtype.kind in "if":
        if codes is None:
            raise WrongUse(
                "BACI names countries by number; give its list with --codes country_codes_V....csv, from the same archive."
            )
        names = table_of([codes], {"code": ["country_code"], "iso3": ["country_iso3", "iso_3digit_alpha"]}, "BACI country list")
        iso = dict(zip(names["code"], names["iso3"], strict=True))
        for side in ("exporter", "importer"):
            frame[side] = frame[side].map(iso)
    frame = _named(frame, ledger, 1e-3 * frame["v"])
    frame["musd"] = 1e-3 * frame["v"]
    frame["sector"] = "goods"
    countries = _countries(frame)
    return Reading("BACI", year, countries, ("goods",), cube(frame, countries, ("goods",), ledger), ledger, BACI)


def itpd(files: Sequence[Path], *, year: int | None = None) -> Reading:
    """ITPD-E and ITPD-S (USITC): exporter_iso3, importer_iso3, year, industry_id, trade in MUSD, home sales included."""
    ledger = Ledger()
    columns = {
        "exporter": ["exporter_iso3"], "importer": ["importer_iso3"], "t": ["year"], "sector": ["industry_id"], "musd": ["trade"],
        "mirror?": ["flag_mirror"], "zero?": ["flag_zero"],
    }  # fmt: skip
    frame = table_of(files, columns, "ITPD")
    ledger.rows = len(frame)
    frame = numbers(frame, "musd", ledger)
    frame, year = _one_year(frame, "t", year, ledger)
    if "mirror" in frame:
        mirror = pd.to_numeric(frame["mirror"], errors="coerce").fillna(0) == 1
        ledger.note("flows reported by the partner (mirror), kept", int(mirror.sum()), float(frame.loc[mirror, "musd"].sum()))
    frame = _named(frame, ledger, frame["musd"])
    frame["sector"] = frame["sector"].astype(str)
    sectors = tuple(sorted(frame["sector"].unique(), key=lambda s: (len(s), s)))
    countries = _countries(frame)
    flows = cube(frame, countries, sectors, ledger)
    ledger.note(
        "pairs of a sector without home sales", int((flows[:, np.arange(len(countries)), np.arange(len(countries))] == 0).sum())
    )
    source = "International Trade and Production Database (Borchert, Larch, Shikher, Yotov; USITC)"
    return Reading("ITPD", year, countries, sectors, flows, ledger, source)


def comtrade(files: Sequence[Path], *, year: int | None = None, flow: str = "M") -> Reading:
    """UN Comtrade as the API and the site give it: reporterISO, partnerISO, flowCode, cmdCode, primaryValue in USD.

    Importers' reports are used (``flow`` = M), exporters' with X. Of a pair with several commodity levels only TOTAL is
    taken if it is there; world totals and areas not elsewhere specified are no countries and are dropped.
    """
    ledger = Ledger()
    columns = {
        "reporter": ["reporterISO", "Reporter ISO"], "partner": ["partnerISO", "Partner ISO"],
        "flow": ["flowCode", "Trade Flow Code", "Trade Flow"], "product": ["cmdCode", "Commodity Code"],
        "usd": ["primaryValue", "Trade Value (US$)"], "t?": ["refYear", "period", "Year"],
        "partner2?": ["partner2Code", "2nd Partner Code"], "mot?": ["motCode"], "customs?": ["customsCode"],
    }  # fmt: skip
    frame = table_of(files, columns, "UN Comtrade", dtype={"cmdCode": str})
    ledger.rows = len(frame)
    frame = numbers(frame, "usd", ledger)
    frame, year = _one_year(frame, "t", year, ledger)
    kinds = frame["flow"].astype(str).str.strip().str[:1].str.upper().replace({"1": "M", "2": "X", "I": "M", "E": "X"})
    ledger.note(f"dropped, not the flow '{flow}'", int((kinds != flow).sum()))
    frame = frame[kinds == flow]
    # rows broken down by second partner, mode of transport or customs procedure repeat the total
    for column, whole in (("partner2", {"0", "nan"}), ("mot", {"0", "nan"}), ("customs", {"C00", "nan"})):
        if column in frame:
            part = ~frame[column].astype(str).str.replace(r"\.0$", "", regex=True).isin(whole)
            ledger.note(f"dropped, a part of a total (by {column})", int(part.sum()))
            frame = frame[~part]
    total = frame["product"].astype(str).str.upper() == "TOTAL"
    if total.any():
        ledger.note("dropped, a commodity of a total that is there", int((~total).sum()))
        frame = frame[total]
    frame = frame.assign(
        exporter=frame["partner" if flow == "M" else "reporter"], importer=frame["reporter" if flow == "M" else "partner"]
    )
    frame["musd"] = 1e-6 * frame["usd"]
    frame["sector"] = "goods"
    frame = _named(frame, ledger, frame["musd"])
    countries = _countries(frame)
    flows = cube(frame, countries, ("goods",), ledger)
    return Reading("UN Comtrade", year, countries, ("goods",), flows, ledger, "UN Comtrade")


def square(files: Sequence[Path], *, unit: float = 1.0) -> Reading:
    """A plain square: a CSV with origins in the first column and destinations in the head, or an .npz with countries and flows.

    ``unit`` is what one is worth in MUSD. Raises ``WrongUse`` if origins and destinations are not the same.
    """
    if len(files) != 1:
        raise WrongUse("A square is one file.")
    path, ledger = Path(files[0]), Ledger()
    if path.suffix == ".npz":
        try:
            with np.load(path, allow_pickle=False) as z:
                if not {"countries", "flows"} <= set(z.files):
                    raise WrongUse(f"{path} has the arrays {', '.join(z.files)}; wanted countries and flows.")
                countries, flows = tuple(map(str, z["countries"])), np.asarray(z["flows"], dtype=np.float64)
                sectors = tuple(map(str, z["sectors"])) if "sectors" in z.files else ("all",)
        except (OSError, ValueError) as error:
            raise WrongUse(f"{path} cannot be read as .npz: {error}.") from None
        flows = flows[None] if flows.ndim == 2 else flows
    else:
        try:
            frame = pd.read_csv(path, index_col=0)
        except (OSError, ValueError, pd.errors.ParserError) as error:
            raise WrongUse(f"{path} cannot be read as CSV: {error}.") from None
        frame.index, frame.columns = frame.index.astype(str).str.strip(), frame.columns.astype(str).str.strip()
        odd = sorted(set(frame.index) ^ set(frame.columns))
        if odd or not frame.index.is_unique:
            raise WrongUse(f"{path} is not square: {', '.join(odd[:5]) or 'an origin'} stands on one side only or twice.")
        values = frame.apply(pd.to_numeric, errors="coerce")
        bad = np.argwhere(values.isna().to_numpy())
        if len(bad):
            i, j = bad[0]
            raise WrongUse(
                f"{path}: {len(bad)} cells are no numbers, the first in row {frame.index[i]}, column {frame.columns[j]}: "
                f"{frame.iat[int(i), int(j)]!r}."
            )
        countries, sectors = tuple(frame.index), ("all",)
        flows = values.loc[list(countries), list(countries)].to_numpy(dtype=np.float64)[None]
    if flows.shape != (len(sectors), len(countries), len(countries)):
        raise WrongUse(f"{path}: flows have shape {flows.shape} for {len(sectors)} sectors and {len(countries)} countries.")
    if (flows < 0).any():
        raise WrongUse(f"{path}: {int((flows < 0).sum())} flows are negative.")
    ledger.rows = len(countries)
    ledger.note("pairs without trade", int((flows.sum(axis=0) == 0).sum()))
    return Reading("square", None, countries, sectors, unit * flows, ledger, path.name)


def tariffs(files: Sequence[Path], *, year: int | None = None) -> pd.DataFrame:
    """Tariffs: importer, exporter, sector ("" if none), percent, year. WITS and Teti's database by their columns.

    Raises ``WrongUse`` as the others. Rates above 1,000 % are kept and counted in ``frame.attrs["ledger"]``.
    """
    ledger = Ledger()
    columns = {
        "importer": ["iso1", "importer", "reporter_iso", "Reporter ISO3", "ReporterISO3", "Reporter"],
        "exporter": ["iso2", "exporter", "partner_iso", "Partner ISO3", "PartnerISO3", "Partner"],
        "percent": ["tariff", "tariff_percent", "Simple Average", "SimpleAverage", "AHS Simple Average (%)", "sa"],
        "sector?": ["sector", "ProductCode", "Product", "hs2", "isic", "tariff_sector"],
        "t?": ["year", "Tariff Year", "TariffYear"],
    }
    frame = table_of(files, columns, "tariff", dtype={"ProductCode": str, "Product": str, "sector": str})
    ledger.rows = len(frame)
    frame = numbers(frame, "percent", ledger)
    frame, year = _one_year(frame, "t", year, ledger)
    ledger.note("kept, above 1,000 %", int((frame["percent"] > 1000).sum()))
    frame["sector"] = frame["sector"].fillna("").astype(str) if "sector" in frame else ""
    twice = frame.duplicated(["importer", "exporter", "sector"])
    ledger.note("rates of a cell that stood before, averaged with it", int(twice.sum()))
    answer = pd.DataFrame(frame.groupby(["importer", "exporter", "sector"], as_index=False)[["percent"]].mean())
    answer.attrs["ledger"] = ledger.sentences()
    answer.attrs["year"] = year
    return answer


def _one_year(frame: pd.DataFrame, column: str, year: int | None, ledger: Ledger) -> tuple[pd.DataFrame, int | None]:
    if column not in frame:
        return frame, year
    years = sorted(int(y) for y in frame[column].dropna().unique())
    if year is None:
        if len(years) > 1:
            raise WrongUse(f"The files hold the years {years[0]} to {years[-1]}; choose one with --year.")
        year = years[0] if years else None
    elif year not in years:
        raise WrongUse(f"The files hold no year {year}; they hold {', '.join(map(str, years[:12]))}.")
    ledger.note(f"dropped, another year than {year}", int((frame[column] != year).sum()))
    return frame[frame[column] == year], year


def _named(frame: pd.DataFrame, ledger: Ledger, musd: pd.Series) -> pd.DataFrame:
    """Three-letter codes on both sides; what is no country goes to the ledger."""
    frame = frame.assign(_musd=musd)
    for side in ("exporter", "importer"):
        frame[side] = frame[side].replace(ISO_OF)
        good = frame[side].astype(str).str.fullmatch(r"[A-Z]{3}") & (frame[side] != "W00")
        bad = frame[~good]
        example = "" if bad.empty else bad[side].iloc[0]
        ledger.note(f"dropped, the {side} is no country", len(bad), float(bad["_musd"].sum()), example)
        frame = frame[good]
    return frame.drop(columns="_musd")


def _countries(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted(set(frame["exporter"]) | set(frame["importer"])))


def apply_tariffs(reading: Reading, table: pd.DataFrame) -> Reading:
    """The reading with tariffs as shares; a pair or sector without a rate has none, counted in the ledger."""
    from dataclasses import replace

    rate: Floats = np.zeros(reading.flows.shape)
    at = {c: k for k, c in enumerate(reading.countries)}
    which = {s: k for k, s in enumerate(reading.sectors)}
    known = np.zeros(reading.flows.shape, dtype=bool)
    missed = 0
    for importer, exporter, sector, percent in table[["importer", "exporter", "sector", "percent"]].itertuples(index=False):
        if importer not in at or exporter not in at or importer == exporter or (sector and sector not in which):
            missed += 1
            continue
        rows = [which[sector]] if sector else list(which.values())
        rate[rows, at[exporter], at[importer]] = percent / 100
        known[rows, at[exporter], at[importer]] = True
    abroad = (reading.flows > 0) & ~np.eye(len(at), dtype=bool)[None]
    reading.ledger.note("tariff rates for a country or sector that is not in the trade data", missed)
    bare = abroad & ~known
    reading.ledger.note("flows without a tariff rate, taken as free", int(bare.sum()), float(reading.flows[bare].sum()))
    return replace(reading, tariffs=rate)
