"""What is said in each language: messages (Fluent), numbers (CLDR through Babel), dates (Gregorian and Solar
Hijri).

Dates are kept Gregorian everywhere; a calendar is a way to show them. In Persian the Solar Hijri date stands
first and the Gregorian one beside it, so that nobody must convert.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import jdatetime
from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast

from milepost.errors import one_of

Code = Literal["en", "ru", "fa", "ar", "fr"]
LANGUAGES: dict[str, str] = {
    "en": "English",
    "ru": "Русский",
    "fa": "فارسی",
    "ar": "العربية",
    "fr": "Français",
}
RIGHT_TO_LEFT = frozenset({"fa", "ar"})
FONTS = Path(__file__).resolve().parent / "fonts"
_MESSAGES = Path(__file__).resolve().parent / "messages"
_DATE_MARKS = {"ru": ".", "fr": "/", "ar": "/"}  # between day, month and year in a table
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_SOLAR_MONTHS = {
    code: names.split()
    for code, names in (
        ("fa", "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"),
        ("ar", "فروردین أرديبهشت خرداد تير مرداد شهريور مهر آبان آذر دي بهمن إسفند"),
        ("ru", "фарвардина ордибехешта хордада тира мордада шахривара мехра абана азара дея бахмана эсфанда"),
        ("fr", "farvardin ordibehecht khordad tir mordad chahrivar mehr aban azar dey bahman esfand"),
        ("en", "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand"),
    )
}


class Language:
    """One language: ``say`` a message, write a ``date``, a ``number``, a ``country``.

    Raises ``WrongUse`` for a language that there is no catalogue of.
    """

    def __init__(self, code: str) -> None:
        if code not in LANGUAGES:
            raise one_of("language", code, list(LANGUAGES))
        self.code = code
        self.right_to_left = code in RIGHT_TO_LEFT
        self._catalogue = _catalogue(code)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """``rtl`` or ``ltr``."""
        return "rtl" if self.right_to_left else "ltr"

    def say(self, key: str, **values: Any) -> str:
        """A message of the catalogue. Raises ``KeyError`` for a message that is not there: a fault of
        ours."""
        message = self._catalogue.message(key)
        if message is None or message.value is None:
            raise KeyError(f"{self.code}.ftl has no message '{key}'")
        if self.code == "fa":
            values |= {f"{k}_": self.number(v) if isinstance(v, int) else v for k, v in values.items()}
        text, faults = self._catalogue.bundle.format_pattern(message.value, values)
        if faults:
            raise KeyError(f"{self.code}.ftl, '{key}': {faults[0]}")
        return str(text)

    def apart(self, text: str) -> str:
        """Text of another direction set apart from what stands around it, where the language runs right to
        left."""
        return f"\u2068{text}\u2069" if self.right_to_left and text else text

    def word(self, prefix: str, term: str) -> str:
        """A term of the register (a status, a flag ...) in this language: message
        ``prefix-term-with-dashes``."""
        return self.say(f"{prefix}-{term.replace(' ', '-').replace(',', '')}")

    def date(self, day: dt.date | None, *, both: bool = False) -> str:
        """A day, in full. Persian shows Solar Hijri first; ``both`` shows both calendars in every
        language."""
        if day is None:
            return "–"
        gregorian = self.digits(format_date(day, "d MMMM y", locale=self.code))
        if self.code == "fa":
            return f"{self.solar(day)} ({gregorian})"
        return f"{gregorian} ({self.solar(day)})" if both else str(gregorian)

    def short(self, day: dt.date | None) -> str:
        """A day, short, for tables: 23.11.2026 or 23/11/2026 as the language has it, Solar Hijri in Persian;
        ISO in English, whose forms are taken for one another."""
        if day is None:
            return "–"
        if self.code == "fa":
            solar = jdatetime.date.fromgregorian(date=day)
            return f"{solar.year:04d}/{solar.month:02d}/{solar.day:02d}".translate(_PERSIAN_DIGITS)
        mark = _DATE_MARKS.get(self.code)
        return mark.join((f"{day:%d}", f"{day:%m}", f"{day.year:04d}")) if mark else day.isoformat()

    def full(self, text: str) -> str:
        """A date as precise as its source, in full: a whole day as :meth:`date`, a month by its name."""
        if len(text) == 10:
            return self.date(dt.date.fromisoformat(text))
        if len(text) == 7:
            month = format_date(dt.date.fromisoformat(f"{text}-01"), "LLLL y", locale=self.code)
            return self.say("date-gregorian", date=self.digits(str(month)))
        return self.partial(text)

    def partial(self, text: str) -> str:
        """A date as precise as its source: a whole day as :meth:`short`, a month or a year as it stands.

        A year alone lies in two Solar Hijri years: Persian keeps the Gregorian one, and says so. What has an
        open side or is an interval is said in words.
        """
        side, _, named = text.partition(" ")
        if side in ("before", "after") and named:
            return self.say(f"date-{side}", date=self.partial(named))
        if side == "between" and " and " in named:
            first, _, last = named.partition(" and ")
            return self.say("date-between", first=self.partial(first), last=self.partial(last))
        try:
            if len(text) == 10:
                return self.short(dt.date.fromisoformat(text))
            if len(text) == 7 and self.code in _DATE_MARKS and not self.right_to_left:
                return f"{text[5:]}{_DATE_MARKS[self.code]}{text[:4]}"
            if len(text) == 7 and self.right_to_left:
                return self.digits(
                    format_date(dt.date.fromisoformat(f"{text}-01"), "MMMM y", locale=self.code)
                )
        except ValueError:
            pass  # what is no date stays as it is
        return self.say("date-gregorian", date=self.digits(text)) if text else "–"

    def solar(self, day: dt.date) -> str:
        """A day of the Solar Hijri calendar, with the name of its month."""
        solar = jdatetime.date.fromgregorian(date=day)
        return self.digits(f"{solar.day} {_SOLAR_MONTHS[self.code][solar.month - 1]} {solar.year}")

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number with grouping, ``digits`` after the point; a dash for none."""
        if value is None:
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = str(format_decimal(round(value, digits) or 0.0, pattern, locale=self.code))
        return self._signed(text.replace(",", "٬").replace(".", "٫") if self.code == "fa" else text)

    def share(self, value: float, digits: int = 0) -> str:
        """A share as percent, ``digits`` after the point."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
        rounded = round(value, digits + 2) or 0.0  # nought has no sign
        text = str(format_percent(rounded, pattern, locale=self.code))
        return self._signed(text.replace(",", "٬").replace(".", "٫") if self.code == "fa" else text)

    def _signed(self, text: str) -> str:
        """A number whose sign stays before its digits: where text runs right to left a mark holds it there
        (CLDR writes one too)."""
        return self.digits(f"\u200e{text}" if self.right_to_left and text.startswith("-") else text)

    def digits(self, text: str) -> str:
        """Digits of the language's script."""
        return text.translate(_PERSIAN_DIGITS) if self.code == "fa" else text

    def country(self, code: str, otherwise: str) -> str:
        """Name of a country by its ISO 3166-1 alpha-3 code (CLDR), or of the rest of the world; ``otherwise``
        for what is neither."""
        if self.code == "en":
            return otherwise
        if (code, otherwise) == ("ROW", "Rest of world"):
            return self.say("page-rest-of-world")
        return _territories(self.code).get(alpha2(code), otherwise)


