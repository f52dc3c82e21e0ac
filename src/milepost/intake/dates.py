"""By when? The date that a promise names, as precise as its words, never more."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import jdatetime

from milepost.records import PartialDate

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_NUMBER = {
    w: n
    for n, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
    "a": 1,
    "an": 1,
}
_COUNT = r"([0-9]{1,3}|" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")"
_ORDINAL = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_LEAD = r"(?:(?:by|until|till|before|no later than|not later than|in|during|for|within|at|on|from|through|throughout)\s+)?(?:the\s+)?"
_PROMISE = re.compile(r"^(by|until|till|before|no later than|not later than|within|in|during|for)\b", re.I)


@dataclass(frozen=True)
class Due:
    """A date with its words and their place in the sentence; ``date`` is None where the words alone are known."""

    date: PartialDate | None
    words: str
    start: int


def due(sentence: str, dated: dt.date | None, after: int = 0) -> Due | None:
    """The date by which something is promised in a sentence; None if it names none.

    ``dated`` is the day of the document: relative dates ("within six months") need it, and a date before it is history.
    Among several the last that follows ``after``, the place of the promise, and is introduced as one, wins.
    """
    found = [d for d in _all(sentence, dated) if not _history(d, sentence, dated)]
    if not found:
        return None
    led = [d for d in found if _PROMISE.match(d.words)]
    later = [d for d in led if d.start >= after] or led or [d for d in found if d.start >= after] or found
    with_date = [d for d in later if d.date]
    return (with_date or later)[-1]


def _history(found: Due, sentence: str, dated: dt.date | None) -> bool:
    if found.date is None or dated is None:
        return False
    return found.date.last < dated


def _all(sentence: str, dated: dt.date | None) -> list[Due]:
    """Every date in a sentence; words that one rule has taken are not read again by a later one."""
    answers: list[Due] = []
    taken: list[tuple[int, int]] = []
    for pattern, meaning in _RULES:
        for match in pattern.finditer(sentence):
            text = meaning(match, dated)
            if text == "" or any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append((match.start(), match.end()))
            with contextlib.suppress(ValueError):  # words such as 31 June, which are no date
                date = PartialDate(text) if text else None
                answers.append(Due(date, match[0].strip(), match.start()))
    return answers


def _solar_new_year(m: re.Match[str], _: dt.date | None) -> str:
    nowruz = int(m[1]) if int(m[1]) < 1800 else int(m[1]) - 621
    return _year_end(nowruz - 1)


def _year(m: re.Match[str], _: dt.date | None) -> str:
    last: str | None = m[2]
    if not last:
        return m[1]
    return last if len(last) == 4 else m[1][:2] + last


def _within(m: re.Match[str], dated: dt.date | None) -> str | None:
    if not re.match(r"(within|in|no later than|not later than|by|for|over)\b", m[0].strip(), re.I):
        return ""
    event = re.search(r" (of|after|from|following) ", m[0])
    signing = bool(event and re.search(r"sign|today|now|this (meeting|date)", m[0], re.I))
    n = int(m[1]) if m[1].isdigit() else _NUMBER[m[1].lower()]
    return _after(dated, n, m[2].lower()) if dated and (not event or signing) else None


def _next(m: re.Match[str], dated: dt.date | None) -> str | None:
    if dated and m[1].lower() == "year":
        return str(dated.year + 1)
    return _after(dated, 1, "month")


def _this_year(m: re.Match[str], dated: dt.date | None) -> str | None:
    if dated is None:
        return None
    return str(dated.year // 10 * 10 + 9 if "decade" in m[0].lower() else dated.year)


def _month_alone(m: re.Match[str], dated: dt.date | None) -> str:
    led = re.match(r"(by|until|before|no later than|not later than|in)\b", m[0], re.I)
    if not dated or not led or not m[1][0].isupper():
        return ""
    month = _month(m[1])
    return f"{dated.year + (month < dated.month)}-{month:02d}"


def _year_end(solar: int) -> str:
    """Last day of a Solar Hijri year, 19 to 21 March as its leap years fall; what is due by the next Nowruz is due by then."""
    nowruz: dt.date = jdatetime.date(solar + 1, 1, 1).togregorian()
    return (nowruz - dt.timedelta(days=1)).isoformat()


def _month(text: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(text.lower().rstrip(".")[:3]))


def _after(day: dt.date | None, n: int, unit: str) -> str | None:
    if day is None:
        return None
    if unit in ("day", "week"):
        wait = dt.timedelta(days=n * (7 if unit == "week" else 1))
        return (day + wait).isoformat() if wait <= dt.date.max - day else None  # no calendar has that day
    months = day.year * 12 + day.month - 1 + n * (12 if unit == "year" else 1)
    return f"{months // 12}-{months % 12 + 1:02d}"


# A pattern (after a lead such as "by the"), and what it means: a date as text, None for words without a date that
# can be told, "" for words that mean none. The first rule that takes a word has it.
_Meaning = Callable[[re.Match[str], dt.date | None], str | None]
_LED: tuple[tuple[str, _Meaning], ...] = (
    (
        rf"(?:end of (?:the )?)?([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH}),? ([0-9]{{4}})\b",
        lambda m, _: f"{m[3]}-{_month(m[2]):02d}-{int(m[1]):02d}",
    ),
    (
        rf"({_MONTH}) ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})\b",
        lambda m, _: f"{m[3]}-{_month(m[1]):02d}-{int(m[2]):02d}",
    ),
    (r"([0-9]{4})-([0-9]{2})-([0-9]{2})\b", lambda m, _: f"{m[1]}-{m[2]}-{m[3]}"),
    (
        r"(first|second|third|fourth|last|1st|2nd|3rd|4th) quarter(?: of)?(?: the year)? ([0-9]{4})\b",
        lambda m, _: f"{m[2]}-{3 * _ORDINAL[m[1].lower()]:02d}",
    ),
    (r"Q([1-4]) (?:of )?([0-9]{4})\b", lambda m, _: f"{m[2]}-{3 * int(m[1]):02d}"),
    (
        r"(first|second) half(?: of)? ([0-9]{4})\b",
        lambda m, _: f"{m[2]}-{6 * _ORDINAL[m[1].lower()]:02d}",
    ),
    (r"(?:middle of|mid)[- ]([0-9]{4})\b", lambda m, _: f"{m[1]}-06"),
    (
        r"(spring|summer|autumn|fall) (?:of )?([0-9]{4})\b",
        lambda m, _: f"{m[2]}-{ {'spring': 5, 'summer': 8}.get(m[1].lower(), 11):02d}",
    ),
    (r"(?:beginning|start) of ([0-9]{4})\b", lambda m, _: f"{m[1]}-01"),
    (r"Nowruz,? (?:of )?(1[34][0-9]{2}|(?:19|20|21)[0-9]{2})\b", _solar_new_year),
    (
        rf"(?:end of |close of )?({_MONTH}),? (?:of )?([0-9]{{4}})\b",
        lambda m, _: f"{m[2]}-{_month(m[1]):02d}",
    ),
    (
        r"(?:end of )?(?:the )?(?:Iranian |Persian |solar )?(?:calendar )?(?:year )?(1[34][0-9]{2})\b(?! ?(?:km|kilomet|tonn|mm|teu|wagon|truck|contain|million|thousand))",
        lambda m, _: _year_end(int(m[1])),
    ),
    (
        r"(?:(?:the )?(?:end|close|course) of (?:the )?(?:year )?|year[- ]end |late |early |(?:the )?year )?((?:19|20|21)[0-9]{2})(?:[-–/]([0-9]{2,4}))?\b(?! ?(?:km|kilomet|tonn|mm|teu|wagon|truck|contain))",
        _year,
    ),
    (
        rf"(?:next |coming )?{_COUNT}(?:[- ](day|week|month|year)s?)(?:'s?)?(?: time)?(?: (?:of|after|from|following) [\w ]+)?",
        _within,
    ),
    (r"next (year|month)\b", _next),
    (r"(?:the )?(?:end of (?:the|this) (?:year|decade)|this year|year[- ]end)\b", _this_year),
    (rf"(?:end of )?(?:next )?({_MONTH})\b(?! \d)", _month_alone),
)
_MEETING = r"(?:before|by|at|ahead of) (?:the )?next (?:meeting|session|summit|round)"
_RULES: tuple[tuple[re.Pattern[str], _Meaning], ...] = (
    *((re.compile(_LEAD + pattern, re.I), meaning) for pattern, meaning in _LED),
    (re.compile(_MEETING, re.I), lambda _m, _: None),
)
