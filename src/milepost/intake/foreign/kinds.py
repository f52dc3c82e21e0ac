"""The kinds of file that are read, and the one door to their readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from milepost.errors import WrongUse, one_of
from milepost.intake.foreign import demand, geojson, gmns, iati, mspdi, oc4ids, table, untc
from milepost.intake.foreign.reading import Ledger, Reading, is_date
from milepost.records import PartialDate

TABLE = "table"  # the one kind that needs a map
KINDS: dict[str, tuple[str, Callable[[Path, str], Reading]]] = {
    "oc4ids": ("infrastructure projects, JSON (OC4IDS)", oc4ids.read),
    "iati": ("activities, XML (IATI 2.0x and 1.0x)", iati.read),
    "mspdi": ("a plan of Microsoft Project, XML (MSPDI)", mspdi.read),
    "untc": ("who signed and ratified a treaty, CSV or XML (UN Treaty Collection)", untc.read),
    "gmns": ("a network, a folder of CSV files (GMNS)", gmns.read),
    "geojson": ("lines and points on the map (GeoJSON)", geojson.read),
    "long": ("flows between countries, a row a pair, CSV", demand.read_long),
    "omx": ("flows between countries, a matrix (OMX)", demand.read_omx),
}


def read_foreign(kind: str, file: str, source: str = "", map_file: str = "") -> Reading:
    """The rows of a file of another system. ``source`` is the name under which its ids are kept (default:
    what the file calls itself); ``map_file`` says how the columns of a table are read.

    Raises ``WrongUse`` for a kind that is unknown and a table without its map, ``BadData`` for a file that
    cannot be read.
    """
    if kind == TABLE:
        if not map_file:
            raise WrongUse(
                "A table needs a map of its columns: --map FILE; 'milepost import --as table FILE --suggest' "
                "writes one."
            )
        return _until_today(table.read(Path(file), Path(map_file), source))
    if kind not in KINDS:
        raise one_of("kind of file", kind, [*KINDS, TABLE])
    if map_file:
        raise WrongUse("--map goes with --as table.")
    return _until_today(KINDS[kind][1](Path(file), source))


def _until_today(reading: Reading) -> Reading:
    """Without reports of days that are still to come: publishers write what they expect where only what has
    happened belongs."""
    today = dt.date.today()
    rows, ledger = [], Ledger()
    for row in reading.rows:
        facts = {**row.first, **row.cells} if row.table == "evidence" else {}
        days = [facts[c] for c in ("happened_on", "reported_on") if facts.get(c) and is_date(facts[c])]
        later = [day for day in days if PartialDate(day).first > today]
        if later:
            what = f"'{facts.get('shows', 'a report')}' of {later[0]}"
            ledger.add(row.where, what, "is a report of a day that is still to come")
        else:
            rows.append(row)
    return replace(reading, rows=tuple(rows), unread=(*reading.unread, *ledger.lines()))


def suggest_map(kind: str, file: str) -> str:
    """A map for a table, as TOML. Raises ``WrongUse`` for another kind."""
    if kind != TABLE:
        raise WrongUse("--suggest goes with --as table; the other kinds need no map.")
    return table.suggest(Path(file))
