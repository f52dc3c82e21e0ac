"""Dates as people write them: five languages, three calendars, and what has two meanings is not guessed."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from pathlib import Path

import jdatetime
import pytest
from hijridate import Gregorian

import milepost
from milepost.languages import LANGUAGES, Language
from milepost.records import PartialDate
from milepost.records.written_dates import iso_of
from milepost.store.folder import read

WRITTEN = {
    "14.06.2026": "2026-06-14",
    "۱۴.۶.۲۰۲۶": "2026-06-14",
    "2026/6/14": "2026-06-14",
    "14 June 2026": "2026-06-14",
    "june 2026": "2026-06",
    "14 juin 2026": "2026-06-14",
    "Février 2027": "2027-02",
    "14 июня 2026 г.": "2026-06-14",
    "июнь 2026": "2026-06",
    "۱۴ ژوئن ۲۰۲۶": "2026-06-14",
    "١٤ يونيو ٢٠٢٦": "2026-06-14",
    "14 حزيران 2026": "2026-06-14",
    "۱۴۰۵/۰۳/۲۴": "2026-06-14",
    "1405-03-24": "2026-06-14",
    "24.3.1405": "2026-06-14",
    "۲۴ خرداد ۱۴۰۵": "2026-06-14",
    "24 Khordad 1405": "2026-06-14",
    "24 хордада 1405": "2026-06-14",
    "1447/12/28": "2026-06-14",
    "28 ذو الحجة 1447": "2026-06-14",
    "28 Dhu al-Hijjah 1447": "2026-06-14",
    "1425/01/01 SH": "2046-03-21",
    "1425/01/01 ه.ق": "2004-02-21",
}


@pytest.mark.parametrize("text", list(WRITTEN))
def test_a_date_is_read_as_it_is_written(text: str) -> None:
    assert PartialDate.parse(text) == PartialDate(WRITTEN[text])
    assert PartialDate.parse(f"  {text}\u200f ") == PartialDate(WRITTEN[text])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("06/07/2026", "two meanings"),
        ("1430/01/01", "add SH or AH"),
        ("خرداد ۱۴۰۵", "write its day"),
        ("31 مهر 1405", "does not exist"),
        ("31.02.2026", "day is out of range|must be in range"),
        ("soon", "want a date"),
        ("14 Brumaire 2026", "want a date"),
        ("13.2026", "want a date"),
    ],
)
def test_what_is_no_date_or_has_two_meanings_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        PartialDate.parse(text)


def test_iso_dates_stay_as_they_are() -> None:
    for text in ("2026", "2026-06", "2026-06-14", "before 2026", "after 2026-06"):
        assert PartialDate.parse(text).text == text


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_what_milepost_shows_can_be_typed_again(code: str) -> None:
    rng = random.Random(5)
    for _ in range(200):
        day = dt.date(2000, 1, 1) + dt.timedelta(days=rng.randrange(20_000))
        shown = Language(code).date(day)
        first, _, second = shown.partition(" (")
        assert iso_of(first) == day.isoformat(), shown
        assert not second or iso_of(second.rstrip(")")) == day.isoformat(), shown


def test_every_day_of_the_other_calendars_comes_back() -> None:
    rng = random.Random(6)
    for _ in range(300):
        day = dt.date(2019, 1, 1) + dt.timedelta(days=rng.randrange(8_000))
        solar = jdatetime.date.fromgregorian(date=day)
        assert iso_of(f"{solar.year}/{solar.month}/{solar.day}") == day.isoformat()
        hijri = Gregorian(day.year, day.month, day.day).to_hijri()
        assert iso_of(f"{hijri.year}/{hijri.month}/{hijri.day}") == day.isoformat()


def test_a_table_may_hold_them_and_keeps_what_was_meant(tmp_path: Path) -> None:
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    file = tmp_path / "ridge" / "meetings.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("2026-02-10", "۱۴۰۴/۱۱/۲۱"), encoding="utf-8")
    records, findings = read(tmp_path / "ridge")
    assert findings == ()
    assert records is not None
    assert [str(m.date) for m in records.meetings] == ["2025-06-10", "2026-02-10"]
    file.write_text(text.replace("2026-02-10", "10/02/2026"), encoding="utf-8")
    _, findings = read(tmp_path / "ridge")
    assert "two meanings" in findings[0].message
