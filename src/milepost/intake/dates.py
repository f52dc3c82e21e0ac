"""By when? The date that a promise names, as precise as its words, never more: Gregorian, Solar Hijri and
Hijri calendars, in the words of any language that has a lexicon."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jdatetime
from hijridate import Hijri

from milepost.intake.folding import folded
from milepost.intake.lexicon import Lexicon, lexicon
from milepost.records import PartialDate

_SOLAR = range(1300, 1500)
_NO_AMOUNT = ("month", "quarter", "half", "season")  # '1404 wagons' may be an amount, 'Tir 1404 wagons' none
_MONTHS_BEFORE = 80  # characters in which a word may make a date history


@dataclass(frozen=True)
class Due:
    """A date with its words and their place in the folded sentence; ``date`` is None where the words alone
    are known, ``led`` says that they begin with "by", "within" and the like, ``coming`` that they are of the
    future by themselves ("next year")."""

    date: PartialDate | None
    words: str
    start: int
    end: int
    led: bool
    coming: bool = False


@dataclass(frozen=True)
class _Words:
    """The words of dates of one language, compiled."""

    rules: tuple[tuple[str, re.Pattern[str]], ...]
    months: tuple[re.Pattern[str], ...]
    solar: tuple[re.Pattern[str], ...]
    hijri: tuple[re.Pattern[str], ...]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    units: tuple[tuple[str, re.Pattern[str]], ...]
    led: re.Pattern[str]
    event: re.Pattern[str]
    signing: re.Pattern[str]
    named_before: re.Pattern[str]
    of_document: re.Pattern[str]
    deadline: re.Pattern[str]
    named_after: re.Pattern[str]
    named: re.Pattern[str]
    signed_before: re.Pattern[str]
    seasons: tuple[re.Pattern[str], ...]
    days: tuple[re.Pattern[str], ...]  # of a month, where they are written out: "the fifteenth"
    solar_year: bool


def due(sentence: str, dated: dt.date | None, after: int = 0, code: str = "en") -> Due | None:
    """The date by which something is promised in a sentence; None if it names none.

    ``dated`` is the day of the document: relative dates ("within six months") need it, and a date before it
    is history. Among several the last that follows ``after``, the place of the promise, and is introduced
    as one, wins.
    """
    found = dates(folded(sentence), lexicon(code), dated)
    led = [d for d in found if d.led]
    later = [d for d in led if d.start >= after] or led or [d for d in found if d.start >= after] or found
    return chosen(later)


def chosen(found: list[Due]) -> Due | None:
    """Of several dates the last that is known, else the last."""
    known = [d for d in found if d.date]
    return (known or found or [None])[-1]  # type: ignore[list-item]


def dates(text: str, lex: Lexicon, dated: dt.date | None) -> list[Due]:
    """Every date of the future in a folded sentence, in order; words that one rule has taken are not read
    again by a later one."""
    words = _words(lex.code)
    answers: list[Due] = []
    taken: list[tuple[int, int]] = []
    for meaning, pattern in words.rules:
        for match in pattern.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            said = _MEANINGS[meaning](match, dated, words)
            if said == "":
                continue
            taken.append((match.start(), match.end()))
            before = text[max(0, match.start() - _MONTHS_BEFORE) : match.start()]
            signed = dated is None and words.signed_before.search(before)
            # the agreement of 2016 has its name by the year, the agreement by 2026 is to be signed by then
            titled = words.of_document.search(before) and not words.deadline.match(match[0])
            if (
                signed
                or titled
                or words.named.match(match[0])
                or words.named_before.search(before)
                or (meaning not in _NO_AMOUNT and words.named_after.match(text[match.end() :]))
            ):
                continue
            with contextlib.suppress(ValueError, OverflowError):  # words such as 31 June, which are no date
                date = PartialDate(said) if said else None
                if date is not None and dated is not None and date.last < dated:
                    continue
                led = bool(words.led.match(match[0]))
                coming = meaning in ("next", "hours")
                answers.append(Due(date, match[0].strip(), match.start(), match.end(), led, coming))
    return sorted(answers, key=lambda d: d.start)


# --- what the words mean: a date as text, None for words without a date that can be told, "" for no dat

_Meaning = Callable[[re.Match[str], dt.date | None, _Words], str | None]


def _group(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").strip()


def _calendar_month(match: re.Match[str], words: _Words) -> tuple[str, int]:
    for calendar, group, names in (
        ("gregorian", "m", words.months),
        ("solar", "s", words.solar),
        ("hijri", "h", words.hijri),
    ):
        text = _group(match, group)
        if text:
            return calendar, next(n for n, p in enumerate(names, start=1) if p.fullmatch(text))
    text = _group(match, "mm")
    year = int(_group(match, "y") or 0)
    return ("solar" if year in _SOLAR else "gregorian"), int(text or 0)


def _iso(calendar: str, year: int, month: int, day: int | None) -> str:
    """ISO text of a day, or of a month: a Gregorian month as such, another calendar's as its last day."""
    if calendar == "gregorian":
        return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day is not None else "")
    try:
        if calendar == "solar":
            if day is None:
                return _solar_end(year, month)
            return str(jdatetime.date(year, month, day).togregorian())
        last = day if day is not None else Hijri(year, month, 1).month_length()
        return Hijri(year, month, last).to_gregorian().isoformat()
    except (ValueError, OverflowError):
        return "0000-00-00"  # no such day: refused as a date, and its words are taken