def message_keys(code: str) -> dict[str, frozenset[str]]:
    """The messages of a catalogue: key -> names of the values that it uses. For the test that none is
    missing."""
    text = (_MESSAGES / f"{code}.ftl").read_text(encoding="utf-8")
    found: dict[str, frozenset[str]] = {}
    for entry in FluentParser().parse(text).body:
        if isinstance(entry, ast.Junk):
            raise ValueError(f"{code}.ftl: {(entry.content or '')[:80]!r} cannot be read")
        if isinstance(entry, ast.Message):
            names: set[str] = set()
            _variables(entry.to_json(), names)
            found[entry.id.name] = frozenset(names)
    return found


def page_messages(code: str) -> str:
    """The Fluent source of what the page says: its own messages and the words of the register."""
    if code not in LANGUAGES:
        raise one_of("language", code, list(LANGUAGES))
    return (_MESSAGES / f"{code}.ftl").read_text(encoding="utf-8")


def _variables(node: Any, names: set[str]) -> None:
    if isinstance(node, dict):
        if node.get("type") == "VariableReference":
            names.add(node["id"]["name"])
        for value in node.values():
            _variables(value, names)
    elif isinstance(node, list):
        for value in node:
            _variables(value, names)


class _Catalogue:
    """The messages of a language, each read when it is first said: to read all of them takes longer than most
    commands need. No message stands within another (a test)."""

    def __init__(self, code: str) -> None:
        # in a right-to-left sentence a Latin title would drag its neighbours along: isolate what is filled in
        # (UAX 9)
        self.bundle = FluentBundle([code], use_isolating=code in RIGHT_TO_LEFT)
        text = (_MESSAGES / f"{code}.ftl").read_text(encoding="utf-8")
        if code == "fa":
            # Fluent chooses plurals by the number and would print it in Latin digits: print the twin with
            # Persian ones
            text = re.sub(r"\{ \$(\w+) \}", r"{ $\1_ }", text)
        entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]  # what goes on is set in
        self._unread = {entry.partition(" =")[0]: entry for entry in entries}
        self._reading = Lock()

    def message(self, key: str) -> Any:
        """A message; None for none."""
        if key in self._unread:
            with self._reading:
                if key in self._unread:
                    self.bundle.add_resource(FluentResource(self._unread[key]))
                    del self._unread[key]
        return self.bundle.get_message(key) if self.bundle.has_message(key) else None


_catalogue = lru_cache(_Catalogue)


def alpha2(code: str) -> str:
    """The ISO 3166-1 alpha-2 code of an alpha-3 one; empty for what is no country."""
    return _alpha2().get(code, "")


# codes of ISO 3166-3, of states and territories that CLDR still names after their successors
NO_MORE = frozenset(("ANT", "BUR", "DDR", "FXX", "NTZ", "ROM", "SCG", "SUN", "TMP", "YMD", "YUG", "ZAR"))


def country_names(code: str = "en") -> dict[str, str]:
    """Names of all countries in a language (CLDR): name -> ISO 3166-1 alpha-3 code."""
    names = _territories(code)
    unions = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    return {
        names[two]: three
        for three, two in _alpha2().items()
        if two in names and two not in unions and three not in NO_MORE
    }


@lru_cache
def _alpha2() -> dict[str, str]:
    """ISO 3166-1 alpha-3 to alpha-2, from CLDR's aliases; Kosovo by the code that statistics use for it."""
    aliases = get_global("territory_aliases")
    found = {
        three: two[0]
        for three, two in aliases.items()
        if len(three) == 3 and three.isalpha() and len(two) == 1
    }
    found["XKX"] = found.pop("XKK", "XK")  # CLDR's own; tables of trade and GDP have XKX
    return found


@lru_cache
def _territories(code: str) -> dict[str, str]:
    return {str(two): str(name) for two, name in Locale.parse(code).territories.items()}
