"""One door to all readers: files of a named kind, with tariffs beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from milepost.errors import WrongUse, one_of
from milepost.trade.readers.comtrade import comtrade
from milepost.trade.readers.flow_files import (
    UNITS,
    apply_tariffs,
    baci,
    itpd,
    long,
    square,
    tariffs,
)
from milepost.trade.readers.io_tables import icio, wiod
from milepost.trade.readers.reading import Reading

KINDS = ("baci", "itpd", "icio", "wiod", "comtrade", "square", "long")
PLAIN = ("square", "long")  # kinds whose files do not say their unit
_OF_YEAR: dict[str, Callable[..., Reading]] = {
    "itpd": itpd,
    "icio": icio,
    "wiod": wiod,
    "comtrade": comtrade,
}


def read(
    kind: str,
    files: Sequence[Path],
    *,
    year: int | None = None,
    codes: Path | None = None,
    rates: Path | None = None,
    unit: str = "",
) -> Reading:
    """Read files of one of ``KINDS``; ``rates`` is a file of tariffs to put beside the flows.

    ``unit`` (of :data:`UNITS`) is for plain files alone; without it they are taken as million USD a year, and
    the reading says so. Raises ``WrongUse`` for an unknown kind or unit and for what the files lack.
    """
    if kind not in KINDS:
        raise one_of("kind of trade data", kind, list(KINDS))
    if unit and kind not in PLAIN:
        raise WrongUse(f"The files of {kind} say their unit themselves; --unit is for {' and '.join(PLAIN)}.")
    if unit and unit not in UNITS:
        raise one_of("unit of plain files", unit, list(UNITS))
    found = _read(kind, list(files), year, codes, UNITS[unit or "million"])
    if rates is not None:
        found = apply_tariffs(found, tariffs([rates], year=year))
    if kind in PLAIN and not unit:
        told = "values were taken as million USD a year; another unit by --unit"
        found = replace(found, remarks=(*found.remarks, told))
    return found


def _read(kind: str, files: list[Path], year: int | None, codes: Path | None, worth: float) -> Reading:
    if kind == "square":
        return square(files, unit=worth)
    if kind == "long":
        return long(files, unit=worth, year=year)
    if kind == "baci":
        return baci(files, codes=codes, year=year)
    return _OF_YEAR[kind](files, year=year)
