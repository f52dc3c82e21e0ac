"""Rows of trade under the codes of countries; what is none, and what is there no more, is in the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from milepost.errors import WrongUse
from milepost.trade.readers.codes import (
    EUROPEAN_UNION,
    GROUPS,
    OTHER_GROUPS,
    WORLD,
    by_number,
    dissolved,
    former,
    members_of_the_union,
    present,
    two_letters,
)
from milepost.trade.readers.reading import Ledger
from milepost.trade.rebasing import REST_OF_WORLD

# a plain file may call a country 0 or ALL
_WORLD_IN_WORDS = WORLD - {"0", "000", "ALL"}


def named_countries(frame: pd.DataFrame, ledger: Ledger, musd: pd.Series, year: int | None) -> pd.DataFrame:
    """The rows whose ``exporter`` and ``importer`` are countries, each under today's code; the ledger tells
    what is none, what was renamed, and which states are there no more.

    ``musd``: worth of each row, for the ledger. A state that has dissolved stays under the code of its time:
    its trade is not divided among those who came after it.
    """
    present_code = {f.code: f.today[0] for f in former() if f.renamed}
    frame = frame.assign(_musd=musd)
    for side in ("exporter", "importer"):
        frame[side] = frame[side].astype(object)
        frame = _renamed(frame, side, present_code, ledger)
        frame = _without_groups(frame, side, ledger)
        _tell_of_unknown(frame, side, year, ledger)
    return frame.drop(columns="_musd")


def by_its_number(
    code: pd.Series, named: pd.Series, number: pd.Series, musd: pd.Series, ledger: Ledger
) -> pd.Series:
    """``named`` where it holds a code, else the country of ``number``, else ``code`` as it stands.

    Lists of one year lack countries of another, and territories whose numbers only Comtrade has.
    """
    lacking = named.isna() & number.notna()
    found = number.where(lacking).map(by_number())
    told = found.notna()
    names = ", ".join(f"{int(n)} as {c}" for n, c in sorted(set(zip(number[told], found[told], strict=True))))
    what = "named by its number, for want of a code"
    ledger.note(what, int(told.sum()), float(musd[told].sum()), names[:80])
    return named.astype(object).where(named.notna(), found.where(told, code))


def _renamed(frame: pd.DataFrame, side: str, to: dict[str, str], ledger: Ledger) -> pd.DataFrame:
    other = frame[side].isin(to)
    names = ", ".join(f"{c} as {to[c]}" for c in sorted(set(frame.loc[other, side])))
    what = f"the {side} under its country's present code"
    ledger.note(what, int(other.sum()), float(frame.loc[other, "_musd"].sum()), names)
    return frame.assign(**{side: frame[side].replace(to)})


def _without_groups(frame: pd.DataFrame, side: str, ledger: Ledger) -> pd.DataFrame:
    code = frame[side].astype(str)
    good = code.str.fullmatch(r"[A-Z]{3}") | code.isin({f.code for f in former()})
    bad = frame[~good]
    example = "" if bad.empty else "nothing" if pd.isna(bad[side].iloc[0]) else bad[side].iloc[0]
    ledger.note(f"dropped, the {side} is no country", len(bad), float(bad["_musd"].sum()), example)
    frame = frame[good]
    group = frame[side].isin(GROUPS)
    names = ", ".join(sorted(set(frame.loc[group, side]))[:5])
    worth = float(frame.loc[group, "_musd"].sum())
    ledger.note(f"dropped, the {side} is a group of countries", int(group.sum()), worth, names)
    return frame[~group]


def _tell_of_unknown(frame: pd.DataFrame, side: str, year: int | None, ledger: Ledger) -> None:
    """Codes that are no country's of today, kept."""
    unknown = []
    for code in sorted(set(frame[side]) - present() - {REST_OF_WORLD}):
        rows = frame[side] == code
        state = dissolved(code, year)
        if state is None:
            unknown.append(code)
            continue
        what = (
            "as a state of its time" if state.there_in(year) else "though the state was not there in the year"
        )
        worth = float(frame.loc[rows, "_musd"].sum())
        ledger.note(f"kept {what}, the {side} {code}", int(rows.sum()), worth, state.in_words())
    rows = frame[side].isin(unknown)
    worth = float(frame.loc[rows, "_musd"].sum())
    what = f"kept, the {side} has no code of ISO 3166"
    ledger.note(what, int(rows.sum()), worth, ", ".join(unknown[:5]))


def without_totals(names: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of names in a plain file: those of the whole world, and those of groups beside their members.

    Such a file names countries by any word, so a group is one only where most others are codes of ISO 3166,
    and the European Union only beside a member of it: alone it may be a country of the programme.
    """
    there = set(names)
    world = {name for name in there if name.strip().upper() in _WORLD_IN_WORDS}
    words = {name: re.sub(r"[\W_]+", "_", name.strip().upper()).strip("_") for name in there}
    union = EUROPEAN_UNION if there & members_of_the_union() else frozenset[str]()
    groups = {name for name, word in words.items() if word in GROUPS | OTHER_GROUPS | union} - world
    others = there - world - groups
    return world, groups if 2 * len(others & (present() | two_letters())) > len(others) else set()


def one_year(
    frame: pd.DataFrame, column: str, year: int | None, ledger: Ledger
) -> tuple[pd.DataFrame, int | None]:
    """The rows of one year, and which it is: ``year``, or the only one that the column holds."""
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


def countries_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """All exporters and importers, in order."""
    return tuple(sorted(set(frame["exporter"]) | set(frame["importer"])))
