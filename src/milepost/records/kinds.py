"""The kinds of cell a table may hold: partial dates, ids, references, lists, numbers with bounds."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, total_ordering
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from milepost.records.written_dates import iso_of

CALENDAR = (
    dt.date(1800, 1, 1),
    dt.date(2200, 12, 31),
)  # every date on record lies here; a slip of the pen does not
_PARTIAL = re.compile(r"(?:(before|after) )?([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")


@lru_cache(maxsize=1 << 16)  # a register holds few dates, each many times
def _parts_of(text: str) -> tuple[str, int, int, int]:
    found = _PARTIAL.match(text)
    if not found:
        raise ValueError("want a date as 2026, 2026-06 or 2026-06-14 (or 'before'/'after' one)")
    bound, y, m, d = found[1] or "", int(found[2]), int(found[3] or 0), int(found[4] or 0)
    if not CALENDAR[0].year <= y <= CALENDAR[1].year:
        raise ValueError(f"the year must lie between {CALENDAR[0].year} and {CALENDAR[1].year}")
    if (bound, y, m or 1, d or 1) == ("before", 1800, 1, 1) or (bound, y, m or 12, d or 31) == (
        "after",
        2200,
        12,
        31,
    ):
        raise ValueError("no day lies there: dates run from 1800 to 2200")
    if found[3] == "00" or found[4] == "00":
        raise ValueError("months and days count from 01; leave out what is not known")
    dt.date(y, m or 1, d or 1)
    return bound, y, m, d


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A date as precise as its source: ``2026``, ``2026-06`` or ``2026-06-14``, or ``before``/``after`` one.

    ``first`` and ``last`` are the first and last day it may mean: "before 2016" ends on 2015-12-31, "after
    2016" begins on 2017-01-01, and their open side runs to the end of :data:`CALENDAR`. A promise for a year
    or a month is kept if it is kept on the last day. Raises ``ValueError`` with a sentence on anything else.
    """

    text: str

    def __post_init__(self) -> None:
        self._parts()

    def _parts(self) -> tuple[str, int, int, int]:
        return _parts_of(self.text)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How precise the source is."""
        _, _, m, d = self._parts()
        return "day" if d else "month" if m else "year"

    @property
    def bound(self) -> str:
        """``before``, ``after`` or an empty string."""
        return self._parts()[0]

    @cached_property
    def first(self) -> dt.date:
        """First day that the text may mean."""
        bound, y, m, d = self._parts()
        if bound == "before":
            return CALENDAR[0]
        return self._named_end() + dt.timedelta(days=1) if bound == "after" else dt.date(y, m or 1, d or 1)

    @cached_property
    def last(self) -> dt.date:
        """Last day that the text may mean; what a promise is measured against."""
        bound, y, m, d = self._parts()
        if bound == "after":
            return CALENDAR[1]
        return dt.date(y, m or 1, d or 1) - dt.timedelta(days=1) if bound == "before" else self._named_end()

    def _named_end(self) -> dt.date:
        _, y, m, d = self._parts()
        m = m or 12
        return dt.date(y, m, d or calendar.monthrange(y, m)[1])

    @cached_property
    def known_from(self) -> dt.date:
        """Day from which what bears this date can be known. "Before 2016" has no first day: then it is the
        last one."""
        return self.last if self.bound == "before" else self.first

    def __lt__(self, other: PartialDate) -> bool:
        return (self.last, self.text) < (other.last, other.text)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, value: Any) -> Any:
        """Read a cell: text, also as people write it (:mod:`milepost.records.written_dates`), a spreadsheet's
        date, or a bare year."""
        if isinstance(value, dt.datetime):
            return cls(value.date().isoformat())
        if isinstance(value, dt.date):
            return cls(value.isoformat())
        if isinstance(value, bool) or not isinstance(value, str | int):
            return value
        return _read(str(value).strip())


@lru_cache(maxsize=16_384)  # a register names the same days again and again
def _read(text: str) -> PartialDate:
    found = _PARTIAL.match(text)
    known = found and int(found[2]) >= CALENDAR[0].year  # an earlier year is one of another calendar
    return PartialDate(text if known else iso_of(text) or text)


@dataclass(frozen=True)
class Ref:
    """The cell names a row of another table."""

    table: str


def _split(value: Any) -> Any:
    return (
        tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value
    )


def _join(value: tuple[str, ...]) -> str:
    return ";".join(value)


_LIST = (BeforeValidator(_split), PlainSerializer(_join, return_type=str))

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Id = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=64)
]
COUNTRY_PATTERNS = (r"^[A-Za-z0-9]{1,16}$", r"^(\*|[A-Za-z0-9]{1,16})$")  # an id, and one or whichever
CountryId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=COUNTRY_PATTERNS[0])]
ANY = "*"  # in a cell that names a country: whichever
IdOrAny = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9._/-]*)$", max_length=64),
]
CountryOrAny = Annotated[str, StringConstraints(strip_whitespace=True, pattern=COUNTRY_PATTERNS[1])]
Date = Annotated[
    PartialDate, BeforeValidator(PartialDate.parse), PlainSerializer(lambda d: d.text, return_type=str)
]
Texts = Annotated[tuple[str, ...], *_LIST]
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
DaysOfYear = Annotated[float, Field(ge=0, le=365, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=1800, le=2200)]
Basis = Literal["sourced", "computed", "reference", "assumed", "estimated"]
Use = Literal["model", "check"]


ADD_UP = "Make them add up to 1; change their rows together, in one edit"


class Row(BaseModel):
    """One row of one table. Frozen; an empty cell takes the column's default."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    table: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]] = ("id",)
    required: ClassVar[bool] = False
    line: Annotated[int, Field(exclude=True)] = 0

    @property
    def ident(self) -> str:
        """The row's key as text, as findings show it."""
        if self.key == ("id",):
            return str(self.id)  # type: ignore[attr-defined]
        return " ".join(str(getattr(self, k)) for k in self.key)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Column names in file order; where a row comes from stands last."""
        return _columns_of(cls)

    @classmethod
    def references(cls) -> dict[str, str]:
        """Columns that name rows of another table: column -> table."""
        return {
            name: mark.table
            for name, info in cls.model_fields.items()
            for mark in info.metadata
            if isinstance(mark, Ref)
        }


class Sourced(Row):
    """A row that says where it comes from."""

    basis: Annotated[
        Basis,
        Field(
            description="sourced (a page states it), computed, reference (general knowledge), "
            "assumed (ours; replace it) or estimated"
        ),
    ]
    source: Annotated[Text, Field(description="address or citation of the source")] = ""
    note: Annotated[Text, Field(description="what a reader must know about this row")] = ""


@cache
def _columns_of(kind: type[Row]) -> tuple[str, ...]:
    last = ("basis", "source", "note")
    names = [name for name in kind.model_fields if name != "line"]
    return (*(n for n in names if n not in last), *(n for n in last if n in names))
