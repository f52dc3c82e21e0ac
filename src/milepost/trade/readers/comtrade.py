"""UN Comtrade, as its API, its site and the tools of R write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from milepost.errors import WrongUse
from milepost.trade.readers.codes import GROUPS, WORLD
from milepost.trade.readers.naming import by_its_number, countries_of, named_countries, one_year
from milepost.trade.readers.reading import Ledger, OwnTotal, Reading, columns_of, cube, numbers, table_of

# names and numbers of imports and exports in the older layouts of Comtrade
FLOWS = {"1": "M", "IMPORT": "M", "IMPORTS": "M", "2": "X", "EXPORT": "X", "EXPORTS": "X"}

_COLUMNS = {
    "reporter?": ["reporterISO", "Reporter ISO"],
    "partner?": ["partnerISO", "Partner ISO"],
    "reporter_number?": ["reporterCode", "Reporter Code"],
    "partner_number?": ["partnerCode", "Partner Code"],
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


def comtrade(files: Sequence[Path], *, year: int | None = None, flow: str = "M") -> Reading:
    """UN Comtrade as the API and the site give it: reporterISO and partnerISO or the numbers reporterCode and
    partnerCode, flowCode, cmdCode, primaryValue in USD.

    Importers' reports are used (``flow`` = M), exporters' with X; what goes in or out for processing (MIP,
    XOP and the like) is a part of them and dropped. Of a pair with several commodity levels only the coarsest
    is taken: TOTAL if it is there, else no commodity whose chapter or heading is there too, month by month.
    Months of reporters without their year are added up; world totals and areas not elsewhere specified are no
    countries and are dropped.
    """
    ledger = Ledger()
    frame = table_of(files, _COLUMNS, "UN Comtrade", text=["product", "period", "flow"])
    ledger.rows = len(frame)
    frame = _with_codes(frame, Path(files[0]))
    frame = numbers(frame, "usd", ledger, 1e-6)
    if "t" not in frame and "period" in frame:
        frame["t"] = frame["period"].str[:4]
    frame, year = one_year(frame, "t", year, ledger)
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
    for side in ("reporter", "partner"):
        if f"{side}_number" in frame:
            number = pd.to_numeric(frame[f"{side}_number"], errors="coerce")
            code = frame[side].astype(object).where(frame[side].astype(str).str.strip() != "")
            frame = frame.assign(**{side: by_its_number(code, code, number, 1e-6 * frame["usd"], ledger)})
    world = _world(frame)
    frame = frame.assign(
        exporter=frame["partner" if flow == "M" else "reporter"],
        importer=frame["reporter" if flow == "M" else "partner"],
    )
    frame["musd"] = 1e-6 * frame["usd"]
    frame["sector"] = "goods"
    frame = named_countries(frame, ledger, frame["musd"], year)
    countries = countries_of(frame)
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
    reported = frame["reporter"].isin(world.index)
    taken = frame.loc[reported, "musd"]
    own = OwnTotal(f"the World of {len(world)} reporters", float(world.sum()), float(taken.sum()))
    return Reading(
        "UN Comtrade",
        year,
        countries,
        ("goods",),
        flows,
        ledger,
        "UN Comtrade",
        valuation=valuation,
        own_total=own if len(world) else None,
    )


def _with_codes(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The rows with empty codes of countries where the file has their numbers alone."""
    for side in ("reporter", "partner"):
        if side in frame:
            continue
        if f"{side}_number" not in frame:
            there = ", ".join(columns_of(path, "UN Comtrade")[:12])
            lacking = f"it has no column {side}ISO or {side}Code"
            raise WrongUse(f"{path} is no UN Comtrade file: {lacking}. It has: {there}.")
        frame = frame.assign(**{side: pd.Series(pd.NA, index=frame.index, dtype=object)})
    return frame


def _world(frame: pd.DataFrame) -> pd.Series:
    """What each reporter says that it traded with the whole world, MUSD."""
    said = frame["partner"].astype(str).str.strip().str.upper().isin(WORLD)
    if "partner_number" in frame:
        said |= pd.to_numeric(frame["partner_number"], errors="coerce") == 0
    said &= ~frame["reporter"].isin(GROUPS)
    return 1e-6 * frame[said].groupby("reporter")["usd"].sum()


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
