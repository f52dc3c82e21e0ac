"""Dates as people write them, in five languages and three calendars, brought to ISO form.

Read are: digits of any script; day.month.year and year/month/day; a day or nothing before the name of a month
and a year ("14 juin 2026", "июнь 2026", "۱۵ خرداد ۱۴۰۵", "12 Ramadan 1447"). Years from 1300 to 1420 without
more are Solar Hijri, from 1440 to 1500 Hijri; between them the two calendars meet, and only the name of a
month or a mark ("SH", "AH", "ه.ش", "ه.ق") tells. Nothing else is guessed: day/month/year has two meanings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import jdatetime
from hijridate import Hijri

_MONTHS = """
january jan janvier janv январь января янв ژانویه يناير كانون_الثاني
february feb février févr fév февраль февраля фев فوریه فبراير شباط
march mar mars март марта мар مارس مارس آذار
april apr avril avr апрель апреля апр آوریل أبريل إبريل نيسان
may mai май мая مه مايو أيار
june jun juin июнь июня июн ژوئن يونيو حزيران
july jul juillet juil июль июля июл ژوئیه يوليو تموز
august aug août август августа авг اوت أغسطس آب
september sep sept septembre сентябрь сентября сен سپتامبر سبتمبر أيلول
october oct octobre октябрь октября окт اکتبر أكتوبر تشرين_الأول
november nov novembre ноябрь ноября ноя نوامبر نوفمبر تشرين_الثاني
december dec décembre déc декабрь декабря дек دسامبر ديسمبر كانون_الأول
"""
_SOLAR = """
فروردین farvardin фарвардин фарвардина
اردیبهشت ordibehesht ordibehecht ордибехешт ордибехешта
خرداد khordad хордад хордада
تیر tir тир тира
مرداد mordad мордад мордада
شهریور shahrivar chahrivar шахривар шахривара
مهر mehr мехр мехра
آبان aban абан абана
آذر azar азар азара
دی dey дей дея
بهمن bahman бахман бахмана
اسفند esfand эсфанд эсфанда
"""
_HIJRI = """
محرم muharram мухаррам
صفر safar сафар
ربيع_الأول rabi_al-awwal
ربيع_الآخر rabi_al-thani rabi_al-akhir
جمادى_الأولى jumada_al-awwal jumada_al-ula
جمادى_الآخرة jumada_al-thani jumada_al-akhirah
رجب rajab раджаб
شعبان shaban sha'ban шаабан
رمضان ramadan рамадан
شوال shawwal шавваль
ذو_القعدة dhu_al-qadah
ذو_الحجة dhu_al-hijjah
"""
_MARKS = {"sh": "solar", "هش": "solar", "ah": "hijri", "هق": "hijri", "ه": "hijri", "هـ": "hijri"}
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:\s*(\D+))?\Z")
_NAMED = re.compile(r"(?:(\d{1,2})\.?\s+(?:de\s+)?)?([^\d]+?)\s+(\d{4})(?:\s*(?:года|год|г\.))?\Z")
SOLAR_YEARS, HIJRI_YEARS, BOTH = range(1300, 1421), range(1440, 1501), range(1421, 1440)


def iso_of(text: str) -> str | None:
    """The date in ISO form, as precise as it is written; None for what is no date written so.

    Raises ``ValueError`` with a sentence for a date that has two meanings, or a day that does not exist.
    """
    plain = _plain(text)
    if found := _NUMBERS.match(plain):
        return _of_numbers(found)
    if found := _NAMED.match(plain):
        return _of_a_name(found[1], found[2], int(found[3]))
    return None


def _of_numbers(found: re.Match[str]) -> str | None:
    first, sign, month, last, mark = found[1], found[2], int(found[3]), found[4], found[5]
    if len(first) == 4:
        year, day = int(first), int(last)
    elif len(last) == 4 and sign == ".":
        year, day = int(last), int(first)
    elif len(last) == 4 and sign == "/":
        raise ValueError("day/month/year has two meanings; write day.month.year or year-month-day")
    else:
        return None
    calendar = _MARKS.get(re.sub(r"[\s.]", "", mark)) if mark else _calendar_of(year)
    return _iso(calendar, year, month, day) if calendar else None


def _calendar_of(year: int) -> str:
    if year in BOTH:
        raise ValueError(
            f"{year} may be a year of the Solar Hijri or the Hijri calendar; add SH or AH, or name the month"
        )
    return "solar" if year in SOLAR_YEARS else "hijri" if year in HIJRI_YEARS else "gregorian"


def _of_a_name(day: str | None, name: str, year: int) -> str | None:
    calendar, month = _names().get(name.strip(" .").replace(" ", "_"), ("", 0))
    if not calendar:
        return None
    if day is None and calendar != "gregorian":
        raise ValueError("a month of this calendar lies in two of the Gregorian one; write its day as well")
    return _iso(calendar, year, month, int(day) if day else None)


def _iso(calendar: str, year: int, month: int, day: int | None) -> str:
    try:
        if calendar == "solar":
            return str(jdatetime.date(year, month, day or 1).togregorian().isoformat())
        if calendar == "hijri":
            return str(Hijri(year, month, day or 1).to_gregorian().isoformat())
    except (ValueError, OverflowError):
        raise ValueError("that day does not exist in its calendar") from None
    return f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")


def _plain(text: str) -> str:
    """Small letters, ASCII digits, one blank between words, no marks of direction or vowels; Arabic and
    Persian forms of a letter are one."""
    shown = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) not in ("Cf", "Mn")
    )
    return " ".join(shown.casefold().translate(_LETTERS).split())


_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا"})


@cache
def _names() -> dict[str, tuple[str, int]]:
    """Name of a month -> its calendar and number."""
    found: dict[str, tuple[str, int]] = {}
    for calendar, table in (("gregorian", _MONTHS), ("solar", _SOLAR), ("hijri", _HIJRI)):
        for number, line in enumerate(table.strip().split("\n"), start=1):
            for name in line.split():
                found.setdefault(_plain(name.replace("_", " ")).replace(" ", "_"), (calendar, number))
    return found