def _solar_end(year: int, month: int) -> str:
    following = jdatetime.date(year + month // 12, month % 12 + 1, 1).togregorian()
    return str(following - dt.timedelta(days=1))


def _period_end(year: int, month: int) -> str:
    """The last month of a period of a year, Gregorian or solar by the number of the year."""
    return _solar_end(year, month) if year in _SOLAR else f"{year:04d}-{month:02d}"


def _day(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    calendar, month = _calendar_month(match, words)
    year, day = _group(match, "y"), _day_said(match, words)
    if not year:
        return _undated_day(calendar, month, day, dated, later=bool(_group(match, "next")))
    return _iso(calendar, int(year), month, day)


def _day_said(match: re.Match[str], words: _Words) -> int:
    text = _group(match, "d")
    return (
        int(text)
        if text.isdigit()
        else next(n for n, p in enumerate(words.days, start=1) if p.fullmatch(text))
    )


def _undated_day(
    calendar: str, month: int, day: int, dated: dt.date | None, *, later: bool = False
) -> str | None:
    """'by 25 March' is the next one after the day of the document, 'by 25 March next year' that of the year
    after it."""
    if dated is None:
        return None
    year = dated.year if calendar == "gregorian" else int(jdatetime.date.fromgregorian(date=dated).year)
    if calendar == "hijri":
        return None
    first = _iso(calendar, year, month, day)
    if later:
        return _iso(calendar, year + 1, month, day)
    return first if first >= dated.isoformat() else _iso(calendar, year + 1, month, day)


def _first_day(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    calendar, month = _calendar_month(match, words)
    if not _group(match, "y"):
        return _undated_day(calendar, month, 1, dated)
    return _iso(calendar, int(_group(match, "y")), month, 1)


def _hijri_said(match: re.Match[str], _: dt.date | None, __: _Words) -> str | None:
    return _hijri_year(int(_group(match, "y")))


def _two(unit: str) -> _Meaning:
    return lambda _m, dated, _w: _after(dated, 2, unit)


def _month_of(match: re.Match[str], _: dt.date | None, words: _Words) -> str | None:
    calendar, month = _calendar_month(match, words)
    return _iso(calendar, int(_group(match, "y")), month, None)


def _quarter(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    return _part_of_year(match, dated, words, 3 * _ordinal(match, words))


def _half(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    return _part_of_year(match, dated, words, 6 * _ordinal(match, words))


def _part_of_year(match: re.Match[str], dated: dt.date | None, words: _Words, month: int) -> str | None:
    """The end of a quarter or a half: of the year that is said, else of the coming one."""
    year = _year_said(match, dated, words)
    if not year:
        return None
    end = _period_end(year, month)
    if not _group(match, "y") and dated is not None and end < dated.isoformat()[: len(end)]:
        end = _period_end(year + 1, month)
    return end


def _mid(match: re.Match[str], _: dt.date | None, __: _Words) -> str | None:
    return _period_end(int(_group(match, "y")), 6)


def _start(match: re.Match[str], _: dt.date | None, __: _Words) -> str | None:
    return _period_end(int(_group(match, "y")), 1)


def _season(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    year = _year_said(match, dated, words)
    if not year:
        return None
    which = next(n for n, p in enumerate(words.seasons) if p.fullmatch(_group(match, "season")))
    if year in _SOLAR:  # the solar year begins with spring
        return _part_of_year(match, dated, words, 3 * (which + 1))
    return _part_of_year(match, dated, words, (5, 8, 11, 12)[which])


def _year_said(match: re.Match[str], dated: dt.date | None, words: _Words) -> int:
    text = _group(match, "y")
    if text:
        return int(text)
    if dated is None:
        return 0
    now = _this(dated, words)
    return now + 1 if _group(match, "next") else now


def _this(dated: dt.date, words: _Words) -> int:
    return int(jdatetime.date.fromgregorian(date=dated).year) if words.solar_year else dated.year


def _ordinal(match: re.Match[str], words: _Words) -> int:
    text = _group(match, "o")
    if text.isdigit():
        return int(text)
    return words.ordinals.get(text) or next(
        (n for p, n in words.ordinals.items() if re.fullmatch(p, text)), 1
    )


def _year(match: re.Match[str], _: dt.date | None, words: _Words) -> str | None:
    text = _group(match, "y2") or _group(match, "y")
    if len(text) == 2:
        text = _group(match, "y")[:2] + text
    year = int(text)
    if year in _SOLAR:
        return (
            _hijri_year(year)
            if words.hijri and not words.solar_year and not words.solar
            else _solar_end(year, 12)
        )
    return str(year)


def _hijri_year(year: int) -> str:
    try:
        return str(Hijri(year, 12, Hijri(year, 12, 1).month_length()).to_gregorian().isoformat())
    except (ValueError, OverflowError):
        return "0000-00-00"


def _new_year(match: re.Match[str], _: dt.date | None, __: _Words) -> str | None:
    year = int(_group(match, "y"))
    return _solar_end((year if year < 1800 else year - 621) - 1, 12)


def _hours(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    """'within the next 48 hours' is a day; "cleared within 24 hours" is a measure, and no rule takes it."""
    text = _group(match, "n")
    return _after(dated, -(-(int(text) if text.isdigit() else words.numbers.get(text, 24)) // 24), "day")


def _within(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    event = words.event.search(match.string[match.end("unit") : match.end()])  # not "a period of"
    if event and not words.signing.search(match[0]):
        return None
    text = _group(match, "n")
    n = (
        int(text)
        if text.isdigit()
        else words.numbers.get(text)
        or next((v for p, v in words.numbers.items() if re.fullmatch(p, text)), 1)
    )
    return _after(dated, n, _unit(match, words))


def _unit(match: re.Match[str], words: _Words) -> str:
    return next((name for name, p in words.units if p.fullmatch(_group(match, "unit"))), "month")


def _months_on(months: int) -> _Meaning:
    return lambda _m, dated, _w: _after(dated, months, "month")


def _next(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    unit = _unit(match, words)
    if dated is None:
        return None
    if unit == "year":
        year = _this(dated, words) + 1
        return _solar_end(year, 12) if year in _SOLAR else str(year)
    return _after(dated, 1, unit)


def _this_year(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    if dated is None:
        return None
    if _group(match, "decade"):
        return str(dated.year // 10 * 10 + 9)
    if _group(match, "month"):
        return f"{dated.year}-{dated.month:02d}"
    year = _this(dated, words)
    return _solar_end(year, 12) if year in _SOLAR else str(year)


def _month_alone(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    if dated is None or not words.led.match(match[0]):
        return ""
    return _month_named(match, dated, words)


def _month_named(match: re.Match[str], dated: dt.date | None, words: _Words) -> str | None:
    if dated is None:
        return ""
    calendar, month = _calendar_month(match, words)
    if calendar == "gregorian":
        year = dated.year + (
            " " in _group(match, "next")
        )  # 'in June of next year'; 'next June' is the coming one
        return f"{year + (month < dated.month and year == dated.year)}-{month:02d}"
    if calendar == "hijri":
        return None
    year = int(jdatetime.date.fromgregorian(date=dated).year)
    first = _iso(calendar, year, month, None)
    return first if first >= dated.isoformat() else _iso(calendar, year + 1, month, None)


def _after(day: dt.date | None, n: int, unit: str) -> str | None:
    if day is None:
        return None
    if unit in ("day", "week"):
        wait = dt.timedelta(days=n * (7 if unit == "week" else 1))
        return (day + wait).isoformat() if wait <= dt.date.max - day else None  # no calendar has that day
    months = day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1)
    return f"{months // 12}-{months % 12 + 1:02d}" if months // 12 <= 9999 else None


_MEANINGS: dict[str, _Meaning] = {
    "day": _day,
    "month": _month_of,
    "first": _first_day,
    "hijri year": _hijri_said,
    "two weeks": _two("week"),
    "two months": _two("month"),
    "two years": _two("year"),
    "quarter": _quarter,
    "half": _half,
    "mid": _mid,
    "start": _start,
    "season": _season,
    "year": _year,
    "new year": _new_year,
    "within": _within,
    "hours": _hours,
    "a month": _months_on(1),
    "a year": _months_on(12),
    "half a year": _months_on(6),
    "a year and a half": _months_on(18),
    "next": _next,
    "this year": _this_year,
    "month alone": _month_alone,
    "named month": _month_named,
    "words": lambda _m, _d, _w: None,
    "nothing": lambda _m, _d, _w: "0000-00-00",
}


@lru_cache
def _words(code: str) -> _Words:
    data: Mapping[str, Any] = lexicon(code).tables["dates"]

    def alternatives(values: list[str]) -> str:
        return "(?:" + "|".join(folded(v) for v in values) + ")"

    def compiled(values: list[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(folded(v)) for v in values)

    numbers = {folded(k): int(v) for k, v in data["numbers"].items()}
    ordinals = {folded(k): int(v) for k, v in data["ordinals"].items()}
    days = [folded(v) for v in data.get("days", [])]
    macros = {
        "month": f"(?P<m>{alternatives(data['months'])})",
        "solar": f"(?P<s>{alternatives(data['solar'])})",
        "hijri": f"(?P<h>{alternatives(data['hijri'])})",
        "anymonth": f"(?:(?P<m>{alternatives(data['months'])})|(?P<s>{alternatives(data['solar'])})"
        f"|(?P<h>{alternatives(data['hijri'])}))",
        "n": "(?P<n>\\d{1,3}|" + "|".join(sorted(numbers, key=len, reverse=True)) + ")",
        "o": "(?P<o>" + "|".join(sorted(ordinals, key=len, reverse=True)) + ")",
        "unit": "(?P<unit>" + "|".join(folded(v) for v in data["units"].values()) + ")",
        "season": "(?P<season>" + "|".join(folded(v) for v in data["seasons"]) + ")",
        "led": folded_pattern(data["led"]),
        "d": "(?P<d>\\d{1,2}" + "".join(f"|{w}" for w in sorted(days, key=len, reverse=True)) + ")",
        "other": alternatives([*data["months"], *data["solar"]]),
        "y": r"(?P<y>(?:19|20|21)\d\d)",
        "sy": r"(?P<y>1[34]\d\d)",
        "ay": r"(?P<y>(?:19|20|21)\d\d|1[34]\d\d)",
        "mm": r"(?P<mm>\d{1,2})",
    }

    def filled(text: str) -> re.Pattern[str]:
        filled = re.sub(r"\{([a-z]+)\}", lambda m: macros[m[1]], folded_pattern(text))
        return re.compile(rf"(?<![^\W\d_])(?:{filled})")  # a date begins where a word does

    return _Words(
        rules=tuple((meaning, filled(text)) for meaning, text in data["rules"]),
        months=compiled(data["months"]),
        solar=compiled(data["solar"]),
        hijri=compiled(data["hijri"]),
        numbers=numbers,
        ordinals=ordinals,
        units=tuple((name, re.compile(folded(v))) for name, v in data["units"].items()),
        led=re.compile(folded_pattern(data["led"])),
        event=re.compile(folded_pattern(data["event"])),
        signing=re.compile(folded_pattern(data["signing"])),
        named_before=re.compile(folded_pattern(data["named_before"])),
        of_document=re.compile(folded_pattern(data.get("of_document", "(?!)"))),
        deadline=re.compile(folded_pattern(data.get("deadline", "(?!)"))),
        named_after=re.compile(folded_pattern(data["named_after"])),
        named=re.compile(folded_pattern(data.get("named", "(?!)"))),
        signed_before=re.compile(folded_pattern(data.get("signed_before", "(?!)"))),
        seasons=compiled(data["seasons"]),
        days=compiled(data.get("days", [])),
        solar_year=bool(data.get("solar_year", False)),
    )


def folded_pattern(text: str) -> str:
    """A pattern with its letters folded; classes such as \\W keep their capitals."""
    return re.sub(r"[^\x00-\x7f]+", lambda m: folded(m[0]), text)
