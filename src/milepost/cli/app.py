"""The program that commands add themselves to, and the options that they share."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import typer

import milepost
from milepost.cli.completion import names_from
from milepost.cli.contents import empty
from milepost.errors import WrongUse
from milepost.programme import Programme
from milepost.records.kinds import CALENDAR
from milepost.records.named import set_named
from milepost.records.written_dates import iso_of
from milepost.results import Form

app = empty()

Folder = Annotated[
    str,
    typer.Argument(
        metavar="DIR", help="Programme: a folder, an .xlsx, an SQLite .db, or postgresql://user@host/name."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
On = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="DATE",
        help="On this day (default: the base date, or that of the last entry if later).",
    ),
]
KnownOn = Annotated[
    str,
    typer.Option(
        "--known-on", metavar="DATE", help="As known and recorded by this day (default: the day of --on)."
    ),
]
With = Annotated[
    str,
    typer.Option(
        "--with",
        metavar="IDS",
        help="Restrictions in force besides today's, by commas; or co2e, accidents: counted in V.",
    ),
]
Without = Annotated[
    str,
    typer.Option(
        "--without",
        metavar="IDS",
        help="Restrictions of today lifted, by commas; or receipts: V is what users gain alone.",
    ),
]
Shock = Annotated[
    str,
    typer.Option("--shock", metavar="FILE", help="CSV of changes of trade costs from outside the network."),
]
Delivered = Annotated[
    str,
    typer.Option(
        "--delivered",
        metavar="IDS",
        help="Commitments delivered, separated by commas; 'all' or 'none'.",
        autocompletion=names_from("commitments", several=True),
    ),
]
Rate = Annotated[
    float | None, typer.Option("--rate", metavar="SHARE", help="Discount rate a year, 0 to 1: 0.09 for 9 %.")
]
LastYear = Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Last year that counts.")]
Flat = Annotated[bool, typer.Option("--flat", help="Leave out growth and ramp-up.")]
Party = Annotated[
    str,
    typer.Option(
        "--party",
        metavar="PARTY",
        help="Only what this party owes: its id or its name.",
        autocompletion=names_from("parties"),
    ),
]
Lang = Annotated[str, typer.Option("--lang", help="en, ru, fa, ar or fr.")]


def form_of(as_json: bool, as_csv: bool) -> Form:
    """The form that is asked for. Raises ``WrongUse`` for two at once."""
    if as_json and as_csv:
        raise WrongUse("Ask for --json or --csv, not both.")
    return "json" if as_json else "csv" if as_csv else "text"


def date_of(text: str) -> dt.date | None:
    """A day as it is written, None for none. Raises ``WrongUse`` for anything else, and outside the
    calendar."""
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(iso_of(text) or text)
    except ValueError:
        raise WrongUse(f"'{text}' is not a date; write it as 2026-11-23.") from None
    if not CALENDAR[0] <= day <= CALENDAR[1]:
        raise WrongUse(
            f"{day} lies outside the calendar; dates run from {CALENDAR[0].year} to {CALENDAR[1].year}."
        )
    return day


def names_of(text: str) -> list[str]:
    """Names by commas or semicolons."""
    return [name.strip() for name in text.replace(";", ",").split(",") if name.strip()]


def set_of(text: str) -> list[str] | Literal["all"]:
    """A set of commitments: ids by commas, 'all' or 'none'."""
    found = set_named(text)
    return "all" if found == "all" else list(found)


def opened_under(path: str, with_: str, without: str, shock: str = "") -> Programme:
    """The programme with other restrictions in force than today's, and with trade costs changed from outside,
    if any are named."""
    opened = milepost.open(path)
    if with_ or without:
        opened = opened.under(names_of(with_), names_of(without))
    return opened.shocked(shock) if shock else opened


def register_of(path: str, known_on: str = "") -> Programme:
    """The programme for follow-up alone: what only values need does not stop it."""
    return milepost.open(path, known_on=date_of(known_on)).for_register()
