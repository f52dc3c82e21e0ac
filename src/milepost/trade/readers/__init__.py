"""Readers of the trade data that users bring. Each returns a :class:`Reading` with a ledger of everything it
left out or moved."""

from milepost.trade.readers.comtrade import comtrade
from milepost.trade.readers.flow_files import baci, itpd, long, square, tariffs
from milepost.trade.readers.io_tables import icio, pymrio, wiod
from milepost.trade.readers.reading import Ledger, Reading, to_rows

__all__ = [
    "Ledger",
    "Reading",
    "baci",
    "comtrade",
    "icio",
    "itpd",
    "long",
    "pymrio",
    "square",
    "tariffs",
    "to_rows",
    "wiod",
]
